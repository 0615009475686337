"""Which language model writes: found by name, or chosen for "auto".

"auto" takes the first of `KEYED` that is configured, else the first server on this
machine that answers within `PROBE_S`, else none: the built-in writer. Where nothing may be spent, those that
charge are passed over. A third party adds
a provider by an entry point of the group `astragen.providers`. Start at `chosen_chat`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import anyio

from astragen.errors import BudgetExceeded, MissingKey, ProviderError, Unavailable, UnknownProvider
from astragen.providers.access import Access
from astragen.providers.http import checked_url, is_listening, is_loopback, load
from astragen.providers.paying import price, price_at
from astragen.providers.third_party import loaded, names_in
from astragen.providers.wire import ChatProvider

GROUP: Final = "astragen.providers"
KEYED: Final = ("compatible", "openai", "anthropic", "gemini", "openrouter", "mistral", "groq", "pollinations")
LOCAL: Final = (  # in this order (facts 3); None is the provider's own address
    ("ollama", None),
    ("lmstudio", None),
    ("llamacpp", None),
    ("llamacpp", "http://127.0.0.1:8080/v1"),
    ("vllm", None),
)
NAMES: Final = (*KEYED, "ollama", "lmstudio", "llamacpp", "vllm")
PROBE_S: Final = 0.3
LIST_S: Final = 5.0  # for a server that was named to list its models; a film's deadline runs meanwhile

ProviderClass = type[ChatProvider]
AccessOf = Callable[[ProviderClass], Access]


class Local(NamedTuple):
    """A language model on this machine."""

    name: str
    address: str
    model: str


async def chosen_chat(
    name: str,
    access_of: AccessOf,
    *,
    limit_usd: float = math.inf,
    model: str = "",
    options: Mapping[str, object] | None = None,
) -> ChatProvider | None:
    """The language model that *name* means, ready to be asked; None for the built-in writer.

    "auto" passes over models that charge where *limit_usd* is 0.

    Args:
        name: of a provider, "auto", or "builtin".
        access_of: what the user configured of a provider (`Settings.access_to`); each is given its own only.
        limit_usd: the most that it may charge.
        model: instead of the configured one and the provider's default.
        options: of the provider.

    Raises:
        UnknownProvider: nobody registered *name*.
        MissingKey: the provider needs a key and none is configured.
        SettingsError: a key, an address or an option cannot be used.
        BudgetExceeded: the provider that was named charges, and nothing may be spent.
        Unavailable: a server that was named does not answer, or has no model.
    """
    if name == "builtin":
        return None
    if name != "auto":
        one = find(name)
        access = _asked(access_of(one), model)
        _check_payable(_made(one, access, options), limit_usd)
        return await _with_model(one, access, options)
    found = _configured(access_of, model, limit_usd)
    return await (_with_model(*found, options) if found else _local(access_of, model, options))


def foreseen(name: str, access_of: AccessOf, *, limit_usd: float, model: str = "") -> ChatProvider | None:
    """The model that `chosen_chat` would choose, as far as can be told without asking; raises as it does.

    None for the built-in writer, and for "auto" where only this machine's servers are left, which are free.
    """
    if name == "builtin":
        return None
    if name != "auto":
        one = find(name)
        provider = _made(one, _asked(access_of(one), model), None)
        _check_payable(provider, limit_usd)
        return provider
    found = _configured(access_of, model, limit_usd)
    return _made(*found, None) if found else None


def _configured(access_of: AccessOf, model: str, limit_usd: float) -> tuple[ProviderClass, Access] | None:
    """The first of `KEYED` that is configured and may be paid, with its access."""
    for one in map(find, KEYED):
        access = access_of(one)
        if access.key or access.base_url:
            access = _asked(access, model)
            address = one.address(access.base_url or one.default_base_url)
            costs = price_at(one.capability.name, access.model or one.default_model, address)
            if limit_usd > 0 or costs.is_free:
                return one, access
    return None


def _check_payable(provider: ChatProvider, limit_usd: float) -> None:
    if limit_usd == 0 and not price(provider).is_free:
        raise BudgetExceeded(
            f"{provider.capability.name} charges for its answers, and this film may cost $0.",
            hint="Allow some with --max-cost (in dollars), or choose a server of your own or builtin with --writer.",
        )


async def local_servers(access_of: AccessOf) -> tuple[Local, ...]:
    """Every server on this machine that answers in time, with its first model; see `chosen_chat`."""
    candidates = _candidates(access_of)
    listening = await listening_at({address for _, address in candidates})
    found: dict[str, Local] = {}
    for one, address in candidates:
        met = await _met(one, address) if address in listening and address not in found else None
        if met:
            found[address] = Local(met[0].capability.name, address, met[1])
    return tuple(found.values())


def find(name: str) -> ProviderClass:
    """The provider called *name*; ours come before those of third parties, so none can take over a key.

    Raises:
        UnknownProvider: nobody registered it, or its package cannot be loaded.
    """
    if name in NAMES:
        found = import_module(f"astragen.providers.{name}").PROVIDER
    else:
        found = loaded(GROUP, name, trade="provider", choices=_choices())
    if not (isinstance(found, type) and issubclass(found, ChatProvider)):
        raise UnknownProvider(f'The provider "{name}" is no chat provider.', hint=_choices())
    return found


def known() -> tuple[str, ...]:
    """The names of all providers that are installed."""
    return (*NAMES, *names_in(GROUP, beside=NAMES))


def _choices() -> str:
    return f"Choose auto, builtin, {', '.join(known())}."


def _asked(access: Access, model: str) -> Access:
    return access.model_copy(update={"model": model}) if model else access


async def _with_model(one: ProviderClass, access: Access, options: Mapping[str, object] | None) -> ChatProvider:
    """*one*, ready to be asked; a server that has no default model is asked for its first."""
    provider = _made(one, access, options)
    if provider.model:
        return provider
    name, place = one.capability.name, urlsplit(provider.base_url).netloc
    with anyio.move_on_after(LIST_S) as patience:
        models = await provider.models()
    if patience.cancelled_caught:
        message = f"{name} at {place} did not say within {LIST_S:g} s which models it has."
        raise Unavailable(message, hint="See what it does, or name one with --writer-model.", provider=name)
    if not models:
        message = f"{name} at {place} has no model to talk to."
        raise Unavailable(message, hint="Load one there, or name one with --writer-model.", provider=name)
    return _made(one, _asked(access, models[0].id), options)


def _made(one: ProviderClass, access: Access, options: Mapping[str, object] | None) -> ChatProvider:
    if one.needs_key and not access.key and not access.base_url:
        hint = f"Set {one.usual_key()}, or choose another writer with --writer."
        raise MissingKey(f'There is no key for "{one.capability.name}".', hint=hint)
    return one(access, options)


async def _local(access_of: AccessOf, model: str, options: Mapping[str, object] | None) -> ChatProvider | None:
    """The first server on this machine that answers in time and has a model."""
    candidates = _candidates(access_of)
    listening = await listening_at({address for _, address in candidates})
    for one, address in candidates:
        met = await _met(one, address) if address in listening else None
        if met:
            kind, first = met
            # A server that is not the one expected there gets no key: Access() has none.
            access = access_of(kind) if kind is one else Access()
            chosen = {"base_url": address, "model": model or access.model or first}
            return kind(access.model_copy(update=chosen), options)
    return None


def _candidates(access_of: AccessOf) -> list[tuple[ProviderClass, str]]:
    """Local servers and where to look for them: a configured address replaces the usual ones; loopback only."""
    found: list[tuple[ProviderClass, str]] = []
    for name, other in LOCAL:
        one = find(name)
        address = one.address(access_of(one).base_url or other or one.default_base_url)
        if is_loopback(checked_url(address, name).hostname or "") and (one, address) not in found:
            found.append((one, address))
    return found


async def listening_at(addresses: Iterable[str]) -> set[str]:
    """Those of *addresses* that accept connections within `PROBE_S`."""
    found: set[str] = set()

    async def knock(address: str) -> None:
        if await is_listening(address):
            found.add(address)

    with anyio.move_on_after(PROBE_S):
        async with anyio.create_task_group() as tasks:
            for address in addresses:
                tasks.start_soon(knock, address)
    return found


async def _met(one: ProviderClass, address: str) -> tuple[ProviderClass, str] | None:
    """Who answers at *address* within `PROBE_S` as *one* would, and its first model; no key is sent."""
    load()
    probe = one(Access(base_url=address))
    with anyio.move_on_after(PROBE_S):
        try:
            models = await probe.models()
        except ProviderError:
            return None
        if models:
            is_expected = one.owner in ("", models[0].owner)
            return (one if is_expected else find("compatible")), models[0].id
    return None
