"""Characters: who returns from shot to shot, and what keeps them the same."""

from __future__ import annotations

from collections.abc import Iterable

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.chance import pick
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.visuals import character_id
from astragen.model.storyboard import Character


def characters(actors: Iterable[Actor], seed: int) -> tuple[Character, ...]:
    """A character for each living or named actor, with a colour chosen by *seed*."""
    found: dict[str, Character] = {}
    for one in actors:
        if not (one.is_living or one.name) or character_id(one) in found:
            continue
        found[character_id(one)] = _character(one, seed)
    return tuple(found.values())


def _character(one: Actor, seed: int) -> Character:
    looks = table("looks")
    color = said_color(one.phrase) or looks["furs"].get(one.noun)
    if color is None:
        color = pick(looks["clothes"], seed, one.phrase, "color")
    props = [prop for key, prop in looks["props"].items() if key in (one.noun, one.phrase.split(" ", 1)[-1])]
    worn = looks["color_names"].get(color, "")
    look = one.phrase + (f", in {worn}" if worn and one.is_person else "")
    return Character(
        id=character_id(one),
        name=(one.name or one.noun.title())[:200],
        kind=one.noun,
        look=look[:600],
        color=color,
        props=tuple(props[:2]),
    )


def said_color(phrase: str) -> str | None:
    """The colour that the words of *phrase* name, as hex."""
    colors: dict[str, str] = table("grammar_words")["colors"]
    return next((colors[word] for word in phrase.lower().split() if word in colors), None)
