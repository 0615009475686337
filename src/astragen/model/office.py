"""What the service's office keeps besides films: keys, uploaded files, webhooks, replies, use.

Records are values: the office writes them, the API shows them. Times are seconds since the epoch.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field, SecretStr

from astragen.model.base import Model
from astragen.model.job import FilmId, FilmRecord, FilmState
from astragen.model.take import Artifact

_ID: Final = "_[0-9a-hjkmnp-tv-z]{26}$"
KeyId = Annotated[str, Field(pattern=f"^key{_ID}")]
FileId = Annotated[str, Field(pattern=f"^file{_ID}")]
HookId = Annotated[str, Field(pattern=f"^hook{_ID}")]
ShareId = Annotated[str, Field(pattern=f"^share{_ID}")]
DeliveryId = Annotated[str, Field(pattern=f"^dlv{_ID}")]

Scope = Literal["films:read", "films:write", "files:write", "keys:admin", "usage:read", "metrics:read"]
SCOPES: Final[tuple[Scope, ...]] = (
    "films:read",
    "films:write",
    "files:write",
    "keys:admin",
    "usage:read",
    "metrics:read",
)

SPEND_PERIOD_S: Final = 30 * 86_400.0  # what a limit of spending counts: the last thirty days


class QueueLimits(Model):
    """What an owner may have on the way and spend; None is no limit."""

    depth: int | None = Field(None, ge=0, description="Films that are queued or in progress.")
    spend_usd: float | None = Field(
        None, ge=0, description="Charged within the last *period_s*, and estimated of films that have not ended."
    )
    period_s: float = Field(SPEND_PERIOD_S, gt=0)
    at_once: int | None = Field(None, ge=1, description="Films on their way at one time; the others are held.")


class KeyRecord(Model):
    """An API key, without its secret."""

    id: KeyId
    name: str
    prefix: str = Field(description="How its newest secret begins, for people to know it by.")
    scopes: tuple[Scope, ...]
    created_at: float
    expires_at: float | None = Field(None, description="null: never.")
    revoked_at: float | None = None
    last_used_at: float | None = Field(None, description="To within a minute.")
    rate_per_minute: int | None = Field(None, ge=1, description="Requests; null: the service's own limit.")
    queue_depth: int | None = Field(None, ge=0, description="Films queued or in progress; null: no limit.")
    films_at_once: int | None = Field(None, ge=1, description="Films in progress; null: no limit.")
    spend_limit_usd: float | None = Field(None, ge=0, description="In any thirty days; null: no limit.")

    @property
    def limits(self) -> QueueLimits:
        """What is checked when a film is added."""
        return QueueLimits(depth=self.queue_depth, spend_usd=self.spend_limit_usd, at_once=self.films_at_once)

    def is_valid(self, now_s: float) -> bool:
        """Whether it opens anything at *now_s*."""
        return self.revoked_at is None and (self.expires_at is None or now_s < self.expires_at)


class ShareRecord(Model):
    """A link that shows one film to whoever has it, without its token."""

    id: ShareId
    film: FilmId
    owner: str
    created_at: float
    expires_at: float


class FileRecord(Model):
    """A file that a user uploaded."""

    id: FileId
    owner: str = ""
    artifact: Artifact
    name: str = Field(description="As the user calls it; never a path.")
    kind: str = Field(description="What it can be used as: picture, clip, music, lut ...")
    created_at: float


class HookRecord(Model):
    """A webhook endpoint."""

    id: HookId
    owner: str = ""
    url: str
    secrets: tuple[SecretStr, ...] = Field(description="All that messages are signed with now, the newest first.")
    events: tuple[str, ...] = Field((), description="Types that it is told; empty: all.")
    description: str = ""
    created_at: float
    is_disabled: bool = False
    disabled_why: str = Field("", description="Of one that the service disabled itself.")

    def wants(self, event: str) -> bool:
        """Whether it is told of *event*, as "film.completed"."""
        return not self.is_disabled and (not self.events or event in self.events)


class Try(Model):
    """One attempt to deliver a message."""

    at: float
    status: int | None = Field(None, description="HTTP status; null: there was no answer.")
    error: str = ""
    took_s: float = Field(0.0, ge=0)


DeliveryState = Literal["pending", "delivered", "failed"]


class Delivery(Model):
    """A message to one endpoint, and how its delivery went."""

    id: DeliveryId
    owner: str = ""
    hook: str = Field("", description="The endpoint's id; empty: the webhook_url of the film.")
    film: str = ""
    event: str = Field(description='Its type, as "film.completed".')
    url: str
    body: str = Field(description="The very text that is signed and sent.")
    state: DeliveryState = "pending"
    created_at: float
    next_try_at: float | None = Field(None, description="null: no more tries.")
    tries_left: int = Field(0, ge=0)
    tries: tuple[Try, ...] = ()


class Replay(NamedTuple):
    """The reply that an earlier request with the same idempotency key got."""

    status: int
    headers: dict[str, str]
    body: bytes


class Unfinished(NamedTuple):
    """An earlier request with the same idempotency key never replied: its process died."""

    subject: str  # the id that it was about to give, or gave, to what it made


class OpenAttempt(NamedTuple):
    """A film that has not ended, without its weight."""

    id: str
    attempt: int
    owner: str
    state: FilmState
    stage: str
    created_at: float


class Page(NamedTuple):
    """Some of a list of films, in its order."""

    films: tuple[FilmRecord, ...]
    has_more: bool


class FilePage(NamedTuple):
    """Some of a list of files, in its order."""

    files: tuple[FileRecord, ...]
    has_more: bool


class DeliveryPage(NamedTuple):
    """Some of a list of deliveries, in its order."""

    deliveries: tuple[Delivery, ...]
    has_more: bool


class UsageReport(Model):
    """What was used within a time."""

    films: int = Field(0, ge=0, description="Completed.")
    attempts: int = Field(0, ge=0, description="Ended in any way.")
    seconds: float = Field(0.0, ge=0, description="Of completed films.")
    usd: float = Field(0.0, ge=0)
    usd_by_provider: dict[str, float] = Field(default_factory=dict)
