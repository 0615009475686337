"""A film of the user's own music: what is heard, what its report says, and what is made again after an edit."""

from __future__ import annotations

import av
import numpy as np
import pytest

from astragen.cli.main import run
from astragen.errors import InputError
from astragen.model.brief import Brief
from songs import RATE, song, write_music

BRIEF = Brief(prompt="A quiet evening.", seconds=8, height=360, narration=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("music")
    write_music(folder / "tune.mp3", song(112, 16).sound, codec="libmp3lame")
    return folder


@pytest.fixture(scope="module")
def film(folder, filming, storyboard):
    return filming(folder, BRIEF.model_copy(update={"music_file": str(folder / "tune.mp3")}), storyboard)


def heard(path) -> np.ndarray:
    """The sound of a film, mono at 48 kHz."""
    with av.open(path) as container:
        frames = [frame.to_ndarray().mean(0) for frame in container.decode(audio=0)]
    return np.concatenate(frames)


def test_the_film_has_the_music_and_the_report_says_which(folder, film):
    """By its name and tempo, never by its path; nobody composed."""
    report = film.film.report

    assert report.music is not None
    assert (report.music.file, round(report.music.tempo_bpm)) == ("tune.mp3", 112)
    assert str(folder) not in report.music.model_dump_json()
    assert {"listen", "music"} <= {stage.name for stage in report.stages}
    assert "compose" not in {stage.name for stage in report.stages}
    assert report.fallbacks == ()


def test_what_is_heard_is_that_music(film):
    """The film's sound follows the file's: the best match of four seconds of it is nearly whole."""
    sound, source = heard(film.film.path)[RATE : 5 * RATE], song(112, 16).sound
    size = 1 << 21
    products = np.fft.irfft(np.fft.rfft(source, size) * np.conj(np.fft.rfft(sound, size)), size)
    at = int(products.argmax())

    match = np.corrcoef(sound, source[at : at + len(sound)])[0, 1]

    assert match > 0.9  # coded twice, and limited once


def test_another_size_listens_to_nothing_again(folder, film, filming, storyboard):
    """The same music under the same length is laid once."""
    brief = film.film.report.brief.model_copy(update={"caption_style": "clean"})

    again = filming(folder, brief, storyboard, name="again.mp4")

    assert {("listen", "tune.mp3"), ("music", "")} <= again.steps(reused=True)


def test_a_wrong_path_stops_before_anything_is_done(folder, filming, storyboard):
    """Not even the storyboard is written."""
    with pytest.raises(InputError, match=r'"none\.mp3" does not exist'):
        filming(folder, BRIEF.model_copy(update={"music_file": "none.mp3"}), None, name="none.mp4")

    assert not list(folder.glob("none.*"))


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--music-file", "none.mp3"), 'The music "none.mp3" does not exist. Check the path'),
        (("--music-file", "text.mp3"), 'The music "text.mp3"'),
        (("--music-file", "tune.mp3", "--no-music"), "--music-file tune.mp3 would not be heard"),
    ],
    ids=["missing", "no music", "contradiction"],
)
def test_the_command_says_in_one_line_what_is_wrong_with_the_music(tmp_path, monkeypatch, capsys, flags, told):
    """Exit code 2, the file's name, the next act, and no film."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASTRAGEN_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "text.mp3").write_text("no music\n" * 200)

    code = run(["make", "A quiet evening.", "-o", "film.mp4", *flags])

    said = capsys.readouterr().err
    assert code == 2
    assert told in said
    assert "Traceback" not in said
    assert not (tmp_path / "film.mp4").exists()
