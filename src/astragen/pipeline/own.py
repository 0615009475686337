"""The users' own media: pictures and clips that stand for a shot's take.

`own_media` stores and checks them before anything else is done, so that a path that is wrong
costs nothing; `own_takes` makes takes of them. Only content enters the steps' keys, never a
path: a file that is edited renders its shot again, one that is moved renders nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

import anyio.to_thread

from astragen.errors import MediaError, StoryboardError
from astragen.media.clips.facts import Measured, kind_of, measure, write_first_picture
from astragen.model.base import Model
from astragen.model.requests import ShotRequest
from astragen.model.storyboard import Storyboard
from astragen.model.take import Artifact, Fallback, Take
from astragen.pipeline.depths import with_depth
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.run import Run

BYTES_MAX: Final = 4 * 2**30  # of a file; it is copied, and no shot shows more than ten minutes
MADE_BY: Final = "own"

_HANDLES_S = 10.0  # a shot's transitions reach no further than this beyond it: 5 s on each side
_STILL_BELOW_S = 0.2  # a clip this short would flicker to and fro
_KINDS: Final = {"still": "image/*", "clip": "video/*"}

OwnMedia = Mapping[str, "OwnFile"]


class OwnFile(Model):
    """A file of the user's in the store."""

    kind: Literal["still", "clip"]
    artifact: Artifact


class _Unchecked(Model):
    """A file of the user's before it was looked at."""

    artifact: Artifact


class _OwnRequest(Model):
    """A take that is wanted of a file."""

    file: OwnFile
    request: ShotRequest


async def own_media(storyboard: Storyboard, run: Run) -> OwnMedia:
    """Return the stored file of each shot that has a `source`, by shot id.

    Raises:
        StoryboardError: a file is missing, too large, or is no picture or clip that can be filmed.
    """
    sources = {shot.id: Path(shot.source) for shot in storyboard.shots if shot.source}
    stored = {shot: await anyio.to_thread.run_sync(_stored, shot, source, run) for shot, source in sources.items()}
    return {shot: await _checked(shot, source, stored[shot], run) for shot, source in sources.items()}


async def own_takes(
    requests: Sequence[ShotRequest], own: OwnMedia, run: Run, *, depth_model: Path | None = None
) -> list[Take]:
    """Return the take of each of *requests*, all of shots in *own*; *depth_model*: see `with_depth`."""

    async def shoot(wanted: _OwnRequest) -> Take:
        return await _take(wanted.file, wanted.request, run)

    if not requests:
        return []
    takes = await run.each(
        "generate",
        shoot,
        [_OwnRequest(file=own[request.shot], request=request) for request in requests],
        returns=Take,
        version=f"{MADE_BY} {code_fingerprint()}",
        subjects=[request.shot for request in requests],
    )
    return [await with_depth(take, depth_model, run) for take in takes]


def _stored(shot: str, source: Path, run: Run) -> Artifact:
    """A copy of *source* in the store."""
    try:
        if not source.is_file():
            what = "is no file" if source.exists() else "does not exist"
            raise _unusable(shot, source, what, "Check the path; it counts from the storyboard's folder.")
        size = source.stat().st_size
        with source.open("rb"):
            pass
    except (OSError, ValueError) as error:
        raise _unusable(shot, source, f"cannot be read: {error}", "Check its permissions.") from error
    if not size:
        raise _unusable(shot, source, "is empty (0 bytes)", "Export or download it again.")
    if size > BYTES_MAX:
        raise _unusable(shot, source, f"has {size:,} bytes; {BYTES_MAX:,} are possible", "Cut out the part you need.")
    handle, name = tempfile.mkstemp(dir=run.scratch)
    os.close(handle)
    shutil.copyfile(source, name)
    return run.store.put_file(Path(name), "application/octet-stream")


async def _checked(shot: str, source: Path, stored: Artifact, run: Run) -> OwnFile:
    """*stored* with its kind."""

    async def look(unchecked: _Unchecked) -> OwnFile:
        kind = await run.compute(_kind_of, run.store.path(unchecked.artifact), shot)
        return OwnFile(kind=kind, artifact=unchecked.artifact.model_copy(update={"media_type": _KINDS[kind]}))

    try:
        return await run.step(
            "look", look, _Unchecked(artifact=stored), returns=OwnFile, version=code_fingerprint(), subject=shot
        )
    except MediaError as error:
        told = error.message.replace(stored.hash, source.name).rstrip(".")
        raise StoryboardError(f'Shot {shot} cannot use "{source}": {told}.', hint=error.hint) from error


async def _take(file: OwnFile, request: ShotRequest, run: Run) -> Take:
    """The take of a shot: a still under the shot's move, or a clip."""
    told: tuple[Fallback, ...] = ()
    take = Take(shot=request.shot, kind="still", artifact=file.artifact, recipe=request.recipe, made_by=MADE_BY)
    if file.kind == "still":
        return take
    need_s = request.frames / request.fps + _HANDLES_S
    found = await run.compute(_measure, run.store.path(file.artifact), request.shot, need_s)
    if found.damage:
        instead = "what decodes of it is used"
        told = (Fallback(stage="generate", subject=request.shot, reason=found.damage, instead=instead),)
    if found.footage.last_s >= _STILL_BELOW_S:
        recipe = request.recipe if request.recipe.title else None  # nothing else of it is seen over a clip
        changes = {"kind": "clip", "recipe": recipe, "footage": found.footage, "fallbacks": told}
        return take.model_copy(update=changes)
    reason = f"its clip lasts {found.footage.shown_s:.2f} s, too short to play"
    told = (
        *told,
        Fallback(stage="generate", subject=request.shot, reason=reason, instead="its first picture is filmed"),
    )
    return take.model_copy(update={"artifact": await _first_picture(file, request.shot, run), "fallbacks": told})


async def _first_picture(file: OwnFile, shot: str, run: Run) -> Artifact:
    path = run.scratch / f"{shot}-first.png"
    await run.compute(write_first_picture, run.store.path(file.artifact), shot, path)
    return run.store.put_file(path, "image/png")


def _kind_of(path: Path, shot: str) -> Literal["still", "clip"]:
    return kind_of(path, shot=shot)


def _measure(path: Path, shot: str, need_s: float) -> Measured:
    return measure(path, shot=shot, need_s=need_s)


def _unusable(shot: str, source: Path, what: str, hint: str) -> StoryboardError:
    return StoryboardError(f'The source of shot {shot}, "{source}", {what}.', hint=hint)
