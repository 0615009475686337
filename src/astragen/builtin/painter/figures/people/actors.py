"""People as figures: a look and an action become a cycle."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.figures.figure import Figure, Glow, Piece
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.joints import Puppet, pieces_of
from astragen.builtin.painter.figures.people.look import Look, dressed
from astragen.builtin.painter.figures.people.person import head_at, person, prop_light
from astragen.builtin.painter.figures.people.pose import ACTIONS, Foot, Pose
from astragen.builtin.painter.figures.people.skeleton import ANKLE, pose_skeleton
from astragen.builtin.painter.figures.shape import Point
from astragen.builtin.painter.noise import stable_seed

_SLOW = 2.5  # s; cycles longer than this move so little that poses are blended
_FREE_OF_PROPS = frozenset({"climb", "swim", "lie", "fly"})
_UPRIGHT = 0.3  # radians of roll up to which a body can be put on joints
_STRAIGHT = 0.15  # of a gait's drop that is left when the steps are shortest: the knees need not bend
_GIVE = 0.004  # body heights that knees give at least
_AIRBORNE: Mapping[str, str] = {"fly": "soar", "float": "drift"}


def person_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """Somebody doing something; said: see `dressed`, and what leads the body.

    gaze: of the eyes, right and up, -1 to 1. talks, asleep: of the face. spare: what it holds when it has
    nothing of its own. near, far: where a hand goes, metres from the feet; pedals: (x, y, radius) of what the
    feet turn. pose: turn, lean, x, drop of `Pose`, and bow, which adds to its nod. from_hip: all of these, and
    the figure, count from the hip.
    """
    name = action if action in ACTIONS else "stand"
    look = dressed(who, {**said, "prop": _kept(said, name)})
    act = ACTIONS[name]
    speed = 1.0 if act.stride else 0.0
    gaze: Point = tuple(said.get("gaze", (0.0, 0.0)))

    def pose(phase: float, reach: float = 1.0) -> Pose:
        found = shortened(act.pose(phase), reach)
        return _led(look, _upright(look, found) if name == "walk" else found, said, phase)

    def draw(phase: float, reach: float) -> list[Part]:
        found = pose(phase, reach)
        parts = person(look, found, phase, speed=speed, gaze=gaze)
        return [part.grown(1.0, _from_hip(look, found)) for part in parts] if said.get("from_hip") else parts

    def glows(phase: float) -> list[Glow]:
        found = prop_light(look, pose(phase))
        if found is None:
            return []
        (x, y), radius, colour = found
        return [Glow(x, y, radius, colour, gain=0.75, flicker=0.25)]

    def pieces() -> tuple[Piece, ...]:
        ahead = (stable_seed("blink", who) % 997) / 100
        return pieces_of(Puppet(look, pose, gaze, bool(said.get("talks")), ahead, speed))

    def recast(more: Mapping[str, Any]) -> Figure:
        return person_figure(who, {**said, **more}, str(more.get("action", action)))

    start = pose(0.0)
    head = np.array(head_at(look, start), np.float32)
    focus = head + _from_hip(look, start) if said.get("from_hip") else head
    return Figure(
        draw=draw,
        height=look.height,
        length=0.45 * look.height,
        period=act.period * (0.85 if look.is_child else 1.15 if look.is_old else 1.0),
        stride=act.stride * look.height,
        focus=(float(focus[0]), float(focus[1])),
        motion=_AIRBORNE.get(name, "still"),
        medium="air" if name in _AIRBORNE else "water" if name == "swim" else "ground",
        poses=12 if act.period > _SLOW else 16,
        play="sway" if act.period > _SLOW else "loop",
        glows=glows if look.prop else None,
        face=2 * look.build.head * look.height,
        pieces=pieces if abs(start.roll) < _UPRIGHT and not said.get("from_hip") else None,
        steps=_moves_legs(pose),
        is_person=True,
        recast=recast,
    )


def _upright(look: Look, pose: Pose) -> Pose:
    """A walk with the hip as high as the legs allow: whoever stands on a leg stands on a straight one."""
    long = 0.995 * (look.build.hip_y - ANKLE)
    lowest = max(long - foot.y - math.sqrt(max(0.0, long * long - foot.x * foot.x)) for foot in pose.feet)
    return pose._replace(drop=max(0.0, lowest) + _GIVE)


def _led(look: Look, pose: Pose, said: Mapping[str, Any], phase: float) -> Pose:
    """*pose* with hands, feet and head where they are led."""
    bend: Mapping[str, float] = said.get("pose", {})
    pose = pose._replace(
        turn=bend.get("turn", pose.turn), lean=bend.get("lean", pose.lean), x=bend.get("x", pose.x),
        drop=bend.get("drop", pose.drop), nod=pose.nod + bend.get("bow", 0.0),
        is_asleep=pose.is_asleep or bool(said.get("asleep")), is_gesture=pose.is_gesture or "far" in said,
    )  # fmt: skip
    origin = _hip(look, pose) if said.get("from_hip") else (0.0, 0.0)
    if "pedals" in said:
        x, y, radius = (float(value) / look.height for value in said["pedals"])
        turn = 2 * math.pi * phase
        feet = [
            Foot(origin[0] + x + radius * math.sin(a), origin[1] + y + radius * math.cos(a) - ANKLE)
            for a in (turn, turn + math.pi)
        ]
        pose = pose._replace(feet=(feet[0], feet[1]))
    roots = [limb.root for limb in pose_skeleton(look.build, pose).arms]
    hands = list(pose.hands)
    for index, name in enumerate(("near", "far")):
        if name in said:
            x, y = (float(said[name][i]) / look.height + origin[i] - roots[index][i] for i in (0, 1))
            hands[index] = (x / look.build.arm, y / look.build.arm)
    return pose._replace(hands=(hands[0], hands[1]))


def _moves_legs(pose: Callable[[float], Pose]) -> bool:
    """Feet or the height of the hip change over the cycle."""
    first = pose(0.0)
    others = [pose(phase) for phase in (0.2, 0.45, 0.7)]
    return any(one.feet != first.feet or abs(one.drop - one.lift - first.drop + first.lift) > 0.01 for one in others)


def _hip(look: Look, pose: Pose) -> Point:
    """In body heights from the feet."""
    return pose_skeleton(look.build, pose).hip


def _from_hip(look: Look, pose: Pose) -> F32:
    x, y = _hip(look, pose)
    return np.array([-x * look.height, -y * look.height], np.float32)


def _kept(said: Mapping[str, Any], action: str) -> str:
    """The prop that *action* and led hands leave a hand free for."""
    is_busy = action in _FREE_OF_PROPS or ("near" in said and "far" in said)
    return "" if is_busy else str(said.get("prop") or said.get("spare", ""))


def shortened(pose: Pose, reach: float) -> Pose:
    """*pose* of a gait with its steps *reach* times as long: slower over the same ground."""
    if reach >= 1:
        return pose
    soft = 0.5 + 0.5 * reach
    feet = tuple(foot._replace(x=foot.x * reach, y=foot.y * soft, pitch=foot.pitch * soft) for foot in pose.feet)
    hands = tuple((x * soft, y) for x, y in pose.hands)
    return pose._replace(
        feet=(feet[0], feet[1]),
        hands=(hands[0], hands[1]),
        lean=pose.lean * soft,
        drop=pose.drop * (_STRAIGHT + (1 - _STRAIGHT) * reach * reach),
        lift=pose.lift * soft,
    )
