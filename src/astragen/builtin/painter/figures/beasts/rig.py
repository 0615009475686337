"""Where the joints of a four-legged animal are in a stance: heights at the withers, facing right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.beasts.stance import Stance
from astragen.builtin.painter.figures.gait import Footfall
from astragen.builtin.painter.figures.shape import Point, joint, turned

INK = np.array([0.10, 0.08, 0.08], np.float32)


class Rig:
    """A row put into a stance: where its joints are."""

    def __init__(self, row: Mapping[str, Any], stance: Stance) -> None:
        self.row, self.stance = row, stance
        spine = np.asarray(row["spine"], np.float32)
        hip, shoulder = np.asarray(row["hip"], np.float32), np.asarray(row["shoulder"], np.float32)
        points = np.concatenate([spine, hip[None], shoulder[None]])
        middle = (float((hip[0] + shoulder[0]) / 2), float((hip[1] + shoulder[1]) / 2))
        points = turned(points, stance.pitch, middle)
        if stance.sits:
            points = turned(points, 0.62 * stance.sits, (float(shoulder[0]), float(shoulder[1])))
            points[:, 1] += 0.02
        drop = stance.rise - stance.lies * (float(shoulder[1]) - 0.30)
        points[:, 1] += drop
        self.hip, self.shoulder = points[-2], points[-1]
        trunk = points[:-2]
        base = trunk[3].copy()
        neck_turn = stance.neck - 0.50 * stance.sits
        trunk[4:] = turned(trunk[4:], neck_turn, (float(base[0]), float(base[1])))
        self.spine = trunk
        self.head_at = (float(trunk[-1][0]), float(trunk[-1][1]))
        self.head_angle = float(row["head_angle"]) + 0.55 * neck_turn + stance.nod + 0.3 * stance.pitch
        self.tail_angle = stance.pitch + 0.62 * stance.sits

    def hind(self, foot: Footfall, rest: float) -> list[Point]:
        """Hip, knee, hock, foot."""
        row, stance = self.row, self.stance
        hip = (float(self.hip[0]), float(self.hip[1]))
        stand = float(row["hip"][1])
        hock = (0.10 if row.get("flat") else 0.30) * stand
        at = (float(row["hip"][0]) + rest + foot.x, foot.y)
        lean = (0.12 if row.get("flat") else 0.26) + 0.9 * foot.fold + 1.0 * max(0.0, -foot.x)
        if stance.sits or stance.lies:
            at, lean = (hip[0] + 0.30, 0.02), 1.35
            hip = (hip[0], max(hip[1], 0.20))
        ankle = (at[0] - hock * math.sin(lean), at[1] + hock * math.cos(lean))
        length = (stand - hock) * (1.03 if row.get("pillar") else 1.10)
        knee, ankle = joint(hip, ankle, length * 0.50, length * 0.56, 1.0)
        return [hip, knee, ankle, at]

    def fore(self, foot: Footfall, rest: float) -> list[Point]:
        """Shoulder, elbow, wrist, foot."""
        row, stance = self.row, self.stance
        shoulder = (float(self.shoulder[0]), float(self.shoulder[1]))
        stand = float(row["shoulder"][1])
        paw = 0.16 * stand
        at = (float(row["shoulder"][0]) + rest + foot.x, foot.y)
        lean = -1.1 * foot.fold
        if stance.lies:
            at, lean = (shoulder[0] + 0.34, 0.03), 1.45
        wrist = (at[0] - paw * math.sin(lean), at[1] + paw * math.cos(lean))
        length = (stand - paw) * (1.01 if row.get("pillar") else 1.04)
        elbow, wrist = joint(shoulder, wrist, length * 0.44, length * 0.58, -1.0)
        return [shoulder, elbow, wrist, at]


def colours_of(row: Mapping[str, Any], body: F32) -> Mapping[str, F32]:
    """Named colours; a subject's own colour replaces the coat and leaves the rest."""
    return {
        "body": body,
        "leg": rgb(row["leg_colour"]) if "leg_colour" in row else body,
        "head": rgb(row["head_colour"]) if "head_colour" in row else body,
        "tail": rgb(row["tail_colour"]) if "tail_colour" in row else body * 0.95,
        "ear": rgb(row["ear_colour"]) if "ear_colour" in row else body * 0.9,
    }


def along(spine: F32, widths: Sequence[float], place: float) -> tuple[float, float, float, tuple[float, float]]:
    """The spine at a fractional index: x, y, half-width, unit normal (up)."""
    low = min(int(place), len(spine) - 2)
    part = place - low
    a, b = spine[low], spine[low + 1]
    x, y = a + (b - a) * part
    w = widths[low] + (widths[low + 1] - widths[low]) * part
    length = max(1e-6, float(np.hypot(*(b - a))))
    return float(x), float(y), float(w), (-float(b[1] - a[1]) / length, float(b[0] - a[0]) / length)
