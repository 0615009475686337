"""Small things that are shown for people to choose by: made when first asked for, then kept in the store.

Where each lies is remembered by this process; the store may drop one that nobody asked for, and then it is made
again. One is made at a time, however many ask. Start at `Samples.of`.
"""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
from starlette.requests import Request

if TYPE_CHECKING:
    from astragen.model.take import Artifact
    from astragen.service.house import House

KNOWN_MAX: Final = 1_000  # of which it is remembered where they lie

Making = Callable[[Path], Awaitable[object]]
"""Writes the thing to a path."""


class Samples:
    """What this process made."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, Artifact] = OrderedDict()
        self._turn = anyio.Lock()

    async def of(self, house: House, key: Hashable, making: Making, *, suffix: str, media_type: str) -> Artifact:
        """What *making* makes, which is the same for equal *key*; raises what it raises.

        *suffix*: of the file that is written.
        """
        async with self._turn:
            known = self._known.get(key)
            if known is not None and await house.run(house.artifacts.has, known):
                self._known.move_to_end(key)
                return known
            made = await self._made(house, making, suffix, media_type)
            self._known[key] = made
            while len(self._known) > KNOWN_MAX:
                self._known.popitem(last=False)
            return made

    async def _made(self, house: House, making: Making, suffix: str, media_type: str) -> Artifact:
        place = house.artifacts.root / "00"  # on the disk of the store, which takes the file over
        await house.run(lambda: place.mkdir(parents=True, exist_ok=True))
        folder = await house.run(lambda: tempfile.TemporaryDirectory(prefix=".sample-", dir=place))
        try:
            path = Path(folder.name) / f"sample{suffix}"
            await making(path)
            return await house.run(house.artifacts.put_file, path, media_type)
        finally:
            folder.cleanup()


def samples_of(request: Request) -> Samples:
    """Those of the app."""
    state = request.app.state
    if not hasattr(state, "samples"):
        state.samples = Samples()
    samples: Samples = state.samples
    return samples
