"""Talking to a language model: the question, the answer, and what every chat provider offers.

A provider turns a `Question` into its own wire form and its reply into an `Answer`, and
maps what goes wrong to our error tree. It decides nothing: which rung to ask on, when to
ask again and what to make of the text is the writer's (`providers/ladder.py`). Start
reading at `ChatModel`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from enum import IntEnum
from typing import Any, Literal, NamedTuple, Protocol

from astragen.model.capability import Capability


class Rung(IntEnum):
    """How strictly an answer is asked to be JSON; lower rungs work with more servers."""

    STRICT = 3  # a JSON schema that the server enforces
    JSON = 2  # JSON mode, the schema in words
    PROMPT = 1  # a plain request


class Turn(NamedTuple):
    """One message of the talk."""

    role: Literal["user", "assistant"]
    text: str


class Question(NamedTuple):
    """What is asked.

    schema: JSON schema in the subset that all vendors accept; enforced on Rung.STRICT only.
    name: of the schema, letters, digits, - and _.
    """

    system: str
    turns: tuple[Turn, ...]
    schema: Mapping[str, Any]
    name: str
    rung: Rung
    max_tokens: int = 8_000
    temperature: float = 0.7
    seed: int | None = None


class Answer(NamedTuple):
    """What came back; *text* is raw: fences, thoughts and prose included."""

    text: str
    finish: Literal["stop", "length", "refused", "filtered"] = "stop"
    tokens_in: int = 0
    tokens_out: int = 0


class RungRefused(Exception):
    """The server does not know this rung (it refuses schemas or JSON mode): ask on a lower one."""


class ChatModel(Protocol):
    """One model at one address."""

    @property
    def capability(self) -> Capability:
        """Provider, trade "chat" and version."""
        ...

    @property
    def base_url(self) -> str:
        """Where it is asked; with `model` what the remembered rung is kept under."""
        ...

    @property
    def model(self) -> str:
        """Its id as the provider calls it."""
        ...

    async def ask(self, question: Question) -> Answer:
        """Return the answer to *question*.

        Raises:
            RungRefused: the server cannot answer on this rung.
            ProviderError: it is down, too busy, out of credit, refused, or answered rubbish.
        """
        ...

    def stream(self, question: Question) -> AsyncGenerator[str | Answer, None]:
        """Yield the words of the answer to *question* as they come, and last the whole as an `Answer`.

        The first piece, which may be empty, comes as soon as the server has begun; until then a
        request that fails for now is sent again, and after it never: an answer that broke off is
        worth another question, with `ask`. A server that does not stream gives one piece. Use it in
        `contextlib.aclosing`: what is closed early leaves nothing open.

        Raises:
            RungRefused, ProviderError: see `ask`; Unavailable for an answer that broke off.
        """
        ...
