"""The writer as a whole: what every storyboard of it keeps to."""

from __future__ import annotations

import re
from itertools import pairwise

import anyio
import pytest

from astragen.builtin.writer import BuiltinWriter, write
from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard
from astragen.model.vocabulary import Intent, ShotSize, TransitionKind
from astragen.model.written import Written

WIDE = (ShotSize.WIDE, ShotSize.EXTREME_WIDE)


def spoken(board: Storyboard) -> list[str]:
    return [shot.line for shot in board.shots if shot.line]


def words(board: Storyboard) -> int:
    return sum(len(line.split()) for line in spoken(board))


def everything(board: Storyboard) -> str:
    """All that a film says and shows, as one text."""
    named = [f"{one.noun} {one.phrase}" for shot in board.shots for one in shot.subjects]
    places = [scene.setting for scene in board.scenes] + [shot.setting or "" for shot in board.shots]
    return " ".join([*spoken(board), *named, *places]).lower()


def test_equal_briefs_give_equal_storyboards(prompt):
    """The writer has no clock and no chance of its own."""
    brief = Brief(prompt=prompt, seed=7)

    assert write(brief) == write(brief)


def test_another_seed_gives_another_film(prompt):
    """Two seeds differ in what is said or in how it is seen."""
    assert write(Brief(prompt=prompt, seed=1)).scenes != write(Brief(prompt=prompt, seed=2)).scenes


@pytest.mark.parametrize("seconds", [5, 30, 180])
def test_neighbouring_shots_differ_in_size_and_move(prompt, film, seconds):
    """No two shots in a row are framed alike, across scene borders too."""
    board = film(prompt, seconds=seconds)

    assert all(one.size is not other.size and one.move is not other.move for one, other in pairwise(board.shots))


def test_every_scene_opens_wide_and_follows_by_dissolve(prompt, film):
    """An establishing shot first; dissolves between scenes, cuts within."""
    board = film(prompt, seconds=60)

    for scene in board.scenes:
        assert scene.shots[0].size in WIDE
        assert all(shot.transition is TransitionKind.CUT for shot in scene.shots[1:])
    assert all(scene.shots[0].transition is TransitionKind.DISSOLVE for scene in board.scenes[1:])


@pytest.mark.parametrize(("seconds", "least", "most"), [(5, 1, 2), (15, 3, 4), (30, 6, 8), (60, 11, 17), (180, 33, 51)])
def test_shots_last_three_and_a_half_to_five_and_a_half_seconds(prompt, film, seconds, least, most):
    """The number of shots follows the film's length."""
    assert least <= len(film(prompt, seconds=seconds).shots) <= most


@pytest.mark.parametrize("seconds", [5, 15, 30, 60, 180, 600])
def test_narration_fits_at_normal_speed(prompt, film, seconds):
    """Speech at 2.45 words a second and a breath after each line are not longer than the film, by over 6 %."""
    board = film(prompt, seconds=seconds)

    assert words(board) / 2.45 + 0.35 * len(spoken(board)) <= 1.06 * seconds


@pytest.mark.parametrize("seconds", [30, 60])
def test_narration_uses_the_film(prompt, film, seconds):
    """A film of ordinary length is spoken over most of it."""
    assert words(film(prompt, seconds=seconds)) >= 1.6 * seconds


def test_a_long_film_never_says_a_line_twice(prompt, film):
    """Ten minutes from one line vary instead of repeating."""
    lines = spoken(film(prompt, seconds=600))

    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("scenes", [1, 2, 3, 5, 12])
@pytest.mark.parametrize("seconds", [5, 30, 180])
def test_the_brief_decides_the_number_of_scenes(film, seconds, scenes):
    """Exactly as many scenes as asked for, even with more scenes than there is time for."""
    board = film("A fox follows a star through the snow", seconds=seconds, scenes=scenes)

    assert len(board.scenes) == scenes


def test_a_film_of_30_seconds_has_two_to_four_scenes(prompt, film):
    """Left to itself the writer divides half a minute into a few scenes."""
    assert 2 <= len(film(prompt).scenes) <= 4


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        ("A lonely lighthouse keeper befriends a whale during a storm", "lighthouse keeper whale storm"),
        ("A small robot finds a flower on an abandoned planet", "robot flower planet"),
        ("An old man and his donkey cross the desert to see the sea", "man donkey desert sea"),
        ("A girl in a red coat feeds pigeons under a clock tower in the rain", "girl coat pigeon tower clock rain"),
        ("Three bears, a broken piano and a suitcase full of snow", "bear piano suitcase snow"),
        ("Make a short film about a beekeeper who lost her hat on the moon", "beekeeper hat moon"),
        ("New Baby: Welcoming a new sibling and adjusting to changes in the family.", "baby sibling family"),
        ("Foster and Adopted Friends: Stories about friends in foster homes", "friend home"),
    ],
)
@pytest.mark.parametrize("seconds", [5, 30])
def test_the_users_nouns_are_shown_or_spoken_of(film, text, nouns, seconds):
    """Every concrete noun of a one-line prompt is a subject, a setting or in the narration."""
    found = everything(film(text, seconds=seconds))

    assert [noun for noun in nouns.split() if noun not in found] == []


def test_a_story_tells_the_prompts_own_plot(film):
    """What the prompt says happens is said, in its words."""
    board = film("A lonely lighthouse keeper befriends a whale during a storm")

    assert "The keeper befriends a whale during a storm." in spoken(board)
    assert board.intent is Intent.STORY
    assert {one.kind for one in board.characters} == {"keeper", "whale"}


def test_a_character_keeps_its_side_of_the_frame(film):
    """The 180-degree rule: the keeper is never left in one shot and right in another."""
    board = film("A lonely lighthouse keeper befriends a whale during a storm", seconds=60)

    sides = {
        (one.character, one.placement.value)
        for shot in board.shots
        for one in shot.subjects
        if one.character and one.placement and one.placement.value in ("left", "right")
    }
    assert len(sides) == len({character for character, _ in sides})


def test_stories_are_mostly_places(prompt, film):
    """At most a third of a story's shots are tableaux."""
    board = film(prompt, seconds=60)

    if board.intent is Intent.STORY:
        assert 3 * sum(shot.tableau is not None for shot in board.shots) <= len(board.shots)


def test_no_line_speaks_of_itself_as_a_story(prompt, film):
    """No "the story of": the narration tells, and does not announce."""
    text = " ".join(spoken(film(prompt, seconds=60))).lower()

    assert not re.search(r"\b(?:the (?:story|tale|film|video) of|in this (?:film|video)|once upon a time)\b", text)
    assert not re.search(r"[{}<>\[\]]", text)


def test_ids_count_scenes_and_shots(film):
    """Scenes are s1, s2, ...; their shots s1-1, s1-2, ..."""
    board = film("A fox follows a star")

    assert [scene.id for scene in board.scenes] == [f"s{index + 1}" for index in range(len(board.scenes))]
    assert [shot.id for shot in board.scenes[0].shots] == [
        f"s1-{index + 1}" for index in range(len(board.scenes[0].shots))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "🙂🙂a",
        "7",
        "a" * 20_000,
        "a. " * 6_600,
        "-" * 19_999 + "x",
        "the " * 4_999 + "end",
        "[" * 9_999 + "a",
        "灯塔" * 9_999,
        "1. a\n" * 3_900,
    ],
    ids=["emoji", "digit", "one word", "tiny sentences", "dashes", "articles", "brackets", "han", "items"],
)
def test_strange_prompts_become_films_too(text):
    """Whatever passes the brief is written, within the storyboard's limits."""
    board = write(Brief(prompt=text, seconds=30))

    assert board.title
    assert all(len(shot.line) <= 2_000 for shot in board.shots)


def test_the_brief_decides_the_language(film):
    """A language that is asked for is the storyboard's; English text is then kept as it is."""
    board = film("A fox follows a star.", language="de-AT")

    assert board.language == "de-AT"
    assert spoken(board) == ["A fox follows a star."]


def test_the_provider_writes_what_the_function_writes():
    """`BuiltinWriter` is the function behind the crew's protocol."""
    brief = Brief(prompt="A fox follows a star")

    assert anyio.run(BuiltinWriter().write, brief) == Written(storyboard=write(brief), made_by="builtin")
    assert BuiltinWriter().capability.trade == "writer"
