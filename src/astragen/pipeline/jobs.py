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

from astragen.builtin.dsp import F32
from astragen.media.audio import mix_film, read_wav, wav_pieces, write_wav
from astragen.media.mux import CodedSound, code_sound, mux
from astragen.media.stills import grab, save_jpeg
from astragen.model.film import Loudness
from astragen.model.planes import U8
from astragen.model.profile import row
from astragen.model.take import Artifact
from astragen.model.timeline import ScoreRequest
from astragen.pipeline.asked import CODED, CodeRequest, MixRequest, MuxRequest, PosterRequest
from astragen.plan.mix import duck_points
from astragen.providers.base import Composer


def compose_to(composer: Composer, request: ScoreRequest, path: Path) -> None:
    """Compose *request* and write it as the WAV *path*."""
    write_wav(path, anyio.run(composer.compose, request))


def mix_to(request: MixRequest, store_dir: Path, path: Path) -> Loudness | None:
    """Mix *request* and write it as the WAV *path*; return its measured loudness, None for silence."""
    samples, loudness = mix_film(
        [
            (clip.start, read_wav(_stored(clip.line.artifact, store_dir)))
            for clip in request.narration
            if clip.line.artifact is not None
        ],
        read_wav(_stored(request.score, store_dir)) if request.score is not None else None,
        request.samples,
        duck_points(request.narration, request.samples),
    )
    write_wav(path, samples)
    return loudness


def poster_to(request: PosterRequest, store_dir: Path, path: Path) -> None:
    """Write the most striking of the candidates as the JPEG *path*."""
    frames = (grab(_stored(one.segment, store_dir), [one.frame])[0] for one in request.candidates)
    save_jpeg(max(frames, key=striking), path)


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


def code_to(request: CodeRequest, store_dir: Path, path: Path) -> None:
    """Write the sound of *request*, encoded, to *path*."""
    pieces = wav_pieces(_stored(request.sound, store_dir))
    code_sound(pieces, path, frames=request.frames, fps=request.fps, encoding=row(request.profile).encoding)


def mux_to(request: MuxRequest, store_dir: Path, path: Path) -> None:
    """Write the film of *request* to *path*."""
    sound = _sound(request.sound, store_dir) if request.sound is not None else None
    mux([_stored(segment, store_dir) for segment in request.segments], sound, request.timeline, path)


def _sound(artifact: Artifact, store_dir: Path) -> CodedSound | Iterator[F32]:
    path = _stored(artifact, store_dir)
    return CodedSound(path) if artifact.media_type == CODED else wav_pieces(path)


def _stored(artifact: Artifact, store_dir: Path) -> Path:
    return store_dir / artifact.hash[:2] / artifact.hash
