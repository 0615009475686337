from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from astragen.cli.artist_options import artist_options, foreseen_artists
from astragen.cli.main import astragen
from astragen.errors import BudgetExceeded, MissingKey, UnknownProvider
from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.pipeline.foretell import Artists
from astragen.providers.access import Access
from astragen.settings import Settings


def machine(tmp_path: Path, **fields) -> Settings:
    """With a key of Pollinations, and of nobody else."""
    nobody = {name: Access() for name in ("openai", "fal", "replicate", "runway")}
    return Settings(cache_dir=tmp_path, providers={"pollinations": Access(key=SecretStr("k")), **nobody}, **fields)


BOARD = Storyboard(title="Sea", scenes=(Scene(id="s", setting="sea", shots=(Shot(id="a"), Shot(id="b"))),))


def check_artists(artist: str | None, camera: str | None, settings: Settings, limit_usd: float) -> Artists:
    return foreseen_artists(artist, camera, settings, Brief(prompt="sea", max_cost_usd=limit_usd), BOARD)


def test_who_will_be_asked_is_named_with_what_it_charges(tmp_path):
    """Both pictures; nothing for the painter."""
    found = check_artists("pollinations", None, machine(tmp_path), 1.0)

    assert found.names == ("pollinations tongyi-mai/z-image-turbo",)
    assert found.usd == pytest.approx(0.008)
    assert check_artists("builtin", "builtin", machine(tmp_path), 1.0) == Artists()


def test_a_command_hears_who_was_said_and_none_where_nobody_was():
    """So that the settings count only where nothing is said."""

    @click.command()
    @artist_options
    def command(artist, camera):
        click.echo(f"{artist} {camera}")

    said = CliRunner().invoke(command, ["--artist", "folder:mine,fal", "--camera", "runway"]).output
    unsaid = CliRunner().invoke(command, []).output

    assert (said, unsaid) == ("folder:mine,fal runway\n", "None None\n")


@pytest.mark.parametrize(
    "name", ["pollinations", "openai", "a1111", "comfyui", "diffusers", "folder", "runway", "luma"]
)
def test_the_help_names_them(name):
    """Who is not named is not found."""
    assert name in CliRunner().invoke(astragen, ["make", "--help"]).output


def test_what_is_said_comes_before_the_settings(tmp_path):
    """Who the settings name need not be there then."""
    settings = machine(tmp_path, artist="openai", camera="runway")

    check_artists("pollinations", "builtin", settings, 1.0)
    with pytest.raises(MissingKey, match="OPENAI_API_KEY"):
        check_artists(None, "builtin", settings, 1.0)
    with pytest.raises(MissingKey, match="RUNWAY"):
        check_artists("pollinations", None, settings, 1.0)


def test_who_cannot_be_asked_is_told_before_anything_is_made(tmp_path):
    """An unknown name, and one that charges when nothing may be spent."""
    with pytest.raises(UnknownProvider, match='There is no camera "openai"'):
        check_artists("builtin", "openai", machine(tmp_path), 1.0)
    with pytest.raises(BudgetExceeded):
        check_artists("pollinations", None, machine(tmp_path), 0.0)
    check_artists(None, None, machine(tmp_path), 0.0)


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        pytest.param(["--artist", "polinations"], 2, 'There is no artist "polinations".', id="unknown"),
        pytest.param(["--artist", "folder:/nowhere"], 2, "The folder /nowhere does not exist.", id="no folder"),
        pytest.param(["--camera", "runway"], 2, 'There is no key for "runway".', id="no key"),
        pytest.param(["--artist", "fal", "--max-cost", "0"], 6, "fal charges", id="no money"),
    ],
)
def test_make_says_so_in_one_line(tmp_path, monkeypatch, flags, code, said):
    """With the exit code of its kind, and nothing written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASTRAGEN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("FAL_KEY", "canary-1")
    for name in ("RUNWAYML_API_SECRET", "RUNWAY_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    done = CliRunner().invoke(astragen, ["make", "a lamp", "--writer", "builtin", *flags])

    error = done.exception
    assert error is not None
    assert said in str(error)
    assert getattr(error, "exit_code", None) == code
    assert list(tmp_path.glob("*.mp4")) == []
