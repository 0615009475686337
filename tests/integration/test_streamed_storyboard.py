"""The first scene's pictures can start while a language model still writes the rest."""

from __future__ import annotations

import threading

import anyio
import pytest
from astragen.pipeline.ahead import Ahead

from astragen.face import _cached_run
from astragen.model.brief import Brief
from astragen.model.storyboard import Shot, Storyboard
from astragen.model.written import Written
from astragen.pipeline.crew import crew_written_by
from astragen.pipeline.film import write
from astragen.plan.requests import seeded
from astragen.providers.access import Access
from astragen.providers.registry import find
from astragen.settings import Settings
from emulators.chat_server import ChatServer
from scripted_chat import text

BRIEF = Brief(prompt="A fox in the first snow follows the lights.", seconds=30, seed=7)


@pytest.mark.parametrize("name", ["openai", "anthropic", "gemini", "ollama"])
def test_the_first_shots_start_before_the_last_piece_is_sent(name, tmp_path):
    """The server holds the second half of its answer back until a picture was started."""
    started: list[tuple[str, Shot]] = []
    held: list[bool] = []
    go_on = threading.Event()

    async def work(server: ChatServer) -> Written:
        def start(shot: str, resolved: Shot, board: Storyboard) -> None:
            started.append((shot, resolved))
            held.append(not go_on.is_set() and not server.all_sent.is_set())
            go_on.set()

        base = server.url if name in ("anthropic", "ollama") else f"{server.url}/v1"
        chat = find(name)(Access(base_url=base, model="m"), {"timeout_s": 20})
        async with _cached_run(Settings(cache_dir=tmp_path), None) as run:
            return await write(BRIEF, crew_written_by(chat, None), run, Ahead(start).told)

    with ChatServer(texts=(text(scenes=4, shots=2),), holds=go_on) as server:
        done = anyio.run(work, server)

    assert held[0]
    final = seeded(done.storyboard, BRIEF.seed)
    assert done.fallbacks == ()
    assert [shot for shot, _ in started] == [shot.id for shot in final.shots]
    assert [shot.seed for _, shot in started] == [shot.seed for shot in final.shots]
