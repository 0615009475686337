"""Choices that look free and are not: each depends on the seed and on what is being chosen.

A choice hashes its key, so adding one choice never changes another, and equal
briefs give equal films on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from astragen.model.base import content_hash

T = TypeVar("T")

SEED_MAX = 2**31 - 1


def number(*key: object) -> int:
    """A number in [0, SEED_MAX] that depends on *key* alone."""
    return int(content_hash("\x1f".join(str(part) for part in key))[:15], 16) % (SEED_MAX + 1)


def pick(options: Sequence[T], *key: object) -> T:
    """One of *options* (at least one), chosen by *key*."""
    return options[number(*key) % len(options)]


def shuffled(options: Sequence[T], *key: object) -> list[T]:
    """*options* in an order chosen by *key*."""
    order = sorted(range(len(options)), key=lambda index: number(*key, index))
    return [options[index] for index in order]
