"""Artists and cameras with a queue: where their keys go, and what they say of themselves."""

from __future__ import annotations

import logging
import pickle
import traceback

import pytest
from pydantic import SecretStr

from astragen.errors import BadOutput
from astragen.providers import http
from astragen.providers.access import Access
from astragen.providers.artists import fal, luma, replicate, runway
from astragen.providers.shooting import Media
from emulators.queue_servers import FileServer
from queued_trades import CANARY, NAMES_ADDRESSES, TRADES, begun, follow, made, order, serve, wanted


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


@pytest.fixture
def files():
    """Where finished files lie."""
    with FileServer() as server:
        yield server


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
        provider, ticket = begun(name, server)
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
    assert provider.model_names() == (f"ASTRAGEN_{vendor}_{provider.capability.trade.upper()}_MODEL",)


@pytest.mark.parametrize("module", [fal, replicate, runway, luma])
def test_each_header_says_kind_key_price_limits_and_when_it_was_read(module):
    """The form of every vendor's file."""
    named = {line.partition(":")[0] for line in (module.__doc__ or "").splitlines()}

    assert {"kind", "key", "docs", "price", "limits", "read"} <= named
    assert any(f"key: {one.key_variables[0]}" in module.__doc__ for one in (module.CAMERA,))
