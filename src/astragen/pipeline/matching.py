"""Stills of one scene brought nearer to each other in colour; which they are says `plan/palettes.py`.

Start reading at `with_palette`.
"""

from __future__ import annotations

from pathlib import Path

from astragen.errors import MediaError
from astragen.media.palette import match_file
from astragen.model.base import Model
from astragen.model.take import Artifact, Take
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.run import Run


class MatchRequest(Model):
    """A picture, and the one whose palette it is brought nearer to."""

    picture: Artifact
    anchor: Artifact


class Matched(Model):
    """The picture to show: another, or the same when it was left alone."""

    artifact: Artifact


async def with_palette(take: Take, anchor: Artifact | None, run: Run) -> Take:
    """Return *take*, a still, in a palette nearer to that of the picture *anchor*; as it is when there is none.

    What cannot be read is left as it is: the renderer will say so, of the shot it belongs to.
    """
    if anchor is None or take.kind != "still" or take.artifact is None or take.artifact == anchor:
        return take

    async def work(request: MatchRequest) -> Matched:
        path = run.scratch / f"{request.picture.hash[:20]}-{request.anchor.hash[:20]}.jpg"
        files = run.store.path(request.picture), run.store.path(request.anchor)
        is_changed = await run.examine(_match, *files, path, take.shot)
        return Matched(artifact=run.store.put_file(path, "image/jpeg") if is_changed else request.picture)

    request = MatchRequest(picture=take.artifact, anchor=anchor)
    try:
        matched = await run.once("match", work, request, returns=Matched, version=code_fingerprint())
    except MediaError:
        return take
    return take.model_copy(update={"artifact": matched.artifact})


def _match(picture: Path, anchor: Path, out: Path, shot: str) -> bool:
    return match_file(picture, anchor, out, shot=shot)
