"""What worker processes run besides shots and joins: picklable in, files out.

*store_dir* is the root of the artifact store: the bytes of hash h are in `h[:2]/h`.
Imports stay few: every worker pays for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import anyio
import cv2
import numpy as np

from astragen.builtin.dsp import F32, linear
from astragen.errors import ProbeError
from astragen.media.audio import conformed, wav_pieces, write_wav, write_wav_of
from astragen.media.coded import coded_true_peak_db
from astragen.media.mix import Spoken, mix_film
from astragen.media.mux import CodedSound, code_sound, mux
from astragen.media.stills import grab, save_jpeg
from astragen.model.planes import U8
from astragen.model.profile import row
from astragen.model.segment import ShotJob
from astragen.model.take import Artifact, Fallback
from astragen.model.timeline import ScoreRequest, SoundClip
from astragen.pipeline.asked import (
    CODED,
    STEMS,
    CodedLevel,
    CodeRequest,
    LookRequest,
    Mixed,
    MixRequest,
    MuxRequest,
    stem_path,
)
from astragen.plan.mix import spoken_spans
from astragen.providers.base import Composer

PEAK_MAX_DBTP = -1.0  # of the film's file (EBU R 128)
_MARGINS_DB = (0.1, 0.3, 0.9)  # below it at each further try: an encoder's peaks do not follow its input's exactly


def compose_to(composer: Composer, request: ScoreRequest, path: Path) -> None:
    """Compose *request* and write it as the WAV *path*."""
    write_wav(path, anyio.run(composer.compose, request))


def mix_to(request: MixRequest, store_dir: Path, path: Path) -> Mixed:
    """Mix *request* and write it as the WAV *path*, and its stems, where they are wanted, as `stem_path` says.

    What cannot be heard is left out, and told.
    """
    told: list[Fallback] = []
    lines = [(clip, sound) for clip in request.narration if (sound := _line(clip, store_dir, told)) is not None]
    mix = mix_film(
        [Spoken(clip.start, sound, clip.line.voice) for clip, sound in lines],
        _lying_under("score", request.score, store_dir, told),
        _lying_under("ambience", request.ambience, store_dir, told),
        request.samples,
        spans=spoken_spans((clip for clip, _ in lines), request.samples),
        target_lufs=request.loudness,
    )
    write_wav(path, mix.sound)
    for name in STEMS if request.stems else ():
        write_wav_of(stem_path(path, name), mix.stem(name), channels=2, samples=request.samples)
    return Mixed(loudness=mix.loudness, fallbacks=tuple(told))


def _line(clip: SoundClip, store_dir: Path, told: list[Fallback]) -> F32 | None:
    """The sound of a line, (n,); None when there is none that can be read, which is *told*."""
    if clip.line.artifact is None:
        return None
    try:
        return conformed(_stored(clip.line.artifact, store_dir), 1, name="the line's sound")
    except ProbeError as error:
        told.append(Fallback(stage="mix", subject=clip.line.shot, reason=str(error), instead="the line is silent"))
        return None


def _lying_under(what: str, sound: Artifact | None, store_dir: Path, told: list[Fallback]) -> F32 | None:
    """The sound of score or ambience, (2, n), likewise."""
    if sound is None:
        return None
    try:
        return conformed(_stored(sound, store_dir), 2, name=f"the {what}'s sound")
    except ProbeError as error:
        told.append(Fallback(stage="mix", subject=what, reason=str(error), instead=f"the film has no {what}"))
        return None


def look_to(request: LookRequest, store_dir: Path, stills: Path, path: Path) -> float:
    """Write the frame of *request* as the JPEG *path*; return how `striking` it is. *stills*: see `render_shot`."""
    candidate = request.candidate
    if isinstance(candidate, ShotJob):
        from astragen.media.render import drawn_alone  # the renderer is large, and most of these jobs do without

        frame = drawn_alone(candidate, store_dir, stills)
    else:
        frame = grab(_stored(candidate.segment, store_dir), [candidate.frame])[0]
    save_jpeg(frame, path)
    return striking(frame)


def striking(rgb: U8) -> float:
    """How much a picture catches the eye: colourfulness times contrast; (height, width, 3) uint8 sRGB.

    Colourfulness after D. Hasler and S. Süsstrunk, "Measuring colourfulness in natural
    images" (2003); contrast is the deviation of luma (BT.709). Measured at 160 px across.
    """
    scale = 160 / rgb.shape[1]
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    red, green, blue = small[..., 0], small[..., 1], small[..., 2]
    opponents = red - green, (red + green) / 2 - blue
    spread = np.hypot(opponents[0].std(), opponents[1].std())
    colourfulness = spread + 0.3 * np.hypot(opponents[0].mean(), opponents[1].mean())
    contrast = (0.2126 * red + 0.7152 * green + 0.0722 * blue).std()
    return float((colourfulness + 10.0) * contrast)  # + 10: a fine black-and-white picture is not nothing


def code_to(request: CodeRequest, store_dir: Path, path: Path) -> CodedLevel:
    """Write the sound of *request*, encoded, to *path*.

    It is decoded again: where the encoder drove peaks over PEAK_MAX_DBTP, it is lowered by as much and encoded anew.
    """
    gain_db = 0.0
    for margin_db in (*_MARGINS_DB, None):
        gain = np.float32(linear(gain_db))
        pieces = (piece * gain if gain_db else piece for piece in wav_pieces(_stored(request.sound, store_dir)))
        code_sound(pieces, path, frames=request.frames, fps=request.fps, encoding=row(request.profile).encoding)
        peak_db = coded_true_peak_db(path)
        if peak_db <= PEAK_MAX_DBTP or margin_db is None:
            break
        gain_db -= peak_db - PEAK_MAX_DBTP + margin_db
    return CodedLevel(true_peak_dbtp=peak_db, gain_db=gain_db)


def mux_to(request: MuxRequest, store_dir: Path, path: Path) -> None:
    """Write the film of *request* to *path*."""
    sound = _sound(request.sound, store_dir) if request.sound is not None else None
    mux([_stored(segment, store_dir) for segment in request.segments], sound, request.timeline, path)


def _sound(artifact: Artifact, store_dir: Path) -> CodedSound | Iterator[F32]:
    path = _stored(artifact, store_dir)
    return CodedSound(path) if artifact.media_type == CODED else wav_pieces(path)


def _stored(artifact: Artifact, store_dir: Path) -> Path:
    return store_dir / artifact.hash[:2] / artifact.hash
