"""Layouts: type, emblem, constellation, flow, cycle, steps, comparison.

Things appear one after another, STEP apart; text keeps above the captions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from astragen.builtin.painter.badges import Path, Pop, arc, glyph, pill, straight
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.noise import blur, smoothstep
from astragen.builtin.painter.relief import lit_body
from astragen.builtin.painter.sprite import premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed
from astragen.builtin.painter.type import Words
from astragen.model.vocabulary import Layout, ShotSize

_STEP = 0.42  # s


def _title(desk: Desk) -> None:
    """Type alone: large, centred, with a line that draws itself underneath."""
    words = desk.tableau.title or " ".join(desk.tableau.items)
    size = 0.135 if len(words) <= 18 else 0.11 if len(words) <= 40 else 0.082
    block = Words(
        desk.stage,
        words,
        across=0.5,
        down=0.42,
        size=size * desk.unit,
        ink=desk.ink,
        start=0.15,
        width=0.84,
        family="serif",
        weight=650,
        language=desk.recipe.language,
        accent=desk.accent,
        emphasis=desk.tableau.emphasis,
        max_lines=4,
    )
    desk.stage.add(block)
    x, y = desk.at(0.5, 0.42)
    below = y + block.rows * 0.61 * size * desk.unit + 0.055 * desk.unit
    half = 0.16 * desk.stage.width
    line = straight((x - half, below), (x + half, below))
    desk.stage.add(Path(line, desk.accent, 3.5 * desk.stage.scale, 0.9, has_head=False, dots=1, strength=0.9))


def _emblem(desk: Desk) -> None:
    """One large thing, lit and floating, and the line below it."""
    noun, *others = desk.tableau.items or (desk.tableau.title or "star",)
    has_title = bool(desk.tableau.title)
    size = round((0.46 if has_title else 0.56) * desk.unit * _CLOSER.get(desk.recipe.size, 1.0))
    centre = desk.at(0.5, 0.37 if has_title else 0.43)
    mask = glyph(noun, size)
    if mask is None:
        desk.pop(noun, size * 0.9, centre, 0.2, is_hero=True)
    else:
        mask = np.pad(np.asarray(mask, np.float32), size // 4)
        colour = mix(desk.accent, desk.spot, 0.35)
        body = lit_body(mask, colour, toward=(-0.6, -0.8), key=desk.ink, ambient=desk.body, bulge=size * 0.07)
        desk.stage.add(_Halo(desk, blur(mask, size * 0.12), centre))
        desk.stage.add(Pop(body, centre, 0.2, bob=7 * desk.stage.scale))
    reach = (0.36 if desk.is_tall else 0.29) * desk.stage.width
    for index, item in enumerate(others[:4]):
        side, row = (-1 if index % 2 == 0 else 1), index // 2
        spot = (centre[0] + side * reach, centre[1] + (0.10 - 0.22 * row if len(others) > 2 else 0.0) * desk.unit)
        desk.pop(item, 0.14 * desk.unit, spot, 0.9 + _STEP * index, phase=index)
    desk.title(0.69, size=0.075)


_CLOSER: Mapping[ShotSize, float] = {ShotSize.CLOSE: 1.15, ShotSize.EXTREME_CLOSE: 1.25, ShotSize.EXTREME_WIDE: 0.8}


class _Halo:
    """Light around an emblem, breathing."""

    z = 4.0

    def __init__(self, desk: Desk, mask: F32, centre: tuple[float, float]) -> None:
        self._mask = np.clip(mask * 150, 0, 255).astype(np.uint8)
        self._colour, self._centre = mix(desk.spot, desk.accent, 0.5), centre

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Shine."""
        gain = min(1.0, max(0.0, moment.seconds - 0.2)) * (0.8 + 0.2 * math.sin(1.7 * moment.seconds))
        height, width = self._mask.shape
        canvas.shine(
            self._mask, self._colour, round(self._centre[0] - width / 2), round(self._centre[1] - height / 2), gain
        )


def _constellation(desk: Desk) -> None:
    """A hero ringed by its ideas, linked by lines that light travels along."""
    hero, *items = desk.tableau.items or ("star",)
    centre = desk.at(0.5, 0.47 if desk.tableau.title else 0.43)
    wide = (0.36 * desk.stage.width, 0.22 * desk.stage.height)
    radius = wide if desk.is_tall else (0.33 * desk.stage.width, 0.245 * desk.unit)
    desk.stage.add(_Dial(desk, centre, 0.20 * desk.unit))
    for index, item in enumerate(items):
        angle = 2 * math.pi * (index + 0.5) / max(1, len(items)) - math.pi / 2
        spot = (centre[0] + radius[0] * math.cos(angle), centre[1] + radius[1] * math.sin(angle))
        start = 0.8 + _STEP * index
        desk.line(straight(centre, spot)[18:46], start + 0.1, width=2.0, has_head=False, faint=True)
        desk.pop(item, 0.125 * desk.unit, spot, start, phase=index)
        desk.label(item, (spot[0], spot[1] + 0.088 * desk.unit), start + 0.3, size=0.03)
    desk.pop(hero, 0.24 * desk.unit, centre, 0.25, is_hero=True, z=2.5)
    desk.title(0.10, size=0.058)


class _Dial:
    """A slow dial of tick marks around the hero."""

    z = 5.0

    def __init__(self, desk: Desk, centre: tuple[float, float], radius: float) -> None:
        self._centre, self._colour, self._scale = centre, desk.accent, desk.stage.scale
        size = int(radius * 1.1)
        y, x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32)
        reach, angle = np.hypot(x, y) / radius, np.arctan2(y, x)
        tick = np.abs((angle / (2 * math.pi) * 60) % 1 - 0.5) > 0.44
        band = smoothstep(0.86, 0.88, reach) * smoothstep(0.97, 0.95, reach)
        circle = np.exp(-(((reach - 0.80) * radius / (1.4 * desk.stage.scale)) ** 2))
        cover = np.clip(tick * band * 0.5 + circle * 0.5, 0, 1).astype(np.float32)
        self._piece = sprite(premultiply(desk.accent, cover))._replace(x=0.0, y=0.0)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Turn."""
        height, width = self._piece.pixels.shape[:2]
        x, y = self._centre
        matrix = placed(
            x - width / 2, y - height / 2, (width / 2, height / 2), 1.0, 0.12 * moment.seconds, 1.0, 0.0, 0.0
        )
        canvas.lay(self._piece, matrix, min(1.0, max(0.0, moment.seconds)) * 0.8)


def _flow(desk: Desk) -> None:
    """Two parties (or a chain of more) and what passes between them, in order."""
    parties = desk.tableau.items[:4] or ("person", "person")
    if len(parties) != 2:
        _chain(desk, parties)
        return
    middle = 0.47
    size = 0.28 * desk.stage.width if desk.is_tall else 0.24 * desk.unit
    for index, party in enumerate(parties):
        spot = desk.at(0.17 + 0.66 * index, middle)
        desk.pop(party, size, spot, 0.3 + 0.25 * index, is_hero=index == 1)
        desk.label(party, (spot[0], spot[1] + size * 0.68), 0.7, size=0.042)
    messages = desk.tableau.messages[:4] or ("",)
    for index, message in enumerate(messages):
        down = middle + (index - (len(messages) - 1) / 2) * 0.36 / len(messages)
        _send(desk, message, down, is_back=index % 2 == 1, start=1.0 + 2.2 * _STEP * index)
    desk.title(0.14, size=0.062)


def _send(desk: Desk, message: str, down: float, *, is_back: bool, start: float) -> None:
    """One message on its way between two parties."""
    inset = 0.33 if desk.is_tall else 0.28
    left, right = desk.at(inset, down), desk.at(1 - inset, down)
    a, b = (right, left) if is_back else (left, right)
    colour = desk.second if is_back else desk.accent
    desk.stage.add(Path(straight(a, b), colour, 4.5 * desk.stage.scale, start, dots=2))
    if message:
        bar = pill(message, 0.036 * desk.unit, fill=colour, ink=desk.deep, language=desk.recipe.language)
        desk.stage.add(Pop(bar, desk.at(0.5, down), start + 0.35, z=2.0))


def _chain(desk: Desk, parties: tuple[str, ...]) -> None:
    """Parties in a row, each handing on to the next."""
    count = len(parties)
    size = min(0.22 * desk.unit, 0.62 * desk.stage.width / count)
    places = [(index + 0.5) / count for index in range(count)]
    spots = [desk.at(0.5, 0.26 + 0.5 * u) if desk.is_tall else desk.at(u, 0.45) for u in places]
    for index, (party, spot) in enumerate(zip(parties, spots, strict=True)):
        start = 0.4 + 2 * _STEP * index
        desk.pop(party, size, spot, start, is_hero=index == count - 1, phase=index)
        desk.label(party, (spot[0], spot[1] + size * 0.70), start + 0.2)
        if index + 1 < count:
            gap = slice(33, 37) if desk.is_tall else slice(20, 41)
            desk.line(straight(spot, spots[index + 1])[gap], start + _STEP)
    desk.title(0.15, size=0.062)


def _cycle(desk: Desk) -> None:
    """Steps on a wheel: each arrow leads to the next, and the last to the first."""
    items = desk.tableau.items[:6] or ("circle",)
    count = len(items)
    centre = desk.at(0.5, 0.49 if desk.tableau.title else 0.43)
    wide = (0.33 * desk.stage.width, 0.21 * desk.stage.height)
    radius = wide if desk.is_tall else (0.27 * desk.stage.width, 0.245 * desk.unit)
    size = 0.15 * desk.unit
    margin = 0.32 if count > 4 else 0.36
    for index, item in enumerate(items):
        angle = 2 * math.pi * index / count - math.pi / 2
        spot = (centre[0] + radius[0] * math.cos(angle), centre[1] + radius[1] * math.sin(angle))
        start = 0.4 + 1.6 * _STEP * index
        desk.line(arc(centre, radius, angle + margin, angle + 2 * math.pi / count - margin), start + 0.5 * _STEP)
        desk.pop(item, size, spot, start, is_hero=index == 0, phase=index)
        desk.label(item, (spot[0], spot[1] + size * 0.70), start + 0.25, size=0.032)
    desk.title(0.09, size=0.055)


def _steps(desk: Desk) -> None:
    """Numbered steps along a path that climbs."""
    items = desk.tableau.items[:6] or ("step",)
    count = len(items)
    size = min(0.19 * desk.unit, 0.7 * desk.stage.width / count)
    places = [(index + 0.5) / count for index in range(count)]
    climb = [desk.at(0.3 + 0.4 * (i % 2), 0.70 - 0.46 * u) for i, u in enumerate(places)]
    spots = climb if desk.is_tall else [desk.at(u, 0.56 - 0.16 * u) for u in places]
    for index, (item, spot) in enumerate(zip(items, spots, strict=True)):
        start = 0.4 + 1.5 * _STEP * index
        if index + 1 < count:
            desk.line(straight(spot, spots[index + 1]), start + 0.3, width=3.0, has_head=False, faint=True)
        desk.pop(item, size, spot, start, is_hero=index == count - 1, phase=index, z=2.8)
        number = pill(str(index + 1), 0.030 * desk.unit, fill=desk.second, ink=desk.deep, language=desk.recipe.language)
        desk.stage.add(Pop(number, (spot[0] - size * 0.40, spot[1] - size * 0.42), start + 0.15, z=2.0))
        desk.label(item, (spot[0], spot[1] + size * 0.72), start + 0.2, size=0.034, width=0.9 / count)
    desk.title(0.15, size=0.062)


def _compare(desk: Desk) -> None:
    """Columns side by side, on panels, each with its emblem."""
    items = desk.tableau.items[:3] or ("left", "right")
    count = len(items)
    width, height, down = 0.8 / count, 0.46, 0.50
    tones = (desk.spot, desk.body, desk.second)
    size = min(0.22 * desk.unit, 0.6 * width * desk.stage.width)
    for index, item in enumerate(items):
        across = 0.5 + (index - (count - 1) / 2) * (width + 0.03)
        start = 0.35 + 1.5 * _STEP * index
        panel = _panel(desk, width * desk.stage.width, height * desk.stage.height, tones[index % 3])
        desk.stage.add(Pop(panel, desk.at(across, down), start, z=4.0))
        desk.pop(item, size, desk.at(across, down - 0.06), start + 0.2, is_hero=index % 2 == 0, phase=index)
        desk.label(item, desk.at(across, down + 0.115), start + 0.35, size=0.042, width=width * 0.9)
        for message in desk.tableau.messages[index : index + 1]:
            desk.label(message, desk.at(across, down + 0.175), start + 0.6, size=0.028, width=width * 0.85)
    desk.title(0.14, size=0.062)


def _panel(desk: Desk, width: float, height: float, tone: F32) -> F32:
    """A translucent rounded sheet."""
    columns, rows = round(width), round(height)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) + 0.5
    radius = 0.03 * desk.unit
    dx = np.maximum(np.abs(x - width / 2) - (width / 2 - radius - 1), 0)
    dy = np.maximum(np.abs(y - height / 2) - (height / 2 - radius - 1), 0)
    cover = np.clip(radius - np.hypot(dx, dy), 0, 1)
    edge = np.clip(1.5 - np.abs(radius - np.hypot(dx, dy) - 1.5), 0, 1) * cover
    colour = mix(mix(tone, desk.deep, 0.35), mix(tone, desk.deep, 0.7), np.clip(y / height, 0, 1))
    alpha = np.clip(cover * 0.55 + edge * 0.4, 0, 1)
    return premultiply((colour + edge[..., None] * 0.25).astype(np.float32), alpha.astype(np.float32))


LAYOUTS: Mapping[Layout, Callable[[Desk], None]] = {
    Layout.TITLE: _title,
    Layout.EMBLEM: _emblem,
    Layout.CONSTELLATION: _constellation,
    Layout.FLOW: _flow,
    Layout.CYCLE: _cycle,
    Layout.STEPS: _steps,
    Layout.COMPARE: _compare,
}
