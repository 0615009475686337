"""Saved files of older versions: plain dict -> dict steps, run before construction.

Each step takes the document of version N and returns that of N + 1. A file of a
newer version than this program is refused, never guessed at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from astragen.errors import StoryboardError
from astragen.model.storyboard import STORYBOARD_VERSION, Storyboard

Document = dict[str, Any]
Step = Callable[[Document], Document]

STORYBOARD_STEPS: Mapping[int, Step] = {}  # version -> step to the next; version 1 is the first


def upgrade(document: Document, steps: Mapping[int, Step], newest: int) -> Document:
    """Bring *document* to version *newest*.

    Raises:
        StoryboardError: no version, a version that is no integer, or one from the future.
    """
    version = document.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise StoryboardError(f"version is {version!r}; it must be a whole number from 1 to {newest}.")
    if version > newest:
        raise StoryboardError(
            f"version is {version}, newer than this program's {newest}.", hint="Update astragen to open it."
        )
    for number in range(version, newest):
        document = {**steps[number](document), "version": number + 1}
    return document


def load_storyboard(text: str) -> Storyboard:
    """Parse a storyboard of any known version.

    Raises:
        StoryboardError: not JSON, an unknown field, a value out of range, or a newer
            version; the message names the path inside the JSON.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise StoryboardError(f"The storyboard is not JSON ({where}).", hint="Check the file.") from error
    except RecursionError as error:
        raise StoryboardError("The storyboard is nested too deeply to be one.", hint="Check the file.") from error
    if not isinstance(document, dict):
        raise StoryboardError(f"The storyboard is a JSON {type(document).__name__}; it must be an object.")
    document = upgrade(document, STORYBOARD_STEPS, STORYBOARD_VERSION)
    try:
        return Storyboard.model_validate(document)
    except ValidationError as error:
        raise StoryboardError(f"The storyboard is not valid: {first_problem(error)}.") from error


def first_problem(error: ValidationError) -> str:
    """The first problem of a Pydantic error as `path: what (value)`, with the count of the rest."""
    problems = error.errors(include_url=False)
    problem = problems[0]
    path = ".".join(str(part) for part in problem["loc"]) or "the whole"
    shown = "" if problem["type"] in ("missing", "extra_forbidden") else f" (got {_short(problem['input'])})"
    message = problem["msg"].removeprefix("Value error, ")
    rest = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
    if problem["type"] == "extra_forbidden":
        message = "unknown field; remove it or check its spelling"
    return f"{path}: {message}{shown}{rest}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
