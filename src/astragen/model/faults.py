"""What is wrong with a document, for the person who has to mend it.

Each fault is one line: the path inside the JSON, the value, what is allowed, and the
nearest allowed word where one is misspelt. Pure. Start reading at `faults`.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import ValidationError

from astragen.model.base import Model

Where = tuple[int | str, ...]
Limits = Mapping[str, Any]

SHOWN_MAX: Final = 10  # faults told; the rest is counted
_VALUE_MAX = 60  # characters of a value that are shown
_NEAR = 0.6  # likeness (difflib) from which a word is taken for a misspelt one
_KINDS: Mapping[type, str] = {
    str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object",
    type(None): "null",
}  # fmt: skip
# What a value must be, by the first part of Pydantic's name of the problem.
_MUST_BE = {
    "string": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "tuple": "a list",
    "model": "an object",
}  # fmt: skip
_OF_TYPE = ("_type", "_parsing", "_from_float", "_attributes_type", "_parsing_size")
# What a pattern of the models asks for, beside a value that fits that pattern and no other.
_PATTERNS = (
    ("#A1B2C3", "a colour is written #rrggbb"),
    ("s1-2_b", "an id is at most 40 of a-z, 0-9, _ and -, a letter or digit first"),
    ("pt-BR", 'a language is a BCP 47 tag, such as "en" or "pt-BR"'),
)


def faults(error: ValidationError, model: type[Model]) -> list[str]:
    """What *error* says of a document that should be a *model*: `path: what is wrong`, in its order."""
    return [
        f"{path(problem['loc'])}: {_told(problem['loc'], problem, model)}"
        for problem in error.errors(include_url=False)
        if not (problem["type"] == "too_short" and problem["input"])  # only short of its entries that have faults
    ]


def listed(found: Sequence[str]) -> str:
    """*found* as the rest of a sentence: one as it is, several numbered, those past SHOWN_MAX counted."""
    if len(found) == 1:
        return f"is not valid: {found[0]}."
    rows = [f"\n({number}) {one}" for number, one in enumerate(found[:SHOWN_MAX], 1)]
    rest = len(found) - SHOWN_MAX
    return f"has {len(found)} faults:{';'.join(rows)}{f'; and {rest} more' if rest > 0 else ''}."


def path(where: Where) -> str:
    """*where* as people write it: `scenes[1].shots[0].count`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return text.removeprefix(".") or "the whole"


def shown(value: object) -> str:
    """*value* as JSON writes it, cut when long."""
    text = json.dumps(value, ensure_ascii=False, default=repr).encode(errors="backslashreplace").decode()
    return text if len(text) <= _VALUE_MAX else f"{text[: _VALUE_MAX - 3]}..."


def kind_of(value: object) -> str:
    """What JSON calls *value*: "a list", "text", ..."""
    return _KINDS.get(type(value), "no JSON value")


def did_you_mean(word: str, allowed: Sequence[str]) -> str:
    """The one of *allowed* that *word* may be a misspelling of, or ""."""
    plain = {_plain(one): one for one in allowed}
    near = difflib.get_close_matches(_plain(word), plain, 1, _NEAR)
    return plain[near[0]] if near else ""


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip().casefold())


def _told(where: Where, problem: Mapping[str, Any], model: type[Model]) -> str:
    kind, value = str(problem["type"]), problem.get("input")
    limits: Limits = problem.get("ctx", {})
    if kind == "missing":
        return f"is missing; add it{_meaning(where, model)}"
    if kind == "extra_forbidden":
        return f"unknown field; {_instead(str(where[-1]), _fields(where[:-1], model))}"
    if kind in ("enum", "literal_error"):
        return f"{shown(value)} is not allowed; {_instead(value, _quoted(str(limits['expected'])))}"
    if kind in _OUT_OF_RANGE:
        return _OUT_OF_RANGE[kind](value, limits)
    must = _MUST_BE.get(kind.partition("_")[0])
    if must is not None and kind.endswith(_OF_TYPE):
        return f"{'' if value is None else f'{shown(value)} '}is {kind_of(value)}; it must be {must}"
    return str(problem["msg"]).removeprefix("Value error, ")


def _length(noun: str, value: Any, most: int) -> str:  # noqa: ANN401  (any JSON value with a length)
    count = "" if noun == "character" else f"has {len(value)} {noun}{'s' * (len(value) != 1)}"
    return f"{count or f'{shown(value)} has {len(value)} characters'}; at most {most} are allowed"


_OUT_OF_RANGE: Mapping[str, Callable[[Any, Limits], str]] = {
    "greater_than_equal": lambda value, limits: f"{shown(value)} is less than {limits['ge']}, the least allowed",
    "less_than_equal": lambda value, limits: f"{shown(value)} is more than {limits['le']}, the most allowed",
    "string_too_long": lambda value, limits: _length("character", value, limits["max_length"]),
    "string_too_short": lambda _, __: "is empty; write at least one character",
    "string_unicode": lambda value, _: f"{shown(value)} has half a character; write it whole",
    "too_long": lambda value, limits: _length("entry", value, limits["max_length"]).replace("entrys", "entries"),
    "too_short": lambda _, __: "is an empty list; it needs at least one entry",
    "finite_number": lambda value, _: f"{value} is no number that can be drawn; write a finite one",
    "string_pattern_mismatch": lambda value, limits: f"{shown(value)} does not fit; {_asked(str(limits['pattern']))}",
}


def _asked(pattern: str) -> str:
    return next((words for fits, words in _PATTERNS if re.fullmatch(pattern, fits)), f"it must match {pattern}")


def _quoted(expected: str) -> list[str]:
    """The words of Pydantic's "'a', 'b' or 'c'"."""
    return re.findall(r"'([^']*)'", expected)


def _instead(word: object, allowed: Sequence[str]) -> str:
    """What to write for *word*: the nearest of *allowed*, or all of them."""
    near = did_you_mean(word, allowed) if isinstance(word, str) else ""
    return f'did you mean "{near}"?' if near else f"allowed: {', '.join(allowed)}"


def _fields(where: Where, model: type[Model]) -> list[str]:
    """The fields of the object at *where* in a *model*."""
    return list(_model_at(where, model).model_fields)


def _meaning(where: Where, model: type[Model]) -> str:
    """What the field at *where* is for, when its model says so."""
    said = _model_at(where[:-1], model).model_fields[str(where[-1])].description
    return f" ({said.rstrip('.')})" if said else ""


def _model_at(where: Where, model: type[Model]) -> type[Model]:
    """The model of the object at *where*; a list's number names one of its kind."""
    for part in where:
        if isinstance(part, str):
            model = next(_models_in(model.model_fields[part].annotation))
    return model


def _models_in(annotation: Any) -> Iterator[type[Model]]:  # noqa: ANN401  (any annotation)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
