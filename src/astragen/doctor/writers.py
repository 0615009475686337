"""Language models as `astragen doctor` sees them: which are configured, answer, and stay.

Every provider with a key or an address is asked for its models, each with its own key and
all at once; then the usual local servers are looked for. Start reading at `seen`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import anyio

from astragen.errors import AstraGenError
from astragen.model.brief import Brief
from astragen.plan.money import dollars, writing_usd
from astragen.providers.paying import price
from astragen.providers.registry import KEYED, find, foreseen, local_servers
from astragen.providers.wire import ChatProvider, Listed

if TYPE_CHECKING:
    from astragen.settings import Settings

ASK_S = 5.0  # that a provider may take; all are asked at once


class Seen(NamedTuple):
    """A language model; *act* is what to do about it, if anything."""

    name: str
    found: str
    act: str = ""


async def seen(settings: Settings) -> list[Seen]:
    """Every configured provider and every local server, and what they are ready for; at least one row."""
    rows: dict[str, Seen] = {}

    async def look(name: str) -> None:
        rows[name] = await _configured(name, settings)

    configured = [name for name in KEYED if _is_configured(settings, name)]
    async with anyio.create_task_group() as tasks:
        for name in configured:
            tasks.start_soon(look, name)
    local = [Seen(one.name, f"{one.model} at {one.address}") for one in await local_servers(settings.access_to)]
    none = Seen("none", "no key and no local server: the built-in writer writes")
    return [*(rows[name] for name in configured), *local, *_paid(settings)] or [none]


def _paid(settings: Settings) -> list[Seen]:
    """What `--writer auto` will spend, where it chooses a model that charges: a key alone is enough for that."""
    limit_usd = Brief.model_fields["max_cost_usd"].default
    try:
        chat = foreseen(settings.writer, settings.access_to, limit_usd=limit_usd)
    except AstraGenError:  # its own row says so
        return []
    if chat is None or price(chat).is_free:
        return []
    costs = price(chat)
    sample = Brief(prompt="film", max_cost_usd=limit_usd)
    about = f"about {dollars(writing_usd(sample, costs))}" if costs.is_known else "at a price unknown here"
    found = (
        f"without --writer, {chat.capability.name} {chat.model} writes {sample.seconds:g} s of film for {about}, "
        f"never for more than {dollars(limit_usd)} a film (--max-cost; 0: nobody who charges)"
    )
    return [Seen("money", found)]


def _is_configured(settings: Settings, name: str) -> bool:
    access = settings.access_to(find(name))
    return bool(access.key or access.base_url)


async def _configured(name: str, settings: Settings) -> Seen:
    kind = find(name)
    try:
        provider = kind(settings.access_to(kind))
        if kind.models is ChatProvider.models:  # it has no list, or none that is needed
            return Seen(name, f"{provider.model}, configured")
        with anyio.fail_after(ASK_S):
            models = {one.id: one for one in await provider.models()}
    except AstraGenError as error:
        return Seen(name, error.message, error.hint or f"Check {kind.key_names()[-1]}.")
    except TimeoutError:
        return Seen(name, f"did not answer within {ASK_S:g} s", "Check the network, or try again.")
    return _known(name, provider.model, models, kind.model_names)


def _known(name: str, model: str, models: Mapping[str, Listed], names: Callable[[], tuple[str, ...]]) -> Seen:
    """What the list of *models* says of the one that would be asked."""
    variable = names()[0]
    if not model:
        return Seen(name, next(iter(models), "no model"), "" if models else "Load a model there.")
    if models and model not in models:
        return Seen(name, f"{model} is not among its {len(models)} models", f"Name another in {variable}.")
    until = models[model].shutdown if model in models else ""
    return Seen(name, f"{model} until {until}" if until else model, f"Name another in {variable}." if until else "")
