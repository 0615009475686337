"""What the sentence needs of whoever runs it: steps that are remembered, and news of them.

The Protocol stands here and not in `runtime/`, because the pipeline may not import the
rooms after it; `runtime/` implements it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from astragen.model.base import Model
from astragen.model.film import StageReport
from astragen.model.take import Fallback
from astragen.store.artifacts import ArtifactStore

Asked = TypeVar("Asked", bound=Model)
Made = TypeVar("Made", bound=Model)
Result = TypeVar("Result")


class RunReport(NamedTuple):
    """What a run did so far."""

    wall_s: float
    stages: tuple[StageReport, ...]
    fallbacks: tuple[Fallback, ...]


class Run(Protocol):
    """A film in the making: every step done once, every step told.

    A step's key is the SHA-256 of its name, its version and the canonical JSON of its
    request; artifacts inside a request count by their hash. A result with `fallbacks` is
    not remembered, so that the next run tries again.
    """

    @property
    def store(self) -> ArtifactStore:
        """Where this run keeps artifacts."""
        ...

    @property
    def scratch(self) -> Path:
        """A folder on the store's file system that vanishes with the run."""
        ...

    @property
    def report(self) -> RunReport:
        """What was done so far."""
        ...

    async def step(
        self,
        name: str,
        work: Callable[[Asked], Awaitable[Made]],
        request: Asked,
        *,
        returns: type[Made],
        version: str,
        subject: str = "",
    ) -> Made:
        """Return `work(request)`, remembered; a stage of one unit.

        *version*: changes when *work* gives another result for the same request.
        *subject*: what events call this unit.
        """
        ...

    async def each(
        self,
        name: str,
        work: Callable[[Asked], Awaitable[Made]],
        requests: Sequence[Asked],
        *,
        returns: type[Made],
        version: str,
        subjects: Sequence[str],
        limit: int | None = None,
    ) -> list[Made]:
        """Return `work(request)` for each request, in their order; one stage of many units.

        *subjects*: what events call each unit.
        *limit*: the most units at work at one time; None is the number of workers.

        The first failure stops the other units and is raised.
        """
        ...

    async def compute(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Return `function(*arguments)`, computed in a worker process that dies when this is cancelled.

        Raises:
            RenderError: the worker died.
        """
        ...

    def fall_back(self, fallback: Fallback) -> None:
        """Tell, and report, that something did not go as asked."""
        ...
