"""The user's music in the store: what is kept of it, what is refused before anything is done."""

from __future__ import annotations

import anyio
import numpy as np
import pytest
from pydantic import ValidationError

from astragen.errors import InputError
from astragen.media.audio import read_wav
from astragen.model.brief import Brief
from astragen.model.timeline import ScoreRequest
from astragen.model.vocabulary import Mood
from astragen.pipeline.music import BYTES_MAX, kept_music, own_music
from astragen.plan.music import fitted
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo
from songs import RATE, song, write_music

BRIEF = Brief(prompt="Mine.", seconds=5, height=360)


@pytest.fixture
def running(tmp_path):
    """Calls a function of a run, and returns what it gave and the run's report."""

    def running(work):
        async def go():
            store, memo = ArtifactStore(tmp_path / "artifacts"), Memo(tmp_path / "steps")
            async with InlineRun(tmp_path / "scratch", store=store, memo=memo, workers=1) as run:
                return await work(run), run.report

        return anyio.run(go)

    return running


def kept(path, running):
    return running(lambda run: kept_music(BRIEF.model_copy(update={"music_file": str(path)}), run))


def test_a_file_is_listened_to_once_and_laid_once(tmp_path, running):
    """Its content counts: a file that is moved or renamed is not listened to again; its name is the new one's."""
    write_music(tmp_path / "a.wav", song(112, 8).sound)

    async def work(run):
        music = await kept_music(BRIEF.model_copy(update={"music_file": str(tmp_path / "a.wav")}), run)
        request = ScoreRequest(mood=Mood.CALM, samples=5 * RATE, seed=1)
        artifact = await own_music(request, fitted(music, request.samples), run)
        return music, read_wav(run.store.path(artifact))

    (music, sound), report = running(work)
    (_, again), second = running(work)

    assert (music.name, round(music.tempo_bpm)) == ("a.wav", 112)
    assert sound.shape == (2, 5 * RATE)
    assert {stage.name: stage.reused for stage in report.stages} == {"listen": 0, "music": 0}
    assert {stage.name: stage.reused for stage in second.stages} == {"listen": 1, "music": 1}
    assert np.array_equal(sound, again)


def test_damage_is_told_once(tmp_path, running):
    """As a fallback that names the file, not its path."""
    whole = write_music(tmp_path / "a.flac", song(112, 8).sound, codec="flac").read_bytes()
    (tmp_path / "b.flac").write_bytes(whole[: len(whole) // 2])

    _, report = kept(tmp_path / "b.flac", running)

    (told,) = report.fallbacks
    assert (told.stage, told.subject, told.instead) == ("listen", "b.flac", "what decodes of it is used")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("", None, "is not a file"),
        ("none.mp3", None, "does not exist"),
        ("a\0b", None, "does not exist"),
        ("empty.mp3", b"", r"empty \(0 bytes\)"),
        ("text.mp3", b"no music at all\n" * 99, "no sound|cannot be read as music"),
    ],
    ids=["a folder", "nothing", "no name", "0 bytes", "text"],
)
def test_what_cannot_be_used_is_refused_with_the_next_act(tmp_path, running, name, content, told):
    """By an error that names it, before anything is made."""
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(InputError, match=told) as error:
        kept(tmp_path / name, running)

    assert error.value.hint


def test_a_file_of_gigabytes_is_refused_with_the_limit(tmp_path, running):
    """It would be copied. (A hole, which takes no room.)"""
    with (tmp_path / "a.wav").open("wb") as file:
        file.truncate(BYTES_MAX + 1)

    with pytest.raises(InputError, match="1,073,741,825 bytes; 1,073,741,824 are possible"):
        kept(tmp_path / "a.wav", running)


def test_a_music_file_and_no_music_is_a_contradiction():
    """The brief says so; no file, or music turned off without one, is none."""
    with pytest.raises(ValidationError, match="leave one of the two out"):
        Brief(prompt="Mine.", music=False, music_file="a.mp3")

    assert Brief(prompt="Mine.", music=False).music_file == ""
