"""What a language model wrote, value by value, as parts of our storyboard.

Each function takes any JSON value and gives a valid part, or None when there is nothing
in it; what it had to change it writes into *mended*, with the place in the JSON. Nothing
is fetched, opened or run. Pure. Start reading at `scene_of`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any, Final, TypeVar

from astragen.model.faults import did_you_mean, kind_of
from astragen.model.storyboard import Character, Scene, Shot, Subject, Tableau
from astragen.model.vocabulary import (
    Angle,
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
from astragen.plan.clean import plain, speech

SHOTS_MAX: Final = 80  # of a scene (model/storyboard.py), likewise those below
SUBJECTS_MAX, COUNT_MAX, ITEMS_MAX, EMPHASIS_MAX, PROPS_MAX = 8, 12, 8, 4, 6
PHRASE_MAX, LOOK_MAX, LINE_MAX = 200, 600, 2_000  # characters
NOUN_MAX = 60  # characters of a noun or a place; longer ones are sentences
ANYWHERE: Final = "meadow"  # the place of a scene that names none, after none that does: neutral in every film
_SHOWN_MAX = 40  # characters of a value that is told
_VALUE_MAX = 1e12  # of a diagram; beyond it labels do not fit
_MOVES = (Move.PUSH_IN, Move.TRUCK_RIGHT, Move.PULL_OUT, Move.PAN_LEFT, Move.TILT_UP)  # in turn, where none is said
_HEX = re.compile(r"#[0-9a-fA-F]{6}")

Closed = TypeVar("Closed", bound=Enum)


def scene_of(value: object, where: str, mended: list[str], *, cast: Sequence[Character], before: str) -> Scene | None:
    """The scene in *value*; *before*: the setting of the scene before, for one that names none."""
    said = fields(value)
    shots = entries(said, "shots")
    if not shots and (_first(said, "line", "narration") or said.get("subjects")):
        shots = [said]  # a scene without shots of its own is one shot
    setting = _text(said, f"{where}.setting", mended, most=NOUN_MAX)
    shown = (plain(fields(shot).get("setting"), NOUN_MAX) for shot in shots[:SHOTS_MAX])
    place = setting or next(filter(None, shown), "")
    read = [
        shot_of(
            shot, f"{where}.shots[{index}]", mended, cast=cast, has_place=bool(place), move=_MOVES[index % len(_MOVES)]
        )
        for index, shot in enumerate(shots[:SHOTS_MAX])
    ]
    if len(shots) > SHOTS_MAX:
        mended.append(f"{where}.shots: {len(shots)} shots; the first {SHOTS_MAX} are kept")
    kept = [shot for shot in read if shot is not None]
    if len(kept) < len(read):
        mended.append(f"{where}.shots: {len(read) - len(kept)} without anything in them are dropped")
    if not kept:
        return None
    if not place:
        mended.append(f'{where}.setting: no place is named; "{before or ANYWHERE}" is taken')
    air = {name: found for name, found in _air(said, where, mended).items() if found is not None}
    title = plain(said.get("title"), PHRASE_MAX)
    return Scene(id="s", title=title, setting=place or before or ANYWHERE, shots=tuple(kept), **air)


def shot_of(
    value: object, where: str, mended: list[str], *, cast: Sequence[Character], has_place: bool, move: Move
) -> Shot | None:
    """The shot in *value*; None when it neither shows nor says anything.

    *has_place*: its scene has one, so that a view of it is a shot. *move*: for a shot that names none.
    """
    said = fields(value)
    subjects = _subjects(said, where, mended, cast)
    tableau = tableau_of(said.get("tableau"), f"{where}.tableau", mended)
    line = speech(_first(said, "line", "narration", "voiceover", "voice_over"), LINE_MAX)
    action = _text(said, f"{where}.action", mended)
    setting = _text(said, f"{where}.setting", mended, most=NOUN_MAX)
    is_view = has_place and isinstance(said.get("size"), str)
    if not (subjects or tableau or line or action or setting or is_view):
        return None
    return Shot(
        id="s",
        size=word(said.get("size"), ShotSize, f"{where}.size", mended) or ShotSize.WIDE,
        angle=word(said.get("angle"), Angle, f"{where}.angle", mended) or Angle.EYE,
        lens=word(said.get("lens"), Lens, f"{where}.lens", mended) or Lens.NORMAL,
        move=word(said.get("move"), Move, f"{where}.move", mended) or move,
        subjects=subjects,
        action=action,
        tableau=tableau,
        setting=setting or None,
        **_air(said, where, mended),
        line=line,
        transition=word(said.get("transition"), TransitionKind, f"{where}.transition", mended) or TransitionKind.CUT,
    )


def character_of(value: object, number: int, where: str, mended: list[str]) -> Character | None:
    """The character in *value*, with the id "c<number>"; None for one without a name and a kind."""
    said = fields(value)
    name, kind = plain(said.get("name"), NOUN_MAX), plain(said.get("kind"), NOUN_MAX)
    if not (name or kind):
        mended.append(f"{where}: has no name and no kind; dropped")
        return None
    props = [plain(one, NOUN_MAX) for one in entries(said, "props")[:PROPS_MAX]]
    return Character(
        id=f"c{number}",
        name=name or kind,
        kind=kind,
        look=_text(said, f"{where}.look", mended, most=LOOK_MAX),
        color=_colour(said.get("color")),
        props=tuple(one for one in props if one),
    )


def tableau_of(value: object, where: str, mended: list[str]) -> Tableau | None:
    """The diagram in *value*; None when it has neither a title nor items."""
    said = fields(value)
    title = plain(said.get("title"), PHRASE_MAX)
    items = _texts(said, "items", ITEMS_MAX)
    if not (title or items):
        return None
    layout = word(said.get("layout"), Layout, f"{where}.layout", mended)
    values = _values(said, f"{where}.values", mended)
    if values and len(values) != len(items):
        mended.append(f"{where}.values: {len(values)} values for {len(items)} items; dropped")
        values = ()
    if layout in (Layout.BARS, Layout.CURVE) and not values:
        mended.append(f'{where}.layout: "{layout}" without values; drawn as steps')
        layout = Layout.STEPS
    if layout is not Layout.TITLE and not items:
        layout = Layout.TITLE if layout is None or layout not in (Layout.EMBLEM, Layout.CLOCK, Layout.BREAK) else layout
    return Tableau(
        layout=layout or Layout.STEPS,
        title=title,
        emphasis=tuple(one for one in _texts(said, "emphasis", EMPHASIS_MAX) if one.casefold() in title.casefold()),
        items=items,
        messages=_texts(said, "messages", ITEMS_MAX),
        values=values,
        unit=plain(said.get("unit"), NOUN_MAX),
    )


def word(value: object, closed: type[Closed], where: str, mended: list[str]) -> Closed | None:
    """The member of *closed* that *value* means: by its name, by a synonym, or as a misspelling; None for no other."""
    if not isinstance(value, str) or not value.strip():
        return None
    asked = re.sub(r"[^a-z0-9]+", "_", value[:PHRASE_MAX].casefold().replace("'", "")).strip("_")
    known = _known(closed)
    found = known.get(asked) or _inside(asked, known) or known.get(did_you_mean(asked, list(known)))
    if found != asked:
        instead = f'"{found}" is taken' if found else "left out"
        mended.append(f"{where}: {told(value)} is not one of the words; {instead}")
    return closed(found) if found else None


def fields(value: object) -> Mapping[str, Any]:
    """*value* when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def entries(said: Mapping[str, Any], key: str) -> Sequence[Any]:
    """The list under *key*; an object there is a list of one, anything else an empty one."""
    value = said.get(key)
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def told(value: object) -> str:
    """*value* for a message: text in quotes and cut, anything else by its kind."""
    if not isinstance(value, str):
        return kind_of(value)
    text = plain(value, _SHOWN_MAX)
    return f'"{text}"'


def _air(said: Mapping[str, Any], where: str, mended: list[str]) -> dict[str, Any]:
    """Light, weather, season and mood of a scene or shot; None for what it does not say."""
    return {
        "time_of_day": word(_first(said, "time_of_day", "time"), TimeOfDay, f"{where}.time_of_day", mended),
        "weather": word(said.get("weather"), Weather, f"{where}.weather", mended),
        "season": word(said.get("season"), Season, f"{where}.season", mended),
        "mood": word(said.get("mood"), Mood, f"{where}.mood", mended),
    }


def _subjects(said: Mapping[str, Any], where: str, mended: list[str], cast: Sequence[Character]) -> tuple[Subject, ...]:
    values = entries(said, "subjects")
    read = [_subject(value, f"{where}.subjects[{index}]", mended, cast) for index, value in enumerate(values[:20])]
    kept = {(one.noun, one.character, one.placement): one for one in read if one is not None}
    if len(kept) < len(values) or len(values) > SUBJECTS_MAX:
        mended.append(f"{where}.subjects: {len(values)} named; {min(len(kept), SUBJECTS_MAX)} kept")
    return tuple(kept.values())[:SUBJECTS_MAX]


def _subject(value: object, where: str, mended: list[str], cast: Sequence[Character]) -> Subject | None:
    said = {"noun": value, "phrase": value} if isinstance(value, str) else fields(value)
    phrase = plain(said.get("phrase"), PHRASE_MAX)
    who = _character(said, cast)
    noun = plain(said.get("noun"), NOUN_MAX) or (who.kind if who else "") or phrase[-NOUN_MAX:].split(" ")[-1]
    if not any(letter.isalnum() for letter in noun):
        return None
    return Subject(
        noun=noun,
        phrase=phrase or noun,
        count=_count(said.get("count"), f"{where}.count", mended),
        action=plain(said.get("action"), NOUN_MAX),
        placement=word(said.get("placement"), Placement, f"{where}.placement", mended),
        color=_colour(said.get("color")),
        character=who.id if who else None,
    )


def _character(said: Mapping[str, Any], cast: Sequence[Character]) -> Character | None:
    """Whom the subject names: by name or id; by its noun when that is the kind of one character alone."""
    asked = {plain(said.get(key), NOUN_MAX).casefold() for key in ("character", "noun")} - {""}
    named = next((one for one in cast if {one.name.casefold(), one.id} & asked), None)
    alike = [one for one in cast if one.kind.casefold() == plain(said.get("noun"), NOUN_MAX).casefold()]
    return named or (alike[0] if len(alike) == 1 and _count(said.get("count"), "", []) == 1 else None)


def _count(value: object, where: str, mended: list[str]) -> int:
    """A whole number in 1..COUNT_MAX."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 1
    count = next((one for one in range(COUNT_MAX, 0, -1) if value >= one), 1)  # no conversion: NaN and 10**400 pass
    if count != value:
        mended.append(f"{where}: is no whole number from 1 to {COUNT_MAX}; {count} is taken")
    return count


def _values(said: Mapping[str, Any], where: str, mended: list[str]) -> tuple[float, ...]:
    """The numbers of a diagram; none when one of them is no number that can be drawn."""
    values = entries(said, "values")[:ITEMS_MAX]
    if not all(_is_drawable(value) for value in values):
        mended.append(f"{where}: not all are numbers; dropped")
        return ()
    return tuple(float(value) for value in values)


def _is_drawable(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return -_VALUE_MAX <= value <= _VALUE_MAX and math.isfinite(value)


def _colour(value: object) -> str | None:
    return value if isinstance(value, str) and _HEX.fullmatch(value) else None


def _text(said: Mapping[str, Any], where: str, mended: list[str], *, most: int = PHRASE_MAX) -> str:
    """The text under the last name of *where*, told when it was too long."""
    value = said.get(where.rpartition(".")[2])
    text = plain(value, most)
    if isinstance(value, str) and len(value) > most and len(text) > most // 2:
        mended.append(f"{where}: has {len(value)} characters; cut to {most}")
    return text


def _texts(said: Mapping[str, Any], key: str, most: int) -> tuple[str, ...]:
    found = (plain(one, PHRASE_MAX) for one in entries(said, key)[: 2 * most])
    return tuple(one for one in found if one)[:most]


def _first(said: Mapping[str, Any], *names: str) -> object:
    """The value under the first of *names* that has one: models call things by other names without a schema."""
    return next((said[name] for name in names if said.get(name)), None)


@cache
def _known(closed: type[Enum]) -> Mapping[str, str]:
    """Every word that stands for a member of *closed*: the members first, then their synonyms."""
    rows = _synonyms().get(_FIELD_OF.get(closed.__name__, closed.__name__.lower()), {})
    synonyms = {one: value for value, ones in rows.items() for one in ones.split()}
    return synonyms | {str(member.value): str(member.value) for member in closed}


def _inside(asked: str, known: Mapping[str, str]) -> str:
    """What the longest known word inside *asked* means: "a slow push in" is a push in."""
    inside = [one for one in known if f"_{one}_" in f"_{asked}_"]
    return known[max(inside, key=len)] if inside else ""


_FIELD_OF = {"ShotSize": "size", "TimeOfDay": "time_of_day", "TransitionKind": "transition"}


@cache
def _synonyms() -> Mapping[str, Mapping[str, str]]:
    path = resources.files("astragen") / "data" / "prompts" / "synonyms.json"
    rows: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return rows
