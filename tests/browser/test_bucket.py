"""Films whose bytes are in a bucket, looked at over plain HTTP: there browsers do not say that our own page asks."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from astragen.store.shared import opened_artifacts
from studio_desk import desk as desk_in

ELSEWHERE = "films.test"  # as FLAGS of conftest.py have it
SHOWN = """
url => new Promise((resolve) => {
    const picture = new Image();
    picture.onload = () => resolve(true);
    picture.onerror = () => resolve(false);
    picture.src = url;
})
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory, s3):
    """A service whose files are in S3."""
    store = f"s3://{s3.new_bucket()}/films"
    artifacts = opened_artifacts(store, tmp_path_factory.mktemp("cache"), variables=s3.variables)
    given = {"ASTRAGEN_STORE_URL": store, "ASTRAGEN_ALLOWED_HOSTS": ELSEWHERE, **s3.variables}
    with desk_in(tmp_path_factory.mktemp("bucket"), artifacts=artifacts, **given) as it:
        yield it


def test_a_film_in_a_bucket_is_seen_and_nothing_else_of_elsewhere(open_page, desk, s3, expected):
    """It plays from there, which the policy lets it; a picture of another port is blocked."""
    expected.append("Cross-Origin-Opener-Policy header has been ignored")  # so browsers say there
    film = desk.done(2)
    page = open_page(f"#/film/{film}", url=f"http://{ELSEWHERE}:{urlsplit(desk.url).port}")
    page.locator(".player video").wait_for()
    for _ in range(100):
        if page.evaluate("document.querySelector('.player video').readyState") >= 2:
            break
        page.wait_for_timeout(50)

    assert page.evaluate("document.querySelector('.player video').videoWidth") == 320
    poster = desk.artifacts.url(desk.picture(), "poster.png", seconds=60)
    assert page.evaluate(SHOWN, poster)
    expected.append("Content Security Policy")
    assert not page.evaluate(SHOWN, poster.replace("127.0.0.1", "localhost"))
    assert s3.port == urlsplit(poster).port
