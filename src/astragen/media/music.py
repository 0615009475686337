"""A music file of the user's: decoded, listened to, and laid under a film.

Any container and codec, any rate and channels; what is damaged is used as far as it decodes. All
of it runs where strangers' bytes are read, so refusals name the file as its user does. Joints fall
on marks that sound alike: the later one is moved by milliseconds until the waves agree, and the one
gives way to the other at equal loudness. Start reading at `listened` and `laid`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import av
import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.errors import InputError
from astragen.media.audio import write_wav
from astragen.media.beats import RATE, Pulse, pulse_of
from astragen.model.music import OwnMusic
from astragen.model.time import SAMPLE_RATE

MUSIC_MAX_S: Final = 30 * 60.0
HEARD_MAX_S: Final = 660.0  # no film lasts longer than 600 s
MUSIC_MIN_S: Final = 1.0
LEVEL_LUFS: Final = -18.0  # of a composed score, too; the mix has the last word
PEAK: Final = 0.95

_LOCAL: Final = {"protocol_whitelist": "file"}  # a playlist dressed as music reaches nothing on the network
_SILENCE_DB: Final = -55.0  # below the loudest moment: before and after the music
_AUDIBLE: Final = 1e-4  # of full scale; a file that never passes it is silent
_LOUDEST: Final = 16.0  # of full scale; floating-point files may hold anything
_MOMENT: Final = SAMPLE_RATE // 50
_BEFORE_BEAT: Final = SAMPLE_RATE * 8 // 1000  # a crossfade is over before the next beat's attack
_SHIFT: Final = SAMPLE_RATE * 12 // 1000  # beats are placed to within a few milliseconds
_AGREES: Final = 0.5  # correlation from which on it is the same sound
_ALIKE: Final = SAMPLE_RATE * 60 // 1000  # to both sides of a joint, where waves are compared
_SHORT_S: Final = 0.5  # files state their length to within so much
_HINT: Final = "Export it as WAV, FLAC, MP3, M4A or OGG, or choose another file."


class Heard(NamedTuple):
    """What is in a music file, see `model.music.Music`."""

    samples: int
    first: int
    last: int
    is_whole: bool
    pulse: Pulse
    damage: str


class _Decoded(NamedTuple):
    """sound: (channels, n) float32; *damage* is "" for none."""

    sound: F32
    damage: str


def listened(path: Path, name: str) -> Heard:
    """What is in the music file at *path*, which its user calls *name*.

    Raises:
        InputError: it cannot be opened or decoded, holds no sound, or is too short or too long.
    """
    decoded = _decoded(path, name, rate=RATE, layout="mono", until_s=HEARD_MAX_S)
    mono, step = decoded.sound[0], SAMPLE_RATE // RATE
    first, last = _audible(mono)
    if last == first:
        raise _refused(name, "is silent", "Choose another file, or leave --music-file out.")
    if last - first < MUSIC_MIN_S * RATE:
        raise _refused(
            name,
            f"lasts {(last - first) / RATE:.2f} s; at least {MUSIC_MIN_S:g} s are needed",
            "Choose a longer one; it is looped as often as the film needs it.",
        )
    pulse = pulse_of(mono[first:last])
    marks = tuple(mark + first * step for mark in pulse.marks)
    is_whole = len(mono) < int(HEARD_MAX_S * RATE)
    return Heard(len(mono) * step, first * step, last * step, is_whole, pulse._replace(marks=marks), decoded.damage)


def laid(path: Path, own: OwnMusic, samples: int, out: Path) -> None:
    """Write the WAV *out*: the music file at *path* as *own* has it, *samples* long, stereo, at LEVEL_LUFS.

    Raises:
        InputError: see `listened`.
    """
    reach = max(piece.end for piece in own.pieces) + own.crossfade + _ALIKE + _SHIFT
    source = _decoded(path, own.name, rate=SAMPLE_RATE, layout="stereo", until_s=reach / SAMPLE_RATE).sound
    score = joined(source, own, samples)
    dsp.fade(score, own.fade_in, own.fade_out)
    loudness, peak = dsp.integrated_lufs(score), float(np.abs(score).max(initial=0.0))
    if np.isfinite(loudness):
        score *= np.float32(min(dsp.linear(LEVEL_LUFS - loudness), PEAK / peak))
    write_wav(out, score)


def joined(source: F32, own: OwnMusic, samples: int) -> F32:
    """The pieces of *own* one after the other: (channels, samples) float32 of *source*, (channels, n) at 48 kHz."""
    score = np.zeros((len(source), samples), np.float32)
    at, end = 0, own.pieces[0].start
    for number, piece in enumerate(own.pieces):
        start, early = piece.start, 0
        if number:
            start = max(own.crossfade, start + _shift(source, leaves=end, enters=start))
            early = min(_BEFORE_BEAT, start - own.crossfade)
            crossed = _crossed(source, end - early, start - early, own.crossfade)
            _put(score, at - early - own.crossfade, crossed)
        _put(score, at - early, dsp.excerpt(source, start - early, piece.end - start + early))
        at, end = at + piece.end - start, piece.end
        if at >= samples + own.crossfade + _BEFORE_BEAT:
            break
    return score


def _put(score: F32, at: int, sound: F32) -> None:
    """Lay *sound* over what *score* has from sample *at* on, as far as both reach."""
    first, last = max(0, at), min(score.shape[1], at + sound.shape[1])
    if last > first:
        score[:, first:last] = sound[:, first - at : last - at]


def _crossed(source: F32, leaves: int, enters: int, length: int) -> F32:
    """The *length* samples in which what ends at *leaves* gives way to what goes on from *enters*.

    At equal loudness: how much the two add up is measured, as waves that agree would be 3 dB too loud under the
    gains of waves that do not.
    """
    old, new = dsp.excerpt(source, leaves - length, length), dsp.excerpt(source, enters - length, length)
    rising = (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(1, length))).astype(np.float32)
    likeness = max(0.0, _likeness(old.mean(0), new.mean(0)))
    falling = 1 - rising
    mixed = old * falling + new * rising
    return np.asarray(mixed / np.sqrt(falling**2 + rising**2 + 2 * likeness * falling * rising), np.float32)


def _shift(source: F32, *, leaves: int, enters: int) -> int:
    """The samples by which to enter later, so that the waves there are those about *leaves*; 0 where none are."""
    old = dsp.excerpt(source, leaves - _ALIKE, 2 * _ALIKE).mean(0)
    near = dsp.excerpt(source, enters - _ALIKE - _SHIFT, 2 * (_ALIKE + _SHIFT)).mean(0)
    size = dsp.fast_size(len(near) + len(old))
    products = np.fft.irfft(np.fft.rfft(near, size) * np.conj(np.fft.rfft(old, size)), size)[: 2 * _SHIFT + 1]
    energy = np.cumsum(np.concatenate([[0.0], near.astype(np.float64) ** 2]))
    energies = energy[len(old) :][: 2 * _SHIFT + 1] - energy[: 2 * _SHIFT + 1]
    likeness = products / np.sqrt((energies + 1e-9) * (np.sum(old.astype(np.float64) ** 2) + 1e-9))
    best = int(np.argmax(likeness))
    return best - _SHIFT if likeness[best] >= _AGREES else 0


def _likeness(one: F32, other: F32) -> float:
    """The correlation of two waves, -1 to 1; 0 when one is silent."""
    power = float(np.sqrt(np.sum(one.astype(np.float64) ** 2) * np.sum(other.astype(np.float64) ** 2)))
    return float(np.sum(one.astype(np.float64) * other)) / power if power > 1e-9 else 0.0


def _audible(mono: F32) -> tuple[int, int]:
    """First and one past the last sample of *mono*, at RATE, that its loudest moment lets hear; (0, 0) for none."""
    moment = _MOMENT * RATE // SAMPLE_RATE
    count = -(-len(mono) // moment)
    levels = np.abs(np.pad(mono, (0, count * moment - len(mono)))).reshape(count, moment).max(1, initial=0.0)
    loudest = float(levels.max(initial=0.0))
    heard = np.flatnonzero(levels > max(loudest * dsp.linear(_SILENCE_DB), _AUDIBLE))
    return (int(heard[0]) * moment, min(len(mono), (int(heard[-1]) + 1) * moment)) if len(heard) else (0, 0)


# --- decoding ---------------------------------------------------------------


def _decoded(path: Path, name: str, *, rate: int, layout: str, until_s: float) -> _Decoded:
    """The first *until_s* seconds of sound in *path*, conformed; of a file that goes on, its length is checked."""
    try:
        with av.open(path, options=_LOCAL, metadata_errors="ignore") as container:
            stream = _stream(container, name)
            pieces, length, damage = list[F32](), 0, 0
            for piece in _Conformed(container, stream, rate, layout):
                if piece is None:
                    damage += 1
                    continue
                length += piece.shape[1]
                pieces.append(piece)
                if length >= until_s * rate:
                    break
            stated_s = min(until_s, _stated_s(container, stream))
    except (av.FFmpegError, OSError, ValueError) as error:
        raise _refused(name, f"cannot be read as music: {getattr(error, 'strerror', None) or error}", _HINT) from error
    if not pieces:
        raise _refused(name, "has no sound that decodes", _HINT)
    sound = np.concatenate(pieces, axis=1)[:, : int(until_s * rate)]
    return _Decoded(_sane(sound), _damage(damage, stated_s, sound.shape[1] / rate))


def _damage(packets: int, stated_s: float, decoded_s: float) -> str:
    if stated_s > decoded_s + _SHORT_S:
        return f"it is cut short or damaged: {stated_s:.1f} s are stated, {decoded_s:.1f} s decode"
    return f"it is damaged: {packets} of its packets do not decode" if packets else ""


def _stated_s(container: av.container.InputContainer, stream: av.AudioStream) -> float:
    """The seconds that the file says its sound lasts; 0 when it does not."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return float((container.duration or 0) / av.time_base) if len(container.streams) == 1 else 0.0


def _stream(container: av.container.InputContainer, name: str) -> av.AudioStream:
    """The sound of *container*, checked as far as can be without decoding."""
    if not container.streams.audio:
        what = "has pictures and no sound" if container.streams.video else "has no sound"
        raise _refused(name, what, "Choose a file with sound, or leave --music-file out.")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise _refused(name, "is in a codec that is not known here", _HINT)
    seconds = _stated_s(container, stream)
    if seconds > MUSIC_MAX_S:
        raise _refused(
            name,
            f"lasts {seconds / 60:.0f} minutes; up to {MUSIC_MAX_S / 60:g} are possible",
            "Cut out the part you want: a film lasts at most ten minutes.",
        )
    return stream


class _Conformed:
    """The sound of a stream in pieces, (channels, n) float32; None for each packet that does not decode."""

    def __init__(self, container: av.container.InputContainer, stream: av.AudioStream, rate: int, layout: str) -> None:
        self._container, self._stream, self._rate, self._layout = container, stream, rate, layout
        self._form: tuple[object, ...] = ()
        self._resampler = self._new()

    def __iter__(self) -> Iterator[F32 | None]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                break
            except (av.FFmpegError, OSError):
                yield None
                break
            try:
                frames = list(packet.decode())
            except (av.FFmpegError, OSError):
                yield None
                continue
            for frame in frames:
                if isinstance(frame, av.AudioFrame):
                    yield from self._conformed(frame)
        yield from map(_array, self._resampler.resample(None))

    def _conformed(self, frame: av.AudioFrame) -> Iterator[F32]:
        """*frame*, and before it what was left of another rate or layout: streams may change on their way."""
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._form not in ((), form):
            yield from map(_array, self._resampler.resample(None))
            self._resampler = self._new()
        self._form = form
        frame.pts = None  # damaged files have times that go back, and samples follow each other anyway
        yield from map(_array, self._resampler.resample(frame))

    def _new(self) -> av.AudioResampler:
        return av.AudioResampler(format="fltp", layout=self._layout, rate=self._rate)


def _array(frame: av.AudioFrame) -> F32:
    return frame.to_ndarray().astype(np.float32)


def _sane(sound: F32) -> F32:
    """*sound* with numbers only, and none that a gain could not bring back."""
    return np.clip(np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0), -_LOUDEST, _LOUDEST)


def _refused(name: str, what: str, hint: str) -> InputError:
    return InputError(f'The music "{name}" {what}.', hint=hint)
