"""A service at which nobody works, and what a worker there would have written: films, their events, their files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

import filmed
from astragen.model.event import ShotPlanned, ShotRendered, StageDone, StageStarted, Started, StepDone, TakeMade
from astragen.model.film import ShotReport
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.store.artifacts import ArtifactStore
from astragen.store.office import Office
from clips import grey, write_clip
from office_records import new_film
from studio_service import start, stop

FPS = 24
SHOT_FRAMES = 12  # of the shots of films that are done


class Desk:
    """The office and the store of the service at *url*, which keeps them in *data*, or its files in *artifacts*."""

    def __init__(self, url: str, data: Path, artifacts: ArtifactStore | None = None) -> None:
        self.url = url
        self.office = Office(f"sqlite:///{data / 'astragen.sqlite'}")
        self.artifacts = artifacts or ArtifactStore(data / "artifacts")
        self._told = 0

    def film(self, **fields):
        """A film that is being made since now; its id."""
        film = self.office.films.add(new_film(**fields))
        self.office.films.change(film.id, state="in_progress", started_at=time.time())
        self.tell(film.id, Started())
        return film.id

    def tell(self, film_id, *events):
        for event in events:
            self._told += 1
            self.office.events.tell(film_id, f"told/{self._told}", event)

    def plan(self, film_id, shots):
        """Everything before the first picture."""
        planned = [
            ShotPlanned(shot=f"s{n}", scene=f"Scene {n // 4}", action="", narration=f"Line {n} of the film.", frames=72)
            for n in range(1, shots + 1)
        ]
        stages = [StageStarted(at_s=0.1, stage="write", total=1), StageDone(at_s=0.4, stage="write", wall_s=0.3)]
        self.tell(film_id, *stages, *planned, StageStarted(at_s=0.6, stage="render", total=shots))

    def shoot(self, film_id, shots, *, width=160, height=90):
        """A picture of each shot, and its end."""
        picture = self.picture(width, height)
        for n in range(1, shots + 1):
            taken = TakeMade(shot=f"s{n}", made_by="builtin", picture=picture)
            rendered = StepDone(at_s=n, stage="render", subject=f"s{n}", reused=False)
            self.tell(film_id, taken, rendered, ShotRendered(shot=f"s{n}"))

    def picture(self, width=160, height=90):
        tint = np.full((height, width, 3), (60, 140, 220), np.uint8)
        return self.artifacts.put_bytes(cv2.imencode(".png", tint)[1].tobytes(), "image/png")

    def done(self, shots, title="A film that is done"):
        """A film of so many shots that is completed and plays; its id."""
        film_id = self.film()
        self.plan(film_id, shots)
        self.shoot(film_id, shots)
        film = self.office.films.get(film_id)
        made = tuple(ShotReport(shot=f"s{n}", made_by="builtin", frames=SHOT_FRAMES) for n in range(1, shots + 1))
        seconds = shots * SHOT_FRAMES / FPS
        told = {"title": title, "seconds": seconds, "frames": shots * SHOT_FRAMES, "shots": made, "fallbacks": ()}
        report = filmed.report_of(film.order.brief).model_copy(update=told)
        outputs = {
            "film": self.artifacts.put_bytes(movie(shots), "video/mp4"),
            "poster": self.artifacts.put_bytes(poster(), "image/jpeg"),
            "captions.vtt": self.artifacts.put_bytes(b"WEBVTT\n\n00:00.000 --> 00:01.000\nSaid\n", "text/vtt"),
            "storyboard": self.artifacts.put_bytes(_board(title, shots).model_dump_json().encode(), "application/json"),
            "report": self.artifacts.put_bytes(report.model_dump_json().encode(), "application/json"),
        }
        assert self.office.films.end(film_id, film.attempt, "completed", outputs=outputs, report=report)
        return film_id


@contextmanager
def desk(folder: Path, *, artifacts: ArtifactStore | None = None, **variables: str) -> Iterator[Desk]:
    """A desk with its service, which keeps everything in *folder*, but files where *variables* say: in *artifacts*."""
    url, process = start(folder, "--workers", "0", **variables)
    it = Desk(url, folder / "data", artifacts)
    try:
        yield it
    finally:
        it.office.close()
        stop(process)


@cache
def movie(shots: int) -> bytes:
    """H.264 of so many shots, each of another grey."""
    with TemporaryDirectory() as folder:
        greys = [grey(40 + 4 * (n % 40), 320, 180) for n in range(shots) for _ in range(SHOT_FRAMES)]
        return write_clip(Path(folder) / "film.mp4", greys, rate=FPS, options={"g": "24"}).read_bytes()


@cache
def poster() -> bytes:
    return bytes(cv2.imencode(".jpg", grey(120, 320, 180))[1])


def _board(title: str, shots: int) -> Storyboard:
    all_of_them = tuple(Shot(id=f"s{n}", frames=SHOT_FRAMES, seed=n, line=f"Line {n}.") for n in range(1, shots + 1))
    return Storyboard(title=title, scenes=(Scene(id="a", setting="ocean", shots=all_of_them),))
