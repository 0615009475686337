"""Lessons: what people want to know about is what they see."""

from __future__ import annotations

import pytest

from astragen.builtin.painter.figures.company import shown_by
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.vocabulary import vocabulary
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Intent

# From X-PLUG/MM_StoryAgent (Apache-2.0).
LESSONS = {
    "The World of Dinosaurs - Discovering fascinating facts about prehistoric creatures.": ("dinosaur", "jungle"),
    "Robots and Their World - Basics of robotics and their functionalities.": ("robot", "workshop"),
    "Magnet Mania - Introduction to magnets and how they work.": ("magnet", "workshop"),
    "Transportation Tales - Learning about different modes of transportation and their history.": ("train", "street"),
    "Eco-System Explorations - Understanding various ecosystems and their importance.": ("frog", "forest"),
    "Musical Instruments Journey - Learning about different musical instruments.": ("violin", "theater"),
    "Simple Machines in Action - Learning about levers, pulleys, wheels and more.": ("lever", "workshop"),
}


@pytest.mark.parametrize("text", LESSONS, ids=lambda text: text.split(" - ")[0])
def test_what_a_lesson_is_about_is_its_picture(film, text):
    """In its own place, and in most of its shots with a picture, with nothing else of the house beside it."""
    noun, place = LESSONS[text]
    board = film(text)
    shown = {one.noun for shot in board.shots for one in shot.subjects}

    assert board.intent is Intent.EXPLAINER
    assert noun in shown
    assert {scene.setting for scene in board.scenes} == {place}
    assert not shown & {"spoon", "bottle", "shirt", "creature", "cup", "kettle"}


def test_two_lessons_of_the_same_form_are_two_films(film):
    """Ecosystems and transportation share neither a place nor a thing."""
    first, second = (
        {one.noun for shot in film(text).shots for one in shot.subjects}
        for text in LESSONS
        if text.startswith(("Eco", "Transportation"))
    )

    assert not first & second


def test_a_lesson_opens_with_its_subject(film):
    """The first line names it, and is not the title."""
    board = film("Robots and Their World - Basics of robotics and their functionalities.")

    assert "robots" in board.shots[0].line
    assert board.shots[0].line != "Robots and Their World."


@pytest.mark.parametrize(
    "text",
    [
        "Understanding Emotions: An exploration of different feelings and how to manage them.",
        "Family Traditions: Exploring unique traditions that families celebrate together.",
        "Respecting Oneself: Learning about self-worth and how to treat oneself with kindness.",
        "Green Thumb Gang: Children who grow their own vegetables while learning about sustainable farming.",
    ],
)
def test_a_virtue_is_no_lesson(film, text):
    """What cannot be pointed at, and what somebody does, are told as tales."""
    assert film(text).intent is Intent.STORY


@pytest.mark.parametrize("subject", [key for key in table("examples") if key != "about"])
def test_what_belongs_to_a_subject_can_be_painted(subject):
    """Every example is a noun of ours, and most have a figure of their own: the others are skies and grounds."""
    entry = table("examples")[subject]
    nouns = [one.replace("_", " ") for one in entry["see"].split()]

    assert entry["at"] in table("settings")["words"]
    assert len(nouns) >= 3
    assert [noun for noun in nouns if not shown_by(Subject(noun=noun, phrase=noun))] == []


@pytest.mark.parametrize(
    ("noun", "category"), [("rainwater", "object"), ("triceratops", "animal"), ("mailman", "person"), ("fox", "animal")]
)
def test_what_the_painter_has_a_figure_for_is_a_noun(noun, category):
    """The writer's own table goes first, the painter's words come to it."""
    assert vocabulary()[noun].category == category


def test_words_that_mostly_mean_something_else_stay_out():
    """ "Swift" is how, "general" what kind."""
    assert {"swift", "general", "body"} & set(vocabulary()) == set()
