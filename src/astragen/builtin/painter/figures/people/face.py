"""Faces: eyes that look and blink, brows, nose, mouth and age, as markings on a head.

Shapes are in head units (see `head`): the centre of the head at (0, 0), its height 2. A mood is a row
of `moods` in `data/painter/figures/people.json`. Start reading at `features`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np

from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.look import Look, people
from astragen.builtin.painter.figures.shape import Points, path

_INK = np.array([0.13, 0.09, 0.09], np.float32)
_WHITE = np.array([0.96, 0.945, 0.92], np.float32)
_TALK_PAUSE = 0.42  # share of speaking in which the mouth is nearly shut


class Frame(Protocol):
    """Head units to the figure's own; profile: 0 three quarters, 1 from the side."""

    scale: float
    profile: float

    def curve(self, points: Points) -> F32:
        """A smooth closed outline."""
        ...

    def tube(self, points: Points, widths: list[float]) -> tuple[F32, ...]:
        """A strand."""
        ...

    def dot(self, x: float, y: float, rx: float, ry: float) -> F32:
        """An ellipse."""
        ...


class Gesture(NamedTuple):
    """What a face does at a moment. lids: 1 open, 0 shut. gaze: of the eyes, right and up, -1 to 1.

    talk: how far the mouth is open for speech, 0 to 1.
    """

    lids: float = 1.0
    gaze: tuple[float, float] = (0.0, 0.0)
    talk: float = 0.0


class _Eye(NamedTuple):
    """Middle, half-width, half-height; inner: +1 when the nose is on its right."""

    x: float
    y: float
    wide: float
    high: float
    inner: int


class _Lids(NamedTuple):
    """Upper and lower edge of an open eye: (n,) x, and y of both, in head units."""

    x: F32
    upper: F32
    lower: F32


def features(look: Look, frame: Frame, gesture: Gesture) -> list[Part]:
    """Everything on the face, in the order it is painted."""
    mood: Mapping[str, float] = people()["moods"].get(look.mood, people()["moods"]["calm"])
    eyes = _eyes(look, frame.profile)
    parts = [*_modelling(look, frame), *_nose(look, frame)]
    if look.is_old:
        parts += _wrinkles(look, frame, eyes)
    parts += _mouth(look, frame, mood, gesture.talk)
    for eye in eyes:
        parts += _eye(look, frame, eye, mood, gesture)
        parts.append(_brow(look, frame, eye, mood))
    return parts


def _eyes(look: Look, profile: float) -> list[_Eye]:
    big = 1.30 if look.is_child else 1.06 if look.is_soft else 0.94
    y = -0.05 if look.is_child else -0.01
    if profile > 0.55:
        return [_Eye(0.53, y, 0.105 * big, 0.118 * big, 1)]
    return [_Eye(0.57, y + 0.015, 0.110 * big, 0.120 * big, -1), _Eye(0.13, y, 0.155 * big, 0.124 * big, 1)]


def _modelling(look: Look, frame: Frame) -> list[Part]:
    """Soft planes: sockets, cheeks, the shade under lip and cheekbone."""
    skin, unit, p = look.colour("skin"), frame.scale, frame.profile
    shade = mix(skin, "#6a2f34", 0.24)
    blush = mix(skin, "#d0604c", 0.30 if look.is_soft or look.is_child else 0.16)
    cheeks = [(0.06 + 0.38 * p, -0.33, 0.21, 0.15)] + ([(0.62, -0.31, 0.10, 0.14)] if p < 0.55 else [])
    sockets = [(0.13, 0.06, 0.25, 0.17), (0.57, 0.08, 0.15, 0.15)] if p < 0.55 else [(0.56, 0.06, 0.17, 0.16)]
    return [
        *(Part((frame.dot(*socket),), shade, clip=True, soft=0.07 * unit, opacity=0.55) for socket in sockets),
        *(Part((frame.dot(*cheek),), blush, clip=True, soft=0.09 * unit) for cheek in cheeks),
        Part((frame.curve([(-0.50, -0.30), (-0.16, -0.62), (0.20, -0.92), (0.05, -1.10), (-0.60, -0.80)]),),
             shade, clip=True, soft=0.10 * unit, opacity=0.3),
        Part((frame.dot(0.41 + 0.2 * p, -0.735, 0.13, 0.035),), shade, clip=True, soft=0.035 * unit),
    ]  # fmt: skip


def _nose(look: Look, frame: Frame) -> list[Part]:
    skin, unit, p = look.colour("skin"), frame.scale, frame.profile
    shade, light = mix(skin, "#5f2a2c", 0.34), mix(skin, "#fff4e2", 0.42)
    short = 0.05 if look.is_child else 0.0
    tip = (0.47 + 0.36 * p, -0.27 + short)
    parts = []
    if p < 0.55:
        side = [(0.46, 0.10), (0.52, -0.08), (tip[0] + 0.095, tip[1] - 0.02), (tip[0] + 0.03, tip[1] - 0.10),
                (tip[0] + 0.0, tip[1] - 0.03), (0.47, -0.10)]  # fmt: skip
        parts.append(Part((frame.curve(side),), shade, clip=True, soft=0.03 * unit, opacity=0.8))
        below = [(tip[0] - 0.11, tip[1] - 0.07), (tip[0] + 0.02, tip[1] - 0.105), (tip[0] + 0.085, tip[1] - 0.06)]
        parts.append(Part(frame.tube(below, [0.008, 0.020, 0.006]), shade * 0.8, clip=True, soft=0.008 * unit))
        parts.append(Part((frame.dot(tip[0] + 0.01, tip[1] + 0.03, 0.045, 0.05),), light, clip=True, soft=0.03 * unit))
    else:
        parts.append(Part((frame.dot(tip[0] - 0.12, tip[1] + 0.01, 0.04, 0.022),), shade * 0.8, clip=True))
    return parts


def _lids(eye: _Eye, lids: float) -> _Lids:
    """The almond of *eye*, opened by *lids*."""
    across = np.linspace(-1, 1, 15, dtype=np.float32)
    arch = np.sqrt(np.clip(1 - np.abs(across) ** 2.4, 0, 1))
    tilt = (-0.10 * eye.inner) * across * eye.high
    up = eye.high * (1.0 * arch * lids - 0.46 * arch * (1 - lids))
    low = -eye.high * 0.74 * arch * (0.65 + 0.35 * lids)
    x = (eye.x + across * np.float32(eye.wide)).astype(np.float32)
    upper = (eye.y + tilt + np.maximum(up, low + 0.004)).astype(np.float32)
    return _Lids(x, upper, (eye.y + tilt + low).astype(np.float32))


def _within(ring: F32, lids: _Lids) -> F32:
    """*ring* cut off where the lids cover it."""
    x = np.clip(ring[:, 0], lids.x[0], lids.x[-1])
    y = np.clip(ring[:, 1], np.interp(x, lids.x, lids.lower), np.interp(x, lids.x, lids.upper))
    return np.column_stack([x, y]).astype(np.float32)


def _disc(x: float, y: float, r: float) -> F32:
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return np.column_stack([x + r * np.cos(turn), y + r * np.sin(turn)]).astype(np.float32)


def _eye(look: Look, frame: Frame, eye: _Eye, mood: Mapping[str, float], gesture: Gesture) -> list[Part]:
    """White, iris, pupil, glint, lashes, crease."""
    open_share = float(np.clip(float(mood["lids"]) * gesture.lids, 0.0, 1.15))
    lids = _lids(eye, open_share)
    skin, unit = look.colour("skin"), frame.scale
    lash = mix(_INK, look.colour("hair"), 0.15)
    upper = np.column_stack([lids.x, lids.upper])
    crease = upper[2:-2] + np.array([0, 0.035 + 0.045 * open_share], np.float32)
    parts = [
        Part(frame.tube(crease[::3], [0.006, 0.013, 0.013, 0.006][: len(crease[::3])]), mix(skin, "#5a2430", 0.34),
             clip=True, soft=0.010 * unit, fine=True),
    ]  # fmt: skip
    parts += _eyeball(look, frame, eye, lids, gesture)
    thick = 0.030 if look.is_soft or look.is_child else 0.021
    widths = [thick * w for w in (0.45, 0.9, 1.0, 0.95, 0.5)]
    line = [tuple(upper[i]) for i in (0, 4, 7, 10, 14)]
    if eye.inner > 0:
        widths = widths[::-1] if not look.is_soft else [thick * w for w in (1.0, 1.1, 1.0, 0.9, 0.4)]
    if look.is_soft:
        out = 0 if eye.inner > 0 else -1
        x, y = line[out]
        line[out] = (x - 0.045 * eye.inner, y + 0.035)
    parts.append(Part(frame.tube(line, widths), lash, clip=True, fine=True))
    return parts


def _eyeball(look: Look, frame: Frame, eye: _Eye, lids: _Lids, gesture: Gesture) -> list[Part]:
    unit = frame.scale
    r = 0.80 * eye.high
    squeeze = min(1.0, 0.80 + 0.20 * eye.wide / 0.15)
    # Looking the way the head is turned, a little past the middle.
    x = eye.x + eye.wide * (0.16 + 0.36 * gesture.gaze[0])
    y = eye.y + 0.03 * eye.high + eye.high * 0.30 * gesture.gaze[1]

    def round_(scale: float, dx: float = 0.0, dy: float = 0.0) -> F32:
        ring = _disc(0.0, 0.0, r * scale) * np.array([squeeze, 1], np.float32)
        return frame.curve(_within(ring + np.array([x + dx * r, y + dy * r], np.float32), lids))

    white = np.column_stack([np.r_[lids.x, lids.x[::-1]], np.r_[lids.upper, lids.lower[::-1]]])
    iris = look.colour("eyes")
    shade = np.column_stack([lids.x, lids.upper - 0.02])
    glint = np.ones(3, np.float32)
    return [
        Part((frame.curve(white[::2]),), mix(_WHITE, look.colour("skin"), 0.10), clip=True, fine=True),
        Part((round_(1.0),), mix(iris * 0.50, _INK, 0.35), clip=True),
        Part((round_(0.84),), iris, clip=True),
        Part((round_(0.62, 0.06, -0.28),), mix(iris, "#fff2d8", 0.34), clip=True, soft=0.018 * unit),
        Part((round_(0.50),), _INK * 0.55, clip=True),
        Part(frame.tube(shade[2:-2:3], [0.010, 0.026, 0.026, 0.010][: len(shade[2:-2:3])]), _INK, clip=True,
             soft=0.015 * unit, opacity=0.35, fine=True),
        Part((round_(0.22, -0.30, 0.36),), glint, glow=0.75, clip=True),
        Part((round_(0.10, 0.36, -0.34),), glint, glow=0.5, clip=True, opacity=0.8),
    ]  # fmt: skip


def _brow(look: Look, frame: Frame, eye: _Eye, mood: Mapping[str, float]) -> Part:
    lift = (
        eye.y
        + 1.35 * eye.high
        + 0.075
        + float(mood["brow_lift"])
        + (0.035 if eye.inner > 0 else -0.01) * float(mood["brow_cock"])
    )
    inner, outer = float(mood["brow_in"]), float(mood["brow_out"])
    long = 1.12 * eye.wide + 0.02
    points = [
        (eye.x + eye.inner * 0.78 * long, lift + inner),
        (eye.x, lift + 0.045 + 0.3 * (inner + outer)),
        (eye.x - eye.inner * 1.15 * long, lift - 0.02 + outer),
    ]
    thick = 0.6 if look.is_soft or look.is_child else 1.0
    colour = mix(look.colour("hair") * 0.85, look.colour("skin"), 0.12)
    return Part(frame.tube(points, [0.040 * thick, 0.036 * thick, 0.012]), colour, clip=True, soft=0.006 * frame.scale)


def _mouth(look: Look, frame: Frame, mood: Mapping[str, float], talk: float) -> list[Part]:
    """Lips, and what is between them when it is open: by mood and speech."""
    skin, unit, p = look.colour("skin"), frame.scale, frame.profile
    smile, gape = float(mood["smile"]), max(float(mood["open"]), talk)
    left, right = (0.24, 0.56) if p < 0.55 else (0.46, 0.72)
    small = 0.85 if look.is_child else 1.0
    middle = (left + right) / 2 + 0.03
    half_l, half_r = (middle - left) * small * (1 - 0.22 * talk), (right - middle) * small * (1 - 0.22 * talk)
    y = -0.52 if look.is_child else -0.565
    corners = (middle - half_l, y + 0.065 * smile), (middle + half_r, y + 0.060 * smile)
    upper = path([corners[0], (middle - 0.02, y - 0.020 * smile + 0.010 * gape), corners[1]], 6)
    lower = path([corners[0], (middle, y - 0.030 * smile - 0.175 * gape), corners[1]], 6)
    lip = mix(skin, "#b03f48" if look.is_soft else "#9c4a40", 0.50 if look.is_soft else 0.30)
    fat = 0.030 if look.is_soft else 0.020
    n = len(lower)
    bulge = np.sin(np.linspace(0, np.pi, n)).astype(np.float32)[:, None] * np.array([0, 1], np.float32)
    under = np.concatenate([lower, (lower - bulge * np.float32(1.9 * fat))[::-1]])
    over = np.concatenate([upper, (upper + bulge * np.float32(1.1 * fat))[::-1]])
    parts = [
        Part((frame.curve(under[::2]),), mix(lip, "#ffd8c8", 0.16), clip=True, soft=0.006 * unit),
        Part((frame.curve(over[::2]),), lip * 0.92, clip=True, soft=0.006 * unit),
    ]
    if gape > 0.12:
        inside = np.concatenate([upper, lower[::-1]])
        parts.append(Part((frame.curve(inside[::2]),), mix("#4a1018", skin, 0.08), clip=True))
        teeth = np.concatenate(
            [upper[2:-2], (upper[2:-2] - bulge[2:-2] * np.float32(0.052 * min(1.0, 2 * gape)))[::-1]]
        )
        parts.append(Part((frame.curve(teeth[::2]),), _WHITE * 0.97, clip=True, soft=0.004 * unit))
    else:
        parts.append(Part(frame.tube(upper[::4], [0.010, 0.014, 0.014, 0.010]), mix(lip, "#3a0f14", 0.62), clip=True))
    for (x, corner_y), side in zip(corners, (-1, 1), strict=True):
        dimple = [
            (x + side * 0.012, corner_y + 0.03),
            (x + side * 0.022, corner_y - 0.005),
            (x + side * 0.01, corner_y - 0.03),
        ]
        parts.append(Part(frame.tube(dimple, [0.005, 0.010, 0.004]), mix(skin, "#6a2a2a", 0.4), clip=True,
                          soft=0.010 * unit))  # fmt: skip
    return parts


def _wrinkles(look: Look, frame: Frame, eyes: list[_Eye]) -> list[Part]:
    """The lines of age: forehead, eye corners, under the eyes, from the nose down."""
    colour, unit = mix(look.colour("skin"), "#5f2c2a", 0.34), frame.scale
    x, y, wide, high, inner = eyes[-1]
    lines = [
        [(-0.02, 0.50), (0.25, 0.53), (0.55, 0.49)], [(0.02, 0.61), (0.28, 0.64), (0.52, 0.60)],
        [(x - inner * 1.15 * wide, y), (x - inner * 1.7 * wide, y + 0.05)],
        [(x - inner * 1.15 * wide, y - 0.04), (x - inner * 1.7 * wide, y - 0.08)],
        [(x - 0.8 * wide, y - 1.2 * high), (x, y - 1.55 * high), (x + 0.8 * wide, y - 1.2 * high)],
        [(0.34 + 0.2 * frame.profile, -0.32), (0.20 + 0.2 * frame.profile, -0.46), (0.17 + 0.2 * frame.profile, -0.62)],
    ]  # fmt: skip
    return [
        Part(frame.tube(line, [0.004, 0.011, 0.004][: len(line)] if len(line) > 2 else [0.009, 0.003]), colour,
             clip=True, soft=0.010 * unit)
        for line in lines
    ]  # fmt: skip


def speech(seconds: float) -> float:
    """How far a mouth is open that talks: syllables about four a second, in phrases."""
    syllable = 0.5 + 0.5 * np.sin(2 * np.pi * seconds * 3.7 + 1.7 * np.sin(2 * np.pi * seconds * 0.83))
    phrase = float(np.clip(np.sin(2 * np.pi * seconds / 2.9 + 0.6) * 2 + 1.2, 0, 1))
    return float(max(0.0, syllable - _TALK_PAUSE) / (1 - _TALK_PAUSE) * phrase)
