"""How one provider is reached: its key, its address and its model.

Settings build it from the environment and hand it down; a provider gets its own and no
other's, so no key can go to another provider's host.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, SecretStr

from astragen.model.base import Model


class Access(Model):
    """What a user configured of one provider; empty is the provider's own default."""

    key: SecretStr | None = None
    base_url: str = Field("", description="Another address than the provider's own: a proxy, a test server.")
    model: str = Field("", description="The model's id as the provider calls it.")
    options: Mapping[str, str] = Field({}, description="What else may be set of it, by the names of its options.")
