from __future__ import annotations

import json
from importlib import resources

import pytest

from astragen.model.requests import PicturePrompt
from astragen.providers.prices import PriceRow, cost_usd, listed_price


def row(per: str, **more: object) -> PriceRow:
    return PriceRow.model_validate({"usd": 0.5, "per": per, "read": "2026-11-30", "source": "x", **more})


@pytest.mark.parametrize(
    ("per", "prompt", "usd"),
    [
        pytest.param("picture", {"width": 1920, "height": 1080}, 0.5, id="picture"),
        pytest.param("megapixel", {"width": 1000, "height": 1000}, 0.5, id="one_megapixel"),
        pytest.param("megapixel", {"width": 1000, "height": 1001}, 1.0, id="a_begun_megapixel"),
        pytest.param("second", {"width": 1280, "height": 720, "seconds": 6}, 3.0, id="seconds"),
        pytest.param("second", {"width": 1280, "height": 720}, None, id="no_length"),
        pytest.param("million_tokens", {"width": 1280, "height": 720}, None, id="tokens"),
    ],
)
def test_a_request_costs_its_units(per, prompt, usd):
    """Pictures, begun megapixels or seconds."""
    assert cost_usd(row(per), PicturePrompt(text="A fox", **prompt)) == usd


def test_what_nobody_has_read_has_no_price():
    """Neither a model nor a provider is guessed at."""
    assert listed_price("fal", "fal-ai/unheard-of") is None
    assert listed_price("nobody", "x") is None
    assert cost_usd(None, PicturePrompt(text="A fox", width=1, height=1)) is None


def test_every_row_says_where_and_when_it_was_read():
    """The file keeps to the form of `PriceRow`."""
    text = (resources.files("astragen") / "data" / "providers" / "picture_prices.json").read_text("utf-8")

    for provider, rows in json.loads(text).items():
        for model in rows:
            priced = listed_price(provider, model)
            assert priced is not None
            assert priced.usd > 0


def test_tokens_are_priced_by_the_million():
    """In and out apart; a row for pictures prices no tokens."""
    assert row("million_tokens", usd_in=8).usd_of_tokens(1_000, 2_000) == pytest.approx(0.009)
    assert row("picture").usd_of_tokens(1_000, 2_000) is None


def test_both_names_of_a_model_have_one_price():
    """Pollinations renamed its models and kept the old names."""
    assert listed_price("pollinations", "zimage") == listed_price("pollinations", "tongyi-mai/z-image-turbo")
