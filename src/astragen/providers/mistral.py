"""Mistral: its own models.

kind: chat
key: MISTRAL_API_KEY
docs: https://docs.mistral.ai/api
price: by tokens; with a free tier; not confirmed
limits: by account tier; unknown fields are refused with 422
read: 2026-11-30
"""

from __future__ import annotations

from astragen.model.capability import Capability
from astragen.providers.openai_chat import Dialect, OpenAIChat


class Mistral(OpenAIChat):
    """Mistral's models."""

    capability = Capability(name="mistral", trade="chat", version="1")
    default_base_url = "https://api.mistral.ai/v1"
    default_model = "mistral-small-latest"
    key_variables = ("MISTRAL_API_KEY",)
    dialect = Dialect(seed="random_seed")


PROVIDER = Mistral
