"""Pieces: what stands and hangs in a room, from rows of `data/painter/interiors.json`.

A piece is a list of parts in metres about its own foot: x right, y up, d away. A part's
tone multiplies the piece's colour, or is a colour itself; with a star before it the part
shines. Pieces turn by quarters, so that every part stays square to the room and what hides
what can be told from its box alone. Start reading at `furnish`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.indoors.glow import Lamp

Row = Sequence[Any]


class Part(NamedTuple):
    """One solid in the room.

    kind: "box", "cyl", "ball" or "plant". low, high: corners of its box, room metres.
    colour: albedo. finish: of its faces. glow: 0 lit by the room, 1 shines by itself.
    slim: radius at the foot and at the top of a "cyl", m; facing: which way its front is, quarters.
    """

    kind: str
    low: F32
    high: F32
    colour: F32
    finish: str
    glow: float
    slim: tuple[float, float]
    facing: int


class Piece(NamedTuple):
    """A thing in the room: its parts, its box, and the seed of its details."""

    parts: tuple[Part, ...]
    low: F32
    high: F32
    seed: int


class Bulb(NamedTuple):
    """A lamp as it is seen: room position, radius of its glow in m, colour, whether it flickers."""

    place: F32
    radius: float
    colour: F32
    is_flame: bool


def furnish(shapes: dict[str, Any], rows: Sequence[Row], seed: int) -> tuple[list[Piece], list[Lamp], list[Bulb]]:
    """The pieces of *rows* ([name, x, d, quarters, colour, height of its foot]), their lamps and what is seen of them.

    x and d may be lists: then the piece stands at every pair of them.
    """
    pieces: list[Piece] = []
    lamps: list[Lamp] = []
    bulbs: list[Bulb] = []
    for index, (name, x, d, turn, colour, lift) in enumerate(_spread(rows)):
        parts: list[Part] = []
        foot = np.array([x, lift, d], np.float32)
        for kind, *numbers in shapes[name]:
            if kind == "light":
                lamp, bulb = _light(numbers, foot, turn)
                lamps.append(lamp)
                bulbs.append(bulb)
            else:
                parts.append(_part(kind, numbers, foot, turn, colour))
        if parts:
            low = np.minimum.reduce([part.low for part in parts])
            high = np.maximum.reduce([part.high for part in parts])
            pieces.append(Piece(tuple(parts), low, high, seed + 7 * index))
    return pieces, lamps, bulbs


def _spread(rows: Sequence[Row]) -> Iterator[tuple[str, float, float, int, str, float]]:
    for name, x, d, *rest in rows:
        turn = rest[0] if rest else 0
        colour = rest[1] if len(rest) > 1 else "#8a6a4c"
        lift = rest[2] if len(rest) > 2 else 0.0
        for one_d in d if isinstance(d, list) else [d]:
            for one_x in x if isinstance(x, list) else [x]:
                yield name, float(one_x), float(one_d), int(turn), str(colour), float(lift)


def _turned(x: float, d: float, turn: int) -> tuple[float, float]:
    """(x, d) after *turn* quarters: 1 makes a front that faced the viewer face left."""
    return ((x, d), (d, -x), (-x, -d), (-d, x))[turn % 4]


def _tone(tone: float | str, colour: str) -> tuple[F32, float]:
    """(albedo, glow) of a part."""
    if isinstance(tone, str):
        return rgb(tone.lstrip("*")), 1.0 if tone.startswith("*") else 0.0
    return np.clip(rgb(colour) * tone, 0, 1).astype(np.float32), 0.0


def _part(kind: str, numbers: Sequence[Any], foot: F32, turn: int, colour: str) -> Part:
    slim = (0.0, 0.0)
    if kind == "box":
        x0, x1, y0, y1, d0, d1, tone, *rest = numbers
    elif kind == "cyl":
        x, d, y0, y1, r0, r1, tone, *rest = numbers
        slim, radius = (float(r0), float(r1)), max(r0, r1)
        x0, x1, d0, d1 = x - radius, x + radius, d - radius, d + radius
    elif kind == "ball":
        x, y, d, radius, tone, *rest = numbers
        x0, x1, y0, y1, d0, d1 = x - radius, x + radius, y - radius, y + radius, d - radius, d + radius
    else:  # a plant: leaves *tall* m high and as wide
        x, d, y0, tall, tone, *rest = numbers
        x0, x1, y1, d0, d1 = x - tall / 2, x + tall / 2, y0 + tall, d - 0.1, d + 0.1
    ends = [_turned(float(x0), float(d0), turn), _turned(float(x1), float(d1), turn)]
    (a, b), (c, e) = ends
    low = foot + np.array([min(a, c), y0, min(b, e)], np.float32)
    high = foot + np.array([max(a, c), y1, max(b, e)], np.float32)
    shade, glow = _tone(tone, colour)
    return Part(kind, low, high, shade, str(rest[0]) if rest else "plain", glow, slim, turn)


def _light(numbers: Sequence[Any], foot: F32, turn: int) -> tuple[Lamp, Bulb]:
    x, y, d, colour, reach, strength, *rest = numbers
    across, away = _turned(float(x), float(d), turn)
    place = foot + np.array([across, y, away], np.float32)
    radius = float(rest[0]) if rest else 0.5
    return (
        Lamp(place, rgb(str(colour)), float(reach), float(strength)),
        Bulb(place, radius, rgb(str(colour)), len(rest) > 1),
    )


def in_order(pieces: Sequence[Any], eye: F32) -> list[Any]:
    """*pieces* (anything with `low` and `high`) from behind to before, as seen from *eye*.

    Two boxes that some plane parts are ordered by the eye's side of it; the rest by distance.
    """
    count = len(pieces)
    if count < 2:
        return list(pieces)
    low, high = (np.stack([getattr(piece, end) for piece in pieces]) for end in ("low", "high"))
    slack = np.float32(0.012)
    behind = np.zeros((count, count), bool)  # [i, j]: i has to be laid before j
    before = np.zeros((count, count), bool)
    for axis in range(3):
        apart = high[:, None, axis] <= low[None, :, axis] + slack  # i lies wholly below j on this axis
        behind |= apart & (eye[axis] >= low[None, :, axis])
        before |= apart & (eye[axis] <= high[:, None, axis])
    # The eye on j's side of what parts them: i first. On i's side: j first. Both: they never meet.
    first = behind | before.T
    first &= ~first.T
    far = np.linalg.norm((low + high) / 2 - eye, axis=1)
    waiting, order = first.sum(0), []
    left = np.ones(count, bool)
    while left.any():
        ready = left & (waiting == 0)
        choice = int(np.argmax(np.where(ready if ready.any() else left, far, -1)))
        order.append(pieces[choice])
        left[choice] = False
        waiting = waiting - first[choice]
    return order
