"""From a note to sound: three families of instruments, all recipes in `instruments.json`.

Sustained ones are one inverse transform of a spectrum whose harmonics are smeared
(after N. Nasca's PADsynth): an ensemble that never repeats audibly. Struck ones
are sums of decaying modes, all modes of all samples in one matrix product. Drums
are a falling tone and a band of noise. Deterministic. Start at `Orchestra`.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.builtin import dsp
from astragen.builtin.composer.tables import instruments
from astragen.builtin.dsp import F32, F64
from astragen.model.time import SAMPLE_RATE

FAMILIES = ("sustained", "struck", "drum")
LOOP = 1 << 18  # samples of a sustained tone before it comes round: 5.5 s
KEPT = 64  # sounds in memory: 4.5 s of one is 0.9 MB
SHADES = 3  # of brightness, dark to full
MODE_BLOCK = 512  # samples a row of the mode matrix
STRIKES, LONG_STRIKES = 4, 2  # variants of a drum, so that a run of strokes does not sound like a machine
LONG_S = 1.0  # drums that ring longer are struck too seldom to need more than LONG_STRIKES
BELL_SIGMAS, BELL_STEPS = 4, 512  # a harmonic's bell is looked up so finely, so many standard deviations to each side
FAINT = 3e-4  # of the loudest harmonic (-70 dB): fainter ones are left out
SINGLE = 200_000  # multiplications of a matrix product that a BLAS keeps on one core: threads cost more than they save
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
        family, recipe = _recipe(note.instrument)
        shade = min(int(note.bright * SHADES), SHADES - 1)
        if family == "sustained":
            return self._sustain(note, recipe, shade, turn)
        if family == "struck":
            tone = self._tone(note.instrument, note.pitch, shade, lambda: struck(note.pitch, recipe, shade))
        else:
            variant = turn % (LONG_STRIKES if recipe["seconds"] > LONG_S else STRIKES)
            tone = self._tone(note.instrument, 0, variant, lambda: drum(recipe, variant))
        return Sound(tone, tone, recipe["send"], dsp.linear(recipe["level"]))

    def _sustain(self, note: Note, recipe: dict[str, Any], shade: int, turn: int) -> Sound:
        seed = zlib.crc32(note.instrument.encode())
        loop = self._tone(note.instrument, note.pitch, shade, lambda: sustained(note.pitch, recipe, shade, seed=seed))
        attack, release = (int(recipe[part] * SAMPLE_RATE) for part in ("attack", "release"))
        length = note.length + release
        offset = (turn * 40_503) % LOOP  # any odd number far from a fraction of LOOP
        near, width = _around(loop, offset, length), recipe["width"]
        other = near
        if width:
            far = _around(loop, offset + LOOP // 3, length)
            other = near * np.float32((1 - width**2) ** 0.5)
            far *= np.float32(width)
            other += far
            _swell(other, min(attack, note.length), release)
        _swell(near, min(attack, note.length), release)
        return Sound(near, other, recipe["send"], dsp.linear(recipe["level"]))

    def _tone(self, instrument: str, pitch: float, variant: int, make: Callable[[], F32]) -> F32:
        key = (instrument, pitch, variant)
        if key not in self._tones:
            self._tones[key] = make()
            if len(self._tones) > KEPT:
                self._tones.popitem(last=False)
        self._tones.move_to_end(key)
        return self._tones[key]


@cache
def _recipe(instrument: str) -> tuple[str, dict[str, Any]]:
    """The family and the recipe of *instrument*."""
    family = next(family for family in FAMILIES if instrument in instruments()[family])
    return family, instruments()[family][instrument]


def is_drum(instrument: str) -> bool:
    """Whether *instrument* has no pitch."""
    return _recipe(instrument)[0] == "drum"


def hertz(pitch: float) -> float:
    """The frequency of a MIDI *pitch*, A4 = 440 Hz."""
    return float(440 * 2 ** ((pitch - 69) / 12))


def sustained(pitch: float, recipe: dict[str, Any], shade: int, *, seed: int) -> F32:
    """A seamless loop of a sustained tone: (LOOP,) float32 with SUSTAINED_RMS."""
    frequency = hertz(pitch)
    count = min(recipe["harmonics"], int(0.42 * SAMPLE_RATE / frequency))
    numbers = np.arange(1, count + 1)
    roll = recipe["roll"] + DARKER_ROLL * (1 - shade / (SHADES - 1))
    levels = numbers**-roll * dsp.curve(recipe["body"])(numbers * frequency)
    spread = max(frequency * (2 ** (recipe["spread"] / 1200) - 1), 0.2)  # Hz, of the first harmonic
    magnitude = np.zeros(LOOP // 2 + 1, np.float32)
    top = 0
    for number, level in zip(numbers.tolist(), levels.tolist(), strict=True):
        if level > FAINT * levels.max():
            top = max(top, _smear(magnitude, number * frequency, spread * number**0.9, level))
    if "breath" in recipe:
        top = max(top, _breathe(magnitude, *recipe["breath"]))
    magnitude = magnitude[:top]
    magnitude *= SUSTAINED_RMS * LOOP / np.sqrt(2 * np.sum(magnitude**2))
    turned = (seed + round(pitch * 100) * 7919) % (LOOP // 2)
    loop: F32 = np.fft.irfft(magnitude * _phasors()[turned : turned + top], LOOP).astype(np.float32, copy=False)
    return loop


@cache
def _phasors() -> NDArray[np.complex64]:
    """Numbers of length 1 in chance directions: (LOOP + 1,); every tone takes a stretch of them as its phases."""
    angles = np.random.default_rng(LOOP).random(LOOP + 1, np.float32) * np.float32(2 * np.pi)
    phasors = np.empty(LOOP + 1, np.complex64)
    phasors.real, phasors.imag = np.cos(angles), np.sin(angles)
    return phasors


@cache
def _bell() -> F32:
    """exp(-x^2 / 2) over BELL_SIGMAS to each side, BELL_STEPS a standard deviation."""
    x = np.arange(-BELL_SIGMAS * BELL_STEPS, BELL_SIGMAS * BELL_STEPS + 1) / BELL_STEPS
    return np.exp(-(x**2) / 2).astype(np.float32)


def _smear(magnitude: F32, frequency: float, width: float, level: float) -> int:
    """Add a bell of energy level^2 and standard deviation *width* Hz at *frequency* to a spectrum; return its end."""
    step = SAMPLE_RATE / LOOP
    reach = BELL_SIGMAS * width
    first = max(1, int((frequency - reach) / step) + 1)
    stop = min(len(magnitude), int((frequency + reach) / step) + 1)
    places = np.arange(first, stop, dtype=np.float32)
    places *= step / width * BELL_STEPS
    places += (reach - frequency) / width * BELL_STEPS
    bell = _bell().take(places.astype(np.int32), mode="clip")
    magnitude[first:stop] += bell * np.float32(level / np.sqrt(max(float(bell @ bell), 1e-12)))
    return stop


def _breathe(magnitude: F32, level_db: float, low: float, high: float) -> int:
    """Add noise from *low* to *high* Hz, *level_db* against what a spectrum holds; return its end."""
    first, stop = (round(edge * LOOP / SAMPLE_RATE) for edge in (low, high))
    noise: F32 = (1 / np.sqrt(np.arange(first, stop, dtype=np.float32))).astype(np.float32, copy=False)
    dsp.fade(noise, (stop - first) // 8, (stop - first) // 3)
    wanted = dsp.linear(level_db) * float(np.linalg.norm(magnitude))
    magnitude[first:stop] += noise * np.float32(wanted / float(np.linalg.norm(noise)))
    return stop


def struck(pitch: float, recipe: dict[str, Any], shade: int) -> F32:
    """A struck or plucked note: (n,) float32 that peaks at 1."""
    length = int(recipe["seconds"] * SAMPLE_RATE)
    frequency = hertz(pitch)
    ratios, levels = _modes(recipe, 1 - shade / (SHADES - 1))
    audible = ratios * frequency < 0.42 * SAMPLE_RATE
    ratios, levels = ratios[audible], levels[audible]
    decay = recipe["decay"] * (261.6 / frequency) ** SLOWER_BELOW / (1 + recipe["damping"] * np.arange(len(ratios)))
    if recipe["twin"]:  # a second, slower string a little off pitch: the note blooms and then sings on
        ratios, decay = np.append(ratios, ratios * 1.0006), np.append(decay, decay * 2.2)
        levels = np.append(levels, levels * recipe["twin"])
    tone = ringing(ratios * frequency, levels, decay, length)
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
    product = np.empty((rows, MODE_BLOCK), np.float32)
    few = max(1, SINGLE // right.size)
    for row in range(0, rows, few):
        np.matmul(left[row : row + few], right, out=product[row : row + few])
    return product.ravel()[:length]


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
    t = np.arange(length, dtype=np.float32) / np.float32(SAMPLE_RATE)
    attack = recipe.get("noise_attack", 0.001)
    shape = np.where(t < attack, (t / attack) ** 2, np.exp((attack - t) / recipe["noise_decay"])).astype(np.float32)
    noise = _noise(recipe, length, variant)
    noise *= shape
    noise *= np.float32(recipe["noise_level"]) / np.abs(noise).max()
    if recipe["tone_level"]:
        high, low = recipe["tone"]
        turned = low * t.astype(np.float64) + (high - low) / recipe["fall"] * (1 - np.exp(-recipe["fall"] * t))
        noise += np.float32(recipe["tone_level"]) * np.sin(2 * np.pi * turned) * np.exp(-t / recipe["tone_decay"])
    sound: F32 = np.tanh(np.float32(SKIN) * noise)
    dsp.fade(sound, 24, length // 4 if attack < 1 else 240)
    sound /= np.abs(sound).max()
    return sound


def _noise(recipe: dict[str, Any], length: int, variant: int) -> F32:
    """The drum's band of noise, (length,) float32; one with a `later` band moves there while it rises."""
    raw = np.random.default_rng([length, variant]).standard_normal(length, np.float32)
    noise = dsp.shaped(raw, _band(recipe["noise"]))
    if "later" in recipe:
        moved = np.linspace(0, 1, length, dtype=np.float32)
        noise += (dsp.shaped(raw, _band(recipe["later"])) - noise) * moved
    return noise


def _band(edges: Sequence[float]) -> dsp.Response:
    return dsp.chain(dsp.high_pass(edges[0], 1), dsp.low_pass(edges[1], 1))


def _swell(tone: F32, attack: int, release: int) -> None:
    """Let *tone* rise and end with sine flanks, in place, so that overlapping notes join without a dip."""
    tone[:attack] *= _flank(attack)
    tone[len(tone) - release :] *= _flank(release)[::-1]


@lru_cache(maxsize=32)
def _flank(length: int) -> F32:
    return dsp.rise(length)


def _around(loop: F32, offset: int, length: int) -> F32:
    """A copy of *length* samples of *loop* from *offset*, round and round."""
    offset %= len(loop)
    found = np.empty(length, np.float32)
    done = 0
    while done < length:
        piece = loop[offset : offset + length - done]
        found[done : done + len(piece)] = piece
        done, offset = done + len(piece), 0
    return found
