"""What two do together: talk, hug, dance, hold hands, touch, carry, ride.

Each function takes figures that stand apart and gives the one figure that they make. Hands are
led by `recast` with "near" and "far": the point each goes to, metres from the feet, facing right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from astragen.builtin.painter.figures.ensemble import merged, moved
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.ink import Part, bounds
from astragen.builtin.painter.figures.shape import Point

_TALK_GAP, _HUG_GAP, _DANCE_GAP = 0.60, 0.19, 0.44  # of the mean height
_SITTING = 0.80  # of the height: whose head is lower sits or kneels, and goes on listening so
_LOW = 0.50  # of the own height: who touches something lower kneels to it
_CARRIED = 0.42  # of the bearer's height: what is held is no larger
_HELD = (0.235, 0.50)  # of the height: where forearms hold something before the chest
_SEATED = 0.03  # of the rider's height: from the seat up to the hip


def _cast(figure: Figure, **said: Any) -> Figure:  # noqa: ANN401  (what may be said about somebody)
    assert figure.recast is not None
    return figure.recast(said)


def _gaze(own: Figure, other: Figure) -> Point:
    """The eyes on the other's face: ahead, and up to the taller, down to the smaller."""
    rise = (other.focus[1] - own.focus[1]) / max(own.height, other.height)
    return 0.75, max(-1.0, min(1.0, 1.6 * rise))


def talking(first: Figure, second: Figure) -> Figure:
    """Face to face, the first telling, the second listening."""
    gap = _TALK_GAP * (first.height + second.height) / 2
    nods = [0.55 * (one.focus[1] - other.focus[1]) / gap * 0.5 for one, other in ((first, second), (second, first))]
    tells = _cast(first, action="talk", talks=True, gaze=_gaze(first, second), pose={"turn": 0.52, "bow": nods[0]})
    stops = {} if second.focus[1] < _SITTING * second.height else {"action": "stand"}
    hears = _cast(second, **stops, gaze=_gaze(second, first), pose={"turn": 0.52, "bow": nods[1]})
    return merged([tells, moved(hears, gap, turns=True)])


def hugging(first: Figure, second: Figure) -> Figure:
    """In each other's arms, the smaller one before; to a small one the other bows."""
    small, tall = (first, second) if first.height < second.height else (second, first)
    gap = _HUG_GAP * (first.height + second.height) / 2
    members = []
    for own, other, shoulder in ((tall, small, 0.70), (small, tall, 0.74)):
        back = (gap + 0.05 * other.height, min(shoulder * small.height, 0.74 * own.height))
        bow = 0.08 + 0.45 * max(0.0, own.height / other.height - 1.05)
        members.append(
            _cast(own, action="stand", far=back, near=(back[0] - 0.02, back[1] - 0.10 * small.height), asleep=True,
                  pose={"turn": 0.40, "lean": min(bow, 0.30), "bow": 0.10})
        )  # fmt: skip
    return merged([moved(members[0], gap, turns=True), members[1]])


def dancing(first: Figure, second: Figure) -> Figure:
    """Hand in hand, face to face, swaying."""
    gap = _DANCE_GAP * (first.height + second.height) / 2
    low = min(first.height, second.height)
    up, down = (0.5 * gap, 0.80 * low), (0.5 * gap, 0.60 * low)
    one = _cast(first, action="dance", far=up, near=down, gaze=_gaze(first, second), pose={"turn": 0.5})
    other = _cast(second, action="dance", far=up, near=down, gaze=_gaze(second, first), pose={"turn": 0.5})
    return merged([moved(other, gap, turns=True), one])


def hand_in_hand(tall: Figure, small: Figure) -> Figure:
    """A small one beside a tall one, their hands joined, walking or standing as they did."""
    apart = 0.20 * tall.height + 0.10 * small.height
    hand = (0.10 * tall.height + 0.35 * apart, min(0.46 * tall.height, 0.68 * small.height))
    leads = _cast(tall, far=hand)
    follows = _cast(small, near=(hand[0] - apart, hand[1]), gaze=(0.3, 0.45))
    if min(tall.stride, small.stride) <= 0:
        return merged([moved(follows, apart), leads])
    return _in_step(leads, moved(follows, apart))


def _in_step(leads: Figure, follows: Figure) -> Figure:
    """Both at the pace of the smaller one: the taller takes shorter steps in the same time."""
    short = min(1.0, follows.stride / leads.stride)

    def draw(phase: float, reach: float) -> Any:  # noqa: ANN401  (as `Figure.draw`)
        return leads.draw(phase, reach * short)

    return merged([follows, leads._replace(draw=draw, period=follows.period)])


def touching(person: Figure, other: Figure) -> Figure:
    """Beside something, a hand on it; a tall animal lowers its head, to a low one one kneels."""
    tall = person.height
    if other.recast is not None and other.focus[1] > 0.95 * tall:
        other = other.recast({"action": "bow"})
    kneels = other.height < _LOW * tall
    ahead = (0.30 if kneels else 0.34) * tall
    is_animal = other.face > 0
    if is_animal:
        top = other.focus[1] + 0.45 * other.face
        place, hand = ahead + other.focus[0], (ahead, min(top, 1.02 * tall))
    else:
        side, top = _near_side(other, tall)
        place, hand = ahead - side, (ahead, top)
    low = hand[1] < 0.6 * tall
    own = _cast(
        person, action="kneel" if kneels else "stand", far=hand, gaze=(0.7, -0.5 if low else 0.3),
        pose={"turn": 0.42, "lean": 0.14, "bow": 0.25 if low else -0.05},
    )  # fmt: skip
    return merged([moved(other, place, turns=is_animal), own], focus=_between(own.focus, (place, hand[1])))


def _near_side(thing: Figure, tall: float) -> Point:
    """Where *thing* begins at the height of a hand, and that height."""
    points = np.concatenate([outline for part in thing.draw(0.0, 1.0) for outline in part.shape])
    top = min(0.85 * float(points[:, 1].max()), 0.62 * tall)
    there = points[np.abs(points[:, 1] - top) < 0.2 * tall]
    return (float(there[:, 0].min()) if len(there) else 0.0) + 0.02 * tall, top


def _between(face: Point, other: Point) -> Point:
    return face[0] + 0.35 * (other[0] - face[0]), face[1] + 0.2 * (other[1] - face[1])


def carrying(person: Figure, thing: Figure) -> Figure:
    """Something small in both arms, before the chest."""
    tall = person.height
    x, y = _HELD[0] * tall, _HELD[1] * tall
    own = _cast(person, far=(x + 0.03 * tall, y), near=(x - 0.02 * tall, y - 0.02 * tall), gaze=(0.5, -0.5),
                prop="", pose={"bow": 0.16})  # fmt: skip
    if thing.recast is not None:
        thing = thing.recast({"action": "lie"})
    size = min(1.0, _CARRIED * tall / max(thing.height, 0.6 * thing.length))
    box = bounds(thing.draw(0.0, 1.0))
    held = _resized(thing, size)
    return merged([own, moved(held, x - 0.02 * tall - size * (box.left + box.right) / 2, y - size * box.bottom)],
                  focus=own.focus)  # fmt: skip


def _resized(figure: Figure, size: float) -> Figure:
    return figure._replace(
        draw=lambda phase, reach: [part.grown(size) for part in figure.draw(phase, reach)],
        height=size * figure.height, length=size * figure.length, face=0.0, stride=0.0, medium="ground",
        motion="still", focus=(size * figure.focus[0], size * figure.focus[1]),
    )  # fmt: skip


def riding(
    rider: Figure,
    mount: Figure,
    seat: Callable[[float, float], Point],
    said: Mapping[str, Any],
    *,
    is_inside: bool = False,
) -> Figure:
    """On the back, on the saddle or (*is_inside*) in the hull of something.

    seat: where, at a phase and reach. said: what else leads the rider, from the hip.
    """
    sits = _cast(rider, **{"action": "ride", "prop": "", "from_hip": True, **said})
    up = _SEATED * rider.height

    def draw(phase: float, reach: float) -> list[Part]:
        x, y = seat(phase, reach)
        below, above = mount.draw(phase, reach), moved(sits, x, y + up).draw(phase, reach)
        return [*above, *below] if is_inside else [*below, *above]

    x, y = seat(0.0, 1.0)
    box = bounds(draw(0.0, 1.0))
    return mount._replace(
        draw=draw, height=box.top - min(0.0, box.bottom), length=max(mount.length, box.right - box.left),
        focus=(sits.focus[0] + x, sits.focus[1] + y + up), poses=max(mount.poses, 12), wave=None, face=0.0,
        pieces=None, seat=None,
    )  # fmt: skip
