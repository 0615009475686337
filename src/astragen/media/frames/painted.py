"""Frames of a painted scene under its camera move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from astragen.builtin.painter.paint import paint
from astragen.media.frames import view_between, view_of_frame
from astragen.model.planes import Planes
from astragen.model.recipe import Recipe
from astragen.model.segment import Profile
from astragen.model.view import View
from astragen.plan.motion import FRAMED_DISTANCE


class Scene(Protocol):
    """A place that is painted and can be filmed."""

    @property
    def horizon(self) -> float:
        """Eye level in the composed frame: heights from its top."""
        ...

    def frame(self, seconds: float, view: View, number: int) -> Planes:
        """The frame at *seconds* of its own time, seen from *view*; *number* picks its grain."""
        ...


class PaintedFrames:
    """A `FrameSource`: paints the scene of a recipe once, then films it."""

    def __init__(
        self,
        recipe: Recipe,
        profile: Profile,
        clip_frames: int,
        *,
        painter: Callable[[Recipe, int, int], Scene] = paint,
    ) -> None:
        self._scene = painter(recipe, profile.width, profile.height)
        self._recipe, self._fps, self._clip_frames = recipe, profile.fps, clip_frames
        self._aspect = profile.width / profile.height

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call."""
        return self._scene.frame(n / self._fps, self._view(n), n)

    def _view(self, n: int) -> View:
        recipe, frames = self._recipe, self._clip_frames
        if recipe.framings is None:
            return view_of_frame(n, recipe.move, recipe.lens, clip_frames=frames, fps=self._fps, seed=recipe.seed)
        return view_between(
            n,
            recipe.framings,
            clip_frames=frames,
            aspect=self._aspect,
            horizon=self._scene.horizon,
            distance=FRAMED_DISTANCE,
        )
