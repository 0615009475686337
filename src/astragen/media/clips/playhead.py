"""Which of a clip's pictures is on display at a moment, conformed, with those near it kept.

Forwards, every picture is decoded once. Backwards, a stretch is decoded from the keyframe
before it and kept, so that the pictures before come out of memory; a byte limit bounds what
is kept. Start reading at `Playhead.at`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from astragen.media.clips.conform import Conformer
from astragen.media.clips.reader import ClipReader, Timed
from astragen.model.planes import Planes

_KEPT_BYTES = 96 * 2**20  # 32 pictures of 1080p
_KEPT_MIN, _KEPT_MAX = 8, 64  # pictures
_AHEAD_S = 2.0  # a jump further than this seeks; a shorter one reads on (keyframes are seldom closer)


class Shown(NamedTuple):
    """A picture and the stretch in which it is on display; the last one's has no end."""

    start_s: float
    end_s: float
    planes: Planes


class Playhead:
    """A clip, played to any moment in any order; the same moment always shows the same picture."""

    def __init__(self, reader: ClipReader, *, width: int, height: int) -> None:
        self._reader = reader
        self._conformer = Conformer(width, height, pixel_aspect=reader.pixel_aspect)
        self._kept_max = min(_KEPT_MAX, max(_KEPT_MIN, _KEPT_BYTES // (width * height * 3 // 2)))
        self._kept: dict[float, Shown] = {}  # by start, oldest first
        self._pictures: Iterator[Timed] = iter(())
        self._next: Timed | None = None
        self._is_playing = False

    def at(self, moment_s: float) -> Shown:
        """The picture on display *moment_s* seconds from the clip's first; the first before it, the last after all.

        Its planes are kept: read them, and write into copies only.

        Raises:
            RenderError: the picture is of a kind that cannot be conformed.
            ProbeError: the file was fit to open, and is no longer.
        """
        for shown in reversed(self._kept.values()):
            if shown.start_s <= moment_s < shown.end_s:
                return shown
        keep_from_s = self._reach(moment_s)
        while True:
            picture = self._next
            if picture is None:
                raise LookupError(f"no picture at {moment_s} s")
            self._next = next(self._pictures, None)
            end_s = self._next.start_s if self._next is not None else math.inf
            if end_s > min(moment_s, keep_from_s):
                self._keep(picture, end_s)
            if end_s > moment_s:
                return self._kept[picture.start_s]

    def _reach(self, moment_s: float) -> float:
        """Stand at or before *moment_s*; return from when on pictures are worth keeping."""
        if self._next is not None and self._next.start_s <= moment_s < self._next.start_s + _AHEAD_S:
            return moment_s
        is_backwards = self._is_playing and (self._next is None or moment_s < self._next.start_s)
        keep_from_s = moment_s - (self._kept_max - 2) * self._reader.picture_s if is_backwards else moment_s
        self._pictures = self._reader.pictures(max(keep_from_s, 0.0))
        self._next, self._is_playing = next(self._pictures, None), True
        return keep_from_s

    def _keep(self, picture: Timed, end_s: float) -> None:
        planes = self._conformer.planes(picture.frame)
        self._kept.pop(picture.start_s, None)
        self._kept[picture.start_s] = Shown(picture.start_s, end_s, planes)
        while len(self._kept) > self._kept_max:
            del self._kept[next(iter(self._kept))]
