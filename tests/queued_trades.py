"""What the suites over artists and cameras with a queue share: who is tested, what is wanted, how it is asked."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import anyio
from pydantic import SecretStr

from astragen.model.requests import PicturePrompt, PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers.access import Access
from astragen.providers.artists import fal, luma, replicate, runway
from astragen.providers.queued import QueuedProvider
from astragen.providers.shooting import Media, Picture, Wanted
from emulators.loopback import picture_bytes
from emulators.queue_servers import FalServer, FileServer, LumaServer, QueueServer, ReplicateServer, RunwayServer

CANARY = "canary-1234-5678-9abc"
PICTURE = Picture(picture_bytes("start", 0, 32, 18), "image/png")
PICTURE_URI = f"data:image/png;base64,{b64encode(PICTURE.data).decode()}"


@dataclass(frozen=True)
class Trade:
    """A provider under test, its emulator, and the path of its base URL."""

    made: type[QueuedProvider]
    server: type[QueueServer]
    base: str = ""


TRADES = {
    "fal": Trade(fal.ARTIST, FalServer),
    "fal-video": Trade(fal.CAMERA, FalServer),
    "replicate": Trade(replicate.ARTIST, ReplicateServer, "/v1"),
    "replicate-video": Trade(replicate.CAMERA, ReplicateServer, "/v1"),
    "runway": Trade(runway.CAMERA, RunwayServer),
    "luma": Trade(luma.CAMERA, LumaServer, "/dream-machine/v1"),
}
NAMES_ADDRESSES = ("fal", "fal-video", "replicate", "replicate-video")

PROMPTS: dict[str, dict[str, Any]] = {
    "fal": {"width": 1280, "height": 720},
    "fal-video": {"width": 1920, "height": 1080, "aspect": "16:9", "seconds": 6.0},
    "replicate": {"width": 1366, "height": 768, "aspect": "16:9"},
    "replicate-video": {"width": 1280, "height": 720, "aspect": "16:9", "seconds": 5.0},
    "runway": {"width": 1280, "height": 720, "seconds": 5.0},
    "luma": {"width": 1280, "height": 720, "aspect": "16:9", "seconds": 5.0, "seed": None},
}


def serve(name: str, files: FileServer, *orders: str, end: str = "good") -> QueueServer:
    trade = TRADES[name]
    server = trade.server(files, key=CANARY, orders=orders, end=end)
    server.trade = trade.made.capability.trade
    return server


def made(name: str, server: QueueServer, *, key: str = CANARY, timeout_s: float = 10.0, model: str = ""):
    trade = TRADES[name]
    access = Access(key=SecretStr(key), base_url=f"{server.url}{trade.base}", model=model)
    return trade.made(access, {"timeout_s": timeout_s})


def wanted(name: str, start: Picture | None = None, end: Picture | None = None, **changed: Any) -> Wanted:
    fields = {"text": "A red fox in snow.", "motion": "Slow push in.", "seed": 7, **PROMPTS[name], **changed}
    prompt = PicturePrompt(**fields)
    request = PictureRequest(shot="s1-1", artist=name, prompt=prompt, fps=24, frames=96)
    return Wanted(request, start=start, end=end)


def order(provider: QueuedProvider, want: Wanted) -> Ticket | Exception:
    try:
        return anyio.run(provider.submit, want)
    except Exception as error:
        return error


def follow(provider: QueuedProvider, ticket: Ticket, asks: int = 9) -> Media | Exception | None:
    """What `poll` gives in the end, however long it says to wait; None when it never ends."""
    try:
        for _ in range(asks):
            found = anyio.run(provider.poll, ticket)
            if isinstance(found, Media):
                return found
    except Exception as error:
        return error
    return None


def begun(name: str, server: QueueServer) -> tuple[QueuedProvider, Ticket]:
    provider = made(name, server)
    ticket = order(provider, wanted(name))
    assert isinstance(ticket, Ticket), ticket
    return provider, ticket
