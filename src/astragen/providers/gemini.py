"""Gemini: Google's models through generateContent.

kind: chat
key: GEMINI_API_KEY, GOOGLE_API_KEY
docs: https://ai.google.dev/api/generate-content
price: by tokens, with a free tier; not confirmed for gemini-3.7-flash
limits: by project and model; 429 names its retryDelay in the body
read: 2026-11-23
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from astragen.model.capability import Capability
from astragen.providers.access import Access
from astragen.providers.chat import Answer, Question, Rung
from astragen.providers.http import Auth
from astragen.providers.wire import SEED_MASK, ChatProvider, Finish, Heard, at, count_in, text_in

_ROLES = {"user": "user", "assistant": "model"}
_FINISHES: Mapping[str | None, Finish] = {"STOP": "stop", None: "stop", "MAX_TOKENS": "length"}
_BROKEN = {"MALFORMED_RESPONSE", "MALFORMED_FUNCTION_CALL", "OTHER", "FINISH_REASON_UNSPECIFIED"}


def generate_body(question: Question) -> dict[str, Any]:
    """The request of *question*; the model's id stands in the path."""
    config: dict[str, Any] = {"maxOutputTokens": question.max_tokens, "temperature": question.temperature}
    if question.seed is not None:
        config["seed"] = question.seed & SEED_MASK
    if question.rung > Rung.PROMPT:
        config["responseMimeType"] = "application/json"
    if question.rung is Rung.STRICT:
        config["responseJsonSchema"] = dict(question.schema)
    return {
        "systemInstruction": {"parts": [{"text": question.system}]},
        "contents": [{"role": _ROLES[turn.role], "parts": [{"text": turn.text}]} for turn in question.turns],
        "generationConfig": config,
    }


def generate_answer(reply: object) -> Answer | None:
    """What *reply* says; None when it has no words and no reason why.

    A prompt that was blocked (`promptFeedback`) and every finish that is neither an end nor a
    limit nor a fault (SAFETY, PROHIBITED_CONTENT, RECITATION ...) is "filtered".
    """
    reason = at(reply, "candidates", 0, "finishReason")
    text = text_in(at(reply, "candidates", 0, "content", "parts"))
    blocked = at(reply, "promptFeedback", "blockReason") is not None
    if not (reason is None or isinstance(reason, str)) or reason in _BROKEN:
        return None
    finish: Finish = "filtered" if blocked else _FINISHES.get(reason, "filtered")
    if not text and finish == "stop":
        return None
    tokens_in, told, thought = (  # thoughts are charged as answers are, and counted apart from them
        count_in(reply, "usageMetadata", name)
        for name in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
    )
    return Answer(text, finish, tokens_in, told + thought)


class GenerateHeard(Heard):
    """The pieces of generateContent, each of the form of the whole."""

    def __init__(self) -> None:
        super().__init__()
        self._reason: object = None
        self._feedback: object = None
        self._usage: object = None

    def events(self, message: object) -> Sequence[object]:
        """The pieces in *message*; where `alt=sse` is not obeyed, all come as one list."""
        return message if isinstance(message, list) else [message]

    def add(self, event: object) -> str:
        """Hear a piece; the last one has the finish."""
        self._reason = at(event, "candidates", 0, "finishReason") or self._reason
        self._feedback = at(event, "promptFeedback") or self._feedback
        self._usage = at(event, "usageMetadata") or self._usage
        self.is_done = bool(self._reason) or at(self._feedback, "blockReason") is not None
        return self.say(at(event, "candidates", 0, "content", "parts"))

    def reply(self) -> object:
        """The answer of generateContent."""
        parts = [{"text": self.text}]
        candidate = {"content": {"parts": parts}, "finishReason": self._reason}
        return {"candidates": [candidate], "promptFeedback": self._feedback, "usageMetadata": self._usage}


class Gemini(ChatProvider):
    """Gemini."""

    capability = Capability(name="gemini", trade="chat", version="1")
    default_base_url = "https://generativelanguage.googleapis.com/v1"
    default_model = "gemini-3.7-flash"
    key_variables = ("GEMINI_API_KEY", "GOOGLE_API_KEY")

    def auth(self, access: Access) -> Auth | None:
        """The key in Google's own header."""
        return Auth(access.key, header="x-goog-api-key", prefix="") if access.key else None

    def path(self) -> str:
        """Where questions go."""
        return f"models/{quote(self.model, safe='')}:generateContent"

    def body(self, question: Question) -> dict[str, Any]:
        """The request."""
        return generate_body(question)

    def stream_path(self) -> str:
        """Where questions go whose answer is to come as events."""
        return f"models/{quote(self.model, safe='')}:streamGenerateContent?alt=sse"

    def stream_body(self, question: Question) -> dict[str, Any]:
        """The same request: the path alone asks for pieces."""
        return self.body(question)

    def heard(self) -> GenerateHeard:
        """No piece yet."""
        return GenerateHeard()

    def answer(self, reply: object) -> Answer:
        """What *reply* says."""
        answer = generate_answer(reply)
        if answer is None:
            raise self.failed(at(reply, "error")) or self.bad("no words")
        return answer


PROVIDER = Gemini
