"""The shots of a film, and its next versions."""

from __future__ import annotations

import json
from functools import partial

import pytest

import filmed
import little_house
from astragen.errors import DatabaseDown
from astragen.model.office import FileRecord
from astragen.providers.access import Access
from astragen.store.office.ids import new_id
from emulators.chat_server import ChatServer

SEA = {"prompt": "The sea at night", "seconds": 12, "height": 1080, "seed": 7}


@pytest.fixture
def film(rooms, asking):
    """A completed one that a writer wrote, and that gave up some of its height."""
    made = asking.post("/v1/films", json=SEA | {"artist": "builtin", "metadata": {"ticket": "42"}}).json()
    filmed.complete(rooms, made["id"])
    return made


def test_shots_are_told_with_their_place_scene_and_maker(asking, film):
    """In the film's order, counted from 1."""
    found = asking.get(film["links"]["shots"]).json()

    assert [(one["n"], one["scene"], one["shot"]["id"]) for one in found["data"]] == [
        (1, "a", "s1"), (2, "a", "s2"), (3, "b", "s3")
    ]  # fmt: skip
    assert {(one["made_by"], one["seconds"]) for one in found["data"]} == {("builtin", 2.0)}


def test_a_film_that_nobody_wrote_yet_has_no_shots(asking):
    """And one whose storyboard was given has them at once."""
    unwritten = asking.post("/v1/films", json=SEA).json()
    given = asking.post("/v1/films", json={"storyboard": filmed.board().model_dump(mode="json")}).json()

    assert asking.get(unwritten["links"]["shots"]).json()["data"] == []
    assert len(asking.get(given["links"]["shots"]).json()["data"]) == 3


def test_a_changed_shot_makes_a_new_version_that_differs_in_it_alone(rooms, asking, film):
    """Made of the film's own storyboard and as the film was made in the end: 720 lines, no seed, no path of ours."""
    answer = asking.patch(f"{film['links']['shots']}/2", json={"action": "a gull cries", "size": "close"})
    new = answer.json()
    order = rooms.office.films.get(new["id"]).order
    before, after = filmed.board().shots, order.storyboard.shots

    assert answer.status_code == 202
    assert answer.headers["location"] == new["links"]["self"] != film["links"]["self"]
    assert (new["version"], new["version_of"], new["status"], new["metadata"]) == (
        2,
        film["id"],
        "queued",
        {"ticket": "42"},
    )
    assert (after[0], after[2]) == (before[0], before[2])
    assert (after[1].action, after[1].size, after[1].line, after[1].frames) == ("a gull cries", "close", "Line 2.", 48)
    assert (order.brief.height, order.brief.seed, order.brief.music_file, order.brief.prompt) == (
        720,
        0,
        "",
        SEA["prompt"],
    )
    assert order.artist == "builtin"
    assert rooms.counter.submitted[-1][2] == new["id"]


def test_another_line_is_paced_anew_where_no_length_is_said(rooms, asking, film):
    """Another length is taken as it is; null takes something away."""
    shots = film["links"]["shots"]
    ids = [
        asking.patch(f"{shots}/1", json=change).json()["id"]
        for change in ({"line": "A much longer line than it was."}, {"line": "New.", "frames": 60}, {"frames": None})
    ]

    assert [rooms.office.films.get(one).order.storyboard.shots[0].frames for one in ids] == [None, 60, None]


def test_versions_are_counted_from_the_first_whatever_they_are_made_of(rooms, asking, film):
    """A version of a version is the next one of the first."""
    second = asking.patch(f"{film['links']['shots']}/1", json={"size": "close"}).json()
    filmed.complete(rooms, second["id"])
    third = asking.patch(f"{second['links']['shots']}/1", json={"size": "wide"}).json()
    found = asking.get(second["links"]["versions"]).json()

    assert (third["version"], third["version_of"]) == (3, film["id"])
    assert [(one["id"], one["version"]) for one in found["data"]] == [
        (film["id"], 1), (second["id"], 2), (third["id"], 3)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "change", "status", "pointer"),
    [
        (4, {"size": "close"}, 404, None),
        (0, {"size": "close"}, 422, None),
        (1, {"size": "huge"}, 422, "#/size"),
        (1, {"colour": "red"}, 422, "#/colour"),
        (1, {"id": "other"}, 422, "#/id"),
        (1, {}, 422, "#"),
        (1, {"id": "s1"}, 422, "#"),
        (1, {"speaker": "nobody"}, 422, "#"),
        (1, {"source": "/etc/passwd"}, 422, "#/source"),
        (1, {"subjects": [{"noun": "gull", "count": 99}]}, 422, "#/subjects/0/count"),
    ],
)
def test_a_change_that_makes_no_film_is_refused(rooms, asking, film, number, change, status, pointer):
    """With where; and nothing is ordered."""
    answer = asking.patch(f"{film['links']['shots']}/{number}", json=change)
    places = answer.json().get("errors", [])

    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert pointer in [one.get("pointer") for one in places]
    assert len(rooms.counter.submitted) == 1


def test_a_film_that_is_not_completed_cannot_be_changed(asking):
    """409: it has no storyboard of its own yet."""
    film = asking.post("/v1/films", json={"storyboard": filmed.board().model_dump(mode="json")}).json()

    assert asking.patch(f"{film['links']['shots']}/1", json={"size": "close"}).status_code == 409
    assert asking.post(f"{film['links']['self']}/revise", json={"instruction": "Rain"}).status_code == 409


def test_a_storyboard_that_its_user_changed_makes_the_next_version(rooms, asking, film):
    """With metadata of its own where it is said."""
    changed = filmed.board().model_copy(update={"title": "Another"}).model_dump(mode="json")
    answer = asking.post(f"{film['links']['self']}/revise", json={"storyboard": changed, "metadata": {}})

    assert answer.status_code == 202, answer.text
    assert (answer.json()["version"], answer.json()["title"], answer.json()["metadata"]) == (2, "Another", {})


def test_words_need_a_language_model(asking, film):
    """Without one the answer says what to do; both ways, or none, is refused."""
    here = f"{film['links']['self']}/revise"
    words = asking.post(here, json={"instruction": "Let it rain", "writer": "builtin"})
    both = asking.post(here, json={"instruction": "x", "storyboard": filmed.board().model_dump(mode="json")})
    none = asking.post(here, json={})

    assert (words.status_code, words.json()["code"]) == (422, "provider.key_missing")
    assert "language model" in words.json()["detail"]
    assert words.json()["errors"][0]["pointer"] == "#/instruction"
    assert (both.status_code, none.status_code) == (422, 422)


def test_files_of_the_user_stay_theirs_in_the_next_version(rooms, asking):
    """A film names copies by paths of its worker; its version names the uploads again, also ones deleted since."""
    picture = FileRecord(
        id=new_id("file", 1.0),
        artifact=rooms.artifacts.put_bytes(b"png", "image/png"),
        name="me.png",
        kind="picture",
        created_at=1.0,
    )
    rooms.office.files.add(picture)
    mine = filmed.board().model_dump(mode="json")
    mine["scenes"][1]["shots"][0]["source"] = picture.id
    film = asking.post("/v1/films", json={"storyboard": mine}).json()
    mine["scenes"][1]["shots"][0]["source"] = "/srv/worker/scratch/abc.png"
    filmed.complete(rooms, film["id"], type(filmed.board()).model_validate(mine))
    rooms.office.files.delete(picture.id)
    told = asking.get(film["links"]["shots"])
    answer = asking.patch(f"{film['links']['shots']}/1", json={"size": "close"})
    order = rooms.office.films.get(answer.json()["id"]).order

    assert "/srv" not in told.text
    assert order.storyboard.shots[2].source == picture.id
    assert order.files == {picture.id: picture.artifact}


def test_a_language_model_changes_a_film_as_one_says(tmp_path):
    """What it does not name stays; one that answers nothing of use is a provider's failure, and nothing is ordered."""
    said = {"scenes": [{"id": "a", "shots": [{"id": "s1", "line": "Hope."}]}]}
    with ChatServer(texts=(json.dumps(said),)) as server:
        model = {"compatible": Access(base_url=f"{server.url}/v1", model="m")}
        with little_house.house(tmp_path / "house", providers=model) as rooms:
            asking = little_house.client(rooms)
            film = asking.post("/v1/films", json=SEA | {"writer": "builtin"}).json()
            filmed.complete(rooms, film["id"])
            wish = {"instruction": "A hopeful start", "writer": "compatible"}
            answer = asking.post(f"{film['links']['self']}/revise", json=wish)
            useless = asking.post(f"{film['links']['self']}/revise", json=wish)
            shots = rooms.office.films.get(answer.json()["id"]).order.storyboard.shots
            ordered = len(rooms.counter.submitted)

    assert (answer.status_code, answer.json()["version"]) == (202, 2)
    assert shots[0].line == "Hope."
    assert shots[1:] == filmed.board().shots[1:]
    assert (useless.status_code, useless.json()["code"]) == (502, "provider.bad_output")
    assert ordered == 2


def test_a_change_whose_answer_got_lost_makes_one_version(rooms, asking, film, monkeypatch):
    """The version was kept when the database went away: the same request again is answered with it."""
    position = rooms.counter.position

    def down(id):
        monkeypatch.setattr(rooms.counter, "position", position)
        raise DatabaseDown("It does not answer.")

    monkeypatch.setattr(rooms.counter, "position", down)
    change = partial(asking.patch, f"{film['links']['shots']}/2", json={"size": "close"})
    lost, again = (change(headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert (lost.status_code, again.status_code) == (503, 202)
    assert [one["version"] for one in asking.get(film["links"]["versions"]).json()["data"]] == [1, 2]
    assert again.json()["version"] == 2
