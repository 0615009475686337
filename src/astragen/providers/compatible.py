"""Any other OpenAI-compatible server, at the address in ASTRAGEN_COMPATIBLE_BASE_URL.

kind: chat
key: none (ASTRAGEN_COMPATIBLE_API_KEY for a server that wants one)
docs: https://developers.openai.com/api/docs/api-reference/chat
price: the server's
limits: the server's
read: 2026-11-23
"""

from __future__ import annotations

from astragen.model.capability import Capability
from astragen.providers.openai_chat import Dialect, LocalOptions, OpenAIChat


class Compatible(OpenAIChat):
    """A server of the user's choice."""

    capability = Capability(name="compatible", trade="chat", version="1")
    default_base_url = ""
    default_model = ""
    needs_key = False
    Options = LocalOptions
    dialect = Dialect()


PROVIDER = Compatible
