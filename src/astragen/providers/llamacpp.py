"""llama.cpp: the one model that llama-server runs.

The server of llama-cpp-python is asked the same way: it refuses `json_schema`, and keeps to a
schema in JSON mode.

kind: chat
key: none (ASTRAGEN_LLAMACPP_API_KEY for a server that wants one)
docs: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
price: none
limits: the machine's; 503 while the model loads; port 8080 before 2026
read: 2026-11-23
"""

from __future__ import annotations

from astragen.model.capability import Capability
from astragen.providers.openai_chat import Dialect, LocalOptions, OpenAIChat


class LlamaCpp(OpenAIChat):
    """The model that llama-server runs."""

    capability = Capability(name="llamacpp", trade="chat", version="1")
    default_base_url = "http://127.0.0.1:9931/v1"
    default_model = ""
    owner = "llamacpp"
    needs_key = False
    Options = LocalOptions
    dialect = Dialect(json_mode_takes_schema=True)


PROVIDER = LlamaCpp
