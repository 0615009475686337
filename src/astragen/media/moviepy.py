"""Our frames as MoviePy clips, and MoviePy clips as files of ours.

A clip asks its `FrameSource` for the frame that is on at a time and shows it as RGB, so
that whatever MoviePy does with clips works on ours. MoviePy is an extra: it is imported
when a clip is wanted, never before. Start reading at `clip_of`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from astragen.errors import RenderError, SettingsError
from astragen.media.colour import planes_of, rgb_of
from astragen.media.encoder import encode, options_of
from astragen.model.planes import U8, FrameSource, Planes
from astragen.model.profile import row
from astragen.model.segment import Profile
from astragen.model.time import SAMPLE_RATE

if TYPE_CHECKING:
    from moviepy import AudioClip, VideoClip

NEXT_FRAME: Final = 1e-3  # of a frame: a time this little before a frame's is that frame's, rounded on its way
OLDEST: Final = "2.2"

# MoviePy hands RGB to the ffmpeg that it brings: how that converts it, with the tags that `media/encoder.py` writes.
_TO_BT709 = (
    "scale=in_range=pc:out_range=tv:out_color_matrix=bt709:flags=bicubic+accurate_rnd+full_chroma_int,"
    "format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
)


def moviepy() -> Any:  # noqa: ANN401  (the module; it ships no types)
    """MoviePy itself.

    Raises:
        SettingsError: it is not installed, or is older than 2.
    """
    hint = f"Install MoviePy {OLDEST} or newer: pip install 'astragen[moviepy]'"
    try:
        module = import_module("moviepy")
    except ImportError as error:
        raise SettingsError(f"MoviePy cannot be imported ({error}).", hint=hint) from error
    if not hasattr(module, "VideoClip"):  # before 2.0 the classes were in moviepy.editor
        raise SettingsError(f"MoviePy {getattr(module, '__version__', '1')} is too old.", hint=hint)
    return module


def clip_of(source: FrameSource, *, frames: int, fps: int) -> VideoClip:
    """The first *frames* of *source* as a clip; at time t it shows frame floor(t * *fps*), held to the last.

    Its frames are (height, width, 3) uint8 sRGB, as MoviePy's own.

    Raises:
        SettingsError: MoviePy is missing.
    """
    clip = moviepy().VideoClip(frame_function=_at_time(source, frames, fps), duration=_duration(frames, fps))
    return clip.with_fps(fps)


def sound_of(mix: NDArray[np.float32]) -> AudioClip:
    """*mix*, (2, n) float32 at 48 kHz, as a clip.

    Raises:
        SettingsError: MoviePy is missing.
        RenderError: another shape.
    """
    if mix.ndim != 2 or mix.shape[0] != 2:
        raise RenderError(f"The sound of a clip is {mix.dtype} {mix.shape}; it must be (2, samples).")
    moviepy()
    return import_module("moviepy.audio.AudioClip").AudioArrayClip(np.ascontiguousarray(mix.T), fps=SAMPLE_RATE)


def write_pictures(clip: VideoClip, profile: Profile, path: Path) -> None:
    """Write *clip* without sound by MoviePy's own writer, with the options of *profile*.

    The file is a segment that `media/mux.py` takes.

    Raises:
        SettingsError: the profile is of another codec than H.264.
        RenderError: ffmpeg, which MoviePy starts, refused or ended early.
    """
    options = options_of(profile)
    if profile.encoding.encoder != "libx264":
        raise SettingsError(
            f"MoviePy's engine writes H.264; the profile is for {profile.encoding.encoder}.",
            hint="Choose the profile draft, web or archive, or leave --engine out.",
        )
    preset = options.pop("preset", "medium")
    told = [word for name, value in options.items() for word in (f"-{name}:v", value)]
    try:
        clip.write_videofile(
            str(path),
            fps=profile.fps,
            codec="libx264",
            audio=False,
            preset=preset,
            ffmpeg_params=["-vf", _TO_BT709, *told],
            logger=None,
        )
    except OSError as error:
        raise RenderError(
            f"MoviePy could not write {path.name}: {error}.", hint="Check the free disk space."
        ) from error


def keep_clip(clip: VideoClip, path: Path, *, fps: int | None = None) -> None:
    """Write the pictures of any MoviePy clip to *path*, lossless in 4:2:0, for a shot to use as its own.

    *fps*: whole frames a second; None takes the clip's own rate, rounded.

    An odd last row or column is left out; a mask is not applied: composite the clip over
    what should show through it first. Sound is left behind: a film's sound is its own.

    Raises:
        RenderError: the clip has no end, no rate, or no picture, or the file cannot be written.
    """
    rate = fps or round(getattr(clip, "fps", None) or 0)
    if not rate or clip.duration is None:
        lacks = "frame rate" if not rate else "end"
        raise RenderError(f"The clip for {path.name} has no {lacks}.", hint="Give it with_fps() and with_duration().")
    frames = max(1, round(clip.duration * rate))
    width, height = (int(side) // 2 * 2 for side in clip.size)
    profile = Profile(width=width, height=height, fps=rate, encoding=row("lossless").encoding)
    encode(_frames_of(clip, frames, rate), frames, profile, path)


def _frames_of(clip: VideoClip, frames: int, rate: int) -> Iterator[Planes]:
    for number in range(frames):
        picture: U8 = np.clip(clip.get_frame(number / rate), 0, 255).astype(np.uint8)
        height, width = (side // 2 * 2 for side in picture.shape[:2])
        yield planes_of(picture[:height, :width, :3])


def _at_time(source: FrameSource, frames: int, fps: int) -> Callable[[float], U8]:
    def frame(t: float) -> U8:
        number = math.floor(t * fps + NEXT_FRAME)
        return rgb_of(source.frame(min(max(number, 0), frames - 1)))

    return frame


def _duration(frames: int, fps: int) -> float:
    """Seconds of *frames*, rounded so that MoviePy, which counts `int(duration * fps)`, counts them all."""
    seconds = frames / fps
    return seconds if int(seconds * fps) == frames else math.nextafter(seconds, math.inf)
