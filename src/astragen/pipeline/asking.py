"""One provider asked for one picture or clip: money reserved, the claim kept, the answer looked at.

A crash between any two lines pays nothing twice: what was reserved, accepted or charged is in
the ledger before and after every word to the provider, and work that was accepted is asked
about again by the next run of the same film. Start reading at `Desk.ask`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Literal

import anyio

from astragen.errors import BadOutput, MediaError, ProviderError, RenderError, Unavailable, Uncertain
from astragen.media.inspection import InspectedClip, InspectedPicture, inspect_clip, inspect_picture
from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.requests import PictureRequest
from astragen.model.take import Artifact, Footage
from astragen.model.ticket import Ticket
from astragen.pipeline.run import Run
from astragen.providers.shooting import Media, Pending, Picture, PictureProvider, Wanted
from astragen.store.ledger import Purse

POLL_FAILURES_MAX: Final = 4  # questions in a row that may fail before the work is given up
CANCEL_S: Final = 2.0  # for a provider to take the news that nobody wants the work any more
_HINT: Final = "Choose another model or artist."
UNKNOWN_PRICE_USD: Final = {"artist": 0.10, "camera": 3.0}  # of one picture or clip: above every price in the tables


class Asked(Model):
    """All that a provider's answer depends on; its hash is what is paid for."""

    provider: str
    version: str
    place: str = ""
    """Host of another address than the provider's own."""
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


class Desk:
    """Where providers are asked for a film; *purse* is None when none of them charges."""

    def __init__(self, run: Run, purse: Purse | None) -> None:
        self._run, self._purse = run, purse

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
                media = await self._answer(provider, asked, "", None)
                return await self._kept(provider, asked, media, 0.0, check)
            return await self._paid(provider, asked, self._purse, check)

        return await self._run.once("picture", work, asked, returns=Drawn, version=asked.version)

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
        if entry is None:
            purse.reserve(key, provider=provider.card.name, usd=bound)
        elif entry.state == "uncertain" and not provider.recognises_repeats:
            raise _unsure(provider)
        try:
            media = await self._answer(provider, asked, key, entry.ticket if entry else None)
        except Uncertain:
            purse.uncertain(key)
            raise
        except BadOutput:
            purse.settle(key, bound)  # an answer came: it is charged, whatever it is worth
            raise
        except ProviderError:
            purse.refund(key)
            raise
        usd = bound if media.cost_usd is None else media.cost_usd
        purse.settle(key, usd)
        drawn = await self._kept(provider, asked, media, usd, check)
        purse.settle(key, usd, result=drawn.model_dump_json())
        return drawn

    async def _answer(self, provider: PictureProvider, asked: Asked, key: str, ticket: Ticket | None) -> Media:
        """What *provider* sends, at once or for *ticket*; *key* is that of the ledger, "" for what costs nothing."""
        try:
            if ticket is None:
                got = await provider.submit(self._wanted(asked))
                if isinstance(got, Media):
                    return got
                ticket = got
                if self._purse and key:
                    self._purse.accepted(key, ticket)
            return await _polled(provider, ticket)
        except anyio.get_cancelled_exc_class():
            if ticket is None and self._purse and key:
                self._purse.uncertain(key)
            elif ticket is not None and not key:
                with anyio.move_on_after(CANCEL_S, shield=True):
                    await provider.cancel(ticket)
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


def _bound_usd(provider: PictureProvider, request: PictureRequest) -> float:
    """The most that *request* costs; where nobody knows, a cautious price."""
    price = provider.price_usd(request)
    return UNKNOWN_PRICE_USD[provider.card.trade] if price is None else price


def _unsure(provider: PictureProvider) -> Uncertain:
    name = provider.card.name
    message = f"{name} was asked before, and no answer came: the work may be charged."
    return Uncertain(message, hint="It is not asked again for this.", provider=name)


async def _polled(provider: PictureProvider, ticket: Ticket) -> Media:
    """What *ticket* gives in the end."""
    failures = 0
    while True:
        try:
            got = await provider.poll(ticket)
            failures = 0
        except Unavailable:
            failures += 1
            if failures >= POLL_FAILURES_MAX:
                raise
            await anyio.sleep(min(2.0**failures, 8.0))
            continue
        if isinstance(got, Media):
            return got
        await anyio.sleep(_pause_s(got))


def _pause_s(pending: Pending) -> float:
    return min(max(pending.again_s, 0.05), 30.0)
