"""A job to files: what worker processes run.

`render_shot` films one shot in one pass: its head is kept lossless, its body encoded,
its tail kept. `render_join` mixes a tail with a head, each kept or drawn. Both are plain
functions of picklable values; equal jobs give equal bytes. The caller stores the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import repeat
from pathlib import Path

import cv2

from astragen.builtin.painter.places import has_overlay
from astragen.errors import RenderError
from astragen.media.captions import captions_over
from astragen.media.colour import rgb_of
from astragen.media.compositor import join_frame
from astragen.media.depth import read_depth
from astragen.media.encoder import Drawing, Finish, encode
from astragen.media.frames import view_between, view_of_frame
from astragen.media.frames.parallax import ParallaxFrames, moving_still
from astragen.media.frames.still import PICTURE_DISTANCE, PreparedStill, StillFrames
from astragen.media.handles import keep, kept
from astragen.media.looks import graded
from astragen.media.looks.letterbox import Bars
from astragen.media.pictures import picture_of
from astragen.media.prepared import prepared
from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.planes import U8, FrameSource, Planes
from astragen.model.recipe import Recipe
from astragen.model.segment import JoinJob, RenderedShotFiles, ShotJob
from astragen.model.take import Artifact, Take
from astragen.model.view import View
from astragen.model.vocabulary import Lens, Move

_STILL_MOVE, _STILL_LENS = Move.PUSH_IN, Lens.NORMAL  # of a still whose take brings no recipe


def render_shot(job: ShotJob, store_dir: Path, scratch: Path, stills: Path | None = None) -> RenderedShotFiles:
    """Render the head, body and tail of *job* to files in *scratch*, whose names are unique to the job.

    *store_dir* is the root of the artifact store: the bytes of hash h are in `h[:2]/h`.
    *stills* is a folder of the run, where jobs leave prepared stills for each other.
    Captions are burnt into the body only: the handles get theirs after mixing.

    Raises:
        RenderError: the take is of a kind that cannot be rendered, or a file cannot be read or written.
    """
    cv2.setNumThreads(1)  # one process a core: threads inside a frame would only compete
    stem = _name_of(job)
    frames = _to_draw(job, store_dir, stills)
    head, body, tail = (scratch / f"{stem}-{part}.mp4" for part in RenderedShotFiles._fields)
    if job.head:
        keep(frames, job.head, job.profile, head)
    if job.body:
        encode(frames, job.body, job.profile, body, finish=_finish(job.look.letterbox, job))
    if job.tail:
        keep(frames, job.tail, job.profile, tail)
    return RenderedShotFiles(head if job.head else None, body if job.body else None, tail if job.tail else None)


def render_join(job: JoinJob, store_dir: Path, scratch: Path, stills: Path | None = None) -> Path:
    """Render *job* to a file in *scratch*; see `render_shot` for the arguments.

    Raises:
        RenderError: a side has fewer frames than the join or cannot be drawn, or a file cannot be written.
        ProbeError: a kept side cannot be read.
    """
    cv2.setNumThreads(1)
    path = scratch / f"{_name_of(job)}-join.mp4"
    mixed = _mixed(job, store_dir, stills)
    encode(mixed, job.frames, job.profile, path, finish=_finish(job.letterbox, job))
    return path


def drawn_alone(job: ShotJob, store_dir: Path, stills: Path | None = None) -> U8:
    """The first frame of *job* with its bars, (height, width, 3) uint8 sRGB; see `render_shot` for the arguments.

    Raises:
        RenderError: as `render_shot`.
    """
    cv2.setNumThreads(1)
    bars = Bars(job.profile.width, job.profile.height, job.look.letterbox)
    return rgb_of(bars.over(next(_drawn(job, store_dir, stills))))


def frame_source(job: ShotJob, store_dir: Path, stills: Path | None = None) -> FrameSource:
    """The frames of the take of *job* with its look, but for the bars: these lie over transitions, too.

    See `render_shot` for the other arguments.

    Raises:
        RenderError: as `_taken`, or the LUT is not in the store.
    """
    try:
        cube = _stored(job.lut, store_dir).read_bytes() if job.lut is not None else b""
    except OSError as error:
        raise RenderError(f"The LUT of shot {job.shot} cannot be read: {error}.") from error
    seed = int(content_hash(job.shot)[:8], 16)
    return graded(_taken(job, store_dir, stills), job.look, profile=job.profile, seed=seed, cube=cube)


def _taken(job: ShotJob, store_dir: Path, stills: Path | None) -> FrameSource:
    """The frames of the take of *job* as they are.

    Raises:
        RenderError: a take without its recipe or artifact, or a picture that cannot be read.
        ProbeError: a clip that cannot be filmed.
    """
    take = job.take
    if take.kind == "painted" and take.recipe is not None:
        return _painted(take.recipe, job)
    if take.kind == "still" and take.artifact is not None:
        return _under_weather(_still(job, take.artifact, store_dir, stills), job)
    if take.kind == "clip" and take.artifact is not None:
        return _titled(_clip(job, take.artifact, store_dir), job)
    missing = "recipe" if take.kind == "painted" else "artifact"
    raise RenderError(f"The {take.kind} take of shot {take.shot} has no {missing}.")


def _under_weather(still: FrameSource, job: ShotJob) -> FrameSource:
    """*still* with the weather and the title of its shot; the painter, who makes them, is loaded only for some."""
    recipe = job.take.recipe
    if recipe is None or not has_overlay(recipe):
        return still
    from astragen.media.overlay import overlaid

    return overlaid(still, recipe, job.profile, first=_span(job).start, clip_frames=job.clip_frames)


def _titled(clip: FrameSource, job: ShotJob) -> FrameSource:
    recipe = job.take.recipe
    if recipe is None or not recipe.title:
        return clip
    from astragen.media.overlay import titled

    return titled(clip, recipe, job.profile, clip_frames=job.clip_frames)


def _painted(recipe: Recipe, job: ShotJob) -> FrameSource:
    from astragen.media.frames.painted import (
        PaintedFrames,
    )  # the painter is large, and a film of stills has no use for it

    return PaintedFrames(recipe, job.profile, job.clip_frames)


def _clip(job: ShotJob, artifact: Artifact, store_dir: Path) -> FrameSource:
    from astragen.media.clips.facts import measure  # likewise
    from astragen.media.frames.clip import ClipFrames

    path, span, profile = _stored(artifact, store_dir), _span(job), job.profile
    footage = job.take.footage or measure(path, shot=job.shot, need_s=len(span) / profile.fps).footage
    size = {"width": profile.width, "height": profile.height}
    return ClipFrames(path, footage, shot=job.shot, first=span.start, frames=len(span), fps=profile.fps, **size)


def _still(job: ShotJob, artifact: Artifact, store_dir: Path, stills: Path | None) -> FrameSource:
    span, size = _span(job), {"width": job.profile.width, "height": job.profile.height}
    views = [_view_of_still(n, job) for n in span]

    def prepare_it() -> PreparedStill | ParallaxFrames:
        picture = _picture(_stored(artifact, store_dir), job.take.shot)
        width, height = job.profile.width, job.profile.height
        depth = read_depth(_stored(job.take.depth, store_dir), shot=job.shot) if job.take.depth is not None else None
        source = moving_still(
            picture, job.take.recipe, views, first=span.start, width=width, height=height, depth=depth
        )
        return source.prepared if isinstance(source, StillFrames) else source

    found = prepared(_still_key(job), stills, prepare_it)
    return StillFrames(found, views, first=span.start, **size) if isinstance(found, PreparedStill) else found


def _still_key(job: ShotJob) -> str:
    """What stands for the prepared still of *job*: the same for all parts of a shot, and for its joins."""
    span, profile = _span(job), job.profile
    about = (profile.width, profile.height, profile.fps, span.start, span.stop, job.clip_frames)
    return content_hash(f"{about} {canonical_json(job.take)}")


def _span(job: ShotJob) -> range:
    """The frames of the whole shot: a crop that makes room for its move is the same in all of its parts."""
    first, count = job.span or (job.start, job.head + job.body + job.tail)
    return range(first, first + count)


def _view_of_still(n: int, job: ShotJob) -> View:
    recipe, profile = job.take.recipe, job.profile
    if recipe is not None and recipe.framings is not None:
        aspect = profile.width / profile.height
        return view_between(
            n, recipe.framings, clip_frames=job.clip_frames, aspect=aspect, horizon=0.5, distance=PICTURE_DISTANCE
        )
    move, lens, seed = _move_of(job.take)
    return view_of_frame(n, move, lens, clip_frames=job.clip_frames, fps=profile.fps, seed=seed)


def _move_of(take: Take) -> tuple[Move, Lens, int]:
    recipe = take.recipe
    return (recipe.move, recipe.lens, recipe.seed) if recipe else (_STILL_MOVE, _STILL_LENS, 0)


def _picture(path: Path, shot: str) -> U8:
    """The picture at *path*, (height, width, 3) uint8 sRGB; see `picture_of`."""
    name = f"The still of shot {shot}"
    try:
        coded = path.read_bytes()
    except OSError as error:
        raise RenderError(f"{name} cannot be read: {error}.") from error
    return picture_of(coded, name)


def _to_draw(job: ShotJob, store_dir: Path, stills: Path | None) -> Iterator[Planes | Drawing]:
    """The frames of *job*, bare, for the encoder."""
    source = frame_source(job, store_dir, stills)
    for n in _frames_of(job):
        yield partial(source.draw, n) if isinstance(source, (StillFrames, ParallaxFrames)) else source.frame(n)


def _drawn(job: ShotJob, store_dir: Path, stills: Path | None) -> Iterator[Planes]:
    """The frames of *job*, bare; the arrays are the caller's until the next one."""
    source = frame_source(job, store_dir, stills)
    return (source.frame(n) for n in _frames_of(job))


def _frames_of(job: ShotJob) -> range:
    return range(job.start, job.start + job.head + job.body + job.tail)


def _mixed(job: JoinJob, store_dir: Path, stills: Path | None) -> Iterator[Drawing]:
    """The frames of *job*: each is to be drawn before the next is asked for, as the sides' arrays are lent."""
    sides = zip(*(_side(side, store_dir, stills) for side in (job.before, job.after)), strict=False)
    for number, (before, after) in zip(range(job.frames), sides, strict=False):
        yield partial(join_frame, job.style, (number + 0.5) / job.frames, before, after)


def _side(side: Artifact | ShotJob | None, store_dir: Path, stills: Path | None) -> Iterable[Planes | None]:
    if isinstance(side, ShotJob):
        return _drawn(side, store_dir, stills)
    return repeat(None) if side is None else kept(_stored(side, store_dir))


def _finish(letterbox: float, job: ShotJob | JoinJob) -> Finish:
    """What draws bars, and captions over them, on frames of *job*."""
    bars = Bars(job.profile.width, job.profile.height, letterbox)

    def finish(number: int, frame: Planes) -> None:
        if bars.are_seen:
            bars.lay(frame)
        for caption in captions_over(job, number):
            caption.blend(frame)

    return finish


def _stored(artifact: Artifact, store_dir: Path) -> Path:
    return store_dir / artifact.hash[:2] / artifact.hash


def _name_of(job: Model) -> str:
    return content_hash(canonical_json(job))[:20]
