"""Stable Diffusion WebUI: AUTOMATIC1111's and Forge, on the user's machine.

It makes one picture at a time and answers with it; one that nobody waits for any more is interrupted.

kind: artist
key: A1111_API_AUTH, as user:password, where it was started with --api-auth
docs: https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/API
price: none
limits: the machine's; one job at a time
read: 2026-11-30
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

import anyio
from pydantic import Field, SecretStr

from astragen.errors import ProviderError, SettingsError, Unavailable
from astragen.model.base import content_hash
from astragen.model.capability import ArtistCapability, known_artists
from astragen.model.requests import PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers.access import Access
from astragen.providers.http import Auth, is_listening, json_body
from astragen.providers.shooting import PICTURE_BYTES_MAX, Media, PictureProvider, Wanted
from astragen.providers.vendor import Options
from astragen.providers.wire import at

INTERRUPT_S: Final = 2.0  # what a cancelled job may take to say so
NAMED_MAX: Final = 8  # checkpoints that an error lists

_KINDS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
_OURS: Final = ("timeout_s", "pixels_max", "reference_denoising")


class A1111Options(Options):
    """What a user may set of the WebUI; what is left out is as the WebUI has it."""

    timeout_s: float = Field(900.0, ge=0.1, le=3_600, description="The longest wait for one picture, tries included.")
    steps: int | None = Field(None, ge=1, le=150)
    cfg_scale: float | None = Field(None, ge=1, le=30, description="How closely the prompt is followed.")
    sampler_name: str | None = Field(None, min_length=1, max_length=60)
    scheduler: str | None = Field(None, min_length=1, max_length=60)
    pixels_max: int = Field(
        1_048_576, ge=65_536, le=16_777_216, description="Width times height; SD 1.5 wants about 262144."
    )
    reference_denoising: float | None = Field(
        None, ge=0.05, le=1, description="Set: a character's reference picture is painted over (img2img), so strongly."
    )


class A1111(PictureProvider):
    """The checkpoint that the WebUI has loaded, or the one that the user names."""

    capability: ArtistCapability = known_artists()["a1111"]
    default_base_url = "http://127.0.0.1:7860"
    key_variables = ("A1111_API_AUTH",)
    needs_key = False
    is_local = True
    max_bytes = PICTURE_BYTES_MAX * 4 // 3 + 1_000_000  # base64, and what is said beside it
    Options = A1111Options

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent. See `Vendor`."""
        super().__init__(access, options)
        self._turn = anyio.Lock()

    @property
    def card(self) -> ArtistCapability:
        """What it can do: as large as the options allow."""
        size = self.capability.size.model_copy(update={"pixels_max": self.options.pixels_max})
        made_with = content_hash(self.options.model_dump_json(exclude={"timeout_s"}))[:12]
        changes = {
            "model": self.model,
            "size": size,
            "references_max": 0 if self.options.reference_denoising is None else 1,
            "version": f"{self.capability.version}-{made_with}",
        }
        return self.capability.model_copy(update=changes)

    def auth(self, access: Access) -> Auth | None:
        """HTTP Basic.

        Raises:
            SettingsError: the key is not user:password.
        """
        if access.key is None:
            return None
        if ":" not in access.key.get_secret_value():
            message = f"The key of {self.capability.name} is not of the form user:password."
            raise SettingsError(message, hint="Write it as the WebUI's --api-auth has it.")
        coded = base64.b64encode(access.key.get_secret_value().encode()).decode()
        return Auth(SecretStr(coded), prefix="Basic ")

    def price_usd(self, request: PictureRequest) -> float:
        """Nothing."""
        return 0.0

    async def submit(self, wanted: Wanted) -> Media:
        """Return the picture; see `PictureProvider.submit`. Jobs wait here for each other, not in the WebUI."""
        async with self._turn:
            try:
                reply = await self.http.send("POST", f"sdapi/v1/{_route(wanted)}", json_body(self._body(wanted)))
            except anyio.get_cancelled_exc_class():
                await self._interrupt()
                raise
            except Unavailable:
                await self._interrupt()  # it may be at it still, and the next job would wait for that
                raise
            except ProviderError as error:
                raise await self._explained(error, wanted.request) from error
        return self._media(self.http.parsed(reply))

    async def cancel(self, ticket: Ticket) -> None:
        """There are no tickets: cancel `submit`."""

    def _body(self, wanted: Wanted) -> dict[str, Any]:
        """The request; `override_settings` chooses the checkpoint for this picture only."""
        prompt = wanted.request.prompt
        body: dict[str, Any] = {
            "prompt": prompt.text,
            "negative_prompt": prompt.negative,
            "seed": -1 if prompt.seed is None else prompt.seed,
            "width": prompt.width,
            "height": prompt.height,
            "batch_size": 1,
            "n_iter": 1,
            "send_images": True,
            "save_images": False,
            **self.options.model_dump(exclude=set(_OURS), exclude_none=True),
        }
        if self.model:
            body["override_settings"] = {"sd_model_checkpoint": self.model}
        if wanted.references:
            body["init_images"] = [base64.b64encode(wanted.references[0].data).decode()]
            body["denoising_strength"] = self.options.reference_denoising or 0.75  # its own default (facts 4.1)
        return body

    def _media(self, reply: object) -> Media:
        """The picture in *reply*."""
        coded = at(reply, "images", 0)
        if not isinstance(coded, str) or not coded:
            raise self.bad("no picture")
        try:
            picture = base64.b64decode(coded.partition("base64,")[2] or coded, validate=True)
        except ValueError as error:
            raise self.bad("a picture that is no base64") from error
        kind = next((kind for start, kind in _KINDS.items() if picture.startswith(start)), None)
        if kind is None:
            raise self.bad("base64 that is no picture")
        return Media(picture, kind, model=_checkpoint(at(reply, "info")) or self.model)

    async def _interrupt(self) -> None:
        """Stop the job that runs, which is ours: no other of ours was let in."""
        with anyio.move_on_after(INTERRUPT_S, shield=True), suppress(ProviderError):  # gone, and its work with it
            if await is_listening(self.base_url):
                await self.http.send("POST", "sdapi/v1/interrupt")

    async def _explained(self, error: ProviderError, request: PictureRequest) -> ProviderError:
        """*error* in words that help, where the WebUI's own do not."""
        name, place = self.capability.name, urlsplit(self.base_url).netloc
        if "OutOfMemoryError" in error.message:
            size = f"{request.prompt.width}x{request.prompt.height}"
            message = f"{name} at {place} ran out of memory over a picture of {size}."
            hint = f"Lower the option pixels_max (now {self.options.pixels_max}), or start the WebUI with --medvram."
            return ProviderError(message, hint=hint, provider=name, status=error.status)
        if error.status == 404 and "Not Found" in error.message:
            message = f"The WebUI at {place} was started without its API (HTTP 404)."
            return ProviderError(message, hint="Start it again with --api.", provider=name, status=404)
        if error.status == 404 and self.model:
            message = f'{name} at {place} has no checkpoint "{self.model}" (HTTP 404).'
            return ProviderError(message, hint=await self._checkpoints(), provider=name, status=404)
        return error

    async def _checkpoints(self) -> str:
        """The checkpoints that there are, as a hint."""
        try:
            reply = await self.http.get_json("sdapi/v1/sd-models")
        except ProviderError:
            reply = None
        titles = [at(one, "title") for one in reply] if isinstance(reply, list) else []
        known = [title[:80] for title in titles if isinstance(title, str)][:NAMED_MAX]
        return f"It has: {', '.join(known)}." if known else "Load one in the WebUI first."


def _route(wanted: Wanted) -> str:
    return "img2img" if wanted.references else "txt2img"


def _checkpoint(info: object) -> str:
    """The checkpoint that *info*, JSON in a text, names; "" for none."""
    try:
        name = json.loads(info).get("sd_model_name") if isinstance(info, str) else None
    except (ValueError, AttributeError, RecursionError):
        return ""
    return name[:200] if isinstance(name, str) else ""


ARTIST = A1111
