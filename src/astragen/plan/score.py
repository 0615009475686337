"""What the composer is asked for: the film's moods, turns, cuts and turning point, in samples.

The turning point is the start of a scene, not too early and not too late, where the mood
changes most, best to something stirring and best at three quarters of the film, where
stories turn; a film of one scene turns at the shot nearest to there. Pure. Start reading
at `score_request`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import dist
from typing import NamedTuple

from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Storyboard
from astragen.model.tempo import Tempo, tempo_of
from astragen.model.time import frames_to_samples, frames_to_seconds
from astragen.model.timeline import ScoreRequest, Section
from astragen.model.vocabulary import Mood
from astragen.plan.requests import score_seed

TURNS_AT = 0.75  # of the film: where the third act of a story begins
TURNS_WITHIN = (0.45, 0.92)  # of the film
LEAD_UP_S = 5.0  # a swell needs time before the turning point
AFTERMATH_S = 3.0  # and the turn needs time to be felt
STIRRING = 0.8  # how much the new mood's stir counts beside the change of mood
AWAY = 3.0  # likewise the distance from TURNS_AT, in shares of the film

# Where moods lie between unpleasant and pleasant, and between still and stirring, both -1 to 1
# (Russell's circumplex of affect, 1980; the places are our own).
PLANE: Mapping[Mood, tuple[float, float]] = {
    Mood.HOPEFUL: (0.6, 0.3),
    Mood.CALM: (0.5, -0.7),
    Mood.JOYFUL: (0.9, 0.7),
    Mood.MYSTERIOUS: (-0.2, -0.2),
    Mood.TENSE: (-0.7, 0.7),
    Mood.SAD: (-0.7, -0.6),
    Mood.EPIC: (0.3, 0.9),
    Mood.CURIOUS: (0.4, 0.2),
}


class _Start(NamedTuple):
    """A scene and its first frame."""

    scene: Scene
    frame: int


def score_request(storyboard: Storyboard, brief: Brief) -> ScoreRequest | None:
    """Return what to ask the composer for of a paced *storyboard*; None when the brief wants no music."""
    if not brief.music:
        return None
    edges = tuple(accumulate((shot.frames or 0 for shot in storyboard.shots), initial=0))
    starts = _scene_starts(storyboard, edges)

    def sample(frame: int) -> int:
        return frames_to_samples(frame, brief.fps)

    climax = _turning_point(starts, edges, brief.fps)
    return ScoreRequest(
        mood=storyboard.mood,
        samples=sample(edges[-1]),
        seed=score_seed(storyboard, brief),
        turns=tuple(sample(start.frame) for start in starts[1:]),
        sections=tuple(Section(start=sample(start.frame), mood=start.scene.mood) for start in _mood_changes(starts)),
        cuts=tuple(sample(frame) for frame in edges[1:-1]),
        climax=None if climax is None else sample(climax),
    )


def score_tempo(storyboard: Storyboard, brief: Brief) -> Tempo:
    """The tempo of the film's score, also where none is asked for: taking the music out must not move the pictures."""
    return tempo_of(storyboard.mood, score_seed(storyboard, brief))


def _scene_starts(storyboard: Storyboard, edges: Sequence[int]) -> list[_Start]:
    firsts = accumulate((len(scene.shots) for scene in storyboard.scenes), initial=0)
    return [_Start(scene, edges[first]) for scene, first in zip(storyboard.scenes, firsts, strict=False)]


def _mood_changes(starts: Sequence[_Start]) -> Iterator[_Start]:
    """The first scene and those with another mood than the one before; none when all agree: the film's word counts."""
    if all(start.scene.mood is starts[0].scene.mood for start in starts):
        return
    yield starts[0]
    yield from (after for before, after in pairwise(starts) if after.scene.mood is not before.scene.mood)


def _turning_point(starts: Sequence[_Start], edges: Sequence[int], fps: int) -> int | None:
    """The frame where the film turns; None when it is too short to turn."""
    frames = edges[-1]

    def is_possible(frame: int) -> bool:
        least, most = (share * frames for share in TURNS_WITHIN)
        lead_up, aftermath = frames_to_seconds(frame, fps), frames_to_seconds(frames - frame, fps)
        return least <= frame <= most and lead_up >= LEAD_UP_S and aftermath >= AFTERMATH_S

    def away(frame: int) -> float:
        return abs(frame / frames - TURNS_AT)

    def weight(turn: tuple[_Start, _Start]) -> float:
        old, new = (PLANE[start.scene.mood] for start in turn)
        return dist(old, new) + STIRRING * new[1] - AWAY * away(turn[1].frame)

    turns = [turn for turn in pairwise(starts) if is_possible(turn[1].frame)]
    if turns:
        return max(turns, key=weight)[1].frame
    return min((frame for frame in edges[1:-1] if is_possible(frame)), key=away, default=None)
