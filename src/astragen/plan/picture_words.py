"""Words for pictures: styles, colours, places and camera words in English that image models understand.

The words are tables, `data/prompts/camera.json`, `styles.json` and `colours.json`; the names
of styles, people and places are those of the painter and the writer. Pure.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from astragen.plan.plain_words import plain


class Style(NamedTuple):
    """A style in words.

    avoid: words for a negative prompt.
    lens: which column of lens words suits it.
    coloured: whether it has colours of its subjects' own; a pencil drawing has none.
    """

    medium: str
    details: str
    avoid: str
    lens: str
    coloured: bool = True


UNKNOWN_LENS = "drawn"  # of a style that no table knows: its words ask for no photographic lens


@cache
def table(path: str) -> Any:  # noqa: ANN401  JSON
    """The JSON document `data/<path>.json`; callers must not change it."""
    folder = resources.files("astragen") / "data"
    return json.loads(folder.joinpath(*f"{path}.json".split("/")).read_text(encoding="utf-8"))


def camera_words(kind: str, word: str) -> str:
    """What `data/prompts/camera.json` says for *word* (a closed word of the storyboard) under *kind*."""
    found: str = table("prompts/camera")[kind][word]
    return found


def listed(name: str) -> list[str]:
    """The space-separated words of *name* in `data/prompts/camera.json`."""
    words: str = table("prompts/camera")[name]
    return words.split()


def style_words(words: str) -> Style:
    """The style that *words* name: a known one's own words; words with a known name inside are kept as they are.

    What no table knows is its own medium.
    """
    said = _normal(words)
    names = _style_names()
    if said in names:
        return Style(**table("prompts/styles")[names[said]])
    own = plain(words)
    tokens = said.split()
    for length in range(min(4, len(tokens)), 0, -1):
        for start in range(len(tokens) - length + 1):
            name = names.get(" ".join(tokens[start : start + length]))
            if name is not None:
                return Style(**table("prompts/styles")[name])._replace(medium=own)
    return Style(medium=own, details="", avoid="", lens=UNKNOWN_LENS)


def colour_name(colour: str) -> str:
    """The name of the colour nearest to *colour*, "#rrggbb", by distance in Oklab."""
    here = _oklab(colour)
    names: Mapping[str, str] = table("prompts/colours")
    return min(names, key=lambda name: sum((a - b) ** 2 for a, b in zip(here, _oklab(names[name]), strict=True)))


def names_a_colour(text: str) -> bool:
    """Whether a plain colour word ("red", "teal") stands in *text*."""
    names = {name.split()[-1] for name in table("prompts/colours")}.union(listed("colour_words"))
    return not names.isdisjoint(re.findall(r"[a-z]+", text.casefold()))


def place_words(setting: str) -> str:
    """Where *setting* is: "forest" -> "in the forest"; a description stays as it is."""
    key = setting.casefold()
    found: str | None = table("prompts/camera")["places"].get(key) or table("writer/settings")["in"].get(key)
    return found or plain(setting)


def is_indoors(setting: str) -> bool:
    """Whether *setting* names a room or another place under a roof."""
    return not set(listed("indoors")).isdisjoint(re.findall(r"\w+", setting.casefold()))


def is_person(noun: str) -> bool:
    """Whether the painter draws *noun* as a person."""
    return not _people().isdisjoint((noun.casefold(), noun.casefold().rpartition(" ")[2]))


def plural(noun: str) -> str:
    """The English plural of *noun*, of its last word; the writer's table has the exceptions."""
    head, _, last = noun.rpartition(" ")
    irregular: str | None = table("writer/grammar_words")["plurals"].get(last)
    if irregular is None:
        if last.endswith("man") and last != "human":
            irregular = last[:-3] + "men"
        elif re.search(r"[^aeiou]y$", last):
            irregular = last[:-1] + "ies"
        else:
            irregular = last + ("es" if re.search(r"(?:s|x|z|ch|sh)$", last) else "s")
    return f"{head} {irregular}".strip()


def doing(action: str) -> str:
    """*action* with its verb in the -ing form: "walk slowly" -> "walking slowly"."""
    verb, space, rest = action.partition(" ")
    if not re.fullmatch(r"[A-Za-z]{2,}", verb) or verb.endswith("ing"):
        return action
    if verb.endswith("ie"):
        verb = verb[:-2] + "y"
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        verb = verb[:-1]
    elif re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb):
        verb += verb[-1]
    return f"{verb}ing{space}{rest}"


def is_foreign(text: str, language: str) -> bool:
    """Whether *text* seems not to be English in a storyboard in *language* (BCP 47).

    Letters of another script tell, and in a storyboard that is not English also accents and the
    language's small words; a lone noun of plain letters passes as English.
    """
    letters = [one for one in text if one.isalpha()]
    if any(not unicodedata.name(one, "LATIN").startswith("LATIN") for one in letters):
        return True
    primary = language.split("-")[0].lower()
    if primary == "en":
        return False
    stop = table("writer/languages")["stopwords"]
    small = set(stop.get(primary, "").split()) - set(stop["en"].split())
    return any(not one.isascii() for one in letters) or not small.isdisjoint(text.casefold().split())


def styles() -> Mapping[str, Style]:
    """Every style that has words of its own, by its name as people write it."""
    return {name.replace("_", " "): Style(**row) for name, row in table("prompts/styles").items()}


def in_list(words: Sequence[str]) -> str:
    """*words* as a list in a sentence: "red, green and blue"."""
    return " and ".join((", ".join(words[:-1]), words[-1]) if len(words) > 1 else words)


def _normal(words: str) -> str:
    return " ".join(words.casefold().replace("-", " ").replace("_", " ").split())


@cache
def _style_names() -> Mapping[str, str]:
    """Every name and synonym of the painter's styles -> the style."""
    rows = table("painter/styles")
    return {_normal(name): style for style, row in rows.items() for name in (style, *row.get("words", ()))}


@cache
def _people() -> frozenset[str]:
    rows = [row for row in table("painter/subjects")["kinds"] if row.get("figure") == "person"]
    return frozenset(name.replace("_", " ") for row in rows for name in row["names"].split())


@cache
def _oklab(colour: str) -> tuple[float, float, float]:
    """Oklab of an sRGB "#rrggbb" (B. Ottosson, "A perceptual color space for image processing", 2020)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )
