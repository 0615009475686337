"""Lines of the tales with the film's own words in them.

    {the} {The}      the hero again: "the keeper"         {a} {A}    as first named: "a lonely keeper"
    {they} {them} {their} {themself}, and with capitals   the hero's pronoun
    [waits] <waits>  a verb that agrees with {the}, and one that agrees with {they}
    {other} {an_other} {thing} {a_thing} [other:waits] [thing:waits]
    {in_place} {the_place} {phrase} {name} {parts} {event1} ... and the tale's own variables

A line whose slot has no filler is not said: `fill` gives None. Start there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.inflect import article, plain_present

_SLOT = re.compile(r"\{(\w+)\}")
_AGREES = re.compile(r"\[(?:(\w+):)?([\w']+)\]")
_PRONOUN_AGREES = re.compile(r"<([\w']+)>")
_PRONOUNS = {
    "they": ("they", "them", "their", "themself"),
    "she": ("she", "her", "her", "herself"),
    "he": ("he", "him", "his", "himself"),
    "it": ("it", "it", "its", "itself"),
}


def slots(cast: Mapping[str, Actor | None], extra: Mapping[str, str]) -> dict[str, str]:
    """Slot -> filler, for every slot that has one."""
    found: dict[str, str] = {key: value for key, value in extra.items() if value}
    hero, other, thing = cast.get("hero"), cast.get("other"), cast.get("thing")
    if hero is not None:
        they = _PRONOUNS["they" if hero.is_plural else hero.pronoun]
        found |= {"the": hero.short, "a": hero.phrase}
        found |= dict(zip(("they", "them", "their", "themself"), they, strict=True))
    for key, one in (("other", other), ("thing", thing)):
        if one is not None:
            found |= {key: one.short, f"{_an(key)}_{key}": one.phrase}
    return found


def _an(key: str) -> str:
    return "an" if key == "other" else "a"


def fill(line: str, fillers: Mapping[str, str], cast: Mapping[str, Actor | None]) -> str | None:
    """*line* with its slots filled and its verbs agreeing; None when a slot has no filler."""
    missing = False

    def filler(match: re.Match[str]) -> str:
        nonlocal missing
        key = match[1]
        text = fillers.get(key.lower() if key[0].isupper() else key)
        if text is None:
            missing = True
            return ""
        return text[0].upper() + text[1:] if key[0].isupper() else text

    hero = cast.get("hero")
    text = _AGREES.sub(lambda match: _agree(match[2], cast.get(match[1] or "hero")), line)
    text = _PRONOUN_AGREES.sub(
        lambda match: (
            plain_present(match[1]) if hero is not None and (hero.is_plural or hero.pronoun == "they") else match[1]
        ),
        text,
    )
    text = _SLOT.sub(filler, text)
    return None if missing else tidy(text)


def _agree(verb: str, subject: Actor | None) -> str:
    return plain_present(verb) if subject is not None and subject.is_plural else verb


def tidy(text: str) -> str:
    """Possessives of plurals, articles before the filled-in word, single spaces, capitals after full stops."""
    text = re.sub(r"s's\b", "s'", text)
    text = (
        re.sub(r"\b([Aa])n? (?=([\w\-]+))", _article, text)
        if re.search(r"\ba [aeiou]|\ban [^aeiou]", text, re.I)
        else text
    )
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    text = re.sub(r"([.!?]) ([a-z])", lambda match: f"{match[1]} {match[2].upper()}", text)
    text = re.sub(r"\.\.(?!\.)", ".", text)
    return " ".join(text.split())


def _article(match: re.Match[str]) -> str:
    right = article(match[2])
    return f"{right.capitalize() if match[1] == 'A' else right} "


def in_place(setting: str, described: str, places: Mapping[str, str]) -> str:
    """The phrase "in the forest", or with the prompt's own adjective "in the snowy forest".

    *described* is the prompt's phrase for the place, "snowy forest", or ""; *places* has a
    prepositional phrase for each setting.
    """
    phrase = places.get(setting, f"in the {setting}")
    noun = phrase.split(" ")[-1]
    words = described.split(" ")
    if len(words) > 1 and words[-1] == noun:
        return f"{phrase[: -len(noun)]}{described}"
    return phrase
