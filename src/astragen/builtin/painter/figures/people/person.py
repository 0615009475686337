"""A person as parts: skeleton, clothes, head and prop put together, far to near."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter.colour import rgb
from astragen.builtin.painter.figures.drawing import parts_of
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.drape import apron, cape, pack, skirt
from astragen.builtin.painter.figures.people.face import Gesture
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
# In a gesture the far hand is busy: these go to the near one, there.
_ASIDE: Mapping[str, Point] = {"carry": (0.34, -0.62), "low": (0.0, -0.95), "hold": (0.10, -0.88), "eye": (0.05, -0.93)}
_BENT = 0.72  # of the arm: a far hand so near its shoulder is before the body; a stretched arm comes from behind it
_BLINK = 0.022  # of the cycle
_LYING = 0.9  # radians of roll from which a body is laid down
_HALF_DEEP = 0.085  # body heights from the hip's middle to the ground, lying


class Body(NamedTuple):
    """The groups of parts that move as one, in body heights. is_reaching: the far arm is before the body."""

    back: list[Part]
    hair: list[Part]
    legs: list[Part]
    trunk: list[Part]
    head: list[Part]
    far: list[Part]
    near: list[Part]
    is_reaching: bool


def person(look: Look, pose: Pose, phase: float, *, speed: float = 0.0, gaze: Point = (0.0, 0.0)) -> list[Part]:
    """*look* in *pose*, parts in metres, feet at the origin, facing right.

    phase: of the cycle, for hair, cloth and blinking. speed: 0 stands, 1 walks. gaze: see `Gesture`.
    """
    blinks = abs(phase % 1.0 - 0.31) < _BLINK or pose.is_asleep
    groups = body(look, pose, phase, Gesture(lids=0.0 if blinks else 1.0, gaze=gaze), speed=speed)
    parts = [*groups.back, *groups.hair]
    if not groups.is_reaching:
        parts += groups.far
    parts += [*groups.legs, *groups.trunk, *groups.head]
    if groups.is_reaching:
        parts += groups.far
    return [_grown(part, look.height, pose.roll, look.build.hip_y) for part in [*parts, *groups.near]]


def body(look: Look, pose: Pose, phase: float, gesture: Gesture, *, speed: float = 0.0) -> Body:
    """*look* in *pose*, group by group."""
    held_pose = grip(look, pose)
    bones = pose_skeleton(look.build, held_pose)
    frame = HeadFrame(look, bones, held_pose)
    sway = sway_of(phase, speed)
    hand, aside = held_pose.hands[1], held_pose.is_gesture
    feet = held_pose.feet
    return Body(
        back=[*cape(look, bones, sway * 0.3), *pack(look, bones)],
        hair=back_of_head(look, frame, sway),
        legs=[
            *_seat(bones, held_pose),
            *([] if pose.is_astride else leg(look, bones.legs[1], held_pose, feet[1].pitch, is_far=True)),
            *leg(look, bones.legs[0], held_pose, feet[0].pitch, is_far=False),
        ],
        trunk=[
            *_neck(look, bones),
            *trunk(look, bones, sway * 0.16),
            *skirt(look, bones, sway * 0.16),
            *apron(look, bones),
        ],
        head=head(look, frame, gesture),
        far=[*sleeve(look, bones.arms[1], is_far=True), *([] if aside else _prop(look, bones, is_near=False))],
        near=[*(_prop(look, bones, is_near=True) if aside else []), *sleeve(look, bones.arms[0], is_far=False)],
        is_reaching=math.hypot(*hand) < _BENT,
    )


def grip(look: Look, pose: Pose) -> Pose:
    """*pose* with the hands where the prop needs them."""
    if not look.prop:
        return pose
    hand = str(people()["props"][look.prop]["hand"])
    if pose.is_gesture and hand in _ASIDE:
        return pose._replace(hands=(_ASIDE[hand], pose.hands[1]))
    near, far = _GRIPS[hand]
    return pose._replace(hands=(near or pose.hands[0], far or pose.hands[1]), is_gesture=False)


def _prop(look: Look, bones: Skeleton, *, is_near: bool) -> list[Part]:
    """What is held, by the near hand in a gesture, else by the far one."""
    if not look.prop:
        return []
    row: Mapping[str, Any] = people()["props"][look.prop]
    at = bones.arms[0 if is_near else 1].end
    if row["hand"] == "hold" and not is_near:
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
    held = grip(look, pose)
    hand = pose_skeleton(look.build, held).arms[0 if held.is_gesture else 1].end
    return ((hand[0] + x) * look.height, (hand[1] + y) * look.height), radius * look.height, colour


def head_at(look: Look, pose: Pose) -> Point:
    """Where the middle of the head is in *pose*, metres."""
    at = np.array([pose_skeleton(look.build, grip(look, pose)).head], np.float32)
    x, y = _grown(Part((at,), look.colour("skin")), look.height, pose.roll, look.build.hip_y).shape[0][0]
    return float(x), float(y)


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
