"""One thing that stands for an idea, and a thing ringed by its ideas."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from astragen.builtin.painter.badges import Pop, Sparks, silhouette
from astragen.builtin.painter.colour import mix
from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.layouts.parts import Dial, Halo, link, names_of, station
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.relief import lit_body
from astragen.builtin.painter.type import Words, fit
from astragen.model.vocabulary import ShotSize

_CLOSER: Mapping[ShotSize, float] = {ShotSize.CLOSE: 1.12, ShotSize.EXTREME_CLOSE: 1.2, ShotSize.EXTREME_WIDE: 0.85}


def emblem(desk: Desk) -> None:
    """One large thing, lit and floating; its line beside it or below."""
    noun, *others = desk.tableau.items or (desk.tableau.title or "star",)
    text = desk.tableau.title
    field = desk.safe
    is_aside = bool(text) and not desk.is_tall and desk.stage.width > 1.3 * desk.stage.height and len(text) > 12
    if is_aside:
        left = desk.side < 0
        words_box = field.part(0.46, 0.1, 1.0, 0.95) if left else field.part(0.0, 0.1, 0.54, 0.95)
        field = field.part(0.0, 0.0, 0.44, 1.0) if left else field.part(0.56, 0.0, 1.0, 1.0)
        _beside(desk, text, words_box)
    elif text:
        _beside(desk, text, field.part(0.02, 0.72, 0.98, 1.0))
        field = field.part(0.0, 0.0, 1.0, 0.70)
    size = min(field.width, field.height) * (0.60 if others else 0.74) * _CLOSER.get(desk.recipe.size, 1.0)
    _hang(desk, noun, field.centre, min(size, 0.94 * min(field.width, field.height)))
    _satellites(desk, others[:5], field, size)


def _beside(desk: Desk, text: str, box: Box) -> None:
    style = desk.style(650, "serif")
    fitted = fit(text, 0.088 * desk.unit, box.width, box.height, style, 0.45)
    desk.stage.add(
        Words(
            fitted,
            box.centre,
            desk.inks(),
            0.5,
            style=style,
            emphasis=desk.tableau.emphasis,
            entrance=desk.entrance,
        )
    )


def _hang(desk: Desk, noun: str, centre: Point, size: float) -> None:
    """The thing itself, as a body that light falls on, before a slow dial."""
    desk.stage.add(Dial(desk, centre, 0.66 * size, ticks=72))
    mask = silhouette(noun, round(0.80 * size))
    if mask is None:
        desk.pop(noun, 0.8 * size, centre, 0.2, breath=0.012)
        return
    mask = np.pad(np.asarray(mask, np.float32), round(size) // 4)
    key = mix(desk.pale, "#ffffff", 0.4)
    body = lit_body(
        mask,
        mix(desk.hue(0), desk.spot, 0.18),
        toward=(0.6 * desk.side, -0.8),
        key=key,
        ambient=mix(desk.body, desk.pale, 0.3),
        bulge=size * 0.06,
    )
    desk.stage.add(Halo(desk, blur(mask, size * 0.12), centre))
    desk.stage.add(Pop(body, centre, 0.2, bob=6 * desk.stage.scale, breath=0.012))


def _satellites(desk: Desk, nouns: list[str], field: Box, size: float) -> None:
    """Further things on a ring about the first, and sparks that run along it."""
    cx, cy = field.centre
    reach = 0.075 * desk.unit
    radius = (min(0.5 * field.width - reach, 0.86 * size), min(0.5 * field.height - reach, 0.80 * size))
    for index, noun in enumerate(nouns):
        angle = -math.pi / 2 + 2 * math.pi * (index + 0.5) / len(nouns)
        spot = (cx + radius[0] * math.cos(angle), cy + radius[1] * math.sin(angle))
        desk.pop(noun, 0.13 * desk.unit, spot, 0.9 + desk.step * index, index=index + 1)
    dot = desk.dot(1, 4.5)
    ring = 0.54 * size

    def places(seconds: float) -> list[tuple[float, float, float]]:
        turns = [0.5 * seconds, 0.5 * seconds + math.pi, -0.33 * seconds]
        fade = min(1.0, max(0.0, seconds - 0.5))
        return [(cx + ring * math.cos(turn), cy + ring * math.sin(turn), fade) for turn in turns]

    desk.stage.add(Sparks(dot, places, z=4.0))


def constellation(desk: Desk) -> None:
    """A hero ringed by its ideas, linked by lines that light travels along."""
    desk.title()
    hero, *items = desk.tableau.items
    area = desk.area
    cell = _cell(desk, items, area)
    spots = _ring(area, cell, len(items), float(desk.random.uniform(-0.12, 0.12)))
    names = names_of(desk, items, cell[0], 0.036)
    core = min(0.25 * desk.unit, 0.36 * area.height, 0.34 * area.width)
    desk.stage.add(Dial(desk, area.centre, 0.78 * core))
    placed = []
    for index, (item, (x, y)) in enumerate(zip(items, spots, strict=True)):
        box = Box(x - cell[0] / 2, y - cell[1] / 2, *cell)
        start = 0.8 + desk.step * index
        placed.append(station(desk, item, box, start, index=index + 1, names=names, largest=0.17))
        link(
            desk,
            (area.centre, core * 1.1),
            placed[-1],
            start + 0.1,
            index=index + 1,
            has_head=False,
            width=2.0,
            strength=0.5,
        )
    for index in range(len(placed) - 1):
        link(
            desk,
            placed[index],
            placed[index + 1],
            1.3 + desk.step * (index + 1),
            dots=0,
            has_head=False,
            width=1.2,
            strength=0.28,
            bow=0.06,
        )
    desk.pop(hero, core, area.centre, 0.25, breath=0.015, z=2.5)


def _cell(desk: Desk, items: list[str], area: Box) -> tuple[float, float]:
    """Room for a badge with its label, as large as the ring allows without overlap."""
    wide, tall = min(0.30 * desk.unit, 0.30 * area.width), min(0.245 * desk.unit, 0.36 * area.height)
    while wide > 20:
        spots = [*_ring(area, (wide, tall), len(items), 0.0), area.centre]
        crossing = any(
            abs(a[0] - b[0]) < wide and abs(a[1] - b[1]) < tall
            for place, a in enumerate(spots)
            for b in spots[place + 1 :]
        )
        if not crossing:
            break
        wide, tall = 0.95 * wide, 0.95 * tall
    return wide, tall


def _ring(area: Box, cell: tuple[float, float], count: int, turn: float) -> list[Point]:
    """*count* places on the largest oval in *area* that keeps cells inside it, evenly spaced along it."""
    x, y = area.centre
    rx, ry = max(1.0, (area.width - cell[0]) / 2), max(1.0, (area.height - cell[1]) / 2)
    rx = min(rx, 2.1 * ry + cell[0])
    if count == 2:
        return [(x - rx, y), (x + rx, y)]
    angle = np.linspace(-0.5 * math.pi, 1.5 * math.pi, 721)
    steps = np.hypot(np.diff(rx * np.cos(angle)), np.diff(ry * np.sin(angle)))
    length = np.concatenate([[0.0], np.cumsum(steps)])
    chosen = np.interp((np.arange(count) + 0.5) / max(1, count) * length[-1], length, angle) + turn
    return [(x + rx * math.cos(one), y + ry * math.sin(one)) for one in chosen]
