"""A loopback server that behaves as Hugging Face's router does before hf-inference (facts 4.3).

Bytes of a picture, or `{"error": "..."}`; a model that is being loaded is 503 with `estimated_time`.
Start at `HuggingFaceServer`.
"""

from __future__ import annotations

from collections.abc import Mapping

from emulators.loopback import Asked, Sent, sent
from emulators.picture_server import Order, PictureServer, Scene


def _loading(seconds: float) -> Scene:
    return lambda server, order: sent({"error": "Model is currently loading", "estimated_time": seconds}, 503)


class HuggingFaceServer(PictureServer):
    """hf-inference behind its router."""

    own_scenes: Mapping[str, Scene] = {"loading": _loading(0.05), "loading_long": _loading(120.0)}

    def is_order(self, asked: Asked) -> bool:
        """A model asked by POST."""
        return asked.method == "POST" and asked.path.startswith("/hf-inference/models/")

    def order_of(self, asked: Asked) -> Order | Sent:
        """What is wanted, or why not."""
        if not asked.headers.get("authorization", "").startswith("Bearer "):
            return self.fault(401, "Invalid username or password.", "", {})
        wish = asked.body["parameters"]
        return Order(asked, asked.body["inputs"], wish.get("seed", 0), wish["width"], wish["height"], "jpeg")

    def form(self, order: Order, data: bytes) -> Sent:
        """The bytes."""
        return Sent(200, data, {"content-type": order.media_type})

    def fault(self, status: int, message: str, code: str, headers: Mapping[str, str]) -> Sent:
        """Its error body: a text and no code."""
        return sent({"error": message}, status, **headers)
