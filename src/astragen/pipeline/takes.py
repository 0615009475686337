"""The takes of a film, some of them on their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from astragen.model.take import Take
from astragen.model.timeline import Timeline
from astragen.pipeline.promise import Promise
from astragen.plan.retake import with_takes


class Takes:
    """The take of each shot, here or on its way, and which shots are rendered already."""

    def __init__(self, promises: Mapping[str, Promise[Take]]) -> None:
        """*promises*: by shot id, in film order."""
        self._promises = promises
        self._rendered: set[str] = set()
        self._whole_waits = 0
        self._instead: dict[str, Take] = {}

    @classmethod
    def here(cls, takes: Sequence[Take]) -> Takes:
        """*takes*, all of which are here."""
        promises = {take.shot: Promise[Take]() for take in takes}
        for take in takes:
            promises[take.shot].keep(take)
        return cls(promises)

    def keep(self, take: Take) -> None:
        """Hand *take* to everybody who awaits it."""
        self._promises[take.shot].keep(take)

    async def of(self, shot: str) -> Take:
        """Return the take of *shot* as soon as it is here."""
        take = await self._promises[shot].kept()
        return self._instead.get(shot, take)

    async def all(self) -> tuple[Take, ...]:
        """Return every take, in film order, as soon as the last is here."""
        self._whole_waits += 1
        try:
            return tuple([await self.of(shot) for shot in self._promises])
        finally:
            self._whole_waits -= 1

    async def on(self, timeline: Timeline) -> Timeline:
        """Return *timeline* with these takes in place of those that it holds, as soon as the last is here."""
        return with_takes(timeline, {take.shot: take for take in await self.all()})

    def recall(self, instead: Take) -> None:
        """Take *instead* for its shot, whose take turned out to be no good; call it before the last take is here."""
        self._instead[instead.shot] = instead

    @property
    def recalled(self) -> frozenset[str]:
        """The shots whose first take was no good: what was rendered of it is not the film's."""
        return frozenset(self._instead)

    def tell_rendered(self, shot: str) -> None:
        """Note that *shot* is rendered."""
        self._rendered.add(shot)

    @property
    def is_awaited_whole(self) -> bool:
        """Whether somebody can do nothing before the last take is here."""
        return self._whole_waits > 0

    @property
    def to_render(self) -> tuple[str, ...]:
        """The shots that are not rendered yet, in film order."""
        return tuple(shot for shot in self._promises if shot not in self._rendered)
