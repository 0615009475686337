"""Frames of a painted scene under its camera move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from astragen.builtin.painter.paint import paint
from astragen.media.frames import view_of_frame
from astragen.model.planes import Planes
from astragen.model.recipe import Recipe
from astragen.model.segment import Profile
from astragen.model.view import View


class Scene(Protocol):
    """A place that is painted and can be filmed."""

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

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call."""
        recipe = self._recipe
        view = view_of_frame(
            n, recipe.move, recipe.lens, clip_frames=self._clip_frames, fps=self._fps, seed=recipe.seed
        )
        return self._scene.frame(n / self._fps, view, n)
