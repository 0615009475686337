"""What is paid for stays counted, and is not ordered again: `Desk` with real providers against emulated servers."""

from __future__ import annotations

from contextlib import asynccontextmanager

import anyio
import pytest

import astragen.providers.http as http_module
from astragen.errors import BadOutput, ProviderError, RateLimited, Unavailable, Uncertain
from astragen.pipeline import asking
from astragen.pipeline.asking import Asked, Desk
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.ledger import Ledger
from astragen.store.memo import Memo
from cloud_artists import made as made_in_cloud
from cloud_artists import server_of, wanted
from emulators.queue_servers import FileServer
from queued_trades import made, serve
from queued_trades import wanted as ordered


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch):
    """Questions that failed are put again at once."""
    monkeypatch.setattr(http_module, "BACKOFF_S", 0.01)
    sleep = anyio.sleep
    monkeypatch.setattr(asking.anyio, "sleep", lambda seconds: sleep(min(seconds, 0.01)))


@asynccontextmanager
async def desk_of(folder, film: str = "film"):
    """A desk of a run of *film*; money is in `ledger.sqlite`."""
    ledger = Ledger(folder / "ledger.sqlite")
    with ledger.purse(film, 1.0, now_s=lambda: 0.0) as purse:
        store, memo = ArtifactStore(folder / "artifacts"), Memo(folder / "steps")
        async with InlineRun(folder / "scratch", store=store, memo=memo, workers=1) as run:
            yield Desk(run, purse)


def ask(folder, provider, request, *, times=1):
    """What comes of asking *times* in one run: the last answer, or its error."""

    async def main():
        async with desk_of(folder) as desk:
            asked = Asked(provider=provider.card.name, version=provider.card.version, request=request)
            for _ in range(times):
                try:
                    found = await desk.ask(provider, asked, check=lambda *_: None)
                except Exception as error:
                    found = error
            return found

    return anyio.run(main)


def states(folder):
    return [(row.state, row.usd > 0) for row in Ledger(folder / "ledger.sqlite").entries()]


@pytest.mark.parametrize("fault", ["limited", "bad_gateway", "reset"])
def test_work_that_cannot_be_asked_about_stays_claimed_and_paid(tmp_path, fault):
    """No money is given back, this run orders no second one, and the next gets the picture for the same money."""
    with FileServer() as files, serve("fal", files) as server:
        server.faults.extend([fault] * 24)

        first = ask(tmp_path, made("fal", server), ordered("fal").request, times=2)

        assert isinstance(first, ProviderError), first
        assert len(server.jobs) == 1
        assert states(tmp_path) == [("accepted", True)]
        server.faults.clear()
        server.made_of = lambda job: _picture(1280, 720)

        again = ask(tmp_path, made("fal", server), ordered("fal").request)

        assert getattr(again, "kind", again) == "still"
        assert len(server.jobs) == 1
        assert states(tmp_path) == [("settled", True)]


def test_a_question_that_is_put_too_often_is_put_again(tmp_path):
    """A 429 to a question is no reason to order anew."""
    with FileServer() as files, serve("fal", files) as server:
        server.faults.extend(["limited"] * 4)
        server.made_of = lambda job: _picture(1280, 720)

        found = ask(tmp_path, made("fal", server), ordered("fal").request)

    assert getattr(found, "kind", found) == "still"
    assert len(server.jobs) == 1


def test_work_that_the_provider_forgot_was_charged(tmp_path):
    """The order was taken; that its job is unknown afterwards gives no money back."""
    with FileServer() as files, serve("fal", files) as server:
        provider = made("fal", server)
        server.created = lambda job, created=server.created: (created(job), server.jobs.clear())[0]

        found = ask(tmp_path, provider, ordered("fal").request)

    assert not isinstance(found, (Unavailable, RateLimited, BadOutput)), found
    assert states(tmp_path) == [("settled", True)]


@pytest.mark.parametrize("scenes", [("late",) * 3, ("hang_up",) * 3, ("late", "unavailable", "unavailable")])
def test_work_that_may_go_on_behind_a_gateway_is_counted(tmp_path, scenes):
    """Asked again it joins the work and is counted once; a "no" to the second request says nothing of the first."""
    with server_of("pollinations", *scenes, "unavailable", "unavailable", "unavailable") as server:
        provider = made_in_cloud("pollinations", server)
        request = wanted("pollinations").request

        first = ask(tmp_path, provider, request)
        assert isinstance(first, Uncertain), first
        assert states(tmp_path) == [("uncertain", True)]

        refused = ask(tmp_path, provider, request)
        assert isinstance(refused, Unavailable), refused
        assert states(tmp_path) == [("uncertain", True)]

        found = ask(tmp_path, provider, request)
        assert getattr(found, "kind", found) == "still"
        assert states(tmp_path) == [("settled", True)]
        assert server.generations == 1


def test_the_same_run_counts_what_it_joins_once(tmp_path):
    """Two tries of one run, one charge."""
    with server_of("pollinations", "late", "late", "late") as server:
        found = ask(tmp_path, made_in_cloud("pollinations", server), wanted("pollinations").request, times=2)

    assert getattr(found, "kind", found) == "still"
    assert states(tmp_path) == [("settled", True)]


def _picture(width: int, height: int) -> bytes:
    from emulators.loopback import picture_bytes

    return picture_bytes("fox", 1, width, height)
