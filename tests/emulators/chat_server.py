"""A loopback server that behaves as language-model servers do, well and badly.

It speaks the wires of OpenAI, Anthropic, Gemini and Ollama by the path that is asked, says
the next of `texts` in the manner of the next of `scenes` ("good" when there is none left),
and records every request. `SCENES` lists the manners, after the tables of the fact sheet
(2.6, 3, 11). Start at `ChatServer`.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from emulators import chat_streams
from emulators.chat_streams import MANNERS, Streamed, on_a_bad_day, streamed
from emulators.loopback import Asked, LoopbackServer, Sent, page, sent

GOOD = '{"a": 1}'
NO_SCHEMAS = (  # of llama-cpp-python 0.3.36, recorded
    "1 validation error:\n  {'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': "
    "\"Input should be 'text' or 'json_object'\", 'input': 'json_schema'}"
)


# The four wires -----------------------------------------------------------------------------------------------------


def wire_of(path: str) -> str:
    """Which wire a path belongs to."""
    ends = {
        "/chat/completions": "openai",
        "/messages": "anthropic",
        ":generateContent": "gemini",
        ":streamGenerateContent?alt=sse": "gemini",
        "/api/chat": "ollama",
    }
    return next((wire for end, wire in ends.items() if path.endswith(end)), "")


_ENDS = {  # wire -> how its answers end: complete, at the limit, filtered
    "openai": ("stop", "length", "content_filter"),
    "anthropic": ("end_turn", "max_tokens", "refusal"),
    "gemini": ("STOP", "MAX_TOKENS", "PROHIBITED_CONTENT"),
    "ollama": ("stop", "length", "stop"),
}


def reply(wire: str, text: object, end: int = 0) -> dict[str, Any]:
    """The answer *text* on *wire*; *end* is 0 for complete, 1 for cut at the limit, 2 for filtered."""
    reason = _ENDS[wire][end]
    if wire == "anthropic":
        content = [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": text}]
        usage = {"input_tokens": 12, "output_tokens": 5}
        return {"type": "message", "role": "assistant", "content": content, "stop_reason": reason, "usage": usage}
    if wire == "gemini":
        parts = [{"text": "Hm.", "thought": True}, {"text": text}]
        candidate = {"content": {"role": "model", "parts": parts}, "finishReason": reason, "index": 0}
        return {"candidates": [candidate], "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 5}}
    if wire == "ollama":
        message = {"role": "assistant", "content": text, "thinking": "Hm."}
        return {"message": message, "done": True, "done_reason": reason, "prompt_eval_count": 12, "eval_count": 5}
    message = {"role": "assistant", "content": text, "refusal": None, "reasoning_content": "Hm."}
    usage = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}
    choice = {"index": 0, "finish_reason": reason, "message": message}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


def error(
    wire: str, message: str, code: str | int | None = None, kind: str = "invalid_request_error"
) -> dict[str, Any]:
    """An error body as the vendors of *wire* word it."""
    if wire == "anthropic":
        return {"type": "error", "error": {"type": code if isinstance(code, str) else kind, "message": message}}
    if wire == "gemini":
        return {"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT", "details": [{"reason": code}]}}
    if wire == "ollama":
        return {"error": message}
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


# The manners --------------------------------------------------------------------------------------------------------

Scene = Callable[[str, str], Sent]  # wire, text -> what is sent


def _bytes(wire: str, text: str) -> bytes:
    return json.dumps(reply(wire, text)).encode()


def _in(seconds: float) -> str:
    return format_datetime(datetime.now(timezone.utc) + timedelta(seconds=seconds), usegmt=True)


def _x402(wire: str, text: str) -> Sent:
    offer = {"scheme": "exact", "network": "base", "maxAmountRequired": "1", "resource": "/", "payTo": "0x0"}
    said = "Queue full for IP: 127.0.0.1: 1 requests already queued (max: 1)."
    return sent({"x402Version": 1, "error": said, "accepts": [offer]}, 402)


def _refusal(wire: str, text: str) -> Sent:
    if wire != "openai":
        return sent(reply(wire, text, 2))
    answer = reply(wire, None)
    answer["choices"][0]["message"]["refusal"] = "I cannot help with that."
    return sent(answer)


def _wrong_types(wire: str, text: str) -> Sent:
    answer: dict[str, Any] = {"choices": {"0": 7}, "content": 3, "candidates": [[]], "message": "no", "usage": [None]}
    return sent(answer)


def _gemini_key(wire: str, text: str) -> Sent:
    return sent(error("gemini", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"), 400)


SCENES: dict[str, Scene] = {
    "good": lambda wire, text: sent(reply(wire, text)),
    "good_as_text": lambda wire, text: Sent(200, _bytes(wire, text), {"content-type": "text/plain"}),
    "good_untyped": lambda wire, text: Sent(200, _bytes(wire, text), {}),
    "good_zipped": lambda wire, text: sent(gzip.compress(_bytes(wire, text)), content_encoding="gzip"),
    "fenced": lambda wire, text: sent(reply(wire, f"Here you are:\n```json\n{text}\n```\nEnjoy!")),
    "thinking": lambda wire, text: sent(reply(wire, f"<think>A fox {{or}} two?</think>\n{text}")),
    "half_a_pair": lambda wire, text: sent(reply(wire, '{"a": "\ud83e"}')),
    # Ends that are not complete
    "length": lambda wire, text: sent(reply(wire, text[:4], 1)),
    "length_without_words": lambda wire, text: sent(reply(wire, "", 1)),
    "filtered": lambda wire, text: sent(reply(wire, text, 2)),
    "refusal": _refusal,
    "moderated": lambda wire, text: sent(error(wire, "Your request was rejected.", "moderation_blocked"), 400),
    "flagged": lambda wire, text: sent(
        {"error": {"code": 403, "message": "Input was flagged", "metadata": {"reasons": ["violence"]}}}, 403
    ),
    # Bodies that are no answer
    "html": lambda wire, text: page(),
    "html_as_json": lambda wire, text: page(kind="application/json"),
    "events": lambda wire, text: Sent(200, b"data: {}\n\n", {"content-type": "text/event-stream"}),
    "empty": lambda wire, text: sent(b""),
    "cut_json": lambda wire, text: sent(_bytes(wire, text)[:-9]),
    "cut_body": lambda wire, text: Sent(200, _bytes(wire, text), cut=9),
    "nan": lambda wire, text: sent(_bytes(wire, text)[:-1] + b', "cost": NaN}'),
    "infinity": lambda wire, text: sent(_bytes(wire, text)[:-1] + b', "cost": 1e999}'),
    "deep": lambda wire, text: sent(b'{"a":' * 200_000),
    "not_zipped": lambda wire, text: sent(b"plain after all", content_encoding="gzip"),
    "not_unicode": lambda wire, text: sent(b'{"a": "\xff\xfe"}'),
    "huge": lambda wire, text: sent(b'"' + b"x" * 9_000_000 + b'"'),
    "error_in_200": lambda wire, text: sent({"error": {"message": "The upstream model failed", "type": "x"}}),
    "busy_in_200": lambda wire, text: sent({"error": {"message": "Slow down", "code": 429}}),
    "no_choices": lambda wire, text: sent({"choices": [], "content": [], "candidates": [], "message": {}}),
    "no_words": lambda wire, text: sent(reply(wire, None)),
    "wrong_types": _wrong_types,
    "a_list": lambda wire, text: sent([reply(wire, text)]),
    "a_number": lambda wire, text: sent(7),
    # A "no" that stays one
    "bad_key": lambda wire, text: sent(error(wire, "Incorrect API key provided: canary-1*3", "invalid_api_key"), 401),
    "bad_key_google": _gemini_key,
    "forbidden": lambda wire, text: sent(error(wire, "Your country is not supported"), 403),
    "unpaid": lambda wire, text: sent(error(wire, "Insufficient balance.", "PAYMENT_REQUIRED"), 402),
    "no_quota": lambda wire, text: sent(error("openai", "You exceeded your quota.", "insufficient_quota"), 429),
    "no_model": lambda wire, text: sent(error(wire, "The model `m` does not exist", "model_not_found"), 404),
    "string_error": lambda wire, text: sent({"error": "model is required"}, 400),
    "detail_list": lambda wire, text: sent({"detail": [{"loc": ["body", "x"], "msg": "Extra inputs"}]}, 422),
    "html_404": lambda wire, text: page(404),
    "unreadable_error": lambda wire, text: Sent(400, b"\xff\xfe\x00 n\xf6", {"content-type": "text/plain"}),
    "not_implemented": lambda wire, text: sent({"error": "not here"}, 501),
    "redirect": lambda wire, text: Sent(307, b"", {"location": "http://169.254.169.254/latest"}),
    "limited_for_an_hour": lambda wire, text: sent(error(wire, "Slow down"), 429, retry_after="3600"),
    "limited_no_retry": lambda wire, text: sent(error(wire, "Slow down"), 429, x_should_retry="false"),
    "schema_refused": lambda wire, text: sent(
        error(wire, "Invalid schema for response_format 'S': 'default' is not permitted."), 400
    ),
    "no_schemas": lambda wire, text: sent(error(wire, NO_SCHEMAS, "internal_server_error"), 500),
    "grammar_failed": lambda wire, text: sent({"error": {"code": 500, "message": "failed to parse grammar"}}, 500),
    # A "no" that passes
    "limited": lambda wire, text: sent(error(wire, "Slow down", "rate_limit_exceeded"), 429),
    "limited_ms": lambda wire, text: sent(error(wire, "Slow down"), 429, retry_after_ms="60"),
    "limited_s": lambda wire, text: sent(error(wire, "Slow down"), 429, retry_after="0.06"),
    "limited_until": lambda wire, text: sent(error(wire, "Slow down"), 429, retry_after=_in(0)),
    "limited_body": lambda wire, text: sent({"error": "Rate limit exceeded", "retryAfterSeconds": 0.06}, 429),
    "limited_google": lambda wire, text: sent(
        {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "0.06s"}]}}, 429
    ),
    "limited_x402": _x402,
    "conflict": lambda wire, text: sent(error(wire, "One at a time"), 409),
    "broken": lambda wire, text: sent(error(wire, "Internal error"), 500),
    "bad_gateway": lambda wire, text: page(502),
    "loading": lambda wire, text: sent(
        {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, 503
    ),
    "overloaded": lambda wire, text: sent(error("anthropic", "Overloaded", "overloaded_error"), 529),
    "tunnel_down": lambda wire, text: Sent(530, b"error code: 1033", {"content-type": "text/plain"}),
    "hang_up": lambda wire, text: Sent(is_silent=True),
    "silent": lambda wire, text: Sent(is_silent=True, pause_s=3),
    "drip": lambda wire, text: Sent(200, _bytes(wire, text), pause_s=0.05),
}


def _options_refused(wire: str, text: str, body: Any) -> Sent:
    if "stream_options" in body:
        return sent(error(wire, "Unrecognized request argument supplied: stream_options"), 400)
    return streamed(wire, SCENES["good"](wire, text), body)


def _stream_refused(wire: str, text: str, body: Any) -> Sent:
    if body:
        return sent(error(wire, "This model does not support streaming with response_format."), 400)
    return SCENES["good"](wire, text)


STREAM_SCENES: dict[str, Callable[[str, str, Any], Sent]] = {  # of answers in pieces alone; the body is {} for others
    "ignores_stream": lambda wire, text, body: sent(reply(wire, text)),
    "ignores_stream_pretty": lambda wire, text, body: sent(json.dumps(reply(wire, text), indent=2).encode()),
    "options_refused": _options_refused,
    "stream_refused": _stream_refused,
}


def strict_fault(schema: object, where: str = "schema") -> str:
    """What OpenAI's strict mode refuses in *schema*; "" for nothing (facts 2.2 and 7.3)."""
    if isinstance(schema, list):
        return next(filter(None, (strict_fault(one, where) for one in schema)), "")
    if not isinstance(schema, dict):
        return ""
    for word in ("default", "oneOf", "not", "if", "patternProperties", "dependentRequired", "allOf"):
        if word in schema:
            return f"'{word}' is not permitted in {where}"
    named = schema.get("properties", {})
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return f"additionalProperties must be false in {where}"
        if set(schema.get("required", ())) != set(named):
            return f"required must name every property of {where}"
    inner = [*named.items(), *schema.get("$defs", {}).items()]
    inner += [(word, schema[word]) for word in ("items", "anyOf") if word in schema]
    return next(filter(None, (strict_fault(one, f"{where}.{name}") for name, one in inner)), "")


# The server ---------------------------------------------------------------------------------------------------------


class ChatServer(LoopbackServer):
    """A server of language models on a port of its own; use it in a `with`.

    scenes: the manners of the next answers, in order.
    texts: what the model says next, in order; `GOOD` when there is none left.
    forms: which of OpenAI's response formats it knows; others are refused as LM Studio does.
    models: what it lists: (id, owner).
    holds: set: before the second half of an answer in pieces it waits for this.
    streams: False for a server that takes no notice of `stream`.

    all_sent: set when the last piece of an answer in pieces is out.
    left: set when a client has gone while it waited for `holds`.
    """

    def __init__(
        self,
        *scenes: str,
        texts: tuple[str, ...] = (),
        forms: tuple[str, ...] = ("json_schema", "json_object"),
        models: tuple[tuple[str, str], ...] = (("text-embed-1", "me"), ("m", "me")),
        holds: threading.Event | None = None,
        streams: bool = True,
    ) -> None:
        super().__init__()
        self.scenes, self.texts = deque(scenes), deque(texts)
        self.forms, self.models = forms, models
        self.is_ollama = False
        self.holds, self.streams = holds, streams
        self.all_sent, self.left = threading.Event(), threading.Event()

    @property
    def questions(self) -> list[Asked]:
        """The requests that ask the model."""
        return [asked for asked in self.asked if wire_of(asked.path)]

    def answer(self, asked: Asked) -> Sent:
        """What is sent to *asked*."""
        if asked.method == "GET":
            return self._list(asked.path)
        wire = wire_of(asked.path)
        if not wire:
            return sent({"error": f"no route {asked.path}"}, 404)
        scene = self.scenes.popleft() if self.scenes else ""
        if not scene:
            refused = self._refused(wire, asked.body)
            if refused:
                return sent({"error": refused}, 400)
        text = self.texts.popleft() if self.texts else GOOD
        is_stream = self.streams and (asked.body.get("stream") or ":stream" in asked.path)
        if scene in MANNERS:
            good = SCENES["good"](wire, text)
            return on_a_bad_day(wire, good, asked.body, scene) if is_stream else good
        if scene in STREAM_SCENES:
            return STREAM_SCENES[scene](wire, text, asked.body if is_stream else {})
        answer = SCENES[scene or "good"](wire, text)
        return self._held(streamed(wire, answer, asked.body)) if is_stream else answer

    def _held(self, answer: Sent) -> Sent:
        if self.holds and isinstance(answer, Streamed):
            answer.pieces.insert(len(answer.pieces) // 2, self.holds)
        return answer

    def deliver(self, answer: Sent, handler: BaseHTTPRequestHandler) -> None:
        """Send *answer*, in pieces or in one."""
        if not isinstance(answer, Streamed):
            super().deliver(answer, handler)
            return
        try:
            is_whole = chat_streams.deliver(answer, handler, self.closing)
        except OSError:  # it has hung up while a piece was on its way
            is_whole = False
        (self.all_sent if is_whole else self.left).set()

    def _refused(self, wire: str, body: Any) -> str:
        """Why a request is refused by its form."""
        if wire != "openai" or "response_format" not in body:
            return ""
        form = body["response_format"]
        if form["type"] not in self.forms:
            allowed = " or ".join(f"'{one}'" for one in (*self.forms, "text"))
            return f"'response_format.type' must be {allowed}"
        if form["type"] == "json_object" and "json" not in json.dumps(body["messages"]).lower():
            return "'messages' must contain the word 'json' to use 'response_format' of type 'json_object'."
        if form["type"] == "json_schema":
            fault = strict_fault(form["json_schema"]["schema"])
            return fault and f"Invalid schema for response_format '{form['json_schema']['name']}': {fault}"
        return ""

    def _list(self, path: str) -> Sent:
        if self.scenes:
            return SCENES[self.scenes.popleft()]("openai", "")
        if self.is_ollama:
            listed = [{"name": name, "model": name} for name, _ in self.models]
            return sent({"models": listed} if path == "/api/tags" else {"version": "0.9.0"})
        rows = [{"id": name, "object": "model", "owned_by": owner} for name, owner in self.models]
        is_models = path.endswith("/models")
        return sent({"object": "list", "data": rows}) if is_models else sent({"error": "Unexpected endpoint"}, 404)
