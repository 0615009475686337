"""From a note to sound: three families of instruments, all recipes in `instruments.json`.

Sustained ones are one inverse transform of a spectrum whose harmonics are smeared
(after N. Nasca's PADsynth): an ensemble that never repeats audibly. Struck ones
are sums of decaying modes, all modes of all samples in one matrix product. Drums
are a falling tone and a band of noise. Deterministic. Start at `Orchestra`.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.composer.tables import instruments
from astragen.builtin.dsp import F32, F64
from astragen.model.time import SAMPLE_RATE

FAMILIES = ("sustained", "struck", "drum")
LOOP = 1 << 18  # samples of a sustained tone before it comes round: 5.5 s
KEPT = 64  # sounds in memory: 4.5 s of one is 0.9 MB
SHADES = 3  # of brightness, dark to full
MODE_BLOCK = 512  # samples a row of the mode matrix
STRIKES = 4  # variants of a drum, so that a run of strokes does not sound like a machine
SUSTAINED_RMS = 0.22  # of full scale; struck notes and drums peak at 1
DARKER_ROLL = 0.45  # added to the fall of a sustained tone's harmonics at the darkest shade
SKIN = 1.5  # how hard a drum is driven: its peak gives way, its body stays
SLOWER_BELOW = 0.5  # a struck string an octave lower decays so much slower (power of the frequency)


class Note(NamedTuple):
    """One note of the score.

    start, length: samples; the sound may ring on. pitch: MIDI. gain: linear. pan: -1 left to 1.
    bright: 0 dark to 1 full; drums and struck notes are harder when brighter.
    """

    start: int
    length: int
    pitch: float
    instrument: str
    gain: float
    pan: float
    bright: float


class Sound(NamedTuple):
    """What a note becomes: (n,) float32 left and right before gain and pan.

    send: share that goes to the room. level: gain that makes a note of gain 1 as loud as any other's.
    """

    left: F32
    right: F32
    send: float
    level: float


class Orchestra:
    """Makes sounds of notes and remembers the latest KEPT tones."""

    def __init__(self) -> None:
        self._tones: OrderedDict[tuple[str, float, int], F32] = OrderedDict()

    def play(self, note: Note, turn: int) -> Sound:
        """The sound of *note*; *turn* counts notes, to vary where it matters."""
        family = next(family for family in FAMILIES if note.instrument in instruments()[family])
        recipe = instruments()[family][note.instrument]
        shade = min(int(note.bright * SHADES), SHADES - 1)
        if family == "sustained":
            return self._sustain(note, recipe, shade, turn)
        if family == "struck":
            tone = self._tone(note.instrument, note.pitch, shade, lambda: struck(note.pitch, recipe, shade))
        else:
            tone = self._tone(note.instrument, 0, turn % STRIKES, lambda: drum(recipe, turn % STRIKES))
        return Sound(tone, tone, recipe["send"], dsp.linear(recipe["level"]))

    def _sustain(self, note: Note, recipe: dict[str, Any], shade: int, turn: int) -> Sound:
        seed = zlib.crc32(note.instrument.encode())
        loop = self._tone(note.instrument, note.pitch, shade, lambda: sustained(note.pitch, recipe, shade, seed=seed))
        attack, release = (int(recipe[part] * SAMPLE_RATE) for part in ("attack", "release"))
        length = note.length + release
        envelope = _swell(length, min(attack, note.length), release)
        offset = (turn * 40_503) % LOOP  # any odd number far from a fraction of LOOP
        near = _around(loop, offset, length) * envelope
        far = _around(loop, offset + LOOP // 3, length) * envelope
        width = recipe["width"]
        other = (near * np.float32((1 - width**2) ** 0.5) + far * np.float32(width)).astype(np.float32)
        return Sound(near, other, recipe["send"], dsp.linear(recipe["level"]))

    def _tone(self, instrument: str, pitch: float, variant: int, make: Callable[[], F32]) -> F32:
        key = (instrument, pitch, variant)
        if key not in self._tones:
            self._tones[key] = make()
            if len(self._tones) > KEPT:
                self._tones.popitem(last=False)
        self._tones.move_to_end(key)
        return self._tones[key]


def hertz(pitch: float) -> float:
    """The frequency of a MIDI *pitch*, A4 = 440 Hz."""
    return float(440 * 2 ** ((pitch - 69) / 12))


def sustained(pitch: float, recipe: dict[str, Any], shade: int, *, seed: int) -> F32:
    """A seamless loop of a sustained tone: (LOOP,) float32 with SUSTAINED_RMS."""
    rng = np.random.default_rng([seed, round(pitch * 100)])
    frequency = hertz(pitch)
    count = min(recipe["harmonics"], int(0.42 * SAMPLE_RATE / frequency))
    numbers = np.arange(1, count + 1)
    roll = recipe["roll"] + DARKER_ROLL * (1 - shade / (SHADES - 1))
    levels = numbers**-roll * dsp.curve(recipe["body"])(numbers * frequency)
    spread = max(frequency * (2 ** (recipe["spread"] / 1200) - 1), 0.2)  # Hz, of the first harmonic
    magnitude = np.zeros(LOOP // 2 + 1, np.float32)
    for number, level in zip(numbers, levels, strict=True):
        _smear(magnitude, number * frequency, spread * number**0.9, level)
    phases = rng.random(len(magnitude), np.float32) * np.float32(2 * np.pi)
    spectrum = np.empty(len(magnitude), np.complex64)
    spectrum.real, spectrum.imag = magnitude * np.cos(phases), magnitude * np.sin(phases)
    loop: F32 = np.fft.irfft(spectrum, LOOP).astype(np.float32)
    loop *= np.float32(SUSTAINED_RMS / np.sqrt(np.mean(loop**2)))
    return loop


def _smear(magnitude: F32, frequency: float, width: float, level: float) -> None:
    """Add a bell of energy level² and standard deviation *width* Hz at *frequency* to a spectrum."""
    step = SAMPLE_RATE / LOOP
    first = max(1, int((frequency - 4 * width) / step))
    bins = np.arange(first, min(len(magnitude), int((frequency + 4 * width) / step) + 2))
    bell = np.exp(-((bins * step - frequency) ** 2) / (2 * width**2))
    magnitude[bins] += level * bell / np.sqrt(np.sum(bell**2))


def struck(pitch: float, recipe: dict[str, Any], shade: int) -> F32:
    """A struck or plucked note: (n,) float32 that peaks at 1."""
    length = int(recipe["seconds"] * SAMPLE_RATE)
    frequency = hertz(pitch)
    ratios, levels = _modes(recipe, 1 - shade / (SHADES - 1))
    audible = ratios * frequency < 0.42 * SAMPLE_RATE
    ratios, levels = ratios[audible], levels[audible]
    decay = recipe["decay"] * (261.6 / frequency) ** SLOWER_BELOW / (1 + recipe["damping"] * np.arange(len(ratios)))
    tone = ringing(ratios * frequency, levels, decay, length)
    if recipe["twin"]:  # a second, slower string a little off pitch: the note blooms and then sings on
        tone += recipe["twin"] * ringing(ratios * frequency * 1.0006, levels, decay * 2.2, length)
    attack = max(8, int(recipe["attack"] * SAMPLE_RATE))
    tone[:attack] *= dsp.rise(attack) ** 2
    tone /= max(float(np.abs(tone).max()), 1e-6)
    tone += _bump(recipe, length, round(pitch)) * (0.5 + 0.5 * shade / (SHADES - 1))
    dsp.fade(tone, 0, length // 5)
    tone /= np.float32(np.abs(tone).max())
    return tone


def _modes(recipe: dict[str, Any], darkness: float) -> tuple[F64, F64]:
    """Frequency ratios and levels of the modes; a soft stroke (dark) hardly wakes the high ones."""
    if "ratios" in recipe:
        ratios, levels = np.array(recipe["ratios"], float), np.array(recipe["amplitudes"], float)
    else:
        numbers = np.arange(1, recipe["partials"] + 1)
        ratios = numbers * np.sqrt(1 + recipe["stiffness"] * numbers**2)
        levels = numbers ** -recipe["roll"] * (0.12 + np.abs(np.sin(np.pi * recipe["strike"] * numbers)))
    return ratios, levels * np.exp(-0.18 * darkness * np.arange(len(levels)))


def ringing(frequencies: F64, levels: F64, decays: F64, length: int) -> F32:
    """The sum of decaying sines: (length,) float32.

    *frequencies* in Hz, *decays* in seconds to 1/e. With n = MODE_BLOCK * a + b each mode is
    z^n = (z^MODE_BLOCK)^a z^b, so the sum over modes is a product of two small matrices.
    """
    rate = (2j * np.pi * frequencies - 1 / decays) / SAMPLE_RATE
    rows = -(-length // MODE_BLOCK)
    phases = 1j * 1.3 * np.arange(len(rate))  # not all at once: no spike at the stroke
    coarse = levels * np.exp(np.outer(np.arange(rows) * MODE_BLOCK, rate) + phases)
    fine = np.exp(np.outer(rate, np.arange(MODE_BLOCK)))
    left = np.hstack([coarse.real, coarse.imag]).astype(np.float32)
    right = np.vstack([fine.imag, fine.real]).astype(np.float32)
    return (left @ right).ravel()[:length]


def _bump(recipe: dict[str, Any], length: int, seed: int) -> F32:
    """The noise of hammer, finger or mallet: (length,) float32, first 30 ms."""
    noise = np.zeros(length, np.float32)
    count = min(length, SAMPLE_RATE * 30 // 1000)
    burst = np.random.default_rng(seed).standard_normal(count) * np.exp(-np.arange(count) / (0.006 * SAMPLE_RATE))
    low, high = recipe["bump_band"]
    shaped = dsp.shaped(burst.astype(np.float32), dsp.chain(dsp.high_pass(low), dsp.low_pass(high)))
    noise[:count] = shaped * (recipe["bump"] / max(float(np.abs(shaped).max()), 1e-6))
    dsp.fade(noise[:count], 48, count // 2)
    return noise


def drum(recipe: dict[str, Any], variant: int) -> F32:
    """A drum or a noise: (n,) float32 that peaks at 1."""
    length = int(recipe["seconds"] * SAMPLE_RATE)
    t = np.arange(length) / SAMPLE_RATE
    high, low = recipe["tone"]
    sweep = low + (high - low) * np.exp(-recipe["fall"] * t)
    tone = np.sin(2 * np.pi * np.cumsum(sweep) / SAMPLE_RATE) * np.exp(-t / recipe["tone_decay"])
    attack = recipe.get("noise_attack", 0.001)
    shape = np.where(t < attack, (t / attack) ** 2, np.exp(-(t - attack) / recipe["noise_decay"]))
    raw = np.random.default_rng([length, variant]).standard_normal(length).astype(np.float32)
    below, above = recipe["noise"]
    noise = dsp.shaped(raw, dsp.chain(dsp.high_pass(below, 1), dsp.low_pass(above, 1))) * shape
    noise /= np.abs(noise).max()
    sound: F32 = np.tanh(SKIN * (recipe["tone_level"] * tone + recipe["noise_level"] * noise)).astype(np.float32)
    dsp.fade(sound, 24, length // 4)
    sound /= np.float32(np.abs(sound).max())
    return sound


def _swell(length: int, attack: int, release: int) -> F32:
    """Up, steady, down: (length,) float32 with sine flanks, so that overlapping notes join without a dip."""
    envelope = np.ones(length, np.float32)
    dsp.fade(envelope, attack, release)
    return envelope


def _around(loop: F32, offset: int, length: int) -> F32:
    """*length* samples of *loop* from *offset*, round and round."""
    offset %= len(loop)
    return np.tile(loop, -(-(offset + length) // len(loop)))[offset : offset + length]
