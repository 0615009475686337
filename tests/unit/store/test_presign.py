from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import obstore
import pytest
from obstore.store import S3Store

from astragen.store.presign import disposition_of, named, signed

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # of the example in Amazon's documentation


def test_the_example_of_amazons_documentation_comes_out():
    """To the last digit."""
    url = (
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
    )

    assert signed(url, {}, secret=SECRET) == (
        f"{url}&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


@pytest.mark.parametrize("token", ["", "a/session+token=="], ids=["a key", "a key for a session"])
@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:9000"], ids=["Amazon", "another server"])
def test_it_signs_as_the_client_does(endpoint, token):
    """Without a name both give the same address; with one, all but the signature stays."""
    config = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": SECRET, "region": "eu-central-1"}
    config |= {"endpoint": endpoint} if endpoint else {}
    config |= {"session_token": token} if token else {}
    store = S3Store("films", prefix="some prefix", config=config, client_options={"allow_http": True})
    url = obstore.sign(store, "GET", "sha256/ab/abcd", expires_in=timedelta(minutes=5))

    assert parse_qs(urlsplit(signed(url, {}, secret=SECRET)).query) == parse_qs(urlsplit(url).query)
    new = parse_qs(urlsplit(named(url, "film.mp4", secret=SECRET)).query)
    old = parse_qs(urlsplit(url).query)
    assert new.pop("response-content-disposition") == ["inline; filename=\"film.mp4\"; filename*=UTF-8''film.mp4"]
    assert new.pop("X-Amz-Signature") != old.pop("X-Amz-Signature")
    assert new == old


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("film.mp4", "inline; filename=\"film.mp4\"; filename*=UTF-8''film.mp4"),
        ("Füchse.mp4", "inline; filename=\"F_chse.mp4\"; filename*=UTF-8''F%C3%BCchse.mp4"),
        ('a"\r\nb', "inline; filename=\"a___b\"; filename*=UTF-8''a%22%0D%0Ab"),
    ],
)
def test_any_name_makes_one_header(name, said):
    """No quote and no line break gets through."""
    assert disposition_of(name) == said
