"""One suite over the artists and cameras in the cloud: whatever a server does, the outcome is defined.

An adapter finds what HTTP tells (status, type, length, JSON, base64) and passes on as `Media` what only decoding
can tell: a cut file, another size or length, a web page that is called a picture.
"""

from __future__ import annotations

import logging
import pickle
import traceback
from functools import partial

import anyio
import pytest

from astragen.errors import BadOutput, ContentRefused, ProviderError, QuotaExceeded, RateLimited, Unavailable, Uncertain
from astragen.providers import http
from astragen.providers.shooting import Media, PictureProvider
from cloud_artists import CANARY, CASES, made, outcome, patience, server_of, shape, wanted
from emulators.loopback import Sent, clip_bytes
from emulators.picture_server import SCENES

Outcome = tuple[type, int]  # Media or error, and requests made
GIVEN = dict.fromkeys(("good", "wrong_size", "cut_file", "html_as_media"), (Media, 1))
FINAL: dict[str, Outcome] = {
    **dict.fromkeys(("html", "notice", "empty", "error_in_200"), (BadOutput, 1)),
    **dict.fromkeys(("bad_key", "forbidden", "bad_request", "html_400", "no_model", "redirect"), (ProviderError, 1)),
    "broke": (QuotaExceeded, 1),
    "limited_for_long": (RateLimited, 1),
}
PASSING = dict.fromkeys(("limited", "limited_s", "unavailable", "tunnel_down"), (Media, 2))
LOST = ("bad_gateway", "late", "hang_up", "cut_body", "silent")
REPEATED: dict[str, Outcome] = {  # where the same request again joins the running work
    **GIVEN, **FINAL, **PASSING, **dict.fromkeys(LOST, (Media, 2)), "drip": (Unavailable, 1),
}  # fmt: skip
JOINED: dict[str, Outcome] = {**REPEATED, "drip": (Uncertain, 1)}  # the same, of those who charge
PAID_ONCE: dict[str, Outcome] = {**GIVEN, **FINAL, **PASSING, **dict.fromkeys((*LOST, "drip"), (Uncertain, 1))}

GIFTS: dict[str, Outcome] = {  # of Pollinations, whatever is made
    **dict.fromkeys(("limited_key", "limited_account", "limited_upstream", "x402"), (Media, 2)),
    "limited_free": (RateLimited, 1),
    "unsafe": (ContentRefused, 1),
    "elsewhere": (Media, 1),
}
JSON: dict[str, Outcome] = dict.fromkeys(("broken_base64", "no_picture", "cut_json"), (BadOutput, 1))
OWN: dict[str, dict[str, Outcome]] = {
    "pollinations": {**GIFTS, **JSON},
    "pollinations-video": {**GIFTS, "other_length": (Media, 1)},
    "pollinations-legacy": GIFTS,
    "openai": {
        **JSON,
        **dict.fromkeys(("wrong_types", "a_list"), (BadOutput, 1)),
        "moderated": (ContentRefused, 1),
        "no_quota": (QuotaExceeded, 1),
        "no_retry": (RateLimited, 1),
        "broken": (Uncertain, 1),
        "at_an_address": (Media, 1),
    },
    "huggingface": {"loading": (Media, 2), "loading_long": (Unavailable, 1)},
}


def _common(one):
    """What comes of the scenes that all have."""
    if one.recognises_repeats:
        return JOINED if one.charges else REPEATED
    return PAID_ONCE


OUTCOMES = [
    pytest.param(name, scene, *outcome, id=f"{name}-{scene}")
    for name, case in CASES.items()
    for scene, outcome in {**_common(case.one), **OWN[name]}.items()
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


# Outcomes -----------------------------------------------------------------------------------------------------------


def test_every_scene_has_an_outcome():
    """A new way to misbehave needs a decision for every provider that can meet it."""
    assert set(REPEATED) == set(PAID_ONCE) == set(SCENES)
    for server in {case.server for case in CASES.values()}:
        decided = {scene for name, case in CASES.items() if case.server is server for scene in OWN[name]}
        assert decided == set(server.own_scenes)


@pytest.mark.parametrize(("name", "scene", "expected", "tries"), OUTCOMES)
def test_each_scene_ends_as_defined(name, scene, expected, tries):
    """A picture or the error, how often the server was asked, and that work was begun once at most."""
    with server_of(name, scene) as server:
        ended = outcome(made(name, server, patience(name, scene)), wanted(name))

    assert type(ended) is expected, ended
    assert len(server.orders) == tries
    assert len({(asked.path, asked.raw) for asked in server.orders}) == 1  # byte-identical
    assert server.generations <= 1
    if expected is Media:
        assert server.generations == 1
        assert ended.data


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_come_through_as_they_were_made(name):
    """Also those that only decoding finds wrong; nobody has looked at them."""
    with server_of(name, "good", "wrong_size", "cut_file", "html_as_media") as server:
        provider = made(name, server)
        good, small, cut, page = (outcome(provider, wanted(name, seed=seed)).data for seed in range(4))

    if name == "pollinations-video":
        assert good == clip_bytes("A fox: 50% & a hen/é?", 0, 64, 48, 2.0)
    else:
        assert shape(good) == (48, 64)
        assert shape(small) == (24, 32)
    assert 0 < len(cut) < len(good)
    assert page.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.one.recognises_repeats])
@pytest.mark.parametrize("scene", [*LOST, "drip"])
def test_a_paid_request_whose_answer_is_lost_is_never_sent_twice(name, scene):
    """Even where the server would answer the second one."""
    with server_of(name, scene, "good") as server:
        ended = outcome(made(name, server, patience(name, scene)), wanted(name))

    assert type(ended) is Uncertain
    assert len(server.asked) == 1
    assert "charged" in str(ended)


@pytest.mark.parametrize("name", ["pollinations", "pollinations-video"])
def test_submitting_again_after_giving_up_joins_the_running_work(name):
    """The same request of another object, as after a crash, is the same bytes: one generation, one charge."""
    with server_of(name, "late", "late", "late") as server:
        first = outcome(made(name, server), wanted(name))
        second = outcome(made(name, server), wanted(name))

    assert type(first) is Uncertain  # three gateways gave up, and the work behind them may be charged
    assert isinstance(second, Media)
    assert server.generations == 1
    assert len({(asked.path, asked.raw) for asked in server.orders}) == 1


@pytest.mark.parametrize("name", CASES)
def test_too_long_an_answer_is_refused(name, monkeypatch):
    """While it arrives, before it fills the memory."""
    monkeypatch.setattr(CASES[name].one, "max_bytes", 200)
    with server_of(name) as server:
        ended = outcome(made(name, server), wanted(name))

    assert type(ended) is BadOutput


def test_waits_that_the_server_names_reach_the_caller():
    """Longer than is waited here: 45 s for the old host, 120 s for a model that is loaded."""
    with server_of("pollinations-legacy", "limited_free") as server:
        limited = outcome(made("pollinations-legacy", server), wanted("pollinations-legacy"))
    with server_of("huggingface", "loading_long") as server:
        loading = outcome(made("huggingface", server), wanted("huggingface"))

    assert limited.retry_after_s == 44
    assert loading.retry_after_s == 120


def test_a_full_queue_is_not_an_empty_account():
    """Pollinations' offer to pay (x402) means later, also when it does not pass."""
    with server_of("pollinations-legacy", *["x402"] * 3) as server:
        ended = outcome(made("pollinations-legacy", server), wanted("pollinations-legacy"))

    assert type(ended) is RateLimited
    assert len(server.orders) == 3


def test_a_notice_in_words_is_told():
    """So that the report says why the old host gave no picture."""
    with server_of("pollinations-legacy", "notice") as server:
        ended = outcome(made("pollinations-legacy", server), wanted("pollinations-legacy"))

    assert "The legacy API is being deprecated" in str(ended)


def test_the_old_host_that_wants_a_key_says_where_to_take_one():
    """None is sent there, so there is none to check."""
    with server_of("pollinations-legacy", "bad_key") as server:
        ended = outcome(made("pollinations-legacy", server), wanted("pollinations-legacy"))

    assert ended.hint == 'It wants a key now: choose the artist "pollinations", with POLLINATIONS_API_KEY set.'


def test_asking_can_be_cancelled():
    """At once, without another try."""

    async def ask_briefly(provider: PictureProvider) -> bool:
        with anyio.move_on_after(0.2) as scope:
            await provider.submit(wanted("pollinations-video"))
        return scope.cancelled_caught

    with server_of("pollinations-video", "silent") as server:
        began = anyio.run(partial(ask_briefly, made("pollinations-video", server)))

    assert began
    assert len(server.asked) == 1


# Keys ---------------------------------------------------------------------------------------------------------------


def told(value: object, depth: int = 0) -> str:
    """Everything that *value* and what hangs on it says of itself."""
    inner = vars(value) if hasattr(value, "__dict__") and not isinstance(value, type) else {}
    return " ".join([repr(value), str(value), *(told(one, depth + 1) for one in inner.values() if depth < 4)])


@pytest.mark.parametrize(("name", "scene"), [case.values[:2] for case in OUTCOMES])
def test_the_key_is_nowhere_but_in_its_header(name, scene, caplog):
    """Not in a URL, a body, a log at DEBUG, a repr, a pickle, an error, its cause or its traceback."""
    caplog.set_level(logging.DEBUG)
    with server_of(name, scene) as server:
        provider = made(name, server, patience(name, scene))
        ended = outcome(provider, wanted(name))

    said = [caplog.text, told(provider), told(ended)]
    if isinstance(ended, Exception):
        said += traceback.format_exception(ended)
        said += [told(one) for one in (ended.__cause__, ended.__context__) if one]
        said += [str(pickle.dumps(ended))]
    assert CANARY not in " ".join(said)
    assert all(CANARY not in asked.path and CANARY.encode() not in asked.raw for asked in server.asked)
    carrying = {header for asked in server.asked for header, value in asked.headers.items() if CANARY in value}
    assert carrying == (set() if name == "pollinations-legacy" else {"authorization"})


def test_words_that_repeat_the_key_are_told_without_it(monkeypatch):
    """A notice of status 200 is a server's text, too."""
    monkeypatch.setitem(
        SCENES, "repeats", lambda *_: Sent(200, f"no {CANARY}".encode(), {"content-type": "text/plain"})
    )
    with server_of("huggingface", "repeats") as server:
        ended = outcome(made("huggingface", server), wanted("huggingface"))

    assert "no [key]" in str(ended)
