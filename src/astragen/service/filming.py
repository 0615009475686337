"""One film of the service, made: the pipeline of the command line, with what it gives in the shared store.

Whatever dies here, the next worker begins again with what is remembered: finished steps by their keys, money by the
ledger, history by the keys of its lines. Start reading at `Stage.make`.
"""

from __future__ import annotations

import logging
import mimetypes
import os
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final

import anyio
import anyio.to_thread

from astragen.errors import AstraGenError, DatabaseDown, JobNotFound, StoreError
from astragen.model.event import Event, Started
from astragen.model.film import Film, FilmReport
from astragen.model.job import Fault, FilmRecord, FilmState, Order
from astragen.model.profile import row
from astragen.model.take import Artifact
from astragen.pipeline import film as pipeline
from astragen.pipeline.disk import told_plainly
from astragen.pipeline.elsewhere import Elsewhere
from astragen.plan.progress import Share
from astragen.runtime.inline import Pools
from astragen.runtime.served import Hands, ServedRun
from astragen.service.hooks import FilmNews, Messenger
from astragen.service.problems import fault_of
from astragen.service.telling import film_shape
from astragen.settings import Settings
from astragen.store.artifacts import ArtifactStore
from astragen.store.experience import Experience
from astragen.store.memo_shared import SharedMemo
from astragen.store.office import Office
from astragen.store.purse import AnyLedger
from astragen.wiring import Cast, crew_of, tell_damage

log = logging.getLogger(__name__)

IN_PROGRESS: Final[tuple[FilmState, ...]] = ("in_progress",)
OUTAGE_S: Final = 1.0  # between two looks whether database and store answer again
PROGRESS_EVERY_S: Final = 1.0  # at most: what moves within a stage is on the film's row, not among its events

sheet_of = Elsewhere("astragen.media.film_sheet", "draw_sheet")


@dataclass(frozen=True)
class Stage:
    """What all films of a worker share."""

    settings: Settings
    office: Office
    artifacts: ArtifactStore
    memo: SharedMemo
    ledger: AnyLedger
    messenger: Messenger
    pools: Pools
    hands: Callable[[str], Hands] | None = None
    """Other workers, as the attempt of that name sees them."""
    now_s: Callable[[], float] = time.time

    async def make(self, film_id: str, attempt: int) -> dict[str, Any]:
        """Make the film and keep what belongs to it; what came of it, as `ended` takes it.

        A film that is cancelled meanwhile is ended here, as soon as its work has stopped.
        """
        try:
            while True:
                try:
                    return await self._made(film_id, attempt)
                except (DatabaseDown, StoreError) as error:  # nothing is wrong with the film: it goes on afterwards
                    log.warning("a film waits for what is down: %s", error.message, extra={"film": film_id})
                    await anyio.sleep(OUTAGE_S)
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._end_cancelled, film_id, attempt)
            raise

    async def _made(self, film_id: str, attempt: int) -> dict[str, Any]:
        record = await self._begun(film_id, attempt)
        if record is None:
            return {"gone": True}
        try:
            with self._told(record) as listener:
                return await self._filmed(record, listener)
        except (DatabaseDown, StoreError):
            raise
        except (AstraGenError, OSError) as error:
            return {"fault": fault_of(error).model_dump(mode="json")}

    def ended(self, film_id: str, attempt: int, came: Mapping[str, Any]) -> None:
        """Write the last word on the film; nothing when it was written before."""
        if "gone" in came:
            return
        if "fault" in came:
            self.office.films.end(film_id, attempt, "failed", fault=Fault.model_validate(came["fault"]))
        else:
            outputs = {name: Artifact.model_validate(one) for name, one in came["outputs"].items()}
            report = FilmReport.model_validate_json(self.artifacts.read(outputs["report"]))
            self.office.films.end(film_id, attempt, "completed", outputs=outputs, report=report)
        self.tell(film_id)

    def tell(self, film_id: str) -> None:
        """Have the webhooks told of the state that the film is in; what they were told before is not said again."""
        film = self.office.films.get(film_id)
        news: dict[str, FilmNews] = {
            "in_progress": "film.started",
            "completed": "film.completed",
            "failed": "film.failed",
            "cancelled": "film.cancelled",
        }
        if film.state in news:
            shown = film_shape(film).model_dump(mode="json")
            self.messenger.deliveries_for(film, news[film.state], shown=shown)

    async def _begun(self, film_id: str, attempt: int) -> FilmRecord | None:
        """The film, now in progress; None when it is not to be made any more."""

        def begin() -> FilmRecord | None:
            record = self.office.films.get(film_id)
            if record.attempt != attempt or record.is_ended or record.stage == "cancelling":
                return None
            began = record.started_at if record.state == "in_progress" else self.now_s()
            changed = self.office.films.change(
                film_id, only_from=("queued", "in_progress"), state="in_progress", started_at=began
            )
            self.office.events.tell(film_id, f"{attempt}/started", Started(attempt=attempt))
            self.tell(film_id)
            return changed

        return await anyio.to_thread.run_sync(begin)

    async def _filmed(self, record: FilmRecord, listener: Callable[[Event], None]) -> dict[str, Any]:
        order = record.order
        run = ServedRun(
            self.settings.data_dir / "scratch",
            store=self.artifacts,
            memo=self.memo,
            workers=self.pools.workers.workers,
            experience=Experience(self.settings.cache_dir / "experience.json"),
            on_event=listener,
            pools=self.pools,
            hands=self.hands(f"{record.id}.{record.attempt}") if self.hands else None,
        )
        cast = Cast(
            "builtin" if order.storyboard and not order.translate_to else order.writer,
            order.writer_model,
            order.artist,
            order.camera,
            order.voice,
            order.storyboard,
            translates=bool(order.translate_to),
        )
        async with run:
            order = with_files(order, self.artifacts, run.scratch)
            folder = _new_folder(run.scratch / "film")
            out = folder / f"film{row(order.brief.profile).encoding.suffix}"
            with told_plainly(folder, self.settings.cache_dir):
                crew = crew_of(self.settings, order.brief, cast, film=record.id, ledger=self.ledger)
                async with crew as hired:
                    tell_damage(hired, run)
                    film = await pipeline.make_film(
                        order.brief, hired, run, out, storyboard=order.storyboard, translate_to=order.translate_to
                    )
                sheet = folder / "sheet.jpg"
                await run.compute(sheet_of, film.path, sheet)
                outputs = await anyio.to_thread.run_sync(kept, film, sheet, self.artifacts)
        return {"outputs": {name: one.model_dump(mode="json") for name, one in outputs.items()}}

    def _end_cancelled(self, film_id: str, attempt: int) -> None:
        if self.office.films.get(film_id).stage == "cancelling":  # else the worker is leaving, and another goes on
            self.office.films.end(film_id, attempt, "cancelled")
            self.tell(film_id)

    @contextmanager
    def _told(self, record: FilmRecord) -> Iterator[Callable[[Event], None]]:
        """What writes the film's history, in a thread of its own: a database may be slow."""
        history = _History(self.office, record.id, record.attempt)
        thread = Thread(target=history.write, name=f"history {record.id}", daemon=True)
        thread.start()
        try:
            yield history.queue.put
        finally:
            history.queue.put(None)
            thread.join()


@dataclass
class _History:
    """The events of one attempt on their way into the database."""

    office: Office
    film_id: str
    attempt: int
    queue: SimpleQueue[Event | None] = field(default_factory=SimpleQueue)

    def write(self) -> None:
        """Write until None comes. An event's key is what it says and how often it was said: a new run repeats them."""
        share, told, shown_s = Share(), Tally[str](), 0.0
        while (event := self.queue.get()) is not None:
            what = "/".join(str(getattr(event, name, "")) for name in ("kind", "stage", "subject", "shot"))
            told[what] += 1
            is_news = share.take(event)
            key = f"{self.attempt}/{what}/{told[what]}"
            self._until_told(partial(self.office.events.tell, self.film_id, key, event))
            if is_news and time.monotonic() - shown_s >= PROGRESS_EVERY_S:
                shown_s = time.monotonic()
                self._until_told(partial(self._show, share))
        self._until_told(partial(self._show, share))

    def _until_told(self, write: Callable[[], object]) -> None:
        """Call *write*, again and again while the database is down; a film that is gone has no history."""
        while True:
            try:
                write()
                return
            except JobNotFound:
                return
            except DatabaseDown:
                time.sleep(OUTAGE_S)

    def _show(self, share: Share) -> None:
        record = self.office.films.get(self.film_id)
        stage = record.stage if record.stage == "cancelling" else share.stage
        self.office.films.change(
            self.film_id,
            only_from=IN_PROGRESS,
            stage=stage,
            progress=max(share.percent, record.progress),
            shots_total=share.shots_total,
            shots_done=min(share.shots_done, share.shots_total),
        )


def _new_folder(path: Path) -> Path:
    path.mkdir()
    return path


def kept(film: Film, sheet: Path, artifacts: ArtifactStore) -> dict[str, Artifact]:
    """The files of *film* in the store, by variant."""
    captions = {f"captions{path.suffix}": path for path in film.captions}
    stems = {f"stem.{path.suffixes[-2].removeprefix('.')}": path for path in film.stems}
    paths = {
        "film": film.path,
        "poster": film.poster,
        "sheet": sheet,
        **captions,
        **stems,
        "storyboard": film.storyboard,
        "report": film.report_path,
    }
    return {name: artifacts.put_file(path, media_type_of(path)) for name, path in paths.items()}


def media_type_of(path: Path) -> str:
    """What a player or a browser calls the file."""
    known = {".srt": "application/x-subrip", ".vtt": "text/vtt", ".ass": "text/x-ssa", ".mov": "video/quicktime"}
    return known.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def with_files(order: Order, artifacts: ArtifactStore, folder: Path) -> Order:
    """*order* with the paths of uploaded files in place of their ids.

    Raises:
        MediaError: a file is gone.
    """
    if not order.files:
        return order
    paths = {name: _placed(name, one, artifacts, folder) for name, one in order.files.items()}

    def placed(name: str) -> str:
        return paths.get(name, name)

    brief = order.brief.model_copy(
        update={"music_file": placed(order.brief.music_file), "lut": placed(order.brief.lut)}
    )
    board = order.storyboard
    if board is not None:
        scenes = tuple(
            scene.model_copy(
                update={"shots": tuple(shot.model_copy(update={"source": placed(shot.source)}) for shot in scene.shots)}
            )
            for scene in board.scenes
        )
        board = board.model_copy(update={"scenes": scenes})
    return order.model_copy(update={"brief": brief, "storyboard": board})


def _placed(name: str, artifact: Artifact, artifacts: ArtifactStore, folder: Path) -> str:
    """A path that ends as files of its kind do."""
    suffix = mimetypes.guess_extension(artifact.media_type) or ""
    path = folder / f"{name}{suffix}"
    source = artifacts.path(artifact)
    try:
        os.link(source, path)
    except OSError:
        path.write_bytes(source.read_bytes())
    return str(path)
