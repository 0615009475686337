from __future__ import annotations

from dataclasses import replace

import anyio
import numpy as np
import pytest

from astragen.errors import ContentRefused, Unavailable
from astragen.media.audio import read_wav
from astragen.model.brief import Brief
from astragen.model.capability import Capability
from astragen.model.speech import Speech
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.time import SAMPLE_RATE
from astragen.pipeline.crew import builtin_crew
from astragen.pipeline.narration import narrate
from astragen.plan.pacing import MAX_RATE, reading_samples
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo

BRIEF = Brief(prompt="a whale", seconds=10, height=360)


class Humming:
    """A voice that hums two seconds a line at rate 1, and raises the errors it was given first."""

    capability = Capability(name="humming", trade="voice", version="1")

    def __init__(self, *errors: Exception, seconds: float = 2.0) -> None:
        self.errors = list(errors)
        self.seconds = seconds
        self.asked = []

    async def speak(self, request) -> Speech:
        self.asked.append((request.shot, request.rate))
        if self.errors:
            raise self.errors.pop(0)
        samples = round(self.seconds * SAMPLE_RATE / request.rate)
        return Speech(np.full(samples, 0.1, np.float32), (), "hum")


def film(*lines: str) -> Storyboard:
    shots = tuple(Shot(id=f"s{number}", line=line) for number, line in enumerate(lines))
    return Storyboard(title="T", scenes=(Scene(id="a", setting="ocean", shots=shots),))


def narrated(tmp_path, voice, storyboard, brief=BRIEF):
    """The lines, the fallbacks and the sounds of the stored lines."""

    async def main():
        store = ArtifactStore(tmp_path / "artifacts")
        async with InlineRun(tmp_path / "scratch", store=store, memo=Memo(tmp_path / "steps"), workers=2) as run:
            lines, rate = await narrate(storyboard, brief, replace(builtin_crew(), voice=voice), run)
            sounds = [read_wav(store.path(line.artifact)) for line in lines if line.artifact]
            assert rate == max((rate for _, rate in voice.asked), default=1.0)
            return lines, run.report.fallbacks, sounds

    return anyio.run(main)


def test_every_line_is_spoken_and_stored(tmp_path):
    """In film order, as 48 kHz mono WAV."""
    lines, fallbacks, sounds = narrated(tmp_path, Humming(), film("One.", "", "Three."))

    assert [(line.shot, line.text, line.samples, line.voice) for line in lines] == [
        ("s0", "One.", 2 * SAMPLE_RATE, "hum"),
        ("s2", "Three.", 2 * SAMPLE_RATE, "hum"),
    ]
    assert [sound.shape for sound in sounds] == [(2 * SAMPLE_RATE,)] * 2
    assert fallbacks == ()


def test_a_failure_that_may_pass_is_tried_once_more(tmp_path):
    """Nobody hears of it."""
    voice = Humming(Unavailable("crashed"))

    (line,), fallbacks, _ = narrated(tmp_path, voice, film("One."))

    assert line.artifact is not None
    assert len(voice.asked) == 2
    assert fallbacks == ()


@pytest.mark.parametrize(
    ("errors", "tries"),
    [((Unavailable("down"), Unavailable("down")), 2), ((ContentRefused("no"),), 1)],
    ids=["down twice", "refused"],
)
def test_a_line_that_cannot_be_spoken_stays_silent_and_is_reported(tmp_path, errors, tries):
    """The film goes on; the line's shot lasts as long as reading it takes."""
    voice = Humming(*errors)

    (line,), (fallback,), _ = narrated(tmp_path, voice, film("The tide turns."))

    assert line.artifact is None
    assert line.samples == reading_samples("The tide turns.")
    assert (fallback.stage, fallback.subject, fallback.instead) == ("narrate", "s0", "the line is silent")
    assert str(errors[0]) in fallback.reason
    assert len(voice.asked) == tries


def test_a_silent_line_is_tried_again_by_the_next_run(tmp_path):
    """A failure is not remembered."""
    narrated(tmp_path, Humming(ContentRefused("no")), film("One."))
    (line,), fallbacks, _ = narrated(tmp_path, Humming(), film("One."))

    assert line.artifact is not None
    assert fallbacks == ()


def test_lines_that_are_far_too_long_are_spoken_faster_in_a_second_pass(tmp_path):
    """Ten seconds asked, thirty spoken: all lines again, as fast as still sounds well."""
    voice = Humming(seconds=10)

    lines, _, _ = narrated(tmp_path, voice, film("One.", "Two.", "Three."))

    assert voice.asked == [(shot, rate) for rate in (1.0, MAX_RATE) for shot in ("s0", "s1", "s2")]
    assert all(line.samples == pytest.approx(10 / MAX_RATE * SAMPLE_RATE, abs=1) for line in lines)


def test_lines_are_spoken_as_fast_as_the_storyboard_has_it(tmp_path):
    """At once, whatever the length that was asked for: so a film's own storyboard sounds the same again."""
    voice = Humming(seconds=10)

    narrated(tmp_path, voice, film("One.", "Two.").model_copy(update={"speech_rate": 1.07}))

    assert voice.asked == [("s0", 1.07), ("s1", 1.07)]


def test_a_film_without_narration_asks_nobody(tmp_path):
    """The brief decides."""
    voice = Humming()

    assert narrated(tmp_path, voice, film("One."), BRIEF.model_copy(update={"narration": False}))[0] == []
    assert voice.asked == []
