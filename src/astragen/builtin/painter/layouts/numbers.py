"""Numbers on a chart: round ticks, and values as people of a language write them. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)  # what people count in
_COMPACT = ((1e12, "T"), (1e9, "B"), (1e6, "M"))  # English; other languages group digits
_COMMA = frozenset(
    {"de", "fr", "es", "it", "pt", "ru", "pl", "nl", "tr", "uk", "sv", "da", "no", "nb", "fi", "cs", "sk", "hu", "ro"}
    | {"bg", "el", "id", "vi", "ca", "hr", "sl", "sr", "lt", "lv", "et"}
)
_BEFORE = frozenset("$€£¥₹")
_ATTACHED = frozenset("%°‰")
_UNIT_SHORT = 3  # characters; a longer unit stands once, over the chart
_THIN = "\u202f"  # narrow no-break space: groups of digits outside English (SI brochure, 5.4.4)
_MINUS = "\u2212"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Scale(NamedTuple):
    """An axis from *low* to *high* with a mark at each of *ticks*."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Where *value* lies: 0 at the low end, 1 at the high end."""
        return (value - self.low) / (self.high - self.low)


def scale_of(values: Sequence[float], *, count: int = 4, from_zero: bool = True) -> Scale:
    """A scale whose ends are ticks and hold every value; about *count* steps.

    Bars need *from_zero*; a curve leaves zero out when its values lie far from it.
    """
    low, high = min(values), max(values)
    if from_zero or low <= 0 <= high or high == low or min(abs(low), abs(high)) < 1.5 * (high - low):
        low, high = min(0.0, low), max(0.0, high)
    if low == high:
        high = 1.0
    step = _step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(float(index * step) for index in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def _step(least: float) -> float:
    """The smallest round number of at least *least*."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(one * power for one in _STEPS if one * power >= least * (1 - 1e-9))


def written(value: float, unit: str = "", language: str = "en") -> str:
    """*value* with its *unit* as it stands beside a bar: "71%", "$1.5M", "12,500 km", "−0.004"."""
    number = _plain(abs(value), language)
    sign = _MINUS if value < 0 and number.strip("0.,") else ""
    unit = unit.strip()
    if not unit or not is_short(unit):
        return sign + number
    is_english = language.partition("-")[0] == "en"
    if unit in _BEFORE and is_english:
        return f"{sign}{unit}{number}"
    gap = "" if unit[0] in _ATTACHED and is_english else "\u00a0"
    return f"{sign}{number}{gap}{unit}"


def is_short(unit: str) -> bool:
    """Whether *unit* stands beside every value rather than once over the chart."""
    return len(unit.strip()) <= _UNIT_SHORT


def _plain(value: float, language: str) -> str:
    """A number that is not negative, at most four digits of it that mean something."""
    code = language.partition("-")[0]
    if value and (value < 1e-4 or value >= 1e15):
        power = math.floor(math.log10(value))
        lead = _marked(f"{value / 10**power:.3g}", code)
        return f"{lead}×10{str(power).translate(_RAISED)}"
    if code == "en":
        for size, letter in _COMPACT:
            if value >= size * 0.9995:
                return f"{value / size:.4g}{letter}"
    if value >= 1000 or value == int(value):
        return f"{round(value):,}".replace(",", "," if code == "en" else _THIN)
    return _marked(f"{value:.4g}" if value >= 1e-2 else f"{value:.4f}".rstrip("0").rstrip("."), code)


def _marked(digits: str, code: str) -> str:
    return digits.replace(".", ",") if code in _COMMA else digits
