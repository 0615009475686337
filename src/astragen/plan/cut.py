"""The cut: takes and lines laid on a timeline.

Transitions lie over the cuts and take no time of their own; none takes more than a third
of the shorter of its shots, so a shot always has a body. The film opens from black and
closes to black. Pure. Start reading at `cut`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from astragen.model.brief import Aspect, Brief
from astragen.model.storyboard import Shot, Storyboard
from astragen.model.take import SpokenLine, Take
from astragen.model.time import frames_to_samples, seconds_to_frames
from astragen.model.timeline import Chapter, Clip, Cue, Item, ScoreRequest, SoundClip, Timeline, Transition
from astragen.model.vocabulary import TransitionKind
from astragen.plan.captions import cues
from astragen.plan.pacing import LEAD_IN_S, film_frames
from astragen.plan.requests import score_seed

DISSOLVE_S = 0.5
FADE_S = 0.8  # through black, both halves together
OPENING_S = 0.5
CLOSING_S = 0.8
MOST_OF_A_SHOT = 3  # a transition takes at most one part in this many of the shorter shot

# Columns of a caption's row: 38 at most (see plan/captions.py), on narrow frames what fits into 90 % of the width.
CAPTION_COLUMNS: dict[Aspect, int] = {"16:9": 38, "21:9": 38, "1:1": 32, "4:5": 27, "9:16": 27}


def cut(storyboard: Storyboard, takes: Sequence[Take], lines: Sequence[SpokenLine], brief: Brief) -> Timeline:
    """Return the timeline of a paced *storyboard*.

    *takes*: one for each shot, in any order.
    *lines*: the spoken lines, in any order; a shot without one is wordless.
    """
    starts = tuple(accumulate((shot.frames or 0 for shot in storyboard.shots), initial=0))[:-1]
    start_of = {shot.id: start for shot, start in zip(storyboard.shots, starts, strict=True)}
    return Timeline(
        title=storyboard.title,
        fps=brief.fps,
        width=brief.width,
        height=brief.height,
        language=storyboard.language,
        video=_video(storyboard, takes, brief.fps),
        narration=_narration(storyboard, lines, start_of, brief.fps),
        score=_score(storyboard, start_of, brief),
        cues=_cues(storyboard, lines, start_of, brief),
        burn_captions=brief.captions,
        chapters=tuple(
            Chapter(title=scene.title or scene.setting, start=start_of[scene.shots[0].id])
            for scene in storyboard.scenes
        ),
    )


def _video(storyboard: Storyboard, takes: Sequence[Take], fps: int) -> tuple[Item, ...]:
    take_of = {take.shot: take for take in takes}
    clips = [Clip(shot=shot.id, take=take_of[shot.id], frames=shot.frames or 0) for shot in storyboard.shots]
    items: list[Item] = [*_edge(clips[0].frames, seconds_to_frames(OPENING_S, fps), opens=True)]
    items.append(clips[0])
    for (before, after), shot in zip(pairwise(clips), storyboard.shots[1:], strict=True):
        items += _between(shot, min(before.frames, after.frames), fps)
        items.append(after)
    items += _edge(clips[-1].frames, seconds_to_frames(CLOSING_S, fps), opens=False)
    return tuple(items)


def _edge(clip_frames: int, frames: int, *, opens: bool) -> list[Transition]:
    """The film's own fade from or to black, in the clip at that end."""
    length = min(frames, clip_frames // MOST_OF_A_SHOT)
    if not length:
        return []
    before, after = (0, length) if opens else (length, 0)
    return [Transition(style=TransitionKind.FADE, in_offset=before, out_offset=after)]


def _between(shot: Shot, shorter: int, fps: int) -> list[Transition]:
    """How *shot* follows the one before it; nothing for a plain cut. *shorter*: frames of the shorter shot."""
    if shot.transition is TransitionKind.CUT:
        return []
    wanted = seconds_to_frames(DISSOLVE_S if shot.transition is TransitionKind.DISSOLVE else FADE_S, fps)
    length = min(wanted, shorter // MOST_OF_A_SHOT)
    if length < 2:
        return []
    return [Transition(style=shot.transition, in_offset=length // 2, out_offset=length - length // 2)]


def _narration(
    storyboard: Storyboard, lines: Sequence[SpokenLine], start_of: dict[str, int], fps: int
) -> tuple[SoundClip, ...]:
    return tuple(
        SoundClip(line=line, start=frames_to_samples(_first_word(start_of[line.shot], fps), fps))
        for line in _in_film_order(storyboard, lines)
    )


def _cues(
    storyboard: Storyboard, lines: Sequence[SpokenLine], start_of: dict[str, int], brief: Brief
) -> tuple[Cue, ...]:
    """Captions of all lines; a caption leaves with its shot, so that none hangs over a cut."""
    length_of = {shot.id: shot.frames or 0 for shot in storyboard.shots}
    return tuple(
        cue
        for line in _in_film_order(storyboard, lines)
        for cue in cues(
            line,
            _first_word(start_of[line.shot], brief.fps),
            brief.fps,
            max_chars_per_row=CAPTION_COLUMNS[brief.aspect],
            end_limit_frame=start_of[line.shot] + length_of[line.shot],
        )
    )


def _score(storyboard: Storyboard, start_of: dict[str, int], brief: Brief) -> ScoreRequest | None:
    if not brief.music:
        return None
    return ScoreRequest(
        mood=storyboard.mood,
        samples=frames_to_samples(film_frames(storyboard), brief.fps),
        seed=score_seed(storyboard, brief),
        turns=tuple(frames_to_samples(start_of[scene.shots[0].id], brief.fps) for scene in storyboard.scenes[1:]),
    )


def _in_film_order(storyboard: Storyboard, lines: Sequence[SpokenLine]) -> list[SpokenLine]:
    line_of = {line.shot: line for line in lines}
    return [line_of[shot.id] for shot in storyboard.shots if shot.id in line_of]


def _first_word(shot_start: int, fps: int) -> int:
    """The frame where the line of a shot begins: a breath after the cut."""
    return shot_start + seconds_to_frames(LEAD_IN_S, fps)
