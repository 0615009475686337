"""One suite over the artists and cameras with a queue: what becomes of an order, whatever a server does."""

from __future__ import annotations

import json
from functools import partial

import anyio
import pytest

from astragen.errors import (
    BadOutput,
    ContentRefused,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    Unavailable,
    Uncertain,
)
from astragen.model.ticket import Ticket
from astragen.providers import http
from astragen.providers.artists import luma
from astragen.providers.queued import QueuedProvider
from astragen.providers.shooting import Media, Pending
from emulators.queue_servers import ENDS, ORDERS, FileServer
from queued_trades import CANARY, TRADES, begun, follow, made, order, serve, wanted

ONCE, THRICE = 1, 3
STOPPED_BY = {"fal": "PUT", "replicate": "POST", "runway": "DELETE", "luma": "DELETE"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


@pytest.fixture
def files():
    """Where finished files lie."""
    with FileServer() as server:
        yield server


# The work -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRADES)
def test_work_is_waited_for_and_fetched(name, files):
    """Every state before the last is a wait; then come the file's bytes, its kind and what it cost."""
    with serve(name, files) as server:
        provider, ticket = begun(name, server)
        before = [anyio.run(provider.poll, ticket) for _ in server.waits]
        media = anyio.run(provider.poll, ticket)
        (job,) = server.jobs

    assert all(isinstance(wait, Pending) and 0.4 < wait.again_s < 20 for wait in before)
    last = before[-1]
    assert isinstance(last, Pending)
    assert isinstance(media, Media)
    assert last.progress == (0.5 if name.startswith(("runway", "replicate")) else None)
    assert media.data == job.made
    assert media.media_type == ("image/png" if server.trade == "artist" else "video/mp4")
    assert media.model == ("fal-ai/ltx-2.3/text-to-video" if name == "fal-video" else provider.model)
    assert media.cost_usd == (pytest.approx(0.60) if name == "runway" else None)
    assert media.notes == ((luma.FROM_WORDS,) if name == "luma" else ())


@pytest.mark.parametrize("name", TRADES)
def test_a_ticket_is_enough_to_go_on_elsewhere(name, files):
    """It crosses a file as JSON; a fresh provider gives the result, and nothing is ordered twice."""
    with serve(name, files) as server:
        _, ticket = begun(name, server)
        kept = Ticket.model_validate_json(ticket.model_dump_json())
        media = follow(made(name, server), kept)
        (job,) = server.jobs

    assert isinstance(media, Media), media
    assert media.data == job.made
    assert CANARY not in ticket.model_dump_json()


@pytest.mark.parametrize("name", TRADES)
def test_work_can_be_stopped(name, files):
    """By the request that the wire has for it."""
    with serve(name, files) as server:
        provider, ticket = begun(name, server)
        anyio.run(provider.cancel, ticket)
        (job,) = server.jobs
        asked = server.asked[-1]

    assert job.is_cancelled
    assert asked.method == STOPPED_BY[provider.capability.name]
    assert job.id in asked.path


@pytest.mark.parametrize("name", TRADES)
def test_a_provider_that_cannot_be_stopped_is_let_be(name, files):
    """Nobody waits for the answer to "stop"."""
    with serve(name, files) as server:
        provider, ticket = begun(name, server)

    anyio.run(provider.cancel, ticket)  # the server is gone


OUTCOMES: dict[str, type[Exception] | None] = {
    "good": None,
    "expired": None,  # asked again, it names a fresh address
    "failed": BadOutput,
    "refused": ContentRefused,
    "cancelled": BadOutput,
    "no_file": BadOutput,
    "unknown": BadOutput,
    "gone": BadOutput,
    "file_down": Unavailable,
    "leaky": BadOutput,
}


def test_every_end_and_every_order_has_an_outcome():
    """A new way to misbehave needs a decision."""
    assert set(OUTCOMES) == set(ENDS)
    assert set(ORDERED) == set(ORDERS)


@pytest.mark.parametrize("end", OUTCOMES)
@pytest.mark.parametrize("name", TRADES)
def test_each_end_of_work_is_one_outcome(name, end, files):
    """A file, or the error that it means; the work is never ordered again."""
    with serve(name, files, end=end) as server:
        provider, ticket = begun(name, server)
        ended = follow(provider, ticket)
        (job,) = server.jobs

    expected = OUTCOMES[end]
    if expected is None:
        assert isinstance(ended, Media), ended
        assert ended.data == job.made
    else:
        assert type(ended) is expected, ended


@pytest.mark.parametrize("name", TRADES)
def test_an_expired_address_is_asked_for_once_more_only(name, files):
    """A file that has gone for good costs two questions and two fetches."""
    with serve(name, files, end="gone") as server:
        server.waits = ()
        provider, ticket = begun(name, server)
        ended = follow(provider, ticket)

    assert "a file that is not there (HTTP 404)" in str(ended)
    assert len(files.asked) == 2


@pytest.mark.parametrize("pages", [1, 2])
@pytest.mark.parametrize("name", TRADES)
def test_a_web_page_in_the_place_of_a_file_is_asked_for_once_more(name, pages, files):
    """The work is paid for, and its file may be there; when it is not, what came is for the inspection."""
    with serve(name, files) as server:
        server.waits = ()
        files.is_page = pages
        provider, ticket = begun(name, server)
        ended = follow(provider, ticket)
        (job,) = server.jobs

    assert isinstance(ended, Media), ended
    assert ended.data.startswith(b"<!DOCTYPE") is (pages == 2)
    assert pages == 2 or ended.data == job.made


@pytest.mark.parametrize("name", TRADES)
def test_a_file_that_is_down_is_there_at_the_next_question(name, files):
    """`Unavailable` means that the question may be put again."""
    with serve(name, files, end="file_down") as server:
        provider, ticket = begun(name, server)
        first, second = follow(provider, ticket), follow(provider, ticket)

    assert type(first) is Unavailable
    assert isinstance(second, Media)


@pytest.mark.parametrize("fault", ["bad_gateway", "limited"])
@pytest.mark.parametrize("name", TRADES)
def test_a_question_that_fails_is_put_again(name, fault, files):
    """Questions cost nothing."""
    with serve(name, files) as server:
        server.faults.extend([fault, fault])
        provider, ticket = begun(name, server)
        found = anyio.run(provider.poll, ticket)

    assert isinstance(found, Pending)


@pytest.mark.parametrize(("fault", "times"), [("bad_gateway", THRICE), ("page", ONCE)])
@pytest.mark.parametrize("name", TRADES)
def test_a_question_that_keeps_failing_does_not_end_the_work(name, fault, times, files):
    """A gateway's page instead of the state, whatever its status, says nothing of the work."""
    with serve(name, files) as server:
        server.faults.extend([fault] * times)
        provider, ticket = begun(name, server)
        ended, later = follow(provider, ticket), follow(provider, ticket)

    assert type(ended) is Unavailable
    assert isinstance(later, Media)


@pytest.mark.parametrize("name", TRADES)
def test_a_key_that_is_refused_while_waiting_is_final(name, files):
    """It is the account's matter, and is named."""
    with serve(name, files) as server:
        server.faults.append("bad_key")
        provider, ticket = begun(name, server)
        ended = follow(provider, ticket)

    assert type(ended) is ProviderError
    assert provider.usual_key() in str(ended)


def test_orders_stand_side_by_side(files):
    """Four at once are four jobs, each with its own file."""

    async def all_of(provider: QueuedProvider) -> list[Media]:
        media: list[Media] = []

        async def one(seed: int) -> None:
            ticket = await provider.submit(wanted("fal", seed=seed))
            found = await provider.poll(ticket)
            while isinstance(found, Pending):
                found = await provider.poll(ticket)
            media.append(found)

        async with anyio.create_task_group() as tasks:
            for seed in range(4):
                tasks.start_soon(one, seed)
        return media

    with serve("fal", files) as server:
        media = anyio.run(partial(all_of, made("fal", server)))
        orders = [json.dumps(job.order) for job in server.jobs]

    assert len({one.data for one in media}) == len(set(orders)) == 4


# The order ----------------------------------------------------------------------------------------------------------

ORDERED: dict[str, tuple[type[Exception] | None, int]] = {  # outcome, and how often it was sent
    "good": (None, ONCE),
    "foreign": (None, ONCE),
    **dict.fromkeys(("silent", "hang_up", "reset", "bad_gateway", "page", "no_id"), (Uncertain, ONCE)),
    "bad_key": (ProviderError, ONCE),
    "unpaid": (QuotaExceeded, ONCE),
    "limited": (RateLimited, THRICE),
    "limited_long": (RateLimited, ONCE),
    "busy": (Unavailable, THRICE),
    "moderated": (ContentRefused, ONCE),
    "bad_input": (ProviderError, ONCE),
}


@pytest.mark.parametrize("manner", ORDERED)
@pytest.mark.parametrize("name", TRADES)
def test_each_answer_to_an_order_is_one_outcome(name, manner, files):
    """Where the work may have begun the order is sent once, whatever comes: the server charges one job."""
    expected, times = ORDERED[manner]
    with serve(name, files, *[manner] * THRICE) as server:
        ended = order(made(name, server, timeout_s=0.3 if manner == "silent" else 10.0), wanted(name))
        asked, jobs = server.asked, server.jobs

    assert type(ended) is (expected or Ticket), ended
    assert len(asked) == times
    assert len({one.raw for one in asked}) == 1
    assert len(jobs) == ORDERS[manner]


@pytest.mark.parametrize("name", TRADES)
def test_an_order_that_was_answered_by_nobody_says_that_it_may_be_charged(name, files):
    """And is not retried by whoever looks at `retry`."""
    with serve(name, files, "silent") as server:
        ended = order(made(name, server, timeout_s=0.3), wanted(name))

    assert isinstance(ended, Uncertain)
    assert not ended.retry
    assert "may have" in str(ended)
    assert "charged the work all the same" in str(ended)


@pytest.mark.parametrize("name", TRADES)
def test_an_order_that_nobody_can_take_is_not_uncertain(name, files):
    """Nothing listens: nothing was begun."""
    with serve(name, files) as server:
        provider = made(name, server)

    assert type(order(provider, wanted(name))) is Unavailable


def test_replicates_wait_is_read_from_its_words(files):
    """It stands in no header (facts 4.6)."""
    with serve("replicate", files, "limited_long") as server:
        ended = order(made("replicate", server), wanted("replicate"))

    assert isinstance(ended, RateLimited)
    assert ended.retry_after_s == 30


# fal's own ends -----------------------------------------------------------------------------------------------------


def test_the_time_limit_of_the_work_at_fal_is_final(files):
    """A 504 in its own words is no gateway's, and asking again would give it again."""
    with serve("fal-video", files, end="timed_out") as server:
        provider, ticket = begun("fal-video", server)
        ended = follow(provider, ticket)

    assert type(ended) is BadOutput
    assert "Request timed out" in str(ended)


def test_the_black_picture_of_fals_checker_is_a_refusal(files):
    """It comes as a good answer with a flag."""
    with serve("fal", files, end="blanked") as server:
        provider, ticket = begun("fal", server)
        ended = follow(provider, ticket)

    assert type(ended) is ContentRefused
    assert ended.is_charged
    assert files.asked == []


def test_a_place_in_the_queue_lengthens_the_wait_at_fal(files):
    """Nobody far back is served in a second."""
    with serve("fal", files) as server:
        provider, ticket = begun("fal", server)
        waits = [anyio.run(provider.poll, ticket) for _ in server.waits]

    assert [wait.again_s for wait in waits if isinstance(wait, Pending)] == [2.0, 1.0, 1.0]  # second, first, running
