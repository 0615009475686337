"""What HTTP tells of a picture, short of decoding it; a server's manners are in contract/test_artists_cloud.py."""

from __future__ import annotations

import base64
from typing import Any

import anyio
import pytest

from astragen.errors import BadOutput, RateLimited
from astragen.providers.access import Access
from astragen.providers.artists.openai import OpenAIImages
from astragen.providers.http import Reply
from astragen.providers.picture_answers import NOTE_MAX, media_in, note, picture_of

ARTIST = OpenAIImages(Access(base_url="http://127.0.0.1:1/v1"))


def reply(kind: str, body: bytes = b"bytes") -> Reply:
    return Reply(200, {"content-type": kind} if kind else {}, body)


@pytest.mark.parametrize("kind", ["image/jpeg", "IMAGE/PNG; q=1", "", "application/octet-stream"])
def test_bytes_of_the_kind_or_of_none_are_media(kind):
    """Servers that do not say the type are believed until the bytes are decoded."""
    assert media_in(ARTIST, reply(kind), "image").data == b"bytes"


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text/html", b"Sorry", "a web page instead of a picture"),
        ("text/plain", b"<html>", "a web page instead of a picture"),
        ("text/plain", b"moved\n\x00away", "moved away"),
        ("application/json", b'{"message": "moved"}', "moved"),
        ("application/json", b"[]", "JSON instead of a picture"),
        ("application/json", b'{"a', "broken or cut text"),
        ("video/mp4", b"ftyp", "video/mp4 instead of a picture"),
        ("image/png", b"", "no bytes at all"),
    ],
)
def test_anything_else_is_told_and_refused(kind, body, said):
    """The message says what came instead."""
    with pytest.raises(BadOutput, match=said):
        media_in(ARTIST, reply(kind, body), "image")


def test_an_error_in_an_answer_of_status_200_counts_as_its_code():
    """Some gateways wrap a 429 so."""
    with pytest.raises(RateLimited):
        media_in(ARTIST, reply("application/json", b'{"error": {"code": 429, "message": "slow"}}'), "image")


def taken(**item: object) -> Any:
    return anyio.run(picture_of, ARTIST, {"data": [item]})


def test_base64_may_stand_in_a_data_url_and_name_its_type():
    """SVG is named by Pollinations (media_type); other types are not."""
    text = base64.b64encode(b"picture").decode()

    assert taken(b64_json=text).data == b"picture"
    assert taken(b64_json=text).media_type == ""
    assert taken(b64_json=f"data:image/png;base64,{text}", media_type="image/svg+xml").media_type == "image/svg+xml"


@pytest.mark.parametrize("text", [None, "", 7, "a", "data:image/png;base64,", "é"])
def test_broken_base64_is_bad_output(text):
    """Half a picture is none."""
    with pytest.raises(BadOutput):
        taken(b64_json=text)


def test_a_note_is_one_short_line():
    """A provider's words may be anything."""
    assert note("a\nb\x1b[31m  c") == "a b [31m c"
    assert len(note("x" * 900)) == NOTE_MAX
