"""The built-in camera: every shot is painted, so a take is its recipe.

No pixels here: the renderer paints the recipe frame by frame when it films the shot.
"""

from __future__ import annotations

from astragen.model.capability import Capability
from astragen.model.requests import ShotRequest
from astragen.model.take import Take


class BuiltinCamera:
    """Implements `providers.base.Camera`."""

    @property
    def capability(self) -> Capability:
        """Any shot, in any language, for nothing."""
        return Capability(name="builtin", trade="camera", version="1")

    async def shoot(self, request: ShotRequest) -> Take:
        """Return the painted take of the shot."""
        return Take(shot=request.shot, kind="painted", recipe=request.recipe, made_by="builtin")
