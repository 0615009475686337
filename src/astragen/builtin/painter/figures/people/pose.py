"""What a body does: one pose of an action at a phase of its cycle.

Lengths count in body heights, feet at y = 0, the body facing right. Hands are given from
the shoulder in arm lengths, so a child and a giant make the same gesture. Feet on the
ground move back at exactly the speed at which the body goes on: nothing slides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from astragen.builtin.painter.figures.shape import Point

TAU = 2 * math.pi
_FOOT = 0.10  # heel to toe joint, body heights: what the heel turns about


class Foot(NamedTuple):
    """An ankle: x, y from the ground, and the pitch of the foot (radians, toe up positive)."""

    x: float
    y: float = 0.0
    pitch: float = 0.0


class Pose(NamedTuple):
    """A body at one moment.

    x, drop: where the hip is sideways, and how far below its standing height (body heights).
    lean: of the trunk, radians, forward positive. nod, tilt: of the head, down and sideways.
    turn: 0 seen from the side, 1 from the front. feet, hands: near, far.
    elbows: +1 bends ahead, -1 behind. knees: the same. breath: 0 to 1.
    roll: turns the whole body about its feet (lying), radians clockwise. lift: of the feet, too.
    is_seated: needs a seat under it. is_astride: on a mount that hides the far leg. is_asleep: with eyes shut.
    is_gesture: the far hand is busy, and holds nothing.
    """

    x: float = 0.0
    drop: float = 0.0
    lean: float = 0.0
    nod: float = 0.0
    tilt: float = 0.0
    turn: float = 0.72
    feet: tuple[Foot, Foot] = (Foot(-0.05), Foot(0.055))
    hands: tuple[Point, Point] = ((-0.2, -0.965), (0.22, -0.96))
    elbows: tuple[int, int] = (-1, -1)
    knees: tuple[int, int] = (1, 1)
    breath: float = 0.0
    roll: float = 0.0
    lift: float = 0.0
    is_seated: bool = False
    is_astride: bool = False
    is_asleep: bool = False
    is_gesture: bool = False


class Action(NamedTuple):
    """A cycle: pose at a phase in [0, 1), its length in seconds, body heights travelled a cycle."""

    pose: Callable[[float], Pose]
    period: float
    stride: float = 0.0


def _wave(phase: float, turns: int = 1, ahead: float = 0.0) -> float:
    return math.sin(TAU * (phase * turns + ahead))


def _step(phase: float, reach: float, duty: float, lift: float) -> Foot:
    """One foot of a gait: on the ground for *duty* of the cycle, then swung forward."""
    phase %= 1.0
    if phase < duty:
        part = phase / duty
        raised = max(0.0, (part - 0.62) / 0.38)
        pitch = 0.3 * max(0.0, 1 - part / 0.14) - 0.85 * raised * raised
        # The toe stays where it is while the heel comes up.
        return Foot(
            reach * (1 - 2 * part) + _FOOT * (1 - math.cos(pitch)) * (pitch < 0),
            _FOOT * math.sin(-pitch) * (pitch < 0),
            pitch,
        )
    part = (phase - duty) / (1 - duty)
    start = _FOOT * math.sin(0.85) * (1 - part) ** 2
    return Foot(
        -reach * math.cos(math.pi * part), start + lift * math.sin(math.pi * part) ** 0.9, -0.85 + 1.15 * part**0.8
    )


def _walk(phase: float) -> Pose:
    swing = math.cos(TAU * phase)
    near, far = _step(phase, 0.185, 0.6, 0.05), _step(phase + 0.5, 0.185, 0.6, 0.05)
    return Pose(
        drop=0.022 + 0.013 * math.cos(2 * TAU * phase),
        lean=0.05,
        nod=0.02 * _wave(phase, 2),
        turn=0.34,
        feet=(near, far),
        hands=((-0.48 * swing + 0.04, -0.86), (0.5 * swing + 0.1, -0.84)),
    )


def _run(phase: float) -> Pose:
    swing = math.cos(TAU * phase)
    near, far = _step(phase, 0.215, 0.36, 0.17), _step(phase + 0.5, 0.215, 0.36, 0.17)
    return Pose(
        drop=0.035 + 0.022 * math.cos(2 * TAU * phase - 1.0),
        lean=0.24,
        nod=-0.12,
        turn=0.22,
        feet=(near, far),
        hands=((-0.52 * swing - 0.02, -0.45 - 0.1 * swing), (0.52 * swing + 0.1, -0.42 + 0.1 * swing)),
        lift=0.012 - 0.012 * math.cos(2 * TAU * phase - 1.0),
    )


def _stand(phase: float) -> Pose:
    sway = _wave(phase)
    return Pose(
        x=0.006 * sway,
        lean=0.012 * sway,
        nod=0.03 * _wave(phase, 1, 0.2),
        tilt=0.025 * _wave(phase, 1, 0.4),
        hands=((-0.19 - 0.012 * sway, -0.97), (0.23 - 0.012 * sway, -0.96)),
        breath=0.5 + 0.5 * _wave(phase, 2),
    )


def _look(phase: float) -> Pose:
    slow = _wave(phase)
    return _stand(phase)._replace(
        turn=0.5, lean=-0.05 + 0.01 * slow, nod=-0.24 + 0.05 * slow, hands=((-0.2, -0.965), (0.2, -0.965))
    )


def _reach(phase: float) -> Pose:
    slow = _wave(phase)
    return _stand(phase)._replace(
        is_gesture=True,
        turn=0.45,
        lean=0.1 + 0.02 * slow,
        nod=-0.16,
        hands=((-0.17, -0.97), (0.8 + 0.03 * slow, 0.38 + 0.06 * slow)),
        elbows=(-1, -1),
        feet=(Foot(-0.085, 0.012, -0.25), Foot(0.08)),
    )


def _hold(phase: float) -> Pose:
    slow = _wave(phase)
    return _stand(phase)._replace(
        nod=0.14 + 0.03 * slow,
        turn=0.6,
        hands=((0.5, -0.45 + 0.02 * slow), (0.42, -0.42 + 0.02 * slow)),
        elbows=(-1, -1),
    )


def _carry(phase: float) -> Pose:
    slow = _wave(phase)
    return _stand(phase)._replace(hands=((-0.17, -0.97), (0.62, -0.3 + 0.02 * slow)), elbows=(-1, -1))


def _wave_hand(phase: float) -> Pose:
    swing = _wave(phase, 2)
    return _stand(phase)._replace(
        is_gesture=True,
        hands=((-0.17, -0.97), (0.42 + 0.22 * swing, 0.8 - 0.05 * abs(swing))),
        elbows=(-1, -1),
        tilt=0.06,
        nod=-0.06,
    )


def _point(phase: float) -> Pose:
    slow = _wave(phase)
    return _stand(phase)._replace(
        is_gesture=True,
        turn=0.5,
        nod=-0.05,
        lean=0.03,
        hands=((-0.17, -0.97), (0.96, 0.12 + 0.03 * slow)),
        elbows=(-1, -1),
    )


def _think(phase: float) -> Pose:
    slow = _wave(phase)
    return _stand(phase)._replace(
        is_gesture=True,
        nod=0.1 + 0.04 * slow,
        tilt=-0.05,
        hands=((0.42, -0.55), (0.16, 0.14 + 0.015 * slow)),
        elbows=(-1, -1),
    )


def _cheer(phase: float) -> Pose:
    hop = abs(_wave(phase))
    return Pose(
        is_gesture=True,
        drop=0.03 * (1 - hop),
        lift=0.05 * hop,
        nod=-0.16,
        turn=0.85,
        hands=((-0.4 - 0.1 * hop, 0.8), (0.45 + 0.1 * hop, 0.78)),
        elbows=(1, -1),
        feet=(Foot(-0.07, 0.0, -0.2 * hop), Foot(0.08, 0.0, -0.2 * hop)),
    )


def _dance(phase: float) -> Pose:
    beat, slow = _wave(phase, 2), _wave(phase)
    kick = max(0.0, slow)
    return Pose(
        is_gesture=True,
        x=0.03 * slow,
        drop=0.02 + 0.02 * abs(beat),
        lean=-0.08 * slow,
        tilt=0.12 * slow,
        nod=-0.08,
        turn=0.8,
        feet=(
            Foot(-0.06, 0.05 * max(0.0, -slow), -0.5 * max(0.0, -slow)),
            Foot(0.08 + 0.1 * kick, 0.1 * kick, -0.4 * kick),
        ),
        hands=((-0.7 - 0.15 * slow, 0.25 + 0.45 * slow), (0.72 - 0.1 * slow, 0.3 - 0.45 * slow)),
        elbows=(1, -1),
    )


def _jump(phase: float) -> Pose:
    air = math.sin(math.pi * min(1.0, max(0.0, (phase - 0.28) / 0.5)))
    crouch = math.exp(-(((phase - 0.18) / 0.09) ** 2)) + 0.7 * math.exp(-(((phase - 0.84) / 0.08) ** 2))
    return Pose(
        is_gesture=True,
        drop=0.03 + 0.12 * crouch,
        lift=0.2 * air,
        lean=0.12 * crouch - 0.05 * air,
        nod=-0.1 * air,
        turn=0.55,
        feet=(Foot(-0.06 - 0.05 * air, 0.05 * air, -0.7 * air), Foot(0.06 + 0.04 * air, 0.08 * air, -0.5 * air)),
        hands=((-0.4 + 0.1 * air, -0.8 + 1.55 * air), (0.4, -0.8 + 1.55 * air)),
        elbows=(1, -1),
    )


def _sit(phase: float) -> Pose:
    slow = _wave(phase)
    return Pose(
        x=-0.1,
        drop=0.235,
        lean=-0.02 + 0.012 * slow,
        nod=0.06 + 0.04 * slow,
        turn=0.35,
        feet=(Foot(0.12), Foot(0.17)),
        hands=((0.62, -0.62), (0.58, -0.6)),
        is_seated=True,
        breath=0.5 + 0.5 * _wave(phase, 2),
    )


def _floor(phase: float) -> Pose:
    slow = _wave(phase)
    return Pose(
        x=-0.08,
        drop=0.425,
        lean=0.0 + 0.015 * slow,
        nod=0.05 + 0.05 * slow,
        turn=0.5,
        feet=(Foot(0.15, 0.0), Foot(0.2, 0.0)),
        hands=((0.58, -0.42), (0.62, -0.38)),
        breath=0.5 + 0.5 * _wave(phase, 2),
    )


def _kneel(phase: float) -> Pose:
    slow = _wave(phase)
    return Pose(
        x=-0.02,
        drop=0.24,
        lean=0.16 + 0.01 * slow,
        nod=0.2 + 0.03 * slow,
        turn=0.4,
        feet=(Foot(-0.21, 0.03, -1.2), Foot(0.13)),
        hands=((0.55, -0.68 + 0.02 * slow), (0.6, -0.62 + 0.02 * slow)),
        breath=0.5 + 0.5 * _wave(phase, 2),
    )


def _work(phase: float) -> Pose:
    swing = _wave(phase)
    return Pose(
        drop=0.03,
        lean=0.24 + 0.06 * swing,
        nod=0.14,
        turn=0.32,
        feet=(Foot(-0.1), Foot(0.1)),
        hands=((0.62, -0.5 + 0.2 * swing), (0.72, -0.36 + 0.24 * swing)),
    )


def _lie(phase: float) -> Pose:
    return Pose(
        lean=0.0,
        turn=0.5,
        roll=-math.pi / 2,
        is_asleep=True,
        nod=0.03 * _wave(phase),
        hands=((0.12, -0.9), (0.3, -0.6)),
        feet=(Foot(-0.02), Foot(0.03)),
        breath=0.5 + 0.5 * _wave(phase, 2),
    )


def _swim(phase: float) -> Pose:
    swing = TAU * phase
    return Pose(
        roll=1.25,
        turn=0.3,
        nod=-0.5,
        feet=(Foot(-0.02 + 0.04 * math.sin(3 * swing), 0.03), Foot(0.02 - 0.04 * math.sin(3 * swing), 0.03)),
        hands=((0.8 * math.sin(swing), 0.8 * math.cos(swing)), (-0.8 * math.sin(swing), -0.8 * math.cos(swing))),
        elbows=(-1, -1),
    )


def _float(phase: float) -> Pose:
    slow = _wave(phase)
    return Pose(
        roll=0.16 + 0.06 * slow,
        nod=-0.08,
        turn=0.7,
        lift=0.04 + 0.02 * slow,
        feet=(Foot(-0.1, 0.06 + 0.02 * slow, -0.6), Foot(0.1, 0.13 - 0.02 * slow, -0.4)),
        hands=((-0.62, -0.45 + 0.1 * slow), (0.66, 0.3 + 0.1 * slow)),
        elbows=(1, -1),
        drop=0.03,
    )


def _fly(phase: float) -> Pose:
    slow = _wave(phase)
    return Pose(
        roll=1.05 + 0.03 * slow,
        turn=0.35,
        nod=-0.6,
        hands=((-0.1, -0.95), (0.3, 0.93 + 0.02 * slow)),
        feet=(Foot(-0.02, 0.02, -1.0), Foot(0.05, 0.06, -1.0)),
        lift=0.3,
    )


def _climb(phase: float) -> Pose:
    swing = _wave(phase)
    return Pose(
        lean=0.16,
        nod=-0.3,
        turn=0.3,
        drop=0.05,
        feet=(Foot(0.0, 0.06 + 0.06 * swing, 0.1), Foot(0.12, 0.14 - 0.06 * swing, 0.1)),
        hands=((0.45, 0.62 - 0.22 * swing), (0.55, 0.62 + 0.22 * swing)),
        elbows=(-1, -1),
    )


def _play(phase: float) -> Pose:
    swing = _wave(phase, 2)
    return _stand(phase)._replace(
        nod=0.16,
        tilt=0.08,
        turn=0.62,
        hands=((0.5, -0.62 + 0.06 * swing), (0.66, -0.2 + 0.03 * swing)),
    )


def _ride(phase: float) -> Pose:
    bob = _wave(phase)
    return Pose(
        drop=0.10,
        lean=0.06 + 0.03 * bob,
        nod=-0.03 * bob,
        turn=0.3,
        feet=(Foot(0.085, 0.05, 0.15), Foot(0.085, 0.05, 0.15)),
        hands=((0.62, -0.56 + 0.05 * bob), (0.64, -0.54 + 0.05 * bob)),
        is_astride=True,
    )


def _pedal(phase: float) -> Pose:
    return Pose(drop=0.02, lean=0.34, nod=-0.24, turn=0.3, hands=((0.7, -0.5), (0.72, -0.48)))


def _talk(phase: float) -> Pose:
    beat, slow = _wave(phase, 2), _wave(phase)
    return _stand(phase)._replace(
        is_gesture=True,
        turn=0.6,
        nod=0.03 + 0.05 * slow,
        hands=((-0.17, -0.97), (0.50 + 0.12 * slow, -0.36 + 0.14 * beat)),
    )


ACTIONS: Mapping[str, Action] = {
    "stand": Action(_stand, 5.0),
    "look": Action(_look, 5.0),
    "walk": Action(_walk, 1.08, 2 * 0.185 / 0.6),
    "run": Action(_run, 0.67, 2 * 0.215 / 0.36),
    "reach": Action(_reach, 4.0),
    "hold": Action(_hold, 5.0),
    "carry": Action(_carry, 5.0),
    "wave": Action(_wave_hand, 1.5),
    "point": Action(_point, 4.0),
    "think": Action(_think, 5.0),
    "cheer": Action(_cheer, 0.9),
    "dance": Action(_dance, 1.8),
    "jump": Action(_jump, 1.1),
    "sit": Action(_sit, 5.0),
    "floor": Action(_floor, 5.0),
    "kneel": Action(_kneel, 5.0),
    "work": Action(_work, 1.6),
    "lie": Action(_lie, 5.0),
    "swim": Action(_swim, 1.8),
    "float": Action(_float, 5.0),
    "fly": Action(_fly, 4.0),
    "climb": Action(_climb, 1.8),
    "play": Action(_play, 1.6),
    "ride": Action(_ride, 2.0),
    "pedal": Action(_pedal, 1.2),
    "talk": Action(_talk, 3.2),
}
