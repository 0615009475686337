"""One suite over the artists and cameras with a queue: fal, Replicate, Runway, Luma."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from astragen.errors import (
    BadOutput,
    ContentRefused,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    Unavailable,
    Uncertain,
)
from astragen.model.requests import PicturePrompt, PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers import http
from astragen.providers.access import Access
from astragen.providers.artists import fal, luma, replicate, runway
from astragen.providers.queued import QueuedProvider
from astragen.providers.shooting import Media, Pending, Picture, Wanted
from emulators.loopback import picture_bytes
from emulators.queue_servers import (
    ENDS,
    ORDERS,
    FalServer,
    FileServer,
    LumaServer,
    QueueServer,
    ReplicateServer,
    RunwayServer,
)

CANARY = "canary-1234-5678-9abc"
PICTURE = Picture(picture_bytes("start", 0, 32, 18), "image/png")
PICTURE_URI = f"data:image/png;base64,{b64encode(PICTURE.data).decode()}"
ONCE, THRICE = 1, 3


@dataclass(frozen=True)
class Trade:
    """A provider under test, its emulator, and the path of its base URL."""

    made: type[QueuedProvider]
    server: type[QueueServer]
    base: str = ""


TRADES = {
    "fal": Trade(fal.ARTIST, FalServer),
    "fal-video": Trade(fal.CAMERA, FalServer),
    "replicate": Trade(replicate.ARTIST, ReplicateServer, "/v1"),
    "replicate-video": Trade(replicate.CAMERA, ReplicateServer, "/v1"),
    "runway": Trade(runway.CAMERA, RunwayServer),
    "luma": Trade(luma.CAMERA, LumaServer, "/dream-machine/v1"),
}
NAMES_ADDRESSES = ("fal", "fal-video", "replicate", "replicate-video")

PROMPTS: dict[str, dict[str, Any]] = {
    "fal": {"width": 1280, "height": 720},
    "fal-video": {"width": 1920, "height": 1080, "aspect": "16:9", "seconds": 6.0},
    "replicate": {"width": 1366, "height": 768, "aspect": "16:9"},
    "replicate-video": {"width": 1280, "height": 720, "aspect": "16:9", "seconds": 5.0},
    "runway": {"width": 1280, "height": 720, "seconds": 5.0},
    "luma": {"width": 1280, "height": 720, "aspect": "16:9", "seconds": 5.0, "seed": None},
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


@pytest.fixture
def files():
    """Where finished files lie."""
    with FileServer() as server:
        yield server


def serve(name: str, files: FileServer, *orders: str, end: str = "good") -> QueueServer:
    trade = TRADES[name]
    server = trade.server(files, key=CANARY, orders=orders, end=end)
    server.trade = trade.made.capability.trade
    return server


def made(name: str, server: QueueServer, *, key: str = CANARY, timeout_s: float = 10.0, model: str = ""):
    trade = TRADES[name]
    access = Access(key=SecretStr(key), base_url=f"{server.url}{trade.base}", model=model)
    return trade.made(access, {"timeout_s": timeout_s})


def wanted(name: str, start: Picture | None = None, end: Picture | None = None, **changed: Any) -> Wanted:
    fields = {"text": "A red fox in snow.", "motion": "Slow push in.", "seed": 7, **PROMPTS[name], **changed}
    prompt = PicturePrompt(**fields)
    request = PictureRequest(shot="s1-1", artist=name, prompt=prompt, fps=24, frames=96)
    return Wanted(request, start=start, end=end)


def order(provider: QueuedProvider, want: Wanted) -> Ticket | Exception:
    try:
        return anyio.run(provider.submit, want)
    except Exception as error:
        return error


def follow(provider: QueuedProvider, ticket: Ticket, asks: int = 9) -> Media | Exception | None:
    """What `poll` gives in the end, however long it says to wait; None when it never ends."""
    try:
        for _ in range(asks):
            found = anyio.run(provider.poll, ticket)
            if isinstance(found, Media):
                return found
    except Exception as error:
        return error
    return None


def begun(name: str, server: QueueServer) -> tuple[QueuedProvider, Ticket]:
    provider = made(name, server)
    ticket = order(provider, wanted(name))
    assert isinstance(ticket, Ticket), ticket
    return provider, ticket


# The wire -----------------------------------------------------------------------------------------------------------

FROM_WORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "fal": (
        "/fal-ai/flux/schnell",
        {"prompt": "A red fox in snow.", "image_size": {"width": 1280, "height": 720}, "seed": 7},
    ),
    "fal-video": (
        "/fal-ai/ltx-2.3/text-to-video",
        {
            "prompt": "A red fox in snow.",
            "duration": 6,
            "resolution": "1080p",
            "aspect_ratio": "16:9",
            "seed": 7,
        },
    ),
    "replicate": (
        "/v1/models/black-forest-labs/flux-schnell/predictions",
        {"input": {"prompt": "A red fox in snow.", "aspect_ratio": "16:9", "seed": 7, "output_format": "png"}},
    ),
    "replicate-video": (
        "/v1/models/prunaai/p-video/predictions",
        {
            "input": {
                "prompt": "A red fox in snow.",
                "duration": 5,
                "resolution": "720p",
                "aspect_ratio": "16:9",
                "seed": 7,
            }
        },
    ),
    "runway": (
        "/v1/text_to_video",
        {"model": "gen4.5", "promptText": "A red fox in snow.", "ratio": "1280:720", "duration": 5, "seed": 7},
    ),
    "luma": (
        "/dream-machine/v1/generations/video",
        {
            "model": "ray-2",
            "prompt": "A red fox in snow.",
            "aspect_ratio": "16:9",
            "resolution": "720p",
            "duration": "5s",
        },
    ),
}
FROM_PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "fal-video": (
        "/fal-ai/ltx-2.3/image-to-video",
        {
            "prompt": "Slow push in.",
            "duration": 6,
            "resolution": "1080p",
            "aspect_ratio": "16:9",
            "seed": 7,
            "image_url": PICTURE_URI,
            "end_image_url": PICTURE_URI,
        },
    ),
    "replicate-video": (
        "/v1/models/prunaai/p-video/predictions",
        {
            "input": {
                "prompt": "Slow push in.",
                "image": PICTURE_URI,
                "last_frame_image": PICTURE_URI,
                "duration": 5,
                "resolution": "720p",
                "seed": 7,
            }
        },
    ),
    "runway": (
        "/v1/image_to_video",
        {
            "model": "gen4.5",
            "promptText": "Slow push in.",
            "ratio": "1280:720",
            "duration": 5,
            "seed": 7,
            "promptImage": [{"uri": PICTURE_URI, "position": "first"}, {"uri": PICTURE_URI, "position": "last"}],
        },
    ),
    "luma": FROM_WORDS["luma"],  # its keyframes are public addresses, and we have none
}


@pytest.mark.parametrize("name", TRADES)
def test_an_order_from_words_has_the_form_of_the_wire(name, files):
    """Method, path, headers and body, as the facts have them; nothing asks to be held until it is done."""
    with serve(name, files) as server:
        begun(name, server)
        (asked,) = server.asked
    path, body = FROM_WORDS[name]

    assert (asked.method, asked.path, asked.body) == ("POST", path, body)
    assert asked.headers["authorization"] == ("Key " if name.startswith("fal") else "Bearer ") + CANARY
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers.get("x-runway-version") == ("2024-11-06" if name == "runway" else None)
    assert "prefer" not in asked.headers


@pytest.mark.parametrize("name", FROM_PICTURES)
def test_an_order_from_pictures_carries_them_as_data(name, files):
    """And of the words only what moves."""
    with serve(name, files) as server:
        ticket = order(made(name, server), wanted(name, PICTURE, PICTURE))
        (asked,) = server.asked

    assert isinstance(ticket, Ticket), ticket
    assert (asked.path, asked.body) == FROM_PICTURES[name]


def test_a_start_picture_alone_is_a_bare_text_at_runway(files):
    """As in the captured request of its own client (facts, appendix A)."""
    with serve("runway", files) as server:
        order(made("runway", server), wanted("runway", PICTURE, seed=None))
        (asked,) = server.asked

    assert asked.body == {
        "model": "gen4.5",
        "promptText": "Slow push in.",
        "ratio": "1280:720",
        "duration": 5,
        "promptImage": PICTURE_URI,
    }


def test_veo_at_runway_is_told_what_must_not_be_seen_and_to_be_silent(files):
    """Sound raises its price, and ours replaces it."""
    with serve("runway", files) as server:
        want = wanted("runway", PICTURE, negative="text, logo", seed=None, seconds=4.0)
        order(made("runway", server, model="veo3.1"), want)
        (asked,) = server.asked

    assert asked.body["model"] == "veo3.1"
    assert asked.body["negativePrompt"] == "text, logo"
    assert asked.body["audio"] is False


def test_a_version_at_replicate_has_its_own_path(files):
    """A model named with a version is asked for by that version."""
    with serve("replicate", files) as server:
        order(made("replicate", server, model="me/mine:0123abcd"), wanted("replicate"))
        (asked,) = server.asked

    assert asked.path == "/v1/predictions"
    assert asked.body["version"] == "0123abcd"


def test_kling_at_fal_calls_its_start_picture_otherwise(files):
    """One word of one model (facts 5)."""
    with serve("fal-video", files) as server:
        order(made("fal-video", server, model="fal-ai/kling-video/v3/pro/image-to-video"), wanted("fal-video", PICTURE))
        (asked,) = server.asked

    assert asked.body["start_image_url"] == PICTURE_URI
    assert "image_url" not in asked.body


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
    assert before[-1].progress == (0.5 if name.startswith(("runway", "replicate")) else None)
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
    assert (
        asked.method
        == {"fal": "PUT", "replicate": "POST", "runway": "DELETE", "luma": "DELETE"}[
            name[:-6] if name.endswith("-video") else name
        ]
    )
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


# The order ----------------------------------------------------------------------------------------------------------

ORDERED: dict[str, tuple[type[Exception] | None, int]] = {  # outcome, and how often it was sent
    "good": (None, ONCE),
    "foreign": (None, ONCE),
    **dict.fromkeys(("silent", "hang_up", "bad_gateway", "page", "no_id"), (Uncertain, ONCE)),
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


def test_a_shape_that_runway_does_not_make_is_refused_by_name(files):
    """HTTP 400, and its words."""
    with serve("runway", files) as server:
        ended = order(made("runway", server), wanted("runway", width=1000, height=1000))

    assert type(ended) is ProviderError
    assert "ratio must be one of 1280:720" in str(ended)


def test_a_picture_that_is_too_large_for_runway_is_not_sent(files):
    """5 MB as a data URI; the message names the shot, the size and the limit."""
    large = Picture(b"\x89PNG" + bytes(3_800_000), "image/png")
    with serve("runway", files) as server:
        ended = order(made("runway", server), wanted("runway", large))
        asked = server.asked

    assert type(ended) is ProviderError
    assert "The start picture of shot s1-1 has 5,066,694 bytes as a data URI, and runway takes 5,000,000" in str(ended)
    assert asked == []


def test_a_prompt_that_is_too_long_for_runway_is_not_sent(files):
    """UTF-16 units: a fox counts two."""
    with serve("runway", files) as server:
        ended = order(made("runway", server), wanted("runway", text="🦊" * 501))
        fits = order(made("runway", server), wanted("runway", text="🦊" * 500))

    assert "has 1,002 UTF-16 units, and runway takes 1,000" in str(ended)
    assert isinstance(fits, Ticket)


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
    assert files.asked == []


def test_a_place_in_the_queue_lengthens_the_wait_at_fal(files):
    """Nobody far back is served in a second."""
    with serve("fal", files) as server:
        provider, ticket = begun("fal", server)
        waits = [anyio.run(provider.poll, ticket) for _ in server.waits]

    assert [wait.again_s for wait in waits] == [2.0, 1.0, 1.0]  # second, first, running


# Keys and strangers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["good", "leaky", "gone"])
@pytest.mark.parametrize("name", TRADES)
def test_no_key_is_in_an_address_a_log_or_an_error_or_at_the_host_of_the_files(name, end, files, caplog):
    """Not even when the provider repeats it."""
    caplog.set_level(logging.DEBUG)
    with serve(name, files, "bad_key", end=end) as server:
        provider = made(name, server)
        refused = order(provider, wanted(name))
        ended = follow(*begun(name, server))
        paths = [one.path for one in server.asked]

    assert CANARY not in "".join(paths) + caplog.text + repr(vars(provider)) + repr(ended)
    assert [one for one in files.asked if CANARY in f"{one.path}{one.headers}{one.raw!r}"] == []
    assert end == "leaky" or files.asked
    for error in (refused, ended):
        if isinstance(error, Exception):
            shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
            assert CANARY not in shown + str(pickle.loads(pickle.dumps(error)))


@pytest.mark.parametrize("name", NAMES_ADDRESSES)
def test_addresses_at_another_host_are_replaced_by_our_own(name, files):
    """The key does not go there, and the work that was paid for is not lost."""
    with serve(name, files, "foreign") as server:
        provider = made(name, server)
        ticket = order(provider, wanted(name))
        media = follow(provider, ticket)

    assert isinstance(media, Media), media
    assert "elsewhere" not in ticket.model_dump_json()


@pytest.mark.parametrize("name", NAMES_ADDRESSES)
def test_a_ticket_that_names_another_host_is_not_followed(name, files):
    """A file on disk may have been changed."""
    with serve(name, files) as server, FileServer() as stranger:
        provider, ticket = begun(name, server)
        changed = ticket.model_copy(update={"status_url": f"{stranger.url}/status"})
        ended = follow(provider, changed)

    assert type(ended) is BadOutput
    assert stranger.asked == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x.test/a.png", "not an address", "http://[::1"])
def test_an_address_that_is_none_is_no_file(url, files, monkeypatch):
    """The provider is to blame, not a setting."""
    with serve("replicate", files) as server:
        monkeypatch.setattr(server, "file_url", lambda job: url)
        provider, ticket = begun("replicate", server)
        ended = follow(provider, ticket)

    assert type(ended) is BadOutput, ended


def test_a_file_that_is_endless_is_cut_off(files, monkeypatch):
    """At the limit of its kind."""
    monkeypatch.setattr("astragen.providers.queued.PICTURE_BYTES_MAX", 100)
    with serve("fal", files) as server:
        provider, ticket = begun("fal", server)
        ended = follow(provider, ticket)

    assert type(ended) is BadOutput
    assert "more than 0.0001 MB" in str(ended)


# What they say of themselves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "changed", "model", "usd"),
    [
        ("fal", {}, "", 0.003),
        ("fal", {"width": 1920, "height": 1080}, "", 0.009),
        ("fal-video", {}, "", 0.48),  # from words; from a picture it would be 0.36
        ("fal-video", {"width": 3840, "height": 2160}, "", 1.92),
        ("replicate", {}, "", 0.003),
        ("replicate-video", {}, "", 0.10),
        ("runway", {}, "", 0.60),
        ("runway", {}, "wan3", None),
        ("luma", {}, "", 0.71),
        ("luma", {"width": 3840, "height": 2160}, "", 6.375),
        ("luma", {}, "ray-9", None),
    ],
)
def test_a_price_is_the_most_that_is_listed(name, changed, model, usd, files):
    """None for what nobody has read."""
    with serve(name, files) as server:
        priced = made(name, server, model=model).price_usd(wanted(name, **changed).request)

    assert priced == (None if usd is None else pytest.approx(usd))


@pytest.mark.parametrize(
    ("name", "model", "prompt_max", "takes_start"),
    [
        ("fal", "", None, None),
        ("fal-video", "", None, True),
        ("runway", "", 1000, True),
        ("runway", "veo3.1", 1000, True),
        ("runway", "wan3", 1000, True),
        ("luma", "", None, False),
    ],
)
def test_a_card_is_that_of_the_model(name, model, prompt_max, takes_start, files):
    """The row of the model that the user chose, else the vendor's usual one with that name."""
    with serve(name, files) as server:
        card = made(name, server, model=model).card

    assert card.model == (model or TRADES[name].made.capability.model)
    assert card.prompt_max_chars == prompt_max
    assert (card.clip and card.clip.takes_start) == takes_start
    assert card.supports_negative is (True if model == "veo3.1" else card.supports_negative)


@pytest.mark.parametrize("name", TRADES)
def test_each_is_reached_without_settings_but_the_key(name):
    """Its own address over https, its usual variables, and a model for each trade of one vendor."""
    provider = TRADES[name].made(Access(key=SecretStr(CANARY)))

    assert provider.base_url.startswith("https://")
    assert provider.model == provider.capability.model != ""
    vendor = provider.capability.name.upper()
    assert provider.key_names()[0] == f"ASTRAGEN_{vendor}_API_KEY"
    assert provider.model_names() == (
        f"ASTRAGEN_{vendor}_VIDEO_MODEL" if name.endswith("-video") else f"ASTRAGEN_{vendor}_MODEL",
    )


@pytest.mark.parametrize("module", [fal, replicate, runway, luma])
def test_each_header_says_kind_key_price_limits_and_when_it_was_read(module):
    """The form of every vendor's file."""
    named = {line.partition(":")[0] for line in (module.__doc__ or "").splitlines()}

    assert {"kind", "key", "docs", "price", "limits", "read"} <= named
    assert any(f"key: {one.key_variables[0]}" in module.__doc__ for one in (module.CAMERA,))


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
