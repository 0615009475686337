"""Which size of picture and which length of clip to ask an artist for.

The nearest that it makes to the film's own: the shape counts most, then the area, and a
picture that covers the frame is preferred to one that must be enlarged. Pure.
Start at `picture_size`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from astragen.model.capability import ClipRule, SizeRule

SHAPE_FREE = 0.01  # log ratio; the edge that is cropped for it is not missed, and nothing has to be scaled
SHAPE_WEIGHT = 4.0  # a wrong shape is cropped away, a wrong area only scaled: log ratio against log ratio
ENLARGED_WEIGHT = 2.0  # log of how much the picture must be enlarged to cover the frame
SEARCH = 1.35  # widths from 1/SEARCH to SEARCH of the ideal are tried


class PictureSize(NamedTuple):
    """Pixels to ask for; *aspect* is the provider's name for the shape, when it goes by one."""

    width: int
    height: int
    aspect: str = ""


@cache
def picture_size(rule: SizeRule, width: int, height: int) -> PictureSize:
    """The size that *rule* allows nearest to *width* x *height* px.

    Raises:
        ValueError: the rule allows no size of anything like this shape.
    """
    allowed = [PictureSize(*size) for size in rule.sizes] or list(_by_aspect(rule)) or list(_free(rule, width, height))
    if not allowed:
        raise ValueError(f"no size near {width}x{height} keeps to {rule!r}")
    return min(allowed, key=lambda size: (_cost(size, width, height), size))


@cache
def clip_seconds(rule: ClipRule, seconds: float) -> float:
    """The shortest clip that *rule* allows of at least *seconds*; the longest, when none is long enough."""
    if rule.lengths_s:
        return next((length for length in sorted(rule.lengths_s) if length >= seconds - 1e-6), max(rule.lengths_s))
    least = rule.min_s or 0.0
    if rule.step_s:
        seconds = least + max(0, math.ceil((seconds - least) / rule.step_s - 1e-6)) * rule.step_s
    return min(max(seconds, least), rule.max_s or math.inf)


def _cost(size: PictureSize, width: int, height: int) -> float:
    shape = max(0.0, abs(math.log(size.width / size.height * height / width)) - SHAPE_FREE)
    area = abs(math.log(size.width * size.height / (width * height)))
    enlarged = math.log(max(1.0, width / size.width, height / size.height))
    return SHAPE_WEIGHT * shape + area + ENLARGED_WEIGHT * enlarged


def _by_aspect(rule: SizeRule) -> Iterator[PictureSize]:
    """Every named shape at every short side, or at the largest area; even numbers of pixels."""
    for aspect in rule.aspects:
        across, down = (int(part) for part in aspect.split(":"))
        short = min(across, down)
        sides: tuple[float, ...] = rule.short_sides
        if not sides and rule.pixels_max is not None:
            sides = (short * math.sqrt(rule.pixels_max / (across * down)),)
        for side in sides:
            yield PictureSize(2 * int(side * across / short / 2 + 0.5), 2 * int(side * down / short / 2 + 0.5), aspect)


def _free(rule: SizeRule, width: int, height: int) -> Iterator[PictureSize]:
    """Sizes of whole multiples about the ideal: the film's own, or as much of it as the limits leave."""
    step = rule.multiple
    scale = math.sqrt(min(1.0, (rule.pixels_max or math.inf) / (width * height)))
    scale = min(scale, (rule.side_max or math.inf) / max(width, height))
    scale = max(scale, (rule.side_min or 0) / min(width, height))
    ideal = width * scale
    for across in range(step * max(1, int(ideal / SEARCH / step)), int(ideal * SEARCH) + step + 1, step):
        down = across * height / width / step
        for many in {math.floor(down), math.ceil(down)} - {0}:
            if _is_allowed(rule, across, many * step):
                yield PictureSize(across, many * step)


def _is_allowed(rule: SizeRule, width: int, height: int) -> bool:
    short, long = sorted((width, height))
    return (
        short >= (rule.side_min or 1)
        and long <= (rule.side_max or math.inf)
        and width * height <= (rule.pixels_max or math.inf)
        and long / short <= (rule.ratio_max or math.inf)
    )
