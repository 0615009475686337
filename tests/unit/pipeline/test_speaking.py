"""Voices of providers in a film: asked in order, paid once, their words timed, and never the end of it."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import numpy as np
import pytest
from pydantic import SecretStr

from astragen.errors import BadOutput, MissingKey, StoreError, Unavailable
from astragen.media.audio import read_wav
from astragen.model.brief import Brief
from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.model.storyboard import Character, Scene, Shot, Storyboard
from astragen.model.time import SAMPLE_RATE
from astragen.model.vocabulary import Mood
from astragen.pipeline import narration
from astragen.pipeline.crew import Crew, builtin_crew
from astragen.pipeline.narration import narrate
from astragen.pipeline.speaking import Booth, bound_usd
from astragen.providers import http
from astragen.providers.access import Access
from astragen.providers.speaking import VoiceProvider
from astragen.providers.voice_registry import Voices
from astragen.providers.voices import elevenlabs, openai, pollinations
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.ledger import Ledger
from astragen.store.memo import Memo
from astragen.store.shared import opened_artifacts
from emulators.loopback import Sent
from emulators.voice_server import BAD_SOUND, VoiceServer, onsets

BRIEF = Brief(prompt="a whale", seconds=20, height=360, max_cost_usd=1.0, deadline_s="none")
TEXT = "The tide turns slowly, and nobody in the harbour sleeps."


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)
    monkeypatch.setattr(narration, "WAIT_MAX_S", 0.01)


def charging(provider: VoiceProvider) -> VoiceProvider:
    """*provider* as at its own address: an emulator on this machine would be free."""
    provider.__class__ = type("Charging", (type(provider),), {"is_free": False})
    return provider


def eleven(server: VoiceServer) -> VoiceProvider:
    return elevenlabs.VOICE(Access(key=SecretStr("k"), base_url=server.url), {"voice": "v1"})


def plain(server: VoiceServer) -> VoiceProvider:
    return openai.VOICE(Access(key=SecretStr("k"), base_url=f"{server.url}/v1"))


class Mute:
    """A built-in voice that cannot speak."""

    capability = Capability(name="builtin", trade="voice", version="1")

    async def speak(self, request: Any) -> Any:
        raise Unavailable("The built-in voice cannot speak this.")


def film(*lines: str, **fields: Any) -> Storyboard:
    shots = tuple(Shot(id=f"s{number}", line=line) for number, line in enumerate(lines))
    return Storyboard(title="T", scenes=(Scene(id="a", setting="ocean", shots=shots),), **fields)


def narrated(tmp_path: Path, voices: list[VoiceProvider], storyboard: Storyboard, **crew: Any) -> SimpleNamespace:
    """The lines, the fallbacks, the lines' sounds, and the money."""

    async def main() -> SimpleNamespace:
        store = crew.pop("store", None) or ArtifactStore(tmp_path / "artifacts")
        ledger = Ledger(tmp_path / "ledger.sqlite")
        limit, patience_s = crew.pop("limit_usd", 1.0), crew.pop("patience_s", 60.0)
        brief = BRIEF.model_copy(update={"deadline_s": crew.pop("deadline_s", "none")})
        with ExitStack() as stack:
            stack.callback(ledger.close)
            purse = stack.enter_context(ledger.purse("film", limit, now_s=lambda: 0.0))
            cast: Crew = replace(builtin_crew(), voices=Voices(tuple(voices)), purse=purse, **crew)
            async with InlineRun(tmp_path / "scratch", store=store, memo=Memo(tmp_path / "steps"), workers=2) as run:
                with anyio.fail_after(patience_s):
                    lines, _ = await narrate(storyboard, brief, cast, run)
                sounds = [read_wav(store.path(line.artifact)) for line in lines if line.artifact]
                purse.finish()
                return SimpleNamespace(
                    lines=lines, fallbacks=run.report.fallbacks, sounds=sounds, spent=purse.report.spent_usd
                )

    return anyio.run(main)


def test_words_of_a_voice_that_tells_times_are_within_80_ms(tmp_path):
    """Measured on the onsets of the line as the film has it, through MP3, trimming and levelling."""
    with VoiceServer() as server:
        made = narrated(tmp_path, [eleven(server)], film(TEXT))

    (line,), (sound,) = made.lines, made.sounds
    off = np.asarray([word.start for word in line.words]) / SAMPLE_RATE - onsets(sound, SAMPLE_RATE)
    assert line.times == "native"
    assert [word.text for word in line.words] == TEXT.split()
    assert np.abs(off).max() <= 0.08, off
    assert line.voice == "elevenlabs v1"
    assert made.fallbacks == ()


@pytest.mark.parametrize(
    ("scene", "times"),
    [
        ("early_end", "native"),
        ("late_end", "native"),
        ("zero_length", "native"),
        ("normalised", "native"),
        ("other_text", "estimated"),
        ("other_clock", "estimated"),
        ("no_times", "estimated"),
        ("uneven", "estimated"),
        ("words_for_times", "estimated"),
    ],
)
def test_times_are_mended_or_estimated(tmp_path, scene, times):
    """Words are whole, in order and inside of the line, whatever the voice tells."""
    text = "The 142 ships sail, and nobody in the harbour sleeps."
    with VoiceServer(scene) as server:
        (line,) = narrated(tmp_path, [eleven(server)], film(text)).lines

    starts = [word.start for word in line.words]
    assert line.times == times
    assert [word.text for word in line.words] == text.split()
    assert starts == sorted(starts)
    assert all(0 <= word.start <= word.end <= line.samples for word in line.words)


@pytest.mark.parametrize("scene", ["early_end", "late_end", "zero_length", "normalised"])
def test_mended_times_still_lie_on_their_words(tmp_path, scene):
    """But for the word that the voice told wrongly, which is the last one at most."""
    text = "The 142 ships sail, and nobody in the harbour sleeps."
    with VoiceServer(scene) as server:
        made = narrated(tmp_path, [eleven(server)], film(text))

    off = np.asarray([word.start for word in made.lines[0].words]) / SAMPLE_RATE - onsets(made.sounds[0], SAMPLE_RATE)
    assert np.abs(off).max() <= 0.08, off


def test_a_voice_without_times_has_them_estimated(tmp_path):
    """From the built-in voice, and the line says so."""
    with VoiceServer() as server:
        (line,) = narrated(tmp_path, [plain(server)], film(TEXT)).lines

    assert line.times == "estimated"
    assert [word.text for word in line.words] == TEXT.split()


def test_where_no_voice_can_help_words_share_the_sound(tmp_path):
    """Nobody speaks the language but the one that tells no times."""
    with VoiceServer() as server:
        (line,) = narrated(tmp_path, [plain(server)], film(TEXT), voice=Mute()).lines

    assert line.times == "estimated"
    assert [word.text for word in line.words] == TEXT.split()


@pytest.mark.parametrize("scene", BAD_SOUND)
def test_sound_that_is_none_is_asked_once_more_and_then_the_next_speaks(tmp_path, scene):
    """The line that it was is named."""
    with VoiceServer(scene, scene) as bad, VoiceServer() as good:
        made = narrated(tmp_path, [eleven(bad), plain(good)], film(TEXT))

    (line,), (fallback,) = made.lines, made.fallbacks
    assert len(bad.asked) == 2
    assert line.voice == "openai alloy"
    assert fallback.subject == "s0"
    assert "elevenlabs" in fallback.reason
    assert fallback.instead == "openai alloy speaks it"


@pytest.mark.parametrize("scene", ["html", "empty", "bad_key", "no_voice", "limited_for_long", "hang_up", "gone"])
def test_behind_everybody_stands_the_built_in_voice(tmp_path, scene):
    """A film is never without a narrator because a provider is."""
    with VoiceServer(*[scene] * 4) as server:
        made = narrated(tmp_path, [eleven(server)], film(TEXT))

    (line,), (fallback,) = made.lines, made.fallbacks
    assert line.artifact is not None
    assert line.times == "native"
    assert fallback.instead == "the built-in voice speaks it"
    assert fallback.subject == "s0"


def test_a_line_that_nobody_can_speak_is_silent(tmp_path):
    """And both reasons are told."""
    with VoiceServer("no_credit") as server:
        made = narrated(tmp_path, [eleven(server)], film(TEXT), voice=Mute())

    (line,) = made.lines
    assert line.artifact is None
    assert {one.instead for one in made.fallbacks} == {"the line is silent"}
    assert "quota" in made.fallbacks[0].reason
    assert "cannot speak this" in made.fallbacks[1].reason


def test_an_empty_account_is_not_asked_for_every_line(tmp_path):
    """Only the lines that were on their way learn it from the provider."""
    with VoiceServer(*["no_credit"] * 20) as server:
        made = narrated(tmp_path, [eleven(server)], film(*[f"Line number {n} is short." for n in range(12)]))

    assert len(server.asked) <= narration.AT_ONCE
    assert all(line.artifact is not None for line in made.lines)
    assert len(made.fallbacks) == 1  # one reason, which names its lines


@pytest.mark.parametrize("scene", ["too_many_concurrent", "system_busy"])
def test_being_asked_too_often_passes(tmp_path, scene):
    """Both of ElevenLabs' kinds: fewer lines at one time, and nobody hears of it."""
    with VoiceServer(*[scene] * 4) as server:
        made = narrated(tmp_path, [eleven(server)], film("One whale sings.", "Two whales sing."))

    assert [line.voice for line in made.lines] == ["elevenlabs v1"] * 2
    assert made.fallbacks == ()


def test_lines_without_a_letter_cost_nothing(tmp_path):
    """A line of dots is the built-in voice's, which is silent."""
    with VoiceServer() as server:
        narrated(tmp_path, [eleven(server)], film("...", TEXT))

    assert len(server.asked) == 1


def test_markup_and_emoji_are_not_sent(tmp_path):
    """Nobody is paid for saying "asterisk"."""
    with VoiceServer() as server:
        (line,) = narrated(tmp_path, [eleven(server)], film("The **tide** turns 🌊 now.")).lines

    assert server.asked[0].body["text"] == "The tide turns now."
    assert [word.text for word in line.words] == ["The", "**tide**", "turns 🌊", "now."]


# Money ---------------------------------------------------------------------------------------------------------------


def test_a_line_is_paid_once_and_kept_whatever_the_code_becomes(tmp_path, monkeypatch):
    """The voice's own sound is remembered without the code's fingerprint."""
    with VoiceServer() as server:
        first = narrated(tmp_path, [charging(eleven(server))], film(TEXT))
        monkeypatch.setattr(narration, "version_of", lambda _: "another code")
        second = narrated(tmp_path, [charging(eleven(server))], film(TEXT))

    assert first.spent == pytest.approx(len(TEXT) * 120e-6)
    assert second.spent == 0
    assert len(server.asked) == 1
    assert second.lines[0].artifact == first.lines[0].artifact


def test_a_line_that_is_too_dear_is_not_asked(tmp_path):
    """It is spoken by the built-in voice."""
    with VoiceServer() as server:
        made = narrated(tmp_path, [charging(eleven(server))], film(TEXT), limit_usd=0.001)

    assert server.asked == []
    assert made.lines[0].artifact is not None
    assert "limit" in made.fallbacks[0].reason


@pytest.mark.parametrize(
    ("scene", "share"),
    [("bad_key", 0.0), ("no_credit", 0.0), ("hang_up", 1.0), ("silence", 2.0)],
    ids=["refused", "no credit", "unsure", "answered, twice"],
)
def test_what_a_failure_costs(tmp_path, scene, share):
    """A "no" is free; an answer that came is charged, good or bad; a lost one counts at its bound."""
    with VoiceServer(scene, scene) as server:
        made = narrated(tmp_path, [charging(eleven(server))], film(TEXT))

    assert made.spent == pytest.approx(share * len(TEXT) * 120e-6)


def test_a_voice_without_a_known_price_is_held_by_the_limit_too():
    """At a cautious price."""
    access = Access(key=SecretStr("k"), model="brand-new")

    assert bound_usd(pollinations.VOICE(access), "a" * 1_000) == pytest.approx(0.3)


def test_voices_that_charge_speak_a_long_film_once(tmp_path):
    """How brisk they have to be is foreseen from what reading takes; one pass, not two."""
    lines = [f"{TEXT} And so it goes on and on, line {n}." for n in range(6)]
    with VoiceServer() as server:
        narrated(tmp_path, [charging(eleven(server))], film(*lines))
        speeds = {asked.body.get("voice_settings", {}).get("speed") for asked in server.asked}

    assert len(server.asked) == len(lines)
    assert speeds == {1.15}


def test_a_lost_answer_that_is_asked_for_again_is_counted_once(tmp_path, monkeypatch):
    """The provider recognises the request: two tries, one charge, also where the first got no answer at all."""
    monkeypatch.setattr(http, "RETRIES", 0)
    with VoiceServer("hang_up") as server:
        voice = charging(pollinations.VOICE(Access(key=SecretStr("k"), base_url=server.url)))
        made = narrated(tmp_path, [voice], film(TEXT))

    assert len(server.asked) == 2
    assert made.lines[0].voice.startswith("pollinations")
    assert made.spent == pytest.approx(bound_usd(voice, TEXT))


def test_an_answer_that_never_comes_is_counted_whoever_would_recognise_the_request(tmp_path, monkeypatch):
    """It may have been charged, and somebody else speaks the line."""
    monkeypatch.setattr(http, "RETRIES", 0)
    with VoiceServer(*["hang_up"] * 9) as server:
        voice = charging(pollinations.VOICE(Access(key=SecretStr("k"), base_url=server.url)))
        made = narrated(tmp_path, [voice], film(TEXT))

    assert made.lines[0].voice.startswith("eSpeak")
    assert made.spent == pytest.approx(bound_usd(voice, TEXT))


def test_a_line_that_stands_twice_is_paid_once(tmp_path):
    """A refrain: both shots ask at the same time."""
    with VoiceServer() as server:
        made = narrated(tmp_path, [charging(eleven(server))], film(TEXT, TEXT, TEXT))

    assert len(server.asked) == 1
    assert [line.voice for line in made.lines] == ["elevenlabs v1"] * 3
    assert made.spent == pytest.approx(len(TEXT) * 120e-6)


def test_speech_that_was_no_good_is_not_bought_again_after_a_crash(tmp_path):
    """Each of the two askings of a line is paid once, however often the run dies."""

    async def asked(server: VoiceServer) -> None:
        store, ledger = ArtifactStore(tmp_path / "artifacts"), Ledger(tmp_path / "ledger.sqlite")
        async with InlineRun(tmp_path / "scratch", store=store, memo=Memo(tmp_path / "steps"), workers=1) as run:
            with ledger.purse("film", 1.0, now_s=lambda: 0.0) as purse:
                booth, request = Booth(run, purse), LineRequest(shot="s1", text=TEXT, language="en", mood=Mood.HOPEFUL)
                with pytest.raises(BadOutput):
                    await booth.ask(charging(eleven(server)), request)
        ledger.close()

    with VoiceServer("silence", "page") as server:
        anyio.run(asked, server)
        anyio.run(asked, server)

    assert len(server.asked) == 1
    with ExitStack() as stack:
        ledger = stack.enter_context(closing(Ledger(tmp_path / "ledger.sqlite")))
        assert [entry.state for entry in ledger.entries()] == ["settled"]


def test_an_adapter_of_a_voice_that_breaks_down_fails_its_line_and_not_the_film(tmp_path, monkeypatch):
    """A third party's may raise anything."""

    async def say(request: Any) -> Any:
        raise KeyError("alignment")

    with VoiceServer() as server:
        voice = charging(eleven(server))
        monkeypatch.setattr(voice, "say", say)
        made = narrated(tmp_path, [voice], film(TEXT))

    assert made.lines[0].voice.startswith("eSpeak")
    assert "broke down (KeyError)" in made.fallbacks[0].reason


# The deadline --------------------------------------------------------------------------------------------------------


def test_a_voice_that_hangs_does_not_cost_the_deadline(tmp_path, monkeypatch):
    """What it has not said in time the built-in voice says; the money is counted, and the report says why."""
    monkeypatch.setattr(narration, "pace_now", lambda run: 1.0)
    monkeypatch.setattr(narration, "speaking_s", lambda *_, **__: 0.4)
    with VoiceServer() as silent:
        silent.answer = lambda asked: Sent(is_silent=True, pause_s=20.0)  # type: ignore[method-assign]
        made = narrated(tmp_path, [charging(eleven(silent))], film(TEXT, TEXT + " Again."), patience_s=15.0)

    assert [line.voice.partition(" ")[0] for line in made.lines] == ["eSpeak", "eSpeak"]
    assert [fallback.reason for fallback in made.fallbacks] == ["elevenlabs v1: the deadline came first"]
    assert made.spent == pytest.approx((2 * len(TEXT) + 7) * 120e-6)


# Characters ----------------------------------------------------------------------------------------------------------


def dialogue(**voices: str) -> Storyboard:
    cast = tuple(Character(id=name, name=name, kind="woman", voice=voice) for name, voice in voices.items())
    shots = (
        Shot(id="s0", line="The tide turns slowly tonight."),
        Shot(id="s1", line="I will not sleep tonight.", speaker="anna"),
    )
    return Storyboard(title="T", characters=cast, scenes=(Scene(id="a", setting="ocean", shots=shots),))


def test_a_character_speaks_with_its_own_voice(tmp_path):
    """The narrator has the film's."""
    with VoiceServer() as server:
        wished = Voices((plain(server),))
        made = narrated(tmp_path, [eleven(server)], dialogue(anna="openai:nova"), voices_for=lambda wish: wished)

    assert [line.voice for line in made.lines] == ["elevenlabs v1", "openai alloy"]


def test_a_voice_that_cannot_be_had_is_told_and_the_film_goes_on(tmp_path):
    """Somebody else's storyboard names a voice for which there is no key here."""

    def refuse(wish: str) -> Voices:
        raise MissingKey(f'There is no key for "{wish}".')

    made = narrated(tmp_path, [], dialogue(anna="elevenlabs:v9"), voices_for=refuse)

    (fallback,) = made.fallbacks
    assert all(line.artifact for line in made.lines)
    assert fallback.subject == "s1"
    assert "anna" in fallback.reason


@pytest.mark.parametrize("wish", ["builtin", "builtin:f3"])
def test_a_character_may_wish_for_the_built_in_voice(tmp_path, wish):
    """Whoever narrates."""
    with VoiceServer() as server:
        made = narrated(tmp_path, [eleven(server)], dialogue(anna=wish))

    assert [line.voice.partition(" ")[0] for line in made.lines] == ["elevenlabs", "eSpeak"]
    assert made.fallbacks == ()


def test_a_run_that_died_while_it_waited_does_not_pay_twice(tmp_path):
    """Nobody knows whether the line was charged: the next run counts it, and does not ask again."""
    with VoiceServer() as silent:
        silent.answer = lambda asked: Sent(is_silent=True, pause_s=3.0)  # type: ignore[method-assign]
        with pytest.raises(TimeoutError):
            narrated(tmp_path, [charging(eleven(silent))], film(TEXT), patience_s=0.6)
        second = narrated(tmp_path, [charging(eleven(silent))], film(TEXT))

    assert len(silent.asked) == 1
    assert second.spent == pytest.approx(len(TEXT) * 120e-6)
    assert "asked before" in second.fallbacks[0].reason


def test_no_other_voice_is_paid_when_the_store_fails(tmp_path):
    """Nothing is wrong with the first one's sound, so the film stops, to go on when the store is back."""
    store = opened_artifacts(f"file://{tmp_path}/all", tmp_path / "artifacts")
    (tmp_path / "all" / "sha256").write_text("in the way")
    with VoiceServer() as first, VoiceServer() as second:
        with pytest.raises(StoreError, match="file store file://"):
            narrated(tmp_path, [charging(eleven(first)), charging(plain(second))], film(TEXT), store=store)

        assert second.asked == []
