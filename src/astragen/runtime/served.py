"""A run of the service: what it tells is kept, and shots may be rendered by other workers.

What a worker renders for another film's conductor is a workflow of its own: the job goes as JSON, files go through the
shared store. Start reading at `ServedRun`.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, cast

import anyio.to_thread

from astragen.errors import JobError, MediaError, RenderError
from astragen.model.base import canonical_json
from astragen.model.segment import JoinJob, ShotJob
from astragen.model.take import Artifact
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.run import Result
from astragen.runtime.inline import InlineRun, Pools, artifacts_in
from astragen.runtime.scratch import scratch_folder
from astragen.store.artifacts import ArtifactStore

log = logging.getLogger(__name__)

PIECE: Final = "application/octet-stream"  # media type of a file on its way to the film's conductor

_JOBS: Final[dict[str, type[ShotJob | JoinJob]]] = {"render_shot": ShotJob, "render_join": JoinJob}
_MODULE: Final = "astragen.media.render"


class Hands(Protocol):
    """Other workers that render."""

    async def render(self, name: str, job: str) -> Sequence[Artifact | None]:
        """The files that the function *name* makes of the JSON *job*, made by any worker."""
        ...

    async def are_free(self) -> bool:
        """Whether there are any besides this worker, as far as anybody can tell now."""
        ...


class ServedRun(InlineRun):
    """As `InlineRun`, where artifacts may lie elsewhere and others may help."""

    def __init__(self, *arguments: Any, hands: Hands | None = None, **named: Any) -> None:  # noqa: ANN401
        """As `InlineRun`; *hands*: None renders all of it here."""
        super().__init__(*arguments, **named)
        self._hands = hands

    async def compute(self, function: Callable[..., Result], *arguments: object) -> Result:
        """As `InlineRun.compute`; what shots and joins are made of is fetched first, or they are rendered elsewhere."""
        job = arguments[0] if arguments else None
        if isinstance(job, (ShotJob, JoinJob)):
            name = getattr(function, "__qualname__", "")
            if self._hands and name in _JOBS and self._pool.is_busy and await self._hands.are_free():
                try:
                    made = await self._hands.render(name, canonical_json(job))
                    return cast("Result", await self._brought(made, cast("Path", arguments[2]), name))
                except (MediaError, JobError) as error:
                    log.warning("another worker could not render a piece: %s", error.message)
        await fetched(self.store, arguments)
        return await super().compute(function, *arguments)

    async def _quickly(self, call: Callable[..., Result], *arguments: object) -> Result:
        """As `InlineRun._quickly`, in a thread: a database or a bucket may take its time, and other films go on."""
        return await anyio.to_thread.run_sync(call, *arguments)

    async def _brought(self, made: Sequence[Artifact | None], folder: Path, name: str) -> Any:  # noqa: ANN401
        """The files *made*, in *folder*, as the function *name* returns them."""
        paths = [
            await anyio.to_thread.run_sync(_linked, self.store, one, folder / f"piece-{index}") if one else None
            for index, one in enumerate(made)
        ]
        return tuple(paths) if name == "render_shot" else paths[0]


async def fetched(store: ArtifactStore, arguments: Sequence[object]) -> None:
    """Return when every artifact in *arguments* lies in the store's own folder, where workers read it.

    Raises:
        MediaError: one is gone.
    """
    wanted = {artifact for argument in arguments for artifact in artifacts_in(argument)}
    if wanted:
        await anyio.to_thread.run_sync(store.bring, wanted)


async def rendered_for_others(
    name: str, job: str, store: ArtifactStore, pools: Pools, scratch_root: Path
) -> list[Artifact | None]:
    """Render the JSON *job* by the function *name*; its files are in the store.

    Raises:
        RenderError: no such function can be asked for, or the job is of another version.
    """
    if name not in _JOBS:
        raise RenderError(f'"{name[:40]}" is nothing that workers render for each other.')
    asked = _JOBS[name].model_validate_json(job)
    await fetched(store, [asked])
    with scratch_folder(scratch_root) as folder:
        own, stills = _folders(folder)
        function = Elsewhere(_MODULE, name)
        made = await pools.workers.compute(function, asked, store.root, own, stills)
        paths = list(made) if isinstance(made, tuple) else [made]
        return [await anyio.to_thread.run_sync(store.put_file, path, PIECE) if path else None for path in paths]


def _folders(folder: Path) -> tuple[Path, Path]:
    """Two new folders in *folder*: for the job's files, and for prepared stills."""
    own, stills = folder / "own", folder / "stills"
    own.mkdir()
    stills.mkdir()
    return own, stills


def _linked(store: ArtifactStore, artifact: Artifact, path: Path) -> Path:
    """*artifact* under another name, which may be moved."""
    source = store.path(artifact)
    try:
        os.link(source, path)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, path)
    return path
