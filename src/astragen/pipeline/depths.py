"""The depth of stills by the user's model, where there is one: a grey picture beside the take's own.

Without a model, or where it fails, the renderer goes by what is seen in the picture. Start reading at `with_depth`.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

import anyio.to_thread

from astragen.errors import AstraGenError
from astragen.media.depth import write_depth
from astragen.media.frames.parallax import MOVES
from astragen.model.base import Model
from astragen.model.take import Artifact, Fallback, Take
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.run import Run

_PIECE: Final = 1 << 20


class DepthRequest(Model):
    """A picture whose depth is wanted, and of which model: its SHA-256."""

    picture: Artifact
    model: str


class Mapped(Model):
    """The depth of a picture."""

    artifact: Artifact


async def with_depth(take: Take, model: Path | None, run: Run) -> Take:
    """Return *take* with its depth by *model*, an ONNX file; as it is when there is none, or its depth would not show.

    A model that fails is told on the take.
    """
    picture, recipe = take.artifact, take.recipe
    if model is None or take.kind != "still" or picture is None or recipe is None or recipe.move not in MOVES:
        return take

    async def work(request: DepthRequest) -> Mapped:
        path = run.scratch / f"{request.picture.hash[:20]}-depth.png"
        await run.compute(_write, run.store.path(request.picture), model, path, take.shot)
        return Mapped(artifact=run.store.put_file(path, "image/png"))

    try:
        request = DepthRequest(picture=picture, model=await anyio.to_thread.run_sync(_hash_of, model))
        mapped = await run.once("depth", work, request, returns=Mapped, version=code_fingerprint())
    except (AstraGenError, OSError) as error:
        told = Fallback(
            stage="depth", subject=take.shot, reason=str(error), instead="its depth is guessed from what is seen"
        )
        return take.model_copy(update={"fallbacks": (*take.fallbacks, told)})
    return take.model_copy(update={"depth": mapped.artifact})


def _write(picture: Path, model: Path, out: Path, shot: str) -> None:
    write_depth(picture, model, out, shot=shot)


@cache
def _hash_of(model: Path) -> str:
    digest = hashlib.sha256()
    with model.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
