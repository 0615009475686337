"""Kinetic type: a quote or a hook alone on the frame.

The seed chooses how the words enter (`entrances`) and what is drawn about them: a line, a
bar, brackets, quotation marks, or a stroke under the emphasised word.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from astragen.builtin.lettering import letter
from astragen.builtin.painter.badges import Pop, Sparks, straight
from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.layouts.box import Box
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.type import Words, fit, is_rtl

_QUOTES = '“”"«»„「」『』‘'
_LONGEST = 44  # characters; longer titles are emphasised only where the storyboard says so


def title(desk: Desk) -> None:
    """Type alone, as large as it may be."""
    text = desk.tableau.title or " · ".join(desk.tableau.items)
    setting = _setting(desk, text)
    style = desk.style(650, "serif" if desk.random.random() < 0.7 else "sans")
    align = {"bar": 1.0 if is_rtl(desk.recipe.language) else 0.0}.get(setting, 0.5)
    area = desk.safe.inset(0.05 * desk.safe.width, 0.10 * desk.safe.height)
    wish = (0.24 if len(text) <= 9 else 0.165 if len(text) <= 20 else 0.125) * desk.unit
    fitted = fit(text, wish, area.width, area.height, style, 0.3)
    anchor = (area.x + align * area.width, area.centre[1])
    words = Words(
        fitted,
        anchor,
        desk.inks(),
        0.2,
        style=style,
        emphasis=desk.tableau.emphasis or _heaviest(text),
        entrance=desk.entrance,
        align=align,
        drift=0.03,
    )
    desk.stage.add(words)
    _SETTINGS[setting](desk, words, fitted.size)


def _setting(desk: Desk, text: str) -> str:
    if text[:1] in _QUOTES:
        return "quote"
    names = [name for name in _SETTINGS if name != "quote"]
    return names[int(desk.random.integers(len(names)))]


def _heaviest(text: str) -> tuple[str, ...]:
    """The longest word of a short title of several words: what the colour falls on."""
    found = [word for word in text.split() if len(word) >= 4]
    return tuple(sorted(found, key=len)[-1:]) if len(text.split()) > 2 and len(text) <= _LONGEST else ()


def _box(words: Words) -> Box:
    return Box(*words.box)


def _line(desk: Desk, words: Words, size: float) -> None:
    """A line under the words, light running along it."""
    box = _box(words)
    half = max(0.12 * desk.stage.width, 0.25 * box.width)
    below = min(box.bottom + 0.42 * size, desk.safe.bottom - 4)
    points = straight((box.centre[0] - half, below), (box.centre[0] + half, below))
    desk.line(points, words.seconds * 0.6 + 0.3, width=3.5, has_head=False, dots=1, strength=0.9)


def _bar(desk: Desk, words: Words, size: float) -> None:
    """An upright bar where the rows begin."""
    box = _box(words)
    x = box.right + 0.4 * size if is_rtl(desk.recipe.language) else box.x - 0.4 * size
    x = min(max(x, desk.safe.x), desk.safe.right)
    points = straight((x, box.y - 0.12 * size), (x, box.bottom + 0.12 * size))
    desk.line(points, 0.1, width=9.0, has_head=False, dots=1, strength=1.0, seconds=0.9)


def _brackets(desk: Desk, words: Words, size: float) -> None:
    """Two corners of a frame that draw themselves about the words."""
    box = _box(words).inset(-0.55 * size, -0.45 * size)
    left, right = max(box.x, desk.safe.x), min(box.right, desk.safe.right)
    top, bottom = max(box.y, desk.safe.y), min(box.bottom, desk.safe.bottom)
    arm = 0.22 * min(right - left, 1.6 * (bottom - top))
    flip = desk.side < 0
    for x, y, dx, dy in ((left, top, 1, 1), (right, bottom, -1, -1)):
        if flip:
            x, dx = (right, -1) if x == left else (left, 1)
        corner = [(x + dx * arm, y), (x, y), (x, y + dy * 0.7 * arm)]
        points = np.concatenate([straight(corner[0], corner[1], 40), straight(corner[1], corner[2], 30)[1:]])
        desk.line(points.astype(np.float32), 0.35, width=4.0, has_head=False, dots=1, strength=0.95, seconds=1.1)


def _quote(desk: Desk, words: Words, size: float) -> None:
    """A large quotation mark behind the words."""
    box = _box(words)
    mark = np.asarray(letter("“", 3.6 * size, family="serif", weight=700).coverage, np.float32)
    tone = mix(desk.body, desk.accent, 0.55)
    picture = premultiply(tone, mark * 0.5)
    x = max(desk.safe.x + mark.shape[1] / 2, box.x - 0.1 * size)
    y = max(desk.safe.y + mark.shape[0] / 2, box.y - 0.1 * size)
    desk.stage.add(Pop(picture, (x, y), 0.05, z=3.0, bob=5 * desk.stage.scale))
    _line(desk, words, size)


def _stroke(desk: Desk, words: Words, size: float) -> None:
    """A brush stroke under each emphasised word, and sparks that circle the block."""
    for x, y, width, height in words.marked:
        foot = y + height + 0.10 * size
        desk.line(_swash(x, foot, width, 0.05 * size), words.seconds, width=6.0, has_head=False, strength=0.9)
    box = _box(words).inset(-0.5 * size, -0.4 * size)
    dot = desk.dot(1, 4.0)
    cx, cy = box.centre

    def places(seconds: float) -> list[tuple[float, float, float]]:
        return [
            (
                cx + 0.5 * box.width * math.cos(0.42 * seconds + 2.1 * index),
                cy + 0.5 * box.height * math.sin(0.42 * seconds + 2.1 * index),
                min(1.0, max(0.0, seconds - 0.8)) * (0.6 + 0.4 * math.sin(2.3 * seconds + index)),
            )
            for index in range(3)
        ]

    desk.stage.add(Sparks(dot, places))


def _swash(x: float, y: float, width: float, lift: float) -> F32:
    u = np.linspace(0, 1, 60, dtype=np.float32)
    return np.stack([x + width * u, y + lift * np.sin(2.4 * math.pi * u) * (1 - 0.5 * u)], 1).astype(np.float32)


_SETTINGS: Mapping[str, Callable[[Desk, Words, float], None]] = {
    "line": _line,
    "bar": _bar,
    "brackets": _brackets,
    "stroke": _stroke,
    "quote": _quote,
}
