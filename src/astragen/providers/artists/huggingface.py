"""Hugging Face: text-to-image models that its own inference service (hf-inference) serves.

Other makers behind its router want their own payloads and are not asked. Not confirmed (facts 4.3, appendix B 8): the
bodies of 402 and 503, and whether a 503 for a model that is being loaded always names its `estimated_time`; where it
does, that is the wait. A request that is not answered may have been charged: it is not sent again.

kind: artist
key: HF_TOKEN
docs: https://huggingface.co/docs/inference-providers
price: by credits of the month; not listed by model
limits: depend on the model and the account; negative prompts and reference pictures are not sent
read: 2026-11-23
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from astragen.errors import SettingsError
from astragen.model.capability import ArtistCapability, known_artists
from astragen.model.requests import PictureRequest
from astragen.providers.access import Access
from astragen.providers.failures import variable
from astragen.providers.http import Body, json_body
from astragen.providers.picture_answers import media_in
from astragen.providers.prices import cost_usd, listed_price
from astragen.providers.shooting import PICTURE_BYTES_MAX, Media, PictureProvider, Wanted


class HuggingFace(PictureProvider):
    """One model of hf-inference."""

    capability = known_artists()["huggingface"]
    default_base_url = "https://router.huggingface.co"
    key_variables = ("HF_TOKEN",)
    max_bytes = PICTURE_BYTES_MAX

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent. See `Vendor`; SettingsError too when no model is named."""
        super().__init__(access, options)
        if not access.model:
            hint = f"Set {variable(self.capability.name, 'MODEL')} to the id of a text-to-image model on the hub."
            raise SettingsError("huggingface has no usual model.", hint=hint)

    @property
    def card(self) -> ArtistCapability:
        """What is known of any of its models."""
        return known_artists()["huggingface"].model_copy(update={"model": self.model})

    def price_usd(self, request: PictureRequest) -> float | None:
        """The most that *request* will be charged; None when nobody knows."""
        return cost_usd(listed_price(self.capability.name, self.model), request.prompt)

    async def submit(self, wanted: Wanted) -> Media:
        """Ask for the picture; see `PictureProvider.submit`."""
        path = f"hf-inference/models/{quote(self.model, safe='/')}"
        reply = await self.http.send("POST", path, self.body(wanted), headers={"accept": "image/png"}, again="unpaid")
        return media_in(self, reply, "image")

    def body(self, wanted: Wanted) -> Body:
        """The request."""
        prompt = wanted.request.prompt
        size = {"width": prompt.width, "height": prompt.height}
        seed = {} if prompt.seed is None else {"seed": prompt.seed}
        return json_body({"inputs": prompt.text, "parameters": {**size, **seed}})


ARTIST = HuggingFace
