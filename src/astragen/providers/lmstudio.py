"""LM Studio: local models behind a desktop program.

kind: chat
key: none (ASTRAGEN_LMSTUDIO_API_KEY for a server that wants one)
docs: https://lmstudio.ai/docs
price: none
limits: the machine's; models below 7 billion weights often miss the schema
read: 2026-11-23
"""

from __future__ import annotations

from astragen.model.capability import Capability
from astragen.providers.openai_chat import Dialect, LocalOptions, OpenAIChat


class LMStudio(OpenAIChat):
    """Models that LM Studio runs."""

    capability = Capability(name="lmstudio", trade="chat", version="1")
    default_base_url = "http://127.0.0.1:1234/v1"
    default_model = ""
    needs_key = False
    Options = LocalOptions
    dialect = Dialect(has_json_mode=False)  # it answers 400: 'response_format.type' must be 'json_schema' or 'text'


PROVIDER = LMStudio
