"""Asking a language model for money: nothing is sent before its bound is set aside, and all it charges is counted.

`PaidChat` stands before a model and is one itself, so that nobody who asks has to think of money. What runs on this
machine is free. Start reading at `PaidChat.ask`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, NamedTuple, Protocol
from urllib.parse import urlsplit

from astragen.errors import InputError, ProviderError, Uncertain
from astragen.model.base import content_hash
from astragen.model.capability import Capability
from astragen.model.ledger import Entry
from astragen.plan.money import (
    FREE,
    Price,
    affordable_tokens,
    chat_bound_usd,
    chat_cost_usd,
    price_of,
    weighed_chars,
)
from astragen.providers.chat import Answer, ChatModel, Question, RungRefused
from astragen.providers.http import is_loopback

LOCAL_NAMES: Final = ("ollama", "lmstudio", "llamacpp", "vllm")  # servers that users run, wherever they stand
_NOT_BEGUN: Final = ("ConnectError", "ConnectTimeout", "ProxyError")  # of httpx2, see providers/exchange.py
ANSWER_MIN: Final = 1_500  # tokens; a storyboard of 30 s needs about 1 200, and less is not worth the question


class Purse(Protocol):
    """What is paid from; `store.ledger.Purse` is one."""

    @property
    def left_usd(self) -> float:
        """What may still be spent."""
        ...

    def find(self, key: str) -> Entry | None:
        """What an earlier run left of *key*."""
        ...

    def reserve(self, key: str, *, provider: str, usd: float) -> None:
        """Set *usd* aside, or raise BudgetExceeded."""
        ...

    def settle(self, key: str, usd: float, *, tokens_in: int = 0, tokens_out: int = 0, result: str = "") -> None:
        """Note what was charged, and what it gave."""
        ...

    def refund(self, key: str) -> None:
        """Note that it cost nothing."""
        ...

    def uncertain(self, key: str) -> None:
        """Note that nobody knows what it cost."""
        ...


def price_at(provider: str, model: str, base_url: str) -> Price:
    """What *model* of *provider* charges at *base_url*: nothing on this machine, and nothing of one's own servers."""
    if provider in LOCAL_NAMES or is_loopback(urlsplit(base_url).hostname or ""):
        return FREE
    return price_of(provider, model)


def price(chat: ChatModel) -> Price:
    """What *chat* charges."""
    return price_at(chat.capability.name, chat.model, chat.base_url)


class _Claim(NamedTuple):
    """A question for which money is set aside."""

    question: Question
    key: str
    bound_usd: float


class PaidChat:
    """The model *chat*, paid from *purse* (None: by somebody who keeps no count), and what it took so far."""

    def __init__(self, chat: ChatModel, purse: Purse | None, *, costs: Price | None = None) -> None:
        """*costs*: None for what `price` says."""
        self._chat = chat
        self._purse = purse
        self._price = price(chat) if costs is None else costs
        self.tokens_in = self.tokens_out = 0
        self.cost_usd = 0.0

    @property
    def capability(self) -> Capability:
        """The model's."""
        return self._chat.capability

    @property
    def base_url(self) -> str:
        """The model's."""
        return self._chat.base_url

    @property
    def model(self) -> str:
        """The model's."""
        return self._chat.model

    async def ask(self, question: Question) -> Answer:
        """Return the answer to *question*; one that a crashed run of this film has paid for is not asked again.

        Where the money does not reach for the longest answer, a shorter one is asked for. A question whose answer got
        lost is put once more, and paid for once more.

        Raises:
            BudgetExceeded: it does not even reach for that; nothing was sent.
            ProviderError: see `ChatModel.ask`, as also for RungRefused.
        """
        kept = self._kept(question)
        if kept is not None:
            return kept
        try:
            return await self._asked(question)
        except Uncertain:  # it may have been charged, and counts as if it were
            return await self._asked(question)

    async def _asked(self, question: Question) -> Answer:
        claim = self._reserved(question)
        try:
            answer = await self._chat.ask(claim.question)
        except BaseException as error:
            self._failed(claim, error)
            raise
        return self._settled(claim, answer)

    async def stream(self, question: Question) -> AsyncGenerator[str | Answer, None]:
        """Yield the answer to *question* in pieces, and then whole; see `ask` and `ChatModel.stream`."""
        kept = self._kept(question)
        if kept is not None:
            yield kept.text
            yield kept
            return
        claim, answer = self._reserved(question), None
        try:
            async with aclosing(self._chat.stream(claim.question)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Answer):
                        answer = self._settled(claim, piece)
                    yield piece
        except BaseException as error:
            if answer is None:
                self._failed(claim, error)
            raise

    def _kept(self, question: Question) -> Answer | None:
        """The answer that a crashed run of this film has paid for."""
        kept = self._purse.find(chat_key(self._chat, question)) if self._purse else None
        if kept is None or kept.state != "settled":
            return None
        answer = Answer(*json.loads(kept.result))
        self._count(answer, kept.usd)
        return answer

    def _reserved(self, question: Question) -> _Claim:
        """*question* as the money allows it, its bound set aside."""
        purse = self._purse
        if purse is None:
            return _Claim(question, "", 0.0)
        key = chat_key(self._chat, question)
        sent = (question.system, *(turn.text for turn in question.turns), json.dumps(dict(question.schema)))
        chars = weighed_chars(sent)
        question = self._shortened(question, chars, purse.left_usd)
        bound_usd = chat_bound_usd(chars, question.max_tokens, self._price)
        purse.reserve(key, provider=self.capability.name, usd=bound_usd)
        return _Claim(question, key, bound_usd)

    def _settled(self, claim: _Claim, answer: Answer) -> Answer:
        """*answer*, its price noted."""
        if self._purse is None:
            self._count(answer, chat_cost_usd(answer.tokens_in, answer.tokens_out, self._price))
            return answer
        usd, tokens = self._charge(answer, claim.bound_usd), (answer.tokens_in, answer.tokens_out)
        self._purse.settle(claim.key, usd, tokens_in=tokens[0], tokens_out=tokens[1], result=json.dumps(answer))
        self._count(answer, usd)
        return answer

    def _failed(self, claim: _Claim, error: BaseException) -> None:
        """Note what becomes of the money when *error* came instead of an answer."""
        if self._purse is None:
            return
        if isinstance(error, RungRefused | InputError) or (isinstance(error, ProviderError) and was_free(error)):
            self._purse.refund(claim.key)
            return
        self._purse.uncertain(claim.key)  # cancelled, or broken off: the request may have left
        self.cost_usd += claim.bound_usd

    def _shortened(self, question: Question, chars: int, left_usd: float) -> Question:
        """*question* with an answer as long as *left_usd* pays for, but not below `ANSWER_MIN`."""
        if self._price.usd_out == 0:
            return question
        tokens = max(ANSWER_MIN, affordable_tokens(left_usd, chars, self._price))
        return question._replace(max_tokens=min(question.max_tokens, tokens))

    def _charge(self, answer: Answer, bound_usd: float) -> float:
        """What *answer* cost; the bound where the provider told no tokens."""
        if answer.tokens_in == 0 == answer.tokens_out:
            return bound_usd
        return chat_cost_usd(answer.tokens_in, answer.tokens_out, self._price)

    def _count(self, answer: Answer, usd: float) -> None:
        self.tokens_in += max(0, answer.tokens_in)
        self.tokens_out += max(0, answer.tokens_out)
        self.cost_usd += usd


def chat_key(chat: ChatModel, question: Question) -> str:
    """The paid thing that *question* to *chat* is: SHA-256 of who is asked, in which version, and all that is sent."""
    card = chat.capability
    asked = question._asdict() | {"schema": dict(question.schema)}
    whole = [card.name, card.version, chat.base_url, chat.model, asked]
    return content_hash(json.dumps(whole, sort_keys=True, separators=(",", ":")))


def was_free(error: ProviderError) -> bool:
    """Whether a request that failed with *error* certainly cost nothing: it reached nobody, or the provider said no.

    An answer of status 200 that could not be used was charged, and behind a gateway's error the work may have gone on.
    """
    if error.status is None:
        return type(error.__cause__).__name__ in _NOT_BEGUN
    return 300 <= error.status < 500 or error.status in (501, 503, 529)
