"""Pixels of transitions: the one face over `media/transitions/`.

What each kind looks like is a function of (moment, before, after, out) in the module of
its family; here stands which kind is which, and what a missing picture means. A new
kind is a word in `model/vocabulary.py`, a function there and a row here. Start reading
at `join_frame`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from astragen.errors import RenderError
from astragen.media.colour import BLACK
from astragen.media.transitions.glitch import glitch
from astragen.media.transitions.lenses import blur, zoom
from astragen.media.transitions.light import dissolve_linear, fade_white, light_leak
from astragen.media.transitions.masks import ink, iris, wipe
from astragen.media.transitions.mixing import dissolve, fade, smoothstep
from astragen.media.transitions.travel import DOWN, LEFT, RIGHT, UP, push, slide, whip
from astragen.model.planes import Planes
from astragen.model.vocabulary import TransitionKind

Mix = Callable[[float, Planes, Planes, Planes], None]


def join_frame(style: TransitionKind, moment: float, before: Planes | None, after: Planes | None, out: Planes) -> None:
    """Write the frame of a transition at *moment* in (0, 1) into *out*, whose planes are not those of a side.

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
    elif before is not None and after is not None:
        _MIXES[style](moment, before, after, out)
    elif style in (TransitionKind.FADE, TransitionKind.DISSOLVE):
        _fade_one_side(moment, before, after, out)
    else:
        _MIXES[style](moment, before or _black_like(out), after or _black_like(out), out)


def _dissolve(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    dissolve(before, after, smoothstep(moment), out)


def _fade(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    if moment < 0.5:
        fade(before, smoothstep(1.0 - 2.0 * moment), out)
    else:
        fade(after, smoothstep(2.0 * moment - 1.0), out)


def _fade_one_side(moment: float, before: Planes | None, after: Planes | None, out: Planes) -> None:
    if before is not None:
        fade(before, smoothstep(1.0 - moment), out)
    elif after is not None:
        fade(after, smoothstep(moment), out)


def _black_like(planes: Planes) -> Planes:
    return Planes(*(np.full_like(plane, level) for plane, level in zip(planes, BLACK, strict=True)))


_MIXES: Mapping[TransitionKind, Mix] = {
    TransitionKind.DISSOLVE: _dissolve,
    TransitionKind.DISSOLVE_LINEAR: dissolve_linear,
    TransitionKind.FADE: _fade,
    TransitionKind.FADE_WHITE: fade_white,
    TransitionKind.WIPE_LEFT: partial(wipe, LEFT),
    TransitionKind.WIPE_RIGHT: partial(wipe, RIGHT),
    TransitionKind.WIPE_UP: partial(wipe, UP),
    TransitionKind.WIPE_DOWN: partial(wipe, DOWN),
    TransitionKind.SLIDE_LEFT: partial(slide, LEFT),
    TransitionKind.SLIDE_RIGHT: partial(slide, RIGHT),
    TransitionKind.SLIDE_UP: partial(slide, UP),
    TransitionKind.SLIDE_DOWN: partial(slide, DOWN),
    TransitionKind.PUSH_LEFT: partial(push, LEFT),
    TransitionKind.PUSH_RIGHT: partial(push, RIGHT),
    TransitionKind.PUSH_UP: partial(push, UP),
    TransitionKind.PUSH_DOWN: partial(push, DOWN),
    TransitionKind.IRIS: iris,
    TransitionKind.ZOOM: zoom,
    TransitionKind.BLUR: blur,
    TransitionKind.INK: ink,
    TransitionKind.LIGHT_LEAK: light_leak,
    TransitionKind.GLITCH: glitch,
    TransitionKind.WHIP_LEFT: partial(whip, LEFT),
    TransitionKind.WHIP_RIGHT: partial(whip, RIGHT),
}
