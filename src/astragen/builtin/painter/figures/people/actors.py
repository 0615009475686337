"""People as figures: a look and an action become a cycle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from astragen.builtin.painter.figures.figure import Figure, Glow
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.look import dressed
from astragen.builtin.painter.figures.people.person import person, prop_light
from astragen.builtin.painter.figures.people.pose import ACTIONS, Pose

_SLOW = 2.5  # s; cycles longer than this move so little that poses are blended
_FREE_OF_PROPS = frozenset(
    {"wave", "cheer", "climb", "swim", "dance", "jump", "run", "reach", "point", "think", "lie", "fly"}
)
_AIRBORNE: Mapping[str, str] = {"fly": "soar", "float": "drift"}


def person_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """Somebody doing something."""
    name = action if action in ACTIONS else "stand"
    if name == "climb":
        said = {**said, "sex": said.get("sex", "")}
    if name in _FREE_OF_PROPS:
        said = {**said, "prop": ""}
    look = dressed(who, said)
    if name == "stand" and look.prop:
        name = "stand"
    act = ACTIONS[name]
    speed = 1.0 if act.stride else 0.0

    def draw(phase: float, reach: float) -> list[Part]:
        return person(look, shortened(act.pose(phase), reach), phase, speed=speed)

    def glows(phase: float) -> list[Glow]:
        found = prop_light(look, act.pose(phase))
        if found is None:
            return []
        (x, y), radius, colour = found
        return [Glow(x, y, radius, colour, gain=0.75, flicker=0.25)]

    return Figure(
        draw=draw,
        height=look.height,
        length=0.45 * look.height,
        period=act.period * (0.85 if look.is_child else 1.15 if look.is_old else 1.0),
        stride=act.stride * look.height,
        focus=(0.02, look.height * (1 - 1.1 * look.build.head)),
        motion=_AIRBORNE.get(name, "still"),
        medium="air" if name in _AIRBORNE else "water" if name == "swim" else "ground",
        poses=12 if act.period > _SLOW else 24,
        play="sway" if act.period > _SLOW else "loop",
        glows=glows if look.prop else None,
    )


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
        drop=pose.drop * soft,
        lift=pose.lift * soft,
    )
