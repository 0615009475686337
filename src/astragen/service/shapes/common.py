"""What all shapes share: closed objects, whole seconds, pages."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

EXAMPLE_TIME: Final = 1_795_390_000  # unix seconds
LIMIT_MAX: Final = 100  # entries of a page
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # but for \n, \r and \t

Limit = Annotated[int, Field(ge=1, le=LIMIT_MAX, description="The most entries of a page.")]
Order = Literal["asc", "desc"]


class Shape(BaseModel):
    """An object of the API: what it does not know, it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def without_controls(text: str) -> str:
    """*text*, unless it has characters that no database and no header takes.

    Raises:
        ValueError: the character and its place.
    """
    if found := _CONTROL.search(text):
        raise ValueError(f"has a control character U+{ord(found[0]):04X} at position {found.start()}; remove it")
    return text


Words = Annotated[str, AfterValidator(without_controls)]
"""Text that can be kept everywhere."""


def seconds_of(time_s: float | None) -> int | None:
    """A time as the API tells it: whole seconds since the epoch."""
    return None if time_s is None else int(time_s)


def examples(*values: dict[str, Any]) -> dict[str, Any]:
    """What a shape's `json_schema_extra` is to have, so that the API's description shows *values*."""
    return {"examples": list(values)}
