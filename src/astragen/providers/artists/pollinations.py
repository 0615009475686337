"""Pollinations: pictures and clips of several makers behind one key.

Pictures are asked by POST: there the prompt has no URL to be too long for, and stands in no log of a proxy.
Clips are asked by one GET that waits. Either, sent again as it was, joins the running work and is charged once;
a POST without a seed would not, so there is always one.

kind: artist, camera
key: POLLINATIONS_API_KEY
docs: https://gen.pollinations.ai/docs
price: in pollen (1 is about 1 USD), by picture or second; the lists at /image/models and /video/models are read
limits: one call at a time without paid balance; about 100 calls in 10 s by address; URLs of clips up to 8 KB
read: 2026-11-23
"""

from __future__ import annotations

import base64
import hashlib
import logging
import math
from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

import anyio
from pydantic import Field

from astragen.errors import ProviderError, SettingsError
from astragen.model.capability import ArtistCapability, ClipRule, known_artists
from astragen.model.requests import PictureRequest
from astragen.providers.access import Access
from astragen.providers.http import HttpClient, Part, Reply, Timeouts, form_body, json_body
from astragen.providers.picture_answers import BASE64_BYTES_MAX, media_in, note, picture_of
from astragen.providers.pollinations_host import PollinationsHost
from astragen.providers.pollinations_models import ListedModel, fitted, listed
from astragen.providers.prices import cost_usd, listed_price
from astragen.providers.shooting import CLIP_BYTES_MAX, Media, Picture, PictureProvider, Wanted
from astragen.providers.vendor import Options
from astragen.providers.wire import text_at

LIST_TIMEOUT_S: Final = 10.0
_TAKES_NEGATIVE: Final = {  # facts 1.4, by new names and old
    *("tongyi-mai/z-image-turbo", "zimage", "black-forest-labs/flux.1-schnell", "flux"),
}

log = logging.getLogger(__name__)


class PollinationsOptions(Options):
    """What a user may set of Pollinations."""

    safe: str | None = Field(
        None, pattern="^[a-z]+(,[a-z]+)*$", description="What it filters: privacy,secrets,sexual,violence,shield."
    )


class PictureOptions(PollinationsOptions):
    """What a user may set of its pictures."""

    quality: Literal["low", "medium", "high", "hd"] | None = Field(None, description="Of GPT image models only.")


class ClipOptions(PollinationsOptions):
    """What a user may set of its clips."""

    timeout_s: float = Field(600.0, ge=0.1, le=3_600, description="The longest wait for one clip, tries included.")
    upload_start: bool = Field(
        False, description="Start clips from the shot's picture, which is uploaded: whoever has its address can see it."
    )
    media_url: str = Field("https://media.pollinations.ai", description="Where pictures are uploaded.")


class _Pollinations(PollinationsHost, PictureProvider):
    """What its artist and its camera share."""

    recognises_repeats = True
    list_path: str
    row: ListedModel | None = None

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent. See `Vendor`."""
        super().__init__(access, options)
        self.model = access.model or self._own().model

    @property
    def is_paid_only(self) -> bool:
        """Whether the model wants bought credit, as far as the list says; known after `learn`."""
        return self.row is not None and self.row.is_paid_only

    async def learn(self) -> None:
        """Read the model's row of the list, without the key; see `PictureProvider.learn`."""
        http = HttpClient(self.base_url, provider=self.capability.name, timeouts=Timeouts(total_s=LIST_TIMEOUT_S))
        try:
            self.row = listed(await http.get_json(self.list_path), self.model)
        except (ProviderError, SettingsError) as error:
            log.info("%s: the list of models cannot be read (%s)", self.capability.name, type(error).__name__)

    def price_usd(self, request: PictureRequest) -> float | None:
        """The most that *request* will be charged; None when nobody knows."""
        prompt = request.prompt
        said = self.row.usd(prompt.seconds, len(prompt.references)) if self.row else None
        return cost_usd(listed_price(self.capability.name, self.model), prompt) if said is None else said

    def _own(self) -> ArtistCapability:
        raise NotImplementedError

    def _with_headers(self, media: Media, reply: Reply, *notes: str) -> Media:
        """*media* with what the headers of *reply* say of it."""
        elsewhere = reply.headers.get("x-fallback-target", "")
        said = (f"served by another model or provider than asked: {note(elsewhere)}",) if elsewhere else ()
        return media._replace(
            model=note(reply.headers.get("x-model-used", "")),
            cost_usd=self.row.usd_of_usage(reply.headers) if self.row else None,
            notes=(*notes, *said),
        )


class Artist(_Pollinations):
    """Its pictures."""

    capability = known_artists()["pollinations-post"]
    Options = PictureOptions
    max_bytes = BASE64_BYTES_MAX
    list_path = "image/models"

    @property
    def card(self) -> ArtistCapability:
        """What the model can do, as far as is known."""
        known = self._own().model_copy(update={"model": self.model, "supports_negative": self.model in _TAKES_NEGATIVE})
        return fitted(known, self.row) if self.row else known

    async def submit(self, wanted: Wanted) -> Media:
        """Ask for the picture; see `PictureProvider.submit`."""
        reply = await self.http.send("POST", "v1/images/generations", json_body(self.body(wanted)), again="joined")
        return self._with_headers(await picture_of(self, self.http.parsed(reply)), reply)

    def body(self, wanted: Wanted) -> dict[str, Any]:
        """The request. A flag that is off is left out: older code read "false" as true (facts 1.4)."""
        prompt = wanted.request.prompt
        negative = {"negative_prompt": prompt.negative} if prompt.negative else {}
        quality = {"quality": self.options.quality} if self.options.quality else {}
        pictures = {"image": [_data_url(one) for one in wanted.references]} if wanted.references else {}
        return {
            "prompt": prompt.text,
            "model": self.model,
            "size": f"{prompt.width}x{prompt.height}",
            "seed": prompt.seed or 0,
            "response_format": "b64_json",
            "private": True,
            **negative,
            **quality,
            **pictures,
        }

    def _own(self) -> ArtistCapability:
        return known_artists()["pollinations-post"]


class Camera(_Pollinations):
    """Its clips."""

    capability = known_artists()["pollinations-video"]
    Options = ClipOptions
    instead = "choose another camera"
    max_bytes = CLIP_BYTES_MAX
    list_path = "video/models"

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent. See `Vendor`."""
        super().__init__(access, options)
        # The same file uploaded twice has two addresses, and a request with another address is not the same request:
        # not here, and not after a crash.
        self.recognises_repeats = not self.options.upload_start
        self._uploaded: dict[str, str] = {}
        self._uploading = anyio.Lock()
        self._media = HttpClient(
            self.options.media_url,
            provider=self.capability.name,
            auth=self.auth(access),
            key_hint=f"Check {self.usual_key()}, or {self.instead}.",
        )

    @property
    def card(self) -> ArtistCapability:
        """What the model can do, as far as is known; it takes pictures only where they may be uploaded."""
        known = self._own().model_copy(update={"model": self.model})
        card = fitted(known, self.row) if self.row else known
        if self.options.upload_start or card.clip is None:
            return card
        return card.model_copy(update={"clip": card.clip.model_copy(update={"takes_start": False, "takes_end": False})})

    async def submit(self, wanted: Wanted) -> Media:
        """Ask for the clip, and wait for it; see `PictureProvider.submit`."""
        pictures, notes = await self._pictures(wanted)
        reply = await self.http.send(
            "GET", self.path(wanted, pictures), headers={"accept": "video/mp4"}, again="joined"
        )
        return self._with_headers(media_in(self, reply, "video"), reply, *notes)

    def path(self, wanted: Wanted, pictures: tuple[str, ...] = ()) -> str:
        """The request, with the addresses of *pictures* last (facts 1.4)."""
        prompt = wanted.request.prompt
        words = (prompt.motion if pictures else "") or prompt.text
        asked: dict[str, object] = {"model": self.model, "width": prompt.width, "height": prompt.height}
        if prompt.seconds is not None:
            asked["duration"] = math.ceil(prompt.seconds)
        if prompt.aspect:
            asked["aspectRatio"] = prompt.aspect
        if prompt.seed is not None:
            asked["seed"] = prompt.seed
        asked["private"] = "true"
        if pictures:
            asked["image"] = "|".join(pictures)
        return f"video/{quote(words, safe='')}?{urlencode(asked, quote_via=quote, safe='')}"

    async def _pictures(self, wanted: Wanted) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The addresses of the pictures at the clip's ends, and what the report should say of them."""
        if wanted.start is None:
            return (), ()
        if not self.options.upload_start:
            return (), ("made from words alone: its start picture would have to be published (upload_start)",)
        clip = self.card.clip
        if clip is None or not clip.takes_start:
            return (), ("made from words alone: as far as is known the model takes no start picture",)
        ends = [wanted.start, *([wanted.end] if wanted.end and clip.takes_end else [])]
        async with self._uploading:
            addresses = tuple([await self._address_of(one) for one in ends])
        where = urlsplit(self.options.media_url).hostname
        said = f"uploaded to {where}, where whoever has the address can see it for about 30 days"
        return addresses, (f"{len(ends)} picture{'s' * (len(ends) > 1)} {said}",)

    async def _address_of(self, picture: Picture) -> str:
        """Where *picture* can be fetched: uploaded, unless this object has done so before."""
        digest = hashlib.sha256(picture.data).hexdigest()
        if digest not in self._uploaded:
            name = f"{digest[:16]}.{picture.media_type.rpartition('/')[2]}"
            part = Part("file", picture.data, file_name=name, media_type=picture.media_type)
            answer = self._media.parsed(await self._media.send("POST", "upload", form_body([part])))
            url = text_at(answer, "url")
            if not url.isascii() or not url.startswith(("http://", "https://")):
                raise self.bad("no address for an uploaded picture")
            self._uploaded[digest] = url
        return self._uploaded[digest]

    def _own(self) -> ArtistCapability:
        rows = (row for row in known_artists().values() if row.name == "pollinations" and row.clip)
        known = next((row for row in rows if row.model == self.model or not self.model), None)
        if known:
            return known
        anything = ClipRule(min_s=1, max_s=30, step_s=1)  # what the wire takes (facts 1.5)
        return known_artists()["pollinations-video"].model_copy(update={"clip": anything})


def _data_url(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


ARTIST = Artist
CAMERA = Camera
