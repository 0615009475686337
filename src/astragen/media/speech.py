"""A line as a stranger's voice sent it, made a line of the film: decoded, looked at, trimmed, levelled.

`hear` decodes a stranger's bytes: run it where a crash costs nothing. What it writes is mono, 48 kHz,
float32, at the loudness of the built-in voice's lines, with the same silence at its ends. Start there.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.errors import ProbeError
from astragen.media.audio import write_wav
from astragen.model.time import SAMPLE_RATE

if TYPE_CHECKING:
    from av.container import InputContainer

LINE_LUFS: Final = -18.0  # of a line in mono, as the built-in voice's (builtin/voice.py)
CEILING: Final = 0.95  # of full scale
HEAD, TAIL = SAMPLE_RATE * 60 // 1000, SAMPLE_RATE * 180 // 1000  # silence around a line, as the built-in voice's
RUMBLE_HZ: Final = 60.0  # below speaks nobody; an offset goes with it
SILENT: Final = 10 ** (-60 / 20)  # of full scale; what never rises above says nothing
FRAME: Final = SAMPLE_RATE // 100  # 10 ms, the step in which speech is told from pauses
QUIET_DB: Final = -34.0  # below the loud parts of a line begins its silence
SHORTEST_PAUSE_S: Final = 0.10  # a shorter one is a consonant that is held; of 0.05 to 0.2 s this timed words best
SHORTEST_SHARE, LONGEST_SHARE, SLACK_S = 0.2, 5.0, 2.5  # of the time that reading takes; seconds that a line may add
LONGEST_S: Final = 900.0  # more than any line can take; no more of it is decoded
CUT_SHARE: Final = 0.9  # of the length that the file says of itself; with less it was cut
_OPEN_ENDED: Final = (0, 0x7FFFFFFF, 0x7FFFF000, 0xFFFFFFFF)  # sizes that streams write, which do not know theirs


class Heard(NamedTuple):
    """A line that will do.

    samples: its length, silence included.
    shift: the sample of the voice's own sound, at 48 kHz, at which the line begins; below 0 inside added silence.
    spans: where somebody speaks in it.
    """

    samples: int
    shift: int
    spans: tuple[tuple[int, int], ...]


def hear(source: Path, out: Path, reading_samples: int) -> Heard:
    """Make the sound in *source* a line, and write it to *out* as a WAV.

    *reading_samples*: about what the line takes when it is read, at 48 kHz; sound that is far from it is of something
    else.

    Raises:
        ProbeError: it is no sound, is cut, silent, no numbers, or absurdly short or long.
    """
    raw = decoded(source.read_bytes())
    line = dsp.shaped(raw, dsp.high_pass(RUMBLE_HZ, 3))
    peak = float(np.abs(line).max(initial=0.0))
    if peak < SILENT:
        raise ProbeError("The speech that came is silent.")
    spoken = phrases(line)
    _check_length((spoken[-1][1] - spoken[0][0]) / SAMPLE_RATE, reading_samples / SAMPLE_RATE)
    first, last = spoken[0][0], min(spoken[-1][1], len(line))
    kept = dsp.excerpt(line, first - HEAD, last - first + HEAD + TAIL)
    levelled = _levelled(kept)
    write_wav(out, levelled)
    shift = first - HEAD
    return Heard(len(levelled), shift, tuple((start - shift, min(stop, last) - shift) for start, stop in spoken))


def decoded(coded: bytes) -> F32:
    """The sound of *coded*, a file of any kind, rate and number of channels: (n,) float32 mono at 48 kHz.

    Raises:
        ProbeError: see `hear`.
    """
    _check_kind(coded)
    import av  # here: whoever only measures pauses needs no decoder

    try:
        with av.open(io.BytesIO(coded), "r", metadata_errors="replace") as container:
            return _decoded(container)
    except av.FFmpegError as error:
        raise ProbeError(f"The speech that came cannot be decoded ({error.strerror or error}).") from error


def phrases(line: F32) -> tuple[tuple[int, int], ...]:
    """Where somebody speaks in *line*, (n,) at 48 kHz: stretches between pauses, in order; none in silence."""
    frames = len(line) // FRAME
    if not frames:
        return ()
    level = np.sqrt((line[: frames * FRAME].reshape(frames, FRAME) ** 2).mean(1) + 1e-12)
    loud = level > max(float(np.percentile(level, 95)) * dsp.linear(QUIET_DB), SILENT / 4)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8)))
    found: list[tuple[int, int]] = []
    for start, stop in zip((edges[::2] * FRAME).tolist(), (edges[1::2] * FRAME).tolist(), strict=True):
        if found and start - found[-1][1] < SHORTEST_PAUSE_S * SAMPLE_RATE:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return tuple(found)


def _decoded(container: InputContainer) -> F32:
    """The first sound of an open container."""
    import av

    streams = container.streams.audio
    if not streams:
        raise ProbeError("What came holds no sound.")
    stream = streams[0]
    told_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    rate, pieces, count = 0, [], 0
    mono = None
    for frame in container.decode(stream):
        if mono is None:
            rate = frame.sample_rate
            if not 4_000 <= rate <= 384_000:
                raise ProbeError(f"The speech that came has {rate} samples a second.")
            mono = av.AudioResampler("fltp", "mono", rate)
        for part in mono.resample(frame):
            pieces.append(part.to_ndarray()[0])
            count += len(pieces[-1])
        if count > LONGEST_S * rate:
            raise ProbeError(f"The speech that came lasts more than {LONGEST_S:g} s.")
    if not count:
        raise ProbeError("The speech that came holds no samples.")
    if told_s and count / rate < CUT_SHARE * told_s:
        raise ProbeError(f"The speech that came is cut: {count / rate:.1f} s of {told_s:.1f} s.")
    sound = np.concatenate(pieces).astype(np.float32)
    if not np.isfinite(sound).all():
        raise ProbeError("The speech that came holds samples that are no numbers.")
    sound -= sound.mean()  # an offset would ring at both ends
    return sound if rate == SAMPLE_RATE else dsp.resampled(sound, rate)


def _check_kind(coded: bytes) -> None:
    """Pass what may be sound.

    Raises:
        ProbeError: nothing came, or a page or JSON, or a WAV that was cut.
    """
    if not coded:
        raise ProbeError("No speech came: there are 0 bytes.")
    head = coded[:64].lstrip().lower()
    if head[:1] in (b"<", b"{", b"["):
        raise ProbeError(f"What came is {'a web page' if head[:1] == b'<' else 'JSON'} and no speech.")
    if coded[:4] == b"RIFF" and coded[8:12] == b"WAVE":
        place = 12
        while place + 8 <= len(coded):
            kind, size = struct.unpack_from("<4sI", coded, place)
            if kind == b"data":
                came = len(coded) - place - 8
                if size not in _OPEN_ENDED and size < 0xFFFF0000 and came < CUT_SHARE * size:
                    raise ProbeError(f"The speech that came is cut: {came} of {size} bytes of sound.")
                return
            place += 8 + size + size % 2


def _check_length(spoken_s: float, reading_s: float) -> None:
    """Pass when a line that takes *reading_s* to read can have taken *spoken_s* to say.

    Raises:
        ProbeError: it cannot.
    """
    if spoken_s < SHORTEST_SHARE * reading_s:
        raise ProbeError(f"The speech that came lasts {spoken_s:.2f} s; reading the line takes {reading_s:.1f} s.")
    if spoken_s > LONGEST_SHARE * reading_s + SLACK_S:
        raise ProbeError(f"The speech that came lasts {spoken_s:.1f} s; reading the line takes {reading_s:.1f} s.")


def _levelled(line: F32) -> F32:
    """*line* at LINE_LUFS, as far as its peaks allow, faded at both ends."""
    repeats = max(1, -(-3 * SAMPLE_RATE // len(line)))  # a short line is measured as if repeated, for whole blocks
    loudness = dsp.integrated_lufs(np.tile(line, repeats))
    gain = dsp.linear(LINE_LUFS - loudness) if np.isfinite(loudness) else 1.0
    levelled = (line * min(gain, CEILING / float(np.abs(line).max()))).astype(np.float32)
    dsp.fade(levelled, HEAD // 2, TAIL // 2)
    return levelled
