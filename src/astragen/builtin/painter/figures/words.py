"""From a subject's words to a row of the table: kind, action, colour, what it wears and holds.

`data/painter/subjects.json` holds kinds (names -> figure and what is said about it), verbs
(action -> verbs) and colours. Pure. Start reading at `role_of`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from astragen.builtin.painter.figures.table import table
from astragen.model.storyboard import Subject

_OLD = frozenset("old elderly aged ancient grey-haired wise wrinkled weathered".split())
_YOUNG = frozenset("young little small tiny".split())
_SIZES: Mapping[str, float] = {
    "tiny": 0.6, "little": 0.8, "small": 0.8, "young": 0.85, "baby": 0.55, "big": 1.2, "large": 1.2, "tall": 1.12,
    "huge": 1.5, "giant": 1.8, "enormous": 1.7, "gigantic": 1.9, "massive": 1.6,
}  # fmt: skip
# Garment named in a phrase -> what of a look it sets: outfit, or the colour it carries.
_OUTFITS: Mapping[str, str] = {
    "coat": "coat", "raincoat": "coat", "jacket": "sweater", "sweater": "sweater", "jumper": "sweater", "hoodie": "hoodie",
    "dress": "dress", "gown": "gown", "robe": "robe", "robes": "robe", "cloak": "cloak", "cape": "hero", "suit": "suit",
    "uniform": "uniform", "apron": "apron", "skirt": "skirt", "armor": "armour", "armour": "armour", "overalls": "overalls",
    "spacesuit": "space", "shirt": "shirt",
}  # fmt: skip
_HATS: Mapping[str, str] = {
    "hat": "brim", "cap": "cap", "crown": "crown", "hood": "hood", "helmet": "helm", "beanie": "beanie", "tiara": "tiara",
    "turban": "turban", "headscarf": "headscarf", "goggles": "goggles", "bonnet": "headscarf",
}  # fmt: skip
_PROPS: Mapping[str, str] = {
    "umbrella": "umbrella", "parasol": "umbrella", "lantern": "lantern", "lamp": "lantern", "torch": "torch", "candle": "candle",
    "book": "book", "notebook": "book", "diary": "book", "letter": "letter", "map": "map", "staff": "staff", "stick": "staff",
    "cane": "cane", "sword": "sword", "shield": "shield", "spear": "spear", "axe": "axe", "hammer": "hammer", "broom": "broom",
    "basket": "basket", "bag": "bag", "backpack": "bag", "suitcase": "suitcase", "bucket": "bucket", "balloon": "balloon",
    "flag": "flag", "telescope": "telescope", "camera": "camera", "guitar": "guitar", "violin": "violin", "flute": "flute",
    "brush": "brush", "paintbrush": "brush", "flower": "flower", "rose": "flower", "flowers": "flower", "bouquet": "flower",
    "cup": "cup", "mug": "cup", "gift": "gift", "present": "gift", "box": "box", "doll": "doll", "teddy": "doll", "ball": "ball",
    "wand": "wand", "phone": "phone", "smartphone": "phone", "tablet": "tablet", "net": "net", "shovel": "shovel", "pen": "pen",
    "rod": "rod", "pitchfork": "pitchfork", "spoon": "spoon", "tray": "tray",
}  # fmt: skip
_PERSON_ENDINGS = ("man", "woman", "men", "women", "keeper", "smith", "maker")
_MAYBE_PERSON_ENDINGS = ("er", "or", "ist", "ian", "eer", "ant")
_IRREGULAR: Mapping[str, str] = {
    "men": "man", "women": "woman", "children": "child", "people": "person", "mice": "mouse", "geese": "goose",
    "wolves": "wolf", "leaves": "leaf", "feet": "foot", "teeth": "tooth", "oxen": "ox", "calves": "calf", "elves": "elf",
}  # fmt: skip


class Role(NamedTuple):
    """A subject, understood. said: what its kind and its phrase say. who: the stable name its looks hang on."""

    kind: Mapping[str, Any]
    said: Mapping[str, Any]
    action: str
    who: str


@cache
def _kinds() -> Mapping[str, Mapping[str, Any]]:
    rows = {}
    for row in table("subjects.json")["kinds"]:
        for name in str(row["names"]).split():
            rows[name.replace("_", " ")] = row
    return rows


@cache
def _actions() -> Mapping[str, str]:
    return {
        verb.replace("_", " "): action
        for action, verbs in table("subjects.json")["verbs"].items()
        for verb in str(verbs).split()
    }


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’-]+", text.casefold())


def _forms(noun: str) -> Iterator[str]:
    """*noun* and what may be its singular."""
    yield noun
    head, _, last = noun.rpartition(" ")
    lead = f"{head} " if head else ""
    if last in _IRREGULAR:
        yield lead + _IRREGULAR[last]
    if last.endswith("ies"):
        yield lead + last[:-3] + "y"
    if last.endswith("es"):
        yield lead + last[:-2]
    if last.endswith("s") and not last.endswith("ss"):
        yield lead + last[:-1]


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
        for form in _forms(candidate.replace("-", " ")):
            if form in rows:
                return rows[form]
    return None


def is_surely_person(noun: str) -> bool:
    """A word like "stuntwoman" can only mean somebody."""
    last = _words(noun)[-1:] or [""]
    return last[0].endswith(_PERSON_ENDINGS) and len(last[0]) > 5


def is_maybe_person(noun: str) -> bool:
    """A word like "juggler" mostly means somebody; ask for things of that name first."""
    last = _words(noun)[-1:] or [""]
    return last[0].endswith(_MAYBE_PERSON_ENDINGS) and len(last[0]) > 4


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
    for ending, fill in (("ing", ""), ("ing", "e"), ("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ied", "y")):
        if verb.endswith(ending) and len(verb) > len(ending) + 1:
            stem = verb[: -len(ending)] + fill
            yield stem
            if len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]  # running -> run


def colour_in(text: str) -> str | None:
    """The first colour word of *text* as "#rrggbb"."""
    colours: Mapping[str, str] = table("subjects.json")["colours"]
    return next((colours[word] for word in _words(text) if word in colours), None)


def role_of(subject: Subject, kind: Mapping[str, Any], index: int) -> Role:
    """What *subject* is to be, as the *index*-th of its count."""
    said: dict[str, Any] = {key: value for key, value in kind.items() if key not in ("names", "figure", "action")}
    words = _words(subject.phrase)
    noun = _words(subject.noun)[-1:]
    before = words[: words.index(noun[0])] if noun and noun[0] in words else words[:3]
    scale = next((_SIZES[word] for word in before if word in _SIZES), 1.0)
    if kind["figure"] == "person":
        said |= _person_words(words, said)
        if said.get("build") == "child" or scale > 1:
            said["height"] = float(said.get("height", 1.75)) * scale
        if subject.color is not None:
            said["top"] = subject.color
    else:
        said["scale"] = scale * float(said.get("scale", 1.0))
        colour = subject.color or colour_in(" ".join(before))
        if colour is not None:
            said["body"] = colour
    who = subject.character or subject.noun.casefold()
    return Role(kind, said, action_of(subject.action, str(kind.get("action", ""))), f"{who}/{index}" if index else who)


def _person_words(words: list[str], said: Mapping[str, Any]) -> dict[str, Any]:
    """What a phrase says about somebody: age, clothes and their colours, hat, prop."""
    found: dict[str, Any] = {}
    text = set(words)
    if text & _OLD and said.get("build") != "child":
        found |= {"build": "elder", "old": True}
    colours: Mapping[str, str] = table("subjects.json")["colours"]
    for place, word in enumerate(words):
        colour = next((colours[near] for near in reversed(words[max(0, place - 2) : place]) if near in colours), None)
        if word in _OUTFITS:
            found["outfit"] = _OUTFITS[word]
            found |= {"top": colour} if colour else {}
        elif word in _HATS:
            found["hat"] = _HATS[word]
            found |= {"accent": colour} if colour else {}
        elif word == "scarf" and colour:
            found["accent"] = colour
        elif word in ("hair", "haired") and colour:
            found["hair_colour"] = colour
        elif word in ("beard", "bearded"):
            found["beard"] = "full"
        elif word in _PROPS:
            found["prop"] = _PROPS[word]
            found |= {"prop_colour": colour} if colour else {}
    return found
