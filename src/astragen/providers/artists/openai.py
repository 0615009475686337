"""OpenAI images: GPT image models, and other servers with the same API.

With reference pictures it is an edit, without them a generation. A request that is not answered may have been charged:
it is not sent again. Sora, its API for clips, is gone since 2026-09-24.

kind: artist
key: OPENAI_API_KEY
docs: https://developers.openai.com/api/docs/guides/image-generation
price: by tokens; not confirmed for gpt-image-2.6-flare
limits: by account tier; sides divisible by 16; no seed, so nothing can be made again
read: 2026-11-23
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from astragen.model.capability import ArtistCapability, known_artists
from astragen.model.requests import PictureRequest
from astragen.providers.access import Access
from astragen.providers.http import Body, Part, form_body, json_body
from astragen.providers.picture_answers import BASE64_BYTES_MAX, picture_of
from astragen.providers.prices import cost_usd, listed_price
from astragen.providers.shooting import Media, Picture, PictureProvider, Wanted
from astragen.providers.vendor import Options

_FREE_SIZE = re.compile(r"gpt-image-(?:[2-9]|\d\d)(?!\d)")  # since gpt-image-2 any size within limits (facts 2.3)


class ImageOptions(Options):
    """What a user may set of OpenAI's images."""

    quality: Literal["auto", "low", "medium", "high", "xhigh", "max"] | None = None
    background: Literal["auto", "opaque", "transparent"] | None = None
    moderation: Literal["auto", "low"] | None = Field(None, description="Of generations only.")
    output_format: Literal["png", "jpeg", "webp"] | None = Field(
        "png", description="null for a server of another make that does not know it."
    )
    output_compression: int | None = Field(None, ge=0, le=100, description="Of jpeg and webp.")


class OpenAIImages(PictureProvider):
    """GPT image models."""

    capability = known_artists()["openai"]
    default_base_url = "https://api.openai.com/v1"
    key_variables = ("OPENAI_API_KEY",)
    base_url_variables = ("OPENAI_BASE_URL",)
    Options = ImageOptions
    max_bytes = BASE64_BYTES_MAX

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent. See `Vendor`."""
        super().__init__(access, options)
        self.model = access.model or known_artists()["openai"].model

    @property
    def card(self) -> ArtistCapability:
        """What the model can do: models of before gpt-image-2 and those of other makes have three sizes."""
        known = known_artists()["openai" if _FREE_SIZE.match(self.model) else "openai-fixed"]
        return known.model_copy(update={"model": self.model})

    def price_usd(self, request: PictureRequest) -> float | None:
        """The most that *request* will be charged; None when nobody knows, as where tokens decide."""
        return cost_usd(listed_price(self.capability.name, self.model), request.prompt)

    async def submit(self, wanted: Wanted) -> Media:
        """Ask for the picture; see `PictureProvider.submit`."""
        path, body = (
            ("images/edits", self.form(wanted)) if wanted.references else ("images/generations", self.body(wanted))
        )
        reply = await self.http.send("POST", path, body, again="unpaid")
        parsed = self.http.parsed(reply)
        media = await picture_of(self, parsed)
        return media._replace(cost_usd=self._cost_usd(parsed))

    def body(self, wanted: Wanted) -> Body:
        """The request without reference pictures."""
        return json_body(self._fields(wanted))

    def form(self, wanted: Wanted) -> Body:
        """The request with them, as files in the order of their names in the prompt."""
        fields = [
            Part(name, str(value).encode()) for name, value in self._fields(wanted).items() if name != "moderation"
        ]
        return form_body([*fields, *(_file(number, one) for number, one in enumerate(wanted.references, 1))])

    def _fields(self, wanted: Wanted) -> dict[str, Any]:
        prompt = wanted.request.prompt
        size = f"{prompt.width}x{prompt.height}"
        return {"model": self.model, "prompt": prompt.text, "size": size, **self.options.fields()}

    def _cost_usd(self, parsed: object) -> float | None:
        """What the tokens of an answer cost, where they are counted and their price is known."""
        row = listed_price(self.capability.name, self.model)
        usage = parsed.get("usage") if isinstance(parsed, Mapping) else None
        if row is None or not isinstance(usage, Mapping):
            return None
        came, went = usage.get("input_tokens"), usage.get("output_tokens")
        if not isinstance(came, int) or not isinstance(went, int) or min(came, went) < 0:
            return None
        return row.usd_of_tokens(came, went)


def _file(number: int, picture: Picture) -> Part:
    kind = picture.media_type.rpartition("/")[2]
    return Part("image[]", picture.data, file_name=f"reference-{number}.{kind}", media_type=picture.media_type)


ARTIST = OpenAIImages
