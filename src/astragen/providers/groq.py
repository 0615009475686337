"""Groq: open models, answered fast.

kind: chat
key: GROQ_API_KEY
docs: https://console.groq.com/docs
price: by tokens; with a free tier; not confirmed
limits: by model and minute; strict schemas on some models only
read: 2026-11-30
"""

from __future__ import annotations

from astragen.model.capability import Capability
from astragen.providers.openai_chat import Dialect, OpenAIChat


class Groq(OpenAIChat):
    """Models that Groq runs."""

    capability = Capability(name="groq", trade="chat", version="1")
    default_base_url = "https://api.groq.com/openai/v1"
    default_model = "openai/gpt-oss-20b"
    key_variables = ("GROQ_API_KEY",)
    dialect = Dialect(limit="max_completion_tokens")


PROVIDER = Groq
