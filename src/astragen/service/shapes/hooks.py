"""Webhook endpoints and what was sent to them, as the API has them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from astragen.model.office import Delivery, HookRecord
from astragen.service.hooks import NEWS, FilmNews
from astragen.service.shapes.common import EXAMPLE_TIME, Shape, Words, examples, seconds_of

URL_MAX: Final = 2_048  # characters
HOOK_ID: Final = "hook_01jd3m8q2v7x4n5c6b7a8s9d0f"
DELIVERY_ID: Final = "dlv_01jd3m8q2v7x4n5c6b7a8s9d0f"

Url = Annotated[
    Words,
    Field(
        max_length=URL_MAX,
        description="https, of a public server. Empty: this endpoint stands for the `webhook_url` of your films; its "
        "secret signs what goes there, which without such an endpoint is not signed.",
        examples=["https://shop.example/hooks/films"],
    ),
]
News = Annotated[list[FilmNews], Field(max_length=len(NEWS), description="What it is told of; empty: everything.")]
About = Annotated[Words, Field(max_length=200, description="Yours.")]

_EXAMPLE: Final[dict[str, Any]] = {
    "object": "webhook_endpoint",
    "id": HOOK_ID,
    "url": "https://shop.example/hooks/films",
    "events": ["film.completed", "film.failed"],
    "description": "web shop",
    "is_disabled": False,
    "disabled_why": "",
    "secrets": 1,
    "created_at": EXAMPLE_TIME,
}
_SECRET: Final = "whsec_..."  # noqa: S105 - of an example
_EXAMPLE_DELIVERY: Final[dict[str, Any]] = {
    "object": "webhook_delivery",
    "id": DELIVERY_ID,
    "webhook_endpoint": HOOK_ID,
    "film": "film_01jd3m8q2v7x4n5c6b7a8s9d0f",
    "event": "film.completed",
    "url": "https://shop.example/hooks/films",
    "status": "delivered",
    "created_at": EXAMPLE_TIME,
    "next_try_at": None,
    "tries_left": 7,
    "tries": [{"at": EXAMPLE_TIME, "http_status": 204, "error": "", "took_s": 0.118}],
}


class NewHook(Shape):
    """An endpoint that is wanted."""

    model_config = ConfigDict(
        json_schema_extra=examples({"url": "https://shop.example/hooks/films", "events": ["film.completed"]})
    )

    url: Url
    events: News = Field(default_factory=list)
    description: About = ""


class HookChange(Shape):
    """What is to change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra=examples({"is_disabled": True}))

    url: Url | None = None
    events: News | None = None
    description: About | None = None
    is_disabled: bool | None = Field(None, description="true: nothing is sent there until it is false again.")

    def fields(self) -> dict[str, Any]:
        """Those that are said, as the office has them."""
        said = self.model_dump(exclude_none=True)
        return said | ({"events": tuple(self.events)} if self.events is not None else {})


class Hook(Shape):
    """A webhook endpoint, without its secret."""

    model_config = ConfigDict(title="WebhookEndpoint", json_schema_extra=examples(_EXAMPLE))

    object: Literal["webhook_endpoint"] = "webhook_endpoint"
    id: str
    url: str
    events: list[str]
    description: str
    is_disabled: bool
    disabled_why: str = Field(description="Where the service disabled it: the receiver answered 410.")
    secrets: int = Field(ge=1, description="How many sign its messages now: two, for a day after a rotation.")
    created_at: int


class SecretHook(Hook):
    """A webhook endpoint with the secret that it was given just now."""

    model_config = ConfigDict(
        title="WebhookEndpointWithSecret", json_schema_extra=examples({**_EXAMPLE, "secret": _SECRET})
    )

    secret: str = Field(description="Shown this once: verify messages with it, by any library of Standard Webhooks.")


class HookList(Shape):
    """All of a key's endpoints, the newest first."""

    model_config = ConfigDict(
        title="WebhookEndpointList",
        json_schema_extra=examples({"object": "list", "data": [_EXAMPLE], "has_more": False}),
    )

    object: Literal["list"] = "list"
    data: list[Hook]
    has_more: Literal[False] = False


class TryView(Shape):
    """One attempt to deliver."""

    model_config = ConfigDict(title="WebhookTry")

    at: int
    http_status: int | None = Field(description="null: there was no answer.")
    error: str
    took_s: float


class DeliveryView(Shape):
    """A message, and how its delivery went."""

    model_config = ConfigDict(title="WebhookDelivery", json_schema_extra=examples(_EXAMPLE_DELIVERY))

    object: Literal["webhook_delivery"] = "webhook_delivery"
    id: str = Field(description="Its webhook-id: the same at every try.")
    webhook_endpoint: str | None = Field(description="null: the webhook_url of the film, which nothing signs.")
    film: str | None
    event: str
    url: str
    status: Literal["pending", "delivered", "failed"]
    created_at: int
    next_try_at: int | None
    tries_left: int
    tries: list[TryView]


class DeliveryList(Shape):
    """A page of messages, the newest first."""

    model_config = ConfigDict(
        title="WebhookDeliveryList",
        json_schema_extra=examples(
            {"object": "list", "data": [_EXAMPLE_DELIVERY], "last_id": DELIVERY_ID, "has_more": False}
        ),
    )

    object: Literal["list"] = "list"
    data: list[DeliveryView]
    last_id: str | None = Field(description="The next page is the one `after` it.")
    has_more: bool


def hook_shape(record: HookRecord) -> Hook:
    """*record* as the API shows it."""
    kept = record.model_dump(include={"id", "url", "description", "is_disabled", "disabled_why"})
    return Hook(**kept, events=list(record.events), secrets=len(record.secrets), created_at=int(record.created_at))


def secret_hook_shape(record: HookRecord) -> SecretHook:
    """*record* with its newest secret."""
    return SecretHook(**hook_shape(record).model_dump(), secret=record.secrets[0].get_secret_value())


def delivery_shape(record: Delivery) -> DeliveryView:
    """*record* as the API shows it; its body is left out."""
    tries = [
        TryView(at=int(one.at), http_status=one.status, error=one.error, took_s=round(one.took_s, 3))
        for one in record.tries
    ]
    return DeliveryView(
        id=record.id,
        webhook_endpoint=record.hook or None,
        film=record.film or None,
        event=record.event,
        url=record.url,
        status=record.state,
        created_at=int(record.created_at),
        next_try_at=seconds_of(record.next_try_at),
        tries_left=record.tries_left,
        tries=tries,
    )
