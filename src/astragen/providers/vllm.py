"""vLLM: open models on a machine of one's own.

kind: chat
key: none (ASTRAGEN_VLLM_API_KEY for a server that wants one)
docs: https://docs.vllm.ai
price: none
limits: the machine's
read: 2026-11-23
"""

from __future__ import annotations

from astragen.model.capability import Capability
from astragen.providers.openai_chat import Dialect, LocalOptions, OpenAIChat


class VLLM(OpenAIChat):
    """Models that vLLM runs."""

    capability = Capability(name="vllm", trade="chat", version="1")
    default_base_url = "http://127.0.0.1:8000/v1"
    default_model = ""
    owner = "vllm"
    needs_key = False
    Options = LocalOptions
    dialect = Dialect()


PROVIDER = VLLM
