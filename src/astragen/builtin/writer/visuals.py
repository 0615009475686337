"""What a moment shows: subjects and tableaux, from the short notation of the tables.

Subjects: "hero:walk, 3 bird:fly@sky, door" (count, noun, action, placement).
Tableaux: "flow:client,server>SYN,SYN-ACK" (layout, items, messages; `+` is a space).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.inflect import known_verbs
from astragen.builtin.writer.nouns import NounPhrase
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.vocabulary import singular, vocabulary
from astragen.model.storyboard import Subject, Tableau
from astragen.model.vocabulary import Layout, Placement

LABEL_MAX = 24  # characters of a tableau's item or message: what fits a badge at 360 lines
_ITEM = re.compile(r"^(?:(\d+) )?([\w \-]+?)(?:~([\w \-]+))?(?::(\w+))?(?:@(\w+))?$")


def subjects(notation: str, cast: Mapping[str, Actor | None]) -> tuple[Subject, ...]:
    """The subjects that *notation* names; "hero", "other" and "thing" are looked up in *cast*.

    "2 frog~ecosystem:jump@left" is two frogs, for the prompt's word "ecosystem".
    """
    found: list[Subject] = []
    for item in notation.split(","):
        match = _ITEM.match(item.strip().replace("_", " "))
        if not match:
            continue
        count, noun, stands_for = int(match[1] or 1), match[2], match[3] or ""
        action, placement = match[4] or "", match[5]
        where = Placement(placement) if placement else None
        if noun in cast:
            one = cast[noun]
            found += actor_subjects(one, action, where) if one is not None else []
        else:
            head = noun if noun in vocabulary() else noun.split(" ")[-1]
            found.append(
                Subject(
                    noun=head,
                    phrase=stands_for or (noun if noun != head else ""),
                    count=count,
                    action=action,
                    placement=where,
                )
            )
    return _unique(found)


def actor_subjects(one: Actor, action: str = "", where: Placement | None = None) -> list[Subject]:
    """An actor, and its companion, as subjects."""
    is_character = one.is_living or one.name
    own = Subject(
        noun=one.noun,
        phrase=one.phrase[:200],
        count=one.count,
        action=action if action in ("walk", "look", "stand", "sit") or one.is_living or not action else "",
        placement=where,
        character=character_id(one) if is_character else None,
    )
    return [own, *(actor_subjects(one.companion, action) if one.companion else [])]


def character_id(one: Actor) -> str:
    """The actor's name or noun as an identifier: "keeper", "mia"."""
    text = re.sub(r"[^a-z0-9]+", "-", (one.name or one.noun).lower()).strip("-")
    return text[:40] or "hero"


def _unique(found: list[Subject]) -> tuple[Subject, ...]:
    kept: dict[tuple[str, str | None], Subject] = {}
    for one in found:
        kept.setdefault((one.noun, one.character), one)
    characters = {one.noun for one in kept.values() if one.character}
    return tuple(one for one in kept.values() if one.character or one.noun not in characters)[:6]


def tableau(notation: str, title: str = "") -> Tableau:
    """The tableau that *notation* describes."""
    layout, _, rest = notation.partition(":")
    items, _, messages = rest.partition(">")
    return Tableau(
        layout=Layout(layout), title=title, items=labels(items.split(",")), messages=labels(messages.split(","))
    )


def labels(texts: list[str]) -> tuple[str, ...]:
    """Up to eight short labels; `+` stands for a space."""
    short = [_label(" ".join(text.replace("+", " ").split())) for text in texts]
    return tuple(text for text in short if text)[:8]


def _label(text: str) -> str:
    """*text*, cut between words to at most LABEL_MAX characters."""
    if len(text) <= LABEL_MAX:
        return text
    cut = text[: LABEL_MAX - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def action_of(base: str) -> str:
    """The action the painter can show for a verb: "walk" for "wander"; "" when it shows none."""
    for action, verbs in table("verbs")["actions"].items():
        if base in verbs.split():
            return str(action)
    return base if base in known_verbs() and base in ("eat", "drink", "sing", "write", "read") else ""


def wanted(phrases: Iterable[NounPhrase]) -> tuple[Subject, ...]:
    """All that *phrases* name, the nouns inside compounds too, each once."""
    found: dict[str, Subject] = {}
    for phrase in phrases:
        found.setdefault(phrase.noun.lower(), seen(phrase))
        for modifier in phrase.modifiers:
            found.setdefault(modifier, Subject(noun=modifier))
    return tuple(found.values())


def seen(phrase: NounPhrase, action: str = "") -> Subject:
    """A noun phrase of the prompt as a subject."""
    noun = singular(phrase.noun) if not phrase.is_name else phrase.noun
    return Subject(noun=noun[:200], phrase=phrase.text[:200], count=phrase.count, action=action)
