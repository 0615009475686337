"""Keys of providers, kept in the keyring of the service's machine: put there and taken away, never given back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field, SecretStr

from astragen.providers.catalogue import takers_of_keys
from astragen.service.access import KeyAdmin
from astragen.service.house import House, TheHouse
from astragen.service.problems import Refusal, errors
from astragen.service.shapes.common import Shape
from astragen.store.keys import cleaned

router = APIRouter(prefix="/v1/providers", tags=["catalogue"])

Name = Annotated[str, Path(max_length=64, examples=["openai"])]


class ProviderKey(Shape):
    """The key of a provider."""

    key: SecretStr = Field(max_length=4_096, description="As the provider gave it.")


@router.put("/{name}/key", status_code=204, summary="Keep a provider's key", responses=errors(404, 422))
async def keep(name: Name, given: ProviderKey, house: TheHouse, _: KeyAdmin) -> Response:
    """Keep the key of a provider in the keyring of the service's machine, in place of an earlier one.

    Films that begin from now on use it. A key in the service's environment comes first. It is shown to nobody;
    workers on other machines have keyrings of their own.
    """
    _check(name)
    await house.run(house.settings.keys.keep, name, cleaned(given.key.get_secret_value()))
    return Response(status_code=204)


@router.delete("/{name}/key", status_code=204, summary="Forget a provider's key", responses=errors(404, 422))
async def forget(name: Name, house: TheHouse, _: KeyAdmin) -> Response:
    """Take the key of a provider out of the keyring. One in the service's environment stays."""
    _check(name)
    await house.run(_forget, house, name)
    return Response(status_code=204)


def _forget(house: House, name: str) -> None:
    if name not in house.settings.keys.names():
        raise Refusal(404, "resource.not_found", f"No key of {name} is kept.")
    house.settings.keys.forget(name)


def _check(name: str) -> None:
    """Pass who takes a key: one of a misspelt name would never be found."""
    names = takers_of_keys()
    if name not in names:
        raise Refusal(404, "provider.unknown", f"No such provider takes a key. Those who do: {', '.join(names)}.")
