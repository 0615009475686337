"""The film by MoviePy's writer instead of ours: all its pictures as one segment.

The frames, the sound and the container are those of `pipeline/film.py`; only the encoder is
MoviePy's. One process draws all, and an edit draws all again. Start reading at
`filmed_by_moviepy`.
"""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path

from astragen.media.film_frames import FilmFrames
from astragen.media.moviepy import clip_of, moviepy, write_pictures
from astragen.model.base import Model
from astragen.model.take import Artifact
from astragen.model.timeline import Clip, Timeline, Transition
from astragen.pipeline.asked import Candidate
from astragen.pipeline.crew import Crew
from astragen.pipeline.file import muxed
from astragen.pipeline.film import Filmed, Filming
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.poster import MOST_CANDIDATES, most_striking
from astragen.pipeline.run import Run
from astragen.pipeline.sound import film_sound
from astragen.pipeline.takes import Takes
from astragen.pipeline.together import together
from astragen.plan.segments import profile_of


class WholeFilm(Model):
    """All pictures of the film in one segment."""

    segment: Artifact


def moviepy_filming() -> Filming:
    """`filmed_by_moviepy`, where it can work.

    Raises:
        SettingsError: MoviePy is missing.
    """
    moviepy()
    return filmed_by_moviepy


async def filmed_by_moviepy(timeline: Timeline, takes: Takes, crew: Crew, run: Run) -> Filmed:
    """Return *timeline* rendered by MoviePy, with its sound."""
    timeline = await takes.on(timeline)
    sound, segment = await together(partial(film_sound, timeline, crew, run), partial(_pictures, timeline, run))
    cover, movie = await together(
        partial(most_striking, _candidates(timeline, segment), run),
        partial(muxed, (segment,), sound.artifact, timeline, run),
    )
    return Filmed(movie, cover, sound.loudness, sound.stems)


async def _pictures(timeline: Timeline, run: Run) -> Artifact:
    async def work(timeline: Timeline) -> WholeFilm:
        path = run.scratch / "pictures.mp4"
        await run.compute(write_to, timeline, run.store.root, path)
        return WholeFilm(segment=run.store.put_file(path, "video/mp4"))

    by = f"MoviePy {version('moviepy')} {code_fingerprint()}"
    return (await run.step("moviepy", work, timeline, returns=WholeFilm, version=by)).segment


def write_to(timeline: Timeline, store_dir: Path, path: Path) -> None:
    """Write the pictures of *timeline* to *path* by MoviePy; *store_dir* is the root of the artifact store."""
    clip = clip_of(FilmFrames(timeline, store_dir), frames=timeline.frames, fps=timeline.fps)
    write_pictures(clip, profile_of(timeline), path)


def _candidates(timeline: Timeline, film: Artifact) -> tuple[Candidate, ...]:
    """The frames nearest to the middles of up to MOST_CANDIDATES shots that no caption covers, spread over the film."""
    items = [item for item in timeline.video if not isinstance(item, Transition)]
    starts = accumulate((item.frames for item in items), initial=0)
    clips = [
        range(start, start + item.frames) for start, item in zip(starts, items, strict=False) if isinstance(item, Clip)
    ]
    step = max(1, -(-len(clips) // MOST_CANDIDATES))
    return tuple(Candidate(segment=film, frame=_clear(clip, timeline)) for clip in clips[::step])


def _clear(clip: range, timeline: Timeline) -> int:
    middle = clip[len(clip) // 2]
    cues = timeline.cues if timeline.burn_captions else ()
    clear = (n for n in clip if not any(cue.start <= n < cue.end for cue in cues))
    return min(clear, key=lambda n: abs(n - middle), default=middle)
