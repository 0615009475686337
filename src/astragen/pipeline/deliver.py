"""The film's files beside *out*: all written under temporary names, then renamed, the MP4 last.

Whoever sees the MP4 sees a whole film with everything that belongs to it. Start
reading at `deliver`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from astragen.errors import SettingsError
from astragen.media.captions import ass, srt, vtt
from astragen.model.brief import Brief
from astragen.model.film import Film, FilmReport, Loudness, MoneyReport, MusicReport, ShotReport
from astragen.model.storyboard import Storyboard
from astragen.model.take import Artifact, Take
from astragen.model.time import frames_to_seconds
from astragen.model.timeline import Timeline
from astragen.model.written import Written
from astragen.pipeline.run import Run, RunReport
from astragen.store.artifacts import file_hash

SUFFIX = ".mp4"  # of the film, also as the name by which this module calls it; a MOV keeps its own outside
STEM_MAX = 255 - len(".storyboard.json")  # bytes; file systems end at 255 with the longest suffix


class Cutting(NamedTuple):
    """What a finished run hands over; *written* is None for a storyboard that was given."""

    brief: Brief
    storyboard: Storyboard
    takes: tuple[Take, ...]
    timeline: Timeline
    movie: Artifact
    poster: Artifact
    loudness: Loudness | None
    stems: Mapping[str, Artifact]
    written: Written | None
    money: MoneyReport


def check_out(out: Path, suffix: str = SUFFIX) -> None:
    """Pass when a film can be written to *out*; call it before work begins. *suffix*: of the profile's container.

    Raises:
        SettingsError: not a name of such a file, or its folder is missing or cannot be written to.
    """
    if out.is_dir():
        raise SettingsError(f'"{out}" is a folder.', hint=f"Name a file in it, such as film{suffix}.")
    if out.suffix.lower() != suffix:
        what = f"an {suffix.removeprefix('.').upper()}" if suffix == SUFFIX else "a MOV, which this profile makes"
        raise SettingsError(f'"{out}" is not the name of {what}.', hint=f'Name it "{out.with_suffix(suffix)}".')
    if len(os.fsencode(out.stem)) > STEM_MAX:
        raise SettingsError(
            f'The name "{out.stem[:20]}..." has {len(os.fsencode(out.stem))} bytes; {STEM_MAX} are possible.',
            hint="Choose a shorter one.",
        )
    if not out.parent.is_dir():
        what = "is a file, not a folder" if out.parent.exists() else "does not exist"
        raise SettingsError(f'The folder "{out.parent}" {what}.', hint="Create it first, or choose another.")
    try:
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise SettingsError(
            f'The folder "{out.parent}" cannot be written to: {error.strerror}.',
            hint="Choose another folder, or change its permissions.",
        ) from error


def deliver(cutting: Cutting, run: Run, out: Path) -> Film:
    """Write the film and what belongs to it beside *out*, over files of these names, and return what is where.

    Raises:
        OSError: a file cannot be written; nothing half-written is left.
    """
    with temporary_folder(out) as folder:
        files = _written(cutting, run, folder)
        report = _report(cutting, run.report, {_beside(out, suffix).name: digest for suffix, digest in files.items()})
        (folder / ".report.json").write_text(report.model_dump_json(indent=2) + "\n", "utf-8")
        for suffix in sorted((*files, ".report.json"), key=lambda suffix: suffix == SUFFIX):
            os.replace(folder / suffix, _beside(out, suffix))
    return Film(
        path=out,
        poster=_beside(out, ".jpg"),
        captions=tuple(_beside(out, suffix) for suffix in (".srt", ".vtt", ".ass")),
        stems=tuple(_beside(out, _stem_suffix(name)) for name in cutting.stems),
        storyboard=_beside(out, ".storyboard.json"),
        report_path=_beside(out, ".report.json"),
        report=report,
    )


@contextmanager
def temporary_folder(out: Path) -> Iterator[Path]:
    """A hidden folder on the file system of *out*, gone afterwards with all that is still in it."""
    folder = Path(tempfile.mkdtemp(prefix=f".{out.stem[:40]}-", dir=out.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _beside(out: Path, suffix: str) -> Path:
    return out if suffix == SUFFIX else out.with_name(out.stem + suffix)


def _stem_suffix(name: str) -> str:
    return f".{name}.wav"


def _written(cutting: Cutting, run: Run, folder: Path) -> dict[str, str]:
    """Write all files but the report into *folder*, named by their suffixes; return their hashes."""
    shutil.copyfile(run.store.path(cutting.movie), folder / SUFFIX)
    shutil.copyfile(run.store.path(cutting.poster), folder / ".jpg")
    stems = {_stem_suffix(name): artifact for name, artifact in cutting.stems.items()}
    for suffix, artifact in stems.items():
        shutil.copyfile(run.store.path(artifact), folder / suffix)
    texts: Mapping[str, str] = {
        ".srt": srt(cutting.timeline.cues, cutting.timeline.fps),
        ".vtt": vtt(cutting.timeline.cues, cutting.timeline.fps),
        ".ass": ass(cutting.timeline),
        ".storyboard.json": cutting.storyboard.model_dump_json(indent=2) + "\n",
    }
    for suffix, text in texts.items():
        (folder / suffix).write_text(text, "utf-8", newline="\n")
    known = {SUFFIX: cutting.movie.hash, ".jpg": cutting.poster.hash}
    known |= {suffix: artifact.hash for suffix, artifact in stems.items()}
    return known | {suffix: file_hash(folder / suffix) for suffix in texts}


def _report(cutting: Cutting, done: RunReport, sha256: dict[str, str]) -> FilmReport:
    timeline, brief, written = cutting.timeline, cutting.brief, cutting.written
    frames = {shot.shot: shot.frames for shot in timeline.video if shot.kind == "clip"}
    lines = {clip.line.shot: clip.line for clip in timeline.narration if clip.line.artifact}
    return FilmReport(
        title=timeline.title,
        brief=brief,
        written_by=written.made_by if written else "",
        seconds=frames_to_seconds(timeline.frames, timeline.fps),
        width=timeline.width,
        height=timeline.height,
        fps=timeline.fps,
        frames=timeline.frames,
        wall_s=round(done.wall_s, 3),
        deadline_s=None if brief.deadline_s == "none" else brief.deadline_s,
        deadline_met=done.wall_s <= brief.due_s,
        cost_usd=cutting.money.spent_usd,
        money=cutting.money,
        stages=done.stages,
        shots=tuple(
            ShotReport(
                shot=take.shot,
                made_by=take.made_by,
                frames=frames[take.shot],
                cost_usd=take.cost_usd,
                voice=lines[take.shot].voice if take.shot in lines else "",
                word_times=lines[take.shot].times if take.shot in lines and lines[take.shot].words else "",
                attempts=take.attempts,
            )
            for take in cutting.takes
        ),
        fallbacks=done.fallbacks,
        mended=written.mended if written else (),
        loudness=cutting.loudness,
        music=_music(timeline),
        sha256=sha256,
    )


def _music(timeline: Timeline) -> MusicReport | None:
    own = timeline.score.music if timeline.score else None
    if own is None:
        return None
    return MusicReport(file=own.name, tempo_bpm=own.tempo_bpm, joints=len(own.pieces) - 1, ending=own.ending)
