"""What the chat wires share: reading a vendor's JSON, and the ground that their providers stand on.

A reply is whatever a stranger sent: every look into it allows for a missing or wrong
part. `ChatProvider` holds what all language-model providers have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal, NamedTuple

from astragen.errors import BadOutput, ProviderError
from astragen.providers.access import Access
from astragen.providers.chat import Answer, Question, Rung, RungRefused
from astragen.providers.vendor import Options, Vendor

Finish = Literal["stop", "length", "refused", "filtered"]

SEED_MASK: Final = 0x7FFF_FFFF  # the widest seed that every vendor takes (Gemini: int32, Pollinations: facts 1.4)
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
            reply = await self.http.post_json(self.path(), self.body(question))
        except ProviderError as error:
            if question.rung > Rung.PROMPT and is_rung_refused(error):
                raise RungRefused(error.message) from error
            raise
        return self.answer(reply)

    def check_rung(self, rung: Rung) -> None:
        """Raise RungRefused for a rung that this wire has no words for."""

    def path(self) -> str:
        """Where below the base URL questions go."""
        raise NotImplementedError

    def body(self, question: Question) -> dict[str, Any]:
        """The request."""
        raise NotImplementedError

    def answer(self, reply: object) -> Answer:
        """What a reply of status 200 says.

        Raises:
            ProviderError: it is not what was asked for.
        """
        raise NotImplementedError

    async def models(self) -> tuple[Listed, ...]:
        """The models that can be asked, in the server's order; for servers without a default."""
        raise NotImplementedError

    def bad(self, what: str) -> BadOutput:
        """The error of an answer that is *what*."""
        name = self.capability.name
        return BadOutput(f"{name} answered with {what}.", hint="Choose another model or writer.", provider=name)


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
    """The whole number at *way* in *reply*, or 0."""
    found = at(reply, *way)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else 0
