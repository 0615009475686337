"""What artists and cameras with a queue send: method, path, headers and body, as the facts have them."""

from __future__ import annotations

from typing import Any

import pytest

from astragen.errors import ProviderError
from astragen.model.ticket import Ticket
from astragen.providers import http
from astragen.providers.shooting import Picture
from emulators.queue_servers import FileServer
from queued_trades import CANARY, PICTURE, PICTURE_URI, TRADES, begun, made, order, serve, wanted


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


@pytest.fixture
def files():
    """Where finished files lie."""
    with FileServer() as server:
        yield server


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
