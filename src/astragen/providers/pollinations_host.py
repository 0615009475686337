"""What pictures, clips and voices of Pollinations share: one host and key, one way to filter and to wait."""

from __future__ import annotations

from astragen.providers.http import Timeouts
from astragen.providers.vendor import Vendor


class PollinationsHost(Vendor):
    """Whatever is asked of gen.pollinations.ai but words; its options are to have `safe`."""

    default_base_url = "https://gen.pollinations.ai"
    key_variables = ("POLLINATIONS_API_KEY",)

    @classmethod
    def address(cls, base_url: str) -> str:
        """*base_url* without the /v1 that language models are asked below."""
        return base_url.rstrip("/").removesuffix("/v1")

    def headers(self) -> dict[str, str]:
        """The filters, which have a header of their own."""
        return {"Pollinations-Safe": self.options.safe} if self.options.safe else {}

    def timeouts(self) -> Timeouts:
        """One silent try leaves time for another, which joins the running work."""
        return Timeouts(read_s=self.options.timeout_s / 2, total_s=self.options.timeout_s)
