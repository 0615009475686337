"""The sounds of the place, made in a worker: one stereo bus beside narration and score. Start at `ambience_bus`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from astragen.model.base import Model
from astragen.model.take import Artifact
from astragen.model.time import frames_to_samples
from astragen.model.timeline import SoundEvent, Timeline
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.narration import WAV
from astragen.pipeline.run import Run

if TYPE_CHECKING:
    from astragen.media.ambience import ambience_to
else:
    ambience_to = Elsewhere("astragen.media.ambience", name="ambience_to")


class AmbienceRequest(Model):
    """All that the bus is made of."""

    events: tuple[SoundEvent, ...]
    samples: int = Field(ge=1, description="Of the film.")


async def ambience_bus(timeline: Timeline, run: Run) -> Artifact | None:
    """Return the sounds of the places of *timeline* as one WAV as long as the film, or None when nothing sounds."""
    if not timeline.ambience:
        return None

    async def make(request: AmbienceRequest) -> Artifact:
        path = run.scratch / "ambience.wav"
        await run.compute(ambience_to, request.events, request.samples, path)
        return run.store.put_file(path, WAV)

    request = AmbienceRequest(events=timeline.ambience, samples=frames_to_samples(timeline.frames, timeline.fps))
    return await run.step("ambience", make, request, returns=Artifact, version=code_fingerprint())
