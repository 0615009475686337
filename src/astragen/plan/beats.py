"""Cuts on the beat: shot lengths moved a little, so that the film and its music keep time together.

Every cut looks for a beat of the score near to where pacing laid it; a scene's start looks
for the first beat of a bar. No shot becomes shorter than its line needs, lengths that
somebody set stay, and so does the film's. A cut that finds no room stays where it is.
The best choice over the whole film is found by dynamic programming. Pure. Start at `on_beats`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from astragen.model.storyboard import Storyboard
from astragen.model.tempo import Tempo
from astragen.plan.pacing import least_frames, with_frames

REACH = 1.0  # beats that a cut may move, either way
ON_BEAT = 3  # frames; nearer than this to a beat the eye takes a cut for on it
MOVED = 0.4  # cost of a move by a beat, beside the costs below
NEAR = 0.1  # cost of standing ON_BEAT frames beside a beat: the beat itself is better
OFF = 1.4  # cost of a cut on no beat
HALF_BEAT = 0.5  # cost of a cut between two beats
SCENE_ON_HALF_BAR, SCENE_ON_BEAT = 0.3, 0.6  # costs of a scene that does not begin with a bar


class _Spot(NamedTuple):
    """Where a cut may fall: a frame, and what it costs there."""

    frame: int
    cost: float


class _Way(NamedTuple):
    """The cheapest choice of all cuts so far, the last of them at the frame it is kept under."""

    cost: float
    cuts: tuple[int, ...]


class _Stretch(NamedTuple):
    """A shot: its frames as paced, the least that it needs, whether somebody set them, whether a scene follows it."""

    frames: int
    least: int
    is_set: bool
    ends_scene: bool


def on_beats(paced: Storyboard, asked: Storyboard, lengths: Mapping[str, int], *, tempo: Tempo, fps: int) -> Storyboard:
    """Return *paced* with its cuts moved onto beats of *tempo*, counted from the film's start.

    *asked*: the storyboard before pacing; lengths set in it stay.
    *lengths*: narration length by shot id, in samples at 48 kHz; absent means wordless.
    """
    stretches = _stretches(paced, asked, lengths, fps)
    cuts = _cheapest(stretches, tempo, fps)
    ends = (*cuts, sum(stretch.frames for stretch in stretches))
    frames = [end - start for start, end in zip((0, *cuts), ends, strict=True)]
    return with_frames(paced, {shot.id: count for shot, count in zip(paced.shots, frames, strict=True)})


def _stretches(paced: Storyboard, asked: Storyboard, lengths: Mapping[str, int], fps: int) -> list[_Stretch]:
    """What may be done to each shot.

    A shot beside a transition of stated length keeps what it has: shorter, the transition might not fit.
    """
    last = {scene.shots[-1].id for scene in paced.scenes}
    is_stated = [shot.transition_s is not None for shot in paced.shots] + [False]
    stretches = []
    for number, (shot, wish, need) in enumerate(
        zip(paced.shots, asked.shots, least_frames(paced, lengths, fps=fps), strict=True)
    ):
        frames = shot.frames or 0
        least = frames if is_stated[number] or is_stated[number + 1] else min(need, frames)
        stretches.append(_Stretch(frames, least, wish.frames == shot.frames, shot.id in last))
    return stretches


def _cheapest(stretches: Sequence[_Stretch], tempo: Tempo, fps: int) -> tuple[int, ...]:
    """The frames of all cuts; those of pacing are among the choices, so there is always one."""
    ends = tuple(accumulate(stretch.frames for stretch in stretches))
    ways = {0: _Way(0.0, ())}
    for stretch, end in zip(stretches[:-1], ends, strict=False):
        found: dict[int, _Way] = {}
        for start, way in ways.items():
            for spot in _spots(start, stretch, end, tempo, fps):
                longer = _Way(way.cost + spot.cost, (*way.cuts, spot.frame))
                found[spot.frame] = min(found.get(spot.frame, longer), longer)
        ways = found
    final = stretches[-1]
    done = [way for start, way in ways.items() if _is_length(final, ends[-1] - start)]
    return min(done).cuts


def _is_length(stretch: _Stretch, frames: int) -> bool:
    return frames == stretch.frames if stretch.is_set else frames >= stretch.least


def _spots(start: int, stretch: _Stretch, paced: int, tempo: Tempo, fps: int) -> Iterator[_Spot]:
    """Where the cut that ends *stretch* may fall when it starts at frame *start*; *paced*: where pacing laid it."""
    beat, origin = tempo.beat_s * fps, tempo.first_s * fps
    if stretch.is_set:
        frames = {start + stretch.frames}
    else:
        first, last = (int(2 * (paced - origin + way * REACH * beat) / beat) for way in (-1, 1))
        grid = {round(origin + half * beat / 2) for half in range(max(first, 1), last + 1)}
        frames = {frame for frame in grid | {paced, start + stretch.least} if _is_length(stretch, frame - start)}
    for frame in sorted(frames):
        moved = abs(frame - paced) / beat
        if moved <= REACH or frame == paced or stretch.is_set:
            yield _Spot(frame, MOVED * moved + _place(frame - origin, beat, tempo.beats, is_scene=stretch.ends_scene))


def _place(frame: float, beat: float, beats: int, *, is_scene: bool) -> float:
    """What a cut costs for where in the bar it falls; *frame* from where the first bar begins, *beat* in frames."""
    half = round(2 * frame / beat)
    off = abs(frame - half * beat / 2)
    if off > ON_BEAT:
        return OFF
    cost = NEAR * off / ON_BEAT
    if half % 2:
        return cost + HALF_BEAT + (SCENE_ON_BEAT if is_scene else 0)
    if not is_scene or half % (2 * beats) == 0:
        return cost
    return cost + (SCENE_ON_HALF_BAR if half % beats == 0 else SCENE_ON_BEAT)
