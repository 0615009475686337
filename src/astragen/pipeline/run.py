"""What the sentence needs of whoever runs it: steps that are remembered, and news of them.

The Protocol stands here and not in `runtime/`, because the pipeline may not import the
rooms after it; `runtime/` implements it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from astragen.model.base import Model
from astragen.model.event import Event
from astragen.model.film import StageReport
from astragen.model.take import Fallback
from astragen.store.artifacts import ArtifactStore
from astragen.store.experience import Experience

Asked = TypeVar("Asked", bound=Model)
Made = TypeVar("Made", bound=Model)
Result = TypeVar("Result")

Later = Callable[[], Awaitable[Asked]]
"""A request that is not known yet."""


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
    def workers(self) -> int:
        """How many processes compute side by side."""
        ...

    @property
    def scratch(self) -> Path:
        """A folder on the store's file system that vanishes with the run."""
        ...

    @property
    def experience(self) -> Experience:
        """What earlier runs measured here."""
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
        requests: Sequence[Asked | Later[Asked]],
        *,
        returns: type[Made],
        version: str,
        subjects: Sequence[str],
        limit: int | None = None,
        on_made: Callable[[int, Made], None] | None = None,
        is_remembered: bool = True,
    ) -> list[Made]:
        """Return `work(request)` for each request, in their order; one stage of many units.

        *requests*: one that is known only later is awaited first, and takes no worker while it is.
        *subjects*: what events call each unit.
        *limit*: the most units at work at one time; None is the number of workers.
        *on_made*: called with the index and the result of each unit as soon as it is there.
        *is_remembered*: False where what a unit does is remembered in its parts.

        The first failure stops the other units and is raised.
        """
        ...

    async def once(
        self, name: str, work: Callable[[Asked], Awaitable[Made]], request: Asked, *, returns: type[Made], version: str
    ) -> Made:
        """Return `work(request)`, remembered; a part of a unit, of which no event tells."""
        ...

    async def examine(self, function: Callable[..., Result], *arguments: object) -> Result:
        """As `compute`, for what a stranger sent: with little memory and time, and soon even while others work.

        Raises:
            RenderError: the process died, or took too much.
        """
        ...

    async def compute(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Return `function(*arguments)`, computed in a worker process that dies when this is cancelled.

        Raises:
            RenderError: the worker died.
        """
        ...

    def tell(self, event: Event) -> None:
        """Tell *event*, as of now, whatever its own time."""
        ...

    def fall_back(self, fallback: Fallback) -> None:
        """Tell, and report, that something did not go as asked."""
        ...
