"""One storyboard, films in several languages: what they share, what is new, and what becomes of one that fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from astragen.cli.main import run
from astragen.model.film import FilmReport
from astragen.model.storyboard import Scene, Shot, Storyboard
from emulators.a1111_server import A1111Server
from emulators.chat_server import ChatServer
from scripted_chat import text

BOARD = Storyboard(
    title="The fox",
    scenes=(
        Scene(
            id="s1",
            setting="forest",
            shots=(
                Shot(id="s1-0", move="static", frames=36, seed=3),
                Shot(id="s1-1", line="A small red fox wakes under the first snow.", frames=132, seed=1),
                Shot(id="s1-2", line="She follows the lights.", frames=84, seed=2),
            ),
        ),
    ),
)
SPANISH = ("", "Un pequeño zorro rojo despierta bajo la primera nieve del invierno.", "Sigue las luces.")
JAPANESE = ("", "小さな赤いきつねが初雪の下で目を覚ます。", "きつねは光を追いかける。")
SMALL = ("--height", "360", "--profile", "draft", "--no-music")


def translation(*lines: str) -> str:
    shots = [
        {"id": shot.id, "line": line, "title": "", "labels": []} for shot, line in zip(BOARD.shots, lines, strict=True)
    ]
    return json.dumps({"title": "T", "scenes": [{"id": "s1", "title": ""}], "shots": shots})


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A folder to work in, with the storyboard; returns how to name a chat server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASTRAGEN_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "board.json").write_text(BOARD.model_dump_json(), "utf-8")

    def named(server: ChatServer) -> None:
        monkeypatch.setenv("ASTRAGEN_COMPATIBLE_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("ASTRAGEN_COMPATIBLE_MODEL", "m")

    return named


def report(path: str) -> FilmReport:
    return FilmReport.model_validate_json(Path(path).with_suffix(".report.json").read_bytes())


def test_two_films_of_one_storyboard_share_their_pictures(machine, monkeypatch, capsys):
    """English as it is, Spanish translated: each picture is asked for once, each film has its own words."""
    with ChatServer(texts=(translation(*SPANISH),)) as server, A1111Server() as painter:
        machine(server)
        monkeypatch.setenv("ASTRAGEN_A1111_BASE_URL", painter.url)
        asked = ["make", "board.json", "--language", "en,es", "-o", "fox.mp4", *SMALL, "--writer", "compatible"]
        code = run([*asked, "--artist", "a1111"])
        questions, pictures = len(server.questions), len(painter.jobs)

    english, spanish = report("fox.en.mp4"), report("fox.es.mp4")
    assert (code, questions, pictures) == (0, 1, 3)
    assert capsys.readouterr().out.split() == ["fox.en.mp4", "fox.es.mp4"]
    assert [shot.made_by for shot in spanish.shots] == [shot.made_by for shot in english.shots]
    assert all(shot.made_by.startswith("a1111") for shot in spanish.shots)
    assert "zorro rojo" in Path("fox.es.srt").read_text("utf-8").replace("\n", " ")
    stages = {stage.name: stage for stage in spanish.stages}
    assert (stages["translate"].steps, stages["narrate"].reused) == (1, 0)
    assert spanish.written_by == "compatible m, translated from en"
    assert (english.brief.language, spanish.brief.language) == ("en", "es")
    assert spanish.fallbacks == english.fallbacks == ()


def test_a_painted_shot_without_words_is_the_same_in_every_language(machine):
    """Its take and its segment are reused, as the report's stages say; shots with a line are paced anew."""
    with ChatServer(texts=(translation(*SPANISH),)) as server:
        machine(server)
        code = run(["make", "board.json", "--language", "en,es", "-o", "fox.mp4", *SMALL, "--writer", "compatible"])

    stages = {stage.name: (stage.steps, stage.reused) for stage in report("fox.es.mp4").stages}
    assert code == 0
    assert stages["generate"][0] == 3
    assert stages["generate"][1] >= 1
    assert stages["render"][1] >= 1


def test_a_prompt_is_written_in_the_first_language_and_its_storyboard_translated(machine):
    """Two questions in all: one storyboard, one translation of what it became."""
    lines = ["Un zorro despierta bajo la nieve del invierno.", "Camina hacia las luces de la casa."]
    shots = [{"id": f"s1-{number}", "line": line, "title": "", "labels": []} for number, line in enumerate(lines, 1)]
    spanish = {"title": "El zorro", "scenes": [{"id": "s1", "title": "Nieve"}], "shots": shots}
    with ChatServer(texts=(text(scenes=1, shots=2), json.dumps(spanish))) as server:
        machine(server)
        asked = ["make", "A fox in the snow.", "--language", "en,es", "--seconds", "8", *SMALL]
        code = run([*asked, "--writer", "compatible", "-o", "."])
        questions = len(server.questions)

    english, spanish_board = (
        Storyboard.model_validate_json(next(iter(Path().glob(f"*.{tag}.storyboard.json"))).read_bytes())
        for tag in ("en", "es")
    )
    assert (code, questions) == (0, 2)
    assert [shot.line for shot in spanish_board.shots] == lines
    assert [shot.seed for shot in spanish_board.shots] == [shot.seed for shot in english.shots]
    assert (spanish_board.title, spanish_board.bible.language) == ("El zorro", "en")


def test_a_language_that_nobody_here_speaks_is_captioned_and_the_report_says_why(machine):
    """Japanese in Chinese characters: the lines are silent, the captions are there."""
    with ChatServer(texts=(translation(*JAPANESE),)) as server:
        machine(server)
        code = run(["make", "board.json", "--language", "ja,", "-o", "fox.mp4", *SMALL, "--writer", "compatible"])

    made = report("fox.ja.mp4")
    silent = [one for one in made.fallbacks if one.stage == "narrate"]
    assert code == 0
    assert silent
    assert "cannot speak" in silent[0].reason
    assert "初雪" in Path("fox.ja.srt").read_text("utf-8")


def test_a_language_that_fails_is_told_and_the_others_go_on(machine, capsys):
    """Four answers that are no translation: no German film, a Spanish one, exit code 3."""
    with ChatServer(texts=("{}",) * 4 + (translation(*SPANISH),)) as server:
        machine(server)
        code = run(["make", "board.json", "--language", "de,es", "-o", "fox.mp4", *SMALL, "--writer", "compatible"])

    told = capsys.readouterr().err
    assert code == 3
    assert "de: no film: compatible" in told
    assert "1 of 2 films were made; not in de" in told
    assert {path.name for path in Path().glob("*.mp4")} == {"fox.es.mp4"}


def test_the_built_in_writer_cannot_translate_and_says_so_before_anything_is_made(machine, capsys):
    """The error names what is needed; no film is begun."""
    code = run(["make", "board.json", "--language", "en,es", "-o", "fox.mp4", "--writer", "builtin", *SMALL])

    told = capsys.readouterr().err
    assert code == 2
    assert "cannot translate" in told
    assert "OPENAI_API_KEY" in told
    assert not list(Path().glob("fox*"))


@pytest.mark.parametrize("listed", ["en,,klingon!", "auto,es", ","])
def test_a_list_that_names_no_languages_is_refused(machine, capsys, listed):
    """With the flag and what it may be."""
    code = run(["make", "board.json", "--language", listed, *SMALL])

    assert code == 2
    assert "--language" in capsys.readouterr().err


def test_translate_writes_storyboards_and_a_film_uses_them_again(machine, capsys):
    """One file a language; making the film afterwards asks nothing more."""
    with ChatServer(texts=(translation(*SPANISH), translation(*JAPANESE))) as server:
        machine(server)
        asked = ["translate", "board.json", "--language", "es,ja", "--writer", "compatible"]
        code, printed = run([*asked, "-o", "board.json"]), capsys.readouterr().out
        refused = run(asked)
        questions = len(server.questions)

    boards = [Storyboard.model_validate_json(Path(f"board.{tag}.json").read_bytes()) for tag in ("es", "ja")]
    assert (code, refused, questions) == (0, 2, 2)
    assert printed.split() == ["board.es.json", "board.ja.json"]
    assert [board.language for board in boards] == ["es", "ja"]
    assert [board.shots[1].line for board in boards] == [SPANISH[1], JAPANESE[1]]
    assert [shot.seed for shot in boards[0].shots] == [3, 1, 2]
