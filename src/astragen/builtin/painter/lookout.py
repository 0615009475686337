"""Where the camera stands in a landscape, and where subjects stand before it.

Angle sets the horizon, size and lens the focal length, the shot's seed a step aside:
so several shots of one place are several views of the same land. Subjects keep the
size that the shot's name promises, whatever lies behind them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.stage import Stage, Stand, air_at
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, Lens, ShotSize

_HORIZON = {Angle.LOW: 0.14, Angle.EYE: 0.0, Angle.HIGH: -0.17, Angle.AERIAL: -0.36}  # from the room's own, down
_EYE = {Angle.LOW: 0.45, Angle.EYE: 1.0, Angle.HIGH: 2.2, Angle.AERIAL: 6.0}  # height of the camera
_LENS = {Lens.WIDE: 0.82, Lens.NORMAL: 1.0, Lens.TELE: 1.6}


def said(setting: str) -> set[str]:
    """The words of *setting* in lower case, each as it stands and without a plural's ending."""
    words = setting.lower().replace("-", " ").split()
    return {form for word in words for form in (word, word.removesuffix("s"), word.removesuffix("es"))}


class _Frame(NamedTuple):
    """body: height of a person, frame units. head: frame heights above it. z: distance. magnify: of the land."""

    body: float
    head: float
    z: float
    magnify: float


_FRAMES = {
    ShotSize.EXTREME_WIDE: _Frame(0.10, 0.72, 9.0, 0.85),
    ShotSize.WIDE: _Frame(0.26, 0.56, 6.0, 1.0),
    ShotSize.FULL: _Frame(0.62, 0.30, 4.5, 1.15),
    ShotSize.MEDIUM: _Frame(1.05, 0.20, 3.6, 1.4),
    ShotSize.CLOSE: _Frame(2.2, 0.13, 3.0, 1.8),
    ShotSize.EXTREME_CLOSE: _Frame(3.8, 0.04, 2.6, 2.2),
}
_PERSON = 1.75  # m
_LIFT, _TURN = 0.06, 0.20  # most that a shot's horizon is moved (frame heights) and its view turned (radians)


class Lookout(NamedTuple):
    """A camera position.

    focal: px of one radian. eye: height of the camera, 1 is the room's usual one. aside:
    steps to the side, -1 to 1. magnify: how much longer than normal the lens is.
    feet: canvas y where a person's feet belong. metre: px of a metre there. z: distance there.
    turn: how far the shot looks aside of the place's usual view, radians; the light turns with it.
    frames: +1 when what frames the picture stands away from the sun, -1 on its side. into: how far
    it reaches in, 1 is usual.
    """

    focal: float
    eye: float
    aside: float
    magnify: float
    feet: float
    metre: float
    z: float
    turn: float = 0.0
    frames: int = 1
    into: float = 1.0

    def shift(self, stage: Stage) -> float:
        """Frame widths that the turn moves the distance aside."""
        return -self.turn * self.focal / stage.width


def look(stage: Stage, recipe: Recipe, *, horizon: float) -> Lookout:
    """Set the stage's horizon (*horizon* is the room's own at eye level, frame heights down) and return the camera.

    The shot's seed turns, lifts and moves it; sun and sky turn with it.
    """
    frame = _FRAMES[recipe.size]
    magnify = frame.magnify * _LENS[recipe.lens]
    shot = np.random.default_rng(stable_seed(recipe.seed, "lookout"))
    aside, lift, turn, side, into = 2 * shot.random(5) - 1
    rise = _LIFT * float(lift) * (0.4 if frame.body > 0.5 else 1.0)
    stage.horizon = stage.y(float(np.clip(horizon + rise + _HORIZON[recipe.angle], 0.10, 0.76)))
    body = frame.body * stage.unit
    camera = Lookout(
        focal=0.95 * 1.78 * stage.unit * magnify,
        eye=_EYE[recipe.angle],
        aside=float(aside) if recipe.size is not ShotSize.EXTREME_WIDE else 0.0,
        magnify=magnify,
        feet=stage.y(frame.head) + body,
        metre=body / _PERSON,
        z=frame.z,
        turn=_TURN * float(turn) / magnify,
        frames=1 if side < 0.4 else -1,
        into=1.1 + 0.4 * float(into),
    )
    sun_x = float(np.clip(stage.light.sun_x + camera.shift(stage), 0.12, 0.88))
    stage.light = stage.light._replace(sun_x=sun_x)
    return camera


def stand_at(stage: Stage, camera: Lookout, *, is_water: bool = False, shade: float = 0.06) -> Stand:
    """A level stand at the camera's feet line; *shade* is the air's cover there."""
    top = stage.y(0.08)
    return Stand(
        ground=lambda _: camera.feet,
        z=camera.z,
        metre=camera.metre,
        is_water=is_water,
        sky=(top, max(top + 0.1 * stage.height, stage.horizon - 0.08 * stage.height)),
        shade=min(0.6, shade * stage.light.haze),
        air=air_at(stage, np.asarray(stage.x(0.5), np.float32)),
    )
