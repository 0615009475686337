"""Links that show a film, as the API has them."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from astragen.model.office import ShareRecord
from astragen.service.shapes.common import EXAMPLE_TIME, Shape, examples
from astragen.service.shapes.film import FILM_ID

DAYS: Final = 30  # that a link works where nothing is said
DAYS_MAX: Final = 365
EXAMPLE: Final[dict[str, Any]] = {
    "object": "share",
    "id": "share_01jd3m8q2v7x4n5c6b7a8s9d0f",
    "film": FILM_ID,
    "created_at": EXAMPLE_TIME,
    "expires_at": EXAMPLE_TIME + DAYS * 86_400,
}


class NewShare(Shape):
    """How long a link is to work."""

    model_config = ConfigDict(json_schema_extra=examples({"days": 7}))

    days: int = Field(DAYS, ge=1, le=DAYS_MAX)


class Share(Shape):
    """A link that shows a film, without its token."""

    model_config = ConfigDict(json_schema_extra=examples(EXAMPLE))

    object: Literal["share"] = "share"
    id: str
    film: str
    created_at: int
    expires_at: int


class MadeShare(Share):
    """A link that was made just now."""

    model_config = ConfigDict(json_schema_extra=examples({**EXAMPLE, "url": "https://films.example/shared/..."}))

    url: str = Field(description="Shown this once: whoever has it sees the film, and nothing else.")


class ShareList(Shape):
    """The links to a film that work, the newest first."""

    model_config = ConfigDict(json_schema_extra=examples({"object": "list", "data": [EXAMPLE]}))

    object: Literal["list"] = "list"
    data: list[Share]


def share_shape(record: ShareRecord) -> Share:
    """*record* as the API shows it."""
    return Share.model_validate(_told(record))


def made_share_shape(record: ShareRecord, url: str) -> MadeShare:
    """*record* with the *url* that opens it."""
    return MadeShare(**_told(record), url=url)


def _told(record: ShareRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "film": record.film,
        "created_at": int(record.created_at),
        "expires_at": int(record.expires_at),
    }
