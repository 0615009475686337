"""What emulators of picture and clip servers share: orders, and the ways to answer one well and badly.

A subclass reads an `Order` out of a request, puts bytes into its wire's form and words its
errors; `SCENES` lists the manners that any of them can have, after the fact sheet (1.7, 2.7,
11). `generations` counts the work that was begun, and so would be charged.
Start at `PictureServer`.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from emulators.loopback import Asked, LoopbackServer, Sent, clip_bytes, page, picture_bytes

HTML = b"<!DOCTYPE html><html><head><title>Welcome!</title></head></html>"
NOTICE = b"IMPORTANT NOTICE: The legacy API is being deprecated. Please migrate to the new one."


@dataclass
class Order:
    """What one request asks for; *kind* is png, jpeg, webp, svg or mp4."""

    asked: Asked
    words: str
    seed: int = 0
    width: int = 64
    height: int = 64
    kind: str = "png"
    seconds: float = 1.0
    marks: dict[str, str] = field(default_factory=dict)  # headers of the answer

    @property
    def media_type(self) -> str:
        """As the server names it."""
        return {"mp4": "video/mp4", "svg": "image/svg+xml"}.get(self.kind, f"image/{self.kind}")

    def data(self, *, scale: float = 1.0, slower: float = 1.0) -> bytes:
        """What a model makes of it; *scale* of the size and *slower* of the length that were asked."""
        width, height = int(self.width * scale) // 2 * 2, int(self.height * scale) // 2 * 2
        if self.kind == "mp4":
            return clip_bytes(self.words, self.seed, width, height, self.seconds * slower)
        if self.kind == "svg":
            return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>'.encode()
        return picture_bytes(self.words, self.seed, width, height, self.kind)


Scene = Callable[["PictureServer", Order], Sent]


def _cut(server: PictureServer, order: Order) -> Sent:
    answer = server.made(order)
    answer.cut = 9
    return answer


def _drip(server: PictureServer, order: Order) -> Sent:
    answer = server.made(order)
    answer.pause_s = 0.05
    return answer


def _lost(server: PictureServer, order: Order, pause_s: float = 0.0) -> Sent:
    server.begin(order)
    return Sent(is_silent=True, pause_s=pause_s)


def _failed(status: int, message: str, code: str = "", **headers: str) -> Scene:
    return lambda server, order: server.fault(status, message, code, headers)


def _late(server: PictureServer, order: Order) -> Sent:
    server.begin(order)
    return server.fault(524, "A timeout occurred", "UNKNOWN_ERROR", {})


def _plain(status: int, text: bytes, kind: str = "text/plain") -> Scene:
    return lambda server, order: Sent(status, text, {"content-type": kind})


SCENES: dict[str, Scene] = {
    "good": lambda server, order: server.made(order),
    # Bytes that only decoding finds wrong
    "wrong_size": lambda server, order: server.made(order, order.data(scale=0.5)),
    "cut_file": lambda server, order: server.made(order, order.data()[: len(order.data()) // 2]),
    "html_as_media": lambda server, order: server.made(order, HTML),
    # Answers that are none
    "html": lambda server, order: page(),
    "notice": _plain(200, NOTICE),
    "empty": lambda server, order: Sent(200, b"", {"content-type": order.media_type}),
    "error_in_200": lambda server, order: server.fault(200, "The upstream model failed", "", {}),
    # A "no" that stays one
    "bad_key": _failed(401, "Authentication required with canary-1*3", "UNAUTHORIZED"),
    "forbidden": _failed(403, "No rights for this model", "FORBIDDEN"),
    "broke": _failed(402, "Insufficient balance. This model costs ~0.0136 pollen.", "PAYMENT_REQUIRED"),
    "bad_request": _failed(400, "width must be positive", "BAD_REQUEST"),
    "html_400": lambda server, order: page(400),
    "no_model": _failed(404, "The model does not exist", "model_not_found"),
    "redirect": lambda server, order: Sent(307, b"", {"location": "http://169.254.169.254/latest"}),
    "limited_for_long": _failed(429, "Slow down", "RATE_LIMITED", retry_after="45"),
    # A "no" that passes, with nothing begun
    "limited": _failed(429, "Slow down", "RATE_LIMITED"),
    "limited_s": _failed(429, "Slow down", "RATE_LIMITED", retry_after="0.05"),
    "unavailable": _failed(503, "Busy", "SERVICE_UNAVAILABLE"),
    "tunnel_down": _plain(530, b"error code: 1033"),
    # Work that was begun, and whose answer is lost
    "bad_gateway": lambda server, order: page(502),
    "late": _late,
    "hang_up": _lost,
    "cut_body": _cut,
    "silent": lambda server, order: _lost(server, order, 3.0),
    "drip": _drip,
}


class PictureServer(LoopbackServer):
    """A server of pictures or clips; use it in a `with`.

    scenes: the manners of the next answers, in order; "good" when there is none left.
    joins: whether a request that comes again joins the work that is running, or its finished result.
    generations: how much work was begun.
    """

    own_scenes: Mapping[str, Scene] = {}
    joins = False

    def __init__(self, *scenes: str) -> None:
        super().__init__()
        self.scenes = deque(scenes)
        self.generations = 0
        self._known: set[tuple[str, str, bytes]] = set()
        self._begun = threading.Lock()

    @property
    def orders(self) -> list[Asked]:
        """The requests that ask for a picture or a clip."""
        return [asked for asked in self.asked if self.is_order(asked)]

    def is_order(self, asked: Asked) -> bool:
        """Whether *asked* wants something made."""
        raise NotImplementedError

    def order_of(self, asked: Asked) -> Order | Sent:
        """What *asked* wants, or why that is refused."""
        raise NotImplementedError

    def form(self, order: Order, data: bytes) -> Sent:
        """*data* as this server sends it."""
        raise NotImplementedError

    def fault(self, status: int, message: str, code: str, headers: Mapping[str, str]) -> Sent:
        """An error as this server words it."""
        raise NotImplementedError

    def other(self, asked: Asked) -> Sent:
        """The answer to a request that wants nothing made."""
        return self.fault(404, f"no route {asked.path}", "NOT_FOUND", {})

    def answer(self, asked: Asked) -> Sent:
        """What is sent to *asked*."""
        if not self.is_order(asked):
            return self.other(asked)
        order = self.order_of(asked)
        if isinstance(order, Sent):
            return order
        name = self.scenes.popleft() if self.scenes else "good"
        return {**SCENES, **self.own_scenes}[name](self, order)

    def begin(self, order: Order) -> bool:
        """Begin the work, unless it is known already; return whether it was."""
        request = (order.asked.method, order.asked.path, order.asked.raw)
        with self._begun:
            was_known = self.joins and request in self._known
            self._known.add(request)
            self.generations += not was_known
        return was_known

    def made(self, order: Order, data: bytes | None = None) -> Sent:
        """The work done: *data*, or what the model makes of *order*."""
        was_known = self.begin(order)
        answer = self.form(order, order.data() if data is None else data)
        if self.joins:
            answer.headers["x-cache"] = "HIT" if was_known else "MISS"
        return answer
