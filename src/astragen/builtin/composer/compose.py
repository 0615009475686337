"""The built-in composer: the film's moods, turns, cuts and turning point become a score.

Start at `compose`; the music's rules are in `form`, `parts` and `marks`, its sounds in
`instruments`, its tables in `data/composer/`.
"""

from __future__ import annotations

import anyio.to_thread

from astragen.builtin.composer.render import render
from astragen.builtin.composer.tables import mood_table
from astragen.builtin.composer.write import write
from astragen.builtin.dsp import F32
from astragen.model.capability import Capability
from astragen.model.timeline import ScoreRequest


class BuiltinComposer:
    """Composes without a network; the same request gives the same music, another seed other music."""

    @property
    def capability(self) -> Capability:
        """Who it is."""
        return Capability(name="builtin", trade="composer", version="3")

    async def compose(self, request: ScoreRequest) -> F32:
        """Return the score: (2, request.samples) float32 at 48 kHz, peak below 1; cancelling does not wait for it."""
        return await anyio.to_thread.run_sync(compose, request, abandon_on_cancel=True)


def compose(request: ScoreRequest) -> F32:
    """The score of *request*: (2, samples) float32 at 48 kHz, about -18 LUFS, peak below 1; ends in silence."""
    form, notes = write(request)
    return render(notes, form, request.samples, mood_table(request.mood))
