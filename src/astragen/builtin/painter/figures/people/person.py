"""A person as parts: skeleton, clothes, head and prop put together, far to near."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import rgb
from astragen.builtin.painter.figures.drawing import parts_of
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.drape import apron, cape, pack, skirt
from astragen.builtin.painter.figures.people.head import HeadFrame, back_of_head, head, sway_of
from astragen.builtin.painter.figures.people.look import Look, people
from astragen.builtin.painter.figures.people.pose import Pose
from astragen.builtin.painter.figures.people.skeleton import Skeleton, pose_skeleton
from astragen.builtin.painter.figures.people.wear import leg, sleeve, trunk
from astragen.builtin.painter.figures.shape import Point, curve, ellipse, placed, tube, turned

# Where the hand goes that holds a prop, in arm lengths from the shoulder: near hand, far hand; None keeps the pose's.
_GRIPS: Mapping[str, tuple[Point | None, Point | None]] = {
    "carry": (None, (0.62, -0.34)),
    "low": (None, (0.24, -0.94)),
    "raise": (None, (0.46, 0.10)),
    "hold": ((0.52, -0.46), (0.36, -0.44)),
    "eye": (None, (0.26, 0.42)),
    "strum": ((0.36, -0.62), (0.55, -0.22)),
    "violin": ((0.62, -0.12), (0.5, 0.12)),
    "shield": (None, (0.40, -0.50)),
}
_LYING = 0.9  # radians of roll from which a body is laid down
_HALF_DEEP = 0.085  # body heights from the hip's middle to the ground, lying


def person(look: Look, pose: Pose, phase: float, *, speed: float = 0.0) -> list[Part]:
    """*look* in *pose*, parts in metres, feet at the origin, facing right.

    phase: of the cycle, for hair, cloth and blinking. speed: 0 stands, 1 walks.
    """
    grip = _grip(look, pose)
    bones = pose_skeleton(look.build, grip)
    frame = HeadFrame(look, bones, grip)
    sway = sway_of(phase, speed)
    near_arm, far_arm = sleeve(look, bones.arms[0], is_far=False), sleeve(look, bones.arms[1], is_far=True)
    held = _prop(look, bones)
    is_in_front = math.hypot(*grip.hands[1]) < 0.86 or grip.hands[1][0] > 0.4
    parts = [*cape(look, bones, sway * 0.3), *pack(look, bones), *back_of_head(look, frame, sway)]
    if not is_in_front:
        parts += [*far_arm, *held]
    parts += _seat(bones, grip)
    parts += leg(look, bones.legs[1], grip, grip.feet[1].pitch, is_far=True)
    parts += leg(look, bones.legs[0], grip, grip.feet[0].pitch, is_far=False)
    parts += _neck(look, bones)
    parts += [*trunk(look, bones, sway * 0.16), *skirt(look, bones, sway * 0.16), *apron(look, bones)]
    parts += head(look, frame, phase)
    if is_in_front:
        parts += [*far_arm, *held]
    parts += near_arm
    return [_grown(part, look.height, grip.roll, look.build.hip_y) for part in parts]


def _grip(look: Look, pose: Pose) -> Pose:
    """*pose* with the hands where the prop needs them."""
    if not look.prop:
        return pose
    near, far = _GRIPS[str(people()["props"][look.prop]["hand"])]
    return pose._replace(hands=(near or pose.hands[0], far or pose.hands[1]))


def _prop(look: Look, bones: Skeleton) -> list[Part]:
    if not look.prop:
        return []
    row: Mapping[str, Any] = people()["props"][look.prop]
    at = bones.arms[1].end
    if row["hand"] == "hold":
        near = bones.arms[0].end
        at = ((at[0] + near[0]) / 2 + 0.02, (at[1] + near[1]) / 2 + 0.01)
    if row["hand"] == "violin":
        at = (bones.head[0] + 0.4 * look.build.head, bones.neck[1] + 0.02)
    if row.get("upright") and not row.get("low"):
        at = (at[0] + 0.005, at[1])
    size = 0.82 if look.is_child else 1.0
    return parts_of(row["parts"], look.colour, at=at, scale=size, angle=float(row.get("angle", 0.0)))


def prop_light(look: Look, pose: Pose) -> tuple[Point, float, str] | None:
    """Where a lantern or candle shines: point in metres, radius in metres, colour; None without one."""
    if not look.prop or "light" not in people()["props"][look.prop]:
        return None
    x, y, radius, colour = people()["props"][look.prop]["light"]
    hand = pose_skeleton(look.build, _grip(look, pose)).arms[1].end
    return ((hand[0] + x) * look.height, (hand[1] + y) * look.height), radius * look.height, colour


def _seat(bones: Skeleton, pose: Pose) -> list[Part]:
    """A log under whoever sits; a kneeling or squatting body needs none."""
    if not pose.is_seated:
        return []
    x, top = bones.hip[0] - 0.01, bones.hip[1] - 0.062
    bark = [
        (x - 0.15, 0.01),
        (x - 0.16, top * 0.5),
        (x - 0.14, top - 0.01),
        (x, top),
        (x + 0.14, top - 0.01),
        (x + 0.15, top * 0.5),
        (x + 0.14, 0.01),
        (x, -0.005),
    ]
    end = placed(ellipse(0, 0, 0.035, top * 0.48), (x + 0.145, top * 0.5))
    return [Part((curve(bark),), rgb("#6b5040"), 0.05, contact=0.01), Part((end,), rgb("#b08a62"), 0.01)]


def _neck(look: Look, bones: Skeleton) -> list[Part]:
    thick = 0.030 * (0.6 + 0.4 * look.build.limb)
    head = bones.head
    base = bones.at(0.0, 0.93)
    return [
        Part(
            tube([base, ((base[0] + head[0]) / 2, (base[1] + head[1]) / 2), head], [thick * 1.25, thick, thick]),
            look.colour("skin") * 0.9,
            0.03,
        )
    ]


def _grown(part: Part, height: float, roll: float, pivot: float) -> Part:
    """*part* in metres; a body that lies or flies (*roll*) is turned about the hip and laid down."""
    if not roll:
        return part.grown(height)
    turn = part._replace(shape=tuple(turned(outline, -roll, (0.0, pivot)) for outline in part.shape))
    down = np.array([0.0, _HALF_DEEP - pivot], np.float32) if abs(roll) > _LYING else np.zeros(2, np.float32)
    return turn.grown(height, down * np.float32(height))
