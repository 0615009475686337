"""The report card: each fault is found where it is, and a sound film has none."""

from __future__ import annotations

import json

import pytest

from astragen.model.storyboard import Character, Subject
from astragen.plan.critique import critique

FOX = Character(id="fox", name="Rosa", kind="fox", color="#c06020")
ROSA = Subject(noun="fox", character="fox")
LANTERN, SNOW = Subject(noun="lantern"), Subject(noun="snow")
SOUND = [
    {"size": "wide", "move": "push_in", "subjects": (ROSA,), "line": "Who walks through the snow at night?"},
    {"size": "close", "move": "pan_left", "subjects": (ROSA, LANTERN), "line": "Rosa carries a lantern."},
    {"size": "full", "move": "orbit", "subjects": (SNOW,), "line": "The snow keeps every step she takes."},
    {"size": "medium", "move": "pull_out", "subjects": (ROSA,), "line": "In the end, the light is enough for two."},
]
PROMPT = "A fox carries a lantern through the snow"


def mark(card, name):
    return next(one for one in card.marks if one.name == name)


def changed(position, **fields):
    """SOUND with other fields in the shot at *position*."""
    return [{**shot, **fields} if index == position else shot for index, shot in enumerate(SOUND)]


@pytest.fixture
def judge(board):
    """The report card of one scene of shots with the fox on the sheet."""
    return lambda shots, prompt=PROMPT, **options: critique(board(shots, characters=(FOX,)), prompt=prompt, **options)


def test_a_sound_film_has_full_marks(judge):
    """Nothing to mind: every mark is 1, and no mark asks for anything."""
    card = judge(SOUND, seconds=14)

    assert [(one.name, one.finding) for one in card.marks if one.score < 1] == []
    assert card.overall == 1.0
    assert {one.act for one in card.marks} == {""}


def test_neighbours_of_one_size_and_move_are_named(judge):
    """Of three pairs one has both alike: a ninth of all is taken twice, and one size and move fewer are there."""
    card = judge(changed(1, size="wide", move="push_in"))

    assert mark(card, "variety").shots == ("s1-2",)
    assert mark(card, "variety").score == pytest.approx(0.25 * 3 / 4 + 0.25 * 3 / 4 + 0.5 * (1 - 2 / 9), abs=1e-3)


def test_a_line_too_long_for_its_shot_is_named(judge):
    """Eight words take 2.8 s at the voice's fastest; 48 frames at 24 fps are 2 s."""
    card = judge(changed(2, frames=48))

    assert mark(card, "rate").shots == ("s1-3",)
    assert mark(card, "rate").score == pytest.approx(0.75)


def test_a_film_of_silence_is_too_slow(judge):
    """28 words over 60 s are 0.5 a second, below the 1.2 at which viewers begin to wait."""
    card = judge(SOUND, seconds=60)

    assert card.words_per_s == pytest.approx(0.48, abs=0.05)
    assert mark(card, "rate").score < 0.2
    assert "more" in mark(card, "rate").act


def test_a_film_too_short_for_its_words_is_told(judge):
    """28 words in 5 s are 5.6 a second, and no voice says them."""
    card = judge(SOUND, seconds=5)

    assert mark(card, "rate").score == 0
    assert mark(card, "rate").act == "Say less."


def test_what_the_prompt_names_and_the_film_leaves_out_is_told(judge):
    """Of fox, lantern, snow, owl and bridge, two are nowhere."""
    card = judge(SOUND, prompt="A fox carries a lantern through the snow to an owl on a bridge")

    assert mark(card, "coverage").finding.endswith("neither seen nor said: owl, bridge")
    assert mark(card, "coverage").score == 0.6


@pytest.mark.parametrize(
    ("prompt", "line"),
    [("Butterflies", "One butterfly."), ("Two wolves", "A wolf."), ("Kids", "A child."), ("The stars", "A star!")],
)
def test_forms_of_a_word_are_one_word(judge, prompt, line):
    """Plurals, also irregular ones, and everyday synonyms."""
    assert mark(judge(changed(0, line=line), prompt=prompt), "coverage").score == 1


def test_signs_without_spaces_are_compared_in_pairs(board):
    """灯塔 (lighthouse) is said, 鲸鱼 (whale) is not."""
    told = board([{"line": "灯塔亮了。"}], language="zh")

    assert mark(critique(told, prompt="灯塔和鲸鱼"), "coverage").finding.endswith("塔和, 和鲸, 鲸鱼")


def test_shots_about_something_else_are_named(judge):
    """A heron and a pebble in a film about robots."""
    other = [{"subjects": (Subject(noun="heron"),)}, {"subjects": (Subject(noun="pebble"),)}]
    card = judge([{"subjects": (Subject(noun="robot"),)}, *other], prompt="Robots and their world")

    assert mark(card, "topic").shots == ("s1-2", "s1-3")
    assert mark(card, "topic").score == pytest.approx(1 / 3 / 0.6, abs=1e-3)


def test_a_creature_is_not_what_a_film_of_dinosaurs_is_about(board):
    """A character of no particular kind does not stand for what the prompt names."""
    beast = Character(id="c", name="Creature", kind="creature")
    told = board([{"subjects": (Subject(noun="creature", character="c"),)}], characters=(beast,))

    assert mark(critique(told, prompt="Dinosaurs and other creatures"), "topic").score == 0
    assert mark(critique(told, prompt="A strange creature"), "topic").score == 1


def test_lines_that_say_nearly_the_same_are_found(judge):
    """One word of seven differs."""
    card = judge(changed(3, line="The snow keeps every step that she takes."))

    assert mark(card, "repeats").shots == ("s1-4",)
    assert mark(card, "repeats").score == 0.75


def test_a_short_line_repeats_only_word_for_word(board):
    """ "It rains." and "It snows." are two lines; "It rains" twice is one too many."""
    said = [{"line": text} for text in ("It rains.", "It snows.", "It rains!")]

    assert mark(critique(board(said)), "repeats").shots == ("s1-3",)


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        ({"subjects": (Subject(noun="fox", character="fox", color="#ffffff"),)}, "Rosa is #ffffff instead of #c06020"),
        ({"subjects": (Subject(noun="wolf", character="fox"),)}, "Rosa, a fox, is a wolf"),
        ({"subjects": (Subject(noun="Rosa"),)}, 'a "Rosa" is not tied to the character fox'),
    ],
    ids=["colour", "kind", "untied"],
)
def test_breaks_of_continuity_are_told(judge, fields, finding):
    """In one of four shots."""
    card = judge(changed(1, **fields))

    assert mark(card, "continuity").finding == finding
    assert (mark(card, "continuity").shots, mark(card, "continuity").score) == (("s1-2",), 0.5)


def test_a_character_may_be_called_by_its_name(judge):
    """The name, the kind and "hero" all stand for it."""
    names = ("Rosa", "red fox", "hero")
    shots = changed(1, subjects=tuple(Subject(noun=noun, character="fox") for noun in names))

    assert mark(judge(shots), "continuity").score == 1


@pytest.mark.parametrize(
    ("hours", "is_break"),
    [(("dusk", "night", "dawn"), False), (("night", "dusk", "night"), True), (("night", "day", "night"), True)],
)
def test_an_hour_that_goes_back_within_a_scene_is_a_break(board, hours, is_break):
    """A day goes on; after a night comes a dawn."""
    told = board([{"time_of_day": hour} for hour in hours])

    assert (mark(critique(told), "continuity").score < 1) is is_break


def test_long_words_are_hard_to_follow(judge):
    """The reading ease falls below that of plain English, and the finding says by which measure."""
    hard = "Multidisciplinary organisations institutionalise administrative responsibilities."
    card = judge([{"line": hard}])

    assert mark(card, "ease").score == 0
    assert "Flesch" in mark(card, "ease").finding


def test_other_languages_go_by_the_length_of_sentences(board):
    """Flesch's formula is made for English."""
    easy, hard = ("Der Fuchs geht.", "Der Fuchs geht " + "und geht " * 60 + "heim.")

    assert mark(critique(board([{"line": easy}], language="de")), "ease").score == 1
    assert mark(critique(board([{"line": hard}], language="de")), "ease").score == 0


@pytest.mark.parametrize(
    ("line", "score", "finding"),
    [
        ("", 0.0, "the first line begins after 6 s"),
        ("It is what it is.", 0.7, "names nothing to see"),
        ("The Keeper.", 0.7, "only says the title"),
        ("The fox, " + "who was very old and very tired, " * 3 + "walked.", 0.7, "is over 14 words long"),
        ("Why?", 1.0, "is short"),
    ],
)
def test_a_hook_comes_at_once_is_short_and_concrete(judge, line, score, finding):
    """A question will do; the film's own title will not."""
    card = judge(changed(0, line=line, frames=144))

    assert mark(card, "hook").score == score
    assert finding in mark(card, "hook").finding


@pytest.mark.parametrize(
    ("fields", "score"),
    [({"line": ""}, 0.4), ({"line": SOUND[0]["line"]}, 0.4), ({"size": "full", "move": "orbit"}, 0.6)],
    ids=["silent", "said before", "seen before"],
)
def test_an_ending_has_its_own_line_and_view(judge, fields, score):
    """Each half is missed by itself."""
    assert mark(judge(changed(3, **fields)), "ending").score == pytest.approx(score)


def test_one_wordless_shot_is_judged_too(board):
    """Nothing is divided by nothing."""
    card = critique(board([{}], title="?"))

    assert all(0 <= one.score <= 1 for one in card.marks)


def test_the_card_is_plain_json(judge):
    """Programs read the marks by name."""
    read = json.loads(judge(SOUND).model_dump_json())

    assert [one["name"] for one in read["marks"]] == [
        "variety", "rate", "coverage", "topic", "repeats", "continuity", "ease", "hook", "ending",
    ]  # fmt: skip
