"""A film of two stills, small enough to render in a second: fade, shot, dissolve, shot, black; caption, look, bars."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from astragen.media.render import render_join, render_shot
from astragen.media.stills import frames_of
from astragen.model.base import content_hash
from astragen.model.look import Look
from astragen.model.planes import Planes
from astragen.model.profile import row
from astragen.model.recipe import Recipe
from astragen.model.segment import RenderedShot
from astragen.model.take import Artifact, Take
from astragen.model.timeline import Clip, Cue, Gap, Timeline, Transition
from astragen.model.vocabulary import TransitionKind
from astragen.plan.segments import in_film_order, join_jobs, shot_jobs

WIDTH, HEIGHT, FPS = 160, 90, 24


class LittleFilm(NamedTuple):
    """Its timeline and the folder of its artifacts."""

    timeline: Timeline
    store_dir: Path


def little_film(store_dir: Path) -> LittleFilm:
    """The film, its stills kept in *store_dir*: frames 0-17 "one", 18-25 both, 26-43 "two", 44-47 black."""
    one, two = _take(store_dir, "one", 200, "push_in"), _take(store_dir, "two", 60, "pan_left")
    timeline = Timeline(
        title="Two stills",
        fps=FPS,
        width=WIDTH,
        height=HEIGHT,
        language="en",
        video=(
            Transition(style=TransitionKind.FADE, in_offset=0, out_offset=4),
            Clip(shot="one", take=one, frames=22),
            Transition(style=TransitionKind.DISSOLVE, in_offset=4, out_offset=4),
            Clip(shot="two", take=two, frames=22),
            Gap(frames=4),
        ),
        cues=(Cue(start=10, end=30, text="Over the cut"),),
        look=Look(grain=0.3, letterbox=1.85),
    )
    return LittleFilm(timeline, store_dir)


def rendered_frames(film: LittleFilm, scratch: Path) -> list[Planes]:
    """Every frame of *film* by way of the renderer's files, encoded lossless; *scratch* is an empty folder."""
    timeline, store_dir = film
    rendered = {}
    for shot in shot_jobs(timeline):
        files = render_shot(_lossless(shot), store_dir, scratch)._asdict()
        kept = {name: _put(store_dir, path.read_bytes(), "video/mp4") if path else None for name, path in files.items()}
        rendered[shot.shot] = RenderedShot(shot=shot.shot, **kept)
    joined = [
        _put(store_dir, render_join(_lossless(job), store_dir, scratch).read_bytes(), "video/mp4")
        for job in join_jobs(timeline, rendered)
    ]
    pieces = in_film_order(timeline, rendered, joined)
    return [_copy(frame) for piece in pieces for frame in frames_of(store_dir / piece.hash[:2] / piece.hash)]


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Of two uint8 arrays, dB; 99 when they are equal."""
    error = float(np.mean((one.astype(float) - other) ** 2))
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


def _lossless(job):
    profile = job.profile.model_copy(update={"encoding": row("lossless").encoding})
    return job.model_copy(update={"profile": profile})


def _copy(planes: Planes) -> Planes:
    return Planes(*(plane.copy() for plane in planes))


def _take(store_dir: Path, name: str, red: int, move: str) -> Take:
    down, across = np.mgrid[0:200, 0:360]
    waves = 24 * np.sin(across / 6) + 20 * np.cos(down / 8) + 14 * np.sin((across - down) / 13)
    picture = np.clip(waves[..., None] + (90, 120, red), 0, 255).astype(np.uint8)  # BGR
    recipe = Recipe(setting="x", time_of_day="day", weather="clear", season="summer", mood="calm", move=move)
    artifact = _put(store_dir, cv2.imencode(".png", picture)[1].tobytes(), "image/png")
    return Take(shot=name, kind="still", recipe=recipe, artifact=artifact, made_by="test")


def _put(store_dir: Path, content: bytes, media_type: str) -> Artifact:
    name = content_hash(content)
    (store_dir / name[:2]).mkdir(parents=True, exist_ok=True)
    (store_dir / name[:2] / name).write_bytes(content)
    return Artifact(hash=name, media_type=media_type, bytes=len(content))
