from __future__ import annotations

import pytest

from astragen.service.headers import POLICY
from little_house import ELSEWHERE, client


@pytest.fixture
def stranger(rooms):
    """Who asks from another machine, without a key, while keys are needed."""
    rooms.office.keys.create("admin", ["keys:admin"])
    return client(rooms, client=ELSEWHERE)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/studio/app/main.js", "text/javascript; charset=utf-8"),
        ("/studio/style/tokens.css", "text/css; charset=utf-8"),
        ("/studio/text/zh.json", "application/json"),
        ("/studio/icon.svg", "image/svg+xml"),
    ],
)
def test_everybody_may_load_the_studio(stranger, path, kind):
    """It holds no data; it comes under the strict policy, and as what it is."""
    answer = stranger.get(path)

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-cache"


def test_what_is_known_is_not_sent_again(stranger):
    """The tag is asked about at every visit, and answered without a body."""
    tag = stranger.get("/studio/app/main.js").headers["etag"]

    again = stranger.get("/studio/app/main.js", headers={"If-None-Match": tag})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert stranger.get("/studio/app/main.js", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, br", False),
        ("identity", False),
        ("", False),
    ],
)
def test_it_is_packed_for_who_takes_that(stranger, accepted, is_packed):
    """The bytes that come out are the same; the tags differ, and so do the answers that caches may give."""
    plain = stranger.get("/studio/app/main.js", headers={"Accept-Encoding": "identity"})
    answer = stranger.get("/studio/app/main.js", headers={"Accept-Encoding": accepted})

    assert (answer.headers.get("content-encoding") == "gzip") == is_packed
    assert (answer.headers["etag"] != plain.headers["etag"]) == is_packed
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == plain.content
    known = {"If-None-Match": answer.headers["etag"], "Accept-Encoding": accepted}
    assert stranger.get("/studio/app/main.js", headers=known).status_code == 304


def test_a_head_tells_what_would_come(stranger):
    """Without the bytes."""
    answer = stranger.head("/")

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 100


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "app",
        "app/",
        "",
        "../errors.py",
        "..%2Ferrors.py",
        "app/..%2f..%2ferrors.py",
        "%2e%2e/py.typed",
        "/etc/passwd",
        "app//main.js",
        "app/main.js%00.js",
        "app\\main.js",
        ".json",
        "APP/MAIN.JS",
    ],
)
def test_nothing_else_is_served(stranger, path):
    """Names of the studio's own form only, and files only."""
    assert stranger.get(f"/studio/{path}").status_code in (401, 404)
