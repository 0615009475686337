"""Where captions stand in a frame, so that painters keep clear of them and players do not cover them.

Shares of the frame's width and height. Frames up to 9:16 keep clear of the buttons that
platforms lay over them; from 4:5 on, the title-safe area counts; between, what lies between.
Start reading at `caption_area`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

TALL, FEED = 9 / 16, 4 / 5  # width by height: full-screen video on a phone; a post among others, which nothing covers

SIDE: Final = 0.05  # left free on each side (title-safe area, SMPTE ST 2046-1)
BOTTOM: Final = 0.055  # left free below: the title-safe 0.05 and a little
TOP: Final = 0.05
# Meta's ads guide leaves 14 % at the top and 20 % at the bottom of a story; TikTok's, 120 to 140 of 1080 px on the
# right. The text stays in the middle, so as much is left free on the left.
SIDE_TALL: Final = 0.12
BOTTOM_TALL: Final = 0.20
TOP_TALL: Final = 0.14

BAND: Final = 0.80  # two rows of a caption begin below it: what must be read in a picture ends above
BAND_TALL: Final = 0.695
BAND_GAP: Final = 0.014  # captions begin so much lower: half a number on a chart's axis may reach beyond the band
BAR_GAP: Final = 0.03  # between a caption and the letterbox bar below it


class SafeArea(NamedTuple):
    """Edges of the area that captions stay in: shares of the frame's width and height from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


def caption_area(width: int, height: int, *, lift: float = 0.0) -> SafeArea:
    """Where captions may stand in a frame of *width* x *height* px; *lift* is the bar's height below the picture."""
    side = _between(width, height, SIDE_TALL, SIDE)
    bottom = 1 - _between(width, height, BOTTOM_TALL, BOTTOM)
    top = _between(width, height, TOP_TALL, TOP)
    return SafeArea(side, max(top, lift), 1 - side, min(bottom, 1 - lift - BAR_GAP) if lift else bottom)


def band_top(width: int, height: int) -> float:
    """Where the band at the bottom begins that is the captions' own, as a share of the height: diagrams end there."""
    return _between(width, height, BAND_TALL, BAND)


def captions_top(width: int, height: int) -> float:
    """Where captions in the band may begin, as a share of the height."""
    return band_top(width, height) + BAND_GAP


def letterbox_bar(width: int, height: int, shape: float) -> float:
    """Height of one bar below a picture of *shape*, long side by short side (`Look.letterbox`), 0 where it has none."""
    if not shape:
        return 0.0
    aspect = shape if width >= height else 1 / shape
    return max(0.0, (1 - width / height / aspect) / 2)


def _between(width: int, height: int, tall: float, feed: float) -> float:
    part = (width / height - TALL) / (FEED - TALL)
    return tall + (feed - tall) * min(1.0, max(0.0, part))
