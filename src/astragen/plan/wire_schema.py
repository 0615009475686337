"""The JSON schema of what a language model writes: smaller than our storyboard, and easy for weak models.

It is within what every vendor's structured output takes: closed objects, every field
required, no ranges, no references. Style, provider, money, paths, seeds and lengths are
not in it: they are never a model's to choose. What fields are for is data
(data/prompts/fields.json). Start reading at `wire_schema`.
"""

from __future__ import annotations

import json
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

from astragen.model.brief import Brief
from astragen.model.vocabulary import (
    Angle,
    Intent,
    Layout,
    Lens,
    Mood,
    Move,
    Placement,
    Season,
    ShotSize,
    TimeOfDay,
    TransitionKind,
    Weather,
)
from astragen.plan.trimming import most_scenes, most_shots

Schema = dict[str, Any]


def wire_schema(brief: Brief) -> Schema:
    """The JSON schema of an answer to *brief*: the subset that OpenAI, Anthropic, Gemini and local servers accept."""
    return _object(
        title=_text("title", brief),
        logline=_text("logline", brief),
        intent=_closed(Intent),
        mood=_closed(Mood),
        style_notes=_text("style_notes", brief),
        characters=_list(_character()),
        scenes=_list(_scene(brief), _about("scenes", brief)),
    )


def shot_schema(brief: Brief) -> Schema:
    """The schema of one shot."""
    return _object(
        size=_closed(ShotSize),
        angle=_closed(Angle),
        lens=_closed(Lens),
        move=_closed(Move),
        subjects=_list(_subject()),
        action=_text("action", brief),
        setting=_text("shot_setting", brief),
        tableau={"anyOf": [_tableau(), {"type": "null"}], "description": _about("tableau", brief)},
        transition=_closed(TransitionKind),
        line=_text("line", brief),
    )


def _character() -> Schema:
    return _object(
        name=_text("name"), kind=_text("kind"), look=_text("look"), color=_text("color"), props=_list(_text("prop"))
    )


def _scene(brief: Brief) -> Schema:
    return _object(
        title=_text("scene_title", brief),
        setting=_text("setting", brief),
        time_of_day=_closed(TimeOfDay),
        weather=_closed(Weather),
        season=_closed(Season),
        mood=_closed(Mood),
        shots=_list(shot_schema(brief), _about("shots", brief)),
    )


def _subject() -> Schema:
    return _object(
        noun=_text("noun"),
        phrase=_text("phrase"),
        count={"type": "integer", "description": _about("count")},
        action=_text("subject_action"),
        placement=_closed(Placement),
        character=_text("subject_character"),
    )


def _tableau() -> Schema:
    return _object(
        layout=_closed(Layout),
        title=_text("tableau_title"),
        emphasis=_list(_text("emphasis")),
        items=_list(_text("items")),
        messages=_list(_text("messages")),
        values=_list({"type": "number"}, _about("values")),
        unit=_text("unit"),
    )


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Schema, about: str = "") -> Schema:
    return {"type": "array", "items": items} | ({"description": about} if about else {})


def _closed(words: type[Enum]) -> Schema:
    return {"type": "string", "enum": [str(member.value) for member in words]}


def _text(name: str, brief: Brief | None = None) -> Schema:
    return {"type": "string", "description": _about(name, brief)}


def _about(name: str, brief: Brief | None = None) -> str:
    """What a field is for: data/prompts/fields.json, with the brief's numbers where it asks for them."""
    text = _fields()[name]
    if brief is None:
        return text
    scenes = f"exactly {brief.scenes}" if isinstance(brief.scenes, int) else f"1 to {most_scenes(brief)}"
    return text.format(scenes=scenes, shots=most_shots(brief), seconds=f"{brief.seconds:g}")


@cache
def _fields() -> dict[str, str]:
    path = resources.files("astragen") / "data" / "prompts" / "fields.json"
    rows: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return rows
