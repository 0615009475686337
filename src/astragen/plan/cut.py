"""The cut: takes and lines laid on a timeline.

Transitions lie over the cuts and take no time of their own; how long they last is in
`plan/transitions.py`. The film opens from black and closes to black. Pure. Start reading
at `cut`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from astragen.model.brief import Aspect, Brief
from astragen.model.storyboard import Storyboard
from astragen.model.take import Artifact, SpokenLine, Take
from astragen.model.time import frames_to_samples, seconds_to_frames
from astragen.model.timeline import Chapter, Clip, Cue, Item, SoundClip, Timeline
from astragen.plan.ambience import ambience
from astragen.plan.captions import cues
from astragen.plan.pacing import LEAD_IN_S
from astragen.plan.score import score_request
from astragen.plan.transitions import transitions

# Columns of a caption's row: 38 at most (see plan/captions.py), on narrow frames what fits into the safe area.
CAPTION_COLUMNS: dict[Aspect, int] = {"16:9": 38, "21:9": 38, "1:1": 32, "4:5": 27, "9:16": 23}


def cut(
    storyboard: Storyboard,
    takes: Sequence[Take],
    lines: Sequence[SpokenLine],
    brief: Brief,
    *,
    lut: Artifact | None = None,
) -> Timeline:
    """Return the timeline of a paced *storyboard*.

    *takes*: one for each shot, in any order.
    *lines*: the spoken lines, in any order; a shot without one is wordless.
    *lut*: what the look's LUT was stored as; its path does not go on the timeline.

    Raises:
        StoryboardError: the length that a transition is stated to have does not fit into its shots.
    """
    starts = tuple(accumulate((shot.frames or 0 for shot in storyboard.shots), initial=0))[:-1]
    start_of = {shot.id: start for shot, start in zip(storyboard.shots, starts, strict=True)}
    return Timeline(
        title=storyboard.title,
        fps=brief.fps,
        width=brief.width,
        height=brief.height,
        profile=brief.profile,
        language=storyboard.language,
        video=_video(storyboard, takes, brief.fps),
        narration=_narration(storyboard, lines, start_of, brief.fps),
        score=score_request(storyboard, brief),
        ambience=ambience(storyboard, takes, brief),
        loudness=brief.loudness,
        stems=brief.stems,
        cues=_cues(storyboard, lines, start_of, brief, {take.shot for take in takes if _is_diagram(take)}),
        burn_captions=brief.captions,
        caption_style=brief.caption_style,
        soft_captions=brief.soft_captions,
        look=storyboard.bible.look.model_copy(update={"lut": ""}),
        lut=lut,
        chapters=tuple(
            Chapter(title=scene.title or scene.setting, start=start_of[scene.shots[0].id])
            for scene in storyboard.scenes
        ),
    )


def _video(storyboard: Storyboard, takes: Sequence[Take], fps: int) -> tuple[Item, ...]:
    take_of = {take.shot: take for take in takes}
    clips = [Clip(shot=shot.id, take=take_of[shot.id], frames=shot.frames or 0) for shot in storyboard.shots]
    over = transitions(storyboard, fps)
    items: list[Item | None] = [over.opening, clips[0]]
    for transition, clip in zip(over.between, clips[1:], strict=True):
        items += [transition, clip]
    items.append(over.closing)
    return tuple(item for item in items if item is not None)


def _narration(
    storyboard: Storyboard, lines: Sequence[SpokenLine], start_of: dict[str, int], fps: int
) -> tuple[SoundClip, ...]:
    return tuple(
        SoundClip(line=line, start=frames_to_samples(_first_word(start_of[line.shot], fps), fps))
        for line in _in_film_order(storyboard, lines)
    )


def _is_diagram(take: Take) -> bool:
    return take.recipe is not None and take.recipe.tableau is not None


def _cues(
    storyboard: Storyboard, lines: Sequence[SpokenLine], start_of: dict[str, int], brief: Brief, diagrams: set[str]
) -> tuple[Cue, ...]:
    """Captions of all lines; a caption leaves with its shot, so that none hangs over a cut.

    Those of shots in *diagrams* stay in the band at the bottom.
    """
    length_of = {shot.id: shot.frames or 0 for shot in storyboard.shots}
    return tuple(
        cue.model_copy(update={"place": "band"}) if line.shot in diagrams else cue
        for line in _in_film_order(storyboard, lines)
        for cue in cues(
            line,
            _first_word(start_of[line.shot], brief.fps),
            brief.fps,
            max_chars_per_row=CAPTION_COLUMNS[brief.aspect],
            end_limit_frame=start_of[line.shot] + length_of[line.shot],
        )
    )


def _in_film_order(storyboard: Storyboard, lines: Sequence[SpokenLine]) -> list[SpokenLine]:
    line_of = {line.shot: line for line in lines}
    return [line_of[shot.id] for shot in storyboard.shots if shot.id in line_of]


def _first_word(shot_start: int, fps: int) -> int:
    """The frame where the line of a shot begins: a breath after the cut."""
    return shot_start + seconds_to_frames(LEAD_IN_S, fps)
