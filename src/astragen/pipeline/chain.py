"""One shot's way through the providers: the next is asked when one fails, or beside one that is slow.

`Standing` is what the film has learned of each provider; `Chain.draw` is the way. Start there.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import anyio
from anyio.streams.memory import MemoryObjectSendStream

from astragen.errors import BadOutput, BudgetExceeded, ContentRefused, MissingKey, ProviderError, RateLimited, Uncertain
from astragen.model.brief import Brief
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

Failure = ProviderError | BudgetExceeded | MissingKey


class Standing:
    """What a film has learned of its providers, and what earlier ones left."""

    def __init__(self, experience: Experience, breaker: Breaker) -> None:
        """*experience*: how long each took before. *breaker*: whom not to ask for a while."""
        self._experience, self._breaker = experience, breaker
        self._out: dict[str, str] = {}
        self._turns: dict[str, anyio.CapacityLimiter] = {}
        self._seen: dict[str, str] = {}

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
        if isinstance(error, ProviderError):
            self._breaker.note(_who(provider), error)
        if isinstance(error, RateLimited):
            turn = self.turn(provider)
            turn.total_tokens = max(1, turn.total_tokens // 2)

    def succeeded(self, provider: PictureProvider, wait_s: float) -> None:
        """Note that *provider* gave a picture after *wait_s*."""
        self._breaker.note(_who(provider), None)
        self._experience.learn(f"wait {_who(provider)}", wait_s)

    def check_new(self, asked: Asked, drawn: Drawn) -> None:
        """Pass when *drawn* was not given for other words before.

        Raises:
            BadOutput: it was: a placeholder, or a fault of the provider's cache.
        """
        words = asked.request.prompt.text
        for mark in (drawn.artifact.hash, drawn.look):
            if mark and self._seen.setdefault(mark, words) != words:
                message = f"{asked.provider} sent the same picture for different prompts."
                raise BadOutput(message, hint="Choose another artist.", provider=asked.provider)


@dataclass
class Chain:
    """The providers that may be asked for a shot, in order."""

    providers: Sequence[PictureProvider]
    desk: Desk
    standing: Standing
    now_s: Callable[[], float]
    attempts: list[Attempt] = field(default_factory=list)
    asked_at_s: float | None = None
    """When the running request was sent; None while it waits for its turn."""
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

        *start*: for clips, the picture to start from. *references*: pictures of characters, by their ids.
        """
        send, receive = anyio.create_memory_object_stream[Drawn | None](math.inf)
        rest, running, is_hedged = deque(self.providers), 0, False

        def launch() -> PictureProvider:
            provider = rest.popleft()
            work = partial(self._by, provider, shot, storyboard, brief, start, references or {})
            group.start_soon(_sent_to, send, work)
            return provider

        async with send, receive, anyio.create_task_group() as group:
            while rest or running:
                if not running:
                    first, running = launch(), 1
                wait_s = math.inf if is_hedged or not rest else hedge_after_s(self.standing.waits_s(first))
                with anyio.move_on_after(None if math.isinf(wait_s) else wait_s) as patience:
                    drawn = await receive.receive()
                if patience.cancelled_caught:
                    is_hedged = True
                    launch()
                    running += 1
                    continue
                running -= 1
                if drawn is not None:
                    group.cancel_scope.cancel()
                    return drawn
        return None

    async def _by(
        self,
        provider: PictureProvider,
        shot: Shot,
        storyboard: Storyboard,
        brief: Brief,
        start: Artifact | None,
        references: Mapping[str, Artifact],
    ) -> Drawn | None:
        """What *provider* makes of the shot, however often it has to be asked; None when it does not."""
        wording: Wording = "as written"
        tries = rounds = 0
        while tries < TRIES_MAX:
            if why := self.standing.why_out(provider):
                self._note(provider, "passed over", why)
                return None
            tries += 1
            request = picture_request(shot, storyboard, artist=provider.card, brief=brief, wording=wording)
            asked = Asked(
                provider=provider.card.name,
                version=provider.card.version,
                place=provider.place,
                request=request,
                references=tuple(references[one] for one in request.prompt.references if one in references),
                start=start if provider.card.clip is not None and provider.card.clip.takes_start else None,
                round=rounds,
            )
            try:
                return await self._once(provider, asked)
            except (ProviderError, BudgetExceeded, MissingKey) as error:
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
                elif isinstance(error, BadOutput):
                    rounds += 1  # the same words under another key: what came before is not taken for an answer
        return None

    async def _once(self, provider: PictureProvider, asked: Asked) -> Drawn:
        """What *provider* answers to *asked*; how it went is among the attempts."""
        began_s = self.now_s()
        try:
            async with self.standing.turn(provider):
                began_s = self.asked_at_s = self.now_s()
                drawn = await self.desk.ask(provider, asked, check=self.standing.check_new)
        except (ProviderError, BudgetExceeded, MissingKey) as error:
            self._note(provider, _OUTCOME.get(type(error), "failed"), error.message, self.now_s() - began_s)
            raise
        except anyio.get_cancelled_exc_class():
            self._note(provider, "late", self.stopped, self.now_s() - began_s)
            raise
        wait_s = self.now_s() - began_s
        self.standing.succeeded(provider, wait_s)
        self._note(provider, "taken", "", wait_s, drawn.cost_usd)
        return drawn

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


async def _sent_to(send: MemoryObjectSendStream[Drawn | None], work: Callable[[], Awaitable[Drawn | None]]) -> None:
    send.send_nowait(await work())
