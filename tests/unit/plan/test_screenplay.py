"""A screenplay becomes a storyboard: scenes, shots, speakers, and nothing of its own."""

from __future__ import annotations

import random

import pytest

from astragen.model.storyboard import Storyboard
from astragen.model.vocabulary import Placement, ShotSize, TimeOfDay, TransitionKind, Weather
from astragen.plan.screenplay import natural_seconds, storyboard_of

SCRIPT = """Title: The Lamp

EXT. ROCKY ISLAND - LIGHTHOUSE - DUSK

MARA (60s), a lighthouse keeper in a yellow coat, climbs the rocks. A storm is coming.

MARA
(to herself)
Not tonight.

CUT TO:

INT. LIGHTHOUSE - NIGHT

CLOSE ON the lamp.

TOM, a boy of nine, stands in the door with two dogs.

TOM (O.S.)
Is anybody there?

FADE TO WHITE:

EXT. BEACH - LATER

Gulls over a boat.
"""


@pytest.fixture(scope="module")
def lamp() -> Storyboard:
    return storyboard_of(SCRIPT)


def test_headings_are_scenes(lamp):
    """Place, hour and weather from the heading and what happens; later is the hour of the scene before."""
    told = [(one.title, one.setting, one.time_of_day, one.weather) for one in lamp.scenes]

    assert told == [
        ("Rocky island lighthouse", "rocky island lighthouse", TimeOfDay.DUSK, Weather.STORM),
        ("Lighthouse", "lighthouse room", TimeOfDay.NIGHT, Weather.CLEAR),
        ("Beach", "beach", TimeOfDay.NIGHT, Weather.CLEAR),
    ]


def test_who_speaks_is_a_character_of_the_introduced_kind(lamp):
    """The look is what the script says, once."""
    assert [(one.id, one.name, one.kind) for one in lamp.characters] == [
        ("mara", "Mara", "lighthouse keeper"),
        ("tom", "Tom", "boy"),
    ]
    assert lamp.characters[0].look == "60s, a lighthouse keeper in a yellow coat"


def test_speech_is_the_line_of_a_shot_of_the_speaker(lamp):
    """Action is seen and not said."""
    lines = [(shot.line, shot.subjects[0].character) for shot in lamp.shots if shot.line]

    assert lines == [("Not tonight.", "mara"), ("Is anybody there?", "tom")]


def test_an_action_shows_what_it_names(lamp):
    """Known nouns, plurals as several, who is there as characters; what somebody wears is no thing of its own."""
    seen = {shot.id: [(one.noun, one.count) for one in shot.subjects] for shot in lamp.shots}

    assert seen["s1-1"] == [("lighthouse keeper", 1), ("rock", 3)]
    assert seen["s2-2"] == [("boy", 1), ("door", 1), ("dog", 3)]
    assert seen["s3-1"] == [("gull", 3), ("boat", 1)]


def test_directions_and_transitions_are_followed(lamp):
    """CLOSE ON is a size, FADE TO WHITE how the next scene follows; the film begins with a cut."""
    shots = {shot.id: shot for shot in lamp.shots}

    assert shots["s2-1"].size is ShotSize.CLOSE
    assert [shots[one].transition for one in ("s1-1", "s2-1", "s3-1")] == [
        TransitionKind.CUT,
        TransitionKind.CUT,
        TransitionKind.FADE_WHITE,
    ]


def test_a_speaker_keeps_a_side(lamp):
    """The first to speak is left, the second right, in every shot."""
    sides = {(one.character, one.placement) for shot in lamp.shots for one in shot.subjects if one.character}

    assert sides == {("mara", Placement.LEFT), ("tom", Placement.RIGHT)}


def test_no_neighbours_of_a_scene_have_one_size_or_move():
    """Whoever speaks for long is seen from here and from there."""
    board = storyboard_of("INT. ROOM - DAY\n\nANNA\n" + "This is one more sentence that she says to him. " * 12)
    pairs = list(zip(board.shots, board.shots[1:], strict=False))

    assert len(board.shots) > 3
    assert all(one.size is not other.size and one.move is not other.move for one, other in pairs)


def test_a_long_speech_is_cut_where_it_breathes():
    """At most 22 words a shot, at sentences, else at commas; no word is lost."""
    speech = "One sentence is short. " + ", ".join(["and this one goes on and on"] * 9) + "."
    board = storyboard_of(f"INT. ROOM - DAY\n\nANNA\n{speech}\n")

    assert max(len(shot.line.split()) for shot in board.shots) <= 22
    assert " ".join(shot.line for shot in board.shots) == speech


def test_kinds_by_pronoun():
    """She is a woman where nothing else is said."""
    board = storyboard_of("INT. ROOM - DAY\n\nKIT enters, her hands full.\n\nKIT\nHi.\n\nLEE\nHi.\n")

    assert [one.kind for one in board.characters] == ["woman", "person"]


def test_a_film_lasts_as_long_as_it_plays():
    """Ten lines of 20 words take about 90 s, and a page of nothing takes 5."""
    script = "INT. ROOM - DAY\n\n" + "ANNA\n" + "\n\nANNA\n".join(["word " * 19 + "end."] * 10)

    assert natural_seconds(storyboard_of(script)) == pytest.approx(95, abs=8)
    assert natural_seconds(storyboard_of("")) == 5.0


def test_more_scenes_than_a_storyboard_holds_are_put_together():
    """A hundred headings are 40 scenes; a shot of a later one says its own place and hour."""
    script = "".join(
        f"EXT. BEACH {number} - {'DAY' if number % 2 else 'NIGHT'}\n\nA boat {number}.\n\n" for number in range(100)
    )

    board = storyboard_of(script)

    assert (len(board.scenes), len(board.shots)) == (40, 100)
    assert [shot.action for shot in board.shots] == [f"A boat {number}." for number in range(100)]
    assert board.scenes[0].shots[1].time_of_day is TimeOfDay.DAY


def test_a_scene_of_more_shots_than_one_holds_is_several():
    """200 lines in one room."""
    script = "INT. ROOM - DAY\n\n" + "\n\n".join(f"ANNA\nThis is line number {number}." for number in range(200))

    board = storyboard_of(script)

    assert [len(scene.shots) for scene in board.scenes] == [80, 80, 40]
    assert {scene.setting for scene in board.scenes} == {"room"}


@pytest.mark.parametrize(
    "text",
    [
        "", "\n\n", "***", "INT.", "INT. \n\n", "INT. - DAY", "@\n@\n", "A\nB", "Title:", "灯塔。\n\n鲸鱼\n你好！",
        "INT. 厨房 - NIGHT\n\n猫。", "!" * 20_000, "A" * 20_000, "ANNA\n" + "x" * 20_000, "EXT. A - DAY\nB\n" * 1_300,
        "\x00\x85\u2028", 'INT. A/B\\C: <d> & "e"',
    ],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_any_text_is_a_film(text):
    """Whatever is in the file, a valid storyboard comes out."""
    board = storyboard_of(text)

    assert Storyboard.model_validate(board.model_dump()) == board


def test_rubbish_never_raises():
    """300 texts of pieces that mean something to the reader, in any order."""
    marks = [
        "(",
        ")",
        "[[",
        "]]",
        "/*",
        "*/",
        ">",
        "<",
        "#",
        "=",
        "@",
        ".",
        "~",
        "!",
        "^",
        "  ",
        "\t",
        "—",
        "é",
        "\n",
        "\n\n",
    ]
    pieces = [*marks, "INT. ", "EXT. SEA", " - DAY", "ANNA", "CUT TO:", "She waits. ", "Title: ", "A DOG", "\n", "\n\n"]
    chance = random.Random(4)

    for _ in range(300):
        storyboard_of("".join(chance.choices(pieces, k=chance.randint(1, 60))))


def test_who_says_a_line_is_its_speaker():
    """So that each character has a voice of its own; a narrator is the narrator."""
    script = "INT. KITCHEN - NIGHT\n\nMARA\nWho is there?\n\nNARRATOR\nNobody was.\n\nThe lamp burns."

    shots = storyboard_of(script).shots

    assert [(shot.line, shot.speaker) for shot in shots if shot.line] == [
        ("Who is there?", "mara"),
        ("Nobody was.", None),
    ]
