"""A storyboard on the command line, and the flags that change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from astragen.cli.wish import wish_of
from astragen.errors import BriefError
from astragen.model.brief import Brief
from astragen.model.film import FilmReport
from astragen.model.storyboard import Scene, Shot, Storyboard

BOARD = Storyboard(
    title="Dusk",
    scenes=(Scene(id="s1", setting="sea", shots=(Shot(id="s1-1", frames=144), Shot(id="s1-2", frames=96))),),
)
REPORT = FilmReport(
    title="Dusk",
    brief=Brief(prompt="dusk", seconds=12.5, aspect="9:16", height=1280, fps=30, music=False),
    seconds=12.5,
    width=720,
    height=1280,
    fps=30,
    frames=375,
    wall_s=9.0,
    deadline_s=60.0,
    deadline_met=True,
    cost_usd=0.0,
    stages=(),
    shots=(),
)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """The storyboard of a vertical film, with the film's report beside it."""
    (tmp_path / "dusk.report.json").write_text(REPORT.model_dump_json())
    path = tmp_path / "dusk.storyboard.json"
    path.write_text(BOARD.model_dump_json())
    return path


def test_a_bare_storyboard_is_as_long_as_its_shots(tmp_path):
    """240 frames at the default 24 fps."""
    path = tmp_path / "board.json"
    path.write_text(BOARD.model_dump_json())

    wish = wish_of(str(path), {})

    assert (wish.brief.seconds, wish.storyboard) == (10.0, BOARD)


def test_a_films_own_storyboard_is_filmed_as_that_film_was(film):
    """An edit and the same command give the same film with the edit in it."""
    brief = wish_of(str(film), {}).brief

    assert (brief.seconds, brief.width, brief.height, brief.fps, brief.music) == (12.5, 720, 1280, 30, False)


def test_a_flag_goes_before_what_the_film_was(film):
    """A vertical film becomes a wide one."""
    brief = wish_of(str(film), {"aspect": "16:9", "height": 720}).brief

    assert (brief.seconds, brief.width, brief.height) == (12.5, 1280, 720)


def test_a_report_of_something_else_is_as_none(film):
    """A damaged neighbour does not stop a film."""
    film.with_name("dusk.report.json").write_text("{}")

    assert wish_of(str(film), {}).brief.seconds == 10.0


def test_a_length_for_the_film_frees_the_lengths_of_its_shots(film):
    """Otherwise --seconds would do nothing to a storyboard whose shots all say theirs."""
    wish = wish_of(str(film), {"seconds": 20.0})

    assert wish.brief.seconds == 20.0
    assert [shot.frames for shot in wish.storyboard.shots] == [None, None]


def test_style_and_language_go_into_the_storyboard(film):
    """There the painter and the voice read them."""
    storyboard = wish_of(str(film), {"style": "noir", "language": "fr"}).storyboard

    assert (storyboard.bible.style, storyboard.language) == ("noir", "fr")


@pytest.mark.parametrize("wish", [{"scenes": "3"}, {"is_script": True}, {"is_script": False}])
def test_flags_that_only_a_writer_understands_are_refused(film, wish):
    """Rather than doing nothing in silence."""
    with pytest.raises(BriefError, match="is for prompts"):
        wish_of(str(film), wish)


def test_a_look_on_the_command_line_is_written_into_the_storyboard(film, monkeypatch):
    """So that its file films the same again; a LUT's path counts from the current folder."""
    monkeypatch.chdir(film.parent)

    wish = wish_of(str(film), {"look": "scope", "lut": "night.cube"})

    look = wish.storyboard.bible.look
    assert (look.letterbox, look.lut) == (2.39, str(film.parent / "night.cube"))


SCREENPLAY = "Title: Dusk\n\nEXT. SEA - NIGHT\n\nANNA\nLook. A light.\n"


def test_a_screenplay_is_filmed_as_it_plays(tmp_path):
    """By its suffix or by its headings; as long as its lines need, where no flag says otherwise."""
    path = tmp_path / "dusk.fountain"
    path.write_text(SCREENPLAY)

    for source in (str(path), SCREENPLAY):
        wish = wish_of(source, {})
        assert (wish.storyboard.title, wish.storyboard.shots[0].line, wish.brief.seconds) == (
            "Dusk",
            "Look. A light.",
            5.0,
        )
    assert wish_of(SCREENPLAY, {"seconds": 20.0}).brief.seconds == 20.0


def test_a_screenplay_that_is_called_a_script_is_read_out():
    """A flag for prompts makes a text with headings a prompt."""
    assert wish_of(SCREENPLAY, {"is_script": True}).storyboard is None


def test_a_screenplay_longer_than_any_film_is_refused(tmp_path):
    """The limit of a prompt, with the next act."""
    path = tmp_path / "long.fountain"
    path.write_text(SCREENPLAY * 400)

    with pytest.raises(BriefError, match="at most 20000 make one film"):
        wish_of(str(path), {})
