"""What is heard in a shot."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from astragen.model.recipe import Recipe
from astragen.model.storyboard import Subject, Tableau
from astragen.model.vocabulary import Layout, Mood
from astragen.plan.soundscape import (
    MOST_BEDS,
    beds_of,
    feet_of,
    has_thunder,
    is_somebody,
    place_of,
    reader_of,
    sound_of,
    table,
)

FOLDER = resources.files("astragen") / "data"
SOUNDS = json.loads((FOLDER / "foley" / "sounds.json").read_text("utf-8"))["sounds"]
SETTINGS = json.loads((FOLDER / "painter" / "settings.json").read_text("utf-8"))


def recipe(setting: str, **said: Any) -> Recipe:
    usual = {"time_of_day": "day", "weather": "clear", "season": "summer", "mood": Mood.CALM}
    return Recipe.model_validate({"setting": setting, **usual, **said})


def kinds(setting: str, **said: Any) -> list[str]:
    return [bed.kind for bed in beds_of(recipe(setting, **said))]


def test_every_setting_of_the_painter_s_has_a_place():
    """Whatever the painter can show can be heard."""
    assert [setting for setting in SETTINGS if place_of(setting) is None] == []


def test_no_word_is_two_places_and_every_kind_has_a_row():
    """The table holds no contradiction and names no sound that nobody makes."""
    rules = table()
    words = [word for place in rules["places"].values() for word in place["words"]]
    said = [bed["kind"] for place in rules["places"].values() for bed in place["beds"]]
    said += [bed["kind"] for airs in rules["weather"].values() for beds in airs.values() for bed in beds]
    said += [kind for swaps in rules["instead"].values() for pair in swaps.items() for kind in pair]
    said += [row["kind"] for row in rules["subjects"]]
    said += [kind for pair in rules["walk"]["grounds"].values() for kind in pair]

    assert len(words) == len(set(words))
    assert set(said) <= set(SOUNDS)
    assert {place["ground"] for place in rules["places"].values()} - {""} <= set(rules["walk"]["grounds"])


@pytest.mark.parametrize(
    ("setting", "said", "expected"),
    [
        ("sea", {}, ["sea", "breeze", "gulls"]),
        ("sea", {"weather": "storm", "time_of_day": "night"}, ["storm_sea", "downpour", "gale"]),
        ("beach", {"time_of_day": "night"}, ["surf", "breeze"]),
        ("city", {"time_of_day": "night"}, ["city_far"]),
        ("city", {"weather": "rain"}, ["traffic", "rain"]),
        ("forest", {"time_of_day": "dawn", "season": "spring"}, ["dawn_birds", "leaves"]),
        ("forest", {"time_of_day": "night"}, ["owl", "crickets", "leaves"]),
        ("forest", {"season": "winter", "weather": "snow"}, ["cold_wind"]),
        ("space", {}, ["space"]),
        ("space", {"weather": "storm"}, ["space"]),
        ("library", {}, ["room", "clock"]),
        ("library", {"weather": "rain"}, ["room", "rain_window", "clock"]),
        ("cave", {"weather": "rain"}, ["drips", "hall"]),
        ("coral reef", {}, ["underwater"]),
        ("a dark pine forest", {"time_of_day": "night", "season": "winter"}, ["owl", "wind"]),
        ("train", {}, ["train"]),
        ("train station", {"time_of_day": "night", "season": "winter"}, ["breeze", "city_far"]),
        ("utopia", {}, []),
    ],
)
def test_a_place_is_heard_by_hour_weather_and_season(setting, said, expected):
    """The first is the weightiest; birds keep quiet in rain, in winter and at night."""
    assert kinds(setting, **said) == expected


def test_no_place_has_more_beds_than_can_be_told_apart():
    """Whatever the hour and the weather."""
    for setting in SETTINGS:
        for weather in ("clear", "rain", "storm", "snow"):
            for hour in ("dawn", "day", "night"):
                found = kinds(setting, weather=weather, time_of_day=hour)
                assert 1 <= len(found) <= MOST_BEDS, (setting, weather, hour)
                assert len(set(found)) == len(found)


def test_a_diagram_is_not_heard():
    """Neither its place nor who is in it."""
    shown = recipe(
        "ocean", weather="storm", tableau=Tableau(layout=Layout.STEPS, items=("a", "b")),
        subjects=(Subject(noun="man", action="walk"),),
    )  # fmt: skip

    assert beds_of(shown) == ()
    assert has_thunder(shown) is None
    assert feet_of(shown.subjects[0], shown) is None
    assert sound_of(Subject(noun="fire"), shown) is None


@pytest.mark.parametrize(
    ("noun", "fields", "setting", "kind"),
    [
        ("campfire", {}, "forest", "fire"),
        ("people", {"count": 6}, "street", "crowd"),
        ("people", {"count": 2}, "street", None),
        ("train", {}, "railway", "train"),
        ("toy train", {}, "bedroom", None),
        ("rocket", {"action": "launching"}, "airfield", "rocket"),
        ("rocket", {"action": "wait"}, "airfield", None),
        ("rocket", {"action": "launch"}, "space", None),
        ("seagulls", {}, "city", "gulls"),
        ("old clock", {}, "room", "clock"),
        ("whale", {}, "ocean", None),
    ],
)
def test_what_is_seen_is_heard(noun, fields, setting, kind):
    """By its word, how many there are, what they do, and where sound carries."""
    found = sound_of(Subject(noun=noun, **fields), recipe(setting))

    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(
    ("noun", "action", "setting", "weather", "kind"),
    [
        ("woman", "walking", "city", "clear", "step_stone"),
        ("keeper", "walks slowly", "beach", "clear", "step_sand"),
        ("girl", "run", "forest", "clear", "step_leaves"),
        ("man", "walk", "meadow", "snow", "step_snow"),
        ("man", "walk", "library", "snow", "step_wood"),
        ("horse", "gallop", "road", "clear", "hoof"),
        ("horses", "trot", "meadow", "clear", "hoof_soft"),
        ("fox", "run", "forest", "clear", None),
        ("whale", "travel", "ocean", "clear", None),
        ("astronaut", "walk", "moon", "clear", None),
        ("woman", "sit", "city", "clear", None),
        ("boat", "cross", "lake", "clear", None),
    ],
)
def test_who_walks_is_heard_on_what_is_under_foot(noun, action, setting, weather, kind):
    """Shoes and hooves; paws are not heard, and in a vacuum nothing is."""
    found = feet_of(Subject(noun=noun, action=action), recipe(setting, weather=weather))

    assert (found.kind if found else None) == kind


def test_who_runs_steps_faster_than_who_walks():
    """And a horse has four beats in a cycle."""
    place = recipe("road")
    walk, run = (feet_of(Subject(noun="man", action=verb), place) for verb in ("walk", "run"))
    horse = feet_of(Subject(noun="horse", action="walk"), place)

    assert walk is not None
    assert run is not None
    assert horse is not None
    assert run.cycle_s < 0.7 * walk.cycle_s
    assert (len(walk.beats), len(horse.beats)) == (2, 4)


@pytest.mark.parametrize(
    ("setting", "kind"), [("sea", "thunder"), ("library", "thunder_far"), ("cave", None), ("space", None)]
)
def test_thunder_is_near_where_the_flash_is_seen(setting, kind):
    """Muffled indoors, and not heard where no weather is."""
    assert has_thunder(recipe(setting, weather="storm")) == kind
    assert has_thunder(recipe(setting, weather="rain")) is None


@pytest.mark.parametrize(
    ("subjects", "reader"),
    [
        ((("girl", "reading"),), "girl"),
        ((("book", "turn"),), "book"),
        ((("keeper", "sit"), ("book", "")), "book"),
        ((("keeper", "walk"), ("book", "")), None),
        ((("book", ""),), None),
        ((("wheel", "turn"),), None),
    ],
)
def test_readers_turn_pages(subjects, reader):
    """Who reads, a book that is leafed through, and one with somebody by it; not a book that lies there."""
    found = reader_of(recipe("library", subjects=tuple(Subject(noun=noun, action=verb) for noun, verb in subjects)))

    assert (found.noun if found else None) == reader


@pytest.mark.parametrize(
    ("noun", "is_one"), [("woman", True), ("old fisherman", True), ("juggler", True), ("fox", False), ("tower", False)]
)
def test_people_are_known_by_the_painter_s_words(noun, is_one):
    """Its table first, the ending of the word else."""
    assert is_somebody(noun) is is_one
