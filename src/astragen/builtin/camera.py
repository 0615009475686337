"""The built-in camera: every shot is painted, so a take is its recipe.

No pixels here: the renderer paints the recipe frame by frame when it films the shot. Words
that the painter does not know are replaced here, and the take says by what.
"""

from __future__ import annotations

from astragen.builtin.painter.nearest import Substitution, resolve
from astragen.model.capability import Capability
from astragen.model.requests import ShotRequest
from astragen.model.take import Fallback, Take


class BuiltinCamera:
    """Implements `providers.base.Camera`."""

    @property
    def capability(self) -> Capability:
        """Any shot, in any language, for nothing."""
        return Capability(name="builtin", trade="camera", version="1")

    async def shoot(self, request: ShotRequest) -> Take:
        """Return the painted take of the shot, in words that the painter knows."""
        recipe, substitutions = resolve(request.recipe)
        return Take(
            shot=request.shot,
            kind="painted",
            recipe=recipe,
            made_by="builtin",
            fallbacks=tuple(_fallback(request.shot, one) for one in substitutions),
        )


def _fallback(shot: str, substitution: Substitution) -> Fallback:
    what, asked, instead = substitution
    reason = f'the painter knows no {what} "{asked}"' if what else f'the painter knows no "{asked}"'
    return Fallback(stage="paint", subject=shot, reason=reason, instead=instead)
