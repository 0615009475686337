"""Tests of cli/preview.py: what it refuses; what it draws is in media/test_preview.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from astragen.cli.preview import preview
from astragen.errors import AstraGenError
from astragen.media.colour import black
from astragen.media.encoder import encode
from astragen.model.segment import Profile


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Half a second of grey."""
    frame = black(64, 36)
    np.copyto(frame.y, 99)
    encode([frame] * 12, 12, Profile(width=64, height=36, fps=24), tmp_path / "film.mp4")
    return tmp_path / "film.mp4"


def test_the_preview_lies_beside_the_film_and_its_path_is_said(film):
    """stdout is the path, alone."""
    outcome = CliRunner().invoke(preview, [str(film)], catch_exceptions=False)

    assert outcome.stdout == f"{film.with_name('film-preview.webp')}\n"
    assert film.with_name("film-preview.webp").read_bytes().startswith(b"RIFF")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["none.mp4"], "does not exist", id="no film"),
        pytest.param(["film.mp4", "-o", "a.png"], r"a preview is a WebP or a GIF\. Name it a\.webp", id="another kind"),
        pytest.param(["film.mp4", "-o", "missing/a.gif"], "does not exist", id="no folder"),
    ],
)
def test_what_cannot_be_done_is_said(film, monkeypatch, arguments, said):
    """Before anything is decoded."""
    monkeypatch.chdir(film.parent)

    with pytest.raises(AstraGenError, match=said):
        CliRunner().invoke(preview, arguments, catch_exceptions=False)
