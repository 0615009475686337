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
from astragen.model.faults import Where, did_you_mean, faults, kind_of, listed, path, shown
from astragen.model.storyboard import STORYBOARD_VERSION, Storyboard

Document = dict[str, Any]
Step = Callable[[Document], Document]

_CHECK = "Check the file, or write a new one with: astragen plan PROMPT -o board.json"
_MEND = "Mend the file and run it again; astragen schema storyboard prints all that is allowed."

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
        StoryboardError: not JSON, a newer version, or up to ten faults, each with its path inside
            the JSON, the value and what is allowed.
    """
    document = upgrade(_parsed(text), STORYBOARD_STEPS, STORYBOARD_VERSION)
    try:
        return Storyboard.model_validate(document)
    except ValidationError as error:
        # Broken references are found last, in a document that is otherwise whole.
        found = broken_references(document) if not error.errors()[0]["loc"] else faults(error, Storyboard)
        raise StoryboardError(f"The storyboard {listed(found)}", hint=_MEND) from error


def _parsed(text: str) -> Document:
    """The JSON object that *text* is."""
    try:
        document = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refused)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise StoryboardError(f"The storyboard is not JSON ({where}).", hint=_CHECK) from error
    except RecursionError as error:
        raise StoryboardError("The storyboard is nested too deeply to be one.", hint=_CHECK) from error
    except ValueError as error:  # a number of more digits than Python reads
        raise StoryboardError(f"The storyboard has a number that cannot be read: {error}.", hint=_CHECK) from error
    if not isinstance(document, dict):
        raise StoryboardError(f"The storyboard is {kind_of(document)}; it must be an object.", hint=_CHECK)
    return document


def _without_doubles(pairs: list[tuple[str, Any]]) -> Document:
    """A JSON object as a dict; a field said twice would silently lose one of its values."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(one for one in names if names.count(one) > 1)
        both = " and ".join(shown(value) for one, value in pairs if one == name)
        raise StoryboardError(f'The storyboard has an object with "{name}" twice ({both}).', hint="Keep one of them.")
    return fields


def _refused(constant: str) -> None:
    """JSON has no NaN and no infinity, though Python writes them."""
    raise StoryboardError(f"The storyboard has the number {constant}, which is not JSON.", hint="Write a finite one.")


def broken_references(document: Document) -> list[str]:
    """The ids of *document* that stand twice and the characters that nobody listed, with their paths.

    *document*: one whose fields are all well.
    """
    scenes = list(enumerate(document["scenes"]))
    shots = [((*("scenes", i), "shots", j), shot) for i, scene in scenes for j, shot in enumerate(scene["shots"])]
    characters = list(enumerate(document.get("characters", ())))
    found = [
        *_twice([(("scenes", i, "id"), scene["id"]) for i, scene in scenes], "scene"),
        *_twice([((*where, "id"), shot["id"]) for where, shot in shots], "shot"),
        *_twice([(("characters", i, "id"), one["id"]) for i, one in characters], "character"),
    ]
    known = [str(one["id"]).strip() for _, one in characters]
    for where, shot in shots:
        speaker = shot.get("speaker")
        if speaker is not None and speaker.strip() not in known:
            found.append(f"{path((*where, 'speaker'))}: {_unlisted(speaker, known)}")
        for k, subject in enumerate(shot.get("subjects", ())):
            name = subject.get("character")
            if name is not None and name.strip() not in known:
                found.append(f"{path((*where, 'subjects', k, 'character'))}: {_unlisted(name, known)}")
    return found


def _unlisted(name: str, known: list[str]) -> str:
    near = did_you_mean(name, known)
    instead = f'did you mean "{near}"?' if near else "add it there, or write null"
    return f'no character has the id "{name}" in the storyboard\'s "characters"; {instead}'


def _twice(named: list[tuple[Where, str]], what: str) -> list[str]:
    """A fault for each of *named* (path, id) whose id came before."""
    first: dict[str, Where] = {}
    found = []
    for where, name in ((where, name.strip()) for where, name in named):
        if name in first:
            found.append(f'{path(where)}: "{name}" is the id of {path(first[name][:-1])} too; give each {what} its own')
        first.setdefault(name, where)
    return found


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
