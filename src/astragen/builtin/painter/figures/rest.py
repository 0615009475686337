"""Small things on something: a key on a table, an apple on a stone.

Alone in a shot, a small thing is seen from near: it rests on a top that runs across the
picture, and whatever the room shows lies behind. `rested` puts the support into a recipe's
words, `on_support` draws it under the figures. Tables in `data/painter/figures/supports.json`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.figure import Figure, Glow
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import ellipse, polygon
from astragen.builtin.painter.figures.together import side_by_side
from astragen.builtin.painter.figures.words import forms
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.tables import read_table

SMALL = 0.5  # m; what is smaller needs a support when it is all that a shot shows
_SEEN_AS = 0.85  # m that it is drawn as large as: the camera is near
_WIDE = 12.0  # heights of the thing that its support reaches to either side: past any frame
_DEEP = 0.42  # and down, to the ground that it stands on: what is lower, the ground hides
_DEEP_BESIDE = 1.4  # the same beside others, of whom the frame shows more below
_LONG = 0.62  # of its length that counts as its height at least: glasses stay in the picture
_BACK, _FRONT = 0.30, -0.14  # heights of the far and the near edge of the top, from the foot of the thing


@cache
def _supports() -> Mapping[str, Mapping[str, Any]]:
    """The rows of the supports by each word that names them."""
    rows: Mapping[str, Mapping[str, Any]] = read_table("figures/supports.json")["supports"]
    return {word: row for row in rows.values() for word in str(row["words"]).split()}


def is_grounded(noun: str) -> bool:
    """Small or not, *noun* lies on the ground: a ball, a bucket."""
    grounded = str(read_table("figures/supports.json")["grounded"]).split()
    return any(form.replace(" ", "_") in grounded for form in forms(noun.casefold()))


def support_in(phrase: str) -> Mapping[str, Any] | None:
    """The support that *phrase* says something rests on: "a key on the old table"."""
    _, on, place = phrase.casefold().rpartition(" on ")
    words = re.findall(r"\w+", place) if on else []
    return next((_supports()[word] for word in words[:4] if word in _supports()), None)


def rested(phrase: str, room: str) -> str:
    """*phrase* with the support that small things have in *room*, unless it says one or there is none."""
    support = read_table("figures/supports.json")["at"].get(room)
    return f"{phrase} on a {support}" if support is not None and support_in(phrase) is None else phrase


def seen_close(phrase: str) -> str:
    """*phrase* as a close-up: the thing is the shot's only subject, and the camera is near it."""
    return phrase if _is_close(phrase) else f"close-up of {phrase}"


def _is_close(phrase: str) -> bool:
    return phrase.casefold().startswith("close")


def on_support(figures: Sequence[Figure], phrase: str, support: Mapping[str, Any]) -> Figure:
    """*figures* side by side on *support*, as one figure; in a close-up as large as near things look."""
    row, is_close = side_by_side(figures), _is_close(phrase)
    size = _SEEN_AS / max(figure.size for figure in figures) if is_close else 1.0
    height, length = row.height * size, row.length * size
    rise = (_DEEP if is_close else _DEEP_BESIDE) * height
    lift = np.array([0.0, rise], np.float32)
    top = [part.grown(1.0, lift) for part in _top(support, height, length)]

    def draw(phase: float, reach: float) -> list[Part]:
        return [*top, *(part.grown(size, lift) for part in row.draw(phase, reach))]

    def glows(phase: float) -> list[Glow]:
        return [_near(glow, size, rise) for glow in (row.glows(phase) if row.glows else [])]

    return row._replace(
        draw=draw, height=max(height, _LONG * length) if is_close else height, length=length,
        focus=(0.0, rise + 0.5 * height), medium="ground",
        glows=glows if row.glows else None,
    )  # fmt: skip


def _near(glow: Glow, size: float, rise: float) -> Glow:
    """*glow* of a thing drawn *size* times as large, *rise* metres up: wider, and so thinner."""
    return glow._replace(
        x=glow.x * size, y=glow.y * size + rise, radius=glow.radius * size, gain=glow.gain * min(1.0, size**-0.8)
    )


def _top(support: Mapping[str, Any], height: float, length: float) -> list[Part]:
    """The support: its front, its top with lines along it, and the soft shade of what stands on it."""
    random = np.random.default_rng(stable_seed("support", str(support["words"])))
    wide, deep = _WIDE * max(height, 0.5 * length), _DEEP_BESIDE * height
    back, front = _BACK * height, _FRONT * height
    top, face = rgb(str(support["top"])), rgb(str(support["front"]))
    parts = [
        Part((_slab(-wide, -deep, wide, front),), face, 0.0),
        Part((_slab(-wide, front, wide, back),), top, 0.0),
    ]
    for rise in np.sort(random.uniform(0.1, 0.95, int(support["lines"]))):
        y = front + float(rise) * (back - front)
        parts.append(_mark(_slab(-wide, y, wide, y + 0.012 * height), top * np.float32(0.78), 0.006 * height, 0.8))
    for _ in range(26):  # wear, and what the light catches
        x, y = random.uniform(-0.3, 0.3) * wide, random.uniform(front, back)
        shade = np.float32(random.choice([0.9, 0.94, 1.06]))
        spot = ellipse(x, y, float(random.uniform(0.1, 0.6)) * height, float(random.uniform(0.008, 0.03)) * height)
        parts.append(_mark(spot, top * shade, 0.03 * height, 0.6))
    parts.append(_mark(_slab(-wide, front, wide, front + 0.018 * height), top * np.float32(1.16), 0.008 * height, 0.8))
    shade = ellipse(0.04 * length, -0.01 * height, 0.58 * length + 0.03 * height, 0.085 * height)
    parts.append(_mark(shade, top * np.float32(0.42), 0.09 * height, 0.85))
    return parts


def _slab(left: float, bottom: float, right: float, top: float) -> F32:
    return polygon([(left, bottom), (right, bottom), (right, top), (left, top)])


def _mark(outline: F32, colour: F32, soft: float, opacity: float) -> Part:
    return Part((outline,), np.asarray(colour, np.float32), clip=True, soft=soft, opacity=opacity)
