"""A provider's key: which header carries it, and what of it no message may repeat."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pydantic import SecretStr

from astragen.errors import SettingsError
from astragen.providers.redaction import secrets_of_key

_KEY: Final = re.compile(r"[!#-&(-\[\]-~]+")  # printable ASCII without quotes, backslash and space


class Auth(NamedTuple):
    """A key, and the header that carries it."""

    key: SecretStr
    header: str = "Authorization"
    prefix: str = "Bearer "

    def secrets(self) -> list[str]:
        """What no message repeats; in plain, so ask when it is needed and keep it nowhere."""
        return secrets_of_key(self.key.get_secret_value(), self.prefix)


def check_key(key: SecretStr, provider: str) -> None:
    """See that a header can carry *key*, before the HTTP library can put it into an error of its own.

    Raises:
        SettingsError: it cannot.
    """
    if not _KEY.fullmatch(key.get_secret_value()):
        raise SettingsError(
            f"The key of {provider} is empty or holds a character that no key has (a space, a quote, a line break).",
            hint="Copy it again, without quotes.",
        )
