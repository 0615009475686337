"""What passes between parties, and what comes round again."""

from __future__ import annotations

import math

import numpy as np

from astragen.builtin.painter.badges import Pop, Sparks, arc, pill, straight
from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.layouts.parts import Dial, link, names_of, station

_ROW = 4  # parties in a row of a chain, on wide frames


def flow(desk: Desk) -> None:
    """Two parties and what passes between them, in order; or a chain of more."""
    desk.title()
    if len(desk.tableau.items) == 2:
        _exchange(desk)
    else:
        _chain(desk)


def _exchange(desk: Desk) -> None:
    """Parties left and right; each message travels to its line in the middle."""
    first, second = desk.tableau.items
    area = desk.area
    share = 0.30 if desk.is_tall else 0.23
    sides = (area.part(0, 0, share, 1), area.part(1 - share, 0, 1, 1))
    names = names_of(desk, (first, second), sides[0].width, 0.048)
    spots = [
        station(desk, party, side, 0.25 + 0.3 * index, index=index, names=names, largest=0.33, breath=0.01)
        for index, (party, side) in enumerate(zip((first, second), sides, strict=True))
    ]
    messages = desk.tableau.messages or ("",)
    reach = 0.5 * spots[0][1] + 0.035 * desk.unit
    left, right = spots[0][0][0] + reach, spots[1][0][0] - reach
    middle = spots[0][0][1]
    height = min(0.15 * desk.unit * len(messages), 0.96 * area.height)
    lanes = Box(left, max(area.y, middle - height / 2), right - left, height).rows(len(messages))
    if desk.is_tall:  # the parties stand closer: messages need the rows below them
        lanes = Box(left, middle - height / 2, right - left, height).rows(len(messages))
    for index, (message, lane) in enumerate(zip(messages, lanes, strict=True)):
        _send(desk, message, lane, is_back=index % 2 == 1, start=0.9 + 1.6 * desk.step * index)


def _send(desk: Desk, message: str, lane: Box, *, is_back: bool, start: float) -> None:
    """One message on its way."""
    _, y = lane.centre
    ends = (lane.x, y), (lane.right, y)
    first, last = ends[::-1] if is_back else ends
    index = 1 if is_back else 0
    desk.line(straight(first, last), start, width=5.0, index=index, dots=2, strength=0.8)
    if message:
        hue = desk.hue(index)
        size = min(0.044 * desk.unit, 0.40 * lane.height)
        bar = pill(message, size, fill=hue, ink=desk.on(hue), language=desk.recipe.language, wide=0.86 * lane.width)
        desk.stage.add(Pop(bar, lane.centre, start + 0.15, z=2.0, came=first))


def _chain(desk: Desk) -> None:
    """Parties one after another, each handing on to the next; long chains turn at the row's end."""
    parties = desk.tableau.items
    boxes = _snake(desk, len(parties))
    names = names_of(desk, parties, boxes[0].width * 0.92, 0.038)
    spots: list[tuple[Point, float]] = []
    for index, (party, box) in enumerate(zip(parties, boxes, strict=True)):
        start = 0.35 + 1.3 * desk.step * index
        inner = box.inset(0.04 * box.width, 0.03 * box.height)
        spots.append(station(desk, party, inner, start, index=index, names=names, largest=0.22))
        if index:
            link(desk, spots[-2], spots[-1], start - 0.1, index=index)
            for message in desk.tableau.messages[index - 1 : index]:
                _tag(desk, message, spots[-2][0], spots[-1][0], start + 0.3, index)


def _tag(desk: Desk, message: str, first: Point, last: Point, start: float, index: int) -> None:
    hue = desk.hue(index)
    wide = 0.5 * math.dist(first, last)
    bar = pill(message, 0.026 * desk.unit, fill=hue, ink=desk.on(hue), language=desk.recipe.language, wide=wide)
    middle = ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2 - 0.045 * desk.unit)
    desk.stage.add(Pop(bar, middle, start, z=2.0))


def _snake(desk: Desk, count: int) -> list[Box]:
    """Boxes for *count* parties in order, to and fro."""
    most = (1 if count <= 4 else 2) if desk.is_tall else _ROW
    across = math.ceil(count / math.ceil(count / most))
    down = math.ceil(count / across)
    found: list[Box] = []
    for row, strip in enumerate(desk.area.rows(down)):
        inside = min(across, count - row * across)
        cells = strip.columns(across)
        found += cells[:inside] if row % 2 == 0 else cells[::-1][:inside]
    return found


def cycle(desk: Desk) -> None:
    """Steps on a wheel: each leads to the next, the last to the first, and light goes round for ever."""
    desk.title()
    items = desk.tableau.items
    count = len(items)
    area = desk.area
    tall = min(0.34 * area.height, 0.27 * desk.unit)
    wide = min(0.30 * area.width, 0.30 * desk.unit)
    radius = (min((area.width - wide) / 2, 0.62 * desk.unit), min((area.height - tall) / 2, 0.46 * desk.unit))
    names = names_of(desk, items, wide, 0.038)
    turn = 1 if desk.side > 0 else -1
    first = -math.pi / 2 if count != 4 else -math.pi / 2 - turn * math.pi / 4
    desk.stage.add(Dial(desk, area.centre, 0.42 * min(radius), turn=0.12 * turn))
    for index, item in enumerate(items):
        angle = first + turn * 2 * math.pi * index / count
        spot = (area.centre[0] + radius[0] * math.cos(angle), area.centre[1] + radius[1] * math.sin(angle))
        box = Box(spot[0] - wide / 2, spot[1] - tall / 2, wide, tall)
        start = 0.4 + 1.2 * desk.step * index
        _leg(desk, radius, (angle, angle + turn * 2 * math.pi / count), (wide, tall), start + 0.45, index)
        station(desk, item, box, start, index=index, names=names, fallback=str(index + 1), largest=0.22)
    _rounds(desk, radius, turn, 0.4 + 1.2 * desk.step * count)


def _leg(
    desk: Desk, radius: Point, angles: tuple[float, float], cell: tuple[float, float], start: float, index: int
) -> None:
    """The arrow from one step to the next, where no badge or label stands."""
    points = arc(desk.area.centre, radius, *angles, count=160)
    clear = np.ones(len(points), bool)
    for x, y in (points[0], points[-1]):
        inside = (np.abs(points[:, 0] - x) < 0.50 * cell[0]) & (np.abs(points[:, 1] - y) < 0.56 * cell[1])
        clear &= ~inside
    free = points[clear]
    if len(free) >= 6:
        desk.line(free, start, index=index, width=4.0, strength=0.8)


def _rounds(desk: Desk, radius: Point, turn: int, start: float) -> None:
    """Light that runs round an inner ring."""
    x, y = desk.area.centre
    inner = 0.42 * min(radius)

    def places(seconds: float) -> list[tuple[float, float, float]]:
        fade = min(1.0, max(0.0, seconds - 0.6))
        angles = [turn * (0.9 * seconds + 2.094 * part) for part in range(3)]
        return [(x + inner * 0.82 * math.cos(one), y + inner * 0.82 * math.sin(one), fade) for one in angles]

    desk.stage.add(Sparks(desk.dot(1, 5.0), places, z=4.0))
