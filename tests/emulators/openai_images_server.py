"""A loopback server that behaves as OpenAI's images do (facts 2.1, 2.3, 2.5, 2.7).

It makes base64 PNG, JPEG or WebP, refuses sides that are not divisible by 16 and models that are gone, counts tokens
and sets its headers. Start at `OpenAIImagesServer`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from email import message_from_bytes

from emulators.loopback import Asked, Sent, sent
from emulators.picture_server import Order, PictureServer, Scene

GONE = {"dall-e-2", "dall-e-3", "gpt-image-1"}
FORMATS = {"png", "jpeg", "webp"}


def form_fields(asked: Asked) -> list[tuple[str, str | None, str, bytes]]:
    """Every part of a form: its name, file name, content type and bytes."""
    head = f"content-type: {asked.headers['content-type']}\r\n\r\n".encode()
    found: list[tuple[str, str | None, str, bytes]] = []
    for part in message_from_bytes(head + asked.raw).walk():
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            name = str(part.get_param("name", header="content-disposition"))
            found.append((name, part.get_filename(), part.get_content_type(), data))
    return found


def _picture_at_an_address(server: PictureServer, order: Order) -> Sent:
    server.begin(order)
    assert isinstance(server, OpenAIImagesServer)
    server.files["/files/p1"] = order.data()
    return sent({"created": 1, "data": [{"url": f"{server.url}/files/p1"}]})


class OpenAIImagesServer(PictureServer):
    """OpenAI's images below /v1.

    files: what can be fetched without a key, by path.
    """

    own_scenes: Mapping[str, Scene] = {
        "moderated": lambda server, order: server.fault(400, "Rejected by our safety system", "moderation_blocked", {}),
        "no_quota": lambda server, order: server.fault(429, "You exceeded your quota", "insufficient_quota", {}),
        "no_retry": lambda server, order: server.fault(429, "Slow", "rate_limit", {"x_should_retry": "false"}),
        "broken": lambda server, order: server.fault(500, "The server had an error", "server_error", {}),
        "broken_base64": lambda server, order: sent({"created": 1, "data": [{"b64_json": "%%%"}]}),
        "no_picture": lambda server, order: sent({"created": 1, "data": []}),
        "wrong_types": lambda server, order: sent({"data": {"0": 7}, "usage": [None]}),
        "a_list": lambda server, order: sent([1]),
        "cut_json": lambda server, order: sent(b'{"created": 1, "data": [{"b64_json": "iVBO'),
        "at_an_address": _picture_at_an_address,
    }

    def __init__(self, *scenes: str) -> None:
        super().__init__(*scenes)
        self.files: dict[str, bytes] = {}

    def is_order(self, asked: Asked) -> bool:
        """A generation or an edit."""
        return asked.method == "POST" and asked.path in ("/v1/images/generations", "/v1/images/edits")

    def other(self, asked: Asked) -> Sent:
        """A file, or no route."""
        if asked.path in self.files:
            return Sent(200, self.files[asked.path], {"content-type": "image/png"})
        return super().other(asked)

    def order_of(self, asked: Asked) -> Order | Sent:
        """What is wanted, or the 400 or 404 that OpenAI gives."""
        is_edit = asked.path.endswith("/edits")
        body = {name: raw.decode() for name, file, _, raw in form_fields(asked) if not file} if is_edit else asked.body
        width, height = (int(side) for side in body["size"].split("x"))
        if body["model"] in GONE:
            return self.fault(404, f"The model `{body['model']}` does not exist", "model_not_found", {})
        if body["model"].startswith("gpt-image-2") and (width % 16 or height % 16):
            return self.fault(400, "Invalid size: width and height must be divisible by 16", "invalid_value", {})
        return Order(asked, body["prompt"], 0, width, height, body.get("output_format", "png"))

    def form(self, order: Order, data: bytes) -> Sent:
        """Base64 in JSON, with the tokens it took."""
        usage = {"input_tokens": 50, "output_tokens": 1_000, "total_tokens": 1_050}
        body = {"created": 1, "data": [{"b64_json": base64.b64encode(data).decode()}], "usage": usage}
        limits = {"x_ratelimit_remaining_requests": "9", "x_ratelimit_reset_requests": "6m0s"}
        return sent({**body, "output_format": order.kind, "size": f"{order.width}x{order.height}"}, 200, **limits)

    def fault(self, status: int, message: str, code: str, headers: Mapping[str, str]) -> Sent:
        """Its error body."""
        wrong = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        return sent({"error": wrong}, status, **headers)
