"""OpenRouter: models of many makers behind one key.

kind: chat
key: OPENROUTER_API_KEY
docs: https://openrouter.ai/docs
price: by tokens and model, shown in its model list
limits: by credit; 402 when it is used up; errors may come with status 200
read: 2026-11-30
"""

from __future__ import annotations

from astragen.model.capability import Capability
from astragen.providers.openai_chat import Dialect, OpenAIChat


class OpenRouter(OpenAIChat):
    """Models that OpenRouter passes on."""

    capability = Capability(name="openrouter", trade="chat", version="1")
    default_base_url = "https://openrouter.ai/api/v1"
    default_model = "openrouter/auto"
    key_variables = ("OPENROUTER_API_KEY",)
    dialect = Dialect()


PROVIDER = OpenRouter
