"""How often a host may be asked: so many at once, so many in any stretch of time, and not before it said.

The count outlives the process and is shared by all of this machine that are given the same folder, and by all
machines that share a database: a provider counts by account, not by process. A slot is a lock on a file, and one in
the database: a process that is killed gives both back. Starts are stamped with the wall clock, which may be set back
or forth: what seems to lie in the future counts as now, so nothing blocks for longer than its own length. Start at
`Limits.turn`.
"""

from __future__ import annotations

import json
import logging
import math
import random
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple

import anyio

from astragen.errors import RateLimited, SettingsError
from astragen.providers.shared_file import Hold, SharedFile, SharedObjects, Taken

HOLD_MAX_S: Final = 600.0  # a provider that names a longer wait is asked again after this
LOOK_S: Final = (0.01, 0.25)  # between looks for a free slot; doubled from the first to the second
LOOK_EVERYWHERE_S: Final = (0.05, 0.5)  # at a server; no more look at one time than this machine has slots
SLEEP_MAX_S: Final = 1.0  # so that a hold by another process is seen

log = logging.getLogger(__name__)


class Limit(NamedTuple):
    """How often one host may be asked.

    at_once: requests that may run at one time.
    per: (n, seconds): no more than n may start in any such stretch of time; None for no such rule.
    """

    at_once: int = 4
    per: tuple[int, float] | None = None


class Limits:
    """The turns of all processes that share *folder*; `HttpClient` takes one for every request."""

    def __init__(
        self, folder: Path, *, clock: Callable[[], float] = time.time, everywhere: SharedObjects | None = None
    ) -> None:
        """Make *folder*, where what was asked is remembered.

        Args:
            folder: its slots are of this machine.
            clock: Unix time.
            everywhere: has slots for many machines as well, and remembers starts and holds for them instead.

        Raises:
            SettingsError: *folder* cannot be made.
        """
        self._folder, self._clock, self._everywhere = folder, clock, everywhere
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"The folder {folder}, where the turns at providers are kept, cannot be made."
            raise SettingsError(message, hint="Set ASTRAGEN_CACHE_DIR to a folder of yours.") from error

    @asynccontextmanager
    async def turn(self, host: str, limit: Limit, *, deadline_s: float | None = None) -> AsyncIterator[None]:
        """Wait for a turn at *host*, and hold it while the block runs.

        A folder that cannot be written any more (a full disk) stops nobody: the turn is taken, and logged.

        Args:
            host: or whatever else is counted by itself, such as the jobs of a provider.
            limit: all who share *host* should give the same.
            deadline_s: the longest wait; None for as long as it takes.

        Raises:
            RateLimited: no turn comes in time; `retry_after_s` says when one would, where that is known.
        """
        patience = _Patience(host, deadline_s)
        slots: list[Callable[[], None]] = []
        try:
            try:
                slots.append((await self._slot(self._room(host), limit.at_once, patience)).release)
                if self._everywhere is not None:
                    slots.append(await _slot_everywhere(self._everywhere, host, limit.at_once, patience))
                await self._start(host, limit.per, patience)
            except OSError as error:
                log.warning("turns at %s cannot be kept: %s", host, error.strerror)
            yield
        finally:
            for give_back in reversed(slots):
                give_back()

    def hold(self, host: str, until: float) -> None:
        """Let nobody ask *host* before *until*, in Unix time; at most `HOLD_MAX_S` from now. A longer hold stays."""
        for _ in range(10):
            try:
                self._change(host, partial(_held, until=until))
                return
            except Taken:  # for the time it takes to write a line
                time.sleep(0.002)
            except OSError:
                break
        log.warning("that %s wants to be left alone could not be kept", host)

    async def _slot(self, room: Path, at_once: int, patience: _Patience) -> Hold:
        look_s = LOOK_S[0]
        while True:
            for number in random.sample(range(at_once), at_once):
                try:
                    return Hold(room / f"slot-{number}")
                except Taken:
                    continue
            await patience.wait(look_s)
            look_s = min(2 * look_s, LOOK_S[1])

    async def _start(self, host: str, per: tuple[int, float] | None, patience: _Patience) -> None:
        while True:
            try:
                wait = self._change(host, partial(_begun, per=per))
            except Taken:  # for the time it takes to write a line
                await patience.wait(LOOK_S[0])
                continue
            if wait <= 0:
                return
            patience.check(wait)
            await patience.wait(min(wait, SLEEP_MAX_S))

    def _change(self, host: str, step: Callable[[dict[str, Any], float], tuple[dict[str, Any], Any]]) -> Any:  # noqa: ANN401 - what step tells
        if self._everywhere is not None:
            return self._everywhere.change(f"turns {host.lower()[:120]}", lambda kept: step(kept, self._clock()))
        return SharedFile(self._room(host) / "turns.json").change(lambda kept: step(kept, self._clock()))

    def _room(self, host: str) -> Path:
        room = self._folder / (re.sub(r"[^a-z0-9-]", "_", host.lower())[:120] or "_")
        room.mkdir(parents=True, exist_ok=True)
        return room


async def _slot_everywhere(shared: SharedObjects, host: str, at_once: int, patience: _Patience) -> Callable[[], None]:
    look_s = LOOK_EVERYWHERE_S[0]
    while (taken := shared.take(host.lower()[:120], at_once)) is None:
        await patience.wait(look_s)
        look_s = min(2 * look_s, LOOK_EVERYWHERE_S[1])
    return taken


class _Patience:
    """How long somebody waits for a turn: counted by a clock that nobody sets."""

    def __init__(self, host: str, deadline_s: float | None) -> None:
        self._host = host
        self._until = math.inf if deadline_s is None else anyio.current_time() + deadline_s

    def check(self, wait_s: float) -> None:
        """See that a wait of *wait_s* ends in time.

        Raises:
            RateLimited: it does not.
        """
        if anyio.current_time() + wait_s > self._until:
            raise self._late(wait_s)

    async def wait(self, wait_s: float) -> None:
        """Sleep for *wait_s*, or a little more.

        Raises:
            RateLimited: the time is over.
        """
        if anyio.current_time() >= self._until:
            raise self._late(None)
        await anyio.sleep(min(wait_s * random.uniform(1.0, 1.2), max(0.0, self._until - anyio.current_time())))  # noqa: S311 - spreads processes

    def _late(self, wait_s: float | None) -> RateLimited:
        when = "" if wait_s is None else f" The next one comes in {math.ceil(wait_s)} s."
        return RateLimited(
            f"No turn to ask {self._host} came in time.{when}",
            hint="Nothing was sent. Allow more time, or choose another provider.",
            provider=self._host,
            retry_after_s=wait_s,
        )


# What is kept of a host: {"starts": [Unix time, ...], "held_from": Unix time, "held_s": seconds}. Pure.


def _begun(kept: dict[str, Any], now: float, *, per: tuple[int, float] | None) -> tuple[dict[str, Any], float]:
    """What is kept after somebody asks to start at *now*, and how many seconds to wait; 0: it is started."""
    starts = sorted(min(one, now) for one in _numbers(kept.get("starts")))
    held_from, held_s = _hold_of(kept, now)
    wait = held_from + held_s - now
    if per:
        most, seconds = per
        starts = [one for one in starts if now - one < seconds]
        if len(starts) >= most:
            wait = max(wait, starts[-most] + seconds - now)
    if wait <= 0:
        starts = [*starts, now] if per else []
    left: dict[str, Any] = {"starts": starts}
    if held_from + held_s > now:
        left |= {"held_from": held_from, "held_s": held_s}
    return left, max(0.0, wait)


def _held(kept: dict[str, Any], now: float, *, until: float) -> tuple[dict[str, Any], None]:
    """What is kept after the host asked at *now* to be left alone *until* then."""
    held_from, held_s = _hold_of(kept, now)
    wanted = min(until - now, HOLD_MAX_S) if math.isfinite(until) else 0.0
    if wanted <= held_from + held_s - now:
        return kept, None
    return {**kept, "held_from": now, "held_s": wanted}, None


def _hold_of(kept: dict[str, Any], now: float) -> tuple[float, float]:
    """Since when and for how long the host is left alone; what was stamped by a clock since set back counts as now."""
    since, length = _numbers([kept.get("held_from")]), _numbers([kept.get("held_s")])
    return (min(since[0], now), min(length[0], HOLD_MAX_S)) if since and length else (now, 0.0)


def _numbers(kept: object) -> list[float]:
    whole = kept if isinstance(kept, list) else []
    return [float(one) for one in whole if isinstance(one, (int, float)) and math.isfinite(one)]


# What is known of hosts ---------------------------------------------------------------------------------------------


def limit_of(name: str, *, is_paid: bool = False) -> Limit:
    """What `data/providers/limits.json` says of *name*, a host or "<provider> jobs"; the usual limit for others.

    is_paid: the account has credit that was paid for, which some providers serve more at once.
    """
    row = (is_paid and _rows().get(f"{name} paid")) or _rows().get(name)
    if not row:
        return Limit()
    per = row.get("per")
    return Limit(row["at_once"], (int(per[0]), float(per[1])) if per else None)


@cache
def _rows() -> dict[str, dict[str, Any]]:
    text = (resources.files("astragen") / "data" / "providers" / "limits.json").read_text(encoding="utf-8")
    rows: dict[str, dict[str, Any]] = json.loads(text)
    return rows
