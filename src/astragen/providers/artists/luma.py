"""Luma: the Dream Machine's video models.

kind: camera
key: LUMAAI_API_KEY
docs: https://docs.lumalabs.ai/docs/api
price: by pixels and seconds; data/providers/picture_prices.json
limits: not stated; docs.comfy.org (Luma Text to Video) says that Luma removes these addresses on 2026-10-24
read: 2026-11-30 (facts 5 and appendix A; lumaai 1.21.0)

It takes pictures by public address only, and ours have none; whether a data URI would do is
not known (facts 5). So its clips are made from words alone, and say so.
"""

from __future__ import annotations

from typing import Any, Final

from astragen.model.capability import ArtistCapability, known_artists
from astragen.model.requests import PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers.queued import Done, Method, Order, QueuedProvider, given, in_path, lines
from astragen.providers.shooting import Pending, Wanted
from astragen.providers.wire import at, text_at

WORKING: Final = ("queued", "dreaming")
NAMES: Final = {"2160p": "4k"}
FROM_WORDS: Final = "made from words alone: luma takes pictures by public address only"


class LumaCamera(QueuedProvider):
    """Video models of the Dream Machine."""

    capability = known_artists()["luma"]
    default_base_url = "https://api.lumalabs.ai/dream-machine/v1"
    key_variables = ("LUMAAI_API_KEY",)
    instead = "choose another camera"
    poll_s = 3.0

    @property
    def card(self) -> ArtistCapability:
        """As listed, but without pictures to start from and to end on."""
        card = super().card
        clip = card.clip and card.clip.model_copy(update={"takes_start": False, "takes_end": False})
        return card.model_copy(update={"clip": clip})

    def price_usd(self, request: PictureRequest) -> float | None:
        """The most that *request* will be charged; None when nobody knows."""
        return self.listed(f"{self.model}@{_resolution(request)}", request)

    def order(self, wanted: Wanted) -> Order:
        """A clip from words."""
        prompt = wanted.request.prompt
        body: dict[str, Any] = {
            "model": self.model,
            "prompt": prompt.text,
            "aspect_ratio": prompt.aspect or None,
            "resolution": _resolution(wanted.request),
            "duration": f"{round(prompt.seconds)}s" if prompt.seconds else None,
        }
        return Order("generations/video", given(body), self.model)

    def status_path(self, ticket: Ticket) -> str:
        """The generation."""
        return f"generations/{in_path(ticket.id)}"

    def cancellation(self, ticket: Ticket) -> tuple[Method, str]:
        """Delete the generation; whether that saves its price is not stated."""
        return "DELETE", self.status_path(ticket)

    def state(self, reply: object) -> Done | Pending:
        """The clip."""
        state = text_at(reply, "state")
        if state in WORKING:
            return Pending(self.poll_s)
        if state == "failed":
            raise self.failed(at(reply, "failure_reason"))
        if state != "completed":
            raise self.bad(f'the state "{state[:40]}"' if state else "no state")
        url = text_at(reply, "assets", "video")
        if not url:
            raise self.bad("no file")
        return Done(url, model=text_at(reply, "model"), notes=(FROM_WORDS,))


def _resolution(request: PictureRequest) -> str:
    name = lines(request.prompt.width, request.prompt.height)
    return NAMES.get(name, name)


CAMERA = LumaCamera
