"""Films as the office's tests order them."""

from __future__ import annotations

import itertools

from astragen.model.base import content_hash
from astragen.model.brief import Brief
from astragen.model.film import FilmReport, MoneyReport, ProviderCharge, ShotReport, StageReport
from astragen.model.job import FilmRecord, Order
from astragen.model.take import Artifact
from astragen.store.office.ids import new_id

_SECONDS = itertools.count(1_700_000_000)  # films of one test are ordered as they were made
BRIEF = Brief(prompt="A fox crosses a frozen river.")


def new_film(**fields) -> FilmRecord:
    """A queued film, made a second after the one before."""
    created_at = float(next(_SECONDS))
    return FilmRecord(
        **{"id": new_id("film", created_at), "created_at": created_at, "order": Order(brief=BRIEF)} | fields
    )


def artifact(name: str, media_type: str = "video/mp4") -> Artifact:
    return Artifact(hash=content_hash(name), media_type=media_type, bytes=len(name))


def film_report(*, seconds: float = 12.0, shots: int = 1, **paid: float) -> FilmReport:
    """The report of a film that paid *paid* dollars, by provider."""
    charges = tuple(ProviderCharge(provider=name, asked=1, usd=usd) for name, usd in paid.items())
    total = sum(paid.values())
    return FilmReport(
        title="The river",
        brief=BRIEF,
        seconds=seconds,
        width=1280,
        height=720,
        fps=24,
        frames=int(seconds * 24),
        wall_s=3.0,
        deadline_s=None,
        deadline_met=True,
        cost_usd=total,
        money=MoneyReport(limit_usd=5.0, spent_usd=total, by_provider=charges),
        stages=(StageReport(name="write", wall_s=1.0, steps=1),),
        shots=tuple(ShotReport(shot=f"s1-{n}", made_by="builtin", frames=48) for n in range(shots)),
    )
