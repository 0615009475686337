"""Which of its voices the built-in voice takes for each character who speaks.

A character whose `voice` names one ("builtin:f3") has it. The others are cast by what they are: a
woman among the higher voices, a man among the lower ones, everybody else by chance of their id; no two
have the same one as long as there are enough. A character keeps its voice when others come or go,
unless one before it takes it. Pure. `data/casting.json` has the words and the voices. Start at `variants`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from astragen.model.base import content_hash
from astragen.model.storyboard import Character, Storyboard

BUILTIN: Final = "builtin:"


def variants(storyboard: Storyboard, *, narrator: str = "") -> dict[str, str]:
    """The built-in voice's variant of each character, by id; *narrator*: that of who narrates, which nobody else has.

    Characters who say nothing are cast, too: so a line that is given to one changes no other's voice.
    """
    cast: dict[str, str] = {}
    wishes = {one.id: one.voice.rpartition(",")[2].strip() for one in storyboard.characters}
    named = {name: wish.removeprefix(BUILTIN) for name, wish in wishes.items() if wish.startswith(BUILTIN)}
    taken = {narrator, *named.values()}
    for one in storyboard.characters:
        cast[one.id] = named.get(one.id) or _free(one, taken)
        taken.add(cast[one.id])
    return cast


def cast_voices() -> tuple[str, ...]:
    """All variants that characters are cast from, the higher ones first."""
    table = _table()["voices"]
    return (*table["high"], *table["low"])


def _free(character: Character, taken: set[str]) -> str:
    """A variant for *character* that is not among *taken*, if there is one."""
    table = _table()
    kind = _kind(character)
    own = list(table["voices"][kind]) if kind else [*table["voices"]["high"], *table["voices"]["low"]]
    first = int(content_hash(character.id)[:8], 16) % len(own)
    turned = [*own[first:], *own[:first]]
    return next((str(one) for one in turned if one not in taken), str(turned[0]))


def _kind(character: Character) -> str:
    """Which of the two, "high" or "low", the words for it say; "" when they do not."""
    said = set(re.findall(r"[^\W\d_]+", f"{character.kind} {character.look}".casefold()))
    found = [kind for kind, words in _table()["words"].items() if said & set(words)]
    return found[0] if len(found) == 1 else ""


@cache
def _table() -> Mapping[str, Any]:
    text = (resources.files("astragen") / "data" / "casting.json").read_text(encoding="utf-8")
    table: Mapping[str, Any] = json.loads(text)
    return table
