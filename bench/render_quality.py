"""How near pictures are to the ideal ones: PSNR, SSIM, VMAF where an ffmpeg knows it, and where moves end up.

Only luma is compared, above the captions and outside the dissolves, which engines draw
differently on purpose. Start reading at `scores` and `warp_errors`.
"""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from astragen.media.encoder import frame_planes
from astragen.media.frames import view_of_frame
from astragen.media.frames.still import StillFrames
from astragen.model.planes import U8
from astragen.model.vocabulary import Lens, Move
from render_film import F32, FPS, Made, Wanted, ideal_luma, luma_of, make_film, read_still, zoom

STRETCH = 12  # consecutive frames scored in the middle of each scene; VMAF looks at motion
ABOVE_CAPTIONS = 0.75  # of the frame's height
CLIP_FRAMES = 90  # of the moves that are checked
CHECKED_EVERY = 5  # frames
BLOCK = 256  # px, side of what is correlated
TRUE_SHIFT = 0.05  # px, by which the measure itself is checked
ITU601 = 5  # swscale's SWS_CS_ITU601: what MoviePy's files are, untagged


def scores(path: Path, made: Made, wanted: Wanted, job: dict[str, Any]) -> dict[str, Any]:
    """The means over the scored frames of the film at *path*; job: "matrix" (601 or 709) and "vmaf" (an ffmpeg)."""
    rows = int(wanted.height * ABOVE_CAPTIONS) // 2 * 2
    shown, ideal = [], []
    stills = {still: luma_of(read_still(still)) for still in set(made.stills)}
    for number, luma in _scored(path, wanted, matrix=job.get("matrix", 709)):
        scene, n = divmod(number, wanted.scene_frames)
        wanted_luma = ideal_luma(stills[made.stills[scene]], zoom(scene, n, wanted), wanted)
        shown.append(luma[:rows])
        ideal.append(np.clip(np.rint(wanted_luma[:rows]), 0, 255).astype(np.uint8))
    pairs = list(zip(shown, ideal, strict=True))
    return {
        "psnr_db": round(float(np.mean([_psnr(one, other) for one, other in pairs])), 2),
        "ssim": round(float(np.mean([_ssim(one, other) for one, other in pairs])), 4),
        "vmaf": _vmaf(shown, ideal, Path(job["folder"]), job["vmaf"]) if job.get("vmaf") else None,
        "mbit_s": round(path.stat().st_size * 8e-6 * FPS / made.timeline.frames, 2),
    }


def _scored(path: Path, wanted: Wanted, *, matrix: int) -> Iterator[tuple[int, U8]]:
    """Number and luma (BT.709, limited) of each scored frame."""
    first = (wanted.scene_frames - STRETCH) // 2
    scored = {scene * wanted.scene_frames + n for scene in range(wanted.scenes) for n in range(first, first + STRETCH)}
    with av.open(path) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number not in scored:
                continue
            if matrix == 709:
                yield number, frame_planes(frame).y.copy()
            else:
                rgb = frame.reformat(format="rgb24", src_colorspace=ITU601, src_color_range=1, dst_color_range=2)
                yield number, np.clip(np.rint(luma_of(rgb.to_ndarray())), 0, 255).astype(np.uint8)


def _psnr(one: U8, other: U8) -> float:
    return 10 * math.log10(255**2 / max(1e-9, float(np.mean((one.astype(np.float64) - other) ** 2))))


def _ssim(one: U8, other: U8) -> float:
    """Mean structural similarity (Z. Wang et al., 2004): 11x11 Gaussian of 1.5 px, K 0.01 and 0.03."""

    def blurred(plane: F32) -> F32:
        return np.asarray(cv2.GaussianBlur(plane, (11, 11), 1.5), np.float32)

    a, b = one.astype(np.float32), other.astype(np.float32)
    mean_a, mean_b = blurred(a), blurred(b)
    var_a, var_b = blurred(a * a) - mean_a**2, blurred(b * b) - mean_b**2
    both = blurred(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    share = (2 * mean_a * mean_b + c1) * (2 * both + c2) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return float(share.mean())


def _vmaf(shown: list[U8], ideal: list[U8], folder: Path, ffmpeg: str) -> float:
    """The mean of VMAF's default model."""
    height, width = shown[0].shape
    grey = np.full(height * width // 2, 128, np.uint8).tobytes()
    inputs: list[str] = []
    for name, frames in (("shown", shown), ("ideal", ideal)):
        (folder / f"{name}.yuv").write_bytes(b"".join(frame.tobytes() + grey for frame in frames))
        inputs += ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", str(FPS)]
        inputs += ["-i", f"{name}.yuv"]
    graph = ["-lavfi", "libvmaf=log_fmt=json:log_path=vmaf.json:n_threads=2", "-f", "null", "-"]
    subprocess.run([ffmpeg, "-v", "error", "-nostdin", *inputs, *graph], check=True, cwd=folder)
    return round(float(json.loads((folder / "vmaf.json").read_text())["pooled_metrics"]["vmaf"]["mean"]), 2)


def warp_errors(wanted: Wanted, folder: Path) -> dict[str, Any]:
    """The largest distance of any block of any checked frame from the ideal path, px, by move.

    By least squares. Phase correlation, which counts grain as much as edges, is told as well, and what least
    squares find of a true shift of TRUE_SHIFT.
    """
    picture = read_still(make_film(wanted, folder).stills[0])
    luma = luma_of(picture)
    worst = {move.value: _worst(move, picture, luma, wanted) for move in Move}
    found = _found(picture, luma, wanted)
    return {
        "warp_error_px_max": round(max(one.fitted for one in worst.values()), 4),
        "warp_error_px": {move: round(one.fitted, 4) for move, one in worst.items()},
        "phase_correlation_px_max": round(max(one.correlated for one in worst.values()), 4),
        f"found_of_{TRUE_SHIFT}_px": [round(min(found), 4), round(max(found), 4)],
    }


class Errors(NamedTuple):
    """The largest displacements of a move, px, by both measures."""

    fitted: float
    correlated: float


def _worst(move: Move, picture: U8, luma: F32, wanted: Wanted) -> Errors:
    source = _under(move, picture, wanted)
    fitted, correlated = [], []
    for n in range(0, CLIP_FRAMES, CHECKED_EVERY):
        frame, ideal = source.frame(n).y, _where_it_should_be(source, n, luma, wanted)
        fitted += [math.hypot(*_fitted(frame, ideal, block)) for block in _blocks(frame)]
        correlated += [math.hypot(*_correlated(frame, ideal, block)) for block in _blocks(frame)]
    return Errors(max(fitted), max(correlated))


def _found(picture: U8, luma: F32, wanted: Wanted) -> list[float]:
    """What each block finds of a true shift, in the middle of a push, where there is picture on all sides."""
    source, n = _under(Move.PUSH_IN, picture, wanted), CLIP_FRAMES // 2
    frame, moved = source.frame(n).y, _where_it_should_be(source, n, luma, wanted, shift=TRUE_SHIFT)
    return [_fitted(frame, moved, block)[0] for block in _blocks(frame)]


def _under(move: Move, picture: U8, wanted: Wanted) -> StillFrames:
    views = [view_of_frame(n, move, Lens.NORMAL, clip_frames=CLIP_FRAMES, fps=FPS, seed=3) for n in range(CLIP_FRAMES)]
    return StillFrames(picture, views, first=0, width=wanted.width, height=wanted.height)


def _where_it_should_be(source: StillFrames, n: int, luma: F32, wanted: Wanted, *, shift: float = 0.0) -> F32:
    """Frame *n* resampled once from the picture as it came, along the path that the source states.

    shift: px of the frame by which its content lies farther left.
    """
    step, left, top = (value * luma.shape[0] / source.size[0] for value in source.path(n))
    x, y = luma.shape[1] / 2 + left - step / 2 + shift * step, luma.shape[0] / 2 + top - step / 2
    box = (max(0.0, x), max(0.0, y), x + step * wanted.width, y + step * wanted.height)
    box = (*box[:2], min(box[2], luma.shape[1]), min(box[3], luma.shape[0]))
    return np.asarray(
        Image.fromarray(luma).resize((wanted.width, wanted.height), Image.Resampling.LANCZOS, box), np.float32
    )


def _blocks(frame: U8) -> list[tuple[slice, slice]]:
    """Five blocks of a frame: the corners and the middle."""
    height, width = frame.shape
    side = min(BLOCK, 1 << (height // 2).bit_length() - 1)  # of other sides phaseCorrelate finds half a pixel too much
    edges = (side // 2, height - side // 2), (side // 2, width - side // 2)
    places = [(y, x) for y in edges[0] for x in edges[1]] + [(height // 2, width // 2)]
    return [np.s_[y - side // 2 : y + side // 2, x - side // 2 : x + side // 2] for y, x in places]


def _fitted(frame: U8, ideal: F32, block: tuple[slice, slice]) -> tuple[float, float]:
    """How far right and down the block's content lies of where it should, px: the shift that leaves the least squares.

    To first order (B. Lucas and T. Kanade, 1981), which holds for shifts well under a pixel.
    """
    wanted = ideal[block]
    across, down = _slope(wanted, 1), _slope(wanted, 0)
    weight = cv2.createHanningWindow(wanted.shape[::-1], cv2.CV_64F)
    off = (frame[block].astype(np.float64) - wanted) * weight
    normal = [[(weight * a * b).sum() for b in (across, down)] for a in (across, down)]
    x, y = np.linalg.solve(normal, [(across * off).sum(), (down * off).sum()])
    return -float(x), -float(y)


def _slope(plane: F32, axis: int) -> NDArray[np.float64]:
    """The derivative along *axis*, exact up to the finest detail: a difference of pixels misses half of grain's."""
    turns = np.fft.fftfreq(plane.shape[axis]).reshape((-1, 1) if axis == 0 else (1, -1))
    return np.fft.ifft(np.fft.fft(plane, axis=axis) * 2j * np.pi * turns, axis=axis).real


def _correlated(frame: U8, ideal: F32, block: tuple[slice, slice]) -> tuple[float, float]:
    """The same by phase correlation."""
    window = cv2.createHanningWindow(frame[block].shape[::-1], cv2.CV_64F)
    shift, _ = cv2.phaseCorrelate(ideal[block].astype(np.float64), frame[block].astype(np.float64), window)
    return float(shift[0]), float(shift[1])
