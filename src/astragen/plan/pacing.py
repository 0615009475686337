"""Shot lengths from narration.

A shot lasts as long as its line with a breath on both sides, and never less than
MIN_SHOT_S; what is left of the asked length is spread over the shots. Lengths move in
coarse steps, so that a changed word rarely moves a shot that it does not belong to.
Pure: no clock, no I/O. Start reading at `pace`.
"""

from __future__ import annotations

import heapq
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback
from astragen.model.time import SAMPLE_RATE, frames_to_seconds, samples_to_frames_up, seconds_to_frames
from astragen.model.vocabulary import ShotSize

LEAD_IN_S = 0.25  # from the cut to the first word; with the tail about the pause between two spoken sentences
TAIL_S = 0.35  # from the end of the line to the cut
CLOSING_TAIL_S = 1.0  # after the film's last line: the closing fade (0.8 s) must not swallow it
TIGHT_TAIL_S, TIGHT_CLOSING_S = 0.1, 0.85  # when that makes the film fit; a line's sound ends in a silence of its own
MIN_SHOT_S = 1.2  # below it viewers miss what a shot shows
WORDLESS_S = 2.4  # a picture that has to speak for itself, when there is room for it
MAX_SHOT_S = 9.0  # above it one camera move feels stalled
GRIDS_S = (0.5, 0.25)  # steps in which slack is given, coarsest that fits first; then single frames

MAX_RATE = 1.15  # faster speech sounds rushed
READING_CPS = 15.0  # characters a second that most viewers read at ease (Netflix allows adults 20)
HURRY_ABOVE_S, HURRY_ABOVE_SHARE = 2.0, 0.02  # a film too long by less than both is still as asked

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


class _Breath(NamedTuple):
    """The air in a film, in seconds: after a line, after the last line, and a shot without words."""

    tail_s: float
    closing_s: float
    wordless_s: float


_AMPLE = _Breath(TAIL_S, CLOSING_TAIL_S, WORDLESS_S)
_PLAIN = _AMPLE._replace(wordless_s=MIN_SHOT_S)
_TIGHT = _Breath(TIGHT_TAIL_S, TIGHT_CLOSING_S, MIN_SHOT_S)


def pace(storyboard: Storyboard, lengths: Mapping[str, int], *, fps: int, seconds: float) -> Storyboard:
    """Return *storyboard* with every shot's `frames` set.

    *lengths*: narration length by shot id, in samples at 48 kHz; absent means wordless.
    *seconds*: the length asked for.

    A length that somebody set in the storyboard is kept when the shot's line fits into it.
    The film has exactly the asked frames when the lines fit, if need be with less air between
    them, and one shot's length is free; else it is as long as they need and no longer.
    """
    lines = [samples_to_frames_up(lengths.get(shot.id, 0), fps) for shot in storyboard.shots]
    kept = {
        shot.id: shot.frames
        for shot, need in zip(storyboard.shots, _line_needs(lines, _TIGHT, fps), strict=True)
        if shot.frames is not None and shot.frames >= need
    }
    room = seconds_to_frames(seconds, fps) - sum(kept.values())
    is_free = [shot.id not in kept for shot in storyboard.shots]
    needs = _needs(lines, is_free, room, fps)
    weights = [weight for weight, free in zip(_weights(storyboard, lines, fps), is_free, strict=True) if free]
    free_shots = [shot.id for shot in storyboard.shots if shot.id not in kept]
    shares = dict(zip(free_shots, _share(room, needs, weights, fps), strict=True))
    return with_frames(storyboard, kept | shares)


def pacing_fallbacks(asked: Storyboard, paced: Storyboard, *, fps: int, seconds: float) -> tuple[Fallback, ...]:
    """What pacing could not do as asked: a shot longer than it was set to, a film of another length."""
    fallbacks = [
        Fallback(
            stage="pace",
            subject=wanted.id,
            reason=f"its line does not fit into the {wanted.frames / fps:.1f} s it was set to",
            instead=f"the shot lasts {given.frames / fps:.1f} s",
        )
        for wanted, given in zip(asked.shots, paced.shots, strict=True)
        if wanted.frames is not None and given.frames is not None and given.frames != wanted.frames
    ]
    frames = film_frames(paced)
    if frames != seconds_to_frames(seconds, fps):
        longer = frames > seconds_to_frames(seconds, fps)
        reason = "its shots cannot be shorter" if longer else "every shot's length was set"
        fallbacks.append(
            Fallback(
                stage="pace",
                subject="film",
                reason=f"{seconds:g} s were asked for, and {reason}",
                instead=f"the film lasts {frames / fps:.4g} s",
            )
        )
    return tuple(fallbacks)


def film_frames(storyboard: Storyboard) -> int:
    """Length of a paced *storyboard* in frames."""
    return sum(shot.frames or 0 for shot in storyboard.shots)


def hurried_rate(storyboard: Storyboard, lengths: Mapping[str, int], *, fps: int, seconds: float) -> float:
    """The speech rate that brings the film nearest to *seconds*; 1.0 when it is near enough already.

    *lengths*: narration length by shot id at rate 1, in samples at 48 kHz. Where somebody set
    the length of a shot, nothing is hurried: an edited line must not change how the others are spoken.
    """
    if any(shot.frames is not None for shot in storyboard.shots):
        return 1.0
    frames = film_frames(pace(storyboard, lengths, fps=fps, seconds=seconds))
    excess_s = frames_to_seconds(frames - seconds_to_frames(seconds, fps), fps)
    spoken_s = sum(lengths.values()) / SAMPLE_RATE
    if excess_s <= min(HURRY_ABOVE_S, HURRY_ABOVE_SHARE * seconds) or spoken_s == 0:
        return 1.0
    if spoken_s <= excess_s:
        return MAX_RATE
    return min(MAX_RATE, spoken_s / (spoken_s - excess_s))


def reading_samples(text: str) -> int:
    """The samples that a line takes when nobody speaks it, and it is read as a caption.

    Characters of the wide scripts (Unicode East Asian Width W and F) count as three: each is a syllable.
    """
    letters = sum(3 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return round(letters / READING_CPS * SAMPLE_RATE)


def least_frames(storyboard: Storyboard, lengths: Mapping[str, int], *, fps: int) -> tuple[int, ...]:
    """The frames below which no shot should be cut: its line with a breath on both sides, MIN_SHOT_S at least.

    *lengths*: narration length by shot id, in samples at 48 kHz; absent means wordless.
    """
    lines = [samples_to_frames_up(lengths.get(shot.id, 0), fps) for shot in storyboard.shots]
    return tuple(max(need, seconds_to_frames(MIN_SHOT_S, fps)) for need in _line_needs(lines, _PLAIN, fps))


def with_frames(storyboard: Storyboard, frames: Mapping[str, int]) -> Storyboard:
    """Return *storyboard* with every shot's length set from *frames*, by shot id."""
    scenes = tuple(
        scene.model_copy(
            update={
                "shots": tuple(shot.model_copy(update={"frames": frames[shot.id]}) for shot in scene.shots),
            }
        )
        for scene in storyboard.scenes
    )
    return storyboard.model_copy(update={"scenes": scenes})


def _needs(lines: Sequence[int], is_free: Sequence[bool], room: int, fps: int) -> list[int]:
    """The least frames of each free shot, with as much air as *room* has for them; with plain air when it has none."""
    least = seconds_to_frames(MIN_SHOT_S, fps)
    for breath in (_AMPLE, _PLAIN, _TIGHT, _PLAIN):
        wordless = seconds_to_frames(breath.wordless_s, fps)
        spoken = _line_needs(lines, breath, fps)
        needs = [max(need, least) if need else wordless for need, free in zip(spoken, is_free, strict=True) if free]
        if sum(needs) <= room:
            break
    return needs


def _line_needs(lines: Sequence[int], breath: _Breath, fps: int) -> list[int]:
    """The frames that each shot's line takes with the air around it; 0 for a wordless shot."""
    lead_in, tail, closing = (seconds_to_frames(air, fps) for air in (LEAD_IN_S, breath.tail_s, breath.closing_s))
    last = len(lines) - 1
    return [line and lead_in + line + (closing if index == last else tail) for index, line in enumerate(lines)]


def _weights(storyboard: Storyboard, lines: Sequence[int], fps: int) -> list[float]:
    """How much of the slack each shot wants beside the others, from its line in whole coarse steps."""
    grid = int(GRIDS_S[0] * fps)
    weights = []
    needs = iter(_line_needs(lines, _PLAIN, fps))
    for scene in storyboard.scenes:
        for position, shot in enumerate(scene.shots):
            steps = -(-next(needs) // grid) or WORDLESS_BASE_S * fps / grid * WORDLESS_WEIGHT
            opens = position == 0 and shot.size in (ShotSize.EXTREME_WIDE, ShotSize.WIDE)
            weights.append(steps * SIZE_WEIGHT[shot.size] * (ESTABLISHING_WEIGHT if opens else 1.0))
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
