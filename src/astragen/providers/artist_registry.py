"""Which artists and cameras are asked: found by name, or those that are configured for "auto".

A wish is names in the order they are asked in, each with a model or path behind a colon:
"pollinations", "openai:gpt-image-2.6-flare,pollinations", "folder:./pictures". A third
party adds one by an entry point of the groups `astragen.artists` and `astragen.cameras`.
Start at `chosen`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Final, Literal

import anyio

from astragen.errors import BudgetExceeded, MissingKey, SettingsError, UnknownProvider
from astragen.providers.access import Access
from astragen.providers.shooting import PictureProvider
from astragen.providers.third_party import loaded, names_in

Trade = Literal["artist", "camera"]
ProviderClass = type[PictureProvider]
AccessOf = Callable[[ProviderClass], Access]

GROUPS: Final = {"artist": "astragen.artists", "camera": "astragen.cameras"}
LEARN_S: Final = 2.0  # of the deadline
AUTO: Final = ("pollinations", "fal", "replicate")  # as "auto" asks them: their usual models' prices are known, and low
KEYED: Final = (*AUTO, "huggingface", "openai")
NAMES: Final[dict[Trade, tuple[str, ...]]] = {
    "artist": (*KEYED, "pollinations-legacy", "a1111", "comfyui", "diffusers", "folder"),
    "camera": ("pollinations", "fal", "replicate", "runway", "luma", "comfyui", "diffusers", "folder"),
}
NOBODY: Final = "builtin"

log = logging.getLogger(__name__)


def chosen(trade: Trade, wish: str, access_of: AccessOf, *, limit_usd: float) -> tuple[PictureProvider, ...]:
    """The artists or cameras that *wish* names, in the order they are asked in; none for "builtin".

    Behind each come its other models, so that one that is overloaded is not the end of it.

    Args:
        trade: what they make: stills or clips.
        wish: names, "auto" (of artists: those of `AUTO` that are configured; of cameras: none), or "builtin".
        access_of: what the user configured of a provider; each is given its own only.
        limit_usd: what the film may cost; at 0 "auto" passes over those who charge.

    Raises:
        BudgetExceeded: one that is named charges, and the film may cost nothing.
        UnknownProvider: nobody registered a name.
        MissingKey: one that is named needs a key and none is configured.
        SettingsError: a key, an address, a path or an option cannot be used, or one is named twice.
    """
    if wish in ("", NOBODY):
        return ()
    if wish == "auto":
        return tuple(_auto(access_of)) if trade == "artist" and limit_usd > 0 else ()
    asked = [one.strip() for one in wish.split(",")]
    twice = sorted({one for one in asked if asked.count(one) > 1})
    if twice or "" in asked:
        what = f'names "{twice[0]}" twice' if twice else "has an empty name"
        raise SettingsError(f'--{trade} "{wish}" {what}.', hint=_choices(trade))
    lonely = next((one for one in asked if one in ("auto", NOBODY)), None)
    if lonely:
        raise SettingsError(
            f'--{trade} "{wish}" names {lonely} beside others.',
            hint="It stands alone; what nobody makes is painted in any case.",
        )
    found = tuple(one for name in asked for one in _named(trade, name, access_of))
    for one in found:
        if limit_usd <= 0 and not one.is_free:
            raise BudgetExceeded(
                f"{one.card.name} charges, and this film may cost $0.00.",
                hint="Raise --max-cost, or choose builtin or one on this machine.",
            )
    return found


async def learned(providers: Iterable[PictureProvider]) -> None:
    """Let all of *providers* read what they list of themselves, as far as that takes no longer than `LEARN_S`."""
    with anyio.move_on_after(LEARN_S):
        async with anyio.create_task_group() as tasks:
            for one in providers:
                tasks.start_soon(_learned, one)


async def _learned(one: PictureProvider) -> None:
    try:
        await one.learn()
    except Exception as error:  # whatever a stranger's module raises: what is not learned changes nothing
        log.info("what %s lists of itself cannot be read (%s)", one.card.name, type(error).__name__)


def find(trade: Trade, name: str) -> ProviderClass:
    """The artist or camera called *name*; ours come before those of third parties, so none can take over a key.

    Raises:
        UnknownProvider: nobody registered it, or its package cannot be loaded.
    """
    if name in NAMES[trade]:
        found = getattr(import_module(f"astragen.providers.artists.{name.replace('-', '_')}"), trade.upper())
    else:
        found = loaded(GROUPS[trade], name, trade=trade, choices=_choices(trade))
    if not (isinstance(found, type) and issubclass(found, PictureProvider)):
        raise UnknownProvider(f'"{name}" is no {trade}.', hint=_choices(trade))
    return found


def known(trade: Trade) -> tuple[str, ...]:
    """The names of all artists or cameras that are installed."""
    return (*NAMES[trade], *names_in(GROUPS[trade], beside=NAMES[trade]))


def _auto(access_of: AccessOf) -> Iterable[PictureProvider]:
    for name in AUTO:
        one = find("artist", name)
        access = access_of(one)
        if access.key or (access.base_url and not one.needs_key):
            yield from _with_others(one, access)


def _named(trade: Trade, asked: str, access_of: AccessOf) -> Iterable[PictureProvider]:
    name, _, model = asked.partition(":")
    one = find(trade, name)
    access = access_of(one)
    if one.needs_key and not access.key and not access.base_url:
        hint = f"Set {one.usual_key()}, or choose another with --{trade}."
        raise MissingKey(f'There is no key for "{name}".', hint=hint)
    if model:
        said = {"model": model} if one.colon == "model" else {"options": {**access.options, one.colon: model}}
        yield one(access.model_copy(update=said))
        return
    yield from _with_others(one, access)


def _with_others(one: ProviderClass, access: Access) -> Iterable[PictureProvider]:
    """*one* with its usual model, then with its other ones; with the configured model alone, where there is one."""
    yield one(access)
    if not access.model:
        yield from (one(access.model_copy(update={"model": model})) for model in one.other_models)


def _choices(trade: Trade) -> str:
    return f"Choose auto, {NOBODY}, or any of {', '.join(known(trade))}, with commas between them."
