"""AstraGen's shots and films as MoviePy 2 clips, and MoviePy's clips as shots (extra `moviepy`).

`film_clip` is a whole film, `shot_clip` one of its shots; compose them with MoviePy as any
other clip. `save_clip` goes the other way. A timeline comes from `astragen.cut_film_sync`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from astragen.media.film_frames import FilmFrames, ShotFrames
from astragen.media.moviepy import clip_of, keep_clip, sound_of
from astragen.model.timeline import Timeline
from astragen.settings import read_settings

if TYPE_CHECKING:
    from moviepy import VideoClip


def film_clip(timeline: Timeline, *, sound: NDArray[np.float32] | None = None, store: Path | None = None) -> VideoClip:
    """The whole film as a clip: shots, transitions and captions as the renderer draws them.

    Args:
        timeline: the film, cut.
        sound: its mix, (2, n) float32 at 48 kHz; None leaves the clip silent.
        store: the folder of stills and clips by hash; None is the one in the cache.

    Nothing is encoded or kept: a frame is drawn when MoviePy asks for it.

    Raises:
        SettingsError: MoviePy is missing.
        RenderError: a take cannot be rendered.
    """
    source = FilmFrames(timeline, store or _store())
    clip = clip_of(source, frames=source.frames, fps=timeline.fps)
    return clip if sound is None else clip.with_audio(sound_of(sound))


def shot_clip(timeline: Timeline, shot: str, *, store: Path | None = None) -> VideoClip:
    """The shot called *shot* as a clip, as long as the timeline shows it, without transitions, bars and captions.

    Raises:
        SettingsError: MoviePy is missing.
        StoryboardError: the timeline has no such shot.
        RenderError: its take cannot be rendered.
    """
    source = ShotFrames(timeline, shot, store or _store())
    return clip_of(source, frames=source.frames, fps=timeline.fps)


def save_clip(clip: VideoClip, path: Path | str, *, fps: int | None = None) -> Path:
    """Write the pictures of any MoviePy *clip* to *path*, an MP4 that a shot can use, and return it.

    Lossless in 4:2:0, at *fps* (None: the clip's own rate, rounded). A mask is not applied, and
    sound is left behind.

    Raises:
        RenderError: the clip has no end or no rate, or the file cannot be written.
    """
    keep_clip(clip, Path(path), fps=fps)
    return Path(path)


def _store() -> Path:
    """Where `make_film` keeps artifacts."""
    return read_settings().cache_dir / "kept" / "artifacts"
