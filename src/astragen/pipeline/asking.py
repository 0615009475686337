"""One provider asked for one picture or clip: bought (`buying.py`), stored as it came, and looked at.

Work that was accepted is asked about until it ends, and again by the next run of the same film when this one dies.
Start reading at `Desk.ask`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeVar

import anyio

from astragen.errors import BadOutput, MediaError, RateLimited, RenderError, Unavailable
from astragen.media.inspection import InspectedClip, InspectedPicture, inspect_clip, inspect_picture, media_type_of
from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.requests import PictureRequest
from astragen.model.take import Artifact, Footage
from astragen.model.ticket import Ticket
from astragen.pipeline.buying import Buyer, Came, Claim, Goods, Offer, faults_of
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


class _Sent(Came):
    """A picture or clip as it came; *model* and *notes*: see `Media`."""

    model: str
    notes: tuple[str, ...]


class _NothingKept(Exception):
    """Nobody was asked for this before, or it is gone."""


class Desk:
    """Where providers are asked for a film; *purse* is None when none of them charges."""

    def __init__(self, run: Run, purse: Purse | None) -> None:
        self._run = run
        self._buyer = Buyer(purse) if purse else None
        self._goods = Goods(_Sent, Drawn, lambda one: run.store.has(one.artifact))

    async def ask(self, provider: PictureProvider, asked: Asked, *, check: Callable[[Asked, Drawn], None]) -> Drawn:
        """Return what *provider* makes of *asked*; from the memory of earlier runs, where it is there.

        *check*: raises BadOutput for what is not to be kept, though it is a picture. When nobody waits any longer,
        work that was accepted is let be: the next run of this film asks about it.

        Raises:
            BudgetExceeded: it would cost more than is left.
            Uncertain: it may have been charged already, and nobody knows what became of it.
            ProviderError: see `PictureProvider.submit`; BadOutput also for what is no such picture or clip.
        """

        async def sent(claim: Claim) -> _Sent:
            media = await self._answer(provider, asked, claim)
            stored = self._run.store.put_bytes(media.data, media_type_of(media.data))
            with faults_of(provider.card.name, is_order=claim.is_paid):  # which may say anything of it
                return _Sent(artifact=stored, cost_usd=media.cost_usd, model=media.model, notes=media.notes)

        async def kept(came: _Sent, usd: float) -> Drawn:
            drawn = await self._looked_at(provider, asked.request, came, usd)
            check(asked, drawn)
            return drawn

        async def work(asked: Asked) -> Drawn:
            if provider.is_free or self._buyer is None:
                return await kept(await sent(Claim()), 0.0)
            return await self._buyer.buy(_offer(provider, asked), self._goods, ask=sent, keep=kept)

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

    async def _answer(self, provider: PictureProvider, asked: Asked, claim: Claim) -> Media:
        """What *provider* sends, at once or by the ticket of *claim*."""
        try:
            if claim.ticket is None:
                wanted = self._wanted(asked)
                with faults_of(provider.card.name, is_order=claim.is_paid):
                    got = await provider.submit(wanted)
                if isinstance(got, Media):
                    return got
                claim.accept(got)
            else:
                got = claim.ticket
            return await _polled(provider, got)
        except anyio.get_cancelled_exc_class():
            if claim.ticket is not None and not claim.is_paid:
                with anyio.move_on_after(CANCEL_S, shield=True):
                    await provider.cancel(claim.ticket)
            raise

    def _wanted(self, asked: Asked) -> Wanted:
        return Wanted(
            asked.request,
            tuple(self._picture(one) for one in asked.references),
            self._picture(asked.start) if asked.start else None,
            self._picture(asked.end) if asked.end else None,
        )

    def _picture(self, artifact: Artifact) -> Picture:
        return Picture(self._run.store.path(artifact).read_bytes(), artifact.media_type)

    async def _looked_at(
        self, provider: PictureProvider, request: PictureRequest, came: _Sent, cost_usd: float
    ) -> Drawn:
        """*came* as it is kept.

        Raises:
            BadOutput: it is not what was asked for.
        """
        name, stored = provider.card.name, came.artifact
        try:
            looked = await self._look(provider, request, self._run.store.path(stored))
        except MediaError as error:
            how = " sent something that nobody could look at" if isinstance(error, RenderError) else ""
            said = error.message.replace(stored.hash, "the file")
            raise BadOutput(f"{name}{how}: {said}", hint=_HINT, provider=name) from error
        return Drawn(
            kind="clip" if isinstance(looked, InspectedClip) else "still",
            artifact=stored.model_copy(update={"media_type": looked.media_type}),
            made_by=" ".join(filter(None, (name, came.model or request.model))),
            cost_usd=cost_usd,
            footage=looked.footage if isinstance(looked, InspectedClip) else None,
            look=looked.look,
            notes=(*came.notes, *looked.notes),
        )

    async def _look(
        self, provider: PictureProvider, request: PictureRequest, path: Path
    ) -> InspectedPicture | InspectedClip:
        prompt = request.prompt
        if provider.card.trade == "camera":
            look = partial(inspect_clip, shot=request.shot)
            return await self._run.examine(look, path, prompt.width, prompt.height, prompt.seconds)
        return await self._run.examine(inspect_picture, path, prompt.width, prompt.height)


def _offer(provider: PictureProvider, asked: Asked) -> Offer:
    """*asked* of *provider* for money: the most that it costs; where nobody knows, a cautious price."""
    price = provider.price_usd(asked.request)
    bound_usd = UNKNOWN_PRICE_USD[provider.card.trade] if price is None else price
    key = content_hash(canonical_json(asked))
    return Offer(key, provider.card.name, "the work", bound_usd, provider.recognises_repeats)


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
            with faults_of(provider.card.name, is_order=False):
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
