"""Real tiny clips: of any codec, coded form, rate and tags, written with PyAV.

Colours are coded here by the formulas of the recommendations, in floating point, so that
what decodes them is not what made them. Start reading at `write_clip`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import av
import numpy as np

LIMITED, FULL = 1, 2
BT709, BT601, BT2020 = 1, 5, 9
WEIGHTS = {BT709: (0.2126, 0.0722), BT601: (0.299, 0.114), BT2020: (0.2627, 0.0593)}  # of red and blue
BARS = [(235, 235, 235), (190, 190, 20), (20, 190, 190), (20, 190, 20), (190, 20, 190), (190, 20, 20), (20, 20, 190)]
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


def bars(width: int = 168, height: int = 96) -> np.ndarray:
    """Seven upright bars in sRGB, (height, width, 3) uint8; *width* is a multiple of 14."""
    return np.repeat(np.array(BARS, np.uint8)[None], width // 7, axis=1).repeat(height, axis=0).reshape(height, -1, 3)


def grey(level: int, width: int = 160, height: int = 90) -> np.ndarray:
    """One level of grey."""
    return np.full((height, width, 3), level, np.uint8)


def ycc(rgb: np.ndarray, matrix: int, color_range: int) -> np.ndarray:
    """(..., 3) R'G'B' of 0 to 255 as 8-bit Y, Cb, Cr, not rounded (ITU-R BT.709-6, items 3 and 4)."""
    kr, kb = WEIGHTS[matrix]
    r, g, b = np.moveaxis(np.asarray(rgb, float) / 255, -1, 0)
    y = kr * r + (1 - kr - kb) * g + kb * b
    u, v = (b - y) / 2 / (1 - kb), (r - y) / 2 / (1 - kr)
    luma, chroma, black = (219, 224, 16) if color_range == LIMITED else (255, 255, 0)
    return np.stack([black + luma * y, 128 + chroma * u, 128 + chroma * v], -1)


def coded(rgb: np.ndarray, pix_fmt: str, *, matrix: int = BT709, color_range: int = LIMITED) -> av.VideoFrame:
    """*rgb*, (height, width, 3 or 4) uint8, as a frame in *pix_fmt*: RGB, grey, or planar YUV of any depth."""
    height, width = rgb.shape[:2]
    frame = av.VideoFrame(width, height, pix_fmt)
    shape = frame.format
    if shape.is_rgb:
        return av.VideoFrame.from_ndarray(rgb, "rgba" if rgb.shape[2] == 4 else "rgb24").reformat(format=pix_fmt)
    whole = ycc(rgb[..., :3], matrix, color_range)
    if rgb.shape[2] == 4:
        whole = np.concatenate([whole, rgb[..., 3:].astype(float)], -1)
    depth = shape.components[0].bits
    dtype = np.uint8 if depth == 8 else np.dtype("<u2")
    for index, plane in enumerate(frame.planes):
        one = whole[..., index] * (2 ** (depth - 8))
        if index == 3:  # alpha has no headroom: 255 is all there is
            one = whole[..., 3] / 255 * (2**depth - 1)
        rows, columns = height // plane.height, width // plane.width
        small = one[::rows, ::columns]
        lines = np.zeros(
            (plane.height, plane.line_size // dtype().itemsize if depth == 8 else plane.line_size // 2), dtype
        )
        lines[:, : plane.width] = np.clip(np.rint(small), 0, 2**depth - 1)
        plane.update(lines.tobytes())
    return frame


def write_clip(
    path: Path,
    pictures: Iterable[np.ndarray],
    *,
    rate: Fraction | int = 25,
    times: Sequence[float] | None = None,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    matrix: int = BT709,
    color_range: int = LIMITED,
    tags: Mapping[str, int] = MappingProxyType({}),
    options: Mapping[str, str] = NO_OPTIONS,
    rotation: int = 0,
    pixel_aspect: Fraction | None = None,
) -> Path:
    """Write *pictures*, each (height, width, 3 or 4) uint8, losslessly where the codec can; return *path*.

    *times*: seconds of each picture, for variable rates. *tags*: of the codec context, over the matrix and range.
    """
    base = Fraction(1, 1000) if times is not None else 1 / Fraction(rate)
    lossless = {"libx264": {"qp": "0", "preset": "ultrafast", "bf": "0"}}.get(codec, {})
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=Fraction(rate), options={**lossless, **options})
        stream.pix_fmt = pix_fmt
        context = stream.codec_context
        context.time_base = base
        context.colorspace, context.color_range = matrix, color_range
        for name, code in tags.items():
            setattr(context, name, code)
        if pixel_aspect is not None:
            context.sample_aspect_ratio = pixel_aspect
        for number, picture in enumerate(pictures):
            if not number:
                stream.height, stream.width = picture.shape[:2]
                if rotation:
                    stream.set_display_rotation(rotation)
            frame = coded(picture, pix_fmt, matrix=matrix, color_range=color_range)
            frame.colorspace, frame.color_range = context.colorspace, context.color_range
            frame.pts = round(times[number] * 1000) if times is not None else number
            frame.time_base = base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
