"""One shot's way through the providers: the next is asked when one fails, or beside one that is slow.

`Standing` is what the film has learned of each provider; `Chain.draw` is the way. Start there.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import anyio
from anyio.streams.memory import MemoryObjectSendStream

from astragen.errors import BadOutput, BudgetExceeded, ContentRefused, InputError, ProviderError, RateLimited, Uncertain
from astragen.media.inspection import looks_alike
from astragen.model.base import Model, content_hash
from astragen.model.brief import Brief
from astragen.model.requests import PictureRequest
from astragen.model.storyboard import Shot, Storyboard
from astragen.model.take import Artifact, Attempt
from astragen.pipeline.asking import Asked, Desk, Drawn
from astragen.plan.deadline import hedge_after_s
from astragen.plan.fallback import WAIT_MAX_S, Wording, picture_request, verdict
from astragen.providers.breaker import Breaker
from astragen.providers.shooting import PictureProvider
from astragen.store.experience import Experience

AT_ONCE: Final = 4  # pictures that one provider is asked for at one time; its own limits may be lower
TRIES_MAX: Final = 5  # of one provider for one shot, whatever the verdicts

Failure = ProviderError | BudgetExceeded | InputError
AskedOf = Callable[..., Asked]
"""What a provider is asked, in a wording and at a round."""


class Standing:
    """What a film has learned of its providers, and what earlier ones left."""

    def __init__(self, experience: Experience, breaker: Breaker) -> None:
        """*experience*: how long each took before. *breaker*: whom not to ask for a while."""
        self._experience, self._breaker = experience, breaker
        self._out: dict[str, str] = {}
        self._turns: dict[str, anyio.CapacityLimiter] = {}
        self._words_of: dict[str, str] = {}
        self._looks: list[tuple[str, str]] = []
        self._fakes: list[str] = []

    def turn(self, provider: PictureProvider) -> anyio.CapacityLimiter:
        """One of the turns to ask *provider*; there are fewer once it said that it was asked too often."""
        return self._turns.setdefault(provider.card.name, anyio.CapacityLimiter(AT_ONCE))

    def waits_s(self, provider: PictureProvider) -> Sequence[float]:
        """How long *provider* took for a picture, in this film and before."""
        return self._experience.of(f"wait {_who(provider)}")

    def why_out(self, provider: PictureProvider) -> str:
        """Why *provider* is not to be asked now; "" when it is. A yes may be the one try after a rest."""
        final = self._out.get(provider.card.name, "")
        return final or ("" if self._breaker.may_ask(_who(provider)) else self._breaker.why_not(_who(provider)))

    def put_out(self, provider: PictureProvider, why: str) -> None:
        """Ask *provider*, whatever its model, no more in this film."""
        self._out.setdefault(provider.card.name, why)

    def failed(self, provider: PictureProvider, error: Failure) -> None:
        """Note that a try ended with *error*."""
        self._breaker.note(_who(provider), error if isinstance(error, ProviderError) else _NO_NEWS)
        if isinstance(error, RateLimited):
            turn = self.turn(provider)
            turn.total_tokens = max(1, turn.total_tokens // 2)

    def succeeded(self, provider: PictureProvider, wait_s: float) -> None:
        """Note that *provider* gave a picture after *wait_s*."""
        self._breaker.note(_who(provider), None)
        self._experience.learn(f"wait {_who(provider)}", wait_s)

    def let_be(self, provider: PictureProvider) -> None:
        """Note that a try was stopped, which says nothing of *provider*."""
        self._breaker.note(_who(provider), _NO_NEWS)

    def check_new(self, asked: Asked, drawn: Drawn) -> None:
        """Pass when *drawn* was not given for other words before.

        Raises:
            BadOutput: it was: a placeholder, or a fault of the provider's cache.
        """
        words = asked.request.prompt.text
        is_used = self._words_of.get(drawn.artifact.hash, words) != words or any(
            other != words and looks_alike(look, drawn.look) for look, other in self._looks
        )
        if is_used:
            self._fakes.append(drawn.look)
        if self.is_placeholder(drawn):
            message = f"{asked.provider} sent the same picture for different prompts."
            raise BadOutput(message, hint="Choose another artist.", provider=asked.provider)
        self.saw(asked, drawn)

    def is_placeholder(self, drawn: Drawn) -> bool:
        """Whether *drawn* is known to be sent for different prompts; it may have been taken before that was known."""
        mark = f"placeholder {drawn.artifact.hash}"
        is_known = bool(self._experience.of(mark))
        if not is_known and any(looks_alike(look, drawn.look) for look in self._fakes):
            self._experience.learn(mark, 1.0)
            is_known = True
        return is_known

    def saw(self, asked: Asked, drawn: Drawn) -> None:
        """Note that *drawn* is the picture for these words."""
        words = asked.request.prompt.text
        self._words_of.setdefault(drawn.artifact.hash, words)
        if drawn.look:
            self._looks.append((drawn.look, words))


class _Chained(Model):
    """All that the picture of a shot depends on: who may be asked for it, in order, and what."""

    asked: tuple[Asked, ...]


class _Outcome(Model):
    """What came of a chain, as it is remembered."""

    drawn: Drawn
    attempts: tuple[Attempt, ...]


class _NobodyDrew(Exception):
    """All of a chain failed."""


@dataclass
class Chain:
    """The providers that may be asked for a shot, in order."""

    providers: Sequence[PictureProvider]
    desk: Desk
    standing: Standing
    now_s: Callable[[], float]
    attempts: list[Attempt] = field(default_factory=list)
    asked_at_s: float | None = None
    """When the last request was sent; None while the first waits for its turn."""
    stopped: str = "another provider was quicker"
    """Why those that still run are stopped, when they are."""

    async def draw(
        self,
        shot: Shot,
        storyboard: Storyboard,
        brief: Brief,
        *,
        start: Artifact | None = None,
        references: Mapping[str, Artifact] | None = None,
    ) -> Drawn | None:
        """Return the picture or clip of *shot* by the first who makes it; None when nobody does.

        What was made by the same chain before is taken, whoever made it then, and nobody is asked.

        *start*: for clips, the picture to start from. *references*: pictures of characters, by their ids.
        """

        def asked_of(provider: PictureProvider, wording: Wording = "as written", rounds: int = 0) -> Asked:
            request = picture_request(shot, storyboard, artist=provider.card, brief=brief, wording=wording)
            return _asked(provider, request, start, references or {}, rounds)

        async def work(_: _Chained) -> _Outcome:
            drawn = await self._first(asked_of)
            if drawn is None:
                raise _NobodyDrew
            return _Outcome(drawn=drawn, attempts=tuple(self.attempts))

        try:
            outcome = await self.desk.remembered(
                work, _Chained(asked=tuple(map(asked_of, self.providers))), returns=_Outcome
            )
        except _NobodyDrew:
            return None
        if not self.attempts:  # nobody was asked: who was, when it was made
            if self.standing.is_placeholder(outcome.drawn):  # known only since it was made
                return await self._first(asked_of)
            self.attempts.extend(outcome.attempts)
            self.standing.saw(asked_of(self.providers[0]), outcome.drawn)
        return outcome.drawn

    async def _first(self, asked_of: AskedOf) -> Drawn | None:
        """What the first of the providers makes who makes anything; a slow one gets another beside it."""
        send, receive = anyio.create_memory_object_stream[Drawn | Exception | None](math.inf)
        rest, running, is_hedged = deque(self.providers), 0, False
        came: Drawn | Exception | None = None

        def launch() -> PictureProvider:
            provider = rest.popleft()
            group.start_soon(_sent_to, send, partial(self._by, provider, asked_of))
            return provider

        async with send, receive, anyio.create_task_group() as group:
            while came is None and (rest or running):
                if not running:
                    first, running = launch(), 1
                wait_s = math.inf if is_hedged or not rest else hedge_after_s(self.standing.waits_s(first))
                with anyio.move_on_after(None if math.isinf(wait_s) else wait_s) as patience:
                    came = await receive.receive()
                if patience.cancelled_caught:
                    is_hedged = True
                    launch()
                    running += 1
                else:
                    running -= 1
            group.cancel_scope.cancel()
        if isinstance(came, Exception):
            raise came
        return came

    async def _by(self, provider: PictureProvider, asked_of: AskedOf) -> Drawn | None:
        """What *provider* makes of the shot, however often it has to be asked; None when it does not."""
        wording: Wording = "as written"
        tries = rounds = 0
        while tries < TRIES_MAX:
            asked = asked_of(provider, wording, rounds)
            kept = await self.desk.kept(asked)
            if kept and not self.standing.is_placeholder(kept):
                self.standing.saw(asked, kept)
                self._note(provider, "taken", "", 0.0, kept.cost_usd)
                return kept
            tries += 1
            try:
                return await self._once(provider, asked)
            except (ProviderError, BudgetExceeded, InputError) as error:
                self.standing.failed(provider, error)
                then = verdict(error, tries=tries, wording=wording, recognises_repeats=provider.recognises_repeats)
                if then == "out":
                    self.standing.put_out(provider, error.message)
                if then in ("out", "next"):
                    return None
                if then == "wait":
                    await anyio.sleep(getattr(error, "retry_after_s", None) or WAIT_MAX_S)
                elif then in ("plain", "short"):
                    wording = then
                    if asked_of(provider, wording, rounds) == asked:
                        return None  # in these words it was refused
                elif isinstance(error, BadOutput):
                    rounds += 1  # the same words under another key: what came before is not taken for an answer
        return None

    async def _once(self, provider: PictureProvider, asked: Asked) -> Drawn | None:
        """What *provider* answers to *asked*, None when it is not to be asked; how it went is among the attempts."""
        began_s = self.now_s()
        try:
            async with self.standing.turn(provider):
                if why := self.standing.why_out(provider):  # known only now: others had their turns meanwhile
                    self._note(provider, "passed over", why)
                    return None
                began_s = self.asked_at_s = self.now_s()
                try:
                    drawn = await self.desk.ask(provider, asked, check=self._check_of(provider))
                except anyio.get_cancelled_exc_class():
                    self.standing.let_be(provider)
                    raise
        except (ProviderError, BudgetExceeded, InputError) as error:
            self._note(provider, _OUTCOME.get(type(error), "failed"), error.message, self.now_s() - began_s)
            raise
        except anyio.get_cancelled_exc_class():
            self._note(provider, "late", self.stopped, self.now_s() - began_s)
            raise
        wait_s = self.now_s() - began_s
        self.standing.succeeded(provider, wait_s)
        self._note(provider, "taken", "", wait_s, drawn.cost_usd)
        return drawn

    def _check_of(self, provider: PictureProvider) -> Callable[[Asked, Drawn], None]:
        return self.standing.saw if provider.may_repeat else self.standing.check_new

    def _note(
        self, provider: PictureProvider, outcome: str, reason: str, seconds: float = 0.0, cost_usd: float = 0.0
    ) -> None:
        self.attempts.append(
            Attempt.model_validate(
                {
                    "provider": _who(provider),
                    "outcome": outcome,
                    "reason": reason,
                    "seconds": round(seconds, 2),
                    "cost_usd": cost_usd,
                }
            )
        )


def _who(provider: PictureProvider) -> str:
    """What people call it: "pollinations tongyi-mai/z-image-turbo"."""
    return f"{provider.card.name} {provider.card.model}".strip()


_OUTCOME: Final = {ContentRefused: "refused", BudgetExceeded: "too dear", Uncertain: "unsure"}


_NO_NEWS: Final = ProviderError("nothing was learned")  # ends a try, and counts neither for nor against


def _asked(
    provider: PictureProvider,
    request: PictureRequest,
    start: Artifact | None,
    references: Mapping[str, Artifact],
    rounds: int,
) -> Asked:
    card = provider.card
    said = provider.options.model_dump(mode="json", exclude={"timeout_s"}, exclude_defaults=True)
    return Asked(
        provider=card.name,
        version=card.version,
        place=provider.place,
        options=content_hash(json.dumps(said, sort_keys=True)) if said else "",
        request=request,
        references=tuple(references[one] for one in request.prompt.references if one in references),
        start=start if card.clip is not None and card.clip.takes_start else None,
        round=rounds,
    )


async def _sent_to(
    send: MemoryObjectSendStream[Drawn | Exception | None], work: Callable[[], Awaitable[Drawn | None]]
) -> None:
    """Send what *work* gives, or the error that it ends with: raised in a task it would come as one of a group."""
    try:
        send.send_nowait(await work())
    except Exception as error:
        send.send_nowait(error)
