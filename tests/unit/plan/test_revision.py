from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astragen.model.brief import Brief
from astragen.model.look import Look
from astragen.model.storyboard import Character, Scene, Shot, Storyboard, StyleBible, Subject, Tableau
from astragen.model.vocabulary import Layout, Mood, Move, ShotSize, TimeOfDay, Weather
from astragen.plan.revision import Changes, changes, revised, revision_schema, shown

FPS = 24
FOX = Subject(noun="fox", phrase="a red fox", character="c1", color="#c04020")
BOARD = Storyboard(
    title="Snow",
    bible=StyleBible(style="ink", look=Look(grain=0.3)),
    characters=(Character(id="c1", name="Ember", kind="fox"),),
    scenes=(
        Scene(
            id="s1",
            setting="forest",
            weather=Weather.SNOW,
            shots=(
                Shot(id="s1-1", line="The fox wakes in the snow.", subjects=(FOX,), frames=96, seed=7, title="Snow"),
                Shot(id="s1-2", line="She goes.", mood=Mood.TENSE, frames=48, seed=8, source="/home/me/mine.jpg"),
            ),
        ),
        Scene(id="s2", setting="village", shots=(Shot(id="s2-1", tableau=Tableau(layout=Layout.TITLE, title="End")),)),
    ),
)


def one(board: Storyboard, shot: str) -> Shot:
    return next(each for each in board.shots if each.id == shot)


def changed(**answer: object) -> Storyboard:
    result = revised(BOARD, answer, FPS)
    assert result.faults == ()
    return result.storyboard


def in_scene(*shots: dict[str, object], scene: str = "s1", **fields: object) -> dict[str, object]:
    return {"scenes": [{"id": scene, **fields, "shots": list(shots)}]}


def test_shots_that_are_not_named_stay_to_the_byte():
    """Also their seeds, paths and lengths, the film's style and look."""
    board = changed(**in_scene({"id": "s1-1", "line": "A fox is awake.", "size": "close"}))

    assert changes(BOARD, board) == Changes(("s1-1",), (), ())
    for shot in ("s1-2", "s2-1"):
        assert one(board, shot).model_dump_json() == one(BOARD, shot).model_dump_json()
    assert board.bible == BOARD.bible
    assert board.scenes[1] is BOARD.scenes[1]


def test_a_changed_shot_keeps_what_is_not_the_models():
    """Its seed, its title, its path, and its colours; what the answer leaves out, too."""
    board = changed(
        **in_scene(
            {"id": "s1-1", "size": "close", "seed": 1, "title": "No", "source": "/etc/passwd", "frames": 9},
            {"id": "s1-2", "move": "pull_out", "style": "neon", "setting": None},
        )
    )

    first, second = board.scenes[0].shots
    assert first == one(BOARD, "s1-1").model_copy(update={"size": ShotSize.CLOSE})
    assert second == one(BOARD, "s1-2").model_copy(update={"move": Move.PULL_OUT})


@pytest.mark.parametrize(
    ("told", "frames"),
    [
        ({"line": "The fox wakes in the snow."}, 96),
        ({"line": "The fox wakes"}, 48),
        ({"line": "No."}, 29),
        ({"line": "The fox wakes in the snow, and does not know the world any more."}, None),
        ({"line": "The fox wakes", "seconds": 3}, 72),
        ({"line": "The fox wakes", "seconds": float("nan")}, 48),
        ({"line": "The fox wakes", "seconds": 10**9}, 48),
        ({"seconds": 0.1}, 29),
    ],
    ids=["same line", "half the line", "hardly a line", "longer line", "said", "nan", "too long", "too short"],
)
def test_a_shot_lasts_as_its_line_needs(told, frames):
    """A shorter line shortens the film, which is what "shorten scene 2" means; a longer is paced anew."""
    assert one(changed(**in_scene({"id": "s1-1", "size": "close", **told})), "s1-1").frames == frames


def test_shots_come_and_go():
    """A new one follows the one it names, under an id that is free; an empty scene goes with its last shot."""
    board = changed(
        removed=["s2-1"],
        **in_scene(
            {"id": "new", "after": "s1-1", "line": "An owl calls.", "seconds": 2},
            {"id": "s9", "after": "", "line": "It is night."},
        ),
    )

    assert [shot.id for shot in board.shots] == ["s1-n2", "s1-1", "s1-n1", "s1-2"]
    assert one(board, "s1-n1").frames == 48
    assert changes(BOARD, board) == Changes((), ("s1-n2", "s1-n1"), ("s2-1",))


def test_a_new_scene_needs_a_place():
    """It follows the scene that it names, else the last."""
    told = {"setting": "ocean", "time_of_day": "night", "shots": [{"id": "x", "line": "The sea is near."}]}

    board = changed(scenes=[{"id": "sea", "after": "s1", **told}])

    assert [scene.setting for scene in board.scenes] == ["forest", "ocean", "village"]
    assert board.scenes[1].time_of_day is TimeOfDay.NIGHT
    assert len({shot.id for shot in board.shots}) == 4


def test_a_scene_changes_its_air_and_its_shots_stay():
    """Night falls over the forest; null leaves the rest."""
    board = changed(**in_scene(time_of_day="night", weather=None, mood=None, setting=""))

    assert board.scenes[0] == BOARD.scenes[0].model_copy(update={"time_of_day": TimeOfDay.NIGHT})
    assert changes(BOARD, board) == Changes((), (), ())


def test_a_character_changes_its_look_or_joins():
    """The same name is the same one; a new one gets an id and can be seen."""
    board = changed(
        characters=[{"name": "ember", "kind": "fox", "look": "white now"}, {"name": "Ash", "kind": "hare"}],
        **in_scene({"id": "s1-2", "subjects": [{"noun": "hare", "character": "Ash"}]}),
    )

    assert [(who.id, who.look) for who in board.characters] == [("c1", "white now"), ("c2", "")]
    assert one(board, "s1-2").subjects[0].character == "c2"


def test_a_tableau_can_be_taken_away():
    """null is an answer there."""
    board = changed(**in_scene({"id": "s2-1", "tableau": None, "subjects": [{"noun": "house"}]}, scene="s2"))

    assert one(board, "s2-1").tableau is None


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({}, "nothing changes"),
        ("no", "nothing changes"),
        ({"scenes": [{"id": "s1", "shots": []}]}, "nothing changes"),
        ({"scenes": [{"id": "s3", "shots": []}]}, 'scenes[0].id: "s3" is not in the storyboard'),
        ({"removed": ["s1-9"]}, 'removed[0]: "s1-9" is not in the storyboard; did you mean "s1-'),
        ({"removed": ["s1-1", "s1-2", "s2-1"]}, "no shot is left"),
        (in_scene({"id": "s1-1", "line": "x"}, scene="s2"), 'is a shot of scene "s1"'),
    ],
    ids=["nothing", "no object", "empty", "unknown scene", "unknown shot", "nothing left", "wrong scene"],
)
def test_a_revision_that_makes_no_sense_has_faults(answer, fault):
    """In words that the model can act on."""
    result = revised(BOARD, answer, FPS)

    assert result.storyboard is None
    assert fault in result.faults[0]


def test_the_model_is_shown_lengths_and_no_paths():
    """Seconds instead of frames; neither seeds, nor the user's files, nor the style."""
    text = shown(BOARD, FPS)

    document = json.loads(text)
    assert document["scenes"][0]["shots"][0]["seconds"] == 4.0
    assert [word for word in ("mine.jpg", "seed", "ink", "frames") if word in text] == []


def test_the_schema_is_closed_and_required():
    """The subset that every vendor takes."""

    def check(schema: object) -> None:
        if isinstance(schema, dict):
            if schema.get("type") == "object":
                assert schema["additionalProperties"] is False
                assert schema["required"] == list(schema["properties"])
            assert not {"default", "minimum", "oneOf", "pattern"} & schema.keys() - {"properties"}
            for inner in schema.values():
                check(inner)
        elif isinstance(schema, list):
            for inner in schema:
                check(inner)

    check(revision_schema(Brief(prompt="snow")))


KEYS = ["id", "scenes", "shots", "line", "removed", "after", "setting", "seconds", "characters", "name", "subjects"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["s1", "s1-1", "s2-1", "", "fox"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_any_answer_gives_a_storyboard_or_faults(answer):
    """And shots that stay are never touched."""
    result = revised(BOARD, answer, FPS)

    assert (result.storyboard is None) == bool(result.faults)
    if result.storyboard is not None:
        what = changes(BOARD, result.storyboard)
        for shot in BOARD.shots:
            if shot.id not in (*what.changed, *what.removed):
                assert one(result.storyboard, shot.id) == shot
        assert {shot.source for shot in result.storyboard.shots} <= {"", "/home/me/mine.jpg"}
        assert Storyboard.model_validate_json(result.storyboard.model_dump_json()) == result.storyboard
