"""What the providers in the cloud list of their models, what they cost, and how they are set up."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from astragen.errors import SettingsError
from astragen.providers import http
from astragen.providers.access import Access
from astragen.providers.artists import huggingface, openai, pollinations
from cloud_artists import CANARY, CASES, made, outcome, request, server_of, shape, wanted
from emulators.loopback import Sent, sent


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


def learned(name: str, model: str = "", lists: dict[str, Sent] | None = None, **options: Any) -> Any:
    with server_of(name) as server:
        server.lists.update(lists or {})
        provider = made(name, server, model=model, **options)
        anyio.run(provider.learn)
        assert all("authorization" not in asked.headers for asked in server.asked)
    return provider


def test_the_list_of_models_changes_the_price_of_a_picture():
    """Read without the key; by an alias, too."""
    assert learned("pollinations").price_usd(request()) == 0.0044
    assert learned("pollinations", "zimage").price_usd(request()) == 0.0044


def test_what_goes_in_counts_and_the_dearest_variant_is_the_price():
    """The most that it may cost: two references at 0.002, an edit at 0.03."""
    provider = learned("pollinations", "qwen-image")

    assert provider.price_usd(request(references=("a", "b"))) == pytest.approx(0.034)
    assert provider.card.references_max == 3
    assert provider.card.supports_negative is False
    assert provider.is_paid_only


def test_a_price_by_tokens_is_not_known_beforehand():
    """But afterwards: from the counts in the answer's headers."""
    with server_of("pollinations", "elsewhere") as server:
        server.usage = {"x-usage-prompt-text-tokens": "40", "x-usage-completion-image-tokens": "1000"}
        provider = made("pollinations", server, model="gpt-image-2")
        anyio.run(provider.learn)
        ended = outcome(provider, wanted("pollinations"))

    assert provider.price_usd(request()) is None
    assert ended.cost_usd == pytest.approx(40 * 0.000005 + 1000 * 0.00003)
    assert ended.model == "a-model"
    assert ended.notes == ("served by another model or provider than asked: config.targets[1]",)


def test_the_list_of_models_changes_what_a_camera_takes():
    """Its lengths, sizes and pictures, and its price by the second."""
    veo = learned("pollinations-video", upload_start=True)
    nova = learned("pollinations-video", "nova-reel", upload_start=True)

    assert veo.price_usd(request(seconds=4.0)) == pytest.approx(0.36)
    assert veo.card.clip.lengths_s == (4, 6, 8)
    assert veo.card.clip.takes_end
    assert veo.card.size.short_sides == (720,)
    assert (nova.card.clip.min_s, nova.card.clip.max_s, nova.card.clip.step_s) == (6, 120, 6)
    assert nova.card.clip.takes_start
    assert not nova.card.clip.takes_end


BROKEN_LISTS = {
    "down": Sent(503, b""),
    "html": Sent(200, b"<html></html>", {"content-type": "text/html"}),
    "cut": sent(b'[{"name": "zim'),
    "no_list": sent({"data": 7}),
    "wrong_types": sent([7, {"name": 3, "aliases": 4}, {"name": "x", "aliases": [None]}]),
    "unknown": sent([{"name": "another"}]),
}


@pytest.mark.parametrize("broken", BROKEN_LISTS)
@pytest.mark.parametrize(("name", "path"), [("pollinations", "image"), ("pollinations-video", "video")])
def test_a_list_that_cannot_be_read_changes_nothing(name, path, broken):
    """It is no error: the table's price and limits stay."""
    provider = learned(name, lists={f"/{path}/models": BROKEN_LISTS[broken]})

    assert provider.price_usd(request(seconds=4.0)) == (0.004 if path == "image" else 0.32)
    assert provider.row is None


@pytest.mark.parametrize("wrong", [None, 7, "x", [1], {"a": "NaN", "completionImageTokens": "-1"}, {"x": True}])
def test_a_field_of_a_wrong_type_counts_as_missing(wrong):
    """The row is still read."""
    fields = ("pricing", "pricing_variants", "input_modalities", "max_reference_images", "allowed_durations")
    more = ("resolutions", "video_capabilities", "min_duration", "duration_step", "aliases")
    row = {"name": "veo", **dict.fromkeys((*fields, *more), wrong)}

    provider = learned("pollinations-video", lists={"/video/models": sent([row])})

    assert provider.row.prices == {}
    assert provider.price_usd(request(seconds=4.0)) == 0.32


def test_prices_that_nobody_knows_are_none():
    """gpt-image-2.6-flare is charged by tokens whose price was not confirmed; Hugging Face lists none."""
    with server_of("openai") as server:
        provider = made("openai", server)
        ended = outcome(provider, wanted("openai"))

    assert provider.price_usd(request()) is None
    assert ended.cost_usd is None
    with server_of("huggingface") as server:
        assert made("huggingface", server).price_usd(request()) is None
    with server_of("pollinations-legacy") as server:
        assert made("pollinations-legacy", server).price_usd(request()) == 0.0


def test_openai_tokens_cost_what_the_table_says():
    """50 in at 8 USD and 1,000 out at 30 USD a million."""
    with server_of("openai") as server:
        ended = outcome(made("openai", server, model="gpt-image-2"), wanted("openai"))

    assert ended.cost_usd == pytest.approx(0.0304)
    assert ended.media_type == "image/png"


# Sizes, models, settings --------------------------------------------------------------------------------------------


def test_openai_refuses_1080_rows_and_models_that_are_gone():
    """Both for good; the card never asks for the first."""
    with server_of("openai") as server:
        rows = outcome(made("openai", server), wanted("openai", width=1920, height=1080))
        gone = outcome(made("openai", server, model="dall-e-3"), wanted("openai"))

    assert rows.status == 400
    assert gone.status == 404


@pytest.mark.parametrize(
    ("model", "is_free"),
    [("gpt-image-2.6-flare", True), ("gpt-image-10", True), ("gpt-image-1.5", False), ("x", False)],
)
def test_openai_sizes_depend_on_the_model(model, is_free):
    """Before gpt-image-2, and on servers of other makes, there are three."""
    provider = openai.ARTIST(Access(base_url="http://127.0.0.1:1/v1", model=model))

    assert (provider.card.size.sizes == ()) is is_free
    assert provider.card.model == model


def test_a_compatible_server_may_name_an_address():
    """It is fetched without the key."""
    with server_of("openai", "at_an_address") as server:
        ended = outcome(made("openai", server, output_format=None), wanted("openai"))
        fetched = server.asked[-1]

    assert shape(ended.data) == (48, 64)
    assert "authorization" not in fetched.headers
    assert "output_format" not in server.orders[0].body


def test_one_address_serves_words_and_pictures_of_pollinations():
    """Language models are asked below /v1, pictures are not."""
    assert pollinations.ARTIST(Access(base_url="http://127.0.0.1:1/v1/")).base_url == "http://127.0.0.1:1"


def test_hugging_face_needs_a_model():
    """It serves thousands; none is the usual one."""
    with pytest.raises(SettingsError, match="ASTRAGEN_HUGGINGFACE_MODEL"):
        huggingface.ARTIST(Access(base_url="http://127.0.0.1:1"))


@pytest.mark.parametrize("name", [name for name in CASES if name != "pollinations-legacy"])
def test_a_key_in_the_open_is_refused(name):
    """Plain http is for this machine only."""
    with pytest.raises(SettingsError, match="unencrypted"):
        CASES[name].one(Access(key=SecretStr(CANARY), base_url="http://example.test/v1", model="m"))


@pytest.mark.parametrize("name", CASES)
def test_unknown_options_are_errors(name):
    """A misspelt option must not be ignored."""
    with pytest.raises(SettingsError, match="timeout_s"):
        CASES[name].one(Access(base_url="http://127.0.0.1:1", model="m"), {"qualiti": 1})


HEADER = re.compile(
    r".+\n\n(?:.+\n)*\n?kind: (?P<kind>artist|artist, camera)\nkey: (?P<key>.+)\ndocs: https://\S+\n"
    r"price: .+\nlimits: .+\nread: (?P<read>\S+)\n"
)


@pytest.mark.parametrize("name", ["pollinations", "pollinations_legacy", "openai", "huggingface"])
def test_every_artist_has_its_header(name):
    """What it is, its key, its documents, what it costs and when that was read; the last lines name the classes."""
    module = import_module(f"astragen.providers.artists.{name}")
    header = HEADER.fullmatch(module.__doc__ or "")

    assert header is not None
    assert date(2026, 11, 1) <= date.fromisoformat(header["read"])
    assert (module.ARTIST.usual_key() in header["key"]) is module.ARTIST.needs_key
    assert ("camera" in header["kind"]) is hasattr(module, "CAMERA")
    assert module.ARTIST.capability.trade == "artist"
    last = [f"ARTIST = {module.ARTIST.__name__}"]
    if hasattr(module, "CAMERA"):
        last += [f"CAMERA = {module.CAMERA.__name__}"]
        assert module.CAMERA.capability.trade == "camera"
    assert Path(module.__file__ or "").read_text("utf-8").splitlines()[-len(last) :] == last


@pytest.mark.parametrize("uploads", [False, True])
def test_a_clip_that_starts_from_an_uploaded_picture_is_another_request_after_a_crash(uploads):
    """The next process uploads it anew, to another address: nobody would recognise the request."""
    camera = pollinations.CAMERA(Access(key=SecretStr("k")), {"upload_start": uploads})

    assert camera.recognises_repeats is not uploads
