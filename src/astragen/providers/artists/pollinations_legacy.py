"""Pollinations without a key: what its old image host still gives away, as best effort.

One small model whatever is asked for, kept for old programs; whether it still answers without a key is not confirmed
(facts 1.2). No key is ever sent there. It answers a full queue with HTTP 402 and an offer to pay, which means: later.

kind: artist
key: none
docs: https://github.com/pollinations/pollinations/blob/master/APIDOCS.md
price: none
limits: one picture in 45 s by address; URLs up to 8 KB; no start pictures, no references
read: 2026-11-23
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from astragen.errors import ProviderError
from astragen.model.capability import ArtistCapability, known_artists
from astragen.model.requests import PictureRequest
from astragen.providers.access import Access
from astragen.providers.http import Auth, Timeouts
from astragen.providers.picture_answers import media_in, note
from astragen.providers.shooting import PICTURE_BYTES_MAX, Media, PictureProvider, Wanted


class PollinationsLegacy(PictureProvider):
    """The old image host."""

    capability = known_artists()["pollinations-legacy"]
    default_base_url = "https://image.pollinations.ai"
    needs_key = False
    charges = False
    max_bytes = PICTURE_BYTES_MAX
    recognises_repeats = True  # the same file again, from its cache

    def auth(self, access: Access) -> Auth | None:
        """None: an old key gets a notice in words instead of a picture (facts 1.2e)."""

    def timeouts(self) -> Timeouts:
        """One silent try leaves time for another."""
        return Timeouts(read_s=self.options.timeout_s / 2, total_s=self.options.timeout_s)

    @property
    def card(self) -> ArtistCapability:
        """What it can do; it has one model whatever is asked for."""
        return known_artists()["pollinations-legacy"]

    def price_usd(self, request: PictureRequest) -> float | None:
        """Nothing."""
        return 0.0

    async def submit(self, wanted: Wanted) -> Media:
        """Ask for the picture; see `PictureProvider.submit`."""
        try:
            reply = await self.http.send("GET", self.path(wanted), headers={"accept": "image/*"})
        except ProviderError as error:
            if error.status in (401, 403):
                error.hint = 'It wants a key now: choose the artist "pollinations", with POLLINATIONS_API_KEY set.'
            raise
        media = media_in(self, reply, "image")
        return media._replace(model=note(reply.headers.get("x-model-used", "")), cost_usd=0.0)

    def path(self, wanted: Wanted) -> str:
        """The request: no mark on the picture, and none of it in a public feed."""
        prompt = wanted.request.prompt
        asked: dict[str, object] = {"width": prompt.width, "height": prompt.height}
        if self.model:
            asked["model"] = self.model
        if prompt.seed is not None:
            asked["seed"] = prompt.seed
        return f"prompt/{quote(prompt.text, safe='')}?{urlencode({**asked, 'nologo': 'true', 'private': 'true'})}"


ARTIST = PollinationsLegacy
