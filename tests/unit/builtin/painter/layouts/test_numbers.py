"""Ticks and written values."""

from __future__ import annotations

import pytest

from astragen.builtin.painter.layouts.numbers import scale_of, written

WRITTEN = [
    (71.0, "%", "en", "71%"),
    (-4.2, "%", "en", "\u22124.2%"),
    (1_428_000_000.0, "", "en", "1.428B"),
    (12_500.0, "km", "en", "12,500\u00a0km"),
    (12_500.0, "", "de", "12\u202f500"),
    (3.5, "%", "de", "3,5\u00a0%"),
    (1.2, "$", "en", "$1.2"),
    (0.00012, "", "en", "0.0001"),
    (0.000012, "", "en", "1.2×10⁻⁵"),
    (0.0, "", "en", "0"),
    (240.0, "million people", "en", "240"),
]


@pytest.mark.parametrize(("value", "unit", "language", "text"), WRITTEN)
def test_a_value_is_written_as_its_language_does(value, unit, language, text):
    """Grouping, decimal mark and place of the unit follow the language; long units stand elsewhere."""
    assert written(value, unit, language) == text


@pytest.mark.parametrize("values", [(36, 23, 5.5), (-4.2, 5.9), (0, 0), (7, 7), (1e12, 3e12), (1e-7, 2e-7), (-3,)])
def test_a_scale_holds_its_values_and_zero(values):
    """Ticks rise evenly from end to end, and bars start at zero."""
    scale = scale_of(values)
    assert scale.low <= min(0, *values, 0)
    assert scale.high >= max(0, *values, 0)
    gaps = {round((b - a) / (scale.high - scale.low), 9) for a, b in zip(scale.ticks, scale.ticks[1:], strict=False)}
    assert len(gaps) == 1
    assert 0 <= scale.share(values[0]) <= 1


def test_a_curve_far_from_zero_leaves_it_out():
    """A rise from 100 to 104 is seen."""
    assert scale_of((100, 104), from_zero=False).low >= 90
