"""Weather and titles over pictures that somebody else made: the painter's own layers, hung before a still or a clip.

A painted scene has both in it. Here a stage is set up whose light is the picture's own air, and only what falls,
drifts or is lettered is hung on it: the same layers, so a film's pictures go together, whoever made them.
Start reading at `overlaid`.
"""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.places import INDOORS, OPEN_AIR, room_for
from astragen.builtin.painter.rooms.ocean import shore_for
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.type import hang_title
from astragen.builtin.painter.weather import dust, embers, fog_sheets, rain, snow
from astragen.media.colour import rgb_at
from astragen.media.frames import view_of_frame
from astragen.model.planes import FrameSource, Planes
from astragen.model.recipe import Recipe
from astragen.model.segment import Profile
from astragen.model.vocabulary import Weather

# Lighter than in a painted scene: the picture was asked to show this weather, and most likely does.
DRIZZLE, DOWNPOUR, FLAKES, MIST, MOTES, SPARKS = 0.25, 0.5, 0.55, 0.3, 0.45, 0.35


def overlaid(
    source: FrameSource, recipe: Recipe | None, profile: Profile, *, first: int, clip_frames: int
) -> FrameSource:
    """*source*, a still's, with the weather and the title that *recipe* asks for over it; itself when it asks for none.

    A hurried film's recipes are plain: they get their title only.

    first: a frame of *source* that can be asked for; the air's colour is taken from it.
    clip_frames: those that the camera's move spans.
    """
    if recipe is None:
        return source
    stage = _stage_before(source.frame(first), recipe)
    if not recipe.is_plain:
        _hang_weather(stage, recipe)
    return _with_title(stage, source, recipe, profile, clip_frames)


def titled(source: FrameSource, recipe: Recipe | None, profile: Profile, *, clip_frames: int) -> FrameSource:
    """*source*, a clip's, with the title of *recipe* over it: weather moves in a clip by itself. See `overlaid`."""
    if recipe is None:
        return source
    return _with_title(Stage(profile.width, profile.height, light_of(recipe)), source, recipe, profile, clip_frames)


def _with_title(stage: Stage, source: FrameSource, recipe: Recipe, profile: Profile, clip_frames: int) -> FrameSource:
    if recipe.title:
        hang_title(stage, recipe.model_copy(update={"tableau": None}))  # no diagram is drawn here that would set it
    return OverlaidFrames(source, stage, recipe, profile, clip_frames) if stage.layers else source


class OverlaidFrames:
    """A `FrameSource`: the frames of another with a stage's layers before them."""

    def __init__(self, source: FrameSource, stage: Stage, recipe: Recipe, profile: Profile, clip_frames: int) -> None:
        """Lay the layers of *stage* over *source*, under the move of *recipe*, which spans *clip_frames*."""
        self._source, self._stage, self._recipe = source, stage, recipe
        self._fps, self._clip_frames = profile.fps, clip_frames
        self._layers = sorted(stage.layers, key=lambda layer: -layer.z)
        self._canvas = Canvas(stage.width, stage.height)

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call."""
        for plane, shown in zip(self._canvas.planes, self._source.frame(n), strict=True):
            np.copyto(plane, shown)
        recipe = self._recipe
        view = view_of_frame(
            n, recipe.move, recipe.lens, clip_frames=self._clip_frames, fps=self._fps, seed=recipe.seed
        )
        for layer in self._layers:
            layer.draw(self._canvas, self._stage, Moment(n / self._fps, n, view))
        for plane, most in zip(self._canvas.planes, (235, 240, 240), strict=True):
            np.clip(plane, 16, most, out=plane)  # light that is added to a bright picture would leave the legal range
        return Planes(*self._canvas.planes)


def _stage_before(frame: Planes, recipe: Recipe) -> Stage:
    """An empty stage whose air has the colour of *frame*, a little paler."""
    height, width = frame.y.shape
    colour = np.array([float(cv2.mean(plane)[0]) for plane in frame], np.float32)
    air: F32 = np.clip(rgb_at(colour), 0, 1)
    light = light_of(recipe)
    paler = mix(air, rgb("#ffffff"), 0.12 if light.is_night else 0.45)
    shade = mix(air, paler, 0.6)
    return Stage(width, height, light._replace(fog_sun=paler, fog_shade=shade, horizon=paler, ambient=air))


def _hang_weather(stage: Stage, recipe: Recipe) -> None:
    """Hang what falls or drifts where the shot is: in the open what its weather says, indoors motes in the light."""
    room, seed = room_for(recipe.setting), stable_seed(recipe.seed, "weather")
    if room in INDOORS:
        dust(stage, seed, MOTES)
    if room == "volcano":
        embers(stage, seed, SPARKS)
    if room not in OPEN_AIR or (room == "ocean" and shore_for(recipe.setting) == "undersea"):
        return
    if recipe.weather is Weather.FOG:
        fog_sheets(stage, seed, MIST)
    elif recipe.weather in (Weather.RAIN, Weather.STORM):
        rain(stage, seed, DOWNPOUR if recipe.weather is Weather.STORM else DRIZZLE)
    elif recipe.weather is Weather.SNOW:
        snow(stage, seed, FLAKES)
