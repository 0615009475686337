"""Shot lengths from narration.

A shot lasts as long as its line with a breath on both sides, and never less than
MIN_SHOT_S; what is left of the asked length is spread over the shots. Lengths move in
coarse steps, so that a changed word rarely moves a shot that it does not belong to.
Pure: no clock, no I/O. Start reading at `pace`.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from astragen.model.storyboard import Shot, Storyboard
from astragen.model.time import SAMPLE_RATE, frames_to_seconds, samples_to_frames_up, seconds_to_frames
from astragen.model.vocabulary import ShotSize

LEAD_IN_S = 0.25  # from the cut to the first word; with the tail about the pause between two spoken sentences
TAIL_S = 0.35  # from the last word to the cut
CLOSING_TAIL_S = 1.0  # after the film's last word: the closing fade (0.8 s) must not swallow it
MIN_SHOT_S = 1.2  # below it viewers miss what a shot shows
MAX_SHOT_S = 9.0  # above it one camera move feels stalled
GRIDS_S = (0.5, 0.25)  # steps in which slack is given, coarsest that fits first; then single frames

MAX_RATE = 1.15  # faster speech sounds rushed
HURRY_ABOVE_S = 2.0  # a film this much too long is still as asked

WORDLESS_WEIGHT = 2.0  # a shot without words carries the picture alone
ESTABLISHING_WEIGHT = 1.5  # the first wide view of a scene has most to look at
WORDLESS_BASE_S = 3.0  # what a wordless shot counts as beside spoken ones
SIZE_WEIGHT: Mapping[ShotSize, float] = {  # more in the frame takes longer to read
    ShotSize.EXTREME_WIDE: 1.3,
    ShotSize.WIDE: 1.15,
    ShotSize.FULL: 1.0,
    ShotSize.MEDIUM: 1.0,
    ShotSize.CLOSE: 0.85,
    ShotSize.EXTREME_CLOSE: 0.7,
}


def pace(storyboard: Storyboard, lengths: Mapping[str, int], *, fps: int, seconds: float) -> Storyboard:
    """Return *storyboard* with every shot's `frames` set.

    Args:
        lengths: narration length by shot id, in samples at 48 kHz; absent means wordless.
        seconds: the length asked for.

    A length that somebody set in the storyboard is kept when the shot's line fits into it.
    The film has exactly the asked frames when the lines fit and one shot's length is free;
    when the lines do not fit, it is as long as they need and no longer.
    """
    shots = storyboard.shots
    needs = [
        _need(shot, lengths.get(shot.id, 0), fps, is_last=number == len(shots)) for number, shot in enumerate(shots, 1)
    ]
    frames = [shot.frames if _keeps_length(shot, need) else None for shot, need in zip(shots, needs, strict=True)]
    free = [index for index, length in enumerate(frames) if length is None]
    room = seconds_to_frames(seconds, fps) - sum(length for length in frames if length is not None)
    weights = _weights(storyboard, lengths, fps)
    shares = _share(room, [needs[index].all for index in free], [weights[index] for index in free], fps)
    by_shot = {shot.id: length for shot, length in zip(shots, frames, strict=True) if length is not None}
    by_shot |= {shots[index].id: share for index, share in zip(free, shares, strict=True)}
    return _with_lengths(storyboard, by_shot)


def film_frames(storyboard: Storyboard) -> int:
    """Length of a paced *storyboard* in frames."""
    return sum(shot.frames or 0 for shot in storyboard.shots)


def hurried_rate(storyboard: Storyboard, lengths: Mapping[str, int], *, fps: int, seconds: float) -> float:
    """The speech rate that brings the film nearest to *seconds*; 1.0 when it is near enough already.

    Args:
        lengths: narration length by shot id at rate 1, in samples at 48 kHz.
    """
    frames = film_frames(pace(storyboard, lengths, fps=fps, seconds=seconds))
    excess_s = frames_to_seconds(frames - seconds_to_frames(seconds, fps), fps)
    spoken_s = sum(lengths.values()) / SAMPLE_RATE
    if excess_s <= HURRY_ABOVE_S or spoken_s == 0:
        return 1.0
    if spoken_s <= excess_s:
        return MAX_RATE
    return min(MAX_RATE, spoken_s / (spoken_s - excess_s))


class _Need:
    """The frames that a shot cannot do without: for its line alone, and with the minimum of any shot."""

    def __init__(self, line: int, least: int) -> None:
        self.line = line
        self.all = max(line, least)


def _need(shot: Shot, samples: int, fps: int, *, is_last: bool) -> _Need:
    least = seconds_to_frames(MIN_SHOT_S, fps)
    if samples == 0:
        return _Need(0, least)
    tail_s = CLOSING_TAIL_S if is_last else TAIL_S
    around = seconds_to_frames(LEAD_IN_S, fps) + seconds_to_frames(tail_s, fps)
    return _Need(samples_to_frames_up(samples, fps) + around, least)


def _keeps_length(shot: Shot, need: _Need) -> bool:
    return shot.frames is not None and shot.frames >= need.line


def _weights(storyboard: Storyboard, lengths: Mapping[str, int], fps: int) -> list[float]:
    """How much of the slack each shot wants, relative to the others."""
    weights = []
    for scene in storyboard.scenes:
        for position, shot in enumerate(scene.shots):
            samples = lengths.get(shot.id, 0)
            wants = samples / SAMPLE_RATE if samples else WORDLESS_BASE_S * WORDLESS_WEIGHT
            opens = position == 0 and shot.size in (ShotSize.EXTREME_WIDE, ShotSize.WIDE)
            weights.append(wants * SIZE_WEIGHT[shot.size] * (ESTABLISHING_WEIGHT if opens else 1.0))
    return weights


def _share(room: int, needs: Sequence[int], weights: Sequence[float], fps: int) -> list[int]:
    """Lengths that add up to *room* frames, none below its need; the needs when they take more.

    The slack is given step by step to the shot whose weight is largest beside what it
    was given (Sainte-Laguë), because this method is house-monotone: one step less takes a
    step from one shot and leaves all others as they were.
    """
    if not needs or sum(needs) >= room:
        return list(needs)
    grid, lengths = _on_grid(room, needs, fps)
    most = seconds_to_frames(MAX_SHOT_S, fps)
    waiting = [(-weight, index, 0) for index, weight in enumerate(weights)]
    full: list[tuple[float, int, int]] = []  # shots that would pass MAX_SHOT_S: served when no other is left
    heapq.heapify(waiting)
    left = room - sum(lengths)
    while left >= grid:
        if not waiting:
            waiting, full, most = full, [], room
            heapq.heapify(waiting)
        turn, index, given = heapq.heappop(waiting)
        if lengths[index] + grid > most:
            full.append((turn, index, given))
            continue
        lengths[index] += grid
        left -= grid
        heapq.heappush(waiting, (-weights[index] / (2 * given + 3), index, given + 1))
    lengths[-1] += left
    return lengths


def _on_grid(room: int, needs: Sequence[int], fps: int) -> tuple[int, list[int]]:
    """The coarsest step in frames whose multiples above *needs* still fit into *room*, and those multiples."""
    for seconds in GRIDS_S:
        grid = int(seconds * fps)
        lengths = [-(-need // grid) * grid for need in needs]
        if sum(lengths) <= room:
            return grid, lengths
    return 1, list(needs)


def _with_lengths(storyboard: Storyboard, frames: Mapping[str, int]) -> Storyboard:
    scenes = tuple(
        scene.model_copy(
            update={
                "shots": tuple(shot.model_copy(update={"frames": frames[shot.id]}) for shot in scene.shots),
            }
        )
        for scene in storyboard.scenes
    )
    return storyboard.model_copy(update={"scenes": scenes})
