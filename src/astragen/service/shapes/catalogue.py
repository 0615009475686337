"""Who and what can be chosen, as the API tells it."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from astragen.providers.catalogue import Listed
from astragen.service.shapes.common import Shape, examples

_PROVIDER: Final[dict[str, Any]] = {
    "name": "openai",
    "trade": "writer",
    "about": "OpenAI: language models.",
    "model": "gpt-6-luna",
    "state": "ready",
    "is_configured": True,
    "is_free": False,
    "price": {"usd": 0.5, "per": "million_tokens", "usd_in": 0.1},
    "act": "",
    "takes_key": True,
    "has_kept_key": False,
}


class ProviderList(Shape):
    """Everybody who can be asked, by trade."""

    model_config = ConfigDict(json_schema_extra=examples({"object": "list", "data": [_PROVIDER], "has_more": False}))

    object: Literal["list"] = "list"
    data: list[Listed]
    has_more: Literal[False] = False


class VoiceView(Shape):
    """A voice that can be chosen."""

    model_config = ConfigDict(title="Voice")

    voice: str = Field(description="As a film's `voice` names it.", examples=["builtin:f3"])
    about: str
    languages: list[str] = Field(description="Primary tags that it speaks; empty: those of its provider.")
    sample: str | None = Field(description="Where it is heard; null: it would have to be asked, and may charge.")


class VoiceList(Shape):
    """The voices, built-in ones first."""

    model_config = ConfigDict(
        json_schema_extra=examples(
            {
                "object": "list",
                "data": [
                    {
                        "voice": "builtin:f3",
                        "about": "another of its voices",
                        "languages": ["de", "en"],
                        "sample": "/v1/voices/builtin:f3/sample",
                    }
                ],
                "has_more": False,
            }
        )
    )

    object: Literal["list"] = "list"
    data: list[VoiceView]
    has_more: Literal[False] = False


class StyleView(Shape):
    """A style that the painter knows; other words are taken, too, by those who draw from words."""

    model_config = ConfigDict(title="Style")

    name: str = Field(description="As a film's `style` names it.", examples=["watercolour"])
    about: str
    details: str
    example: str = Field(description="Where a picture in this style is.")


class StyleList(Shape):
    """The styles."""

    model_config = ConfigDict(
        json_schema_extra=examples(
            {
                "object": "list",
                "data": [
                    {
                        "name": "watercolour",
                        "about": "watercolour painting",
                        "details": "translucent washes, wet-on-wet blooms",
                        "example": "/v1/styles/watercolour/example",
                    }
                ],
                "has_more": False,
            }
        )
    )

    object: Literal["list"] = "list"
    data: list[StyleView]
    has_more: Literal[False] = False


class Limits(Shape):
    """What can be asked for, and how much of it."""

    model_config = ConfigDict(
        title="Limits",
        json_schema_extra=examples(
            {
                "object": "limits",
                "brief": {"seconds": {"type": "number", "minimum": 5, "maximum": 600, "default": 30.0}},
                "upload_max_bytes": 2_147_483_648,
                "upload_quota_bytes": 21_474_836_480,
                "metadata_max": 16,
                "webhook_endpoints_max": 50,
                "sample_text_max": 200,
            }
        ),
    )

    object: Literal["limits"] = "limits"
    brief: dict[str, Any] = Field(description="JSON Schema of each field of an order, by its name.")
    upload_max_bytes: int
    upload_quota_bytes: int = Field(description="Of all files of a key together.")
    metadata_max: int = Field(description="Entries of a film's metadata.")
    webhook_endpoints_max: int
    sample_text_max: int = Field(description="Characters that a voice's sample may have.")
