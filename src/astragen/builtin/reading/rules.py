"""How written signs are said: one rule a kind, applied in this order to a line.

A rule is a pattern and a function that makes of a match the parts that are said instead,
each with its offset in the match, or None to leave it. A rule sees what those before it
said, so that a date becomes a day and a year first, and each of them words after that.
Pure. Start at `rules_of`.
"""

from __future__ import annotations

from functools import cache

from astragen.builtin.reading import addresses, amounts, numbers, signs, times
from astragen.builtin.reading.tongue import ALIASES, Rule, Tongue


@cache
def rules_of(language: str) -> tuple[Rule, ...]:
    """The rules for a BCP 47 *language*, in order."""
    primary = language.lower().split("-")[0]
    tongue = Tongue(ALIASES.get(primary, primary), language.lower())
    rooms = (amounts.groups, addresses.rules, times.rules, amounts.rules, numbers.rules, signs.rules)
    return tuple(rule for room in rooms for rule in room(tongue))
