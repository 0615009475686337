"""The sound of one film, made by the pipeline's own steps and measured; called by `sound.py`.

Levels are A-weighted (IEC 61672-1) over 400 ms every 50 ms. Start reading at `main`.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pyloudnorm
from numpy.typing import NDArray

from astragen.builtin import dsp
from astragen.media.audio import read_wav
from astragen.media.coded import decoded_pieces
from astragen.media.loudness import a_weighting, true_peak_db
from astragen.model.brief import Brief
from astragen.model.event import Event, StageDone, StageStarted
from astragen.model.time import SAMPLE_RATE, frames_to_samples
from astragen.model.timeline import SoundClip, Timeline
from astragen.pipeline.crew import builtin_crew
from astragen.pipeline.film import cut_whole
from astragen.pipeline.sound import film_sound
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo

Sound = NDArray[np.float32]
Numbers = NDArray[np.float64]

HOP, WINDOW = SAMPLE_RATE // 20, 8  # samples; hops a window
SPEAKING_DB = 10.0  # under the loudest window of its line: what is softer is a breath
SILENT_DB = -60.0  # of full scale, over 100 ms
# A click is a sample whose second difference stands out of its 4 ms by so much, at a joint, and can be heard.
CLICK_RATIO, CLICK_FLOOR, CLICK_REACH, CLICK_AROUND = 12.0, 1e-3, 144, 96
# An onset is where a line rises over this, under its loud parts, from 120 ms below it: the closure of a stop within a
# word, as in "notte", lasts up to about 100.
ONSET_DB, ONSET_REACH_MS, ONSET_HOP, ONSET_QUIET = -25.0, 200, 240, 24
BANDS = (63, 125, 250, 500, 1000, 2000, 4000, 8000)  # Hz
REFERENCE_DB = (0, 0, 0, 0, 0, 0, -3, -6)  # see the summary of sound.py


def main() -> None:
    """Make the film's sound twice, the second time with stems, and print what was found as JSON."""
    job = json.loads(sys.argv[1])
    brief, folder = Brief.model_validate(job["brief"]), Path(job["folder"])
    folder.mkdir(parents=True)
    print(json.dumps(anyio.run(found, brief, folder)))


async def found(brief: Brief, folder: Path) -> dict[str, Any]:
    """The figures of the film of *brief*."""
    store, memo, crew = ArtifactStore(folder / "store"), Memo(folder / "memo"), builtin_crew()

    def run(listen: Any = None) -> InlineRun:  # noqa: ANN401  (a listener, or none)
        return InlineRun(folder / "scratch", store=store, memo=memo, workers=1, on_event=listen)

    clock = VoiceClock()
    async with run(clock) as cutting:
        timeline = await cut_whole(brief, crew, cutting)
    before = used_s()
    async with run() as plain:
        made = await film_sound(timeline, crew, plain)
        fallbacks = len(plain.report.fallbacks) + len(cutting.report.fallbacks)
    mixing_s = used_s() - before  # with the start of the worker: a process that waited for is counted
    async with run() as again:
        stems = (await film_sound(timeline.model_copy(update={"stems": True}), crew, again)).stems
    assert made.artifact is not None
    heard = np.concatenate(list(decoded_pieces(store.path(made.artifact))), 1)
    heard = heard[:, : frames_to_samples(timeline.frames, timeline.fps)]
    parts = {name: read_wav(store.path(stem)) for name, stem in stems.items()}
    cpu_s = clock.spent_s + mixing_s
    return {
        **of_the_whole(heard, brief.loudness),
        **of_the_voice(timeline, parts),
        "range_lu": made.loudness.range_lu if made.loudness else None,
        "clicks": sum(clicks(parts[name], joints) for name, joints in joints_of(timeline).items()),
        "fallbacks": fallbacks,
        "seconds": round(timeline.frames / timeline.fps, 2),
        "voice_cpu_s": round(clock.spent_s, 2),
        "audio_cpu_s": round(cpu_s, 2),
        "audio_cpu_s_per_30s": round(cpu_s * 30 * timeline.fps / timeline.frames, 2),
    }


class VoiceClock:
    """Listens to a run, and adds up the CPU of its narrating: this process and those it waited for."""

    def __init__(self) -> None:
        self.spent_s = 0.0
        self._since_s = 0.0

    def __call__(self, event: Event) -> None:
        """Hear of *event*."""
        if isinstance(event, StageStarted) and event.stage == "narrate":
            self._since_s = used_s()
        if isinstance(event, StageDone) and event.stage == "narrate":
            self.spent_s += used_s() - self._since_s


def used_s() -> float:
    """CPU seconds of this process and of all that it waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in both)


def of_the_whole(heard: Sound, target: float) -> dict[str, Any]:
    """What is measured of the film's sound, decoded."""
    lufs = pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(heard.T.astype(float))
    return {
        "lufs": round(lufs, 2),
        "lufs_error": round(abs(lufs - target), 2),
        "true_peak_db": round(true_peak_db(heard), 2),
        "dc": round(float(np.abs(heard.mean(1, dtype=float)).max()), 6),
        "silence_over_2s": silences(heard),
        "spectrum_db": spectrum(heard),
    }


def silences(heard: Sound) -> int:
    """How many stretches of more than 2 s nobody hears anything in."""
    step = SAMPLE_RATE // 10
    steps = heard[:, : heard.shape[1] // step * step].reshape(2, -1, step).astype(float)
    quiet = (steps**2).mean((0, 2)) < 10 ** (SILENT_DB / 10)
    edges = np.flatnonzero(np.diff(np.pad(quiet.astype(int), 1)))
    return int(((edges[1::2] - edges[::2]) > 20).sum())


def spectrum(heard: Sound) -> dict[str, float]:
    """How far each octave lies over the reference, in dB, at the level at which it fits best."""
    power = (np.abs(np.fft.rfft(heard)) ** 2).sum(0)
    hertz = np.fft.rfftfreq(heard.shape[1], 1 / SAMPLE_RATE)
    bands = [power[(hertz >= band / 2**0.5) & (hertz < band * 2**0.5)].sum() for band in BANDS]
    over = 10 * np.log10(np.maximum(bands, 1e-12)) - REFERENCE_DB
    return {str(band): round(float(value), 1) for band, value in zip(BANDS, over - over.mean(), strict=True)}


def of_the_voice(timeline: Timeline, parts: dict[str, Sound]) -> dict[str, Any]:
    """The voice over the rest, and its words' times against what is heard."""
    speech, music, rest = (levels_db(x) for x in (parts["speech"], parts["music"], parts["music"] + parts["ambience"]))
    over_music, over_rest, errors_ms = [], [], []
    for clip in timeline.narration:
        if not clip.line.words:
            continue
        windows = speaking(clip, speech)
        over_music += (speech - music)[windows].tolist()
        over_rest += (speech - rest)[windows].tolist()
        errors_ms += onset_errors_ms(clip, parts["speech"])
    return {
        "speech_over_music_db": round(min(over_music), 1) if over_music else None,
        "speech_over_rest_db": round(min(over_rest), 1) if over_rest else None,
        "word_onset_error_ms": round(float(np.median(errors_ms)), 1) if errors_ms else None,
        "word_onset_error_ms_p95": round(float(np.percentile(errors_ms, 95)), 1) if errors_ms else None,
        "word_onsets": len(errors_ms),
    }


def levels_db(x: Sound) -> Numbers:
    """A-weighted levels of the windows of *x*."""
    squares = (dsp.shaped(x, a_weighting).astype(np.float64) ** 2).sum(0)
    hops = squares[: len(squares) // HOP * HOP].reshape(-1, HOP).mean(1)
    power: Numbers = np.convolve(hops, np.ones(WINDOW) / WINDOW, "valid")
    return 10 * np.log10(power + 1e-12)


def speaking(clip: SoundClip, levels: Numbers) -> NDArray[np.intp]:
    """The windows, all within the words of a line, in which somebody speaks."""
    first = -(-(clip.start + clip.line.words[0].start) // HOP)
    last = (clip.start + clip.line.words[-1].end) // HOP - WINDOW
    windows = np.arange(first, min(last + 1, len(levels)))
    return windows[levels[windows] >= levels[windows].max() - SPEAKING_DB] if len(windows) else windows


def onset_errors_ms(clip: SoundClip, speech: Sound) -> list[float]:
    """How far the words that begin after a rest lie from where the line's sound rises, in ms."""
    line = speech[0, clip.start : clip.start + clip.line.samples].astype(np.float64)
    hops = (line[: len(line) // ONSET_HOP * ONSET_HOP].reshape(-1, ONSET_HOP) ** 2).mean(1)
    loud = hops > np.percentile(hops, 95) * 10 ** (ONSET_DB / 10)
    onsets = np.array([n for n in np.flatnonzero(loud) if not loud[max(0, n - ONSET_QUIET) : n].any()]) * ONSET_HOP
    starts = np.array([word.start for word in clip.line.words])
    to_ms = 1000 / SAMPLE_RATE
    errors = [float(np.abs(starts - onset).min() * to_ms) for onset in onsets]
    return [error for error in errors if error <= ONSET_REACH_MS]


def joints_of(timeline: Timeline) -> dict[str, list[int]]:
    """Where something begins, ends or gives way to something else, by stem."""
    samples = frames_to_samples(timeline.frames, timeline.fps)
    lines = [edge for clip in timeline.narration for edge in (clip.start, clip.start + clip.line.samples)]
    score = timeline.score
    places = [edge for sound in timeline.ambience for edge in (sound.start, sound.start + sound.samples)]
    return {
        "speech": lines,
        "music": [0, samples, *(score.turns if score else ()), *(score.cuts if score else ())],
        "ambience": [0, samples, *places],
    }


def clicks(x: Sound, joints: Sequence[int]) -> int:
    """How many of *joints* click."""
    padded = np.pad(x, ((0, 0), (2, 2)))  # nothing stands before the film and after it
    bends = np.abs(np.diff(padded, 2))
    return sum(any(map(_stands_out, _channels_at(bends, joint))) for joint in set(joints))


def _channels_at(bends: Sound, joint: int) -> Iterator[tuple[Sound, Sound]]:
    """What lies at *joint* in each channel, and more of what is around it."""
    at = slice(max(0, joint - CLICK_REACH), joint + CLICK_REACH)
    for channel in bends:
        peak = int(channel[at].argmax()) + at.start if len(channel[at]) else 0
        yield channel[peak : peak + 1], channel[max(0, peak - CLICK_AROUND) : peak + CLICK_AROUND]


def _stands_out(peak_and_around: tuple[Sound, Sound]) -> bool:
    peak, around = peak_and_around
    if not len(peak) or peak[0] < CLICK_FLOOR:
        return False
    return bool(peak[0] > CLICK_RATIO * np.percentile(around, 90))


if __name__ == "__main__":
    main()
