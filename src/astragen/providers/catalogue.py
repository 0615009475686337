"""Everybody who can be asked, as data: trade, model, price, and whether he is configured; never a key or an address.

Nobody is asked over the network; at the doors of servers on this machine is knocked. Start at `catalogue`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from astragen.errors import SettingsError, UnknownProvider
from astragen.model.base import Model
from astragen.model.requests import PicturePrompt, PictureRequest
from astragen.providers import artist_registry, registry, voice_registry
from astragen.providers.access import Access
from astragen.providers.http import is_loopback
from astragen.providers.paying import price
from astragen.providers.shooting import PictureProvider
from astragen.providers.speaking import VoiceProvider
from astragen.providers.vendor import Vendor
from astragen.providers.voice_prices import price_of
from astragen.providers.wire import ChatProvider

Trade = Literal["writer", "artist", "camera", "voice"]
State = Literal["ready", "unconfigured", "unusable", "unreachable"]
AccessOf = Callable[[type[Vendor]], Access]

TRADES: Final[tuple[Trade, ...]] = ("writer", "artist", "camera", "voice")
CLIP_S: Final = 5.0  # of the clip whose price stands for a camera's


class ListedPrice(Model):
    """What somebody charges, in US dollars; an upper bound where a price depends on what is asked."""

    usd: float = Field(ge=0, description="For one unit; of tokens: of those that come out.")
    per: Literal["million_tokens", "picture", "clip", "million_characters"] = Field(
        description="A picture has 1920x1080 pixels here, and a clip 5 seconds as well."
    )
    usd_in: float | None = Field(None, ge=0, description="Of a million tokens that go in; null: not charged by tokens.")


class Listed(Model):
    """One who can be asked."""

    name: str = Field(description="As a film's `writer`, `artist`, `camera` and `voice` name it.")
    trade: Trade
    about: str
    model: str = Field("", description="That is asked unless another is named; empty: whatever is loaded there.")
    state: State = Field(
        description="unusable: configured, and something about it is wrong or missing; unreachable: a server that "
        "should be on this machine, and does not answer."
    )
    is_configured: bool
    is_free: bool = Field(description="It never charges: it runs here, or asks nobody for money.")
    price: ListedPrice | None = Field(None, description="null: free, or nobody knows.")
    act: str = Field("", description="What makes it ready; empty: it is.")
    takes_key: bool = Field(False, description="Whether a key of it can be kept.")
    has_kept_key: bool = Field(False, description="Whether one is, in the keyring of the service's machine.")


_BUILTIN: Final[tuple[tuple[Trade, str], ...]] = (
    ("writer", "Writes storyboards by rules and tables, in no time and without a network."),
    ("artist", "Paints every shot; whatever nobody else makes in time is painted, too."),
    ("camera", "Moves over stills and painted scenes."),
    ("voice", "eSpeak NG, finished for films; needs no network."),
)


class _Entry(NamedTuple):
    """One of the catalogue; *address*: of the server on this machine that it needs, "" for none."""

    listed: Listed
    address: str = ""


async def catalogue(access_of: AccessOf, *, kept: Collection[str] = ()) -> list[Listed]:
    """Everybody who is installed, by trade, the built-in one first; see `Settings.access_to` for *access_of*.

    *kept*: whose keys are kept in the keyring.
    """
    entries = list(_entries(access_of))
    open_doors = await registry.listening_at({one.address for one in entries if one.address})
    found = [_after_knocking(one, is_open=one.address in open_doors) for one in entries]
    keyed = set(takers_of_keys())
    return [_with_key(one, takes_key=one.name in keyed, has_kept_key=one.name in kept) for one in found]


def takers_of_keys() -> tuple[str, ...]:
    """The names of those whose key can be kept, whatever their trades."""
    kinds = (_found(trade, name) for trade in TRADES for name in _known(trade))
    return tuple(sorted({kind.capability.name for kind in kinds if kind is not None and kind.key_variables}))


def _with_key(one: Listed, *, takes_key: bool, has_kept_key: bool) -> Listed:
    if not takes_key:
        return one
    return one.model_copy(update={"takes_key": True, "has_kept_key": has_kept_key})


def _entries(access_of: AccessOf) -> Iterator[_Entry]:
    for trade, about in _BUILTIN:
        yield _Entry(Listed(name="builtin", trade=trade, about=about, state="ready", is_configured=True, is_free=True))
        for name in _known(trade):
            found = _found(trade, name)
            yield _unloadable(trade, name) if found is None else _entry(trade, found, access_of)


def _after_knocking(one: _Entry, *, is_open: bool) -> Listed:
    if not one.address:
        return one.listed
    if is_open:
        return one.listed.model_copy(update={"is_configured": True})
    return one.listed.model_copy(update={"state": "unreachable", "act": "Start it on the service's machine."})


def _known(trade: Trade) -> tuple[str, ...]:
    if trade == "writer":
        return registry.known()
    return voice_registry.known_voices() if trade == "voice" else artist_registry.known(trade)


def _found(trade: Trade, name: str) -> type[Vendor] | None:
    """The provider; None for a third party's that cannot be loaded."""
    try:
        if trade == "writer":
            return registry.find(name)
        return voice_registry.find_voice(name) if trade == "voice" else artist_registry.find(trade, name)
    except UnknownProvider:
        return None


def _unloadable(trade: Trade, name: str) -> _Entry:
    act = "Its package cannot be loaded; install it again."
    return _Entry(
        Listed(name=name, trade=trade, about="", state="unusable", is_configured=False, is_free=False, act=act)
    )


def _entry(trade: Trade, kind: type[Vendor], access_of: AccessOf) -> _Entry:
    """How *kind* stands with what is configured of it."""
    name, about = kind.capability.name, about_of(kind)
    try:
        access = access_of(kind)
    except SettingsError as error:  # its key is in a keyring that is locked
        return _Entry(
            Listed(
                name=name,
                trade=trade,
                about=about,
                state="unusable",
                is_configured=True,
                is_free=False,
                act=error.hint,
            )
        )
    if kind.needs_key and not access.key and not access.base_url:
        act = f"Set {kind.usual_key()}."
        state: State = "unconfigured"
    else:
        try:
            return _ready(trade, about, kind(access), is_set=bool(access.key or access.base_url))
        except SettingsError as error:  # its message may name a file or an address of this machine; the hint does not
            act = error.hint
            state = "unusable" if access.key or access.base_url or access.options else "unconfigured"
    model = access.model or _usual_model(kind)
    is_free = bool(getattr(kind, "is_local", False)) or not getattr(kind, "charges", True)
    listed_price = None if is_free or state != "unconfigured" else _price_with_a_key(kind, access)
    return _Entry(
        Listed(
            name=name,
            trade=trade,
            about=about,
            model=model,
            state=state,
            is_configured=state == "unusable",
            is_free=is_free,
            price=listed_price,
            act=act,
        )
    )


def _ready(trade: Trade, about: str, one: Vendor, *, is_set: bool) -> _Entry:
    """One that can be asked."""
    is_free, listed = _price(one)
    place = urlsplit(one.base_url)
    is_here = place.port is not None and is_loopback(place.hostname or "")  # voices in this process have no port
    return _Entry(
        Listed(
            name=one.capability.name,
            trade=trade,
            about=about,
            model=str(getattr(one, "model", "")),
            state="ready",
            is_configured=is_set or not (is_here or one.needs_key),
            is_free=is_free,
            price=None if is_free else listed,
        ),
        one.base_url if is_here else "",
    )


def _price(one: Vendor) -> tuple[bool, ListedPrice | None]:
    """Whether *one* is free, and what it charges else; None where nobody knows."""
    if isinstance(one, ChatProvider):
        costs = price(one)
        known = ListedPrice(usd=costs.usd_out, usd_in=costs.usd_in, per="million_tokens")
        return costs.is_free, known if costs.is_known else None
    if isinstance(one, VoiceProvider):
        row = price_of(one.capability.name, one.model)
        spoken = ListedPrice(usd=row.usd_per_million_chars, per="million_characters") if row else None
        return one.is_free, spoken
    if isinstance(one, PictureProvider):
        return one.is_free, _picture_price(one)
    return False, None


def _price_with_a_key(kind: type[Vendor], access: Access) -> ListedPrice | None:
    """What *kind* would charge if a key of it were known; None where more than a key is missing."""
    try:
        is_free, listed = _price(kind(access.model_copy(update={"key": SecretStr("unknown")})))
    except SettingsError:
        return None
    return None if is_free else listed


def _picture_price(one: PictureProvider) -> ListedPrice | None:
    """What one picture, or one clip of `CLIP_S`, of Full HD costs."""
    is_camera = one.capability.trade == "camera"
    prompt = PicturePrompt(text="a lighthouse", width=1920, height=1080, seconds=CLIP_S if is_camera else None)
    request = PictureRequest(
        shot="s1", artist=one.capability.name, model=one.model, prompt=prompt, fps=24, frames=round(24 * CLIP_S)
    )
    usd = one.price_usd(request)
    return None if usd is None else ListedPrice(usd=usd, per="clip" if is_camera else "picture")


def _usual_model(kind: type[Vendor]) -> str:
    """The model that is asked where nobody names one."""
    named = getattr(kind, "default_model", "") or getattr(kind, "usual_model", "")
    return str(named or getattr(kind.capability, "model", ""))


def about_of(kind: type) -> str:
    """The first line of what its module says of itself."""
    text = (sys.modules[kind.__module__].__doc__ or "").strip()
    return text.partition("\n")[0]
