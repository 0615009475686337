"""One provider asked for one picture or clip: money reserved, the claim kept, the answer looked at.

A crash between any two lines pays nothing twice: what was reserved, accepted or charged is in
the ledger before and after every word to the provider, and work that was accepted is asked
about again by the next run of the same film. Start reading at `Desk.ask`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeVar

import anyio

from astragen.errors import (
    BadOutput,
    ContentRefused,
    MediaError,
    ProviderError,
    RateLimited,
    RenderError,
    Unavailable,
    Uncertain,
)
from astragen.media.inspection import InspectedClip, InspectedPicture, inspect_clip, inspect_picture
from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.requests import PictureRequest
from astragen.model.take import Artifact, Footage
from astragen.model.ticket import Ticket
from astragen.pipeline.run import Run
from astragen.providers.shooting import Media, Pending, Picture, PictureProvider, Wanted
from astragen.store.ledger import Purse

Request = TypeVar("Request", bound=Model)
Result = TypeVar("Result", bound=Model)

VERSION: Final = "1"  # of what is remembered of a chain
POLL_FAILURES_MAX: Final = 4  # questions in a row that may fail before the work is given up
POLL_MAX_S: Final = 1_800.0  # for work to end, whatever its provider goes on to say; no queue is longer (facts 4, 5)
CANCEL_S: Final = 2.0  # for a provider to take the news that nobody wants the work any more
_HINT: Final = "Choose another model or artist."
UNKNOWN_PRICE_USD: Final = {"artist": 0.10, "camera": 3.0}  # of one picture or clip: above every price in the tables


class Asked(Model):
    """All that a provider's answer depends on; its hash is what is paid for."""

    provider: str
    version: str
    place: str = ""
    """Host of another address than the provider's own."""
    options: str = ""
    """A hash of what the user set of the provider; its time limits draw no other picture."""
    request: PictureRequest
    references: tuple[Artifact, ...] = ()
    start: Artifact | None = None
    end: Artifact | None = None
    round: int = 0
    """Rises when the same is asked for anew, because what came was no good."""


class Drawn(Model):
    """A picture or clip that was looked at and kept."""

    kind: Literal["still", "clip"]
    artifact: Artifact
    made_by: str
    cost_usd: float = 0.0
    footage: Footage | None = None
    look: str = ""
    """A hash of how it looks: pictures that look alike have the same, or nearly."""
    notes: tuple[str, ...] = ()


class _NothingKept(Exception):
    """Nobody was asked for this before, or it is gone."""


@dataclass
class _Claim:
    """Work that a provider took on; *is_inherited*: in an earlier run."""

    ticket: Ticket | None = None
    is_inherited: bool = False


class Desk:
    """Where providers are asked for a film; *purse* is None when none of them charges."""

    def __init__(self, run: Run, purse: Purse | None) -> None:
        self._run, self._purse = run, purse
        self._unsure: set[str] = set()  # keys whose work this run may have been charged for

    async def ask(self, provider: PictureProvider, asked: Asked, *, check: Callable[[Asked, Drawn], None]) -> Drawn:
        """Return what *provider* makes of *asked*; from the memory of earlier runs, where it is there.

        *check*: raises BadOutput for what is not to be kept, though it is a picture. When nobody waits any longer,
        work that was accepted is let be: the next run of this film asks about it.

        Raises:
            BudgetExceeded: it would cost more than is left.
            Uncertain: it may have been charged already, and nobody knows what became of it.
            ProviderError: see `PictureProvider.submit`; BadOutput also for what is no such picture or clip.
        """

        async def work(asked: Asked) -> Drawn:
            if provider.is_free or self._purse is None:
                media = await self._answer(provider, asked, "", _Claim())
                return await self._kept(provider, asked, media, 0.0, check)
            return await self._paid(provider, asked, self._purse, check)

        drawn = await self._run.once("picture", work, asked, returns=Drawn, version=asked.version)
        check(asked, drawn)  # what is remembered, too: its fault may show only beside others
        return drawn

    async def remembered(
        self, work: Callable[[Request], Awaitable[Result]], request: Request, *, returns: type[Result]
    ) -> Result:
        """Return `work(request)`, of this run or an earlier one."""
        return await self._run.once("chain", work, request, returns=returns, version=VERSION)

    async def kept(self, asked: Asked) -> Drawn | None:
        """Return what came of *asked* before, without asking anybody; None when nothing is kept of it."""

        async def work(asked: Asked) -> Drawn:
            raise _NothingKept

        try:
            return await self._run.once("picture", work, asked, returns=Drawn, version=asked.version)
        except _NothingKept:
            return None

    async def _paid(
        self, provider: PictureProvider, asked: Asked, purse: Purse, check: Callable[[Asked, Drawn], None]
    ) -> Drawn:
        """What *provider* makes of *asked*; every step is in the ledger before the next is taken."""
        key = content_hash(canonical_json(asked))
        entry = purse.find(key)
        if entry is not None and entry.state == "settled":
            drawn = Drawn.model_validate_json(entry.result)
            if self._run.store.has(drawn.artifact):
                return drawn  # paid for by a run that died before it could remember it
            entry = None
        bound = _bound_usd(provider, asked.request)
        if (entry is not None and entry.state == "uncertain") or key in self._unsure:
            if not provider.recognises_repeats:
                raise _unsure(provider)
            self._unsure.add(key)
        elif entry is None:
            purse.reserve(key, provider=provider.card.name, usd=bound)
        claim = _Claim(entry.ticket, is_inherited=entry.ticket is not None) if entry else _Claim()
        try:
            media = await self._answer(provider, asked, key, claim)
        except ProviderError as error:
            self._give_up(purse, key, error, claim, bound)
            raise
        usd = bound if media.cost_usd is None else media.cost_usd
        purse.settle(key, usd)
        drawn = await self._kept(provider, asked, media, usd, check)
        purse.settle(key, usd, result=drawn.model_dump_json())
        return drawn

    async def _answer(self, provider: PictureProvider, asked: Asked, key: str, claim: _Claim) -> Media:
        """What *provider* sends, at once or by *claim*; *key* is that of the ledger, "" for what costs nothing."""
        try:
            if claim.ticket is None:
                got = await provider.submit(self._wanted(asked))
                if isinstance(got, Media):
                    return got
                claim.ticket = got
                if self._purse and key:
                    self._purse.accepted(key, got)
            return await _polled(provider, claim.ticket)
        except anyio.get_cancelled_exc_class():
            if claim.ticket is None and self._purse and key:
                self._purse.uncertain(key)
                self._unsure.add(key)
            elif claim.ticket is not None and not key:
                with anyio.move_on_after(CANCEL_S, shield=True):
                    await provider.cancel(claim.ticket)
            raise

    def _give_up(self, purse: Purse, key: str, error: ProviderError, claim: _Claim, bound_usd: float) -> None:
        """Say in the ledger what *error* means for the money: only what certainly cost nothing is given back."""
        if isinstance(error, BadOutput):
            purse.settle(key, bound_usd)  # an answer came: it is charged, whatever it is worth
        elif claim.ticket is not None:
            if isinstance(error, ContentRefused) and not (claim.is_inherited or error.is_charged):
                purse.refund(key)
            elif not _may_go_on(error):
                purse.settle(key, bound_usd)
            else:  # its claim stays: a later run can ask about it, and this one orders nothing more
                self._unsure.add(key)
        elif isinstance(error, Uncertain):
            purse.uncertain(key)
            self._unsure.add(key)
        elif key not in self._unsure:
            purse.refund(key)

    def _wanted(self, asked: Asked) -> Wanted:
        return Wanted(
            asked.request,
            tuple(self._picture(one) for one in asked.references),
            self._picture(asked.start) if asked.start else None,
            self._picture(asked.end) if asked.end else None,
        )

    def _picture(self, artifact: Artifact) -> Picture:
        return Picture(self._run.store.path(artifact).read_bytes(), artifact.media_type)

    async def _kept(
        self,
        provider: PictureProvider,
        asked: Asked,
        media: Media,
        cost_usd: float,
        check: Callable[[Asked, Drawn], None],
    ) -> Drawn:
        """*media* in the store.

        Raises:
            BadOutput: it is not what was asked for.
        """
        path = Path(tempfile.mkdtemp(dir=self._run.scratch)) / "came"
        path.write_bytes(media.data)
        name = provider.card.name
        try:
            looked = await self._look(provider, asked.request, path)
        except RenderError as error:
            raise BadOutput(
                f"{name} sent something that nobody could look at: {error.message}", hint=_HINT, provider=name
            ) from error
        except MediaError as error:
            raise BadOutput(f"{name}: {error.message}", hint=_HINT, provider=name) from error
        drawn = Drawn(
            kind="clip" if isinstance(looked, InspectedClip) else "still",
            artifact=self._run.store.put_file(path, looked.media_type),
            made_by=" ".join(filter(None, (name, media.model or asked.request.model))),
            cost_usd=cost_usd,
            footage=looked.footage if isinstance(looked, InspectedClip) else None,
            look=looked.look,
            notes=(*media.notes, *looked.notes),
        )
        check(asked, drawn)
        return drawn

    async def _look(
        self, provider: PictureProvider, request: PictureRequest, path: Path
    ) -> InspectedPicture | InspectedClip:
        prompt = request.prompt
        if provider.card.trade == "camera":
            look = partial(inspect_clip, shot=request.shot)
            return await self._run.examine(look, path, prompt.width, prompt.height, prompt.seconds)
        return await self._run.examine(inspect_picture, path, prompt.width, prompt.height)


def _may_go_on(error: ProviderError) -> bool:
    """Whether *error* is of the question about accepted work, and not of the work."""
    return isinstance(error, (Unavailable, RateLimited)) or error.status in (401, 403, 407)


def _bound_usd(provider: PictureProvider, request: PictureRequest) -> float:
    """The most that *request* costs; where nobody knows, a cautious price."""
    price = provider.price_usd(request)
    return UNKNOWN_PRICE_USD[provider.card.trade] if price is None else price


def _unsure(provider: PictureProvider) -> Uncertain:
    name = provider.card.name
    message = f"{name} was asked before, and no answer came: the work may be charged."
    return Uncertain(message, hint="It is not asked again for this.", provider=name)


async def _polled(provider: PictureProvider, ticket: Ticket) -> Media:
    """What *ticket* gives in the end.

    Raises:
        Unavailable: too many questions in a row failed, or the work does not end.
    """
    with anyio.move_on_after(POLL_MAX_S):
        return await _polled_on(provider, ticket)
    name = provider.card.name
    raise Unavailable(f"{name} did not end the work within {POLL_MAX_S:g} s.", hint=_HINT, provider=name)


async def _polled_on(provider: PictureProvider, ticket: Ticket) -> Media:
    failures = 0
    while True:
        try:
            got = await provider.poll(ticket)
        except (Unavailable, RateLimited) as error:
            failures += 1
            if failures >= POLL_FAILURES_MAX:
                raise
            await anyio.sleep(min(error.retry_after_s or 2.0**failures, 30.0))
            continue
        failures = 0
        if isinstance(got, Media):
            return got
        await anyio.sleep(_pause_s(got))


def _pause_s(pending: Pending) -> float:
    return min(max(pending.again_s, 0.05), 30.0)
