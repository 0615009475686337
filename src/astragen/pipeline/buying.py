"""Something bought from a provider, once: money reserved first, what came kept before anybody looks at it.

A crash between any two lines pays nothing twice: what was reserved, accepted or charged is in the ledger before and
after every word to the provider, and an answer that came is there for the next run of the film, good or bad. Pictures
(`asking.py`) and lines (`speaking.py`) are bought here. Start reading at `Buyer.buy`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import anyio
from pydantic import Field, ValidationError

from astragen.errors import (
    AstraGenError,
    BadOutput,
    ContentRefused,
    InputError,
    ProviderError,
    RateLimited,
    Unavailable,
    Uncertain,
)
from astragen.model.base import Model
from astragen.model.ledger import Entry
from astragen.model.take import Artifact
from astragen.model.ticket import Ticket
from astragen.pipeline.disk import FULL
from astragen.providers.exchange import departures
from astragen.store.ledger import Purse

log = logging.getLogger(__name__)


class Came(Model):
    """What a provider sent, stored as it came: nobody has looked at it.

    *cost_usd*: what it charged, None where it did not say.
    """

    artifact: Artifact
    cost_usd: float | None = Field(ge=0)


class Offer(NamedTuple):
    """What is to be bought.

    key: the paid thing, as the ledger knows it.
    provider: of whom, as users name it.
    what: the thing in messages, as "the work".
    bound_usd: the most that it costs.
    recognises_repeats: whether the provider knows the same request when it comes again, and charges it once.
    """

    key: str
    provider: str
    what: str
    bound_usd: float
    recognises_repeats: bool


CameT = TypeVar("CameT", bound=Came)
Kept = TypeVar("Kept", bound=Model)


@dataclass(frozen=True)
class Goods(Generic[CameT, Kept]):
    """What comes, in which form it is kept, and whether what an earlier run kept is still here."""

    comes: type[CameT]
    kept: type[Kept]
    is_here: Callable[[CameT | Kept], bool]


@dataclass
class Claim:
    """Work that a provider took on; *is_inherited*: in an earlier run."""

    ticket: Ticket | None = None
    is_inherited: bool = False
    on_ticket: Callable[[Ticket], None] | None = None

    @property
    def is_paid(self) -> bool:
        """Whether the work is paid for, so that another run may ask about it."""
        return self.on_ticket is not None

    def accept(self, ticket: Ticket) -> None:
        """Keep *ticket*; call it before anybody waits for the work."""
        self.ticket = ticket
        if self.on_ticket is not None:
            self.on_ticket(ticket)


class _Spoiled(Model):
    """An answer that was charged and could not be used."""

    message: str
    hint: str


class Buyer:
    """Buys for one run of a film, from *purse*."""

    def __init__(self, purse: Purse) -> None:
        self._purse = purse
        self._unsure: set[str] = set()  # keys whose work this run may have been charged for

    async def buy(
        self,
        offer: Offer,
        goods: Goods[CameT, Kept],
        *,
        ask: Callable[[Claim], Awaitable[CameT]],
        keep: Callable[[CameT, float], Awaitable[Kept]],
    ) -> Kept:
        """Return what *keep* makes of what *ask* gets; nobody is asked for what an earlier run was charged for.

        *ask* gets the claim that there is on the work, and lets it accept a ticket; *keep* gets what came, stored, and
        what it cost.

        Raises:
            BudgetExceeded: it would cost more than is left.
            Uncertain: it may have been charged already, and nobody knows what became of it.
            ProviderError: as *ask* and *keep*.
        """
        entry = self._purse.find(offer.key)
        if entry is not None and entry.state == "settled":
            left = _left(entry, goods)
            if isinstance(left, goods.kept):
                return left  # paid for by a run that died before it could remember it
            if isinstance(left, goods.comes):
                return await self._kept(offer, left, entry.usd, keep)  # paid for, and not looked at
            if isinstance(left, _Spoiled):
                raise BadOutput(left.message, hint=left.hint, provider=offer.provider)
            entry = entry if entry.ticket else None  # what it got is gone; whoever made it may have it still
        came = await self._asked(offer, self._claimed(offer, entry), ask)
        usd = offer.bound_usd if came.cost_usd is None else came.cost_usd
        self._purse.settle(offer.key, usd, result=came.model_dump_json())
        return await self._kept(offer, came, usd, keep)

    def _claimed(self, offer: Offer, entry: Entry | None) -> Claim:
        """The claim on the work of *offer*; where there is no *entry* of it, its bound is reserved."""
        key = offer.key
        if (entry is not None and entry.state == "uncertain") or key in self._unsure:
            if not offer.recognises_repeats:
                message = f"{offer.provider} was asked before, and no answer came: {offer.what} may be charged."
                raise Uncertain(message, hint="It is not asked again for this.", provider=offer.provider)
            self._unsure.add(key)
        elif entry is None:
            self._purse.reserve(key, provider=offer.provider, usd=offer.bound_usd)
        ticket = entry.ticket if entry else None
        return Claim(ticket, ticket is not None, lambda got: self._purse.accepted(key, got))

    async def _asked(self, offer: Offer, claim: Claim, ask: Callable[[Claim], Awaitable[CameT]]) -> CameT:
        """What *ask* gets; when it gets nothing, the ledger says what that means for the money."""
        with departures() as sent:
            try:
                return await ask(claim)
            except anyio.get_cancelled_exc_class():
                if sent.is_certainly_unsent and claim.ticket is None and offer.key not in self._unsure:
                    self._purse.refund(offer.key)
                elif claim.ticket is None:
                    self._doubt(offer.key)
                raise
            except (ProviderError, InputError) as error:
                self._give_up(offer, claim, error)
                raise

    async def _kept(
        self, offer: Offer, came: CameT, usd: float, keep: Callable[[CameT, float], Awaitable[Kept]]
    ) -> Kept:
        try:
            kept = await keep(came, usd)
        except BadOutput as error:
            self._spoil(offer.key, usd, error)
            raise
        self._purse.settle(offer.key, usd, result=kept.model_dump_json())
        return kept

    def _give_up(self, offer: Offer, claim: Claim, error: ProviderError | InputError) -> None:
        """Say in the ledger what *error* means for the money: only what certainly cost nothing is given back."""
        key = offer.key
        if isinstance(error, BadOutput):
            self._spoil(key, offer.bound_usd, error)  # an answer came: it is charged, whatever it is worth
        elif claim.ticket is not None:
            if isinstance(error, ContentRefused) and not (claim.is_inherited or error.is_charged):
                self._purse.refund(key)
            elif not _may_go_on(error):
                self._purse.settle(key, offer.bound_usd)
            else:  # its claim stays: a later run can ask about it, and this one orders nothing more
                self._unsure.add(key)
        elif isinstance(error, Uncertain):
            self._doubt(key)
        elif key not in self._unsure:
            self._purse.refund(key)

    def _doubt(self, key: str) -> None:
        self._purse.uncertain(key)
        self._unsure.add(key)

    def _spoil(self, key: str, usd: float, error: BadOutput) -> None:
        """Note that *usd* were charged for nothing of use: the next run of this film does not ask for it again."""
        self._purse.settle(key, usd, result=_Spoiled(message=error.message, hint=error.hint).model_dump_json())


@contextmanager
def faults_of(provider: str, *, is_order: bool) -> Iterator[None]:
    """Let what the code of *provider*, perhaps a third party's, raises by mistake fail this request, and not the film.

    *is_order*: what is asked may be charged.

    Raises:
        Uncertain: something that is no error of ours was raised over an order.
        ProviderError: likewise, over anything else.
        OSError: the disk is full, for which nobody is to be asked instead.
    """
    try:
        yield
    except AstraGenError:
        raise
    except Exception as error:  # whatever a stranger's module raises
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        log.info("%s broke down", provider, exc_info=error)
        what = f"{provider} broke down ({type(error).__name__}), which is a fault of its adapter"
        if not is_order:
            raise ProviderError(f"{what}.", provider=provider) from error
        message = f"{what}, and may have done and charged the work all the same."
        raise Uncertain(message, hint="It is not asked again for this.", provider=provider) from error


def _left(entry: Entry, goods: Goods[CameT, Kept]) -> CameT | Kept | _Spoiled | None:
    """What an earlier run got for its money; None where that is gone, or cannot be read any more."""
    for kind in (goods.kept, goods.comes, _Spoiled):
        try:
            left = kind.model_validate_json(entry.result)
        except ValidationError:
            continue
        return left if isinstance(left, _Spoiled) or goods.is_here(left) else None
    return None


def _may_go_on(error: ProviderError | InputError) -> bool:
    """Whether *error* is of the question about accepted work, and not of the work."""
    if isinstance(error, ProviderError):
        return isinstance(error, (Unavailable, RateLimited)) or error.status in (401, 403, 407)
    return True
