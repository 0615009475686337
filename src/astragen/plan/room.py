"""How much room on a disk a film takes while it is made: its shots, the handles between them, its sound, itself.

Bounds rather than guesses, from the rates that were measured of each profile. What is drawn by artists or lies in a
storyboard of long narration may take more; whoever checks keeps as much again free. Pure. Start reading at
`room_bytes`.
"""

from __future__ import annotations

from typing import Final

from astragen.model.brief import Brief
from astragen.model.profile import row
from astragen.plan.budget import JOIN_FRAMES, estimate

MARGIN: Final = 2  # times what is estimated that must be free
LEAST_BYTES: Final = 32_000_000  # report, poster, sheet, captions, indexes, what libraries write

MEASURED_MEGAPIXEL_FRAMES: Final = 1.920 * 1.080 * 30  # a second of what a profile's rate was measured of
SMALLER: Final = 1.4  # times that a smaller picture takes for a pixel: rain in 540 and 720 lines took up to 1.3
HANDLE_BYTES_PER_MEGAPIXEL: Final = 900_000  # a lossless frame of 4:2:0, at its worst
SOUND_BYTES_PER_S: Final = 4 * 2 * 48_000 * 5  # speech, score, ambience, mix and stems, as float32 stereo at 48 kHz
PICTURE_BYTES: Final = 8_000_000  # a still or a short clip of a shot, and what is prepared of it


def room_bytes(brief: Brief, *, seconds: float = 0.0, has_artists: bool = False) -> int:
    """The most bytes that making the film of *brief* should add to a disk, itself included.

    *seconds*: of the film, where it is known to be longer than the brief says. *has_artists*: whether somebody is asked
    for pictures.
    """
    brief = _as_long_as(brief, seconds)
    shots = estimate(brief).shots
    megapixels = brief.width * brief.height / 1e6
    handles = (shots // 2 + 2) * 2 * JOIN_FRAMES * brief.fps / 24 * megapixels * HANDLE_BYTES_PER_MEGAPIXEL
    pictures = shots * PICTURE_BYTES if has_artists else 0
    sound = brief.seconds * SOUND_BYTES_PER_S
    return round(LEAST_BYTES + 2 * film_bytes(brief) + handles + sound + pictures)  # its shots, and the film of them


def film_bytes(brief: Brief, *, seconds: float = 0.0) -> int:
    """The most that the film's own file should take; *seconds* as in `room_bytes`."""
    brief = _as_long_as(brief, seconds)
    profile = row(brief.profile)
    megapixel_frames = brief.width * brief.height / 1e6 * brief.seconds * brief.fps
    measured = SMALLER * profile.mbps * 1e6 / 8 * megapixel_frames / MEASURED_MEGAPIXEL_FRAMES
    highest_kbps = profile.encoding.highest_kbps(brief.width, brief.height, brief.fps)
    bound = measured if highest_kbps is None else min(measured, highest_kbps * 1e3 / 8 * brief.seconds)
    return round(bound + brief.seconds * SOUND_BYTES_PER_S / 5)


def _as_long_as(brief: Brief, seconds: float) -> Brief:
    return brief.model_copy(update={"seconds": max(brief.seconds, seconds)})
