"""Whole films in other profiles, and the same film twice."""

from __future__ import annotations

import pytest

from astragen.errors import SettingsError
from astragen.media.probe import probe
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.vocabulary import TimeOfDay, TransitionKind


@pytest.fixture(scope="module")
def short() -> Storyboard:
    """Two shots of the night sky and a dissolve: quick to paint."""
    shots = (Shot(id="s1-1", frames=60, line="One."), Shot(id="s1-2", frames=60, transition=TransitionKind.DISSOLVE))
    return Storyboard(
        title="Night",
        scenes=(Scene(id="s1", title="Night", setting="space", time_of_day=TimeOfDay.NIGHT, shots=shots),),
    )


def test_the_same_film_has_the_same_bytes(tmp_path, filming, brief, short):
    """Made twice from nothing, at a width that x264 needs AVX2 for: every file has the same SHA-256, report apart."""
    upright = brief.model_copy(update={"seconds": 5, "aspect": "9:16"})
    films = [filming(tmp_path / name, upright, short) for name in ("a", "b")]

    assert films[0].steps(reused=True) == films[1].steps(reused=True) == set()
    assert films[0].film.report.sha256 == films[1].film.report.sha256
    assert len(films[0].film.report.sha256) >= 5


def test_a_film_for_editors_is_a_mov(tmp_path, filming, brief, short):
    """ProRes and PCM from end to end: segments, dissolve, poster, file; the name must say so."""
    wanted = brief.model_copy(update={"seconds": 5, "aspect": "9:16", "profile": "prores"})
    with pytest.raises(SettingsError, match=r'Name it ".*film\.mov"'):
        filming(tmp_path, wanted, short)

    made = filming(tmp_path, wanted, short, name="film.mov")

    found = probe(made.film.path)
    assert (found.picture.codec, found.picture.pix_fmt, found.picture.matrix) == ("prores", "yuv422p10le", "bt709")
    assert (found.sound.codec, found.sound.samples) == ("pcm_s24le", found.picture.frames * 2000)
    assert "film.mov" in made.film.report.sha256
    assert made.film.poster.read_bytes().startswith(b"\xff\xd8")
    assert not (tmp_path / "film.mp4").exists()
