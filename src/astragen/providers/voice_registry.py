"""Which voices are asked: found by name, in the order in which they are asked.

A wish is names with commas between, each with a voice behind a colon: "builtin",
"elevenlabs:VOICE_ID,builtin", "piper:./voice.onnx", "openai:nova". Behind everybody stands the
built-in voice. A third party adds one by an entry point of the group `astragen.voices`.
Start at `chosen_voices`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, NamedTuple

from astragen.errors import BudgetExceeded, MissingKey, SettingsError, UnknownProvider
from astragen.providers.access import Access
from astragen.providers.limits import Limits
from astragen.providers.speaking import VoiceProvider
from astragen.providers.third_party import loaded, names_in

VoiceClass = type[VoiceProvider]
AccessOf = Callable[[VoiceClass], Access]

GROUP: Final = "astragen.voices"
BUILTIN: Final = "builtin"
NAMES: Final = ("elevenlabs", "openai", "pollinations", "speech", "piper", "kokoro", "edge")


class Voices(NamedTuple):
    """Who speaks.

    providers: who is asked, in order; behind them stands the built-in voice.
    variant: which of its voices the built-in one takes; "" for its usual one.
    """

    providers: tuple[VoiceProvider, ...] = ()
    variant: str = ""


def chosen_voices(wish: str, access_of: AccessOf, *, limit_usd: float) -> Voices:
    """The voices that *wish* names.

    Args:
        wish: names, or "auto", which is the built-in voice: no voice is taken just because there is a key for it.
        access_of: what the user configured of a provider; each is given its own only.
        limit_usd: what the film may cost.

    Raises:
        BudgetExceeded: one charges, and the film may cost nothing.
        UnknownProvider: nobody registered a name.
        MissingKey: one needs a key and none is configured.
        SettingsError: a key, an address, a file or an option cannot be used, one is named twice, or somebody
            stands behind the built-in voice, which always speaks.
    """
    if wish in ("", "auto", BUILTIN):
        return Voices()
    asked = [one.strip() for one in wish.split(",")]
    twice = sorted({one for one in asked if asked.count(one) > 1})
    if twice or "" in asked:
        what = f'names "{twice[0]}" twice' if twice else "has an empty name"
        raise SettingsError(f'--voice "{wish}" {what}.', hint=_choices())
    variants = [one for one in asked if one.partition(":")[0] in (BUILTIN, "auto")]
    if variants and asked.index(variants[0]) != len(asked) - 1:
        raise SettingsError(
            f'--voice "{wish}" names somebody after {variants[0]}.',
            hint="The built-in voice always speaks; name it last.",
        )
    providers = tuple(_named(one, access_of) for one in asked if one not in variants)
    for one in providers:
        if limit_usd <= 0 and not one.is_free:
            raise BudgetExceeded(
                f"{one.capability.name} charges, and this film may cost $0.00.",
                hint="Raise --max-cost, or choose builtin or a voice on this machine.",
            )
    return Voices(providers, variants[0].partition(":")[2] if variants else "")


def shared_voices(wish: str, access_of: AccessOf, limits: Limits, *, limit_usd: float) -> Voices:
    """As `chosen_voices`, all of them taking the turns that *limits* keeps."""
    found = chosen_voices(wish, access_of, limit_usd=limit_usd)
    for one in found.providers:
        one.http.share(limits)
    return found


def find_voice(name: str) -> VoiceClass:
    """The voice called *name*; ours come before those of third parties, so none can take over a key.

    Raises:
        UnknownProvider: nobody registered it, or its package cannot be loaded.
    """
    if name in NAMES:
        found = import_module(f"astragen.providers.voices.{name}").VOICE
    else:
        found = loaded(GROUP, name, trade="voice", choices=_choices())
    if not (isinstance(found, type) and issubclass(found, VoiceProvider)):
        raise UnknownProvider(f'"{name}" is no voice.', hint=_choices())
    return found


def known_voices() -> tuple[str, ...]:
    """The names of all that are installed, but for the built-in one."""
    return (*NAMES, *names_in(GROUP, beside=NAMES))


def _named(asked: str, access_of: AccessOf) -> VoiceProvider:
    name, _, voice = asked.partition(":")
    one = find_voice(name)
    access = access_of(one)
    if one.needs_key and not access.key and not access.base_url:
        hint = f"Set {one.usual_key()}, or choose another with --voice."
        raise MissingKey(f'There is no key for "{name}".', hint=hint)
    said = {"options": {**access.options, "voice": voice}} if voice else {}
    return one(access.model_copy(update=said))


def _choices() -> str:
    return f"Choose {BUILTIN}, or any of {', '.join(known_voices())}, with commas between."
