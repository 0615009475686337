"""Pixels of transitions: dissolves and fades on planes.

Mixing happens on gamma-encoded values, where equal steps of weight look about
equal; the weight itself eases in and out (`smoothstep`), so that neither end
of a transition is seen to start. Start reading at `join_frame`.
"""

from __future__ import annotations

import cv2

from astragen.errors import RenderError
from astragen.media.colour import BLACK
from astragen.model.planes import Planes
from astragen.model.vocabulary import TransitionKind


def smoothstep(x: float) -> float:
    """3x² - 2x³ of *x* held to [0, 1]: 0 to 1 with level ends."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


def dissolve(a: Planes, b: Planes, weight: float, out: Planes) -> None:
    """Write (1 - *weight*) of *a* and *weight* of *b* into *out*, which may be either of them."""
    for first, second, target in zip(a, b, out, strict=True):
        cv2.addWeighted(first, 1.0 - weight, second, weight, 0.0, dst=target)


def fade(a: Planes, weight: float, out: Planes) -> None:
    """Write *weight* of *a* over limited-range black into *out*, which may be *a*."""
    for plane, level, target in zip(a, BLACK, out, strict=True):
        cv2.addWeighted(plane, weight, plane, 0.0, level * (1.0 - weight), dst=target)


def join_frame(style: TransitionKind, moment: float, before: Planes | None, after: Planes | None, out: Planes) -> None:
    """Write the frame of a transition at *moment* in (0, 1) into *out*.

    A side that is None is black. A fade between two shots goes through black: the
    first half belongs to *before*, the second to *after*.

    Raises:
        RenderError: *style* is a cut between pictures; a cut has no frames.
    """
    if before is None and after is None:
        for level, target in zip(BLACK, out, strict=True):
            target.fill(level)
    elif style is TransitionKind.CUT:
        raise RenderError("A cut has no frames of its own; a join of two shots is a dissolve or a fade.")
    elif before is None or after is None:
        _fade_one_side(moment, before, after, out)
    elif style is TransitionKind.DISSOLVE:
        dissolve(before, after, smoothstep(moment), out)
    elif moment < 0.5:
        fade(before, smoothstep(1.0 - 2.0 * moment), out)
    else:
        fade(after, smoothstep(2.0 * moment - 1.0), out)


def _fade_one_side(moment: float, before: Planes | None, after: Planes | None, out: Planes) -> None:
    if before is not None:
        fade(before, smoothstep(1.0 - moment), out)
    elif after is not None:
        fade(after, smoothstep(moment), out)
