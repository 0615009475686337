"""Whether the process lives, whether the service can work, and how it fares."""

from __future__ import annotations

import logging
import secrets
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final, Literal

import anyio
import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from astragen.model.take import Artifact
from astragen.service.access import MetricsReader
from astragen.service.house import House, TheHouse
from astragen.service.metrics import CONTENT_TYPE, Metrics
from astragen.service.problems import errors
from astragen.service.room import check_usual

if TYPE_CHECKING:
    from astragen.store.artifacts import ArtifactStore

router = APIRouter(tags=["service"])

PATIENCE_S: Final = 3.0  # for each check; a probe gives up sooner or later, too
FRESH_S: Final = 1.0  # an answer serves all who ask within it: anybody may ask
_THREADS: Final = 6  # that may hang in a check which was given up

log = logging.getLogger(__name__)


Check = Literal["ok", "failed", "low"]


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """What the service needs, and whether each of it answers."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, Check] = Field(
        description='Of the disk "low": films are refused, and all else is served.',
        examples=[{"database": "ok", "store": "ok", "queue": "ok", "disk": "ok"}],
    )


class Prober:
    """Asks the database, the store and the queue; kept by the app, so that many who ask at once ask once."""

    def __init__(self) -> None:
        self._lock = anyio.Lock()
        self._threads = anyio.CapacityLimiter(_THREADS)
        self._last: Readiness | None = None
        self._at_s = 0.0

    async def asked(self, house: House) -> Readiness:
        """What answers now, or did within the last second."""
        async with self._lock:
            if self._last is None or time.monotonic() - self._at_s > FRESH_S:
                self._last = await self._ask_all(house)
                self._at_s = time.monotonic()
            return self._last

    async def _ask_all(self, house: House) -> Readiness:
        checks: dict[str, Callable[[], object]] = {
            "database": house.office.ping,
            "store": lambda: try_store(house.artifacts),
            "queue": lambda: house.counter.depth("films"),
            "disk": lambda: check_usual(house.settings),
        }
        found: dict[str, Check] = {name: "low" if name == "disk" else "failed" for name in checks}

        async def ask(name: str, check: Callable[[], object]) -> None:
            if await self._answers(name, check):
                found[name] = "ok"

        async with anyio.create_task_group() as group:
            for name, check in checks.items():
                group.start_soon(ask, name, check)
        is_ready = "failed" not in found.values()
        return Readiness(status="ready" if is_ready else "not_ready", checks=found)

    async def _answers(self, name: str, check: Callable[[], object]) -> bool:
        """Whether *check* comes to its end in time; whatever it raises is a no, and logged."""
        try:
            with anyio.fail_after(PATIENCE_S):
                await anyio.to_thread.run_sync(check, abandon_on_cancel=True, limiter=self._threads)
        except Exception as error:
            log.warning("not ready", extra={"check": name, "error": f"{type(error).__name__}: {error}"})
            return False
        return True


def try_store(store: ArtifactStore) -> None:
    """Ask *store* for what nobody has, and write a byte beside what it keeps here.

    Raises:
        StoreError: the bucket does not answer.
        OSError: the folder cannot be written, or the disk is full.
    """
    store.has(Artifact(hash=secrets.token_hex(32), media_type="application/octet-stream", bytes=1))
    store.root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=store.root) as file:
        file.write(b"1")


async def prober_of(request: Request) -> Prober:
    """The prober of the app."""
    prober: Prober = request.app.state.prober
    return prober


@router.get("/healthz", summary="Whether the process lives")
async def healthz() -> Health:
    """The process answers; it asks nothing else. For liveness probes."""
    return Health()


@router.get("/readyz", summary="Whether the service can work", responses={503: {"model": Readiness}})
async def readyz(house: TheHouse, prober: Annotated[Prober, Depends(prober_of)]) -> Response:
    """Ask the database, the store and the queue, and how full the disk is; 503 when one does not answer."""
    found = await prober.asked(house)
    return JSONResponse(found.model_dump(), status_code=200 if found.status == "ready" else 503)


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **errors(503)},
)
async def metrics(request: Request, house: TheHouse, _: MetricsReader) -> Response:
    """How the service fares: requests, queues, films, stages, providers, orphans."""
    kept: Metrics = request.app.state.metrics
    return Response(kept.text(await house.run(kept.reader.standing, house)), media_type=CONTENT_TYPE)
