"""The film file: segments in a row under the film's sound.

Sound is encoded beside the pictures, and an edit of pictures only copies it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from astragen.model.base import Model
from astragen.model.profile import row
from astragen.model.take import Artifact
from astragen.model.timeline import Timeline
from astragen.pipeline.asked import CODED, CodedLevel, CodeRequest, MuxRequest
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.run import Run

if TYPE_CHECKING:
    from astragen.pipeline.jobs import code_to, mux_to
else:
    code_to, mux_to = (Elsewhere("astragen.pipeline.jobs", name) for name in ("code_to", "mux_to"))


class CodedMix(Model):
    """The film's sound as its file has it, stored; *level* is None where that is the mix itself."""

    artifact: Artifact
    level: CodedLevel | None


class Movie(Model):
    """The film file."""

    artifact: Artifact


async def coded_sound(sound: Artifact, timeline: Timeline, run: Run) -> CodedMix:
    """Return *sound* encoded for the profile of *timeline*, or itself where the file has it unencoded."""
    if row(timeline.profile).encoding.sound != "aac":
        return CodedMix(artifact=sound, level=None)

    async def code(request: CodeRequest) -> CodedMix:
        path = run.scratch / "sound.m4a"
        level = await run.compute(code_to, request, run.store.root, path)
        return CodedMix(artifact=run.store.put_file(path, CODED), level=level)

    request = CodeRequest(sound=sound, frames=timeline.frames, fps=timeline.fps, profile=timeline.profile)
    return await run.step("sound", code, request, returns=CodedMix, version=code_fingerprint())


async def muxed(segments: tuple[Artifact, ...], sound: Artifact | None, timeline: Timeline, run: Run) -> Artifact:
    """Return the film file: *segments* in a row, under *sound*."""

    async def work(request: MuxRequest) -> Movie:
        encoding = row(timeline.profile).encoding
        path = run.scratch / f"film{encoding.suffix}"
        await run.compute(mux_to, request, run.store.root, path)
        return Movie(artifact=run.store.put_file(path, encoding.media_type))

    request = MuxRequest(segments=segments, sound=sound, timeline=timeline)
    return (await run.step("mux", work, request, returns=Movie, version=code_fingerprint())).artifact
