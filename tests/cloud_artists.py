"""The artists and cameras in the cloud, each with the server that emulates it, for the suites over all of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import anyio
import cv2
import numpy as np
from pydantic import SecretStr

from astragen.model.requests import PicturePrompt, PictureRequest
from astragen.providers.access import Access
from astragen.providers.artists import huggingface, openai, pollinations, pollinations_legacy
from astragen.providers.shooting import Picture, PictureProvider, Wanted
from emulators.huggingface_server import HuggingFaceServer
from emulators.loopback import picture_bytes
from emulators.openai_images_server import OpenAIImagesServer
from emulators.picture_server import PictureServer
from emulators.pollinations_server import PollinationsServer

CANARY = "canary-1234-5678-9abc"
START = Picture(picture_bytes("start", 1), "image/png")
END = Picture(picture_bytes("end", 2, kind="jpeg"), "image/jpeg")


class Case(NamedTuple):
    """One artist or camera and the server that emulates it."""

    one: type[PictureProvider]
    server: type[PictureServer]
    path: str = ""
    model: str = ""
    wire: str = "bytes"


CASES = {
    "pollinations": Case(pollinations.ARTIST, PollinationsServer, wire="json"),
    "pollinations-video": Case(pollinations.CAMERA, PollinationsServer),
    "pollinations-legacy": Case(pollinations_legacy.ARTIST, PollinationsServer),
    "openai": Case(openai.ARTIST, OpenAIImagesServer, "/v1", wire="json"),
    "huggingface": Case(huggingface.ARTIST, HuggingFaceServer, model="black-forest-labs/FLUX.1-schnell"),
}


def request(**fields: Any) -> PictureRequest:
    told = {"text": "A fox: 50% & a hen/é?", "width": 64, "height": 48, "seed": 7, **fields}
    return PictureRequest(shot="s1", artist="x", prompt=PicturePrompt.model_validate(told), fps=24, frames=48)


def wanted(name: str, **fields: Any) -> Wanted:
    clip = {"seconds": 2.0, "aspect": "4:3"} if name == "pollinations-video" else {}
    return Wanted(request(**clip, **fields))


def server_of(name: str, *scenes: str) -> PictureServer:
    one = CASES[name].server(*scenes)
    if isinstance(one, PollinationsServer):
        one.key = CANARY
    return one


def made(name: str, server: PictureServer, timeout_s: float = 20.0, model: str = "", **options: object) -> Any:
    case = CASES[name]
    access = Access(key=SecretStr(CANARY), base_url=server.url + case.path, model=model or case.model)
    return case.one(access, {"timeout_s": timeout_s, **options})


def outcome(provider: PictureProvider, asked: Wanted) -> Any:
    try:
        return anyio.run(provider.submit, asked)
    except Exception as error:
        return error


def patience(name: str, scene: str) -> float:
    """Short where the server is silent; a provider that is asked again needs time for two tries."""
    return (0.8 if CASES[name].one.recognises_repeats else 0.3) if scene in ("silent", "drip") else 20.0


def shape(data: bytes) -> tuple[int, int]:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.shape[:2]
