"""Whole small films with pictures from providers: loopback servers that behave as the vendors do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from astragen.cli.make import summary
from astragen.face import cut_film_sync, make_film_sync
from astragen.model.brief import Brief
from astragen.model.event import Event, StepDone
from astragen.model.film import Film
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.providers.access import Access
from astragen.settings import Settings
from emulators.loopback import clip_bytes, picture_bytes
from emulators.pollinations_server import PollinationsServer
from emulators.queue_servers import FalServer, FileServer, Job

CANARY = "canary-4f1e"
BRIEF = Brief(
    prompt="A lamp.",
    seconds=5,
    height=360,
    profile="draft",
    narration=False,
    music=False,
    captions=False,
    deadline_s="none",
)
BOARD = Storyboard(
    title="The Lamp",
    scenes=(
        Scene(
            id="s1",
            setting="harbour",
            shots=(
                Shot(id="s1-1", action="a boat leaves"),
                Shot(id="s1-2", action="a gull lands"),
                Shot(id="s1-3", action="the lamp is lit"),
            ),
        ),
    ),
)
EDITED = BOARD.model_copy(
    update={
        "scenes": (
            BOARD.scenes[0].model_copy(
                update={
                    "shots": (
                        BOARD.shots[0],
                        BOARD.shots[1].model_copy(update={"action": "a storm comes"}),
                        BOARD.shots[2],
                    )
                }
            ),
        )
    }
)


class Fal(FalServer):
    """fal, whose pictures and clips are of the size that is asked for."""

    def file_url(self, job: Job) -> str:
        if self.trade == "camera":
            job.made = clip_bytes(job.id, 0, 1280, 720, float(job.order["duration"]))
        else:
            size = job.order["image_size"]
            job.made = picture_bytes(job.order["prompt"], job.order["seed"], size["width"], size["height"])
        return super().file_url(job)


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Questions are put at once."""
    from astragen.providers.artists import fal

    monkeypatch.setattr(fal.FalArtist, "poll_s", 0.05)
    monkeypatch.setattr(fal.FalCamera, "poll_s", 0.05)


def machine(folder: Path, **urls: str) -> Settings:
    """With keys for the servers at *urls*."""
    access = {name: Access(key=SecretStr(CANARY), base_url=url) for name, url in urls.items()}
    return Settings(cache_dir=folder / "cache", workers=2, providers=access)


def made(folder: Path, settings: Settings, board: Storyboard = BOARD, brief: Brief = BRIEF, **options) -> Film:
    return make_film_sync(brief, folder / "lamp.mp4", storyboard=board, settings=settings, **options)


def makers(film: Film) -> list[str]:
    return [shot.made_by for shot in film.report.shots]


def outcomes(film: Film) -> list[list[tuple[str, str]]]:
    return [[(one.provider.split()[0], one.outcome) for one in shot.attempts] for shot in film.report.shots]


def test_a_film_by_pollinations_says_who_drew_it_and_what_it_cost(tmp_path):
    """Made again it asks nobody, costs nothing, and is the same file."""
    with PollinationsServer(key=CANARY) as server:
        settings = machine(tmp_path, pollinations=server.url)
        film = made(tmp_path, settings, artist="pollinations")
        first = film.path.read_bytes()
        orders = len(server.orders)
        again = made(tmp_path, settings, artist="pollinations")

        assert len(server.orders) == orders == 3
    assert makers(film) == ["pollinations a-model"] * 3
    assert outcomes(film) == [[("pollinations", "taken")]] * 3
    assert film.report.cost_usd == pytest.approx(3 * 0.0044)
    assert film.report.money is not None
    assert [(one.provider, one.asked) for one in film.report.money.by_provider] == [("pollinations", 3)]
    assert "pictures: 3 by pollinations a-model" in summary(film.report)
    assert again.path.read_bytes() == first
    assert again.report.cost_usd == 0
    assert [shot.attempts for shot in again.report.shots] == [shot.attempts for shot in film.report.shots]
    assert [stage.name for stage in again.report.stages if stage.reused < stage.steps] == ["shoot"]


def test_an_edited_shot_is_asked_for_and_no_other(tmp_path):
    """Its picture, its segment and its joins are new."""
    with PollinationsServer(key=CANARY) as server:
        settings = machine(tmp_path, pollinations=server.url)
        made(tmp_path, settings, artist="pollinations")
        film = made(tmp_path, settings, EDITED, artist="pollinations")

        assert len(server.orders) == 4
        assert "storm" in server.orders[-1].body["prompt"]
    assert film.report.cost_usd == pytest.approx(0.0044)
    (render,) = [stage for stage in film.report.stages if stage.name == "render"]
    assert (render.steps, render.reused) == (3, 2)


def test_what_one_cannot_draw_the_next_does_and_the_report_says_why(tmp_path):
    """Its other models first; nothing is charged for what failed."""
    with (
        PollinationsServer(*["no_model"] * 40, key=CANARY) as server,
        FileServer() as files,
        Fal(files, key=CANARY) as fal,
    ):
        fal.trade = "artist"
        settings = machine(tmp_path, pollinations=server.url, fal=fal.url)
        film = made(tmp_path, settings, artist="pollinations:flux,fal")

    assert {one.split()[0] for one in makers(film)} == {"fal"}
    assert outcomes(film) == [[("pollinations", "failed"), ("fal", "taken")]] * 3
    assert "pollinations flux" in film.report.fallbacks[0].reason
    assert film.report.money is not None
    assert [one.provider for one in film.report.money.by_provider] == ["fal"]


def test_what_nobody_draws_is_painted(tmp_path):
    """An account without money is asked for four turns and no more; the film is there."""
    with PollinationsServer(*["broke"] * 40, key=CANARY) as server:
        film = made(tmp_path, machine(tmp_path, pollinations=server.url), artist="pollinations")

        assert len(server.orders) <= 4
    assert makers(film) == ["builtin"] * 3
    assert [fallback.instead for fallback in film.report.fallbacks] == ["it is painted"] * 3
    assert "Insufficient balance" in film.report.fallbacks[0].reason
    assert film.report.cost_usd == 0


def test_a_film_that_asks_nobody_is_the_painters_to_the_byte(tmp_path):
    """Also when all who were asked failed: the same artifacts, from the cache."""
    with PollinationsServer(*["broke"] * 40, key=CANARY) as server:
        settings = machine(tmp_path, pollinations=server.url)
        painted = made(tmp_path, settings, artist="builtin").path.read_bytes()
        film = made(tmp_path, settings, artist="pollinations")

        assert film.path.read_bytes() == painted
    (render,) = [stage for stage in film.report.stages if stage.name == "render"]
    assert (render.steps, render.reused) == (3, 3)


def test_a_camera_films_the_stills(tmp_path):
    """fal's clips start from Pollinations' pictures."""
    with PollinationsServer(key=CANARY) as server, FileServer() as files, Fal(files, key=CANARY) as fal:
        settings = machine(tmp_path, pollinations=server.url, fal=fal.url)
        brief = BRIEF.model_copy(update={"max_cost_usd": 5.0})
        film = made(tmp_path, settings, brief=brief, artist="pollinations", camera="fal")

        assert len(fal.jobs) == 3
        assert all(job.order["image_url"].startswith("data:image/jpeg;base64,") for job in fal.jobs)
    assert {one.split()[0] for one in makers(film)} == {"fal"}
    assert outcomes(film) == [[("pollinations", "taken"), ("fal", "taken")]] * 3


def test_a_folder_of_the_users_own_is_shared_out(tmp_path):
    """By name, then in order; with fewer files than shots one is used again."""
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in ("1.png", "2 s1-1.png"):
        (mine / name).write_bytes(picture_bytes(name, 0, 640, 360))
    settings = machine(tmp_path)

    film = made(tmp_path, settings, artist=f"folder:{mine}")
    (mine / "3.png").write_bytes(picture_bytes("3", 0, 640, 360))
    full = made(tmp_path, settings, artist=f"folder:{mine}")

    assert makers(film) == makers(full) == ["folder"] * 3
    assert film.report.fallbacks == full.report.fallbacks == ()
    assert film.report.cost_usd == 0
    assert film.report.sha256["lamp.mp4"] != full.report.sha256["lamp.mp4"]


def test_what_is_missing_is_painted_before_the_deadline(tmp_path):
    """The server says nothing; so much time is left as the film was thought to need."""
    cut_off_at_s: list[float] = []

    def hear(event: Event) -> None:
        if isinstance(event, StepDone) and event.stage == "shoot":
            cut_off_at_s.append(event.at_s)

    with PollinationsServer(*["silent"] * 40, key=CANARY) as server:
        brief = BRIEF.model_copy(update={"deadline_s": 12.0})
        settings = machine(tmp_path, pollinations=server.url)
        film = made(tmp_path, settings, brief=brief, artist="pollinations:flux", on_event=hear)

    assert makers(film) == ["builtin"] * 3
    assert len(cut_off_at_s) == 3
    assert min(cut_off_at_s) < 10
    assert {shot.attempts[-1].outcome for shot in film.report.shots} <= {"late", "failed", "unsure", "passed over"}
    assert len(film.report.fallbacks) == 3


def test_a_timeline_holds_the_pictures(tmp_path):
    """As a film would."""
    with PollinationsServer(key=CANARY) as server:
        settings = machine(tmp_path, pollinations=server.url)
        timeline = cut_film_sync(BRIEF, storyboard=BOARD, settings=settings, artist="pollinations")

    assert [clip.take.kind for clip in timeline.video if clip.kind == "clip"] == ["still"] * 3


def test_no_key_is_anywhere(tmp_path):
    """Not in the cache, the ledger, the files of the film, the events or on the standard streams."""
    flags = ["--no-narration", "--no-music", "--no-captions", "--profile", "draft", "--height", "360", "--seconds", "5"]
    with (
        PollinationsServer("broke", "no_model", "bad_key", key=CANARY) as server,
        FileServer() as files,
        Fal(files, key=CANARY, orders=("bad_input",)) as fal,
    ):
        fal.trade = "artist"
        done = subprocess.run(
            [
                *(sys.executable, "-c", "from astragen.cli.main import main; main()"),
                *("make", str(_file(tmp_path)), "-o", str(tmp_path / "lamp.mp4"), "--json"),
                *("--artist", "pollinations,fal", *flags),
            ],
            env={
                **os.environ,
                "ASTRAGEN_CACHE_DIR": str(tmp_path / "cache"),
                "POLLINATIONS_API_KEY": CANARY,
                "ASTRAGEN_POLLINATIONS_BASE_URL": server.url,
                "FAL_KEY": CANARY,
                "ASTRAGEN_FAL_BASE_URL": fal.url,
            },
            capture_output=True,
            check=False,
        )

    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout)
    assert sum(len(shot["attempts"]) for shot in said["shots"]) >= 3
    found = [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert found == []
    assert CANARY.encode() not in done.stdout + done.stderr


def _file(folder: Path) -> Path:
    path = folder / "board.json"
    path.write_text(BOARD.model_dump_json(), "utf-8")
    return path
