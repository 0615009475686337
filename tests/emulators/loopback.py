"""What every emulator stands on: a loopback server that records what it is asked and misbehaves at will.

A subclass says in `answer` what is sent; `Sent` says how: cut, dripped, silent. The pictures and
clips that it sends depend on their words, seed and size, as a model's do. Start at `LoopbackServer`.
"""

from __future__ import annotations

import io
import json
import socket
import struct
import sys
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self


class Asked(NamedTuple):
    """One request; header names in lower case; *body* is parsed where it is JSON, else None."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    raw: bytes
    at: float


@dataclass
class Sent:
    """One answer. `cut` leaves that many bytes of the body out; `pause_s` comes before every byte of it."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    cut: int = 0
    pause_s: float = 0.0
    is_silent: bool = False
    is_reset: bool = False
    """The connection is torn down instead."""
    delay_s: float = 0.0
    """Before anything is sent."""


def sent(value: object, status: int = 200, **headers: str) -> Sent:
    """*value* as JSON, or as it is when bytes."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Sent(status, body, {"content-type": "application/json", **named})


def page(status: int = 200, kind: str = "text/html; charset=utf-8") -> Sent:
    """A web page where something else is due."""
    return Sent(status, b"<!DOCTYPE html><html><head><title>Welcome!</title></head></html>", {"content-type": kind})


class LoopbackServer:
    """A server on a port of its own; use it in a `with`.

    asked: every request, in order of arrival.
    most_at_once: the most requests it was answering at one time.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._busy = 0
        self._lock = threading.Lock()
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)

    def answer(self, asked: Asked) -> Sent:
        """What is sent to *asked*; called in a thread of its own for every request."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Start to serve."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and let no handler wait on."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def serve(self, asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        """Record *asked* and answer it."""
        with self._lock:
            self.asked.append(asked)
            self._busy += 1
            self.most_at_once = max(self.most_at_once, self._busy)
        try:
            self.deliver(self.answer(asked), handler)
        finally:
            with self._lock:
                self._busy -= 1

    def deliver(self, answer: Sent, handler: BaseHTTPRequestHandler) -> None:
        """Send *answer*, as fast and as whole as it says."""
        if answer.delay_s:
            self.closing.wait(answer.delay_s)
        if answer.is_reset:
            _tear_down(handler)
            return
        if answer.is_silent:
            self.closing.wait(answer.pause_s)
            handler.close_connection = True
            return
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(answer.body)))
        handler.send_header("x-request-id", "r1")
        handler.end_headers()
        body = answer.body[: len(answer.body) - answer.cut]
        if answer.pause_s:
            for byte in body:
                handler.wfile.write(bytes([byte]))
                if self.closing.wait(answer.pause_s):
                    break
        else:
            handler.wfile.write(body)
        if answer.cut:
            handler.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up, and all of anything else."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _tear_down(handler: BaseHTTPRequestHandler) -> None:
    """End the connection as a crashed peer does: the client gets a reset, and no end of the stream."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.connection.close()


def _handler(server: LoopbackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            is_json = "json" in headers.get("content-type", "")
            body = json.loads(raw) if raw and is_json else None
            try:
                server.serve(Asked(self.command, self.path, headers, body, raw, time.monotonic()), self)
            except OSError:  # the client has gone
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler


# Pictures and clips -------------------------------------------------------------------------------------------------


def pixels(words: str, seed: int, width: int, height: int) -> NDArray[np.uint8]:
    """A picture with shapes and texture that depends on all of its arguments: (height, width, 3) uint8, BGR."""
    chance = np.random.default_rng(zlib.crc32(f"{words} {seed}".encode()))
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    corner, far = chance.uniform(30, 220, (2, 3))
    slope = (down / max(height - 1, 1) + across / max(width - 1, 1)) / 2
    picture = corner + (far - corner) * slope[..., None] + chance.normal(0, 6, (height, width, 1))
    canvas = np.ascontiguousarray(picture.clip(0, 255).astype(np.uint8))
    for _ in range(5):
        at = int(chance.integers(0, width)), int(chance.integers(0, height))
        colour = [int(part) for part in chance.integers(0, 255, 3)]
        cv2.circle(canvas, at, int(chance.integers(2, max(3, min(width, height) // 3))), colour, -1)
    return canvas


@lru_cache(256)
def picture_bytes(words: str, seed: int = 0, width: int = 64, height: int = 64, kind: str = "png") -> bytes:
    """`pixels` as a file of *kind*: png, jpeg or webp."""
    return cv2.imencode(f".{kind}", pixels(words, seed, width, height))[1].tobytes()


@lru_cache(64)
def clip_bytes(
    words: str, seed: int = 0, width: int = 64, height: int = 64, seconds: float = 1.0, fps: int = 8
) -> bytes:
    """An MP4 (H.264, without sound) in which `pixels` drifts to the side."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=fps, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        start = pixels(words, seed, width, height)
        for number in range(max(1, round(seconds * fps))):
            frame = av.VideoFrame.from_ndarray(np.roll(start, number, axis=1), format="bgr24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return file.getvalue()
