"""How far away the parts of a picture are: by cues, or by a depth model that the user gives.

Depth here is *nearness*: 0 at infinity, 1 for what stands nearest, in between as 1 / distance, so that
flat ground rises evenly from the horizon down. `confidence` says how far to believe it; below BELIEVED
a still is moved as the flat picture it is. Start reading at `depth_by_cues`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import numpy as np

from astragen.errors import RenderError, SettingsError
from astragen.media.cues import (
    F32,
    Small,
    has_face,
    horizon_of,
    is_coloured,
    is_graphic,
    small_of,
    standing_of,
    subject_of,
)
from astragen.media.pictures import picture_of
from astragen.model.planes import U8

BELIEVED: Final = 0.4  # confidence below which a picture is not given any depth

_PLAIN_HORIZON = (0.2, 0.36)  # of the variance between its halves: from doubtful to plain (21 pictures measured)
_PLAIN_SUBJECT: Final = 0.45
_STAGE_TRUST: Final = 0.5  # in a wide view without a plain horizon: the ground is below, walls and trees to the sides
_RISE: Final = 0.5  # nearness of what rises from the horizon to the top edge
_FAR_RISE: Final = 0.07  # of what hardly rises
_SUBJECT_NEAR: Final = 0.72  # of a subject whose ground is not seen
_UNSEEN_GROUND: Final = 0.4  # of the ground's depth: where it is a guess, what else stands on it would lean
_MODEL_SIDE: Final = 384  # px that a model of free size is asked at, a multiple of 14 and 32 next to it is taken
_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet: what MiDaS and Depth Anything expect


class Depth(NamedTuple):
    """nearness: (h, w) float32 in [0, 1], over the whole picture at any size.

    confidence: 0 to 1. horizon: eye level in heights from the top; 0.5 where none is seen.
    """

    nearness: F32
    confidence: float
    horizon: float


def depth_by_cues(picture: U8, *, is_wide: bool) -> Depth:
    """Depth of *picture*, (h, w, 3) uint8 sRGB, by what can be seen in it.

    *is_wide*: the shot was asked for as a wide or full view, so it is of a place, seen from the ground.
    Of drawings, charts, and large faces nothing is believed.
    """
    small = small_of(picture)
    width, height = small.size
    flat = Depth(np.zeros((height, width), np.float32), 0.0, 0.5)
    if is_graphic(small) or has_face(small):
        return flat
    horizon, subject = horizon_of(small), subject_of(small)
    low, high = _PLAIN_HORIZON
    if horizon.plainness > low:
        nearness, level = _landscape(small, horizon.down), horizon.down
        confidence = float(np.interp(horizon.plainness, (low, high), (BELIEVED, 1.0)))
    elif is_wide and is_coloured(small):
        nearness, level, confidence = _stage(width, height), 0.5, _STAGE_TRUST
    else:
        nearness, level, confidence = 0.35 * _ground(height, 0.5)[:, None] * np.ones((1, width), np.float32), 0.5, 0.0
    if subject.plainness > _PLAIN_SUBJECT:
        nearness = nearness if horizon.plainness > low else _UNSEEN_GROUND * nearness
        foot = int(np.flatnonzero(subject.where.any(1))[-1])
        at = float(nearness[foot].max()) if confidence else _SUBJECT_NEAR
        nearness = np.where(subject.where, np.maximum(nearness, max(at, 0.5)), nearness)
        confidence = max(confidence, subject.plainness)
    return Depth(np.asarray(nearness, np.float32), confidence, level)


def _ground(height: int, horizon: float) -> F32:
    """(height,): nearness of flat ground, 0 at the horizon and above it."""
    down = (np.arange(height, dtype=np.float32) + 0.5) / height
    return np.clip((down - horizon) / (1 - horizon), 0, 1).astype(np.float32)


def _landscape(small: Small, horizon: float) -> F32:
    """Ground below the horizon; above it what stands there, the nearer the higher it rises; then sky."""
    width, height = small.size
    row = max(1, round(horizon * height))
    standing = standing_of(small, horizon)
    rise = standing[:row].sum(0) / row
    rise = cv2.GaussianBlur(rise[None].astype(np.float32), (0, 0), width / 64)[0]
    contrast = [float(small.detail[part].mean()) for part in (standing & _above(small, row), ~_above(small, row))]
    clearness = float(np.clip(contrast[0] / (contrast[1] + 1e-6), 0.35, 1.0)) if np.isfinite(contrast[0]) else 0.0
    near = (_FAR_RISE + _RISE * rise) * clearness
    upper = np.where(standing, near[None], 0)
    return np.asarray(np.where(_above(small, row), upper, _ground(height, horizon)[:, None]), np.float32)


def _above(small: Small, row: int) -> np.ndarray:
    width, height = small.size
    return np.broadcast_to(np.arange(height)[:, None] < row, (height, width))


def _stage(width: int, height: int) -> F32:
    """A place like most: ground that comes nearer below the middle, sides nearer than the middle."""
    across = np.abs(2 * (np.arange(width, dtype=np.float32) + 0.5) / width - 1)
    sides = 0.55 * across**1.6
    return np.asarray(np.maximum(0.9 * _ground(height, 0.5)[:, None], sides[None]) + 0.1 * sides[None], np.float32)


def depth_by_model(picture: U8, model: Path) -> Depth:
    """Depth of *picture* by the ONNX file *model*, which gives inverse depth: MiDaS, DPT or Depth Anything.

    Raises:
        SettingsError: onnxruntime is not installed.
        RenderError: the file is no such model.
    """
    try:
        onnxruntime = import_module("onnxruntime")  # not before it is used: it is large, and an extra
    except ImportError as error:
        raise SettingsError(
            "ASTRAGEN_DEPTH_MODEL needs onnxruntime, which is not installed.", hint="Run: pip install onnxruntime"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        (entry, *_) = session.get_inputs()
        found = session.run(None, {entry.name: _tensor(picture, entry.shape)})[0]
    except Exception as error:
        raise RenderError(
            f"The depth model {model.name} cannot be used: {str(error).splitlines()[0]}.",
            hint="Give an ONNX file that takes (1, 3, height, width) and gives inverse depth, or unset it.",
        ) from error
    return _read(np.asarray(found), model)


def write_depth(picture: Path, model: Path, out: Path, *, shot: str) -> None:
    """Write the depth of the picture file *picture* by *model* to *out*, a grey PNG of 16 bits; see `depth_by_model`.

    Meant for a worker. *shot*: for messages.

    Raises:
        SettingsError, RenderError: as `depth_by_model`, or a file cannot be read or written.
    """
    try:
        depth = depth_by_model(picture_of(picture.read_bytes(), f"The still of shot {shot}"), model)
        _, coded = cv2.imencode(".png", np.asarray(np.rint(depth.nearness * 65535), np.uint16))
        out.write_bytes(coded.tobytes())
    except OSError as error:
        raise RenderError(f"The depth of shot {shot} cannot be made: {error}.") from error


def read_depth(path: Path, *, shot: str) -> Depth:
    """The depth that `write_depth` wrote; one distance all over is not believed.

    Raises:
        RenderError: the file is missing or is no such PNG.
    """
    try:
        coded = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise RenderError(f"The depth of shot {shot} cannot be read: {error}.") from error
    values = cv2.imdecode(coded, cv2.IMREAD_UNCHANGED) if coded.size else None
    if values is None or values.ndim != 2 or values.dtype != np.uint16:
        raise RenderError(f"The depth of shot {shot} is no grey PNG of 16 bits.")
    return Depth(np.asarray(values / 65535, np.float32), 1.0 if values.any() else 0.0, 0.5)


def _tensor(picture: U8, shape: list[Any]) -> F32:
    """*picture* as (1, 3, h, w) float32, normalised, of the size that *shape* states."""
    side = _MODEL_SIDE // 14 * 14
    height, width = (length if isinstance(length, int) else side for length in shape[-2:])
    sized = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return np.asarray(((sized - _MEAN) / _SPREAD).transpose(2, 0, 1)[None], np.float32)


def _read(found: np.ndarray, model: Path) -> Depth:
    """The model's answer as nearness: its 2nd percentile is far, its 98th near."""
    values = np.squeeze(found).astype(np.float32)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise RenderError(
            f"The depth model {model.name} gave {found.shape}; one finite map was expected.",
            hint="Give an ONNX file that takes (1, 3, height, width) and gives inverse depth, or unset it.",
        )
    low, high = (float(np.percentile(values, part)) for part in (2, 98))
    spread = high - low
    nearness = np.clip((values - low) / spread, 0, 1) if spread > 1e-6 else np.zeros_like(values)
    return Depth(np.asarray(nearness, np.float32), 1.0 if spread > 1e-6 else 0.0, 0.5)
