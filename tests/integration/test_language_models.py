"""Storyboards by a language model behind a real server: from the brief to the film and its report."""

from __future__ import annotations

import json
from pathlib import Path

import anyio
import pytest

from astragen.builtin.writer import write
from astragen.errors import BadOutput, BriefError, MissingKey, Unavailable
from astragen.face import make_film_sync, revise, write_storyboard
from astragen.model.brief import Brief
from astragen.model.written import Written
from astragen.providers.access import Access
from astragen.settings import Settings
from emulators.chat_server import ChatServer
from scripted_chat import LINES, board, text

BRIEF = Brief(prompt="A fox in the first snow follows the lights.", seconds=8, height=360)
FEW_WORDS = json.dumps({**board(scenes=1, shots=2)})


def settings_for(server: ChatServer, folder: Path) -> Settings:
    return Settings(
        cache_dir=folder / "cache", workers=2, providers={"compatible": Access(base_url=f"{server.url}/v1", model="m")}
    )


def written(server: ChatServer, folder: Path, brief: Brief = BRIEF) -> Written:
    async def work() -> Written:
        return await write_storyboard(brief, settings=settings_for(server, folder), writer="compatible")

    return anyio.run(work)


def test_a_film_by_a_language_model_says_so(tmp_path):
    """Its lines are spoken, the report has its name, and the same command asks it nothing again."""
    with ChatServer(texts=(FEW_WORDS,)) as server:
        films = [
            make_film_sync(
                BRIEF, tmp_path / "film.mp4", settings=settings_for(server, tmp_path), writer="compatible"
            ).report
            for _ in range(2)
        ]
        asked = len(server.questions)

    assert [film.written_by for film in films] == ["compatible m"] * 2
    assert [film.fallbacks for film in films] == [(), ()]
    assert asked == 1
    assert LINES[0][:20] in (tmp_path / "film.storyboard.json").read_text()


def test_the_report_says_what_was_mended_in_the_models_answer(tmp_path):
    """A mood that nobody knows is none, and its place is named."""
    told = board(scenes=1, shots=2) | {"mood": "purple"}
    with ChatServer(texts=(json.dumps(told),)) as server:
        film = make_film_sync(
            BRIEF, tmp_path / "film.mp4", settings=settings_for(server, tmp_path), writer="compatible"
        )

    assert [one for one in film.report.mended if one.startswith("mood: ") and "purple" in one]


def test_a_film_is_made_when_the_model_is_not_there(tmp_path):
    """By the built-in writer, and the report says why; the next run asks again."""
    with ChatServer("html", "html") as server:
        settings = settings_for(server, tmp_path)
        film = make_film_sync(BRIEF, tmp_path / "film.mp4", settings=settings, writer="compatible")

    assert film.report.written_by == "builtin"
    (fallback,) = [one for one in film.report.fallbacks if one.stage == "write"]
    assert fallback.reason.startswith("compatible answered with")


@pytest.mark.parametrize(
    ("forms", "types"),
    [
        (("json_schema", "json_object"), ["json_schema"]),
        (("json_object",), ["json_schema", "json_object"]),
        ((), ["json_schema", "json_object", None]),
    ],
    ids=["strict", "JSON mode", "prompt only"],
)
def test_the_ladder_goes_down_as_far_as_the_server_needs(tmp_path, forms, types):
    """And the next storyboard begins there."""
    with ChatServer(texts=(text(), text()), forms=forms) as server:
        first = written(server, tmp_path)
        second = written(server, tmp_path, BRIEF.model_copy(update={"seed": 1}))
        asked = [question.body.get("response_format", {}).get("type") for question in server.questions]

    assert (first.made_by, second.made_by) == ("compatible m", "compatible m")
    assert asked == [*types, types[-1]]


@pytest.mark.parametrize("manner", ["fenced", "thinking", "good_as_text", "limited", "broken", "cut_body"])
def test_a_careless_server_still_gives_a_storyboard(tmp_path, manner):
    """Fences, thoughts, a wrong type, and a "no" that passes."""
    with ChatServer(manner, texts=(text(), text())) as server:
        assert written(server, tmp_path).made_by == "compatible m"


@pytest.mark.parametrize(
    "manner",
    ["html", "empty", "cut_json", "nan", "wrong_types", "no_choices", "bad_key", "no_quota", "refusal", "filtered"],
)
def test_a_bad_server_gives_the_builtin_writers_storyboard(tmp_path, manner):
    """With the reason, and without anything of the key."""
    with ChatServer(*[manner] * 9) as server:
        done = written(server, tmp_path)

    assert done.storyboard == write(BRIEF)
    assert len(done.fallbacks) == 1
    assert "canary" not in done.fallbacks[0].reason


def test_a_writer_that_cannot_be_reached_is_reported(tmp_path):
    """It was to be asked for its models, and nobody is there."""
    with ChatServer() as server:
        url = f"{server.url}/v1"
    settings = Settings(cache_dir=tmp_path, providers={"compatible": Access(base_url=url)})

    async def work() -> Written:
        return await write_storyboard(BRIEF, settings=settings, writer="compatible")

    done = anyio.run(work)

    assert done.storyboard == write(BRIEF)
    assert "could not be reached" in done.fallbacks[0].reason


def test_a_storyboard_is_revised_by_the_model(tmp_path):
    """What it does not name stays; the instruction stands between marks."""
    board = write(BRIEF)
    first = board.shots[0].id
    answer = {"scenes": [{"id": board.scenes[0].id, "shots": [{"id": first, "line": "Hope."}]}]}

    async def work(server: ChatServer):
        return await revise(board, "a hopeful start", settings=settings_for(server, tmp_path), writer="compatible")

    with ChatServer(texts=(json.dumps(answer),)) as server:
        done = anyio.run(work, server)
        said = server.questions[0].body["messages"][1]["content"]

    assert (done.changes.changed, done.changes.added, done.changes.removed) == ((first,), (), ())
    assert done.storyboard.shots[0].line == "Hope."
    assert done.storyboard.shots[1:] == board.shots[1:]
    assert "\na hopeful start\n<<<end " in said


def test_a_revision_that_fails_is_an_error(tmp_path):
    """Nobody else can do it."""

    async def work(server: ChatServer):
        return await revise(
            write(BRIEF), "a hopeful start", settings=settings_for(server, tmp_path), writer="compatible"
        )

    with ChatServer() as server, pytest.raises(BadOutput, match="nothing changes"):
        anyio.run(work, server)
    with pytest.raises(Unavailable):
        anyio.run(work, server)


def test_the_builtin_writer_cannot_revise(tmp_path):
    """The error names what is needed."""

    async def work():
        return await revise(write(BRIEF), "hope", settings=Settings(cache_dir=tmp_path), writer="builtin")

    with pytest.raises(MissingKey, match=r"OPENAI_API_KEY.*Ollama"):
        anyio.run(work)


@pytest.mark.parametrize("instruction", ["", " ?! ", "x" * 4_001], ids=["empty", "no word", "long"])
def test_an_instruction_that_says_nothing_is_refused_before_anything_is_sent(tmp_path, instruction):
    """The message has its length and the limit."""

    async def work(server: ChatServer):
        settings = settings_for(server, tmp_path)
        return await revise(write(BRIEF), instruction, settings=settings, writer="compatible")

    with ChatServer() as server:
        with pytest.raises(BriefError, match=f"has {len(instruction)} characters.*at most 4000"):
            anyio.run(work, server)
        assert server.asked == []
