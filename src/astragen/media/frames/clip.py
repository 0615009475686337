"""Frames of a decoded clip, whatever its rate, size, colours and length.

`plan/filling.py` says how the clip fills its shot; here frame n is the picture then on
display, or in slow motion the two about that moment mixed by how near they are. Variable
frame rates need nothing else: pictures are found by their times. Start reading at `ClipFrames`.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from astragen.errors import ProbeError, RenderError
from astragen.media.clips.playhead import Playhead, Shown
from astragen.media.clips.reader import ClipReader
from astragen.model.planes import Planes
from astragen.model.take import Footage
from astragen.plan.filling import Filling, fill


class ClipFrames:
    """A `FrameSource`: a file's pictures, conformed to the frame, over the length of a shot."""

    def __init__(
        self, path: Path, footage: Footage, *, shot: str, first: int, frames: int, fps: int, width: int, height: int
    ) -> None:
        """Prepare to show *path*.

        Args:
            path: any file that FFmpeg decodes.
            footage: how much of it decodes, see `media/clips/facts.py`.
            shot: for messages.
            first: number of the first frame that can be asked for; negative for a head. It shows the clip's first.
            frames: how many can be asked for, handles included: the clip fills these.
            fps: of the film.
            width: of the frames, even.
            height: of the frames, even.

        Raises:
            ProbeError: the file cannot be filmed; see `ClipReader`.
        """
        self._path, self._shot, self._first, self._frames = path, shot, first, frames
        self.filling: Filling = fill(footage, frames=frames, fps=fps)
        self._playhead = Playhead(ClipReader(path, shot=shot), width=width, height=height)
        half = (height // 2, width // 2)
        self._out = Planes(np.empty((height, width), np.uint8), np.empty(half, np.uint8), np.empty(half, np.uint8))

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call.

        Raises:
            RenderError: *n* is out of the shot, or its picture cannot be conformed.
            ProbeError: the file can no longer be read.
        """
        if not 0 <= n - self._first < self._frames:
            last = self._first + self._frames - 1
            raise RenderError(f"Frame {n} of the clip of shot {self._shot}: it has frames {self._first} to {last}.")
        moment_s = self.filling.moment_s(n - self._first)
        before = self._shown(moment_s)
        after = self._shown(before.end_s) if self.filling.is_mixed and np.isfinite(before.end_s) else before
        length_s = after.start_s - before.start_s
        share = (moment_s - before.start_s) / length_s if length_s else 0.0
        for out, one, other in zip(self._out, before.planes, after.planes, strict=True):
            cv2.addWeighted(one, 1.0 - share, other, share, 0.0, dst=out) if share else np.copyto(out, one)
        return self._out

    def _shown(self, moment_s: float) -> Shown:
        try:
            return self._playhead.at(moment_s)
        except LookupError as error:
            raise ProbeError(
                f"The clip of shot {self._shot} ({self._path.name}) has no picture at {moment_s:.2f} s.",
                hint="It was changed while it was read; run the same command again.",
            ) from error
        except RenderError as error:
            raise RenderError(f"Shot {self._shot} ({self._path.name}): {error.message}", hint=error.hint) from error
