"""Replicate: image and video models of many makers.

kind: artist, camera
key: REPLICATE_API_TOKEN
docs: https://replicate.com/docs/reference/http
price: by the picture or by the second; data/providers/picture_prices.json
limits: 600 orders and 3,000 questions a minute; with little credit 1 order a second and 6 a minute
read: 2026-11-30 (facts 4.6, 5 and appendix A; replicate 1.0.7; replicate.com/black-forest-labs/flux-schnell)

No order asks to be held until it is done (`Prefer: wait`): a connection that breaks meanwhile
would leave paid work without a ticket.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from astragen.model.capability import known_artists
from astragen.model.requests import PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers.queued import (
    Done,
    Method,
    Order,
    QueuedProvider,
    data_uri,
    given,
    in_path,
    lines,
    words_for,
)
from astragen.providers.shooting import Pending, Wanted
from astragen.providers.wire import at, text_at

WORKING: Final = ("starting", "processing")
_PROGRESS: Final = re.compile(r"^\s*(\d{1,3})%\s*\|", re.MULTILINE)  # tqdm's line (replicate: Prediction.Progress)


class _Replicate(QueuedProvider):
    """What both trades share."""

    default_base_url = "https://api.replicate.com/v1"
    key_variables = ("REPLICATE_API_TOKEN",)

    def fields(self, wanted: Wanted) -> dict[str, Any]:
        """The model's inputs."""
        raise NotImplementedError

    def order(self, wanted: Wanted) -> Order:
        """A prediction of a model by its name, or of a version of it ("owner/name:version")."""
        inputs = given(self.fields(wanted))
        name, _, version = self.model.rpartition(":")
        if name:
            return Order("predictions", {"version": version, "input": inputs}, self.model)
        return Order(f"models/{quote(self.model)}/predictions", {"input": inputs}, self.model)

    def addresses(self, reply: object, job: str, order: Order) -> dict[str, str]:
        """Those that came back; our own for those that the key must not go to."""
        base = f"{self.base_url}/predictions/{in_path(job)}"
        return {
            "status_url": self.own(text_at(reply, "urls", "get")) or base,
            "cancel_url": self.own(text_at(reply, "urls", "cancel")) or f"{base}/cancel",
        }

    def cancellation(self, ticket: Ticket) -> tuple[Method, str]:
        """As Replicate named it."""
        return "POST", ticket.cancel_url

    def state(self, reply: object) -> Done | Pending:
        """The output is one address or a list of them, by the model."""
        state = text_at(reply, "status")
        if state in WORKING:
            return Pending(self.poll_s, _progress(text_at(reply, "logs")))
        if state == "canceled":
            raise self.failed("it was cancelled")
        if state == "failed":
            raise self.failed(at(reply, "error"))
        if state != "succeeded":
            raise self.bad(f'the state "{state[:40]}"' if state else "no state")
        url = text_at(reply, "output") or text_at(reply, "output", 0)
        if not url:
            raise self.bad("no file")
        return Done(url, model=text_at(reply, "model"))


class ReplicateArtist(_Replicate):
    """Image models that Replicate serves."""

    capability = known_artists()["replicate"]
    poll_s = 0.5

    def fields(self, wanted: Wanted) -> dict[str, Any]:
        """One picture of the shape that is wanted, without loss."""
        prompt = wanted.request.prompt
        return {
            "prompt": prompt.text,
            "aspect_ratio": prompt.aspect or None,
            "negative_prompt": prompt.negative or None,
            "seed": prompt.seed,
            "output_format": "png",
        }


class ReplicateCamera(_Replicate):
    """Video models that Replicate serves."""

    capability = known_artists()["replicate-video"]
    instead = "choose another camera"
    poll_s = 3.0

    def price_usd(self, request: PictureRequest) -> float | None:
        """The most that *request* will be charged; None when nobody knows."""
        return self.listed(f"{self.model}@{lines(request.prompt.width, request.prompt.height)}", request)

    def fields(self, wanted: Wanted) -> dict[str, Any]:
        """A clip from the start picture, whose shape it then has, or from words."""
        prompt = wanted.request.prompt
        return {
            "prompt": words_for(wanted),
            "image": data_uri(wanted.start) if wanted.start else None,
            "last_frame_image": data_uri(wanted.end) if wanted.end else None,
            "duration": round(prompt.seconds or 0) or None,
            "resolution": lines(prompt.width, prompt.height),
            "aspect_ratio": None if wanted.start else prompt.aspect or None,
            "negative_prompt": prompt.negative or None,
            "seed": prompt.seed,
        }


def _progress(logs: str) -> float | None:
    """The last share that *logs* tell, 0 to 1."""
    found = _PROGRESS.findall(logs)
    return min(int(found[-1]) / 100, 1.0) if found else None


ARTIST = ReplicateArtist
CAMERA = ReplicateCamera
