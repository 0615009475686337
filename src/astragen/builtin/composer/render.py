"""Notes to sound: played stretch by stretch, put in a room, balanced, brought to level.

Works in stretches of SECTION, so that memory is the score itself and a few seconds
more; each stretch's room is rendered once. Start at `render`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.composer.form import Form
from astragen.builtin.composer.instruments import Note, Orchestra, Sound
from astragen.builtin.composer.tables import instruments
from astragen.builtin.dsp import F32, F64
from astragen.model.time import SAMPLE_RATE

SECTION = 16 * SAMPLE_RATE
LONGEST = 10 * SAMPLE_RATE  # of a note with its release; the longest tie is 7 s, the longest release 1.8 s
LEVEL_LUFS = -18.0
PEAK = 0.9
KNEE, HOTTEST = 0.6, 1.4  # drum strokes above KNEE are rounded off, and none would pass HOTTEST without that
HEAD_FADE = SAMPLE_RATE // 50
CLOSING_FADE_S = 2.6  # at most; and at most CLOSING_SHARE of the ring
CLOSING_SHARE = 0.8
EQ_STRENGTH, EQ_LIMIT_DB = 0.85, 8.0  # of the way to the target spectrum, and the most in any octave
OCTAVES_OF = 1 << 15  # samples a spectrum: 1.5 Hz
TILT_HZ = 1000.0
RETURN_HZ = 250.0  # below it the room gives back less and less: there pads and voice need clear air
EDGES = (30.0, 16_500.0)  # Hz; below is rumble, above is hiss
EXPRESSION_DB = 5.0  # between the least and the most intense phrase
EXPRESSION_S = 1.2  # a change of intensity takes so long
SWELL_S = 3.0  # and so long before the climax


def render(notes: Sequence[Note], form: Form, samples: int, table: dict[str, Any]) -> F32:
    """The score: (2, samples) float32, at LEVEL_LUFS or as near as its peaks allow, none above PEAK.

    *table*: of the film's mood, for its room and its tilt.
    """
    score = np.zeros((2, samples), np.float32)
    wet = np.zeros((2, min(SECTION + LONGEST, samples)), np.float32)  # what goes to the room, from `start` on
    impulse = _room(table["room"])
    orchestra, turn = Orchestra(), 0
    for start in range(0, samples, SECTION):
        for note in (note for note in notes if start <= note.start < start + SECTION):
            _place(score[:, start:], wet, note, orchestra.play(note, turn), note.start - start)
            turn += 1
        done = min(SECTION, samples - start)
        _add(score, start, dsp.convolved(wet[:, :done], impulse[:, : samples - start]))
        wet[:, :-done], wet[:, -done:] = wet[:, done:].copy(), 0
    _balance(score, table["tilt"])
    _express(score, form)
    _level(score)
    closing = min(CLOSING_FADE_S, CLOSING_SHARE * (form.end - form.close))
    dsp.fade(score, min(HEAD_FADE, samples // 4), max(1, int(closing * SAMPLE_RATE)))
    return score


def _room(room: dict[str, Any]) -> F32:
    """What comes back from the room: (2, m) float32, without the lows that would blur into each other."""
    impulse = dsp.room(room["seconds"], brightness=room["brightness"], predelay=0.02, seed=11)
    return dsp.shaped(impulse * np.float32(room["level"]), dsp.high_pass(RETURN_HZ, 1))


def _place(dry: F32, wet: F32, note: Note, sound: Sound, at: int) -> None:
    """Add *sound* at sample *at*: equal-power pan, and its share to the room."""
    angle = (note.pan + 1) * np.pi / 4
    for channel, (side, gain) in enumerate(((sound.left, np.cos(angle)), (sound.right, np.sin(angle)))):
        loud = side[: dry.shape[1] - at] * np.float32(note.gain * sound.level * gain * 2**0.5)
        dry[channel, at : at + len(loud)] += loud
        loud *= np.float32(sound.send)
        sent = wet[channel, at : at + len(loud)]
        sent += loud[: len(sent)]


def _add(score: F32, start: int, section: F32) -> None:
    """Add *section* from sample *start*, as far as the score goes."""
    stop = min(score.shape[1], start + section.shape[1])
    score[:, start:stop] += section[:, : stop - start]


def _balance(score: F32, tilt: float) -> None:
    """Bring the octave spectrum of *score* nearer to the target, in place; cut what nobody hears.

    *tilt*: dB an octave by which the mood is brighter than the target, around TILT_HZ.
    """
    centres, target = np.array(instruments()["target"]).T
    target = target + tilt * np.log2(centres / TILT_HZ)
    levels = _octave_levels(score, centres)
    wanted = target - 10 * np.log10(np.sum(10 ** (target / 10)))
    gains = np.clip(EQ_STRENGTH * (wanted - levels), -EQ_LIMIT_DB, EQ_LIMIT_DB)
    gains[0] = min(gains[0], 0.0)  # never raise rumble
    tone = dsp.chain(
        dsp.curve(list(zip(centres.tolist(), gains.tolist(), strict=True))),
        dsp.high_pass(EDGES[0], 2),
        dsp.low_pass(EDGES[1], 2),
    )
    for channel in score:
        channel[:] = dsp.shaped(channel, tone)


def _octave_levels(score: F32, centres: F64) -> F64:
    """The share of power of *score* in the octaves around *centres*, in dB of the whole."""
    power = np.zeros(OCTAVES_OF // 2 + 1)
    for start in range(0, score.shape[1], OCTAVES_OF):
        piece = dsp.excerpt(score, start, OCTAVES_OF)
        power += (np.abs(np.fft.rfft(piece)) ** 2).sum(0)
    frequencies = np.fft.rfftfreq(OCTAVES_OF, 1 / SAMPLE_RATE)
    octave = np.round(np.log2(np.maximum(frequencies, 1.0) / centres[0])).astype(int)
    shares = np.array([power[octave == index].sum() for index in range(len(centres))])
    return np.asarray(10 * np.log10(shares / max(float(shares.sum()), 1e-20) + 1e-9))


def _express(score: F32, form: Form) -> None:
    """Let the whole orchestra grow and sink with the phrases, in place."""
    firsts = [bar for bar in form.bars if bar.place == 0]
    intensities = [phrase.intensity for phrase in form.phrases] or [1.0]
    times, gains = [0.0], [EXPRESSION_DB * (intensities[0] - 1)]
    for bar, before, after in zip(firsts[1:], intensities, intensities[1:], strict=False):
        early, late = (SWELL_S, 0.0) if bar.is_climax else (EXPRESSION_S / 2, EXPRESSION_S / 2)
        times += [max(bar.start - early, times[-1]), bar.start + late]
        gains += [EXPRESSION_DB * (before - 1), EXPRESSION_DB * (after - 1)]
    for first in range(0, score.shape[1], SAMPLE_RATE):
        moments = np.arange(first, min(first + SAMPLE_RATE, score.shape[1])) / SAMPLE_RATE
        gain = 10 ** (np.interp(moments, times, gains) / 20)
        score[:, first : first + SAMPLE_RATE] *= gain.astype(np.float32)


def _level(score: F32) -> None:
    """Bring *score* to LEVEL_LUFS, in place, or its peak to HOTTEST if that comes first; bend what passes KNEE."""
    loudness = dsp.integrated_lufs(score)
    peak = max(float(score.max()), -float(score.min()), 1e-9)
    wanted = dsp.linear(LEVEL_LUFS - loudness) if np.isfinite(loudness) else np.inf
    score *= np.float32(min(wanted, HOTTEST / peak))
    for first in range(0, score.shape[1], SAMPLE_RATE):
        piece = score[:, first : first + SAMPLE_RATE]
        hot = np.abs(piece) > KNEE
        over = (np.abs(piece[hot]) - KNEE) / (PEAK - KNEE)
        piece[hot] = np.sign(piece[hot]) * (KNEE + (PEAK - KNEE) * np.tanh(over))
