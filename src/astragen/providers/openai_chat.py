"""The wire of all OpenAI-compatible servers: `POST chat/completions`.

`chat_body` and `chat_answer` are pure; a `Dialect` says where servers differ. A provider
that speaks it is a subclass of `OpenAIChat` that states its dialect and its defaults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, NamedTuple

from pydantic import Field

from astragen.errors import ProviderError
from astragen.providers.chat import Answer, Question, Rung, RungRefused
from astragen.providers.wire import SEED_MASK, ChatOptions, ChatProvider, Finish, Heard, Listed, at, count_in, text_in

_FINISHES: Mapping[str, Finish] = {"length": "length", "content_filter": "filtered"}
_UNKNOWN: Final = (  # of a refusal of `stream_options`, in lower case: by its name, or of a field that is not known
    *("stream_options", "include_usage", "extra inputs", "unrecognized"),
    *("unknown field", "unknown param", "unknown name", "additional propert"),
)

_LAST_DAYS = ("shutdown_date", "expiration_date")  # OpenAI's and OpenRouter's name for it, YYYY-MM-DD or null


class Dialect(NamedTuple):
    """Where OpenAI-compatible servers differ."""

    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    seed: Literal["seed", "random_seed"] = "seed"
    takes_temperature: bool = True
    has_json_mode: bool = True
    json_mode_takes_schema: bool = False


class LocalOptions(ChatOptions):
    """What a user may set of a server of one's own, which may be slow."""

    timeout_s: float = Field(900.0, ge=0.1, le=3_600, description="The longest wait for one answer, tries included.")


def chat_body(question: Question, model: str, dialect: Dialect) -> dict[str, Any]:
    """The request of *question*."""
    turns = [{"role": turn.role, "content": turn.text} for turn in question.turns]
    body: dict[str, Any] = {
        "model": model,
        "stream": False,
        "messages": [{"role": "system", "content": question.system}, *turns],
        dialect.limit: question.max_tokens,
    }
    if dialect.takes_temperature:
        body["temperature"] = question.temperature
    if question.seed is not None:
        body[dialect.seed] = question.seed & SEED_MASK
    if question.rung is Rung.STRICT:
        named = {"schema": dict(question.schema), "name": question.name, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    elif question.rung is Rung.JSON:
        schema = {"schema": dict(question.schema)} if dialect.json_mode_takes_schema else {}
        body["response_format"] = {"type": "json_object", **schema}
    return body


def chat_answer(reply: object) -> Answer | None:
    """What *reply* says; None when it has no choice, or a choice without words."""
    choice = at(reply, "choices", 0)
    refusal = text_in(at(choice, "message", "refusal"))
    text = refusal or text_in(at(choice, "message", "content"))
    reason = at(choice, "finish_reason")
    ended: Finish = "refused" if refusal else "stop"
    finish = _FINISHES.get(reason, ended) if isinstance(reason, str) else ended
    if choice is None or (not text and finish == "stop"):
        return None
    tokens_in, tokens_out = (count_in(reply, "usage", name) for name in ("prompt_tokens", "completion_tokens"))
    return Answer(text, finish, tokens_in, tokens_out)


class ChatHeard(Heard):
    """The chunks of a chat completion."""

    def __init__(self) -> None:
        super().__init__()
        self._refusal: list[str] = []
        self._finish: object = None
        self._usage: object = None

    def wrong(self, event: object) -> object:
        """The error in *event*, in OpenAI's place or OpenRouter's."""
        return at(event, "error") or at(event, "choices", 0, "error")

    def add(self, event: object) -> str:
        """Hear a chunk; a server that does not stream sends its one message instead of deltas."""
        choice = at(event, "choices", 0)
        whole = at(choice, "message")
        said = at(choice, "delta") if whole is None else whole
        self._refusal.append(text_in(at(said, "refusal")))
        self._finish = at(choice, "finish_reason") or self._finish
        self._usage = at(event, "usage") or self._usage
        self.is_done = self.is_done or whole is not None or bool(self._finish)
        return self.say(at(said, "content"))

    def reply(self) -> object:
        """The chat completion."""
        message = {"content": self.text, "refusal": "".join(self._refusal)}
        return {"choices": [{"message": message, "finish_reason": self._finish}], "usage": self._usage}


class OpenAIChat(ChatProvider):
    """A model behind an OpenAI-compatible server."""

    dialect: ClassVar[Dialect] = Dialect()
    _counts_streams = True  # until the server refuses to

    def check_rung(self, rung: Rung) -> None:
        """Raise RungRefused for JSON mode where the server is known to have none."""
        if rung is Rung.JSON and not self.dialect.has_json_mode:
            raise RungRefused(f"{self.capability.name} has no JSON mode.")

    def path(self) -> str:
        """Where questions go."""
        return "chat/completions"

    def body(self, question: Question) -> dict[str, Any]:
        """The request, with the options that are set."""
        return {**chat_body(question, self.model, self.dialect), **self.options.fields()}

    def stream_body(self, question: Question) -> dict[str, Any]:
        """The request of an answer in pieces; the last of them is to count tokens."""
        options = {"stream_options": {"include_usage": True}} if self._counts_streams else {}
        return {**super().stream_body(question), **options}

    def heard(self) -> ChatHeard:
        """No chunk yet."""
        return ChatHeard()

    def asks_less(self, error: ProviderError) -> bool:
        """Whether the server may not know `stream_options`; it is asked without from now on."""
        if not (self._counts_streams and error.status in (400, 422) and _names(error, _UNKNOWN)):
            return False
        self._counts_streams = False
        return True

    def answer(self, reply: object) -> Answer:
        """What *reply* says; an error that comes with status 200 is raised as what it is."""
        answer = chat_answer(reply)
        if answer is None:
            wrong = at(reply, "error") or at(reply, "choices", 0, "error")  # OpenRouter's two places
            raise self.failed(wrong) or self.bad("no words")
        return answer

    async def models(self) -> tuple[Listed, ...]:
        """The models that the server lists, without those for embedding and speech."""
        return listed(at(await self.http.get_json("models"), "data"), "id")


def _names(error: ProviderError, words: Sequence[str]) -> bool:
    return any(word in error.message.lower() for word in words)


def listed(rows: object, key: str) -> tuple[Listed, ...]:
    """The models in *rows* of a server's list that can be talked to, as far as their ids, under *key*, tell."""
    found = (
        Listed(_text(row, key), _text(row, "owned_by"), next(filter(None, (_text(row, day) for day in _LAST_DAYS)), ""))
        for row in (rows if isinstance(rows, list) else ())
    )
    return tuple(one for one in found if one.id and is_chat(one.id))


def _text(row: object, name: str) -> str:
    found = at(row, name)
    return found if isinstance(found, str) else ""


def is_chat(model: str) -> bool:
    """Whether a model of this id can be talked to, as far as its name tells."""
    return not any(word in model.lower() for word in ("embed", "rerank", "whisper", "tts", "bge-", "clip"))
