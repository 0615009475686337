"""Where frames come from: a still under a move, a painted scene; each is a `FrameSource`.

To add a source, write one file here whose class has `frame(n) -> Planes` and list it
in `tests/contract/test_frame_sources.py`.
"""

from __future__ import annotations

from astragen.model.storyboard import Framings
from astragen.model.view import View
from astragen.model.vocabulary import Lens, Move
from astragen.plan.motion import framing_at, view_at, view_of_framing


def view_of_frame(n: int, move: Move, lens: Lens, *, clip_frames: int, fps: int, seed: int) -> View:
    """Where the camera is in frame *n* of a clip: half a frame in at 0, half a frame from the end at the last."""
    return view_at(move, lens, (n + 0.5) / clip_frames, clip_frames / fps, seed)


def view_between(
    n: int, framings: Framings, *, clip_frames: int, aspect: float, horizon: float, distance: float
) -> View:
    """Where the camera is in frame *n* of a clip that goes from one framing to another; see `view_of_framing`."""
    framing = framing_at(framings, (n + 0.5) / clip_frames)
    return view_of_framing(framing, aspect=aspect, horizon=horizon, distance=distance)
