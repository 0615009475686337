"""A loopback server that behaves as Pollinations does: gen, its old image host, and its file store on one port.

After the fact sheet (1.2-1.5, 1.7): keys are asked for, addresses over 8 KB get Cloudflare's page, the same request
again joins the running work, lists need no key, and there are four ways to be asked too often.
Start at `PollinationsServer`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from emulators.loopback import Asked, Sent, page, sent
from emulators.picture_server import Order, PictureServer, Scene

URL_MAX = 8_192
KINDS = {"flux": "png", "recraft-v4.1-vector": "svg"}  # others are sent as JPEG

IMAGE_ROW: dict[str, Any] = {
    "name": "tongyi-mai/z-image-turbo", "aliases": ["zimage", "z-image"], "category": "image", "flat_rate": True,
    "pricing": {"currency": "pollen", "completionImageTokens": "0.0044"}, "input_modalities": ["text"],
    "output_modalities": ["image"], "capabilities": [], "community": False,
}  # fmt: skip
EDIT_ROW: dict[str, Any] = {
    "name": "qwen/qwen-image", "aliases": ["qwen-image"], "category": "image", "flat_rate": True, "paid_only": True,
    "pricing": {"currency": "pollen", "completionImageTokens": "0.025", "promptImageTokens": "0.002"},
    "pricing_variants": [{"name": "edit", "pricing": {"currency": "pollen", "completionImageTokens": "0.03"}}],
    "input_modalities": ["text", "image"], "max_reference_images": 3,
}  # fmt: skip
TOKEN_ROW: dict[str, Any] = {
    "name": "openai/gpt-image-2", "aliases": ["gpt-image-2"], "category": "image", "flat_rate": False,
    "pricing": {"currency": "pollen", "promptTextTokens": "0.000005", "completionImageTokens": "0.00003"},
}  # fmt: skip
VIDEO_ROW: dict[str, Any] = {
    "name": "google/veo-3.1-fast", "aliases": ["veo"], "category": "video", "paid_only": True,
    "pricing": {"currency": "pollen", "completionVideoSeconds": "0.09", "completionAudioSeconds": "0.02"},
    "allowed_durations": [4, 6, 8], "resolutions": ["720p"], "video_capabilities": ["start_frame", "end_frame"],
    "max_reference_images": 2,
}  # fmt: skip
NOVA_ROW: dict[str, Any] = {
    "name": "amazon/nova-reel", "aliases": ["nova-reel"], "category": "video",
    "pricing": {"currency": "pollen", "completionVideoSeconds": "0.08"},
    "min_duration": 6, "max_duration": 120, "duration_step": 6, "video_capabilities": ["start_frame"],
}  # fmt: skip


def _x402(server: PictureServer, order: Order) -> Sent:
    offer = {"scheme": "exact", "network": "base", "maxAmountRequired": "1", "resource": "/", "payTo": "0x0"}
    said = "Queue full for IP: 127.0.0.1: 1 requests already queued (max: 1)."
    return sent({"x402Version": 1, "error": said, "accepts": [offer]}, 402)


def _key_limit(server: PictureServer, order: Order) -> Sent:
    said = "Rate limit exceeded. Retry after 0.05s."
    body = {"error": "Rate limit exceeded", "message": said, "retryAfterSeconds": 0.05}
    return sent(body, 429, retry_after="0.05")


def _one_at_a_time(server: PictureServer, order: Order) -> Sent:
    return sent({"error": "concurrency_limit_exceeded", "message": "One at a time"}, 429, retry_after="0.05")


def _free_interval(server: PictureServer, order: Order) -> Sent:
    said = "Sana is limited to one request per IP every 45 seconds. Retry after 44s."
    return server.fault(429, said, "RATE_LIMITED", {"retry_after": "44"})


def _upstream_limited(server: PictureServer, order: Order) -> Sent:
    details = {"name": "UpstreamError", "upstreamStatus": 429, "upstreamHost": "x.test", "upstreamBody": "slow down"}
    wrong = {"code": "BAD_GATEWAY", "message": "Too many requests", "timestamp": "2026", "details": details}
    return sent({"status": 502, "success": False, "error": wrong}, 502)


def _unsafe(server: PictureServer, order: Order) -> Sent:
    wrong = {"code": "BAD_REQUEST", "type": "safety_error", "message": "Blocked: violence"}
    return sent({"status": 400, "success": False, "error": wrong}, 400)


def _elsewhere(server: PictureServer, order: Order) -> Sent:
    order.marks["x-fallback-target"] = "config.targets[1]"
    return server.made(order)


class PollinationsServer(PictureServer):
    """Pollinations on one port.

    lists: what `/image/models` and `/video/models` answer with.
    uploads: the files in its store, by their id.
    usage: the headers `x-usage-*` of what it makes.
    """

    joins = True
    own_scenes: Mapping[str, Scene] = {
        "limited_key": _key_limit,
        "limited_account": _one_at_a_time,
        "limited_free": _free_interval,
        "limited_upstream": _upstream_limited,
        "x402": _x402,
        "unsafe": _unsafe,
        "elsewhere": _elsewhere,
        "other_length": lambda server, order: server.made(order, order.data(slower=0.5)),
        "broken_base64": lambda server, order: sent({"created": 1, "data": [{"b64_json": "%%%"}]}),
        "no_picture": lambda server, order: sent({"created": 1, "data": []}),
        "cut_json": lambda server, order: sent(b'{"created": 1, "data": [{"b64_json": "iVBO'),
    }

    def __init__(self, *scenes: str, key: str = "") -> None:
        super().__init__(*scenes)
        self.key = key
        self.lists: dict[str, Sent] = {
            "/image/models": sent([IMAGE_ROW, EDIT_ROW, TOKEN_ROW]),
            "/video/models": sent([VIDEO_ROW, NOVA_ROW]),
            "/models": sent(["sana"]),
        }
        self.uploads: dict[str, bytes] = {}
        self.usage: dict[str, str] = {}

    def is_order(self, asked: Asked) -> bool:
        """A generation, a prompt of the old host, or something in its path."""
        path = urlsplit(asked.path).path
        if path in self.lists:
            return False
        return path == "/v1/images/generations" or path.startswith(("/image/", "/video/", "/prompt/"))

    def other(self, asked: Asked) -> Sent:
        """A list, or a file to keep or to give back."""
        path = urlsplit(asked.path).path
        if path in self.lists:
            return self.lists[path]
        if (asked.method, path) == ("POST", "/upload"):
            return self._keep(asked)
        if path[1:] in self.uploads:
            return Sent(200, self.uploads[path[1:]], {"content-type": "image/png"})
        return super().other(asked)

    def order_of(self, asked: Asked) -> Order | Sent:
        """What is wanted; its key and its length are looked at first."""
        if len(asked.path) > URL_MAX:
            return page(400)
        is_old = asked.path.startswith("/prompt/")
        if not is_old and asked.headers.get("authorization", "") != f"Bearer {self.key}":
            return self.fault(401, "Authentication required", "UNAUTHORIZED", {})
        if asked.body is not None:
            body = asked.body
            width, height = (int(side) for side in body["size"].split("x"))
            return Order(asked, body["prompt"], body["seed"], width, height, KINDS.get(body["model"], "jpeg"))
        return self._got(asked)

    def form(self, order: Order, data: bytes) -> Sent:
        """Bytes for a GET, JSON for a POST."""
        headers = {"x-model-used": "a-model", **self.usage, **order.marks}
        if order.asked.method == "GET":
            return Sent(200, data, {"content-type": order.media_type, **headers})
        item = {"b64_json": base64.b64encode(data).decode(), "revised_prompt": order.words}
        if order.kind == "svg":
            item["media_type"] = order.media_type
        return sent({"created": 1, "data": [item]}, 200, **headers)

    def fault(self, status: int, message: str, code: str, headers: Mapping[str, str]) -> Sent:
        """Its envelope (facts 1.3)."""
        wrong = {"code": code, "message": message, "timestamp": "2026-11-23T00:00:00Z", "requestId": "r1"}
        return sent({"status": status, "success": False, "error": wrong}, status, **headers)

    def _got(self, asked: Asked) -> Order:
        place = urlsplit(asked.path)
        route, _, words = place.path[1:].partition("/")
        said = {name: values[-1] for name, values in parse_qs(place.query).items()}
        is_clip = route == "video"
        return Order(
            asked,
            unquote(words),
            int(said.get("seed", 0)),
            int(said.get("width", 1024)),
            int(said.get("height", 1024)),
            "mp4" if is_clip else KINDS.get(said.get("model", ""), "jpeg"),
            float(said.get("duration", 4)),
        )

    def _keep(self, asked: Asked) -> Sent:
        """The file of a form, under an id of its own, as every upload gets one."""
        if asked.headers.get("authorization", "") != f"Bearer {self.key}":
            return sent({"error": "API key required"}, 401)
        boundary = asked.headers["content-type"].partition("boundary=")[2].encode()
        part = asked.raw.split(b"--" + boundary)[1]
        head, _, data = part.partition(b"\r\n\r\n")
        if b'name="file"' not in head:
            return sent({"error": "No file provided"}, 400)
        name = f"u{len(self.uploads)}"
        self.uploads[name] = data.removesuffix(b"\r\n")
        return sent({"id": name, "url": f"{self.url}/{name}", "contentType": "image/png", "size": len(data)})
