"""What the chat wires share: reading a vendor's JSON, and the ground that their providers stand on.

A reply is whatever a stranger sent: every look into it allows for a missing or wrong
part. `ChatProvider` holds what all language-model providers have in common.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, ClassVar, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from astragen.errors import BadOutput, ProviderError, Unavailable
from astragen.providers.access import Access
from astragen.providers.chat import Answer, Question, Rung, RungRefused
from astragen.providers.http import Again, Reply, is_loopback
from astragen.providers.sse import DONE, messages
from astragen.providers.vendor import Options, Vendor

Finish = Literal["stop", "length", "refused", "filtered"]

COUNT_MAX: Final = 10**12  # of anything that is counted: tokens, places in a queue
SEED_MASK: Final = 0x7FFF_FFFF  # the widest seed that every vendor takes (Gemini: int32, Pollinations: facts 1.4)
_STREAM_STATUSES: Final = {400, 404, 405, 415, 422, 500, 501}
_STREAM_WORD: Final = re.compile(r"(?<!up)stream", re.I)  # an upstream is another matter
_STATUS_OF: Final = {  # what an error without a number in it would have had as its status, by its `type` or `code`
    **dict.fromkeys(("overloaded_error", "overloaded"), 529),
    **dict.fromkeys(("server_error", "api_error", "internal_error", "internal_server_error"), 500),
    **dict.fromkeys(("unavailable_error", "service_unavailable"), 503),
    "timeout_error": 504,
    **dict.fromkeys(("rate_limit_error", "rate_limit_exceeded"), 429),
}
_RUNG_STATUSES: Final = {400, 404, 415, 422, 500, 501}
_RUNG_WORDS: Final = (  # of a refusal of the form that was asked for, in lower case (facts 2.2 and 3)
    *("response_format", "responseformat", "json_schema", "json schema", "schema", "json_object", "json mode"),
    *("output_config", "structured output", "response_mime_type", "responsemimetype", "grammar"),
)


class Listed(NamedTuple):
    """A model that a server has; *owner* is what it says of who runs it, *shutdown* the day it goes (YYYY-MM-DD)."""

    id: str
    owner: str = ""
    shutdown: str = ""


class ChatOptions(Options):
    """What a user may set of any chat provider."""


class ChatProvider(Vendor):
    """One language model at one address; a subclass is one provider and says how it is asked."""

    default_model: ClassVar[str]  # "" for a server that is asked which it has
    owner: ClassVar[str] = ""  # what its model list says in `owned_by`, where that tells servers apart
    Options: ClassVar[type[Options]] = ChatOptions
    instead = "choose another writer"

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent. See `Vendor`."""
        super().__init__(access, options)
        self.model = access.model or self.default_model

    async def ask(self, question: Question) -> Answer:
        """Return the answer to *question*; see `ChatModel.ask`."""
        self.check_rung(question.rung)
        try:
            reply = await self.http.post_json(self.path(), self.body(question), again=self.again)
        except ProviderError as error:
            _raise_refused_rung(question.rung, error)
            raise
        return self.answer(reply)

    async def stream(self, question: Question) -> AsyncGenerator[str | Answer, None]:
        """Yield the answer to *question* as it comes; see `ChatModel.stream`."""
        self.check_rung(question.rung)
        whole: Answer | None = None
        begun = False
        while whole is None:
            try:
                async with aclosing(self._streamed(question)) as pieces:
                    async for piece in pieces:
                        begun = True
                        if isinstance(piece, Answer):
                            whole = piece
                        else:
                            yield piece
            except ProviderError as error:
                if begun:
                    raise
                if self.asks_less(error):
                    continue
                if not is_stream_refused(error):
                    _raise_refused_rung(question.rung, error)
                    raise
                whole = await self.ask(question)
                yield whole.text
        yield whole

    async def _streamed(self, question: Question) -> AsyncGenerator[str | Answer, None]:
        """The pieces of one try, and the answer that they add up to.

        Raises:
            ProviderError: it is refused, no answer, or broke off before its end.
        """
        heard, begun = self.heard(), False
        try:
            async with (
                aclosing(self.http.lines(self.stream_path(), self.stream_body(question), again=self.again)) as lines,
                aclosing(messages(lines)) as found,
            ):
                async for message in found:
                    if message.data.strip() == DONE:
                        heard.is_done = begun = True
                        break
                    value = self.http.parsed(Reply(200, {}, message.data.encode("utf-8", "replace")))
                    if not begun:
                        yield ""
                    begun = True
                    said = self._said(message.event, value, heard)
                    if said:
                        yield said
        except Unavailable:
            if not heard.is_done:  # what breaks off after the last word is complete
                raise
        if not begun:
            self.http.parsed(Reply(200, {}, b""))  # says that the body is empty
        if heard.text and not heard.is_done:
            name = self.capability.name
            raise Unavailable(f"{name} ended its answer in the middle.", hint="Try again later.", provider=name)
        yield self.answer(heard.reply())

    def _said(self, name: str, value: object, heard: Heard) -> str:
        """What the message *value*, of an event called *name*, adds to what was *heard*.

        Raises:
            ProviderError: it is an error.
        """
        events = heard.events(value)
        wrong = next(filter(None, (heard.wrong(event) for event in events)), None)
        if wrong or name == "error":
            raise self.failed(wrong or value) or self.bad("an error without words")
        return "".join(heard.add(event) for event in events)

    @property
    def again(self) -> Again:
        """When a question is sent again by itself: one that may be charged twice is left to whoever pays."""
        is_free = not self.needs_key or is_loopback(urlsplit(self.base_url).hostname or "")
        return "always" if is_free else "unpaid"

    def check_rung(self, rung: Rung) -> None:
        """Raise RungRefused for a rung that this wire has no words for."""

    def path(self) -> str:
        """Where below the base URL questions go."""
        raise NotImplementedError

    def body(self, question: Question) -> dict[str, Any]:
        """The request."""
        raise NotImplementedError

    def stream_path(self) -> str:
        """Where below the base URL questions go whose answer is to come in pieces."""
        return self.path()

    def stream_body(self, question: Question) -> dict[str, Any]:
        """The request of an answer in pieces."""
        return {**self.body(question), "stream": True}

    def heard(self) -> Heard:
        """Nothing yet of an answer in pieces."""
        raise NotImplementedError

    def asks_less(self, error: ProviderError) -> bool:
        """Whether *error* is about something in `stream_body` that can be left out, and from now on is."""
        return False

    def answer(self, reply: object) -> Answer:
        """What a reply of status 200 says.

        Raises:
            ProviderError: it is not what was asked for.
        """
        raise NotImplementedError

    async def models(self) -> tuple[Listed, ...]:
        """The models that can be asked, in the server's order; for servers without a default."""
        raise NotImplementedError

    def failed(self, wrong: object) -> ProviderError | None:
        """The error that an answer of status 200 holds; None for no error."""
        if isinstance(wrong, dict) and not isinstance(wrong.get("code"), int):
            kinds = [kind for kind in (wrong.get("code"), wrong.get("type")) if isinstance(kind, str)]
            status = next((_STATUS_OF[kind] for kind in kinds if kind in _STATUS_OF), None)
            wrong = {"reason": wrong.get("code"), **wrong, "code": status} if status else wrong
        return self.http.failure_in(wrong)

    def bad(self, what: str) -> BadOutput:
        """The error of an answer that is *what*."""
        name = self.capability.name
        return BadOutput(f"{name} answered with {what}.", hint="Choose another model or writer.", provider=name)


class Heard:
    """What was heard of an answer in pieces; each wire adds up its own events."""

    def __init__(self) -> None:
        self.is_done = False
        """Whether the server said that the answer is complete."""
        self._text: list[str] = []
        self._half = ""  # of a character that came in two pieces

    def events(self, message: object) -> Sequence[object]:
        """The events in a *message* of the stream."""
        return [message]

    @abstractmethod
    def add(self, event: object) -> str:
        """Hear *event*, any JSON value, and return the words that it adds."""

    @abstractmethod
    def reply(self) -> object:
        """All of it as if it had come in one piece."""

    def wrong(self, event: object) -> object:
        """The error in *event*; anything that is false for none."""
        return at(event, "error")

    @property
    def text(self) -> str:
        """All words so far."""
        return "".join(self._text) + text_in(self._half)

    def say(self, content: object) -> str:
        """Hear the words in *content*, of a message or a part of it, and return them."""
        said = self._half + (content if isinstance(content, str) else text_in(content))
        self._half = said[-1:] if "\ud800" <= said[-1:] <= "\udbff" else ""
        whole = text_in(said[: len(said) - len(self._half)])
        self._text.append(whole)
        return whole


def _raise_refused_rung(rung: Rung, error: ProviderError) -> None:
    if rung > Rung.PROMPT and is_rung_refused(error):
        raise RungRefused(error.message) from error


def is_stream_refused(error: ProviderError) -> bool:
    """Whether a provider's "no" is about the answer's coming in pieces."""
    return error.status in _STREAM_STATUSES and _STREAM_WORD.search(error.message) is not None


def is_rung_refused(error: ProviderError) -> bool:
    """Whether a provider's "no" is about the JSON that was asked for, and not about anything else."""
    said = error.message.lower()
    return error.status in _RUNG_STATUSES and any(word in said for word in _RUNG_WORDS)


def at(reply: object, *way: str | int) -> object:
    """What lies at *way* in *reply*, through objects by name and lists by number; None when nothing does."""
    for step in way:
        if isinstance(step, str):
            reply = reply.get(step) if isinstance(reply, dict) else None
        else:
            reply = reply[step] if isinstance(reply, list) and -len(reply) <= step < len(reply) else None
    return reply


def text_in(content: object) -> str:
    """The words of a message: a text, or a list of parts of which those of type "text" (or of none) count."""
    if isinstance(content, str):
        return content.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a pair becomes U+FFFD
    if not isinstance(content, list):
        return ""
    spoken = (part for part in content if at(part, "type") in (None, "text") and at(part, "thought") is not True)
    texts = (at(part, "text") for part in spoken)
    return "".join(text_in(text) for text in texts if isinstance(text, str))


def count_in(reply: object, *way: str | int) -> int:
    """The whole number at *way* in *reply*; 0 for anything else, and for one that counts nothing real."""
    found = at(reply, *way)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= COUNT_MAX else 0


def text_at(reply: object, *way: str | int) -> str:
    """The text at *way* in *reply*, without blanks around it, or nothing; half a surrogate pair becomes U+FFFD."""
    found = at(reply, *way)
    return text_in(found).strip() if isinstance(found, str) else ""
