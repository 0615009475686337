"""fal: image and video models of many makers behind one queue.

kind: artist, camera
key: FAL_KEY
docs: https://fal.ai/docs/documentation/model-apis/inference/queue
price: by the begun megapixel or by the second; data/providers/picture_prices.json
limits: not stated; the queue itself runs a request again that a runner lost
read: 2026-11-30 (facts 4.5, 5 and appendix A; fal-client 1.0.3; fal.ai/models/*/llms.txt)
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from astragen.errors import ContentRefused, ProviderError, Unavailable
from astragen.model.capability import known_artists
from astragen.model.requests import PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers.access import Access
from astragen.providers.http import Auth
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
from astragen.providers.wire import at, count_in, text_at

FURTHER_BACK: Final = 4  # places in the queue up to which the wait for the next question grows
NAMESPACES: Final = ("workflows", "comfy")  # first steps of a model's id that are no owner (fal-client: AppId)
FROM_PICTURE, FROM_WORDS = "/image-to-video", "/text-to-video"  # LTX has both, under one name
START_FIELDS: Final = {"fal-ai/kling-video/v3/pro/image-to-video": "start_image_url"}  # facts 5; others: image_url


class _Fal(QueuedProvider):
    """What both trades share."""

    default_base_url = "https://queue.fal.run"
    key_variables = ("FAL_KEY",)
    job_name = "request_id"

    def auth(self, access: Access) -> Auth | None:
        """How the key is sent."""
        return Auth(access.key, prefix="Key ") if access.key else None

    def addresses(self, reply: object, job: str, order: Order) -> dict[str, str]:
        """Those that came back; our own for those that the key must not go to."""
        base = f"{self.base_url}/{_app(order.model)}/requests/{in_path(job)}"
        return {
            "status_url": self.own(text_at(reply, "status_url")) or f"{base}/status",
            "result_url": self.own(text_at(reply, "response_url")) or base,
            "cancel_url": self.own(text_at(reply, "cancel_url")) or f"{base}/cancel",
        }

    def cancellation(self, ticket: Ticket) -> tuple[Method, str]:
        """As fal named it."""
        return "PUT", ticket.cancel_url

    async def look(self, ticket: Ticket) -> Done | Pending:
        """Ask for the state and, when it is completed, for the result."""
        reply = await self.asked(self.status_path(ticket))
        state = text_at(reply, "status")
        if state == "IN_QUEUE":
            return Pending(self.poll_s * (1 + min(count_in(reply, "queue_position"), FURTHER_BACK)))
        if state == "IN_PROGRESS":
            return Pending(self.poll_s)
        if state != "COMPLETED":
            raise self.bad(f'the state "{state[:40]}"' if state else "no state")
        if at(reply, "error"):  # completed does not mean done (facts 4.5)
            raise self.failed(at(reply, "error"), at(reply, "error_type"))
        return self.state(await self._result(ticket))

    async def _result(self, ticket: Ticket) -> object:
        """What the model answered.

        A gateway's page fails this question only. fal's own words with a 5xx are the model's last:
        a 504 that carries them is the time limit of the work, not of the question.
        """
        try:
            return await self.asked(ticket.result_url)
        except Unavailable as error:
            if error.status is None or _is_page(error):
                raise
            raise self.failed(error.message) from error


class FalArtist(_Fal):
    """Image models that fal serves."""

    capability = known_artists()["fal"]
    poll_s = 1.0

    def order(self, wanted: Wanted) -> Order:
        """One picture of the size that is wanted."""
        prompt = wanted.request.prompt
        body = {
            "prompt": prompt.text,
            "image_size": {"width": prompt.width, "height": prompt.height},
            "negative_prompt": prompt.negative or None,
            "seed": prompt.seed,
        }
        return Order(quote(self.model), given(body), self.model)

    def state(self, reply: object) -> Done:
        """The first picture; the black one that stands for a refused picture is none."""
        if at(reply, "has_nsfw_concepts", 0) is True:
            message = "fal's safety checker blanked the picture."
            refused = ContentRefused(message, hint="Word the prompt differently.", provider=self.capability.name)
            refused.is_charged = True  # the picture was made first
            raise refused
        return _file(self, at(reply, "images", 0))


class FalCamera(_Fal):
    """Video models that fal serves: from a picture, or from words alone where the model has such a twin."""

    capability = known_artists()["fal-video"]
    instead = "choose another camera"
    poll_s = 3.0

    def price_usd(self, request: PictureRequest) -> float | None:
        """The most that *request* will be charged: by the dearer twin, for whether a start comes is not known."""
        size = lines(request.prompt.width, request.prompt.height)
        costs = [self.listed(f"{model}@{size}", request) for model in {self.model, _twin(self.model)}]
        return max((cost for cost in costs if cost is not None), default=None)

    def order(self, wanted: Wanted) -> Order:
        """A clip from the start picture, or from words."""
        prompt = wanted.request.prompt
        model = self.model if wanted.start else _twin(self.model)
        body: dict[str, Any] = {
            "prompt": words_for(wanted),
            "duration": round(prompt.seconds or 0) or None,
            "resolution": lines(prompt.width, prompt.height),
            "aspect_ratio": prompt.aspect or None,
            "negative_prompt": prompt.negative or None,
            "seed": prompt.seed,
        }
        if wanted.start:
            body[START_FIELDS.get(model, "image_url")] = data_uri(wanted.start)
            body["end_image_url"] = data_uri(wanted.end) if wanted.end else None
        return Order(quote(model), given(body), model)

    def state(self, reply: object) -> Done:
        """The clip."""
        return _file(self, at(reply, "video"))


def _file(provider: _Fal, file: object) -> Done:
    url = text_at(file, "url")
    if not url:
        raise provider.bad("no file")
    return Done(url, text_at(file, "content_type"))


def _twin(model: str) -> str:
    """The model that makes clips from words alone; *model* itself when it has none by this name."""
    return model.removesuffix(FROM_PICTURE) + FROM_WORDS if model.endswith(FROM_PICTURE) else model


def _app(model: str) -> str:
    """The part of a model's id under which its requests are kept: owner and alias."""
    steps = model.split("/")
    return quote("/".join(steps[: 3 if steps[0] in NAMESPACES else 2]))


def _is_page(error: ProviderError) -> bool:
    """Whether *error* is a web page's or an empty body's, and so a gateway's."""
    return "a web page" in error.message or error.message.endswith(f"HTTP {error.status}.")


ARTIST = FalArtist
CAMERA = FalCamera
