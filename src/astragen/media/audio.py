"""WAV files in and out.

Sound is float32 at 48 kHz, (n,) or (channels, n), full scale 1. Files of ours are read as
they are; what comes from elsewhere is conformed: any rate, any number of channels, whole
numbers of 8 to 32 bits or floats. Start reading at `samples_of` and `conformed`.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.errors import ProbeError
from astragen.model.time import SAMPLE_RATE

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_RATES: Final = range(4_000, 400_000)  # Hz that are believed
_UNTOLD: Final = (0, 0xFFFFFFFF)  # sizes that those write who do not know it yet

# Where the channels of WAV files stand, by their number (6: FL FR FC LFE BL BR), and how loud a place is on the left:
# -3 dB for the centre and what is behind, nothing of the deep effects (ITU-R BS.775-4, annex 4).
_PLACES: Final = {1: "M", 2: "LR", 3: "LRC", 4: "LRlr", 5: "LRClr", 6: "LRCElr", 8: "LRCElrlr"}
_ON_THE_LEFT: Final = {"M": 1.0, "L": 1.0, "C": 0.5**0.5, "l": 0.5**0.5}
_MIRRORED: Final = str.maketrans("LRlr", "RLrl")


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


def write_wav_of(path: Path, pieces: Iterable[F32], *, channels: int, samples: int) -> None:
    """Write *pieces* of sound, each (channels, n), *samples* in all, as the WAV file *path*."""
    with path.open("wb") as file:
        file.write(_head(channels, samples))
        file.writelines(_interleaved(piece) for piece in pieces)


def _wav_pieces(samples: F32) -> Iterator[bytes]:
    """The file's head, then its sound second by second."""
    yield _head(len(samples) if samples.ndim == 2 else 1, samples.shape[-1])
    for start in range(0, samples.shape[-1], SAMPLE_RATE):
        yield _interleaved(samples[..., start : start + SAMPLE_RATE])


def _head(channels: int, samples: int) -> bytes:
    size = 4 * channels * samples
    layout = struct.pack("<HHIIHHH", _FLOAT, channels, SAMPLE_RATE, SAMPLE_RATE * channels * 4, channels * 4, 32, 0)
    fact = struct.pack("<4sII", b"fact", 4, samples)
    chunks = struct.pack("<4sI", b"fmt ", len(layout)) + layout + fact + struct.pack("<4sI", b"data", size)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks) + size, b"WAVE") + chunks


def _interleaved(samples: F32) -> bytes:
    return np.ascontiguousarray(samples.T, "<f4").tobytes()


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


def conformed(path: Path, channels: int, *, name: str) -> F32:
    """The sound of the WAV file *path*, whatever its rate, depth and channels.

    (n,) where one of *channels* is wanted, (2, n) for two.

    *name*: what errors call it.

    Raises:
        ProbeError: it is no WAV file of whole numbers or floats, or holds nothing, or no numbers.
    """
    with path.open("rb") as file:
        form, size = _find_sound(file, name)
        body = file.read() if size in _UNTOLD else file.read(size)
    if form.channels not in _PLACES or form.rate not in _RATES:
        raise ProbeError(f"{name}: {form.channels} channels at {form.rate} Hz are no sound that can be used.")
    step = form.bits // 8 * form.channels
    if step == 0 or len(body) < step:
        raise ProbeError(f"{name}: holds no sound.")
    sound = _decoded(body[: len(body) // step * step], form, name)
    placed = _in_mono(sound) if channels == 1 else _in_stereo(sound)
    return placed if form.rate == SAMPLE_RATE else _at_our_rate(placed, form.rate)


def _in_mono(sound: F32) -> F32:
    """(n,) or (channels, n) in one channel: the mean of what stereo would be."""
    return sound if sound.ndim == 1 else _in_stereo(sound).mean(0, dtype=np.float32)


def _in_stereo(sound: F32) -> F32:
    """(n,) or (channels, n) in two channels, those of more laid where they stand."""
    if sound.ndim == 1:
        return np.stack([sound, sound])
    if len(sound) == 2:
        return sound
    places = _PLACES[len(sound)]
    both = [[_ON_THE_LEFT.get(place, 0.0) for place in side] for side in (places, places.translate(_MIRRORED))]
    mixed: F32 = np.asarray(both, np.float32) @ sound
    return mixed


def _at_our_rate(sound: F32, rate: int) -> F32:
    return dsp.resampled(sound, rate) if sound.ndim == 1 else np.stack([dsp.resampled(one, rate) for one in sound])


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
    flat = _numbers(body, form)
    if flat is None:
        raise ProbeError(f"{name}: WAV format {form.code} with {form.bits} bits cannot be read.")
    if not np.isfinite(flat).all():
        raise ProbeError(f"{name}: holds samples that are no numbers.")
    return flat.copy() if form.channels == 1 else np.ascontiguousarray(flat.reshape(-1, form.channels).T)


def _numbers(body: bytes, form: _Format) -> F32 | None:
    """The samples of all channels, one after the other; None for a format that is not known."""
    if form.code == _FLOAT and form.bits in (32, 64):
        return np.frombuffer(body, f"<f{form.bits // 8}").astype(np.float32, copy=False)
    if form.code != _PCM or form.bits not in (8, 16, 24, 32):
        return None
    if form.bits == 8:  # without a sign
        return _scaled(np.frombuffer(body, np.uint8).astype(np.float32) - np.float32(128), 8)
    if form.bits == 24:
        wide = np.zeros((len(body) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(body, np.uint8).reshape(-1, 3)
        return _scaled(wide.view("<i4")[:, 0].astype(np.float32), 32)
    return _scaled(np.frombuffer(body, f"<i{form.bits // 8}").astype(np.float32), form.bits)


def _scaled(whole: F32, bits: int) -> F32:
    scaled: F32 = whole * np.float32(2.0 ** (1 - bits))
    return scaled


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
