"""A film spoken by a voice of a provider, and the commands that choose and try voices."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from astragen.cli.main import astragen
from astragen.errors import InputError
from astragen.face import make_film_sync
from astragen.media.audio import read_wav
from astragen.model.brief import Brief
from astragen.model.storyboard import Character, Scene, Shot, Storyboard
from astragen.providers.access import Access
from astragen.settings import Settings
from emulators.voice_server import VoiceServer


def board() -> Storyboard:
    shots = (
        Shot(id="s1", line="The tide turns slowly."),
        Shot(id="s2", line="I will light the lamp.", speaker="anna"),
        Shot(id="s3", line="And so she did."),
    )
    anna = Character(id="anna", name="Anna", kind="woman", voice="speech:af_heart")
    return Storyboard(title="T", characters=(anna,), scenes=(Scene(id="a", setting="sea", shots=shots),))


def test_a_film_is_spoken_by_who_was_chosen_and_says_so(tmp_path):
    """The narrator by one voice, a character by her own, the line that failed by the built-in one."""
    with VoiceServer("good", "bad_key") as narrators, VoiceServer() as hers:
        access = {
            "elevenlabs": Access(key=SecretStr("k"), base_url=narrators.url),
            "speech": Access(base_url=f"{hers.url}/v1"),
        }
        settings = Settings(cache_dir=tmp_path / "cache", workers=1, providers=access)
        brief = Brief(prompt="T", seconds=9, height=360, profile="draft", max_cost_usd=1.0)
        film = make_film_sync(
            brief, tmp_path / "film.mp4", storyboard=board(), settings=settings, voice="elevenlabs:v1"
        )

    shots = {shot.shot: (shot.voice, shot.word_times) for shot in film.report.shots}
    voices = [voice for voice, _ in shots.values()]
    told = [one for one in film.report.fallbacks if one.stage == "narrate"]
    assert (len(narrators.asked), len(hers.asked)) == (2, 1)
    assert len(told) == 1
    assert shots["s2"] == ("speech af_heart", "estimated")
    assert sum(voice.startswith("eSpeak") for voice in voices) == 1
    assert told[0].subject in shots
    assert shots[told[0].subject] == (next(voice for voice in voices if voice.startswith("eSpeak")), "native")
    assert all(times == ("estimated" if voice.startswith("speech") else "native") for voice, times in shots.values())


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setenv("ASTRAGEN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return lambda *words, **options: CliRunner().invoke(astragen, words, catch_exceptions=False, **options)


def test_a_text_is_said_into_a_file(command, tmp_path):
    """Its words and length are told, and the file is named on stdout."""
    done = command("say", "The tide turns.", "-o", "x.wav")

    assert done.exit_code == 0
    assert "3 words in" in done.stderr
    assert done.stdout == "x.wav\n"
    assert np.abs(read_wav(tmp_path / "x.wav")).max() > 0.1


def test_a_text_is_said_by_a_server_that_the_environment_names(command, monkeypatch):
    """By ASTRAGEN_VOICE, from standard input."""
    with VoiceServer() as server:
        monkeypatch.setenv("ASTRAGEN_SPEECH_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("ASTRAGEN_VOICE", "speech:af_heart")
        done = command("say", "-", "-o", "x.wav", input="The tide turns.")

    assert "by speech af_heart" in done.stderr
    assert server.asked[0].body["voice"] == "af_heart"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("say", "a", "-o", "x.mp3"), "speech is a WAV"),
        (("say", "a", "-o", "no/x.wav"), "does not exist"),
        (("say", "a", "--mood", "cross"), "hopeful"),
        (("say", "a", "--language", "German!"), "BCP 47"),
        (("say", "a", "--voice", "nobody"), "Choose builtin"),
        (("say", "..."), "no letter"),
        (("make", "a fox", "--voice", "nobody", "--dry-run"), "Choose builtin"),
    ],
)
def test_what_cannot_be_said_is_told_first(command, words, told):
    """Before anything is made."""
    with pytest.raises(InputError, match=told):
        command(*words)


def test_the_voices_are_listed(command):
    """For people a line each, for programs JSON; a language leaves out who does not speak it."""
    everybody = json.loads(command("voices", "--json").stdout)
    german = command("voices", "--language", "de").stdout
    klingon = command("voices", "--language", "xx").stdout

    named = [row["voice"] for row in everybody]
    assert {"builtin", "builtin:f3", "openai:nova", "elevenlabs:VOICE", "piper:VOICE"} <= set(named)
    assert german.startswith("builtin ")
    assert "builtin" not in klingon
    assert "unofficial" in next(row["about"] for row in everybody if row["voice"].startswith("edge"))
