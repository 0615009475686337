"""A decoded picture of any kind to the renderer's planes.

One chain of FFmpeg filters does it: alpha laid over black, the middle cut out so that the
frame is covered, scaled (Lanczos), turned upright, colours brought to BT.709 limited 4:2:0
with left-sited chroma. Start reading at `Conformer`; `_chain` is the chain.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from astragen.errors import RenderError
from astragen.media.clips.light import Transfer, cube, is_beyond_sdr
from astragen.media.encoder import frame_planes
from astragen.model.planes import Planes

# Codes of ITU-T H.273 (matrix) and of FFmpeg's AVCOL_RANGE
_RGB, _BT709, _UNSTATED, _BT601, _BT2020, _BT2020_CL = 0, 1, 2, 5, 9, 10
_LIMITED, _FULL = 1, 2

_SD_WIDTH, _SD_HEIGHT = 1279, 576  # px; untagged pictures up to this are BT.601, larger ones BT.709, as players hold it
_SAR_MAX = 8  # a pixel shape beyond this is a broken header

_FLAGS = "lanczos+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"
_TO_BT709 = f"flags={_FLAGS}:out_color_matrix=bt709:out_range=limited:out_chroma_loc=left"

Step = tuple[str, str]  # a filter and its arguments


class Upright(NamedTuple):
    """What turns a coded picture upright: rows and columns swapped, then mirrored across, then upside down."""

    is_swapped: bool = False
    is_mirrored: bool = False
    is_upside_down: bool = False


class _Kind(NamedTuple):
    """All that the chain depends on; another kind in one clip gets another chain."""

    format: str
    width: int
    height: int
    matrix: int
    color_range: int
    transfer: int
    primaries: int
    upright: Upright


class Conformer:
    """Turns decoded frames into planes of one size."""

    def __init__(self, width: int, height: int, *, pixel_aspect: Fraction | None) -> None:
        """Prepare for frames of any kind.

        Args:
            width: of the planes, even.
            height: of the planes, even.
            pixel_aspect: width / height of a coded pixel; None and absurd ones count as 1.
        """
        self._size = (width, height)
        is_sane = pixel_aspect is not None and Fraction(1, _SAR_MAX) <= pixel_aspect <= _SAR_MAX
        self._pixel_aspect = pixel_aspect if pixel_aspect is not None and is_sane else Fraction(1)
        self._kind: _Kind | None = None
        self._graph = av.filter.Graph()

    def planes(self, frame: av.VideoFrame) -> Planes:
        """*frame* as planes, over memory of their own; *frame* gets the tags that it lacked.

        Raises:
            RenderError: FFmpeg has no way from this kind of picture to ours.
        """
        kind = _kind_of(frame)
        try:
            if kind != self._kind:
                self._graph, self._kind = self._built(kind, frame), kind
            frame.colorspace, frame.color_range = kind.matrix, kind.color_range
            self._graph.vpush(frame)
            return frame_planes(self._graph.vpull())
        except (av.FFmpegError, ValueError) as error:
            raise RenderError(
                f"Pictures of {kind.width}x{kind.height} in {kind.format} cannot be conformed: {error}.",
                hint="Convert the clip to H.264 in 4:2:0.",
            ) from error

    def _built(self, kind: _Kind, frame: av.VideoFrame) -> av.filter.Graph:
        graph = av.filter.Graph()
        graph.threads = 1  # one process a core
        base = frame.time_base or Fraction(1, 1000)
        source = (
            f"video_size={kind.width}x{kind.height}:pix_fmt={kind.format}:time_base={base.numerator}/{base.denominator}"
            f":pixel_aspect=1/1:colorspace={kind.matrix}:range={kind.color_range}"
        )
        with tempfile.TemporaryDirectory(prefix="astragen-") as folder:  # a table is read when its filter is made
            nodes = [graph.add("buffer", source)]
            for name, arguments in _chain(kind, frame.format, self._size, self._pixel_aspect):
                if name == "lut3d":
                    table = Path(folder) / "light.cube"
                    table.write_text(cube(kind.transfer, kind.primaries), "ascii")
                    nodes.append(graph.add(name, file=str(table), interp=arguments))
                else:
                    nodes.append(graph.add(name, arguments or None))
            graph.link_nodes(*nodes, graph.add("buffersink")).configure()
        return graph


def _kind_of(frame: av.VideoFrame) -> _Kind:
    """*frame*'s kind, with what its tags leave open filled in."""
    shape = frame.format
    matrix, color_range = int(frame.colorspace), int(frame.color_range)
    if shape.is_rgb or shape.has_palette:
        matrix, color_range = _RGB, _FULL
    elif matrix in (_RGB, _UNSTATED, _BT2020_CL):
        matrix = _matrix_of(frame)
    if color_range not in (_LIMITED, _FULL):
        color_range = _FULL if shape.name.startswith(("yuvj", "gray", "ya")) else _LIMITED
    transfer, primaries = int(frame.color_trc), int(frame.color_primaries)
    size = (frame.width, frame.height)
    return _Kind(shape.name, *size, matrix, color_range, transfer, primaries, upright_of(frame))


def _matrix_of(frame: av.VideoFrame) -> int:
    """The matrix of a picture that does not state it."""
    if frame.colorspace == _BT2020_CL or frame.color_trc in set(Transfer):
        return _BT2020
    return _BT601 if frame.width <= _SD_WIDTH and frame.height <= _SD_HEIGHT else _BT709


def upright_of(frame: av.VideoFrame) -> Upright:
    """What the display matrix of *frame* asks for, to the nearest quarter turn (ISO/IEC 14496-12, 6.2.2).

    The matrix (a b u; c d v; x y w) shows coded point (p, q) at (a p + c q + x, b p + d q + y).
    """
    side = frame.side_data.get("DISPLAYMATRIX")
    if side is None:
        return Upright()
    a, b, _, c, d = np.frombuffer(side, np.int32)[:5].tolist()  # type: ignore[call-overload]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Upright(is_mirrored=a < 0, is_upside_down=d < 0)
    return Upright(is_swapped=True, is_mirrored=c < 0, is_upside_down=b < 0)


def _chain(kind: _Kind, shape: av.VideoFormat, size: tuple[int, int], pixel_aspect: Fraction) -> Iterator[Step]:
    """The filters from a picture of *kind* to planes of *size*."""
    width, height = size[::-1] if kind.upright.is_swapped else size
    yield from _opaque(kind, shape)
    yield "crop", _middle(kind, width, height, pixel_aspect)
    is_beyond = is_beyond_sdr(kind.transfer, kind.primaries)
    if is_beyond:
        yield "scale", f"w={width}:h={height}:flags={_FLAGS}:out_range=full"
        yield "format", "gbrp16"
        yield "lut3d", "tetrahedral"
    else:
        yield "scale", f"w={width}:h={height}:{_TO_BT709}"
        yield "format", "yuv444p" if any(kind.upright) else "yuv420p"
    yield from _turns(kind.upright)
    if is_beyond or any(kind.upright):  # chroma is halved last: turned, its samples would sit elsewhere
        yield "scale", _TO_BT709
        yield "format", "yuv420p"


def _opaque(kind: _Kind, shape: av.VideoFormat) -> Iterator[Step]:
    """Alpha laid over black, before anything blurs its edges; grey of limited range made full, as FFmpeg takes it."""
    depth = max(component.bits for component in shape.components)
    if shape.has_palette or any(component.is_alpha for component in shape.components):
        yield "scale", f"flags={_FLAGS}"
        yield "format", "gbrap" if depth <= 8 else "gbrap16"
        yield "premultiply", "inplace=1"
    elif shape.name.startswith("gray") and kind.color_range == _LIMITED:
        unit = 2 ** (depth - 8)
        yield "lut", f"c0='clip((val-{16 * unit})*maxval/{219 * unit},0,maxval)'"


def _middle(kind: _Kind, width: int, height: int, pixel_aspect: Fraction) -> str:
    """The largest part of the picture that has the shape width:height as shown, about its centre."""
    wanted = Fraction(width, height) / pixel_aspect  # in coded pixels
    across = min(kind.width, max(2, round(kind.height * wanted)))
    down = min(kind.height, max(2, round(kind.width / wanted)))
    return f"w={across}:h={down}"


def _turns(upright: Upright) -> Sequence[Step]:
    steps = (("transpose", "cclock_flip"), ("hflip", ""), ("vflip", ""))  # cclock_flip swaps rows and columns
    return [step for step, is_asked in zip(steps, upright, strict=True) if is_asked]
