"""The voices that can be chosen, built-in ones first. Nobody is asked, and no voice is loaded. Start at `voices`."""

from __future__ import annotations

from collections.abc import Iterator

from astragen.builtin.voice import BuiltinVoice, tags
from astragen.plan.casting import BUILTIN, cast_voices
from astragen.providers.catalogue import about_of
from astragen.providers.speaking import ListedVoice
from astragen.providers.voice_registry import find_voice, known_voices


def voices(language: str = "") -> Iterator[ListedVoice]:
    """The voices that speak *language*, a tag of which the primary part counts; "" for all."""
    primary = language.lower().partition("-")[0]
    yield from _builtin(primary)
    for name in known_voices():
        one = find_voice(name)
        listed = list(one.listed())
        for voice in listed:
            if not primary or not voice.languages or primary in voice.languages:
                yield voice
        if not listed:
            yield ListedVoice(f"{name}:{one.usual_voice or 'VOICE'}", about_of(one))


def speaks(language: str) -> bool:
    """Whether the built-in voice speaks *language*, a tag of which the primary part counts."""
    primary = language.lower().partition("-")[0]
    return bool({primary, tags(primary)[-1], tags(primary)[0]} & set(BuiltinVoice().capability.languages))


def builtin_variants() -> tuple[str, ...]:
    """What the built-in voice's variants are called: "builtin", "builtin:f3", ..."""
    return ("builtin", *(f"{BUILTIN}{name}" for name in cast_voices()))


def _builtin(language: str) -> Iterator[ListedVoice]:
    """The built-in voice, and the variants of it that characters are cast from."""
    if language and not speaks(language):
        return
    spoken = BuiltinVoice().capability.languages
    usual, *variants = builtin_variants()
    count = "" if language else f"{len(spoken)} languages, "
    yield ListedVoice(usual, f"eSpeak NG, {count}no network", spoken)
    yield from (ListedVoice(one, "another of its voices", spoken) for one in variants)
