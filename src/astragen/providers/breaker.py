"""Whom not to ask for a while: a provider that failed three times running is passed over.

After its rest one request tries it, and its outcome decides; every failed try makes the rest longer. An
account without money, and a key that is refused, are final for the run. What is known is kept on disk, too,
so that the next film does not wait for the same provider again. The rules are pure and stand at the end;
start at `Breaker`.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from astragen.errors import BadOutput, ContentRefused, MediaError, ProviderError, QuotaExceeded, Unavailable
from astragen.providers.shared_file import SharedFile, SharedObjects, Taken

FAILURES_MAX: Final = 3  # running, and the provider is passed over (facts 11)
REST_S: Final = 60.0  # the first time; doubled with every failed try
REST_MAX_S: Final = 600.0
TRY_S: Final = 300.0  # a try that is not heard of for so long is given up, and another may be made
FORGET_S: Final = 900.0  # after its rest, or the last failure, a provider that nobody asked is as new

log = logging.getLogger(__name__)

_Change = Callable[[dict[str, Any]], tuple[dict[str, Any], Any]]
Outcome = Literal["good", "busy", "bad"]


class Mark(NamedTuple):
    """What is remembered of a provider; times are Unix time.

    failures: running.
    failed_at: the last of them.
    rest_s: how long it is passed over from then, when there are `FAILURES_MAX` of them.
    tried_at: when the request set out that tries it after its rest; None for none.
    """

    failures: int = 0
    failed_at: float = 0.0
    rest_s: float = 0.0
    tried_at: float | None = None


class Breaker:
    """Who is passed over in this run, shared through *folder* with the runs after it and beside it."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        clock: Callable[[], float] = time.time,
        everywhere: SharedObjects | None = None,
    ) -> None:
        """Remember *everywhere*, or in *folder*, which exists, or in memory only; *clock* gives Unix time."""
        self._shared: Callable[[_Change], Any] | None = None
        if everywhere is not None:
            self._shared = partial(everywhere.change, "breaker")
        elif folder is not None:
            self._shared = SharedFile(folder / "breaker.json").change
        self._clock = clock
        self._marks: dict[str, Any] = {}
        self._finals: dict[str, str] = {}

    def may_ask(self, provider: str) -> bool:
        """Whether *provider* is to be asked now. A yes after a rest is the one try: report with `note` how it went."""
        return provider not in self._finals and self._change(provider, asked)

    def why_not(self, provider: str) -> str:
        """Why *provider* is passed over, for the report; "" when it is not."""
        if provider in self._finals:
            return self._finals[provider]
        mark: Mark = self._change(provider, lambda mark, now: (mark, mark))
        if mark.failures < FAILURES_MAX:
            return ""
        rest = resting_s(mark, self._clock())
        until = f"for {rest:.0f} s" if rest else "until a request that tries it has come back"
        return f"{provider} failed {mark.failures} times running and is passed over {until}."

    def note(self, provider: str, failed: ProviderError | MediaError | None) -> None:
        """Remember how a request to *provider* went: *failed* is None when it went well.

        A MediaError is a picture or clip that could not be used, as BadOutput is.
        """
        if failed is not None and is_final(failed):
            self._finals[provider] = failed.message
        outcome = outcome_of(failed)
        self._change(provider, lambda mark, now: (after(mark, outcome, now), None))

    def _change(self, provider: str, step: Callable[[Mark, float], tuple[Mark, Any]]) -> Any:  # noqa: ANN401 - what step tells
        now = self._clock()

        def change(marks: dict[str, Any]) -> tuple[dict[str, Any], Any]:
            mark, told = step(settled(_mark(marks.get(provider)), now), now)
            self._marks = {**marks, provider: list(mark)}
            return self._marks, told

        for _ in range(3 if self._shared else 0):
            try:
                return self._shared(change) if self._shared else None
            except Taken:  # by another process, for the time it takes to write a line
                time.sleep(0.002)
            except OSError as error:
                log.warning("how providers did cannot be kept: %s", error.strerror)
                break
        return change(self._marks)[1]


# The rules: pure ----------------------------------------------------------------------------------------------------


def outcome_of(failed: ProviderError | MediaError | None) -> Outcome | None:
    """How a request went that ended with *failed*; None when that tells nothing of the provider's health.

    A refusal by moderation is an answer. "Too often" is not counted: `limits.hold` waits it out.
    """
    if failed is None or isinstance(failed, ContentRefused):
        return "good"
    if isinstance(failed, Unavailable):
        return "busy"
    return "bad" if isinstance(failed, (BadOutput, MediaError)) else None


def is_final(failed: ProviderError | MediaError) -> bool:
    """Whether nothing will be had of the provider in this run: the account is empty, or the key is refused."""
    return isinstance(failed, QuotaExceeded) or (
        type(failed) is ProviderError and failed.status in (401, 403, 407)  # no subclass: those say something else
    )


def asked(mark: Mark, now: float) -> tuple[Mark, bool]:
    """What is remembered after somebody wants to ask, and whether he may."""
    if mark.failures < FAILURES_MAX:
        return mark, True
    is_tried = mark.tried_at is not None and now - mark.tried_at < TRY_S
    if is_tried or resting_s(mark, now) > 0:
        return mark, False
    return mark._replace(tried_at=now), True


def after(mark: Mark, outcome: Outcome | None, now: float) -> Mark:
    """What is remembered after a request ended with *outcome*."""
    if outcome == "good":
        return Mark()
    if outcome is None:
        return mark._replace(tried_at=None)
    is_open = mark.failures >= FAILURES_MAX
    if is_open and mark.tried_at is None:
        return mark  # it set out before the provider was passed over
    failures = mark.failures + 1
    rest_s = min(2 * mark.rest_s, REST_MAX_S) if is_open else REST_S if failures >= FAILURES_MAX else 0.0
    return Mark(failures, now, rest_s)


def resting_s(mark: Mark, now: float) -> float:
    """For how many seconds nobody may ask."""
    return max(0.0, mark.failed_at + mark.rest_s - now) if mark.failures >= FAILURES_MAX else 0.0


def settled(mark: Mark, now: float) -> Mark:
    """*mark* as it counts at *now*: old failures are forgotten, and what a clock since set back stamped is now."""
    if now - mark.failed_at > mark.rest_s + FORGET_S:
        return Mark()
    tried_at = None if mark.tried_at is None else min(mark.tried_at, now)
    return mark._replace(failed_at=min(mark.failed_at, now), tried_at=tried_at)


def _mark(kept: object) -> Mark:
    """A mark as its file holds it; a new one for anything else."""
    if isinstance(kept, list) and len(kept) == len(Mark._fields):
        failures, *times = kept
        are_times = all(one is None or (isinstance(one, (int, float)) and math.isfinite(one)) for one in times)
        if isinstance(failures, int) and are_times and None not in times[:2]:
            return Mark(failures, *times)
    return Mark()
