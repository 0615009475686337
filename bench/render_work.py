"""What `bench/render.py` runs in processes of their own: each job is one measured thing.

A job is a JSON object on the command line; what it found is a JSON object on stdout. The
two engines of others are used as their manuals show. Each job imports what it needs: imports
count, and the encoder alone has few. Start reading at `main`.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio

from render_plain import plainly

if TYPE_CHECKING:
    from render_film import Made, Wanted

FONT = ("justmytype_western_core", "fonts/ofl/inter/Inter[opsz,wght].ttf")  # that of our captions
FONT_SIZE = 0.046  # em, of the frame's height, likewise
LINE = 1.21  # em, ascent and descent of the font
CAPTION_TOP = 0.86  # of the frame's height

Job = dict[str, Any]
Found = dict[str, Any]


def main() -> None:
    """Do the job of the command line and print what it found."""
    job: Job = json.loads(sys.argv[1])
    print(json.dumps(WORK[job["work"]](job)))


def prepare(job: Job) -> Found:
    """Make the film's stills and sound, and keep its timeline for the other jobs."""
    from render_film import make_film

    made = make_film(wanted(job), Path(job["folder"]))
    changes = {"timeline": made.timeline.model_copy(update={"profile": job.get("profile", "web")})}
    Path(job["film"]).write_text(made.model_copy(update=changes).model_dump_json(), "utf-8")
    return {"frames": made.timeline.frames}


def wanted(job: Job) -> Wanted:
    """The film of *job*."""
    from render_film import Wanted

    return Wanted(**job["wanted"])


def film(job: Job) -> Made:
    """What `prepare` kept."""
    from render_film import Made

    return Made.model_validate_json(Path(job["film"]).read_text("utf-8"))


def ours(job: Job) -> Found:
    """Render as the product does: shots, joins and the file, by the pipeline's own steps in its worker processes."""
    from functools import partial

    from astragen.model.take import Artifact
    from astragen.model.timeline import Clip, Timeline
    from astragen.pipeline.file import coded_sound, muxed
    from astragen.pipeline.pictures import render
    from astragen.pipeline.takes import Takes
    from astragen.pipeline.together import together
    from astragen.runtime.inline import InlineRun
    from astragen.store.artifacts import ArtifactStore
    from astragen.store.memo import Memo

    class PlainRun(InlineRun):
        """A run whose workers have no C extension."""

        async def compute(self, function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
            return await super().compute(plainly, function.__module__, function.__qualname__, *arguments)

    made, folder = json.loads(Path(job["film"]).read_text("utf-8")), Path(job["folder"])
    timeline, sound = Timeline.model_validate(made["timeline"]), Artifact.model_validate(made["sound"])

    async def work() -> Found:
        run = (PlainRun if job.get("plain") else InlineRun)(
            folder / "scratch",
            store=ArtifactStore(folder / "store"),
            memo=Memo(Path(job["memo"])) if "memo" in job else None,
            workers=job["workers"],
        )
        async with run:
            takes = Takes.here([item.take for item in timeline.video if isinstance(item, Clip)])
            pictures, coded = await together(
                partial(render, timeline, takes, run), partial(coded_sound, sound, timeline, run)
            )
            movie = await muxed(pictures.segments, coded.artifact, timeline, run)
            shutil.copyfile(run.store.path(movie), job["out"])
            return {
                "steps": sum(stage.steps for stage in run.report.stages),
                "reused": sum(stage.reused for stage in run.report.stages),
                "stages": {stage.name: round(stage.wall_s, 2) for stage in run.report.stages},
            }

    return anyio.run(work)


def planes(job: Job) -> Found:
    """Draw every frame of the film into a raw file."""
    from astragen.media.film_frames import FilmFrames
    from render_raw import write_raw

    source = FilmFrames(film(job).timeline, Path(job["folder"]) / "store")
    write_raw(source, source.frames, Path(job["raw"]))
    return {"lengths": source.lengths}


def floor(job: Job) -> Found:
    """Only encode the raw frames: the same pieces, settings, processes and threads as `ours`."""
    from astragen.model.timeline import Timeline
    from astragen.plan.segments import profile_of
    from astragen.runtime.pool import WorkerPool
    from render_raw import encode_raw

    timeline = Timeline.model_validate(json.loads(Path(job["film"]).read_text("utf-8"))["timeline"])
    profile, raw, folder = profile_of(timeline), Path(job["raw"]), Path(job["out"])
    starts = [sum(job["lengths"][:index]) for index in range(len(job["lengths"]))]
    pieces = sorted(zip(job["lengths"], starts, strict=True), reverse=True)  # the longest first, as the renderer does

    async def work() -> None:
        pool = WorkerPool(job["workers"])
        try:
            async with anyio.create_task_group() as group:
                for count, first in pieces:
                    group.start_soon(pool.compute, encode_raw, raw, first, count, profile, folder / f"{first}.mp4")
        finally:
            await pool.aclose()

    folder.mkdir(exist_ok=True)
    anyio.run(work)
    return {"mb": round(sum(path.stat().st_size for path in folder.iterdir()) / 1e6, 2)}


def moviepy(job: Job) -> Found:
    """The film as MoviePy's manual would make it: images resized by a function, crossfades, text clips."""
    from moviepy import AudioFileClip, CompositeVideoClip, ImageClip, TextClip, vfx

    from render_film import DISSOLVE, FPS, extent, zoom

    made, asked = film(job), wanted(job)
    clips = []
    for scene, still in enumerate(made.stills):
        seen, first = extent(scene, asked), scene * asked.scene_frames

        def scale(t: float, scene: int = scene, before: int = seen.start - first) -> float:
            return zoom(scene, t * FPS + before, asked)

        clip = ImageClip(str(still)).with_duration(len(seen) / FPS).resized(height=asked.height)
        if scene:  # before the zoom: after it, the fade's mask keeps its first size and cuts the picture off
            clip = clip.with_effects([vfx.CrossFadeIn(DISSOLVE / FPS)])
        clips.append(clip.resized(scale).with_position(("center", "center")).with_start(seen.start / FPS))
    with resources.as_file(resources.files(FONT[0]) / FONT[1]) as font:
        for cue in made.timeline.cues:
            text = TextClip(
                font=str(font),
                text=cue.text,
                font_size=round(FONT_SIZE * asked.height),
                color="white",
                stroke_color="black",
                stroke_width=max(1, asked.height // 360),
                margin=(8, 8),
            )
            text = text.with_start(cue.start / FPS).with_duration((cue.end - cue.start) / FPS)
            clips.append(text.with_position(("center", round(CAPTION_TOP * asked.height))))
        whole = CompositeVideoClip(clips, size=(asked.width, asked.height))
        whole = whole.with_duration(made.timeline.frames / FPS).with_audio(AudioFileClip(str(made.mix)))
        chosen = {"preset": job["preset"]} if job.get("preset") else {}
        whole.write_videofile(job["out"], fps=FPS, codec="libx264", audio_codec="aac", logger=None, **chosen)
    return {}


def ffmpeg(job: Job) -> Found:
    """The film by ffmpeg's own filters: zoompan, xfade, subtitles."""
    from render_film import DISSOLVE, FPS, extent

    made, asked = film(job), wanted(job)
    folder = Path(job["out"]).parent
    captions = folder / "captions.srt"
    captions.write_text(_srt(made), "utf-8")
    font = resources.files(FONT[0]) / FONT[1].rpartition("/")[0]
    size = round(FONT_SIZE * 288 * LINE)  # libass counts in 288 rows, and from the highest to the lowest letter
    style = f"FontName=Inter,FontSize={size},BorderStyle=1,Outline=1,MarginV=20"
    chains, last = [], "v0"
    for scene in range(asked.scenes):
        chains.append(f"[{scene}:v]{_zoompan(scene, asked)}[v{scene}]")
    for scene in range(1, asked.scenes):
        offset = extent(scene, asked).start / FPS
        chains.append(f"[{last}][v{scene}]xfade=transition=fade:duration={DISSOLVE / FPS}:offset={offset}[x{scene}]")
        last = f"x{scene}"
    with resources.as_file(font) as fonts:
        chains.append(f"[{last}]subtitles=captions.srt:fontsdir={fonts}:force_style='{style}'[out]")
        stills = [word for still in made.stills for word in ("-i", str(still))]
        encoder = ["-c:v", "libx264", *job.get("encoder", []), "-pix_fmt", "yuv420p", "-color_range", "tv"]
        tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
        outputs = ["-map", "[out]", "-map", f"{asked.scenes}:a", *encoder, *tags, "-c:a", "aac", "-b:a", "192k"]
        command = [job["ffmpeg"], "-y", "-v", "error", "-nostdin", *stills, "-i", str(made.mix)]
        command += ["-filter_complex", ";".join(chains), *outputs, "-movflags", "+faststart", job["out"]]
        subprocess.run(command, check=True, cwd=folder)
    return {}


def _zoompan(scene: int, asked: Wanted) -> str:
    """The filter for one scene; it places whole pixels, so that slow moves jitter."""
    from astragen.plan.motion import EASE
    from render_film import FPS, extent, framings

    seen, move = extent(scene, asked), framings(scene, asked)
    start, growth = 1 / move.start.width, move.start.width / move.end.width
    u = f"((on+{seen.start - scene * asked.scene_frames}+0.5)/{asked.scene_frames})"
    way = f"({u}-{EASE / (2 * math.pi)}*sin(2*PI*{u}))"
    z = f"min(max({start}*pow({growth},{way}),1),2)"
    centre = "x='iw/2-(iw/zoom/2)':y='ih/2-(ih/zoom/2)'"
    size = f"d={len(seen)}:s={asked.width}x{asked.height}:fps={FPS}"
    return f"scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,zoompan=z='{z}':{centre}:{size},settb=1/{FPS}"


def _srt(made: Made) -> str:
    from astragen.media.captions import srt
    from render_film import FPS

    return srt(made.timeline.cues, FPS)


def quality(job: Job) -> Found:
    """How near a film's pictures are to the ideal ones, above the captions and outside the dissolves."""
    from render_quality import scores

    return scores(Path(job["out"]), film(job), wanted(job), job)


def costs(job: Job) -> Found:
    """What each transition and each part of a look costs a frame."""
    from render_costs import table

    return table(wanted(job))


def moves(job: Job) -> Found:
    """How far frames are from where each move should have them."""
    from render_quality import warp_errors

    return warp_errors(wanted(job), Path(job["folder"]))


WORK: dict[str, Callable[[Job], Found]] = {
    "prepare": prepare,
    "ours": ours,
    "planes": planes,
    "floor": floor,
    "moviepy": moviepy,
    "ffmpeg": ffmpeg,
    "quality": quality,
    "costs": costs,
    "moves": moves,
}
