"""Anthropic: Claude models through the messages API.

kind: chat
key: ANTHROPIC_API_KEY
docs: https://docs.anthropic.com/en/api/messages
price: by tokens; not confirmed for claude-sonnet-5-5
limits: by account tier; 429 with Retry-After, 529 when overloaded
read: 2026-11-23
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from astragen.model.capability import Capability
from astragen.providers.chat import Answer, Question, Rung, RungRefused
from astragen.providers.wire import ChatProvider, Finish, Heard, at, count_in, text_in

VERSION = "2026-10-21"
_FINISHES: Mapping[str, Finish] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
}


def messages_body(question: Question, model: str) -> dict[str, Any]:
    """The request of *question*; the API has no temperature and no seed any more."""
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": question.max_tokens,
        "system": question.system,
        "messages": [{"role": turn.role, "content": turn.text} for turn in question.turns],
    }
    if question.rung is Rung.STRICT:
        body["output_config"] = {"format": {"schema": dict(question.schema), "type": "json_schema"}}
    return body


def messages_answer(reply: object) -> Answer | None:
    """What *reply* says; None when it has no words and does not say why."""
    text, reason = text_in(at(reply, "content")), at(reply, "stop_reason")
    finish: Finish = _FINISHES.get(reason, "stop") if isinstance(reason, str) else "stop"
    if not text and finish == "stop":
        return None
    return Answer(text, finish, count_in(reply, "usage", "input_tokens"), count_in(reply, "usage", "output_tokens"))


class MessageHeard(Heard):
    """The events of a message; thoughts are no words of it."""

    def __init__(self) -> None:
        super().__init__()
        self._reason: object = None
        self._usage: dict[str, int] = {}

    def add(self, event: object) -> str:
        """Hear an event; a server that does not stream sends the message itself."""
        kind = at(event, "type")
        message = event if kind == "message" else at(event, "message")
        for usage in (at(message, "usage"), at(event, "usage")):
            counts = {name: count_in(usage, name) for name in ("input_tokens", "output_tokens")}
            self._usage.update({name: count for name, count in counts.items() if count})
        self._reason = at(event, "delta", "stop_reason") or at(message, "stop_reason") or self._reason
        self.is_done = self.is_done or bool(self._reason) or kind in ("message", "message_stop")
        if kind == "content_block_start":
            return self.say(text_in([at(event, "content_block")]))
        if kind == "content_block_delta":
            return self.say(at(event, "delta", "text"))  # deltas of thoughts and signatures have none
        return self.say(at(message, "content"))

    def reply(self) -> object:
        """The message."""
        return {"content": self.text, "stop_reason": self._reason, "usage": self._usage}


class Anthropic(ChatProvider):
    """Claude."""

    capability = Capability(name="anthropic", trade="chat", version="1")
    default_base_url = "https://api.anthropic.com"
    default_model = "claude-sonnet-5-5"
    key_variables = ("ANTHROPIC_API_KEY",)
    base_url_variables = ("ANTHROPIC_BASE_URL",)

    @classmethod
    def address(cls, base_url: str) -> str:
        """*base_url* without /v1, which Anthropic's own clients leave out of it and others do not."""
        return base_url.rstrip("/").removesuffix("/v1")

    def check_rung(self, rung: Rung) -> None:
        """Raise RungRefused for JSON mode, which the API does not have."""
        if rung is Rung.JSON:
            raise RungRefused("anthropic has no JSON mode.")

    def headers(self) -> dict[str, str]:
        """The version of the API that this wire was written for."""
        return {"anthropic-version": VERSION}

    def path(self) -> str:
        """Where questions go."""
        return "v1/messages"

    def body(self, question: Question) -> dict[str, Any]:
        """The request."""
        return messages_body(question, self.model)

    def heard(self) -> MessageHeard:
        """No event yet."""
        return MessageHeard()

    def answer(self, reply: object) -> Answer:
        """What *reply* says."""
        answer = messages_answer(reply)
        if answer is None:
            raise self.failed(at(reply, "error")) or self.bad("no words")
        return answer


PROVIDER = Anthropic
