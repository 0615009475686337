"""Every field of the brief as a flag, and its limits in the flag's help and errors.

Names, defaults and limits are read from `Brief`: a new field there is a new flag here.
Only what was said on the command line is passed on, so that a storyboard or a setting
can fill in the rest. Start reading at `brief_options`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click
from pydantic import ValidationError

from astragen.errors import BriefError
from astragen.model.brief import Brief

Schema = Mapping[str, Any]

FLAGS = {  # where the flag is not the field's name
    "deadline_s": "--deadline",
    "max_cost_usd": "--max-cost",
    "is_script": "--script/--idea",
}
NOT_FLAGS = ("version", "prompt", "is_script")
_TYPES: Mapping[str, click.ParamType[Any]] = {"integer": click.INT, "number": click.FLOAT, "string": click.STRING}
_METAVARS = {"integer": "N", "number": "X"}


def brief_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add a flag for each field of the brief; the command gets them as `**wishes`, None where not said."""
    script = click.option(
        flag_of("is_script"),
        "is_script",
        default=None,
        help="The prompt's sentences are the narration, or only its idea.",
    )
    for field, schema in reversed(list(_fields().items())):
        if field not in NOT_FLAGS:
            command = _option(field, schema)(command)
    return script(command)


def brief_from(prompt: str, wishes: Mapping[str, Any]) -> Brief:
    """The brief of *prompt* with what was said on the command line.

    Raises:
        BriefError: a value is out of its limits; the message names the flag, the value and the limit.
    """
    try:
        return Brief.model_validate({"prompt": prompt, **said(wishes)})
    except ValidationError as error:
        raise brief_error(error) from error


def said(wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes that were said, as the brief wants them."""
    return {field: _plain(value) for field, value in wishes.items() if value is not None}


def brief_error(error: ValidationError) -> BriefError:
    """The first problem of a brief, in terms of the command line."""
    problem = error.errors(include_url=False)[0]
    field, value = str(problem["loc"][0]), problem["input"]
    if field == "prompt":
        return _prompt_error(problem["type"], problem["msg"], value)
    flag = flag_of(field)
    if problem["type"] == "value_error":
        return BriefError(f"{flag} {_shown(value)} {problem['msg'].removeprefix('Value error, ')}.")
    return BriefError(f"{flag} is {_shown(value)}; it must be {limits(_fields()[field])}.")


def limits(schema: Schema) -> str:
    """What a field may be, in words: "from 5 to 600", "one of 24, 25, 30, 60"; "" when anything goes."""
    if "anyOf" in schema:
        return " or ".join(filter(None, (limits(choice) for choice in schema["anyOf"])))
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if "minimum" in schema and "maximum" in schema:
        return f"from {schema['minimum']:g} to {schema['maximum']:.12g}"
    if "pattern" in schema:
        return f"a {schema['description'].rstrip('.')}"
    return ""


def flag_of(field: str) -> str:
    """The flag that sets *field* of the brief."""
    return FLAGS.get(field, f"--{field.replace('_', '-')}")


def _prompt_error(kind: str, message: str, prompt: str) -> BriefError:
    if kind == "string_too_long":
        most = _fields()["prompt"]["maxLength"]
        return BriefError(f"The prompt has {len(prompt)} characters; it may have {most}.", hint="Shorten it.")
    return BriefError(f"The prompt {message.removeprefix('Value error, ')}.")


def _fields() -> Mapping[str, Schema]:
    properties: Mapping[str, Schema] = Brief.model_json_schema()["properties"]
    return properties


def _option(field: str, schema: Schema) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    flag = flag_of(field)
    if schema.get("type") == "boolean":
        return click.option(f"{flag}/--no-{flag.removeprefix('--')}", field, default=None, help=_help(schema))
    kind = _TYPES[schema.get("type", "string")]
    return click.option(flag, field, type=kind, default=None, metavar=_metavar(schema), help=_help(schema))


def _help(schema: Schema) -> str:
    """The field's description, its limits and its default."""
    allowed = "" if "pattern" in schema else limits(schema)
    default = schema["default"]
    shown = ("yes" if default else "no") if isinstance(default, bool) else _shown(default) or "none"
    text = schema["description"].rstrip(".")
    return f"{text}: {allowed}. [default: {shown}]" if allowed else f"{text}. [default: {shown}]"


def _metavar(schema: Schema) -> str:
    kind: str = schema.get("type", "")
    return _METAVARS.get(kind, "WORD")


def _shown(value: object) -> str:
    """As a person would write it: 0, not 0.0."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> Any:  # noqa: ANN401  (whatever a flag holds)
    """A number where the text is one: `--scenes` takes a number or a word."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
