"""OpenAI: GPT models through chat completions.

kind: chat
key: OPENAI_API_KEY
docs: https://developers.openai.com/api/docs
price: by tokens; not confirmed for gpt-6-luna, the cheapest of its family
limits: by account tier; x-ratelimit-* headers
read: 2026-11-23
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from astragen.model.capability import Capability
from astragen.providers.openai_chat import Dialect, OpenAIChat
from astragen.providers.wire import ChatOptions


class OpenAIOptions(ChatOptions):
    """What a user may set of OpenAI."""

    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    temperature: float | None = Field(None, ge=0, le=2, description="Not sent unless set: reasoning models refuse it.")


class OpenAI(OpenAIChat):
    """GPT."""

    capability = Capability(name="openai", trade="chat", version="1")
    default_base_url = "https://api.openai.com/v1"
    default_model = "gpt-6-luna"
    key_variables = ("OPENAI_API_KEY",)
    base_url_variables = ("OPENAI_BASE_URL",)
    Options = OpenAIOptions
    dialect = Dialect(limit="max_completion_tokens", takes_temperature=False)


PROVIDER = OpenAI
