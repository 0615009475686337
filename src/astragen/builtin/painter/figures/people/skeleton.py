"""Where the joints of a body are in a pose: body heights, feet at y = 0, facing right."""

from __future__ import annotations

import math
from typing import NamedTuple

from astragen.builtin.painter.figures.people.look import Build
from astragen.builtin.painter.figures.people.pose import Pose
from astragen.builtin.painter.figures.shape import Point, joint

ANKLE = 0.045  # height of the ankle of a standing foot, body heights
_THIGH_SHARE = 0.51


class Limb(NamedTuple):
    """Root, middle joint, end."""

    root: Point
    middle: Point
    end: Point


class Skeleton(NamedTuple):
    """The joints. arms and legs: near, far. side: unit vector across the trunk, up: along it."""

    hip: Point
    neck: Point
    head: Point
    up: Point
    side: Point
    arms: tuple[Limb, Limb]
    legs: tuple[Limb, Limb]
    shoulder: float
    waist: float
    hips: float

    def at(self, across: float, along: float) -> Point:
        """A point of the trunk: *across* in body heights, *along* 0 at the hip and 1 at the neck's base."""
        length = math.hypot(self.neck[0] - self.hip[0], self.neck[1] - self.hip[1])
        return (
            self.hip[0] + self.side[0] * across + self.up[0] * along * length,
            self.hip[1] + self.side[1] * across + self.up[1] * along * length,
        )


def pose_skeleton(build: Build, pose: Pose) -> Skeleton:
    """Put *build* into *pose*."""
    hip = (pose.x, build.hip_y - pose.drop + pose.lift)
    up = (math.sin(pose.lean), math.cos(pose.lean))
    side = (up[1], -up[0])
    trunk = build.neck - build.hip_y
    neck = (hip[0] + up[0] * trunk, hip[1] + up[1] * (trunk + 0.004 * pose.breath))
    wide = build.depth + (1 - build.depth) * pose.turn
    head_lean = pose.lean * 0.6 + pose.nod * 0.35
    rise = build.head * 1.2
    head = (
        neck[0] + math.sin(head_lean) * rise + build.head * (0.26 - 0.2 * pose.turn),
        neck[1] + math.cos(head_lean) * rise,
    )
    spread = build.shoulder * (0.10 + 0.76 * pose.turn)
    hips = build.hip * (0.12 + 0.42 * pose.turn)
    arms = tuple(
        _arm(build, neck, up, side, sign * spread, pose.hands[i], pose.elbows[i]) for i, sign in enumerate((-1, 1))
    )
    legs = tuple(
        _leg(build, (hip[0] + sign * hips, hip[1]), pose, i, sign * hips * 0.6) for i, sign in enumerate((-1, 1))
    )
    return Skeleton(
        hip, neck, head, up, side, (arms[0], arms[1]), (legs[0], legs[1]),
        build.shoulder * wide, build.waist * wide, build.hip * wide,
    )  # fmt: skip


def _arm(build: Build, neck: Point, up: Point, side: Point, across: float, hand: Point, bend: int) -> Limb:
    down = 0.038 * build.limb
    root = (neck[0] + side[0] * across - up[0] * down, neck[1] + side[1] * across - up[1] * down)
    target = (root[0] + hand[0] * build.arm, root[1] + hand[1] * build.arm)
    middle, end = joint(root, target, build.arm * 0.52, build.arm * 0.48, bend)
    return Limb(root, middle, end)


def _leg(build: Build, root: Point, pose: Pose, index: int, across: float) -> Limb:
    foot = pose.feet[index]
    target = (foot.x + across, foot.y + ANKLE + pose.lift)
    length = build.hip_y - ANKLE
    middle, end = joint(root, target, length * _THIGH_SHARE, length * (1 - _THIGH_SHARE), pose.knees[index])
    return Limb(root, middle, end)
