"""The sound of the film: WAV files in and out, loudness, true peak, the limiter, the mix.

Sound is float32 at 48 kHz, (n,) or (channels, n), full scale 1. The mix is solved on
1 ms frames (their loudness and their peaks under a gain are all it depends on) and
applied to the samples once. Start reading at `mix_film`.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32, F64, decibels, integrated_lufs, linear
from astragen.errors import ProbeError
from astragen.model.film import Loudness
from astragen.model.time import SAMPLE_RATE
from astragen.plan.mix import GainPoint

__all__ = [
    "integrated_lufs",
    "limit",
    "mix_film",
    "read_wav",
    "samples_of",
    "true_peak_db",
    "wav_bytes",
    "wav_pieces",
    "write_wav",
]

TARGET_LUFS = -14.0  # what the large video sites play at
CEILING_DB = -1.8  # dBTP before AAC, which adds up to 0.5 dB (measured); the file stays under the -1 of EBU R 128
SPEECH_LUFS = -15.0  # of the narration in both channels, before the film's own gain
SCORE_LUFS = -16.0  # of the score where it is not ducked, likewise
HEAD_FADE, TAIL_FADE = SAMPLE_RATE // 100, SAMPLE_RATE // 20  # 10 ms in, 50 ms out

FRAME = 48  # samples: 1 ms, the limiter's step
LOOK_AHEAD = 5  # frames
RELEASE = 120.0  # frames to recover 63 %
MARGIN_DB = 0.1  # the moving gain lets peaks between samples grow a little
MOST_REDUCTION_DB = 14.0  # rather quieter than crushed
PEAK_BLOCK, PEAK_OVERLAP = 1 << 16, 1 << 9  # samples; the overlap is 10 ms of ringing

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE


class _Format(NamedTuple):
    code: int
    channels: int
    rate: int
    bits: int


def wav_bytes(samples: F32) -> bytes:
    """A WAV file of *samples*, (n,) or (channels, n): float32, 48 kHz."""
    return b"".join(_wav_pieces(samples))


def write_wav(path: Path, samples: F32) -> None:
    """Write `wav_bytes` of *samples* to *path*, a second at a time."""
    with path.open("wb") as file:
        file.writelines(_wav_pieces(samples))


def _wav_pieces(samples: F32) -> Iterator[bytes]:
    """The file's head, then its sound second by second."""
    channels = len(samples) if samples.ndim == 2 else 1
    size = 4 * channels * samples.shape[-1]
    layout = struct.pack("<HHIIHHH", _FLOAT, channels, SAMPLE_RATE, SAMPLE_RATE * channels * 4, channels * 4, 32, 0)
    fact = struct.pack("<4sII", b"fact", 4, samples.shape[-1])
    chunks = struct.pack("<4sI", b"fmt ", len(layout)) + layout + fact + struct.pack("<4sI", b"data", size)
    yield struct.pack("<4sI4s", b"RIFF", 4 + len(chunks) + size, b"WAVE") + chunks
    for start in range(0, samples.shape[-1], SAMPLE_RATE):
        yield np.ascontiguousarray(samples[..., start : start + SAMPLE_RATE].T, "<f4").tobytes()


def read_wav(path: Path) -> F32:
    """The samples of a WAV file; see `samples_of`."""
    return samples_of(path)


def samples_of(source: bytes | Path) -> F32:
    """The samples of a WAV file: (n,) when mono, else (channels, n); float32 or 16-bit PCM, 48 kHz.

    Raises:
        ProbeError: it is no such file, or holds samples that are no numbers.
    """
    if isinstance(source, bytes):
        return next(_pieces(io.BytesIO(source), "the sound", len(source)))
    with source.open("rb") as file:
        return next(_pieces(file, source.name, source.stat().st_size))


def wav_pieces(path: Path) -> Iterator[F32]:
    """The samples of the WAV file *path* a second at a time, each as `samples_of` gives them all; raises as it does."""
    with path.open("rb") as file:
        yield from _pieces(file, path.name, SAMPLE_RATE)


def _pieces(file: BinaryIO, name: str, samples: int) -> Iterator[F32]:
    """The sound of *file* in pieces of *samples*; one that is empty when there is none."""
    form, left = _find_sound(file, name)
    if form.rate != SAMPLE_RATE or form.channels not in (1, 2):
        raise ProbeError(
            f"{name}: {form.channels} channels at {form.rate} Hz; wanted 1 or 2 channels at {SAMPLE_RATE} Hz."
        )
    if (form.code, form.bits) not in ((_FLOAT, 32), (_PCM, 16)):
        raise ProbeError(f"{name}: WAV format {form.code} with {form.bits} bits; wanted 32-bit float or 16-bit PCM.")
    step = form.bits // 8 * form.channels
    body = file.read(min(left, samples * step))
    yield _decoded(body[: len(body) // step * step], form, name)
    while body:
        left -= len(body)
        body = file.read(min(left, samples * step))
        if body:
            yield _decoded(body[: len(body) // step * step], form, name)


def _decoded(body: bytes, form: _Format, name: str) -> F32:
    """(n,) when mono, else (channels, n)."""
    if form.code == _FLOAT:
        flat: F32 = np.frombuffer(body, "<f4")
    else:
        flat = np.frombuffer(body, "<i2").astype(np.float32) / np.float32(32768)
    if not np.isfinite(flat).all():
        raise ProbeError(f"{name}: holds samples that are no numbers.")
    return flat.copy() if form.channels == 1 else np.ascontiguousarray(flat.reshape(-1, form.channels).T)


def _find_sound(file: BinaryIO, name: str) -> tuple[_Format, int]:
    """The format and the size in bytes of the sound of a RIFF file, which is then read to where it begins."""
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise ProbeError(f"{name}: is no WAV file (it begins with {head[:4]!r}).")
    form = None
    while len(head := file.read(8)) == 8:
        kind, size = struct.unpack("<4sI", head)
        if kind == b"data" and form is not None:
            return form, size
        chunk = file.read(size + size % 2) if kind == b"fmt " else b""
        if kind == b"fmt " and size >= 16 and len(chunk) >= size:
            form = _format(chunk[:size])
        elif kind != b"fmt ":
            file.seek(size + size % 2, os.SEEK_CUR)
    raise ProbeError(f"{name}: is a WAV file without {'sound' if form else 'a format'}.")


def _format(chunk: bytes) -> _Format:
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if code == _EXTENSIBLE and len(chunk) >= 26:
        code = struct.unpack_from("<H", chunk, 24)[0]
    return _Format(code, channels, rate, bits)


def true_peak_db(x: F32) -> float:
    """The highest peak of *x* between its samples, in dBTP: 4x oversampled (BS.1770-5, annex 2)."""
    return decibels(float(frame_peaks(x).max(initial=0.0)))


def frame_peaks(x: F32) -> F64:
    """The true peak in each FRAME of *x* over all channels: (ceil(n / FRAME),), linear."""
    x = np.atleast_2d(x)
    frames = -(-x.shape[1] // FRAME)
    peaks = np.zeros(frames)
    hop = (PEAK_BLOCK - 2 * PEAK_OVERLAP) // FRAME
    for first in range(0, frames, hop):
        count = min(hop, frames - first)
        piece = dsp.excerpt(x, first * FRAME - PEAK_OVERLAP, PEAK_BLOCK)
        fine = np.abs(np.fft.irfft(np.fft.rfft(piece), 4 * PEAK_BLOCK)) * 4
        inside = fine[:, 4 * PEAK_OVERLAP : 4 * (PEAK_OVERLAP + count * FRAME)]
        peaks[first : first + count] = inside.reshape(len(x), count, 4 * FRAME).max((0, 2))
    return peaks


def limit(x: F32, ceiling_db: float) -> F32:
    """*x* with its true peak held under *ceiling_db*: look-ahead 5 ms, release 120 ms, channels linked."""
    limited: F32 = x.copy()
    _limit(limited, ceiling_db)
    return limited


def _limit(x: F32, ceiling_db: float) -> None:
    """`limit` in place; scaled down should a true peak still pass the ceiling."""
    gain = _limiter_gain(frame_peaks(x), ceiling_db)
    hop = 10_000  # frames
    for first in range(0, len(gain) - 1, hop):
        piece = x[..., first * FRAME : (first + hop) * FRAME]
        at = np.arange(piece.shape[-1]) / FRAME
        nodes = gain[first : first + hop + 1]
        piece *= np.interp(at, np.arange(len(nodes)), nodes).astype(np.float32)
    over = true_peak_db(x) - ceiling_db
    if over > 0:
        x *= np.float32(linear(-over - 1e-3))


def _limiter_gain(peaks: F64, ceiling_db: float) -> F64:
    """The gain at the start of each frame, (frames + 1,) in (0, 1], that holds *peaks* under the ceiling.

    The reduction jumps to what the next LOOK_AHEAD frames need, decays exponentially, and is
    averaged over LOOK_AHEAD frames so that it is there in time without a jump.
    """
    ceiling = linear(ceiling_db - MARGIN_DB)
    wanted = 1 - np.minimum(1, ceiling / np.maximum(peaks, 1e-9))
    padded = np.pad(wanted, (LOOK_AHEAD + 1, 2 * LOOK_AHEAD + 1))
    window = np.lib.stride_tricks.sliding_window_view(padded, LOOK_AHEAD + 2)
    needed = window.max(1)
    held = np.arange(len(needed)) / RELEASE
    decayed = np.exp(np.maximum.accumulate(np.log(np.maximum(needed, 1e-12)) + held) - held)
    mean = np.convolve(decayed, np.full(LOOK_AHEAD + 1, 1 / (LOOK_AHEAD + 1)), "valid")
    return 1 - mean[: len(peaks) + 1]


def mix_film(
    narration: Sequence[tuple[int, F32]],
    score: F32 | None,
    samples: int,
    automation: Sequence[GainPoint],
    *,
    target_lufs: float = TARGET_LUFS,
) -> tuple[F32, Loudness | None]:
    """The film's sound, (2, samples), and its measured loudness; silence has none.

    *narration*: (first sample, line) of each line, lines mono (n,); what passes the film's end is
    cut. *score*: (2, n). *automation*: the score's gain, from `plan.mix.duck_points`. Integrated
    loudness meets *target_lufs* unless the limiter would have to take more than
    MOST_REDUCTION_DB; the true peak is under CEILING_DB.
    """
    mix = np.zeros((2, samples), np.float32)
    if score is not None:
        _add_score(mix, score, automation)
    _add_narration(mix, narration)
    dsp.fade(mix, HEAD_FADE, TAIL_FADE)
    peaks = frame_peaks(mix)
    energies = dsp.k_energies(mix, FRAME)
    if not np.isfinite(_lufs_under(energies, 1.0)):
        return np.zeros_like(mix), None
    mix *= np.float32(_solve_gain(peaks, energies, target_lufs))
    _limit(mix, CEILING_DB)
    return mix, Loudness(integrated_lufs=integrated_lufs(mix), true_peak_dbtp=true_peak_db(mix))


def _add_score(mix: F32, score: F32, automation: Sequence[GainPoint]) -> None:
    """Add *score* at SCORE_LUFS under the *automation*, a second at a time."""
    level = linear(SCORE_LUFS - loudness) if np.isfinite(loudness := integrated_lufs(score)) else 0.0
    points = [point.sample for point in automation]
    gains = [point.gain_db for point in automation]
    length = min(mix.shape[1], score.shape[1])
    for start in range(0, length, SAMPLE_RATE):
        stop = min(start + SAMPLE_RATE, length)
        gain = level * 10 ** (np.interp(np.arange(start, stop), points, gains) / 20)
        mix[:, start:stop] += score[:, start:stop] * gain.astype(np.float32)


def _add_narration(mix: F32, narration: Sequence[tuple[int, F32]]) -> None:
    """Add the lines in the centre, together at SPEECH_LUFS whatever voice spoke them."""
    heard = [(start, line) for start, line in narration if start < mix.shape[1] and len(line)]
    if not heard:
        return
    loudness = integrated_lufs(np.concatenate([line for _, line in heard])) + decibels(2**0.5)  # two channels
    level = np.float32(linear(SPEECH_LUFS - loudness) if np.isfinite(loudness) else 1.0)
    for start, line in heard:
        mix[:, start : start + len(line)] += level * line[: mix.shape[1] - start]


def _solve_gain(peaks: F64, energies: F64, target_lufs: float) -> float:
    """The gain before the limiter that gives *target_lufs* after it, by bisection on the frames."""
    most = CEILING_DB - decibels(float(peaks.max())) + MOST_REDUCTION_DB
    lowest = min(target_lufs - _lufs_under(energies, 1.0), most)  # the limiter only takes away
    highest = min(lowest + MOST_REDUCTION_DB, most)
    for _ in range(12):  # 14 dB / 2^12: 0.003 dB
        middle = (lowest + highest) / 2
        gain = linear(middle) * _limiter_gain(peaks * linear(middle), CEILING_DB)[: len(energies)]
        lowest, highest = (middle, highest) if _lufs_under(energies, gain) < target_lufs else (lowest, middle)
    return linear(lowest)


def _lufs_under(energies: F64, gain: F64 | float) -> float:
    """Integrated loudness of frames with K-weighted *energies* under a *gain* each."""
    per_step = dsp.LUFS_STEP // FRAME
    under = (energies * gain**2)[: len(energies) // per_step * per_step]
    return dsp.gated_lufs(under.reshape(-1, per_step).sum(1))
