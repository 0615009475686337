"""What pictures and clips cost, from the table."""

from __future__ import annotations

from datetime import date

import pytest

from astragen.providers.prices import PriceRow, _table, listed_price


def row(usd: float, per: str, **more: object) -> PriceRow:
    return PriceRow.model_validate({"usd": usd, "per": per, "read": "2026-11-23", "source": "x", **more})


def test_every_price_says_when_and_where_it_was_read():
    """A price without a source cannot be checked when the provider changes it."""
    rows = [(one, model, price) for one, models in _table().items() for model, price in models.items()]

    assert rows
    assert [model for _, model, price in rows if not price.source] == []
    assert all(date.fromisoformat(price.read) >= date(2026, 11, 1) for _, _, price in rows)


def test_a_model_that_nobody_priced_has_no_price():
    """None is not zero."""
    assert listed_price("openai", "gpt-image-2.6-flare") is None
    assert listed_price("nobody", "x") is None


@pytest.mark.parametrize(
    ("price", "seconds", "usd"),
    [
        pytest.param(row(0.004, "picture"), None, 0.004, id="picture"),
        pytest.param(row(0.08, "second"), 4.0, 0.32, id="clip"),
        pytest.param(row(0.08, "second"), None, None, id="clip_without_length"),
        pytest.param(row(30, "million_tokens"), 4.0, None, id="tokens"),
    ],
)
def test_a_row_tells_the_price_of_one_request(price, seconds, usd):
    """Beforehand, where that can be told."""
    assert price.usd_of(seconds) == (usd if usd is None else pytest.approx(usd))


def test_tokens_are_priced_by_the_million():
    """In and out apart; a row for pictures prices no tokens."""
    assert row(30, "million_tokens", usd_in=8).usd_of_tokens(1_000, 2_000) == pytest.approx(0.068)
    assert row(30, "picture").usd_of_tokens(1_000, 2_000) is None


def test_both_names_of_a_model_have_one_price():
    """Pollinations renamed its models and kept the old names."""
    assert listed_price("pollinations", "zimage") == listed_price("pollinations", "tongyi-mai/z-image-turbo")
