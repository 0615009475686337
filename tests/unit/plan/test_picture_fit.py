from __future__ import annotations

import pytest

from astragen.model.capability import ArtistCapability
from astragen.plan.picture_fit import DROPPED_FIRST, Part, fits, fitted, fitted_list, tokens, url_bytes, utf16_units

PARTS = (
    Part("medium", "ink drawing", "camera"),
    Part("lens", "40 mm lens", "camera"),
    Part("subject", "an old keeper", "subject", about="keeper", short="keeper"),
    Part("look", "yellow raincoat, grey beard", "subject", about="keeper"),
    Part("action", "waiting", "subject", about="keeper"),
    Part("palette", "colours of teal and amber", "tone"),
)


def artist(**limits):
    return ArtistCapability(name="x", trade="artist", version="1", **limits)


def test_what_fits_is_left_whole():
    """Sentences for prose, commas for tags."""
    assert fitted(PARTS, artist()) == (
        "Ink drawing, 40 mm lens. An old keeper, yellow raincoat, grey beard, waiting. Colours of teal and amber.",
        (),
    )
    assert fitted(PARTS[:2], artist(wording="tags")).text == "ink drawing, 40 mm lens"


@pytest.mark.parametrize(
    ("limit", "text", "left_out"),
    [
        (80, "Ink drawing, 40 mm lens. An old keeper, yellow raincoat, grey beard, waiting.", 1),
        (70, "Ink drawing. An old keeper, yellow raincoat, grey beard, waiting.", 2),
        (50, "Ink drawing. An old keeper, waiting.", 3),
        (25, "An old keeper, waiting.", 4),
        (20, "An old keeper.", 5),
    ],
)
def test_the_least_important_part_goes_first_and_whole(limit, text, left_out):
    """Palette, lens, look, medium, action; never half a look."""
    fit = fitted(PARTS, artist(prompt_max_chars=limit))

    assert fit.text == text
    assert fit.left_out == ("palette", "lens", "look of keeper", "medium", "action of keeper")[:left_out]


def test_a_subject_that_is_too_long_shrinks_to_its_noun():
    """Who is there matters more than how they were described; the report says whose look went."""
    long = Part("subject", "a keeper of forty years and more", "subject", about="keeper", short="keeper")

    assert fitted([long], artist(prompt_max_chars=20)) == ("Keeper.", ("look of keeper",))


def test_all_subjects_shrink_before_one_goes():
    """Two in a small space stay two."""
    two = [Part("subject", f"an old {who} in a long coat", who, about=who, short=who) for who in ("keeper", "sailor")]

    assert fitted(two, artist(prompt_max_chars=20)).text == "Keeper. Sailor."


def test_a_lone_endless_subject_is_cut_at_a_space():
    """As a last resort, and said; a single word that is too long leaves nothing."""
    words, word = Part("subject", "keeper of the northern light", "s"), Part("subject", "k" * 30, "s")

    assert fitted([words], artist(prompt_max_chars=20)) == ("Keeper of the", ("the end of the subject",))
    assert fitted([word], artist(prompt_max_chars=20)).text == ""


def test_a_kind_without_a_rank_is_a_mistake():
    """Every part has its place in the order, so that none is dropped by accident."""
    with pytest.raises(ValueError, match="not in"):
        fitted([Part("sparkle", "x" * 30, "s"), *PARTS], artist(prompt_max_chars=20))
    assert len(set(DROPPED_FIRST)) == len(DROPPED_FIRST)


@pytest.mark.parametrize(
    ("text", "bytes_", "units"),
    [("a-b_c.d~e", 9, 9), ("a b", 5, 3), ("é", 6, 1), ("маяк", 24, 4), ("灯台", 18, 2), ("🐋", 12, 2), ("50%", 5, 3)],
)
def test_lengths_are_counted_as_providers_count_them(text, bytes_, units):
    """Percent-encoded UTF-8 in a URL; UTF-16 code units in JavaScript."""
    assert (url_bytes(text), utf16_units(text)) == (bytes_, units)


@pytest.mark.parametrize(
    ("text", "most"), [("a photo of a cat", 5), ("lighthouse", 2), ("24 mm, f/2", 7), ("灯", 3), ("", 0)]
)
def test_tokens_are_estimated_on_the_safe_side(text, most):
    """Short words are one token, long ones more, other scripts a token a byte."""
    assert tokens(text) == most


def test_a_url_has_room_for_what_else_it_carries():
    """The negative prompt's bytes count too."""
    get = artist(url_max_bytes=1000)

    assert fits("x" * 600, get)
    assert not fits("x" * 600, get, taken=1)


def test_a_negative_prompt_ends_between_words():
    """What fits of the list, in its order; in a URL a quarter of the bytes."""
    assert fitted_list(["text", "logo", "frame"], artist(prompt_max_chars=20)) == "text, logo, frame"
    assert fitted_list(["text", "watermark", "signature"], artist(prompt_max_chars=20)) == "text, watermark"
    assert url_bytes(fitted_list(["watermark"] * 500, artist(url_max_bytes=2000))) <= 500
