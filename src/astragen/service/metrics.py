"""Metrics for Prometheus: of this process, what it served; of the whole service, how its films are.

What concerns the service is asked of the database when somebody looks, so any process may be asked and says the same.
Stage times and what providers did are of the films that ended lately, by their reports. Start at `Metrics.text`.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from astragen.errors import JobNotFound
from astragen.pipeline.disk import free_bytes

if TYPE_CHECKING:
    from astragen.model.film import FilmReport
    from astragen.model.job import FilmRecord, FilmState
    from astragen.service.house import House
    from astragen.store.office.films import Films

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
QUEUES: Final = ("films", "render", "hooks")
RECENT_S: Final = 3600.0
RECENT_FILMS: Final = 100  # the newest of each state; those of them that ended within the hour count
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  # s
_ENDED: Final[tuple[FilmState, ...]] = ("completed", "failed")
_QUANTILES: Final = (0.5, 0.9, 0.99)


@dataclass
class Recent:
    """What the reports of the films that ended lately say."""

    stage_s: dict[str, list[float]] = field(default_factory=dict)
    steps: Tally[tuple[str, str]] = field(default_factory=Tally)  # by stage, and made or reused
    tries: Tally[tuple[str, str]] = field(default_factory=Tally)  # by provider and outcome
    fallbacks: Tally[str] = field(default_factory=Tally)  # by stage
    faults: Tally[str] = field(default_factory=Tally)  # by code

    def add(self, film: FilmRecord) -> None:
        """Count one film that ended."""
        if film.fault is not None:
            self.faults[film.fault.code] += 1
        if film.report is not None:
            self._add(film.report)

    def _add(self, report: FilmReport) -> None:
        for stage in report.stages:
            self.stage_s.setdefault(stage.name, []).append(stage.wall_s)
            self.steps[stage.name, "reused"] += stage.reused
            self.steps[stage.name, "made"] += stage.steps - stage.reused
        for shot in report.shots:
            self.tries.update((provider_of(one.provider), one.outcome) for one in shot.attempts)
        self.fallbacks.update(one.stage for one in report.fallbacks)


@dataclass(frozen=True)
class Standing:
    """How the service is at one moment."""

    films: Mapping[FilmState, int]
    queues: Mapping[str, int]
    orphans: Mapping[str, int]
    usd: Mapping[str, float]
    free_bytes: int
    recent: Recent


class Reader:
    """Asks the database how the service is; what it read of a film that ended it does not read again."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], FilmRecord] = {}  # by id and attempt

    def standing(self, house: House) -> Standing:
        """How the service is now; it blocks."""
        recent = Recent()
        for film in self._ended(house.office.films, house.now_s() - RECENT_S):
            recent.add(film)
        return Standing(
            films=house.office.films.counts(None),
            queues={queue: house.counter.depth(queue) for queue in QUEUES},
            orphans=house.counter.orphans(),
            usd=house.office.usage.of(None, 0.0, house.now_s() + 1).usd_by_provider,
            free_bytes=free_bytes(house.settings.data_dir),
            recent=recent,
        )

    def _ended(self, films: Films, since_s: float) -> list[FilmRecord]:
        """The films that ended since then, with their reports."""
        listed = [
            one for state in _ENDED for one in films.page(limit=RECENT_FILMS, state=state, without=("report",)).films
        ]
        known: dict[tuple[str, int], FilmRecord] = {}
        for one in listed:
            if one.ended_at is not None and one.ended_at >= since_s:
                with suppress(JobNotFound):  # it was removed meanwhile
                    known[one.id, one.attempt] = self._known.get((one.id, one.attempt)) or films.get(one.id)
        self._known = known
        return list(known.values())


class Metrics:
    """The metrics of one app."""

    def __init__(self) -> None:
        self.reader = Reader()
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("astragen_http_requests", "Requests served.", labels, registry=self._registry)
        self._seconds = Histogram(
            "astragen_http_seconds",
            "From the request's head to the end of its answer.",
            labels[:2],
            buckets=_BUCKETS,
            registry=self._registry,
        )

    def served(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; *route* is a template, never a path."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self, now: Standing) -> bytes:
        """All metrics, in Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(_Snapshot(now))
        return generate_latest(self._registry) + generate_latest(registry)


class _Snapshot(Collector):
    def __init__(self, now: Standing) -> None:
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges of the service."""
        now, recent = self._now, self._now.recent
        yield _gauge(
            "films", "Films by state.", ["state"], _one({str(state): count for state, count in now.films.items()})
        )
        yield _gauge("queue_depth", "Units of work that wait, by queue.", ["queue"], _one(now.queues))
        yield _gauge(
            "orphans",
            "Units of work of a version that no worker here runs, by version.",
            ["version"],
            _one(now.orphans),
        )
        yield _gauge("disk_free_bytes", "Of the disk of this machine's data folder.", [], [((), now.free_bytes)])
        yield _gauge("provider_usd", "What providers charged, ever.", ["provider"], _one(now.usd))
        yield _gauge(
            "recent_stage_seconds",
            "Length of a film's stages, of films that ended within the hour.",
            ["stage", "quantile"],
            [
                ((name, f"{part:g}"), quantile(took, part))
                for name, took in recent.stage_s.items()
                for part in _QUANTILES
            ],
        )
        yield _gauge("recent_steps", "Units of work of these films.", ["stage", "how"], recent.steps.items())
        yield _gauge(
            "recent_provider_tries",
            "Requests for pictures of these films.",
            ["provider", "outcome"],
            recent.tries.items(),
        )
        yield _gauge("recent_failures", "Films that failed, by code of the fault.", ["code"], _one(recent.faults))
        yield _gauge("recent_fallbacks", "What did not go as asked in these films.", ["stage"], _one(recent.fallbacks))


def provider_of(asked: str) -> str:
    """The provider in "pollinations tongyi-mai/z-image-turbo", without the model: labels are to be few."""
    return asked.partition(" ")[0]


def quantile(values: Iterable[float], part: float) -> float:
    """The nearest-rank quantile *part* of *values*, which are at least one."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))]


def _one(values: Mapping[str, float]) -> Iterable[tuple[tuple[str], float]]:
    return [((name,), value) for name, value in values.items()]


def _gauge(
    name: str, what: str, labels: list[str], values: Iterable[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"astragen_{name}", what, labels=labels)
    for label, value in values:
        family.add_metric(list(label), value)
    return family
