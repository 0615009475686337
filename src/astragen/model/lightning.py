"""When lightning strikes: one rule for the painter, who shows it, and for the sound, which follows it.

A strike falls into the first JITTER_S of each slot of SLOT_S, so that no two are within 3.1 s,
nor more than 5.3 s apart. Pure: a shot's seed in, moments of the shot's own time out.
"""

from __future__ import annotations

import math
from typing import NamedTuple

SLOT_S = 4.2
JITTER_S = 1.1
FAINTEST = 0.6  # power of the faintest strike; the strongest has 1


class Strike(NamedTuple):
    """A stroke of lightning: which one, seconds of the shot's own time when it begins, power 0 to 1."""

    number: int
    seconds: float
    power: float


def strike_in(slot: int, seed: int) -> Strike:
    """The strike of *slot*, which may be negative (handles), in the shot of *seed*."""
    late, strong = (_chance(seed, slot, stream) for stream in range(2))
    return Strike(slot, slot * SLOT_S + JITTER_S * late, FAINTEST + (1 - FAINTEST) * strong)


def strikes(seed: int, seconds: float) -> tuple[Strike, ...]:
    """The strikes that begin within *seconds* of the first frame of the shot of *seed*, in order."""
    found = (strike_in(slot, seed) for slot in range(math.ceil(seconds / SLOT_S)))
    return tuple(strike for strike in found if strike.seconds < seconds)


def _chance(seed: int, slot: int, stream: int) -> float:
    """A number in [0, 1): an integer hash (the finaliser of MurmurHash3, A. Appleby, public domain)."""
    bits = (seed * 0x9E3779B1 + slot * 0x85EBCA77 + stream * 0x27D4EB2F + 1) & 0xFFFF_FFFF
    bits = ((bits ^ (bits >> 16)) * 0x85EBCA6B) & 0xFFFF_FFFF
    bits = ((bits ^ (bits >> 13)) * 0xC2B2AE35) & 0xFFFF_FFFF
    return (bits ^ (bits >> 16)) / 2**32
