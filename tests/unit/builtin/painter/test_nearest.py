"""Unknown words become the nearest known ones, and the painter says so."""

from collections.abc import Callable

import pytest

from astragen.builtin.painter.figures.company import is_known
from astragen.builtin.painter.nearest import Substitution, misspelt, resolve
from astragen.builtin.painter.paint import room_for
from astragen.builtin.painter.tables import read_table
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Subject

Make = Callable[..., Recipe]


def test_a_recipe_of_known_words_comes_back_equal(recipe: Make):
    """Nothing is reported of what is painted as asked."""
    asked = recipe(setting="forest", subjects=[{"noun": "fox", "action": "walk"}, {"noun": "moon"}])

    assert resolve(asked) == (asked, ())


@pytest.mark.parametrize(
    ("setting", "painted"),
    [
        ("a bog", "swamp"),
        ("forrest", "forest"),
        ("the old wharf", "coast"),
        ("zorbland", "meadow"),
        ("volcanno", "volcano"),
    ],
)
def test_an_unknown_place_becomes_the_nearest(recipe: Make, setting: str, painted: str):
    """By its broader word, its ending or its spelling."""
    found, said = resolve(recipe(setting=setting))

    assert found.setting == painted
    assert said == (Substitution("place", setting, f'painted "{painted}"'),)


def test_a_place_without_a_likeness_is_a_tableau(recipe: Make):
    """The recipe keeps its words, which the tableau shows."""
    asked = recipe(setting="Xyzzyx", subjects=[{"noun": "zorblax"}])

    assert resolve(asked) == (asked, (Substitution("place", "Xyzzyx", "painted a tableau of what is there"),))


def test_a_place_that_nobody_names_is_not_reported(recipe: Make):
    """An empty setting asks for nothing."""
    assert resolve(recipe(setting=""))[1] == ()


@pytest.mark.parametrize(
    ("noun", "painted"),
    [
        ("elefant", "elephant"),
        ("giraf", "giraffe"),
        ("dinasaur", "dinosaur"),
        ("docter", "doctor"),
        ("stegosaurus", "dinosaur"),
        ("quokkas", "kangaroo"),
        ("labradoodle", "dog"),
        ("tall wigwam", "tent"),
        ("huckleberry", "strawberry"),
    ],
)
def test_an_unknown_noun_becomes_the_nearest(recipe: Make, noun: str, painted: str):
    """A misspelt, a rarer and a compound word."""
    found, said = resolve(recipe(subjects=[{"noun": noun}]))

    assert [subject.noun for subject in found.subjects] == [painted]
    assert said == (Substitution("", noun, f'painted "{painted}"'),)


@pytest.mark.parametrize("noun", ["lepidopterist", "trumpetist", "stuntwoman"])
def test_words_for_people_are_no_misspelt_things(recipe: Make, noun: str):
    """The ending tells somebody; that is as asked."""
    assert resolve(recipe(subjects=[{"noun": noun}]))[1] == ()


def test_somebody_of_unknown_kind_is_a_creature(recipe: Make):
    """Who walks, or is a character, is somebody."""
    walking, said = resolve(recipe(subjects=[{"noun": "zorblax", "action": "walks"}]))
    named, _ = resolve(recipe(subjects=[{"noun": "zorblax", "character": "zor"}]))

    assert walking.subjects[0].noun == named.subjects[0].noun == "creature"
    assert said == (Substitution("", "zorblax", 'painted "creature"'),)


def test_an_unknown_thing_alone_is_set_as_type(recipe: Make):
    """The shot would else be empty; a title that is there stays."""
    alone, said = resolve(recipe(subjects=[{"noun": "zorblax"}]))
    titled, left = resolve(recipe(subjects=[{"noun": "zorblax"}], title="Dusk"))

    assert (alone.title, alone.subjects) == ("Zorblax", ())
    assert said[0].instead == "set the word itself as type"
    assert (titled.title, left[0].instead) == ("Dusk", "left it out")


def test_an_unknown_thing_beside_others_is_left_out(recipe: Make):
    """The fox is the picture."""
    found, said = resolve(recipe(subjects=[{"noun": "zorblax"}, {"noun": "fox"}]))

    assert [subject.noun for subject in found.subjects] == ["fox"]
    assert found.title == ""
    assert said == (Substitution("", "zorblax", "left it out"),)


def test_a_word_said_twice_is_reported_once(recipe: Make):
    """Three of them in one shot are one substitution."""
    assert len(resolve(recipe(subjects=[{"noun": "stegosaurus"}] * 3))[1]) == 1


def test_an_unknown_style_becomes_the_nearest(recipe: Make):
    """A style in other words is meant; a word that is none is reported."""
    soft, said = resolve(recipe(style="soft watercolour painting"))
    odd, reported = resolve(recipe(style="zorblaxian"))

    assert (soft.style, said) == ("watercolour", ())
    assert reported == (Substitution("style", "zorblaxian", f'painted in the style "{odd.style}"'),)


def test_a_tableau_shows_words_as_they_are(recipe: Make):
    """Icons and letters need no figure and no place."""
    asked = recipe(setting="nowhere", subjects=[{"noun": "zorblax"}], tableau={"layout": "title", "title": "So"})

    assert resolve(asked) == (asked, ())


def test_a_small_thing_alone_rests_on_something(recipe: Make):
    """Indoors on a table, outdoors on a stone, or where its phrase says; what lies on the ground anyway stays there."""

    def rests(setting: str, noun: str, phrase: str) -> str:
        return resolve(recipe(setting=setting, subjects=[{"noun": noun, "phrase": phrase}]))[0].subjects[0].phrase

    phrases = {
        (setting, noun): rests(setting, noun, phrase)
        for setting, noun, phrase in (
            ("kitchen", "bowl", "a red bowl"), ("forest", "key", ""), ("park", "ball", ""), ("kitchen", "horse", ""),
            ("ocean", "key", ""), ("library", "book", "a book on a shelf"),
        )
    }  # fmt: skip

    assert phrases == {
        ("kitchen", "bowl"): "close-up of a red bowl on a table",
        ("forest", "key"): "close-up of key on a stone",
        ("park", "ball"): "",
        ("kitchen", "horse"): "",
        ("ocean", "key"): "",
        ("library", "book"): "close-up of a book on a shelf",
    }


def test_a_small_thing_beside_somebody_rests_where_the_shot_cuts_the_ground(recipe: Make):
    """In a wide shot it lies at her feet; in her hands it needs no table."""

    def phrase(size: str, action: str) -> str:
        asked = recipe(setting="kitchen", size=size, subjects=[{"noun": "girl", "action": action}, {"noun": "apple"}])
        return resolve(asked)[0].subjects[1].phrase

    assert (phrase("medium", "look"), phrase("full", "look")) == ("apple on a table", "")
    assert phrase("medium", "hold") == ""


def test_resolving_twice_changes_nothing_more(recipe: Make):
    """What was replaced is known."""
    once, _ = resolve(recipe(setting="a bog", style="oily", subjects=[{"noun": "elefant"}, {"noun": "rng"}]))

    assert resolve(once) == (once, ())


def test_all_that_stands_for_other_words_is_known():
    """No row of the table leads to a word that nobody paints."""
    table = read_table("nearest.json")
    nouns = {*table["nouns"], *table["noun_endings"].values(), table["creature"]}
    places = {*table["places"], *table["place_endings"].values()}

    assert [noun for noun in sorted(nouns) if not is_known(Subject(noun=noun))] == []
    assert [place for place in sorted(places) if room_for(place) is None] == []


@pytest.mark.parametrize(("word", "near"), [("casle", "castle"), ("plank", None), ("cas", None), ("xastle", None)])
def test_short_words_must_be_more_alike(word: str, near: str | None):
    """And the first letter is the same."""
    assert misspelt(word, frozenset({"castle", "plan", "plant"})) == near
