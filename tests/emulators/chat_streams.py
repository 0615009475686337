"""Answers of language models in pieces: the streams of four wires, well and badly.

`streamed` turns what `reply` of chat_server.py says into the events that the vendors send for it, and
leaves everything else (an error, a web page, rubbish) as it is: servers refuse streams like that.
"""

from __future__ import annotations

import gzip
import json
import select
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from emulators.loopback import Sent

PIECE = 5  # characters of text in one event


@dataclass
class Streamed(Sent):
    """An answer in chunks; at an event in *pieces* the server waits until it is set."""

    pieces: list[bytes | threading.Event] = field(default_factory=list)
    breaks_off: bool = False
    """The connection closes without the last chunk."""


def deliver(answer: Streamed, handler: BaseHTTPRequestHandler, closing: threading.Event) -> bool:
    """Send *answer*; whether the client was there to the end."""
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    for piece in answer.pieces:
        if isinstance(piece, threading.Event):
            while not (piece.wait(0.01) or closing.is_set()):
                if select.select([handler.connection], [], [], 0)[0]:  # nothing more is due from it: it has hung up
                    return False
            continue
        if answer.pause_s and closing.wait(answer.pause_s):
            break
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.flush()
    if answer.breaks_off:
        handler.close_connection = True
    else:
        handler.wfile.write(b"0\r\n\r\n")
    return True


def streamed(wire: str, answer: Sent, body: Any) -> Sent:
    """*answer*, in one piece, as a stream, when it is one that models give."""
    is_zipped = answer.headers.get("content-encoding") == "gzip"
    try:
        value = json.loads(gzip.decompress(answer.body) if is_zipped else answer.body)
        events = EVENTS[wire](value, body)
    except (ValueError, OSError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return answer
    if answer.status != 200 or answer.is_silent or set(value) - FIELDS[wire]:
        return answer
    pieces = [*events]
    headers = dict(answer.headers)
    if headers.get("content-type") == "application/json":
        headers["content-type"] = "application/x-ndjson" if wire == "ollama" else "text/event-stream; charset=utf-8"
    if answer.pause_s:
        pieces = [bytes([byte]) for byte in b"".join(pieces)]
    if is_zipped:
        pieces = [gzip.compress(b"".join(pieces))]
    return Streamed(200, b"", headers, pause_s=answer.pause_s, pieces=[*pieces], breaks_off=bool(answer.cut))


FIELDS = {
    "openai": {"id", "object", "created", "model", "choices", "usage"},
    "anthropic": {"type", "role", "content", "stop_reason", "usage"},
    "gemini": {"candidates", "usageMetadata"},
    "ollama": {"message", "done", "done_reason", "prompt_eval_count", "eval_count"},
}


def cut_up(text: str | None) -> list[str]:
    """*text* in pieces, none for None."""
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)] if text else []


def event(value: object, name: str = "") -> bytes:
    """*value* as an event."""
    said = value if isinstance(value, str) else json.dumps(value)
    return (f"event: {name}\n" if name else "").encode() + f"data: {said}\n\n".encode()


def _openai(value: dict[str, Any], body: Any) -> Iterable[bytes]:
    choice = value["choices"][0]
    message = choice["message"]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}, {"reasoning_content": "Hm."}]
    deltas += [{"content": piece} for piece in cut_up(message["content"])]
    deltas += [{"refusal": piece} for piece in cut_up(message["refusal"])]
    chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    events = [
        {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}], "usage": None} for delta in deltas
    ]
    events.append({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]})
    if (body.get("stream_options") or {}).get("include_usage"):
        events.append({**chunk, "choices": [], "usage": value["usage"]})
    return [*map(event, events), event("[DONE]")]


def _anthropic(value: dict[str, Any], body: Any) -> Iterable[bytes]:
    usage = value["usage"]
    start = {**value, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": start}, {"type": "ping"}]
    for index, block in enumerate(value["content"]):
        kind = block["type"]
        events.append({"type": "content_block_start", "index": index, "content_block": {"type": kind, kind: ""}})
        events += [
            {"type": "content_block_delta", "index": index, "delta": {"type": f"{kind}_delta", kind: piece}}
            for piece in cut_up(block[kind])
        ]
        events.append({"type": "content_block_stop", "index": index})
    end = {"delta": {"stop_reason": value["stop_reason"], "stop_sequence": None}}
    events.append({"type": "message_delta", **end, "usage": {"output_tokens": usage["output_tokens"]}})
    return [event(one, one["type"]) for one in [*events, {"type": "message_stop"}]]


def _gemini(value: dict[str, Any], body: Any) -> Iterable[bytes]:
    candidate = value["candidates"][0]
    parts = candidate["content"]["parts"]
    pieces = [[parts[0]], *([{"text": piece}] for piece in cut_up(parts[1]["text"]))]
    events = [{"candidates": [{"content": {"role": "model", "parts": piece}, "index": 0}]} for piece in pieces]
    end = {"content": {"role": "model", "parts": [{"text": ""}]}, "finishReason": candidate["finishReason"]}
    return map(event, [*events, {"candidates": [end], "usageMetadata": value["usageMetadata"]}])


def _ollama(value: dict[str, Any], body: Any) -> Iterable[bytes]:
    words = [{"thinking": "Hm.", "content": ""}, *({"content": piece} for piece in cut_up(value["message"]["content"]))]
    lines = [{"model": "m", "message": {"role": "assistant", **one}, "done": False} for one in words]
    end = {**value, "message": {"role": "assistant", "content": ""}}
    return [json.dumps(line).encode() + b"\n" for line in [*lines, end]]


EVENTS = {"openai": _openai, "anthropic": _anthropic, "gemini": _gemini, "ollama": _ollama}


# Bad days that only streams have -------------------------------------------------------------------------------------


def broken_error(wire: str) -> bytes:
    """An error in the middle of a stream, as *wire* words it."""
    if wire == "anthropic":
        wrong = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        return event(wrong, "error")
    if wire == "ollama":
        return b'{"error":"model runner has unexpectedly stopped"}\n'
    if wire == "gemini":
        return event({"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}})
    return event({"error": {"message": "The server had an error", "type": "server_error", "code": None}})


def _worse(wire: str, good: Streamed, manner: str) -> Streamed:
    """*good* on the bad day *manner*."""
    pieces = [piece for piece in good.pieces if isinstance(piece, bytes)]
    half = max(1, len(pieces) - 3)
    if manner == "error_event":
        good.pieces = [*pieces[:half], broken_error(wire)]
    elif manner == "error_event_first":
        good.pieces = [broken_error(wire)]
    elif manner == "ends_early":
        good.pieces = [*pieces[: half - 1]]
    elif manner == "breaks_off":
        good.pieces, good.breaks_off = [*pieces[:half], pieces[half][:9]], True
    elif manner == "goes_silent":
        good.pieces = [*pieces[:half], threading.Event()]
    elif manner == "bytewise":
        good.pieces = [bytes([byte]) for byte in b"".join(pieces)]
    elif manner == "carriage_returns":
        good.pieces = [piece.replace(b"\n", b"\r\n") for piece in pieces]
    elif manner == "comments":
        comment = b"\n" if wire == "ollama" else b": keep-alive\n\n"
        good.pieces = [one for piece in pieces for one in (comment, piece)]
    elif manner == "bad_piece":
        good.pieces = [*pieces[:half], b"{\n" if wire == "ollama" else b'data: {"a\n\n']
    elif manner == "no_end":  # of the last event: no empty line, no line end
        good.pieces = [b"".join(pieces).rstrip(b"\n")]
    elif manner == "not_unicode_later":
        good.pieces = [*pieces[:half], b"data: \xff\n\n"]
    elif manner == "endless":
        good.pieces = [*pieces[:half], *[b": " + b"x" * 500_000 + b"\n"] * 20]
    elif manner == "long_line":
        good.pieces = [*pieces[:half], *[b"data: " + b"x" * 900_000] * 4]
    return good


MANNERS = (
    *("error_event", "error_event_first", "ends_early", "breaks_off", "goes_silent", "bytewise", "carriage_returns"),
    *("comments", "bad_piece", "no_end", "not_unicode_later", "endless", "long_line"),
)


def on_a_bad_day(wire: str, good: Sent, body: Any, manner: str) -> Sent:
    """The stream of *good* in the *manner* of `MANNERS`; in one piece where nobody asked for a stream."""
    answer = streamed(wire, good, body)
    return _worse(wire, answer, manner) if isinstance(answer, Streamed) else answer
