"""Seeds that depend on all that they are made of, and on nothing else. Pure."""

from __future__ import annotations

from astragen.model.base import content_hash


def seed_of(*parts: object) -> int:
    """A seed in [0, 2^31) that depends on every part."""
    return int(content_hash(":".join(str(part) for part in parts))[:8], 16) & 0x7FFF_FFFF
