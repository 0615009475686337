"""What is here and ready on the service's machine, as `astragen doctor` tells it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Final, Literal

import anyio
from fastapi import APIRouter, Depends, Request
from pydantic import Field

from astragen.errors import RenderError
from astragen.pipeline.elsewhere import Elsewhere
from astragen.runtime.pool import WorkerPool
from astragen.service.access import KeyAdmin
from astragen.service.house import House, TheHouse
from astragen.service.problems import Refusal, errors
from astragen.service.shapes.common import Shape

if TYPE_CHECKING:
    from astragen.doctor.examine import Check, examined
else:  # it draws, encodes and speaks, which whoever serves the API does not
    examined = Elsewhere("astragen.doctor.examine", "examined")

PATIENCE_S: Final = 60.0
FRESH_S: Final = 10.0  # an answer serves all who ask within it: each takes seconds of a core

router = APIRouter(prefix="/v1/doctor", tags=["service"])


class Examined(Shape):
    """One thing that was looked at."""

    topic: str = Field(description="machine, packages, codecs, crew, writers, fonts or cache.", examples=["codecs"])
    name: str = Field(examples=["H.264 video"])
    is_ready: bool
    found: str = Field(description="What is there, or why not.")
    act: str = Field(description="What makes it ready; empty: it is.")


class Examination(Shape):
    """All of it, by topic."""

    object: Literal["list"] = "list"
    data: list[Examined]
    has_more: Literal[False] = False


class Doctor:
    """Looks, one look at a time; kept by the app."""

    def __init__(self) -> None:
        self._turn = anyio.Lock()
        self._last: Examination | None = None
        self._at_s = 0.0

    async def asked(self, house: House) -> Examination:
        """What is there now, or was within the last seconds."""
        async with self._turn:
            if self._last is None or time.monotonic() - self._at_s > FRESH_S:
                self._last = Examination(data=[_shown(check) for check in await _looked(house)])
                self._at_s = time.monotonic()
            return self._last


async def _looked(house: House) -> list[Check]:
    """All checks, made in a process that is gone afterwards.

    Raises:
        Refusal: 503, they did not come to their end.
    """
    pool = WorkerPool(1)
    try:
        with anyio.fail_after(PATIENCE_S):
            return await pool.compute(examined, house.settings)
    except (TimeoutError, RenderError) as error:
        said = "The machine did not look at itself in time. Ask again, or run `astragen doctor` there."
        raise Refusal(503, "service.unavailable", said) from error
    finally:
        await pool.aclose()


def _shown(check: Check) -> Examined:
    return Examined(**check._asdict() | {"act": "" if check.is_ready else check.act})


async def doctor_of(request: Request) -> Doctor:
    """That of the app."""
    state = request.app.state
    if not hasattr(state, "doctor"):
        state.doctor = Doctor()
    doctor: Doctor = state.doctor
    return doctor


@router.get("", summary="Examine the service's machine", responses=errors(503))
async def examine(house: TheHouse, _: KeyAdmin, doctor: Annotated[Doctor, Depends(doctor_of)]) -> Examination:
    """What is installed and ready: packages, codecs, fonts, the crew, language models, the disk.

    Configured language models are asked whether they answer. It takes some seconds.
    """
    return await doctor.asked(house)
