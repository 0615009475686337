from __future__ import annotations

import pytest

from astragen.model.vocabulary import (
    Angle,
    Layout,
    Lens,
    Mood,
    Move,
    Placement,
    Season,
    ShotSize,
    TimeOfDay,
    Weather,
)
from astragen.plan.picture_words import (
    camera_words,
    colour_name,
    doing,
    in_list,
    is_foreign,
    is_indoors,
    is_person,
    listed,
    place_words,
    plural,
    style_words,
    table,
)

WORDS = table("prompts/camera")
STYLES = [
    "cinematic", "watercolour", "ink", "storybook", "oil", "pastel", "sketch", "charcoal", "chalkboard", "comic",
    "anime", "noir", "neon", "blueprint", "vintage", "sunset", "teal_orange",
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("size", ShotSize), ("size_without_subject", ShotSize), ("angle", Angle), ("move", Move), ("season", Season),
        ("indoor_time", TimeOfDay), ("weather", Weather), ("indoor_weather", Weather), ("mood", Mood),
        ("placement", Placement), ("layout", Layout),
    ],
)  # fmt: skip
def test_every_closed_word_has_camera_words(kind, words):
    """A word that the storyboard may say is never missing; only clear or cloudy air indoors says nothing."""
    silent = {word.value for word in words if not camera_words(kind, word.value)}

    assert silent <= ({"clear", "cloudy"} if kind == "indoor_weather" else set())
    assert set(WORDS[kind]) == {word.value for word in words}


def test_every_lens_and_hour_has_both_its_forms():
    """Lenses for photographs and drawings, hours under an open and a veiled sky."""
    assert {style: set(lenses) for style, lenses in WORDS["lens"].items()} == {
        "photo": {lens.value for lens in Lens},
        "drawn": {lens.value for lens in Lens},
    }
    assert {hour: set(forms) for hour, forms in WORDS["time_of_day"].items()} == {
        hour.value: {"open", "veiled"} for hour in TimeOfDay
    }


def test_every_paced_move_is_a_move():
    """Words of pace go in front of moves that exist."""
    assert set(listed("paced")) <= {move.value for move in Move}


@pytest.mark.parametrize("style", STYLES)
def test_every_painter_style_has_words_of_its_own(style):
    """Medium and details, and a kind of lens that the table has."""
    words = style_words(style)

    assert words.medium
    assert words.details
    assert words.lens in WORDS["lens"]
    assert set(table("prompts/styles")) == set(table("painter/styles")) == set(STYLES)


@pytest.mark.parametrize(
    ("said", "medium", "has_details"),
    [
        ("aquarelle", "watercolour painting", True),
        ("Soft-watercolor portrait", "Soft-watercolor portrait", True),
        ("claymation, thumb prints", "claymation, thumb prints", False),
        ("<lora:x:1> claymation", "claymation", False),
    ],
)
def test_a_style_in_other_words_is_understood_or_kept(said, medium, has_details):
    """A synonym is the style; a name inside lends its details; an unknown style speaks for itself."""
    words = style_words(said)

    assert (words.medium, bool(words.details)) == (medium, has_details)


@pytest.mark.parametrize(
    ("colour", "name"),
    [("#000000", "black"), ("#FFFFFF", "white"), ("#e6b93a", "golden yellow"), ("#c4622d", "rust orange"),
     ("#2c3a5a", "deep blue"), ("#4a6076", "slate blue"), ("#ff0000", "bright red")],
)  # fmt: skip
def test_a_colour_has_the_name_of_the_nearest(colour, name):
    """Models know names, not hex."""
    assert colour_name(colour) == name


@pytest.mark.parametrize(
    ("verb", "form"),
    [("walk", "walking"), ("run", "running"), ("lie down", "lying down"), ("dive", "diving"), ("see", "seeing"),
     ("open", "opening"), ("playing", "playing"), ("look", "looking"), ("бежит", "бежит")],
)  # fmt: skip
def test_an_action_goes_on(verb, form):
    """A picture shows what somebody is doing."""
    assert doing(verb) == form


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("fox", "foxes"),
        ("wolf", "wolves"),
        ("city", "cities"),
        ("boy", "boys"),
        ("old man", "old men"),
        ("loaf", "loaves"),
    ],
)
def test_a_noun_has_its_plural(one, many):
    """Also the irregular ones that the painter knows."""
    assert plural(one) == many


def test_a_place_stands_where_it_should():
    """A known setting gets its preposition, a described one stays."""
    assert place_words("Forest") == "in the forest"
    assert place_words("a fog-bound pier") == "a fog-bound pier"


def test_rooms_are_indoors_and_coasts_are_not():
    """Rain falls outside the windows of a kitchen, and on a lighthouse."""
    assert is_indoors("a cluttered kitchen")
    assert not is_indoors("lighthouse")


def test_people_are_known_by_the_painters_nouns():
    """Hands are spoken of only where there are people."""
    assert is_person("lighthouse keeper")
    assert not is_person("whale")


@pytest.mark.parametrize(
    ("text", "language", "foreign"),
    [
        ("an old keeper", "en", False), ("a café", "en", False), ("старый", "en", True), ("水彩", "en", True),
        ("ein alter Mann mit Hut", "de", True), ("ein Wal und ein Mann", "de", True), ("keeper", "de", False),
        ("größer", "de", True), ("a lighthouse on a rock", "de", False),
    ],
)  # fmt: skip
def test_words_of_another_language_are_noticed(text, language, foreign):
    """By script, accents and small words; a lone plain noun passes."""
    assert is_foreign(text, language) is foreign


@pytest.mark.parametrize(
    ("words", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_reads_as_a_sentence(words, said):
    """Of any length."""
    assert in_list(words) == said
