"""The crew's trades: five narrow Protocols.

A provider is a class with `capability` and the methods of its Protocol; a `Crew`
holds the chosen ones. A provider says what it can do and does it; plans decide.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from astragen.model.brief import Brief
from astragen.model.capability import Capability
from astragen.model.requests import LineRequest, ShotRequest
from astragen.model.speech import Speech
from astragen.model.storyboard import Storyboard
from astragen.model.take import Take
from astragen.model.timeline import ScoreRequest
from astragen.model.written import Written

OnScene = Callable[[Storyboard], None]
"""Told of a storyboard that is still being written, whenever a scene more is complete: all that there is so far."""


class Writer(Protocol):
    """Expands a brief into a storyboard."""

    @property
    def capability(self) -> Capability:
        """What it can do, and its version (part of every step key)."""
        ...

    async def write(self, brief: Brief, on_scene: OnScene | None = None) -> Written:
        """Return a valid storyboard for *brief* and who wrote it, or raise a ProviderError.

        *on_scene* hears of scenes before all are written, if the writer can tell; it must return at once, and
        what it raises is raised here. What it hears is a forecast, good enough to start pictures by, keyed by
        their content: ids, subjects, places and light of these shots are those of the storyboard in the end,
        unless the answer as a whole has to be repaired, shortened or divided, or is given up. Lines may change,
        characters whom nobody meets are left out in the end, and a repaired answer is told again from its first scene.
        """
        ...


class Camera(Protocol):
    """Makes a take that moves: a clip, or a recipe that is painted."""

    @property
    def capability(self) -> Capability:
        """What it can do, and its version."""
        ...

    async def shoot(self, request: ShotRequest) -> Take:
        """Return a take for the shot, or raise a ProviderError."""
        ...


class Voice(Protocol):
    """Speaks a line."""

    @property
    def capability(self) -> Capability:
        """What it can do, and its version."""
        ...

    async def speak(self, request: LineRequest) -> Speech:
        """Return the line as 48 kHz mono sound with word times, or raise a ProviderError."""
        ...


class Composer(Protocol):
    """Composes the score."""

    @property
    def capability(self) -> Capability:
        """What it can do, and its version."""
        ...

    async def compose(self, request: ScoreRequest) -> NDArray[np.float32]:
        """Return the score: (2, request.samples) float32 at 48 kHz, peak below 1."""
        ...
