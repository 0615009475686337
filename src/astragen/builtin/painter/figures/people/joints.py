"""A person as a puppet: trunk, head, arms and hair as pieces that turn in their joints.

For close shots: each piece is painted once, large, and moved every frame, so nothing steps
from pose to pose; eyelids and mouth are looks of the head. The joints follow the action's own poses.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from astragen.builtin.painter.figures.eyes import blink
from astragen.builtin.painter.figures.figure import Hold, Piece
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.face import Gesture, speech
from astragen.builtin.painter.figures.people.head import HeadFrame
from astragen.builtin.painter.figures.people.look import Look
from astragen.builtin.painter.figures.people.person import body, grip
from astragen.builtin.painter.figures.people.pose import Pose
from astragen.builtin.painter.figures.people.skeleton import Limb, Skeleton, pose_skeleton
from astragen.builtin.painter.figures.shape import Point

_REST = 0.07  # of the cycle: the pose that the pieces are painted in
_HALF, _SHUT = 0.75, 0.3  # how open the eyes are below which they are shown half and shut
_SAYS = (0.0, 0.30, 0.62)  # openings of the mouth that are painted
_GLANCE = 0.010  # radians that the head wanders on its own


class Puppet(NamedTuple):
    """Somebody to be put on joints: pose at a phase, gaze of the eyes, whether they talk; ahead: seconds, their own."""

    look: Look
    pose: Callable[[float], Pose]
    gaze: Point
    talks: bool
    ahead: float
    speed: float


def pieces_of(puppet: Puppet) -> tuple[Piece, ...]:
    """The pieces of *puppet*, far to near."""
    look = puppet.look
    rest = puppet.pose(_REST)
    bones = _bones(look, rest)
    groups = body(look, rest, _REST, Gesture(gaze=puppet.gaze), speed=puppet.speed)
    back, hair, legs, middle, far, near = (
        _sized(look, parts) for parts in (groups.back, groups.hair, groups.legs, groups.trunk, groups.far, groups.near)
    )
    heads = _looks(puppet, rest)
    trunk = _trunk(puppet, bones)
    arms = [
        Piece((parts,), _at(look, bones.arms[side].root), _arm(puppet, bones, side), behind=middle)
        for side, parts in ((0, near), (1, far))
    ]
    before = [*near, *heads[0], *(far if groups.is_reaching else [])]
    return (
        Piece((back,), _at(look, bones.hip), trunk),
        Piece((hair,), _at(look, bones.head), _head(puppet, bones, loose=True)),
        *(() if groups.is_reaching else (arms[1],)),
        Piece((legs,), (0.0, 0.0), lambda phase, seconds: Hold(0.0, 0.0), behind=middle),
        Piece((middle,), _at(look, bones.hip), trunk, before=before),
        Piece(heads, _at(look, bones.head), _head(puppet, bones, loose=False), behind=middle),
        *((arms[1],) if groups.is_reaching else ()),
        arms[0],
    )


def _looks(puppet: Puppet, rest: Pose) -> tuple[list[Part], ...]:
    """The head with eyes open, half and shut; of who talks, with its mouth open, too."""
    gestures = [Gesture(lids, puppet.gaze) for lids in ((0.0,) if rest.is_asleep else (1.0, 0.5, 0.0))]
    if puppet.talks:
        gestures += [Gesture(1.0, puppet.gaze, talk) for talk in _SAYS[1:]]
    return tuple(
        _sized(puppet.look, body(puppet.look, rest, _REST, gesture, speed=puppet.speed).head) for gesture in gestures
    )


def _bones(look: Look, pose: Pose) -> Skeleton:
    return pose_skeleton(look.build, grip(look, pose))


def _sized(look: Look, parts: list[Part]) -> list[Part]:
    return [part.grown(look.height) for part in parts]


def _at(look: Look, point: Point) -> Point:
    return point[0] * look.height, point[1] * look.height


def _trunk(puppet: Puppet, rest: Skeleton) -> Callable[[float, float], Hold]:
    def hold(phase: float, seconds: float) -> Hold:
        bones = _bones(puppet.look, puppet.pose(phase))
        return Hold(*_at(puppet.look, bones.hip), math.atan2(rest.up[0], rest.up[1]) - math.atan2(*bones.up))

    return hold


def _arm(puppet: Puppet, rest: Skeleton, side: int) -> Callable[[float, float], Hold]:
    def hold(phase: float, seconds: float) -> Hold:
        limb = _bones(puppet.look, puppet.pose(phase)).arms[side]
        turn = _direction(limb) - _direction(rest.arms[side])
        return Hold(*_at(puppet.look, limb.root), math.atan2(math.sin(turn), math.cos(turn)))

    return hold


def _direction(limb: Limb) -> float:
    return math.atan2(limb.end[1] - limb.root[1], limb.end[0] - limb.root[0])


def _head(puppet: Puppet, rest: Skeleton, *, loose: bool) -> Callable[[float, float], Hold]:
    """Of the head with its blinks and words, or (*loose*) of the hair behind it, which follows late."""
    still = HeadFrame(puppet.look, rest, puppet.pose(_REST)).angle

    def hold(phase: float, seconds: float) -> Hold:
        t = seconds + puppet.ahead
        pose = puppet.pose(phase)
        bones = _bones(puppet.look, pose)
        angle = HeadFrame(puppet.look, bones, pose).angle - still
        angle += _GLANCE * (math.sin(1.1 * t) + 0.6 * math.sin(0.63 * t + 1.0))
        if loose:
            late = 0.02 + 0.05 * puppet.speed
            return Hold(*_at(puppet.look, bones.head), angle + late * math.sin(1.9 * t - 0.8))
        if pose.is_asleep:
            return Hold(*_at(puppet.look, bones.head), angle)
        if puppet.talks:
            angle += 0.02 * math.sin(2.3 * t) * speech(t)
        return Hold(*_at(puppet.look, bones.head), angle, _shown(puppet, t))

    return hold


def _shown(puppet: Puppet, seconds: float) -> int:
    """Which look of the head is shown: blinks come before words."""
    lids = blink(seconds, puppet.ahead)
    if lids < _HALF:
        return 1 if lids > _SHUT else 2
    if not puppet.talks:
        return 0
    said = speech(seconds)
    nearest = min(range(len(_SAYS)), key=lambda index: abs(_SAYS[index] - said))
    return 0 if nearest == 0 else 2 + nearest
