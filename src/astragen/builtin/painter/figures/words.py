"""From a subject's words to a row of the table: kind, action, colour, what it wears and holds.

`data/painter/subjects.json` holds kinds (names -> figure and what is said about it), verbs
(action -> verbs), colours, and the words that a phrase may say about somebody: garments,
hats, props, hair, sizes. Pure. Start reading at `role_of`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from astragen.builtin.painter.tables import read_table
from astragen.model.storyboard import Subject

_PERSON_ENDINGS = ("man", "woman", "men", "women", "keeper", "smith", "maker")
_MAYBE_PERSON_ENDINGS = ("er", "or", "ist", "ian", "eer", "ant")
# Endings of verbs and what stands in their place in the stem.
_ENDINGS = (("ing", ""), ("ing", "e"), ("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ied", "y"))
# Tables of words -> what they set of a look, and what takes the colour said with them.
_WORN = (("garments", "outfit", "top"), ("hats", "hat", "accent"), ("props", "prop", "prop_colour"))
_SOFT = 0.4  # "a little girl" is a girl: people differ less than the words for their size
_NEAR = 2  # words before a garment among which its colour is looked for


class Role(NamedTuple):
    """A subject, understood. said: what its kind and its phrase say. who: the stable name its looks hang on."""

    kind: Mapping[str, Any]
    said: Mapping[str, Any]
    action: str
    who: str


@cache
def _kinds() -> Mapping[str, Mapping[str, Any]]:
    rows = {}
    for row in read_table("subjects.json")["kinds"]:
        for name in str(row["names"]).split():
            rows[name.replace("_", " ")] = row
    return rows


@cache
def _actions() -> Mapping[str, str]:
    return {
        verb.replace("_", " "): action
        for action, verbs in read_table("subjects.json")["verbs"].items()
        for verb in str(verbs).split()
    }


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’-]+", text.casefold())


def forms(noun: str) -> Iterator[str]:
    """*noun* and what may be its singular, in small letters as given."""
    yield noun
    head, _, last = noun.rpartition(" ")
    lead = f"{head} " if head else ""
    plurals: Mapping[str, str] = read_table("subjects.json")["plurals"]
    if last in plurals:
        yield lead + plurals[last]
    if last.endswith("ies"):
        yield lead + last[:-3] + "y"
    if last.endswith("es"):
        yield lead + last[:-2]
    if last.endswith("s") and not last.endswith("ss"):
        yield lead + last[:-1]


def kind_names() -> frozenset[str]:
    """All nouns of the table, and what it leaves to the rooms."""
    return frozenset(_kinds()) | _scenery()


def kind_named(noun: str, phrase: str = "") -> Mapping[str, Any] | None:
    """The table's row for *noun*, preferring the longer name in *phrase* ("polar bear" over "bear")."""
    rows = _kinds()
    words, said = _words(noun), _words(phrase)
    candidates = []
    if words and words[-1] in said:
        end = len(said) - said[::-1].index(words[-1])
        candidates += [" ".join(said[max(0, end - n) : end]) for n in (4, 3, 2)]
    candidates += [" ".join(words[i:]) for i in range(len(words))]
    for candidate in candidates:
        for form in forms(candidate.replace("-", " ")):
            if form in rows:
                return rows[form]
    return None


@cache
def _scenery() -> frozenset[str]:
    return frozenset(str(word).replace("_", " ") for word in str(read_table("subjects.json")["scenery"]).split())


def is_scenery(noun: str) -> bool:
    """What rooms show, or nothing can: the sky, rain, a street, an hour, a feeling."""
    return any(form in _scenery() for form in forms(" ".join(_words(noun))))


def is_surely_person(noun: str) -> bool:
    """A word like "stuntwoman" can only mean somebody."""
    last = _last_word(noun)
    return last.endswith(_PERSON_ENDINGS) and len(last) > 5 and last not in _things_like_people()


def is_maybe_person(noun: str) -> bool:
    """A word like "juggler" mostly means somebody; ask for things of that name first."""
    last = _last_word(noun)
    return last.endswith(_MAYBE_PERSON_ENDINGS) and len(last) > 4 and last not in _things_like_people()


def _last_word(noun: str) -> str:
    return (_words(noun)[-1:] or [""])[0]


@cache
def _things_like_people() -> frozenset[str]:
    """Words that end as words for people do: "toaster", "paper", "specimen"."""
    return frozenset(str(read_table("subjects.json")["not_people"]).split())


def action_of(verb: str, default: str = "stand") -> str:
    """The action that *verb* ("walking", "walks slowly") asks for."""
    actions = _actions()
    words = _words(verb)
    for candidate in (" ".join(words), *words):
        for stem in _stems(candidate):
            if stem in actions:
                return actions[stem]
    return default


def _stems(verb: str) -> Iterator[str]:
    yield verb
    for ending, fill in _ENDINGS:
        if verb.endswith(ending) and len(verb) > len(ending) + 1:
            stem = verb[: -len(ending)] + fill
            yield stem
            if len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]  # running -> run


def colour_in(text: str) -> str | None:
    """The first colour word of *text* as "#rrggbb"."""
    colours: Mapping[str, str] = read_table("subjects.json")["colours"]
    return next((colours[word] for word in _words(text) if word in colours), None)


def role_of(subject: Subject, kind: Mapping[str, Any], index: int) -> Role:
    """What *subject* is to be, as the *index*-th of its count."""
    said: dict[str, Any] = {key: value for key, value in kind.items() if key not in ("names", "figure", "action")}
    words = _words(subject.phrase)
    noun = _words(subject.noun)[-1:]
    before = words[: words.index(noun[0])] if noun and noun[0] in words else words[:3]
    sizes: Mapping[str, float] = read_table("subjects.json")["sizes"]
    scale = next((sizes[word] for word in before if word in sizes), 1.0)
    if kind["figure"] == "person":
        said |= _about_somebody(words, said)
        if said.get("build") == "child" or scale > 1:
            said["height"] = float(said.get("height", 1.75)) * (1 + _SOFT * (scale - 1))
        if subject.color is not None:
            said["top"] = subject.color
    else:
        said["scale"] = scale * float(said.get("scale", 1.0))
        colour = subject.color or colour_in(" ".join(before))
        if colour is not None:
            said["body"] = colour
    who = subject.character or subject.noun.casefold()
    return Role(kind, said, action_of(subject.action, str(kind.get("action", ""))), f"{who}/{index}" if index else who)


def _about_somebody(words: Sequence[str], said: Mapping[str, Any]) -> dict[str, Any]:
    """What a phrase says about somebody: age, clothes and their colours, hat, hair, prop."""
    tables = read_table("subjects.json")
    found: dict[str, Any] = {}
    if set(words) & set(tables["old"]) and said.get("build") != "child":
        found |= {"build": "elder", "old": True}
    for place, word in enumerate(words):
        near = words[max(0, place - _NEAR) : place]
        colour = _nearest(near, tables["colours"])
        for name, key, tint in _WORN:
            if word in tables[name]:
                found[key] = tables[name][word]
                found |= {tint: colour} if colour else {}
        if word == "scarf" and colour:
            found["accent"] = colour
        if word in ("beard", "bearded"):
            found["beard"] = "full"
        if word == "hair" or word.endswith("haired"):
            shade = _nearest([*near, *word.split("-")], tables["hair"])
            found |= {"hair_colour": shade} if shade else {}
    return found


def _nearest(words: Sequence[str], values: Mapping[str, str]) -> str | None:
    """The value of the last of *words* that has one."""
    return next((values[word] for word in reversed(words) if word in values), None)
