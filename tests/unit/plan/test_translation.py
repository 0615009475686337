"""A storyboard's words in another language: what is asked, what is taken, what goes back with its faults."""

from __future__ import annotations

import json

import pytest

from astragen.model.brief import Brief
from astragen.model.capability import ArtistCapability
from astragen.model.storyboard import Scene, Shot, Storyboard, Subject, Tableau
from astragen.plan.fallback import picture_request
from astragen.plan.translation import shown, system_words, translated, translation_schema, user_words
from emulators.chat_server import strict_fault

BOARD = Storyboard(
    title="The Fox",
    scenes=(
        Scene(
            id="s1",
            title="Snow",
            setting="forest",
            shots=(
                Shot(
                    id="s1-1",
                    line="A small red fox wakes under the first snow.",
                    seed=7,
                    frames=96,
                    subjects=(Subject(noun="man", phrase="an old man in a war coat"), Subject(noun="fox")),
                ),
                Shot(id="s1-2", title="Winter", frames=48, seed=8),
                Shot(
                    id="s1-3",
                    line="Three things keep her warm.",
                    tableau=Tableau(
                        layout="steps", title="Keep warm", emphasis=("warm",), items=("Fur", "Den"), unit=""
                    ),
                ),
                Shot(id="s1-4", tableau=Tableau(layout="emblem", title="Home", items=("house",))),
            ),
        ),
    ),
)


def answer(**changes) -> dict:
    """A good translation into German; *changes* by shot id, None takes the shot away."""
    shots = {
        "s1-1": {"line": "Ein kleiner roter Fuchs erwacht unter dem ersten Schnee.", "title": "", "labels": []},
        "s1-2": {"line": "", "title": "Der Winter", "labels": []},
        "s1-3": {"line": "Drei Dinge halten sie warm.", "title": "", "labels": ["Warm bleiben", "Fell", "Bau"]},
        "s1-4": {"line": "", "title": "", "labels": ["Zuhause"]},
    }
    told = {name: {**shot, **(changes.get(name.replace("-", "_"), {}) or {})} for name, shot in shots.items()}
    gone = [name for name in shots if changes.get(name.replace("-", "_"), "") is None]
    return {
        "title": "Der Fuchs",
        "scenes": [{"id": "s1", "title": "Schnee"}],
        "shots": [{"id": name, **shot} for name, shot in told.items() if name not in gone],
    }


def read(value: object, language: str = "de"):
    return translated(BOARD, value, language, seconds=12)


def test_words_change_and_what_pictures_are_made_of_does_not():
    """Titles, lines and labels are the answer's; all else of every shot is as it was, but paced lengths."""
    made = read(answer()).storyboard

    assert made is not None
    assert (made.title, made.scenes[0].title, made.language) == ("Der Fuchs", "Schnee", "de")
    assert [shot.line for shot in made.shots] == [shot["line"] for shot in answer()["shots"]]
    assert made.shots[1].title == "Der Winter"
    assert [shot.frames for shot in made.shots] == [None, 48, None, None]
    words = {"line", "title", "tableau", "frames"}
    assert [shot.model_dump(exclude=words) for shot in made.shots] == [
        shot.model_dump(exclude=words) for shot in BOARD.shots
    ]


def test_a_diagram_s_labels_keep_their_order_and_pictured_items_stay():
    """Steps are written in the new language; what an emblem draws is a picture's name. Colours stay on words."""
    made = read(answer()).storyboard

    steps, emblem = made.shots[2].tableau, made.shots[3].tableau
    assert (steps.title, steps.items, steps.emphasis) == ("Warm bleiben", ("Fell", "Bau"), ("warm",))
    assert (emblem.title, emblem.items) == ("Zuhause", ("house",))


def test_pictures_are_asked_for_in_the_same_words_as_before():
    """Also where a word for what is seen is a small word of the new language: "man", "war"."""
    artist, brief = ArtistCapability(name="a", trade="artist", version="1"), Brief(prompt="x")
    made = read(answer()).storyboard
    again = translated(made, answer(), "de", seconds=12).storyboard

    for board in (made, again):
        assert board.bible.language == "en"
        for old, new in zip(BOARD.shots[:2], board.shots[:2], strict=True):
            asked = [
                picture_request(shot, whole, artist=artist, brief=brief) for shot, whole in ((old, BOARD), (new, board))
            ]
            assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param(answer(s1_3=None), "s1-3 missing", id="missing"),
        pytest.param({**answer(), "shots": answer()["shots"] * 2}, '"s1-1" is there twice', id="twice"),
        pytest.param({**answer(), "shots": [*answer()["shots"], {"id": "s9"}]}, '"s9" is no shot', id="unknown"),
        pytest.param(answer(s1_1={"line": " ... "}), '"s1-1".line: is empty', id="no line"),
        pytest.param(answer(s1_2={"title": ""}), '"s1-2".title: is empty', id="no title"),
        pytest.param(answer(s1_3={"labels": ["Warm"]}), "1 labels; give 3", id="labels"),
        pytest.param(answer(s1_3={"labels": ["Warm", "", "Bau"]}), "2 labels; give 3", id="an empty label"),
        pytest.param(answer(s1_1={"line": "Ein Fuchs. " * 20}), "at most", id="too long"),
        pytest.param(answer(s1_1={"line": "Маленькая рыжая лиса просыпается."}), "Cyrillic letters", id="script"),
        pytest.param([], "s1-1, s1-2, s1-3, s1-4 missing", id="a list"),
        pytest.param({"shots": 7, "scenes": None}, "missing", id="nonsense"),
    ],
)
def test_what_cannot_be_used_is_a_fault_that_names_its_shot(value, told):
    """Nothing raises; the fault says what to do."""
    result = read(value)

    assert result.storyboard is None
    assert told in " | ".join(result.faults)


def test_an_answer_that_stays_in_english_is_a_fault():
    """The words are told by their small words, where there are enough."""
    lines = {shot.id.replace("-", "_"): {"line": shot.line} for shot in BOARD.shots}

    assert "reads as English" in " ".join(read(answer(**lines)).faults)


def test_a_line_holds_as_much_as_its_language_says_in_that_time():
    """Japanese is counted in signs, and its room is told so."""
    room = json.loads(shown(BOARD, "ja"))["shots"][0]["room"]

    assert room.endswith("characters")
    made = translated(
        BOARD,
        answer(
            s1_1={"line": "小さな赤いきつねが初雪の下で目を覚ます。"}, s1_3={"line": "三つのものが彼女を温めます。"}
        ),
        "ja",
        seconds=12,
    )
    assert made.faults == ()


def test_the_question_has_all_words_between_marks_and_a_schema_that_strict_servers_take():
    """What a line says is material; its order to the model stays inside."""
    told = user_words(BOARD, "ar")
    mark = told.split("<<<words ")[1].split(">>>")[0]

    assert strict_fault(translation_schema()) == ""
    assert told.count(mark) == 2
    assert "Arabic (ar)" in told
    assert "Arabic (ar)" in system_words("ar")
    assert all(shot.line in told for shot in BOARD.shots)
