"""Things in order: numbered steps, columns side by side, events on a line, a tree."""

from __future__ import annotations

import math
import re

import numpy as np

from astragen.builtin.painter.badges import Pop, Sparks, card, mark_of, pill, straight
from astragen.builtin.painter.colour import mix, rgb
from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.layouts.parts import elbow, names_of, sheet, station
from astragen.builtin.painter.sprite import over, premultiply
from astragen.builtin.painter.type import fit

# "1969: Moon landing", "In 1969, ...", "May 1945 - ...", "300 BC ...": what of an event is its date.
_DATE = re.compile(
    r"^\s*(?:in\s+)?(?P<date>(?:(?:c\.|ca\.?|about|around)\s*)?(?:[^\W\d_]{3,12}\.?\s+)?(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?"
    r"\d{3,4}s?(?:\s*(?:[–-]\s*\d{2,4}))?(?:\s*(?:BCE?|CE|AD))?|\d{1,2}(?:st|nd|rd|th)\s+century(?:\s+BCE?)?"
    r"|\d{1,2}:\d{2})\s*[:,–—-]?\s+(?P<what>\S.*)$",
    re.IGNORECASE,
)


def dated(event: str) -> tuple[str, str]:
    """An event's date and what happened: "1969: Moon landing" -> ("1969", "Moon landing"); no date is ""."""
    match = _DATE.match(event)
    return (match["date"].strip(), match["what"].strip()) if match else ("", event.strip())


# --- steps ------------------------------------------------------------------


def steps(desk: Desk) -> None:
    """Numbered steps: a stair that climbs, or, where labels are long or the frame tall, a column of cards."""
    desk.title()
    items = desk.tableau.items
    long = max(len(item) for item in items) > 15 or len(items) > 5
    if desk.is_tall or long or desk.random.random() < 0.35:
        _cards(desk, items)
    else:
        _stair(desk, items)


def _stair(desk: Desk, items: tuple[str, ...]) -> None:
    """Blocks that rise to the right, each with its badge on top and its number on its face."""
    area = desk.area
    count = len(items)
    gap = 0.012 * desk.unit
    columns = area.columns(count, gap)
    names = names_of(desk, items, columns[0].width * 0.86, 0.042)
    badge = min(0.20 * desk.unit, 0.72 * columns[0].width, 0.34 * area.height)
    low, high = 0.30 * area.height, area.height - 1.12 * badge
    for index, (item, column) in enumerate(zip(items, columns, strict=True)):
        tall = low + (high - low) * (index / max(1, count - 1)) if count > 1 else 0.5 * (low + high)
        block = Box(column.x, area.bottom - tall, column.width, tall)
        start = 0.35 + 1.2 * desk.step * index
        _block(desk, block, start, index)
        desk.pop(
            item, badge, (column.centre[0], block.y - 0.54 * badge), start + 0.2, index=index, fallback=str(index + 1)
        )
        head = block.part(0.07, 0.0, 0.93, 0.0)
        below = Box(head.x, block.y + 0.022 * desk.unit, head.width, names.height + 2)
        desk.label(item, below, start + 0.3, size=names.size, down=0.0)
        figure = Box(head.x, below.bottom, head.width, max(8.0, block.bottom - below.bottom))
        numeral = min(0.15, 0.62 * figure.height / desk.unit)
        if numeral > 0.045:
            tone = mix(desk.hue(index), desk.body, 0.25)
            desk.label(str(index + 1), figure, start + 0.3, size=numeral, family="serif", weight=700, colour=tone)
    _climb(desk, [(column.centre[0], 0.0) for column in columns], (low, high), badge)


def _block(desk: Desk, block: Box, start: float, index: int) -> None:
    sheet(desk, block, start, index=index, opacity=0.72)


def _climb(desk: Desk, columns: list[Point], ends: tuple[float, float], badge: float) -> None:
    """A light that hops up the stair, again and again."""
    area, (low, high) = desk.area, ends
    count = len(columns)
    if count < 2:
        return
    start = 0.6 + 1.2 * desk.step * count

    def places(seconds: float) -> list[tuple[float, float, float]]:
        at = (0.9 * max(0.0, seconds - start)) % (count + 0.6)
        step = min(int(at), count - 1)
        u = min(1.0, max(0.0, at - step - 0.45) / 0.55) if step < count - 1 else 0.0
        x = columns[step][0] + (columns[min(step + 1, count - 1)][0] - columns[step][0]) * u
        along = (step + u) / (count - 1)
        y = area.bottom - (low + (high - low) * along) - 1.14 * badge - 0.5 * badge * math.sin(math.pi * u) * 0.5
        fade = min(1.0, 3 * at, 3 * (count + 0.6 - at)) if seconds > start else 0.0
        return [(x, y, fade)]

    desk.stage.add(Sparks(desk.dot(1, 7.0), places, z=1.9))


def _cards(desk: Desk, items: tuple[str, ...]) -> None:
    """Cards below each other (two columns on wide frames), a numeral in front of each."""
    area = desk.area
    count = len(items)
    across = 1 if desk.is_tall or count < 4 else 2
    down = math.ceil(count / across)
    gap = 0.026 * desk.unit
    height = min((area.height - gap * (down - 1)) / down, 0.19 * desk.unit)
    block = height * down + gap * (down - 1)
    field = Box(area.x, area.y + (area.height - block) / 2, area.width, block)
    if across == 1 and not desk.is_tall:
        field = field.part(0.12, 0, 0.88, 1)
    cells = [cell for column in field.columns(across, 1.6 * gap) for cell in column.rows(down, gap)]
    text = cells[0].part(0.0, 0.1, 1.0, 0.9)
    text = Box(text.x, text.y, text.width - 1.35 * height, text.height)
    size = desk.size_for(items, text, 0.044)
    for index, (item, cell) in enumerate(zip(items, cells, strict=False)):
        start = 0.35 + 1.1 * desk.step * index
        sheet(desk, cell, start, index=index)
        spot = (cell.x + 0.58 * height, cell.centre[1])
        desk.pop(item, 0.74 * height, spot, start + 0.15, index=index, fallback=str(index + 1))
        box = Box(cell.x + 1.15 * height, text.y - cells[0].y + cell.y, text.width, text.height)
        desk.label(item, box, start + 0.25, size=size, align=0.0)
        number = (cell.x + 0.22 * height, cell.y + 0.20 * height)
        desk.number(str(index + 1), number, start + 0.3, size=min(0.028, 0.15 * height / desk.unit), index=index + 1)
        if index + 1 < count and (index + 1) % down:
            first, last = (spot[0], cell.y + 0.96 * height), (spot[0], cell.bottom + gap + 0.1 * height)
            desk.line(straight(first, last, 20), start + 0.35, index=index, width=3.0, has_head=False, dots=1, pace=0.8)


# --- comparison -------------------------------------------------------------


def compare(desk: Desk) -> None:
    """Columns side by side, each on its panel with its emblem; between two of them, the scales' "vs"."""
    desk.title()
    items = desk.tableau.items
    count = len(items)
    across = count if not desk.is_tall or count == 2 else 2 if count > 3 else 1
    across = min(across, 4)
    down = math.ceil(count / across)
    gap = 0.035 * desk.unit
    cells = [cell for row in desk.area.rows(down, gap) for cell in row.columns(across, gap)][:count]
    if desk.is_tall and count == 2:
        cells = desk.area.inset(0, 0.08 * desk.area.height).columns(2, gap)
    names = names_of(desk, items, cells[0].width * 0.86, 0.054)
    notes = desk.tableau.messages
    for index, (item, cell) in enumerate(zip(items, cells, strict=True)):
        start = 0.3 + 1.2 * desk.step * index
        came_from = -1 if index < count / 2 else 1
        _panel(desk, cell, start, index, came_from)
        inner = cell.inset(0.07 * cell.width, 0.07 * cell.height)
        note = notes[index : index + 1]
        head = inner.part(0, 0, 1, 0.74) if note else inner
        station(desk, item, head, start + 0.25, index=index, names=names, largest=0.34, breath=0.012)
        for text in note:
            desk.label(text, inner.part(0, 0.76, 1, 1), start + 0.6, size=0.042, weight=500, colour=desk.hue(index))
    if count == 2:
        _versus(desk, cells)


def _panel(desk: Desk, cell: Box, start: float, index: int, side: int) -> None:
    hue = desk.hue(index)
    fill = mix(desk.pale, hue, 0.12) if desk.is_light else mix(mix(desk.body, hue, 0.26), desk.deep, 0.40)
    picture = card(cell.width, cell.height, 0.035 * desk.unit, fill, hue, opacity=0.9 if desk.is_light else 0.66)
    x, y = cell.centre
    desk.stage.add(Pop(picture, (x, y), start, z=4.0, came=(x + side * 0.12 * desk.stage.width, y)))


def _versus(desk: Desk, cells: list[Box]) -> None:
    """The word between two, where the panels meet, with a light going round it."""
    left, right = cells
    middle = ((left.right + right.x) / 2, left.centre[1])
    hue = desk.hue(2)
    mark = pill("vs", 0.036 * desk.unit, fill=hue, ink=desk.on(hue), language="en")
    desk.stage.add(Pop(mark, middle, 1.2, z=2.0, breath=0.03))
    radius = 0.062 * desk.unit

    def places(seconds: float) -> list[tuple[float, float, float]]:
        fade = min(1.0, max(0.0, seconds - 1.5))
        turns = [1.1 * seconds, 1.1 * seconds + math.pi]
        return [(middle[0] + radius * math.cos(turn), middle[1] + radius * math.sin(turn), fade) for turn in turns]

    desk.stage.add(Sparks(desk.dot(2, 4.0), places, z=1.9))


# --- timeline ---------------------------------------------------------------


def timeline(desk: Desk) -> None:
    """Events on a line in their order, on alternate sides; on tall frames the line runs down."""
    desk.title()
    events = [dated(item) for item in desk.tableau.items]
    if desk.is_tall:
        _upright(desk, events)
    else:
        _level(desk, events)


def _level(desk: Desk, events: list[tuple[str, str]]) -> None:
    area = desk.area
    count = len(events)
    y = area.centre[1]
    start, seconds = 0.4, 0.5 + 0.9 * desk.step * count
    rail = straight((area.x, y), (area.right, y), 200)
    desk.line(rail, start, width=5.0, strength=0.85, seconds=seconds, dots=3, pace=0.16)
    above, below = 0, 1
    cell = area.width / max(1, count)
    wide = min((2 * cell if count > 2 else cell) - 0.03 * desk.unit, 0.44 * desk.unit)
    tall = 0.5 * area.height - 0.085 * desk.unit
    size = desk.size_for([what for _, what in events], Box(0, 0, wide, 0.60 * tall), 0.050)
    first = above if desk.side < 0 else below
    for index, (date, what) in enumerate(events):
        x = area.x + (index + 0.5) * cell
        left = min(max(x - wide / 2, area.x), area.right - wide)
        is_above = (index + first) % 2 == 0
        stem = 0.075 * desk.unit
        box = Box(left, y - stem - tall if is_above else y + stem, wide, tall)
        at = start + seconds * (index + 0.5) / count * 0.8
        _node(desk, (x, y), (0.0, -stem if is_above else stem), at, index)
        _event(desk, box, date, what, size, at + 0.15, index, down=1.0 if is_above else 0.0, align=0.5)


def _upright(desk: Desk, events: list[tuple[str, str]]) -> None:
    area = desk.area
    count = len(events)
    x = area.x + 0.09 * area.width if desk.side < 0 else area.right - 0.09 * area.width
    start, seconds = 0.4, 0.5 + 0.9 * desk.step * count
    desk.line(
        straight((x, area.y), (x, area.bottom), 200),
        start,
        width=5.0,
        strength=0.85,
        seconds=seconds,
        dots=3,
        pace=0.16,
    )
    cells = area.rows(count, 0.02 * desk.unit)
    wide = 0.78 * area.width
    left = x + 0.08 * area.width if desk.side < 0 else x - 0.08 * area.width - wide
    tall = min(cells[0].height, 0.26 * desk.unit)
    size = desk.size_for([what for _, what in events], Box(0, 0, wide, 0.52 * tall), 0.046)
    for index, ((date, what), cell) in enumerate(zip(events, cells, strict=True)):
        y = cell.centre[1]
        at = start + seconds * (index + 0.5) / count * 0.8
        towards = 0.05 * area.width * -desk.side
        _node(desk, (x, y), (towards, 0.0), at, index)
        box = Box(left, y - tall / 2, wide, tall)
        _event(desk, box, date, what, size, at + 0.15, index, down=0.5, align=0.0 if desk.side < 0 else 1.0)


def _node(desk: Desk, spot: Point, stem: Point, start: float, index: int) -> None:
    """A ringed point on the line, and the stem to its event."""
    last = (spot[0] + stem[0], spot[1] + stem[1])
    desk.line(straight(spot, last, 12), start, index=index, width=3.0, has_head=False, strength=0.9, seconds=0.35)
    size = round(0.036 * desk.unit)
    y, x = np.mgrid[0 : 2 * size, 0 : 2 * size].astype(np.float32) + 0.5 - size
    reach = np.hypot(x, y) / (size / 2)
    outer = np.clip((1 - reach) * size / 2 + 0.5, 0, 1)
    inner = np.clip((0.56 - reach) * size / 2 + 0.5, 0, 1)
    hue = rgb(desk.hue(index))
    picture = over(premultiply(desk.pale, inner.astype(np.float32)), premultiply(hue, outer.astype(np.float32)))
    desk.stage.add(Pop(picture.astype(np.float32), spot, start, z=2.4, breath=0.06, phase=index))


def _event(
    desk: Desk,
    box: Box,
    date: str,
    what: str,
    size: float,
    start: float,
    index: int,
    *,
    down: float,
    align: float,
) -> None:
    """A date in large numerals over what happened, together at the box's end *down*."""
    share = 0.34 if date else 0.0
    style = desk.style(600)
    numeral = min(0.088, share * box.height / desk.unit / 1.25)
    text_height = min((1 - share) * box.height, desk.rows_height(size, 4))
    fitted = desk.size_for([what], Box(0, 0, box.width, text_height), size)
    rows = fit(what[:1].upper() + what[1:], fitted * desk.unit, box.width, text_height, style).height
    head = 1.25 * numeral * desk.unit if date else 0.0
    top = box.y + down * max(0.0, box.height - head - rows)
    if date:
        desk.label(
            date,
            Box(box.x, top, box.width, head),
            start,
            size=numeral,
            weight=700,
            family="serif",
            colour=desk.hue(index),
            align=align,
        )
    desk.label(what, Box(box.x, top + head, box.width, rows + 2), start + 0.12, size=fitted, align=align, down=0.0)


# --- hierarchy --------------------------------------------------------------


def hierarchy(desk: Desk) -> None:
    """The first item over the others, as a tree whose branches grow."""
    desk.title()
    root, *children = desk.tableau.items
    if desk.is_tall:
        _list_tree(desk, root, children)
    else:
        _wide_tree(desk, root, children)


def _wide_tree(desk: Desk, root: str, children: list[str]) -> None:
    area = desk.area
    count = len(children)
    crown = area.part(0.30, 0.0, 0.70, 0.30)
    gap = 0.022 * desk.unit
    row = area.part(0, 0.50, 1, 1).columns(count, gap)
    width = min(row[0].width, 0.40 * desk.unit)
    names = names_of(desk, children, 0.84 * width, 0.040)
    _plaque(desk, crown, root, 0.3, 0, is_root=True)
    for index, (child, cell) in enumerate(zip(children, row, strict=True)):
        box = Box(cell.centre[0] - width / 2, cell.y, width, cell.height)
        start = 0.9 + desk.step * index
        top, foot = (crown.centre[0], crown.bottom), (box.centre[0], box.y)
        desk.line(elbow(top, foot), start, index=index + 1, width=3.5, has_head=False, dots=1, strength=0.8)
        sheet(desk, box, start + 0.25, index=index + 1)
        inner = box.inset(0.07 * box.width, 0.08 * box.height)
        station(desk, child, inner, start + 0.4, index=index + 1, names=names, largest=0.19)


def _list_tree(desk: Desk, root: str, children: list[str]) -> None:
    """A trunk down the side with the children as rows."""
    area = desk.area
    crown = Box(area.x, area.y, area.width, min(0.20 * area.height, 0.20 * desk.unit))
    _plaque(desk, crown, root, 0.3, 0, is_root=True)
    gap = 0.02 * desk.unit
    field = Box(area.x, crown.bottom + 0.05 * desk.unit, area.width, area.bottom - crown.bottom - 0.05 * desk.unit)
    rows = field.rows(len(children), gap)
    height = min(rows[0].height, 0.20 * desk.unit)
    trunk = area.x + 0.05 * area.width
    boxes = [Box(area.x + 0.14 * area.width, row.centre[1] - height / 2, 0.86 * area.width, height) for row in rows]
    size = desk.size_for(children, Box(0, 0, boxes[0].width - 1.3 * height, 0.8 * height), 0.044)
    for index, (child, box) in enumerate(zip(children, boxes, strict=True)):
        start = 0.8 + desk.step * index
        way = np.concatenate(
            [
                straight((trunk, crown.bottom), (trunk, box.centre[1])),
                straight((trunk, box.centre[1]), (box.x, box.centre[1]), 20)[1:],
            ]
        )
        desk.line(way.astype(np.float32), start, index=index + 1, width=3.5, has_head=False, dots=1, strength=0.8)
        sheet(desk, box, start + 0.25, index=index + 1)
        desk.pop(child, 0.70 * height, (box.x + 0.55 * height, box.centre[1]), start + 0.4, index=index + 1)
        text = Box(box.x + 1.08 * height, box.y + 0.1 * height, box.width - 1.3 * height, 0.8 * height)
        desk.label(child, text, start + 0.5, size=size, align=0.0)


def _plaque(desk: Desk, box: Box, text: str, start: float, index: int, *, is_root: bool) -> None:
    """The root: a strong card with its mark before its name."""
    sheet(desk, box, start, index=index, strong=is_root)
    mark = mark_of(text, 8, desk.recipe.language)
    has_icon = mark.shape == (8, 8)
    height = box.height
    if has_icon:
        desk.pop(text, 0.72 * height, (box.x + 0.60 * height, box.centre[1]), start + 0.15, index=index, breath=0.015)
    left = box.x + (1.12 * height if has_icon else 0.08 * box.width)
    inner = Box(left, box.y + 0.08 * height, box.right - 0.05 * box.width - left, 0.84 * height)
    desk.label(text, inner, start + 0.25, size=0.058, weight=700)
