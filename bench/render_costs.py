"""CPU of a frame in each transition and under each part of a look, beside a bare frame and the encoder.

One thread, thread time, medians, through the functions that the renderer calls. Whatever
kinds and parts there are is measured. Start reading at `table`.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from astragen.errors import AstraGenError
from astragen.media.captions import overlay
from astragen.media.colour import black, planes_of
from astragen.media.compositor import join_frame
from astragen.media.encoder import encode
from astragen.media.frames import view_of_frame
from astragen.media.frames.still import StillFrames
from astragen.media.looks import graded
from astragen.media.looks.letterbox import Bars
from astragen.model.look import Look
from astragen.model.planes import Planes
from astragen.model.segment import Profile
from astragen.model.vocabulary import Lens, Move, TransitionKind
from render_film import FPS, Wanted, still

FRAMES = 12
STRENGTH = 0.5  # of a part of a look that has one
CUBE_SIDE = 33  # entries a side, what grading programs write
AFFECTING = {"lut_strength": "lut"}  # parts that only say how much of another


class Held:
    """A source that always gives the same frame, at no cost."""

    def __init__(self, planes: Planes) -> None:
        self._planes = planes

    def frame(self, n: int) -> Planes:
        """Return the frame."""
        return self._planes


def table(wanted: Wanted) -> dict[str, Any]:
    """Milliseconds of CPU a frame: bare, caption, encoder, and by transition and part of a look."""
    cv2.setNumThreads(1)
    profile = Profile(width=wanted.width, height=wanted.height, fps=FPS)
    one, other = (planes_of(still(seed, wanted.width, wanted.height)) for seed in (0, 1))
    source = _moving(wanted)
    return {
        "frame_ms": cost_ms(source.frame),
        "caption_ms": _caption_ms(one, wanted),
        "encode_ms": _encode_ms(source, profile),
        "transition_ms": {kind.value: _transition_ms(kind, one, other, wanted) for kind in _kinds()},
        "look_ms": {part: _look_ms(part, one, profile) for part in Look.model_fields if part not in AFFECTING},
    }


def cost_ms(work: Callable[[int], object]) -> float:
    """The median CPU of *work* on frames 0 to FRAMES - 1, once what it keeps is there."""
    work(0)
    costs = []
    for number in range(FRAMES):
        start_s = time.thread_time()
        work(number)
        costs.append(1000 * (time.thread_time() - start_s))
    return round(statistics.median(costs), 2)


def _moving(wanted: Wanted) -> StillFrames:
    views = [view_of_frame(n, Move.PUSH_IN, Lens.NORMAL, clip_frames=FRAMES, fps=FPS, seed=1) for n in range(FRAMES)]
    picture = still(0, round(wanted.width * 2 / 3) * 2, round(wanted.height * 2 / 3) * 2)
    return StillFrames(picture, views, first=0, width=wanted.width, height=wanted.height)


def _kinds() -> list[TransitionKind]:
    return [kind for kind in TransitionKind if kind is not TransitionKind.CUT]


def _transition_ms(kind: TransitionKind, one: Planes, other: Planes, wanted: Wanted) -> float:
    out = black(wanted.width, wanted.height)
    return cost_ms(lambda number: join_frame(kind, (number + 0.5) / FRAMES, one, other, out))


def _look_ms(part: str, planes: Planes, profile: Profile) -> float | str:
    """What *part* alone costs; the error's text where it cannot be laid."""
    field: Any = getattr(Look(), part)
    if part == "letterbox":
        bars = Bars(profile.width, profile.height, 2.39)
        return cost_ms(lambda number: bars.over(planes))
    look = Look(lut="bench.cube") if isinstance(field, str) else Look.model_validate({part: STRENGTH})
    cube = _cube() if look.lut else b""
    try:
        return cost_ms(graded(Held(planes), look, profile=profile, seed=1, cube=cube).frame)
    except AstraGenError as error:
        return str(error)


def _cube() -> bytes:
    """A LUT that bends every channel."""
    steps = np.linspace(0, 1, CUBE_SIDE)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    rows = np.stack([red**1.1, green, blue**0.9], axis=-1).reshape(-1, 3)
    lines = [f"LUT_3D_SIZE {CUBE_SIDE}", *(" ".join(f"{value:.6f}" for value in row) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def _caption_ms(planes: Planes, wanted: Wanted) -> float:
    caption = overlay("The quick brown fox jumps over the lazy dog", wanted.width, wanted.height, "en")
    canvas = Planes(*(plane.copy() for plane in planes))
    return cost_ms(lambda number: caption.blend(canvas))


def _encode_ms(source: StillFrames, profile: Profile) -> float:
    frames = [Planes(*(plane.copy() for plane in source.frame(n))) for n in range(FRAMES)]
    with tempfile.TemporaryDirectory(prefix="astragen-bench-") as folder:
        start_s = time.process_time()
        encode(frames, FRAMES, profile, Path(folder) / "floor.mp4")
        return round(1000 * (time.process_time() - start_s) / FRAMES, 2)
