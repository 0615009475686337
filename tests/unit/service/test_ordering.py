"""A request turned into an order: what is refused, and where it says so; what is estimated."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

import filmed
from astragen.model.brief import PROMPT_MAX, Brief
from astragen.model.office import FileRecord
from astragen.model.take import Artifact
from astragen.providers.access import Access
from astragen.service.ordering import estimated, ordered
from astragen.service.problems import Refusal
from astragen.service.shapes.film import FilmOrder
from astragen.settings import Settings
from astragen.store.office.ids import new_id

FILE = "file_01jd3m8q2v7x4n5c6b7a8s9d0f"


def board(**changes) -> dict:
    return filmed.board().model_dump(mode="json") | changes


def with_source(source: str) -> dict:
    document = board()
    document["scenes"][0]["shots"][1]["source"] = source
    return document


def with_voice(voice: str) -> dict:
    return board(characters=[{"id": "c1", "name": "Ann", "kind": "woman", "voice": voice}])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#"),
        ({"prompt": ""}, "#/prompt"),
        ({"prompt": "?!"}, "#/prompt"),
        ({"prompt": "a\u0000b"}, "#/prompt"),
        ({"prompt": "x" * (PROMPT_MAX + 1)}, "#/prompt"),
        ({"prompt": 7}, "#/prompt"),
        ({"prompt": "sea", "seconds": 4}, "#/seconds"),
        ({"prompt": "sea", "seconds": 601}, "#/seconds"),
        ({"prompt": "sea", "height": 721}, "#/height"),
        ({"prompt": "sea", "fps": 23}, "#/fps"),
        ({"prompt": "sea", "aspect": "2:1"}, "#/aspect"),
        ({"prompt": "sea", "scenes": 41}, "#/scenes"),
        ({"prompt": "sea", "deadline_s": 1}, "#/deadline_s"),
        ({"prompt": "sea", "max_cost_usd": -1}, "#/max_cost_usd"),
        ({"prompt": "sea", "version": 2}, "#/version"),
        ({"prompt": "sea", "colour": "red"}, "#/colour"),
        ({"prompt": "sea", "a/b~c": 1}, "#/a~1b~0c"),
        ({"prompt": "sea", "music": False, "music_file": FILE}, "#/music_file"),
        ({"prompt": "sea", "metadata": {"k": "v" * 513}}, "#/metadata/k"),
        ({"prompt": "sea", "metadata": {f"k{n}": "v" for n in range(17)}}, "#/metadata"),
        ({"prompt": "sea", "metadata": {"k": "a\u0000"}}, "#/metadata/k"),
        ({"prompt": "sea", "webhook_url": "http://a.example/"}, "#/webhook_url"),
        ({"prompt": "sea", "webhook_url": "file:///etc/passwd"}, "#/webhook_url"),
        ({"prompt": "sea", "webhook_url": "https://169.254.169.254/latest"}, "#/webhook_url"),
        ({"prompt": "sea", "webhook_url": "https://user@a.example:99999/"}, "#/webhook_url"),
        ({"prompt": "sea", "music_file": "/srv/music.mp3"}, "#/music_file"),
        ({"prompt": "sea", "lut": "../../film.cube"}, "#/lut"),
        ({"prompt": "sea", "lut": FILE}, "#/lut"),
        ({"prompt": "sea", "artist": "folder:/home"}, "#/artist"),
        ({"prompt": "sea", "artist": "builtin,comfyui:/etc/x.json"}, "#/artist"),
        ({"prompt": "sea", "camera": "diffusers:./model"}, "#/camera"),
        ({"prompt": "sea", "voice": "piper:/etc/passwd"}, "#/voice"),
        ({"prompt": "sea", "writer": "nobody"}, "#/writer"),
        ({"prompt": "sea", "writer": "openai"}, "#/writer"),
        ({"prompt": "sea", "artist": "nobody"}, "#/artist"),
        ({"prompt": "sea", "camera": "runway"}, "#/camera"),
        ({"prompt": "sea", "voice": "elevenlabs:x"}, "#/voice"),
        ({"prompt": "sea", "translate_to": "de"}, "#/translate_to"),
        ({"prompt": "sea", "translate_to": "German"}, "#/translate_to"),
        ({"prompt": "sea", "storyboard": 7}, "#/storyboard"),
        ({"storyboard": board(version=9)}, "#/storyboard"),
        ({"storyboard": board(scenes=[])}, "#/storyboard/scenes"),
        ({"storyboard": board(surprise=1)}, "#/storyboard/surprise"),
        ({"storyboard": board(), "scenes": 3}, "#/scenes"),
        ({"storyboard": board(), "is_script": True}, "#/is_script"),
        ({"storyboard": board(), "writer": "builtin"}, "#/writer"),
        ({"storyboard": with_source("/etc/passwd")}, "#/storyboard/scenes/0/shots/1/source"),
        ({"storyboard": with_source(FILE)}, "#/storyboard/scenes/0/shots/1/source"),
        ({"storyboard": with_voice("piper:/etc/passwd")}, "#/storyboard/characters/0/voice"),
    ],
)
def test_a_body_that_makes_no_film_is_refused_with_where(asking, rooms, body, pointer):
    """422, a JSON pointer into what was sent, and nothing kept."""
    answer = asking.post("/v1/films", json=body)
    places = answer.json().get("errors", [])

    assert answer.status_code == 422, answer.text
    assert pointer in [place.get("pointer") for place in places]
    assert all(place["detail"] for place in places)
    assert rooms.counter.submitted == []


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 400), (b"[]", 422), (b"", 422), (b'"sea"', 422), (b'{"prompt": NaN}', 422), (b"[" * 100_000, 400)],
    ids=["half", "list", "nothing", "text", "NaN", "deep"],
)
def test_a_body_that_is_no_object_is_refused(asking, content, status):
    """Never a fault of ours."""
    answer = asking.post("/v1/films", content=content, headers={"content-type": "application/json"})

    assert answer.status_code == status, answer.text


def test_every_field_of_the_brief_is_described_with_its_limits(asking):
    """At the top level of the body, as the model has them."""
    schemas = asking.get("/openapi.json").json()["components"]["schemas"]
    told, known = schemas["FilmOrder"]["properties"], Brief.model_json_schema()["properties"]

    assert set(known) <= set(told)
    assert (told["seconds"]["minimum"], told["seconds"]["maximum"]) == (5, 600)
    assert told["fps"]["enum"] == known["fps"]["enum"]
    assert "prompt" not in schemas["FilmOrder"].get("required", [])


def machine(tmp_path, **fields) -> Settings:
    """With a key of OpenAI for words and of Pollinations for pictures, and of nobody else."""
    nobody = {name: Access() for name in ("fal", "replicate", "anthropic", "gemini", "compatible")}
    keys = {name: Access(key=SecretStr("k")) for name in ("openai", "pollinations")}
    return Settings(cache_dir=tmp_path, config_dir=tmp_path, providers=nobody | keys, workers=2, **fields)


def nothing(file_id: str) -> FileRecord:
    raise AssertionError(file_id)


def test_what_charges_is_estimated_before_anything_is_made(tmp_path):
    """Words and pictures; within what the film may cost; nothing for the built-in crew."""
    settings = machine(tmp_path)

    def usd(**fields) -> float:
        return ordered(FilmOrder(prompt="The sea", seconds=20, **fields), settings, nothing).estimated_usd

    words = usd(writer="openai", artist="builtin")
    both = usd(writer="openai", artist="pollinations", max_cost_usd=1.0)

    assert 0 < words < both < 1.0
    assert usd(writer="builtin", artist="builtin") == 0.0


def test_nobody_who_charges_is_asked_for_a_film_that_may_cost_nothing(tmp_path):
    """Refused where somebody is named, and said in the fields of the API."""
    with pytest.raises(Refusal) as caught:
        ordered(FilmOrder(prompt="The sea", writer="openai", max_cost_usd=0), machine(tmp_path), nothing)

    assert caught.value.code == "budget.exceeded"
    assert "max_cost_usd" in caught.value.detail
    assert "--" not in caught.value.detail


def test_a_dry_run_names_who_would_be_asked(tmp_path):
    """As `astragen make --dry-run` does."""
    body = FilmOrder(prompt="The sea", seconds=20, writer="openai", artist="pollinations", max_cost_usd=1.0)
    forecast = estimated(body, machine(tmp_path), nothing)

    assert forecast.writer.startswith("openai ")
    assert forecast.artists[0].startswith("pollinations ")
    assert forecast.cost_usd > 0


def test_uploaded_files_are_taken_with_their_bytes_and_must_be_of_the_kind(tmp_path):
    """So that the film needs the user's file no longer."""
    records = {
        kind: FileRecord(
            id=new_id("file", 1.0),
            artifact=Artifact(hash=f"{number}" * 64, media_type="x/y", bytes=1),
            name=kind,
            kind=kind,
            created_at=1.0,
        )
        for number, kind in enumerate(("music", "lut", "picture", "voice"))
    }
    by_id = {record.id: record for record in records.values()}
    ids = {kind: record.id for kind, record in records.items()}
    settings = machine(tmp_path, writer="builtin", artist="builtin")
    document = with_source(ids["picture"])
    body = FilmOrder(
        storyboard=document, music_file=ids["music"], lut=ids["lut"], voice=f"piper:{ids['voice']}, builtin"
    )
    order = ordered(body, settings, by_id.__getitem__).order

    assert order.files == {record.id: record.artifact for record in records.values()}
    assert order.storyboard.bible.look.lut == ids["lut"]
    with pytest.raises(Refusal, match="is a picture, and must be a music"):
        ordered(FilmOrder(prompt="sea", music_file=ids["picture"]), settings, by_id.__getitem__)
