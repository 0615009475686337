"""More poses: what turns and flutters. Mill sails, wind pumps, ferris wheels, bunting, fountains.

See `poses` for what a pose is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.houses import Mark
from astragen.builtin.painter.poses import UP, Paint, Part, Pose, bar, frame_of


def sails(mark: Mark, paint: Paint, seed: int) -> Pose:
    """The four sails of a mill: lattices with cloth."""
    hub, across, _ = frame_of(mark)
    reach, pace = mark.rest
    beam, cloth, dim = paint.shade("#5a4230"), paint.sun("#efe4cc"), paint.shade("#e2d4b8")

    def pose(t: float) -> list[Part]:
        beams, cloths, bars = [], [], []
        for blade in range(4):
            angle = pace * t + 0.35 + blade * math.pi / 2
            out = across * math.cos(angle) + UP * math.sin(angle)
            aside = -across * math.sin(angle) + UP * math.cos(angle)
            beams.append(bar(hub, hub + out * reach, 0.17, aside))
            root, tip = hub + out * reach * 0.2, hub + out * reach * 0.98
            cloths.append(np.stack([root + aside * 0.08, tip + aside * 0.08, tip + aside * 1.25, root + aside * 1.05]))
            for part in np.linspace(0.2, 0.98, 8):
                bars.append(bar(hub + out * reach * part, hub + out * reach * part + aside * 1.25, 0.06, out))
            bars.append(bar(root + aside * 0.62, tip + aside * 0.68, 0.06, aside))
        disc = _ring(hub, across, UP, 0.42, 14)
        return [
            Part(dim * 0.5 + cloth * 0.5, np.stack(cloths)),
            Part(beam, np.stack(bars)),
            Part(beam, np.stack(beams)),
            Part(beam, disc[None]),
        ]

    return pose


def _ring(centre: F32, u: F32, v: F32, radius: float, count: int, start: float = 0.0) -> F32:
    angle = start + np.linspace(0, 2 * math.pi, count + 1)[:-1]
    return np.asarray(centre + (u * np.cos(angle)[:, None] + v * np.sin(angle)[:, None]) * radius, np.float32)


def fan(mark: Mark, paint: Paint, seed: int) -> Pose:
    """The many-bladed rotor of a wind pump."""
    hub, across, _ = frame_of(mark)
    reach, pace = mark.rest
    blade_lit, blade_dim, hub_colour = paint.sun("#dfe2e0"), paint.shade("#c4c8c6"), paint.shade("#7a3a30")

    def pose(t: float) -> list[Part]:
        lit: list[np.ndarray] = []
        dim: list[np.ndarray] = []
        for index in range(12):
            angle = pace * t + index * math.pi / 6
            out = across * math.cos(angle) + UP * math.sin(angle)
            aside = -across * math.sin(angle) + UP * math.cos(angle)
            quad = np.stack(
                [
                    hub + out * reach * 0.28 - aside * 0.06,
                    hub + out * reach - aside * 0.19,
                    hub + out * reach + aside * 0.19,
                    hub + out * reach * 0.28 + aside * 0.06,
                ]
            )
            (lit if math.cos(angle - 0.8) > -0.1 else dim).append(quad)
        return [
            Part(blade_lit, np.stack(lit)),
            Part(blade_dim, np.stack(dim)),
            Part(hub_colour, _ring(hub, across, UP, 0.26, 10)[None]),
        ]

    return pose


_GONDOLAS = ("#d8452e", "#f0b030", "#2f8aa8", "#6a9a4a", "#c85a8a", "#e87a3a")


def wheel(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A ferris wheel: two rims, spokes, gondolas that hang, bulbs at night."""
    hub, across, _ = frame_of(mark)
    reach, pace = mark.rest
    rim, spoke = paint.sun("#e8e0d0"), paint.shade("#cfc6b8")
    tints = [paint.warm(colour, 0.75) for colour in _GONDOLAS]
    dark = paint.lighting.light.dark
    count = 12

    def pose(t: float) -> list[Part]:
        turn = pace * t
        outer, inner = (_ring(hub, across, UP, r, 48, turn) for r in (reach, reach * 0.93))
        rim_outline = np.concatenate([outer, outer[:1], inner[:1], inner[::-1]])
        angles = turn + np.arange(count) * 2 * math.pi / count
        outs = [across * math.cos(a) + UP * math.sin(a) for a in angles]
        asides = [-across * math.sin(a) + UP * math.cos(a) for a in angles]
        spokes = np.stack([bar(hub, hub + o * reach * 0.95, 0.10, s) for o, s in zip(outs, asides, strict=True)])
        parts = [Part(spoke, spokes), Part(rim, rim_outline[None]), Part(spoke, _ring(hub, across, UP, 0.7, 16)[None])]
        for index, tint in enumerate(tints):
            cabins = []
            for o in outs[index :: len(tints)]:
                top = hub + o * reach - UP * 0.25
                cabins.append(
                    np.stack(
                        [
                            top - across * 0.62,
                            top + across * 0.62,
                            top + across * 0.5 - UP * 0.85,
                            top - across * 0.5 - UP * 0.85,
                        ]
                    )
                )
            parts.append(Part(tint, np.stack(cabins)))
        if dark > 0.4:
            bulbs = np.stack(
                [_ring(hub + o * reach * part, across, UP, 0.13, 6) for o in outs for part in (0.5, 0.75)]
                + [_ring(outer[i], across, UP, 0.13, 6) for i in range(0, 48, 2)]
            )
            parts.append(
                Part(rgb("#ffdf9a") * np.float32(dark * (0.85 + 0.15 * math.sin(3 * t))), bulbs, is_light=True)
            )
        return parts

    return pose


_PENNANTS = ("#d8452e", "#f0b030", "#2f8aa8", "#6a9a4a", "#e8e0cc")


def bunting(ends: tuple[Sequence[float], Sequence[float]], sag: float, paint: Paint, seed: int) -> Pose:
    """Pennants on a cord between two plot points, fluttering."""
    start, end = (np.asarray(point, np.float32) for point in ends)
    length = float(np.linalg.norm(end - start))
    way = (end - start) / max(length, 1e-6)
    count = max(5, int(length / 0.52))
    cord = paint.shade("#8a7a68")
    tints = [(paint.sun(colour), paint.shade(colour)) for colour in _PENNANTS]
    phase = np.random.default_rng(seed).uniform(0, 6.28, count)
    away = np.array([-way[2], 0, way[0]], np.float32)

    def pose(t: float) -> list[Part]:
        sway = sag * (1 + 0.10 * math.sin(1.1 * t + phase[0]))
        u = np.linspace(0, 1, count + 1)
        line = (
            start
            + (end - start) * u[:, None]
            - UP * (4 * sway * u * (1 - u))[:, None]
            + away * (0.12 * np.sin(1.3 * t + 5 * u) * 4 * u * (1 - u))[:, None]
        )
        parts = [Part(cord, np.stack([bar(line[i], line[i + 1], 0.022, UP) for i in range(count)]))]
        for index, (lit, dim) in enumerate(tints):
            for is_lit in (True, False):
                flags = []
                for i in range(index, count, len(tints)):
                    flap = math.sin(2.6 * t + phase[i]) * 0.5 + 0.3 * math.sin(4.1 * t + 2 * phase[i])
                    if (flap > -0.1) is not is_lit:
                        continue
                    a, b = line[i] + (line[i + 1] - line[i]) * 0.08, line[i] + (line[i + 1] - line[i]) * 0.92
                    flags.append(
                        np.stack(
                            [
                                a,
                                b,
                                (a + b) / 2 - UP * (0.48 - 0.05 * abs(flap)) + away * flap * 0.16 + way * flap * 0.05,
                            ]
                        )
                    )
                if flags:
                    parts.append(Part(lit if is_lit else dim, np.stack(flags)))
        return parts

    return pose


def jet(mark: Mark, paint: Paint, seed: int) -> Pose:
    """Drops of a fountain, rising and falling in arcs."""
    root, across, away = frame_of(mark)
    random = np.random.default_rng(seed)
    count = 70
    angle, start = random.random(count) * 2 * math.pi, random.random(count)
    throw = 0.75 + 0.35 * random.random(count)
    rise, flight = 3.4, 0.9
    water = np.asarray(paint.sun("#dcecf4") * 0.55 + 0.06, np.float32)

    def pose(t: float) -> list[Part]:
        age = np.mod(t / flight + start, 1.0) * flight
        out = throw * age
        up = rise * age - 4.905 * age * age * 0.9
        at = root + across * (np.cos(angle) * out)[:, None] + away * (np.sin(angle) * out)[:, None] + UP * up[:, None]
        size = 0.035
        drops = np.stack([at - across * size, at + UP * size * 2.4, at + across * size, at - UP * size * 2.4], 1)
        return [Part(water, drops, is_light=True)]

    return pose
