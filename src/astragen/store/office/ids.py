"""Ids of what the service keeps: sortable by time, impossible to guess, safe in any address."""

from __future__ import annotations

import secrets
from typing import Final, Literal

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32, lower case
LENGTH: Final = 26  # of 5 bits each: 48 bits of milliseconds and 80 of chance

IdKind = Literal["film", "key", "file", "hook", "dlv", "share", "plan"]


def new_id(kind: IdKind, now_s: float) -> str:
    """A new id of a *kind*, made at *now_s*, in seconds since the epoch; later ones sort after earlier ones."""
    number = (int(now_s * 1000) & (2**48 - 1)) << 80 | secrets.randbits(80)
    digits = (ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return f"{kind}_{''.join(digits)}"
