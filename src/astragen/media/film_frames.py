"""Any frame of a film as it is before encoding: shots, transitions and captions, drawn when asked for.

The renderer (`media/render.py`) makes a film from first to last, piece by piece; other
programs (MoviePy, a bench) ask for frames by number. Both draw with the same functions,
from the same jobs. Start reading at `FilmFrames`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from astragen.errors import RenderError, StoryboardError
from astragen.media.captions import captions_over
from astragen.media.colour import black
from astragen.media.compositor import join_frame
from astragen.media.looks.letterbox import Bars
from astragen.media.render import frame_source
from astragen.model.base import content_hash
from astragen.model.planes import FrameSource, Planes
from astragen.model.segment import JoinJob, RenderedShot, ShotJob
from astragen.model.take import Artifact
from astragen.model.timeline import Clip, Timeline
from astragen.plan.segments import in_film_order, join_jobs, shot_jobs

_OPEN_SHOTS: Final = 2  # a transition shows two at once; a painted scene takes seconds to build and up to 0.5 GB


class FilmFrames:
    """A `FrameSource`: all of a timeline. It has frames 0 to `frames` - 1 and no handles."""

    def __init__(self, timeline: Timeline, store_dir: Path) -> None:
        """Plan the film; nothing is opened or painted yet.

        *store_dir* is the root of the artifact store: the bytes of hash h are in `h[:2]/h`.
        """
        self.frames = timeline.frames
        self._pieces = _pieces(timeline)
        self.lengths = tuple(piece.job.body if isinstance(piece, _Body) else piece.job.frames for piece in self._pieces)
        """Frames of each piece that the renderer encodes, in film order; a shot that is all transitions has 0."""
        self._starts = tuple(accumulate(self.lengths, initial=0))[:-1]
        self._shots = _Shots({job.shot: job for job in shot_jobs(timeline)}, store_dir)
        self._bars = Bars(timeline.width, timeline.height, timeline.look.letterbox)
        self._canvas = black(timeline.width, timeline.height)

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call.

        Raises:
            RenderError: the film has no such frame, or a take cannot be rendered.
        """
        if not 0 <= n < self.frames:
            raise RenderError(f"Frame {n} of a film was asked for; it has frames 0 to {self.frames - 1}.")
        index = bisect_right(self._starts, n) - 1
        piece, number = self._pieces[index], n - self._starts[index]
        if isinstance(piece, _Body):
            self._copy(self._shots.body_frame(piece.job.shot, number))
        else:
            self._mix(piece, number)
        finished = self._bars.over(self._canvas)
        for caption in captions_over(piece.job, number):
            caption.blend(finished)
        return finished

    def _copy(self, picture: Planes) -> None:
        for target, plane in zip(self._canvas, picture, strict=True):
            np.copyto(target, plane)

    def _mix(self, piece: _Join, number: int) -> None:
        """Draw frame *number* of a transition from the tail of one shot and the head of the next."""
        before = self._shots.tail_frame(piece.before, number) if piece.before else None
        after = self._shots.head_frame(piece.after, number) if piece.after else None
        join_frame(piece.job.style, (number + 0.5) / piece.job.frames, before, after, self._canvas)


class ShotFrames:
    """A `FrameSource`: what a timeline shows of one shot, `frames` long; no transitions, bars or captions."""

    def __init__(self, timeline: Timeline, shot: str, store_dir: Path) -> None:
        """Open the take of *shot*; see `FilmFrames`.

        Raises:
            StoryboardError: the timeline has no such shot.
            RenderError: the take cannot be rendered.
        """
        clips = {item.shot: item for item in timeline.video if isinstance(item, Clip)}
        if shot not in clips:
            raise StoryboardError(f'The timeline has no shot "{shot}".', hint=f"It has {', '.join(clips)}.")
        self.frames, self._start = clips[shot].frames, clips[shot].start
        self._source = frame_source(next(job for job in shot_jobs(timeline) if job.shot == shot), store_dir)

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call."""
        return self._source.frame(self._start + n)


class _Body(NamedTuple):
    """The part of a shot that no transition covers."""

    job: ShotJob


class _Join(NamedTuple):
    """A transition, or black, and the shots on its sides; None is black."""

    job: JoinJob
    before: str | None
    after: str | None


def _pieces(timeline: Timeline) -> tuple[_Body | _Join, ...]:
    """The film in film order, from the plan that orders encoded files: here it orders stand-ins for them."""
    bodies: dict[str, _Body | _Join] = {job.shot: _Body(job) for job in shot_jobs(timeline)}
    rendered = {
        shot: RenderedShot(shot=shot, body=_stand_in(shot), head=_stand_in(shot), tail=_stand_in(shot))
        for shot in bodies
    }
    joins: dict[str, _Body | _Join] = {
        f"join {number}": _Join(job, _name_of(job.before), _name_of(job.after))
        for number, job in enumerate(join_jobs(timeline, rendered))
    }
    order = in_film_order(timeline, rendered, [_stand_in(name) for name in joins])
    pieces = bodies | joins
    return tuple(pieces[artifact.media_type] for artifact in order)


def _stand_in(name: str) -> Artifact:
    """An artifact of no bytes whose type is what it stands for."""
    return Artifact(hash=content_hash(name), media_type=name, bytes=0)


def _name_of(side: Artifact | ShotJob | None) -> str | None:
    return side.media_type if isinstance(side, Artifact) else side.shot if side is not None else None


class _Shots:
    """The shots of a film, each opened when one of its frames is first asked for; few are open at a time."""

    def __init__(self, jobs: Mapping[str, ShotJob], store_dir: Path) -> None:
        self._jobs, self._store_dir = jobs, store_dir
        self._open: dict[str, FrameSource] = {}  # the longest unused first

    def head_frame(self, shot: str, number: int) -> Planes:
        return self._frame(shot, number)

    def body_frame(self, shot: str, number: int) -> Planes:
        return self._frame(shot, self._jobs[shot].head + number)

    def tail_frame(self, shot: str, number: int) -> Planes:
        return self._frame(shot, self._jobs[shot].head + self._jobs[shot].body + number)

    def _frame(self, shot: str, number: int) -> Planes:
        """Frame *number* of all that the shot's job makes."""
        source = self._open.pop(shot, None)
        if source is None:
            if len(self._open) == _OPEN_SHOTS:
                del self._open[next(iter(self._open))]
            source = frame_source(self._jobs[shot], self._store_dir)
        self._open[shot] = source
        return source.frame(self._jobs[shot].start + number)
