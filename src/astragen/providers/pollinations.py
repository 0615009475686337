"""Pollinations: text models of several makers behind one key.

kind: chat
key: POLLINATIONS_API_KEY
docs: https://gen.pollinations.ai/docs
price: by tokens, in pollen (1 is about 1 USD); the model list at /v1/models names prices
limits: one call at a time without paid balance; about 100 calls in 10 s by address; bodies up to 20 MiB
read: 2026-11-23
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from astragen.model.capability import Capability
from astragen.providers.chat import Question
from astragen.providers.openai_chat import OpenAIChat, chat_body
from astragen.providers.wire import ChatOptions


class PollinationsOptions(ChatOptions):
    """What a user may set of Pollinations."""

    safe: str | None = Field(
        None, pattern="^[a-z]+(,[a-z]+)*$", description="What it filters: privacy,secrets,sexual,violence,shield."
    )


class Pollinations(OpenAIChat):
    """Text models that Pollinations serves."""

    capability = Capability(name="pollinations", trade="chat", version="1")
    default_base_url = "https://gen.pollinations.ai/v1"
    default_model = "openai"  # an old name, kept as an alias; which model it means changes
    key_variables = ("POLLINATIONS_API_KEY",)
    Options = PollinationsOptions

    def headers(self) -> dict[str, str]:
        """The filters, which have a header of their own."""
        return {f"Pollinations-{name.title()}": value for name, value in self.options.fields().items()}

    def body(self, question: Question) -> dict[str, Any]:
        """The request."""
        return chat_body(question, self.model, self.dialect)


PROVIDER = Pollinations
