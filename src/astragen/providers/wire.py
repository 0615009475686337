"""What the chat wires share: reading a vendor's JSON, and the ground that their providers stand on.

A reply is whatever a stranger sent: every look into it allows for a missing or wrong
part. `ChatProvider` holds what all language-model providers have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal, NamedTuple

from pydantic import Field, ValidationError

from astragen.errors import BadOutput, ProviderError, SettingsError
from astragen.model.base import Model
from astragen.model.capability import Capability
from astragen.model.upgrade import first_problem
from astragen.providers.access import Access
from astragen.providers.chat import Answer, Question, Rung, RungRefused
from astragen.providers.failures import variable
from astragen.providers.http import Auth, HttpClient, Timeouts

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


class ChatOptions(Model):
    """What a user may set of any chat provider."""

    timeout_s: float = Field(300.0, ge=0.1, le=3_600, description="The longest wait for one answer, tries included.")

    def fields(self) -> dict[str, Any]:
        """The options that go into a request as they are: those that are set."""
        return self.model_dump(exclude={"timeout_s"}, exclude_none=True)


class ChatProvider:
    """One language model at one address; a subclass is one provider and says how it is asked.

    `capability.name` is its name, and with it ASTRAGEN_<NAME>_API_KEY, _BASE_URL and _MODEL
    are its variables; the usual ones, in *key_variables* and *base_url_variables*, are read after
    them.
    """

    capability: Capability
    default_base_url: ClassVar[str]
    default_model: ClassVar[str]  # "" for a server that is asked which it has
    key_variables: ClassVar[tuple[str, ...]] = ()
    base_url_variables: ClassVar[tuple[str, ...]] = ()
    owner: ClassVar[str] = ""  # what its model list says in `owned_by`, where that tells servers apart
    needs_key: ClassVar[bool] = True  # at its own address; another one may do without
    Options: ClassVar[type[ChatOptions]] = ChatOptions

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent.

        Raises:
            SettingsError: the address or the key cannot be used, or an option is unknown or out of range.
        """
        self.options = self._checked(options or {})
        self.model = access.model or self.default_model
        self.http = HttpClient(
            self.address(access.base_url or self.default_base_url),
            provider=self.capability.name,
            auth=self.auth(access),
            key_hint=f"Check {self.usual_key()}, or choose another writer.",
            headers=self.headers(),
            timeouts=Timeouts(read_s=self.options.timeout_s, total_s=self.options.timeout_s),
        )

    @property
    def base_url(self) -> str:
        """Where it is asked."""
        return self.http.base_url

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

    def auth(self, access: Access) -> Auth | None:
        """How the key is sent."""
        return Auth(access.key) if access.key else None

    def headers(self) -> dict[str, str]:
        """What else is sent with every request."""
        return {}

    def bad(self, what: str) -> BadOutput:
        """The error of an answer that is *what*."""
        name = self.capability.name
        return BadOutput(f"{name} answered with {what}.", hint="Choose another model or writer.", provider=name)

    @classmethod
    def address(cls, base_url: str) -> str:
        """*base_url* in the form that the wire appends to."""
        return base_url

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The environment variables that may hold its key; the first one that is set counts."""
        return (variable(cls.capability.name, "API_KEY"), *cls.key_variables)

    @classmethod
    def usual_key(cls) -> str:
        """The variable that its users know."""
        return (*cls.key_variables, *cls.key_names())[0]

    @classmethod
    def base_url_names(cls) -> tuple[str, ...]:
        """The environment variables that may hold its address; the first one that is set counts."""
        return (variable(cls.capability.name, "BASE_URL"), *cls.base_url_variables)

    @classmethod
    def model_names(cls) -> tuple[str, ...]:
        """The environment variables that may hold its model."""
        return (variable(cls.capability.name, "MODEL"),)

    @classmethod
    def _checked(cls, options: Mapping[str, object]) -> ChatOptions:
        try:
            return cls.Options.model_validate(dict(options))
        except ValidationError as error:
            known = ", ".join(sorted(cls.Options.model_fields))
            message = f"An option of {cls.capability.name} cannot be used: {first_problem(error)}."
            raise SettingsError(message, hint=f"It knows: {known}.") from error


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
