"""What came of a film, over HTTP."""

from __future__ import annotations

import io
import zipfile

import pytest

import filmed
from astragen.service.sending import disposition

SIZE = len(filmed.MOVIE)


@pytest.fixture
def content(rooms, asking):
    """Where the file of a completed film is."""
    film = asking.post("/v1/films", json={"storyboard": filmed.board().model_dump(mode="json")}).json()
    filmed.complete(rooms, film["id"])
    return f"{film['links']['self']}/content"


@pytest.mark.parametrize(
    ("headers", "status", "part"),
    [
        ({}, 200, slice(0, SIZE)),
        ({"Range": "bytes=0-99"}, 206, slice(0, 100)),
        ({"Range": "bytes=-7"}, 206, slice(SIZE - 7, SIZE)),
        ({"Range": "bytes=10000-"}, 206, slice(10_000, SIZE)),
        ({"Range": "bytes=0-1,5-6"}, 200, slice(0, SIZE)),
        ({"Range": "bytes=0-99", "If-Range": '"old"'}, 200, slice(0, SIZE)),
    ],
)
def test_a_film_is_sent_whole_or_in_part(asking, content, headers, status, part):
    """The very bytes, and how many."""
    answer = asking.get(content, headers=headers)

    assert (answer.status_code, answer.content) == (status, filmed.MOVIE[part])
    assert answer.headers["content-length"] == str(part.stop - part.start)
    assert answer.headers["content-type"] == "video/mp4"
    assert ("content-range" in answer.headers) == (status == 206)


def test_a_player_that_knows_the_tag_gets_only_what_it_needs(rooms, asking, content):
    """The tag is the SHA-256 of the bytes."""
    whole = asking.get(content)
    tag = whole.headers["etag"]
    film = asking.get(content.removesuffix("/content")).json()

    assert tag == f'"{film["output"]["sha256"]}"'
    assert asking.get(content, headers={"If-None-Match": tag}).status_code == 304
    assert asking.get(content, headers={"If-Match": '"other"'}).status_code == 412
    part = asking.get(content, headers={"Range": "bytes=4-5", "If-Range": tag})
    assert (part.status_code, part.headers["content-range"]) == (206, f"bytes 4-5/{SIZE}")


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"If-None-Match": '"other", {tag}'}, 304),
        ("GET", {"If-None-Match": "W/{tag}"}, 304),
        ("GET", {"If-None-Match": "*"}, 304),
        ("HEAD", {"If-None-Match": "{tag}"}, 304),
        ("GET", {"If-None-Match": "{tag}", "Range": "bytes=0-1"}, 304),
        ("GET", {"If-None-Match": '"other"', "Range": "bytes=0-1"}, 206),
        ("GET", {"If-Match": "{tag}", "Range": "bytes=0-1"}, 206),
        ("GET", {"If-Match": "W/{tag}"}, 412),
        ("HEAD", {"If-Match": '"other"'}, 412),
        ("GET", {"If-Range": "W/{tag}", "Range": "bytes=0-1"}, 200),
        ("GET", {"If-Range": "Sat, 29 Oct 2094 19:43:31 GMT", "Range": "bytes=0-1"}, 200),
        ("GET", {"If-Range": "{tag}", "Range": "bytes=99999999-"}, 416),
        ("GET", {"Range": "bytes=0-1,5-6"}, 200),
        ("GET", {"Range": "lines=0-1"}, 200),
        ("GET", {"Range": "bytes=5-1"}, 200),
        ("GET", {"Range": "bytes=-0"}, 416),
        ("HEAD", {"Range": "bytes=99999999-"}, 200),
    ],
    ids=str,
)
def test_conditions_hold_over_http(asking, content, method, headers, status):
    """By the rows of RFC 9110, 13 and 14.2; what has no content has its tag all the same, and 304 no length."""
    tag = asking.head(content).headers["etag"]
    answer = asking.request(method, content, headers={name: value.format(tag=tag) for name, value in headers.items()})

    assert answer.status_code == status
    assert len(answer.content) == {206: 2, 200: 0 if method == "HEAD" else SIZE, 304: 0}.get(
        status, len(answer.content)
    )
    if status in (200, 206, 304):
        assert answer.headers["etag"] == tag
    if status == 304:
        assert "content-range" not in answer.headers


def test_a_range_beyond_the_end_is_refused_with_the_length(asking, content):
    """A problem, with Content-Range."""
    answer = asking.get(content, headers={"Range": f"bytes={SIZE}-"})

    assert (answer.status_code, answer.json()["code"]) == (416, "request.range")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


def test_head_has_the_headers_without_the_bytes(asking, content):
    """And knows no ranges."""
    head = asking.head(content, headers={"Range": "bytes=0-1"})
    whole = asking.get(content)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "accept-ranges", "content-disposition"):
        assert head.headers[name] == whole.headers[name]


def test_content_can_do_nothing_in_a_browser_and_has_a_safe_name(asking, content):
    """Sandboxed, not sniffed, called after the film."""
    headers = asking.get(f"{content}?variant=captions.vtt").headers

    assert "sandbox" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == (
        "inline; filename=\"Die Brucke .vtt\"; filename*=UTF-8''Die%20Br%C3%BCcke%20%E6%A9%8B.vtt"
    )


@pytest.mark.parametrize("name", ['a"b.mp4', "a\r\nSet-Cookie: x.mp4", "../../etc/passwd", "橋", "a;b", "x" * 90])
def test_no_name_breaks_out_of_its_header(name):
    """In ASCII, without quotes, line breaks and separators of paths."""
    header = disposition(name)

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert "/" not in header.partition("filename*")[0]


def test_what_is_not_there_yet_is_a_conflict_and_what_never_will_be_is_not_found(rooms, asking, content):
    """409 while the film is made, 404 afterwards, 422 for what no film has."""
    film = asking.post("/v1/films", json={"prompt": "The sea"}).json()
    early = asking.get(f"{film['links']['self']}/content")

    assert (early.status_code, asking.get(f"{content}?variant=poster").status_code) == (409, 404)
    assert asking.get(f"{content}?variant=secrets").status_code == 422


def test_a_file_in_a_bucket_is_fetched_from_there(rooms, asking, content, monkeypatch):
    """307 to an address that is signed; known bytes are not sent at all."""
    monkeypatch.setattr(
        rooms.artifacts, "url", lambda artifact, name, *, seconds: f"https://b.example/{seconds}/{name}"
    )
    answer = asking.get(content, follow_redirects=False)
    known = asking.get(content, headers={"If-None-Match": answer.headers["etag"]}, follow_redirects=False)

    assert answer.status_code == 307
    assert answer.headers["location"].startswith("https://b.example/300/Die%20Br%C3%BCcke")
    assert answer.headers["cache-control"] == "no-store"
    assert known.status_code == 304
    assert asking.head(content, follow_redirects=False).status_code == 200


@pytest.mark.parametrize("said", [{"Sec-Fetch-Site": "same-origin"}, {"X-Requested-With": "AstraGen"}], ids=str)
def test_a_page_of_the_service_gets_what_is_in_the_bucket_here(rooms, asking, content, monkeypatch, said):
    """Whether the browser says so or the page; parts of a film are parts here, too."""
    monkeypatch.setattr(rooms.artifacts, "url", lambda artifact, name, *, seconds: "https://b.example/")
    answer = asking.get(content, headers={**said, "Range": "bytes=0-9"}, follow_redirects=False)

    assert (answer.status_code, len(answer.content)) == (206, 10)


def test_all_files_come_as_one_zip(asking, content):
    """Under their own names; one that is known is not sent again, and HEAD sends nothing."""
    answer = asking.get(f"{content}?variant=zip")
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    tag = answer.headers["etag"]

    assert answer.headers["content-type"] == "application/zip"
    assert sorted(bundle.namelist()) == ["Die Brücke 橋.mp4", "Die Brücke 橋.storyboard.json", "Die Brücke 橋.vtt"]
    assert bundle.read("Die Brücke 橋.mp4") == filmed.MOVIE
    assert asking.get(f"{content}?variant=zip", headers={"If-None-Match": tag}).status_code == 304
    head = asking.head(f"{content}?variant=zip")
    assert (head.content, head.headers["etag"]) == (b"", tag)


def test_a_film_without_files_has_no_zip(asking):
    """409 while it is made, as with its files."""
    film = asking.post("/v1/films", json={"prompt": "The sea"}).json()

    assert asking.get(f"{film['links']['self']}/content?variant=zip").status_code == 409
