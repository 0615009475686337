"""One film of the service, made: the pipeline of the command line, with what it gives in the shared store.

Whatever dies here, the next worker begins again with what is remembered: finished steps by their keys, money by the
ledger, history by the keys of its lines. Start reading at `Stage.make`.
"""

from __future__ import annotations

import logging
import mimetypes
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import anyio
import anyio.to_thread

from astragen.errors import AstraGenError, DatabaseDown, NoRoom, StoreError
from astragen.model.event import Event, Started
from astragen.model.film import Film, FilmReport
from astragen.model.job import NO_ROOM, Fault, FilmRecord, FilmState
from astragen.model.profile import row
from astragen.model.take import Artifact
from astragen.pipeline import film as pipeline
from astragen.pipeline.disk import told_plainly
from astragen.pipeline.elsewhere import Elsewhere
from astragen.runtime.inline import Pools
from astragen.runtime.served import Hands, ServedRun
from astragen.service.attempts import outlasting, paying, watched
from astragen.service.history import OUTAGE_S, written
from astragen.service.hooks import FilmNews, Messenger
from astragen.service.ordered_files import with_files, without_paths
from astragen.service.problems import fault_of
from astragen.service.room import check_start
from astragen.settings import Settings
from astragen.store.artifacts import ArtifactStore
from astragen.store.experience import Experience
from astragen.store.gates import Gates
from astragen.store.memo_shared import SharedMemo
from astragen.store.office import Office
from astragen.store.purse import AnyLedger
from astragen.wiring import Cast, crew_of, tell_damage

log = logging.getLogger(__name__)


QUEUED: Final[tuple[FilmState, ...]] = ("queued",)
ROOM_S: Final = 10.0  # between two looks whether there is room on the disk
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
    gates: Gates | None = None
    """What all machines know of providers; None: there is this one only."""
    release: Callable[[str], object] = lambda owner: None
    """Enqueue the films of an owner that waited for one that has ended; see `releasing.py`."""
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
                except NoRoom:
                    await anyio.sleep(ROOM_S)
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._end_cancelled, film_id, attempt)
            raise

    async def _made(self, film_id: str, attempt: int) -> dict[str, Any]:
        with watched(film_id, attempt):
            record = await self._begun(film_id, attempt)
            if record is None:
                return {"gone": True}
            telling = written(self.office, record.id, record.attempt, partial(self._tell_shot, record.id))
            try:
                async with telling as listener:
                    return await self._filmed(record, listener)
            except (DatabaseDown, StoreError):
                raise
            except (AstraGenError, OSError) as error:
                return {"fault": fault_of(error).model_dump(mode="json")}

    async def end(self, film_id: str, attempt: int, came: Mapping[str, Any]) -> None:
        """As `ended`, once what is down is up again: what was made and paid for does not fail for an outage."""
        await outlasting(partial(anyio.to_thread.run_sync, self.ended, film_id, attempt, came))

    def ended(self, film_id: str, attempt: int, came: Mapping[str, Any]) -> None:
        """Write the last word on the film; nothing when it was written before."""
        if "gone" in came:
            return
        if "fault" in came:
            self.office.films.end(film_id, attempt, "failed", fault=Fault.model_validate(came["fault"]))
        else:
            outputs = {name: Artifact.model_validate(one) for name, one in came["outputs"].items()}
            report = FilmReport.model_validate_json(self.artifacts.read(outputs["report"]))
            report = report.model_copy(update={"cost_usd": came.get("spent_usd", report.cost_usd)})  # of this attempt
            self.office.films.end(film_id, attempt, "completed", outputs=outputs, report=report)
        self._tell_end(film_id)

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
            self.messenger.deliveries_for(film, news[film.state])

    def _tell_shot(self, film_id: str, shot: str) -> None:
        """Have the webhooks told that *shot* is rendered."""
        self.messenger.deliveries_for(self.office.films.get(film_id), "film.shot_completed", shot=shot)

    async def _begun(self, film_id: str, attempt: int) -> FilmRecord | None:
        """The film, now in progress; None when it is not to be made any more."""

        def begin() -> FilmRecord | None:
            record = self.office.films.get(film_id)
            if record.attempt != attempt or record.is_ended or record.stage == "cancelling":
                return None
            if record.state == "queued":  # of one that was begun most is there already
                self._check_room(record)
            began = record.started_at if record.state == "in_progress" else self.now_s()
            waited: dict[str, Any] = {"stage": ""} if record.stage == NO_ROOM else {}
            changed = self.office.films.change(
                film_id, only_from=("queued", "in_progress"), state="in_progress", started_at=began, **waited
            )
            if changed is None or changed.attempt != attempt:  # it has ended this very moment
                return None
            self.office.events.tell(film_id, f"{attempt}/started", Started(attempt=attempt))
            self.tell(film_id)
            return changed

        return await anyio.to_thread.run_sync(begin)

    def _check_room(self, record: FilmRecord) -> None:
        """Pass when *record* may begin on this machine; else note that it waits.

        Raises:
            NoRoom: a disk has too little free.
        """
        try:
            check_start(record.order, self.settings)
        except NoRoom as error:
            if record.stage != NO_ROOM:
                log.warning("a film waits for room: %s", error.message, extra={"film": record.id})
                self.office.films.change(record.id, only_from=QUEUED, stage=NO_ROOM)
            raise

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
            order = await anyio.to_thread.run_sync(with_files, order, self.artifacts, run.scratch)
            folder = _new_folder(run.scratch / "film")
            out = folder / f"film{row(order.brief.profile).encoding.suffix}"
            with told_plainly(folder, self.settings.cache_dir):
                crew = crew_of(self.settings, order.brief, cast, film=record.id, ledger=self.ledger, gates=self.gates)
                async with crew as hired:
                    tell_damage(hired, run)
                    async with paying(self.office, record, hired.purse) as paid:
                        film = await pipeline.make_film(
                            order.brief, hired, run, out, storyboard=order.storyboard, translate_to=order.translate_to
                        )
                sheet = folder / "sheet.jpg"
                await run.compute(sheet_of, film.path, sheet)
                await anyio.to_thread.run_sync(without_paths, film, record.order)
                outputs = await anyio.to_thread.run_sync(kept, film, sheet, self.artifacts)
        shown = {name: one.model_dump(mode="json") for name, one in outputs.items()}
        return {"outputs": shown, "spent_usd": paid.usd}

    def _end_cancelled(self, film_id: str, attempt: int) -> None:
        if self.office.films.get(film_id).stage == "cancelling":  # else the worker is leaving, and another goes on
            self.office.films.end(film_id, attempt, "cancelled")
            self._tell_end(film_id)

    def _tell_end(self, film_id: str) -> None:
        """Tell that the film has ended, and let one go that waited for it."""
        self.tell(film_id)
        self.release(self.office.films.get(film_id).owner)


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
