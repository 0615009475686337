"""One suite over the voices of providers: whatever a server does, the outcome is defined.

A provider finds what HTTP tells and passes on as `Spoken` what only listening can tell; what is heard then is
decided in `unit/media/test_speech.py`.
"""

from __future__ import annotations

import logging
import pickle
import traceback
from typing import Any, NamedTuple

import anyio
import pytest
from pydantic import SecretStr

from astragen.errors import BadOutput, ProviderError, QuotaExceeded, RateLimited, SettingsError, Unavailable, Uncertain
from astragen.model.requests import LineRequest
from astragen.model.vocabulary import Mood
from astragen.providers import http
from astragen.providers.access import Access
from astragen.providers.speaking import Spoken, VoiceProvider
from astragen.providers.voice_registry import NAMES, find_voice
from astragen.providers.voices import elevenlabs, openai, pollinations, speech
from emulators.voice_server import BAD_SOUND, ODD_SOUND, SCENES, TIMED_SCENES, VoiceServer

CANARY = "canary-1234-5678-9abc"
LINE = LineRequest(shot="s1", text="Three ships: 50% & a hen/é?", language="en", mood=Mood.SAD)


class Case(NamedTuple):
    """A voice, its path on the server, its own voice's name and the header of its key."""

    one: type[VoiceProvider]
    path: str
    voice: str
    header: str = "authorization"
    is_timed: bool = False
    repeats: bool = False


CASES = {
    "openai": Case(openai.VOICE, "/v1", "nova"),
    "speech": Case(speech.VOICE, "/v1", "af_heart"),
    "elevenlabs": Case(elevenlabs.VOICE, "", "v0ice/../1", "xi-api-key", is_timed=True),
    "pollinations": Case(pollinations.VOICE, "", "george", is_timed=True, repeats=True),
}
Outcome = tuple[type, int]  # what comes of it, and requests made
FINAL: dict[str, Outcome] = {
    "good": (Spoken, 1),
    **dict.fromkeys((*TIMED_SCENES, *BAD_SOUND, *ODD_SOUND), (Spoken, 1)),
    **dict.fromkeys(("html", "notice", "empty", "error_in_200"), (BadOutput, 1)),
    **dict.fromkeys(("bad_key", "too_long", "no_voice", "gone", "redirect"), (ProviderError, 1)),
    **dict.fromkeys(("no_credit", "broke"), (QuotaExceeded, 1)),
    "limited_for_long": (RateLimited, 1),
    **dict.fromkeys(("too_many_concurrent", "system_busy", "unavailable"), (Spoken, 2)),
}
LOST = ("bad_gateway", "hang_up", "cut_body")
HEARD_BY_HTTP: dict[str, Outcome] = dict.fromkeys(("html_as_sound",), (BadOutput, 1))  # where the body is the sound


def expected(name: str, scene: str) -> Outcome:
    if scene in LOST:
        return (Spoken, 2) if CASES[name].repeats else (Uncertain, 1)
    if not CASES[name].is_timed and scene in HEARD_BY_HTTP:
        return HEARD_BY_HTTP[scene]
    return FINAL[scene]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


def made(name: str, server: VoiceServer, **options: object) -> VoiceProvider:
    case = CASES[name]
    access = Access(key=SecretStr(CANARY), base_url=server.url + case.path)
    return case.one(access, {"voice": case.voice, "timeout_s": 20.0, **options})


def outcome(provider: VoiceProvider, line: LineRequest = LINE) -> Any:
    try:
        return anyio.run(provider.say, line)
    except Exception as error:
        return error


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("name", CASES)
def test_each_scene_ends_as_defined(name, scene):
    """The sound or the error, how often the server was asked, and that nothing is spoken twice."""
    kind, tries = expected(name, scene)
    with VoiceServer(scene) as server:
        ended = outcome(made(name, server))

    assert type(ended) is kind, ended
    assert len(server.asked) == tries
    assert len({(asked.path, asked.raw) for asked in server.asked}) == 1  # byte-identical
    assert server.generations <= (2 if CASES[name].repeats else 1)


@pytest.mark.parametrize("name", CASES)
def test_a_line_comes_with_what_the_voice_tells(name):
    """Sound as it was made; and every character of the text, in order, where the voice tells them."""
    with VoiceServer() as server:
        spoken = outcome(made(name, server))

    assert len(spoken.data) > 1_000
    assert spoken.media_type in ("audio/wav", "audio/mpeg")
    assert CASES[name].voice in spoken.voice
    assert "".join(one.text for one in spoken.alignment) == (LINE.text if CASES[name].is_timed else "")


@pytest.mark.parametrize("scene", ["no_times", "uneven", "words_for_times"])
@pytest.mark.parametrize("name", ["elevenlabs", "pollinations"])
def test_times_that_cannot_be_read_are_none(name, scene):
    """The sound is good all the same."""
    with VoiceServer(scene) as server:
        spoken = outcome(made(name, server))

    assert spoken.alignment == ()
    assert spoken.data


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("scene", SCENES)
def test_the_key_is_nowhere_but_in_its_header(name, scene, caplog):
    """Not in a URL, a body, a log at DEBUG, a repr, a pickle, an error or its traceback."""
    caplog.set_level(logging.DEBUG)
    with VoiceServer(scene) as server:
        provider = made(name, server)
        ended = outcome(provider)

    said = [caplog.text, repr(provider), str(vars(provider)), repr(ended), provider.place, provider.set_fields]
    if isinstance(ended, Exception):
        said += [*traceback.format_exception(ended), str(pickle.dumps(ended)), repr(ended.__cause__)]
    assert CANARY not in " ".join(said)
    assert all(CANARY not in asked.path and CANARY.encode() not in asked.raw for asked in server.asked)
    carrying = {header for asked in server.asked for header, value in asked.headers.items() if CANARY in value}
    assert carrying == {CASES[name].header}


# The wires -----------------------------------------------------------------------------------------------------------


def test_elevenlabs_is_asked_as_its_own_package_asks():
    """The path, the header and the fields of facts 6.2 and appendix A; a voice's name cannot leave its place."""
    with VoiceServer() as server:
        outcome(made("elevenlabs", server, stability=0.4, seed=7))

    (asked,) = server.asked
    assert asked.path == "/v1/text-to-speech/v0ice%2F..%2F1/with-timestamps?output_format=mp3_44100_128"
    assert asked.headers["xi-api-key"] == CANARY
    assert "authorization" not in asked.headers
    assert asked.body == {
        "text": LINE.text,
        "model_id": "eleven_v3",
        "voice_settings": {"stability": 0.4, "speed": 0.91},
        "seed": 7,
    }


def test_openai_is_told_speed_and_spirit():
    """By facts 2.4; tts-1 takes no instructions, and a server of another make is told none."""
    with VoiceServer() as server:
        access = Access(key=SecretStr(CANARY), base_url=f"{server.url}/v1")
        outcome(openai.VOICE(access))
        outcome(openai.VOICE(access.model_copy(update={"model": "tts-1-hd"})), LINE.model_copy(update={"rate": 1.2}))
        outcome(speech.VOICE(access), LINE.model_copy(update={"mood": Mood.HOPEFUL}))
        first, second, third = (asked.body for asked in server.asked)

    assert first == {
        "model": "gpt-4o-mini-tts",
        "input": LINE.text,
        "voice": "alloy",
        "response_format": "wav",
        "speed": 0.91,
        "instructions": "Narrate a film: quiet and sad, never tearful.",
    }
    assert (second["model"], second["speed"], "instructions" in second) == ("tts-1-hd", 1.09, False)
    assert third == {"model": "tts-1", "input": LINE.text, "voice": "alloy", "response_format": "wav"}


def test_pollinations_is_asked_for_times_where_its_model_tells_them():
    """Else for plain sound; there is always the same seed, so that a repeat joins the running work."""
    with VoiceServer() as server:
        outcome(made("pollinations", server))
        access = Access(key=SecretStr(CANARY), base_url=server.url, model="x-ai/grok-tts")
        plain = outcome(pollinations.VOICE(access, {"voice": "eve"}))
        first, second = server.asked

    assert first.path == "/v1/audio/speech/with-timestamps"
    assert second.path == "/v1/audio/speech"
    assert first.body["seed"] == second.body["seed"] > 0
    assert plain.alignment == ()


@pytest.mark.parametrize("name", CASES)
def test_what_a_line_costs_is_known_before_it_is_asked(name):
    """By the characters that are sent; a server on this machine costs nothing."""
    case = CASES[name]
    access = Access(key=SecretStr(CANARY), base_url="https://speech.example.org/v1")
    price = case.one(access, {"voice": "x"}).price_usd("a" * 1_000)

    assert price == {"openai": 0.025, "speech": None, "elevenlabs": 0.12, "pollinations": 0.1}[name]
    if name in ("openai", "speech"):
        assert case.one(access.model_copy(update={"base_url": "http://127.0.0.1:9/v1"})).price_usd("a") == 0


def test_a_silent_server_is_given_up():
    """After the time that the user gave it; whether the line was charged, nobody knows."""
    with VoiceServer("hang_up") as server:
        server.answer = lambda asked: VoiceServer.made(server, server.order_of(asked)) and _silent()  # type: ignore
        ended = outcome(made("elevenlabs", server, timeout_s=0.3))

    assert type(ended) is Uncertain


def _silent():
    from emulators.loopback import Sent

    return Sent(is_silent=True, pause_s=2.0)


# All of them ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_voice_says_what_it_is(name):
    """In its header: kind, key, docs, price, limits and the day on which that was read."""
    import importlib

    module = importlib.import_module(f"astragen.providers.voices.{name}")
    one = find_voice(name)

    rows = dict(line.split(": ", 1) for line in module.__doc__.splitlines() if ": " in line and line[0].islower())
    assert {"kind", "key", "docs", "price", "limits", "read"} <= set(rows)
    assert rows["kind"] == "voice" == one.capability.trade
    assert one.capability.name == name


def test_a_voice_that_has_to_be_named_says_how():
    """ElevenLabs knows voices by ids only."""
    with pytest.raises(SettingsError, match="elevenlabs:VOICE_ID"):
        elevenlabs.VOICE(Access(key=SecretStr(CANARY)))


def test_nobody_there_is_unavailable():
    """And nothing was begun."""
    ended = outcome(speech.VOICE(Access(base_url="http://127.0.0.1:9/v1")))

    assert type(ended) is Unavailable
