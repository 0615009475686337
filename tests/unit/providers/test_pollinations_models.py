"""Rows of Pollinations' lists, read with doubt."""

from __future__ import annotations

import pytest

from astragen.model.capability import known_artists
from astragen.providers.pollinations_models import fitted, listed

ROW = {"name": "acme/clip", "aliases": ["clip"], "pricing": {"currency": "pollen", "completionVideoSeconds": "0.1"}}


@pytest.mark.parametrize("answer", [[ROW], {"object": "list", "data": [{}, ROW]}], ids=["bare", "openai"])
@pytest.mark.parametrize("name", ["acme/clip", "clip"])
def test_a_row_is_found_by_its_name_or_an_alias(answer, name):
    """In a bare list, or in one of OpenAI's form."""
    found = listed(answer, name)

    assert found is not None
    assert found.name == "acme/clip"
    assert found.prices == {"completionVideoSeconds": 0.1}  # the currency is no price


def test_start_pictures_count_in_the_price_of_a_clip():
    """Some models charge for each (facts 1.5: .002 beside .07 a second)."""
    found = listed([{"name": "x", "pricing": {"completionVideoSeconds": 0.07, "promptImageTokens": 0.002}}], "x")

    assert found is not None
    assert found.usd(5.0, 1) == pytest.approx(0.352)
    assert found.usd(None, 0) is None


def test_a_list_that_is_silent_leaves_what_is_known():
    """No field, no change; a field that says "neither" is one."""
    card = known_artists()["pollinations-video"]
    silent, neither = listed([ROW], "clip"), listed([{**ROW, "video_capabilities": []}], "clip")

    assert silent is not None
    assert neither is not None
    assert fitted(card, silent).clip == card.clip
    changed = fitted(card, neither).clip
    assert changed is not None
    assert (changed.takes_start, changed.takes_end) == (False, False)


def test_units_without_a_price_are_free_and_no_units_are_unknown():
    """The list leaves prices of zero out; an answer from before the counts has none."""
    found = listed([ROW], "clip")

    assert found is not None
    assert found.usd_of_usage({"x-usage-completion-video-seconds": "5.5", "x-usage-prompt-text-tokens": "9"}) == 0.55
    assert found.usd_of_usage({"x-cache": "HIT"}) is None
    assert found.usd_of_usage({"x-usage-completion-video-seconds": "many"}) is None
