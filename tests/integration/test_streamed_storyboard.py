"""The first scene's pictures can start while a language model still writes the rest."""

from __future__ import annotations

import threading

import anyio
import pytest

from astragen.face import make_film_sync
from astragen.model.brief import Brief
from astragen.model.storyboard import Shot, Storyboard
from astragen.model.written import Written
from astragen.pipeline.crew import crew_written_by
from astragen.pipeline.film import write
from astragen.plan.requests import seeded
from astragen.providers.access import Access
from astragen.providers.registry import find
from astragen.settings import Settings
from astragen.wiring import cached_run
from emulators.chat_server import ChatServer
from emulators.loopback import Asked, Sent
from emulators.pollinations_server import PollinationsServer
from scripted_chat import text

BRIEF = Brief(prompt="A fox in the first snow follows the lights.", seconds=30, seed=7)


@pytest.mark.parametrize("name", ["openai", "anthropic", "gemini", "ollama"])
def test_the_first_shots_start_before_the_last_piece_is_sent(name, tmp_path):
    """The server holds the second half of its answer back until a picture was started."""
    started: dict[str, Shot] = {}
    held: list[bool] = []
    go_on = threading.Event()

    async def work(server: ChatServer) -> Written:
        def start(unfinished: Storyboard) -> None:
            started.update({shot.id: shot for shot in unfinished.shots})
            held.append(not go_on.is_set() and not server.all_sent.is_set())
            go_on.set()

        base = server.url if name in ("anthropic", "ollama") else f"{server.url}/v1"
        chat = find(name)(Access(base_url=base, model="m"), {"timeout_s": 20})
        async with cached_run(Settings(cache_dir=tmp_path), None) as run:
            return await write(BRIEF, crew_written_by(chat, None), run, start)

    with ChatServer(texts=(text(scenes=4, shots=2),), holds=go_on) as server:
        done = anyio.run(work, server)

    assert held[0]
    final = seeded(done.storyboard, BRIEF.seed)
    assert done.fallbacks == ()
    assert list(started) == [shot.id for shot in final.shots]
    assert [shot.seed for shot in started.values()] == [shot.seed for shot in final.shots]


def test_pictures_are_asked_for_while_the_rest_is_written(tmp_path):
    """The model's server holds the second half back until the artist's was asked; every picture is drawn once."""
    go_on = threading.Event()

    class Artist(PollinationsServer):
        def answer(self, asked: Asked) -> Sent:
            if asked.method == "POST":
                go_on.set()
            return super().answer(asked)

    brief = BRIEF.model_copy(update={"height": 360, "narration": False, "music": False, "deadline_s": "none"})
    with ChatServer(texts=(text(scenes=3, shots=1),), holds=go_on) as model, Artist(key="k") as artist:
        settings = Settings(
            cache_dir=tmp_path,
            providers={
                "openai": Access(base_url=f"{model.url}/v1", key="k", model="m"),
                "pollinations": Access(base_url=artist.url, key="k"),
            },
        )
        film = make_film_sync(
            brief, tmp_path / "f.mp4", settings=settings, writer="openai", artist="pollinations", on_event=None
        )
        drawn = [asked for asked in artist.asked if asked.method == "POST"]

    assert film.report.written_by == "openai m"
    assert film.report.fallbacks == ()
    assert {shot.made_by.split()[0] for shot in film.report.shots} == {"pollinations"}
    assert len(drawn) == len(film.report.shots) == 3
