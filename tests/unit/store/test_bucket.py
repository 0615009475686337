from __future__ import annotations

import threading
import time
import traceback
from urllib.parse import urlsplit

import pytest

from astragen.errors import MediaError, SettingsError, StoreError
from astragen.model.base import content_hash
from astragen.store.artifacts import ArtifactStore
from astragen.store.bucket import Bucket, _store_at, key_of, opened_bucket
from astragen.store.shared import opened_artifacts
from emulators.s3_server import S3Server

SECRET = "test-canary-secret"


def opened(s3, tmp_path, name="here", **options):
    options = {"bucket": "", "patience_s": 1.0, **options}
    bucket = options.pop("bucket") or s3.new_bucket()
    return opened_artifacts(f"s3://{bucket}/films", tmp_path / name, variables=s3.variables, **options)


def test_without_an_address_files_stay_in_the_folder(tmp_path):
    """No client is loaded for that."""
    assert type(opened_artifacts("", tmp_path)) is ArtifactStore


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://somewhere/x", '"http://somewhere/x" is no address'),
        ("ftp://bucket", "no address"),
        ("bucket/prefix", "no address"),
        ("file:folder", "no address"),
        ("file://host/folder", "no address"),
        ("s3:///prefix", "no address"),
        ("s3://[", "malformed"),
        (f"s3://name:{SECRET}@bucket", "a key, a query or a fragment"),
        (f"s3://bucket?secret={SECRET}", "a key, a query or a fragment"),
        ("/var/films", "no address"),
    ],
)
def test_an_address_that_is_none_is_told_with_those_that_are(tmp_path, url, said):
    """And without showing a key that somebody put into it."""
    with pytest.raises(SettingsError) as refused:
        opened_artifacts(url, tmp_path)

    assert said in refused.value.message
    assert "s3://bucket/prefix" in refused.value.hint
    assert SECRET not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    """By its address."""
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(SettingsError, match=r"file store file://.*/taken/films cannot be"):
        opened_artifacts(f"file://{tmp_path}/taken/films", tmp_path / "cache")


def test_a_folder_may_have_any_name(tmp_path):
    """Its address is quoted as addresses are."""
    store = opened_artifacts(f"file://{tmp_path}/all%20the%20films", tmp_path / "cache")

    artifact = store.put_bytes(b"waves", "audio/wav")

    assert (tmp_path / "all the films" / key_of(artifact.hash)).read_bytes() == b"waves"


def test_a_bucket_that_is_not_there_is_told(s3, tmp_path):
    """By its address and what S3 calls it."""
    with pytest.raises(SettingsError) as refused:
        opened(s3, tmp_path, bucket="nobody-made-this")

    assert refused.value.message == "The file store s3://nobody-made-this/films cannot be listed: NoSuchBucket."


def test_a_server_that_is_not_there_is_told_in_time(tmp_path):
    """By the bucket's address; no key is in any part of the error."""
    server = S3Server()
    server.stop()
    began_s = time.monotonic()

    with pytest.raises(SettingsError) as refused:
        opened_bucket("s3://films/all", variables=server.variables, patience_s=0.3)

    assert "s3://films/all cannot be listed: it does not answer" in refused.value.message
    assert time.monotonic() - began_s < 5
    shown = "".join(traceback.format_exception(refused.value))
    assert not any(key in shown for key in (SECRET, "AKIATESTKEY"))


def test_objects_have_their_type_under_the_prefix(s3, tmp_path):
    """So that a browser that is sent there plays them."""
    bucket = s3.new_bucket()
    artifact = opened(s3, tmp_path, bucket=bucket).put_bytes(b"frames", "video/mp4")

    status, body, headers = s3.ask("GET", f"/{bucket}/films/{key_of(artifact.hash)}")

    assert (status, body, headers["content-type"]) == (200, b"frames", "video/mp4")


def test_a_signed_address_gives_the_bytes_for_a_while(s3, tmp_path):
    """To whoever has it, without a key, and with a name; the secret is not in it."""
    store = opened(s3, tmp_path)
    artifact = store.put_bytes(b"frames", "video/mp4")

    url = store.url(artifact, "film.mp4", seconds=300)

    assert url is not None
    assert url.startswith(f"http://127.0.0.1:{s3.port}/")
    assert "X-Amz-Expires=300" in url
    assert "X-Amz-Signature=" in url
    assert SECRET not in url
    status, body, headers = s3.ask("GET", url.removeprefix(f"http://127.0.0.1:{s3.port}"))
    assert (status, body) == (200, b"frames")
    assert 'filename="film.mp4"' in headers["content-disposition"]


def test_a_folder_has_no_addresses(tmp_path):
    """The service sends the bytes itself."""
    store = opened_artifacts(f"file://{tmp_path}/all", tmp_path / "cache")

    assert store.url(store.put_bytes(b"frames", "video/mp4"), "film.mp4", seconds=300) is None
    assert store.origin() == ""


@pytest.mark.parametrize(
    ("variables", "origin"),
    [
        ({}, "https://s3.eu-central-1.amazonaws.com"),
        ({"AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true"}, "https://films.s3.eu-central-1.amazonaws.com"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9000/"}, "http://127.0.0.1:9000"),
    ],
    ids=["Amazon", "a host a bucket", "another server"],
)
def test_addresses_of_a_bucket_lead_to_one_origin(variables, origin):
    """As the client signs them, so that a page may be let load from there."""
    given = {"AWS_ACCESS_KEY_ID": "AKIATESTKEY", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "eu-central-1"}
    parts = urlsplit("s3://films/all")
    bucket = Bucket(_store_at(parts, {**given, **variables}, 1.0), "s3://films/all", takes_types=True)

    assert bucket.origin() == origin


@pytest.mark.parametrize(("spoilt", "seems_there"), [(b"wav", False), (b"WAVES", True)], ids=["cut", "other bytes"])
def test_what_is_spoilt_in_s3_is_missing_and_put_again(s3, tmp_path, spoilt, seems_there):
    """As in a folder; wrong bytes of the right size are seen when they come."""
    bucket = s3.new_bucket()
    artifact = opened(s3, tmp_path, "first", bucket=bucket).put_bytes(b"waves", "audio/wav")
    s3.ask("PUT", f"/{bucket}/films/{key_of(artifact.hash)}", spoilt)
    store = opened(s3, tmp_path, "second", bucket=bucket)

    assert store.has(artifact) == seems_there
    with pytest.raises(MediaError, match="is not in s3://"):
        store.path(artifact)
    assert not store.has(artifact)
    assert store.put_bytes(b"waves", "audio/wav") == artifact
    assert opened(s3, tmp_path, "third", bucket=bucket).read(artifact) == b"waves"


def test_a_server_that_comes_back_gets_what_was_put_meanwhile(s3, tmp_path):
    """A restart of the store is a delay, and no film notices."""
    server = S3Server()
    bucket = server.new_bucket()
    store = opened(server, tmp_path, bucket=bucket, patience_s=20.0)
    server.stop()
    back: list[S3Server] = []
    later = threading.Timer(0.3, lambda: back.append(S3Server(server.port)))
    later.start()

    artifact = store.put_bytes(b"waves", "audio/wav")

    later.join()
    assert s3.ask("GET", f"/{bucket}/films/{key_of(artifact.hash)}")[1] == b"waves"
    back[0].stop()


def test_a_server_that_stays_away_is_named(s3, tmp_path):
    """It may be retried; nobody takes it for a picture that could not be read, which would be paid for again."""
    server = S3Server()
    store = opened(server, tmp_path, patience_s=0.1)
    artifact = store.put_bytes(b"before", "a/b")
    store._known.clear()
    store.path(artifact).unlink()
    server.stop()

    for ask in (
        lambda: store.put_bytes(b"waves", "audio/wav"),
        lambda: store.has(artifact),
        lambda: store.read(artifact),
        lambda: list(store.listing()),
        lambda: store.remove(artifact.hash, unused_since_s=0.0),
    ):
        with pytest.raises(
            StoreError, match=r"file store s3://films-\d+/films cannot be .*: it does not answer"
        ) as told:
            ask()
        assert told.value.retry
        assert SECRET not in "".join(traceback.format_exception(told.value))


def test_two_that_put_the_same_at_once_both_succeed(s3, tmp_path):
    """The first one's object stays; nobody is told of a conflict."""
    bucket = s3.new_bucket()
    stores = [opened(s3, tmp_path, f"machine {number}", bucket=bucket) for number in range(6)]
    made = []
    threads = [
        threading.Thread(target=lambda store=store: made.append(store.put_bytes(b"waves" * 1000, "audio/wav")))
        for store in stores
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one.hash for one in made] == [content_hash(b"waves" * 1000)] * 6
    assert [one.bytes for one in stores[0].listing()] == [5000]
