from __future__ import annotations

import hashlib

import cv2
import numpy as np
import pytest

from astragen.errors import ProbeError
from astragen.media import inspection
from astragen.media.inspection import inspect_clip, inspect_picture, look_of, looks_alike, media_type_of
from clips import write_clip
from emulators.loopback import clip_bytes, picture_bytes, pixels


def written(folder, content: bytes):
    path = folder / "came"
    path.write_bytes(content)
    return path


def coded(picture, kind="png") -> bytes:
    return cv2.imencode(f".{kind}", picture)[1].tobytes()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_as_asked_for_passes(tmp_path, kind):
    """Its bytes say what it is, and nothing is noted."""
    found = inspect_picture(written(tmp_path, picture_bytes("a fox", 1, 320, 180, kind)), 320, 180)

    assert (found.media_type, found.width, found.height, found.notes) == (f"image/{kind}", 320, 180, ())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"<!DOCTYPE html><html></html>", "web page", id="a web page"),
        pytest.param(b'{"error": "busy"}', "begin with", id="JSON"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", id="SVG"),
        pytest.param(picture_bytes("a fox", 1, 320, 180, "jpeg")[:-900], "cannot be read", id="a cut JPEG"),
        pytest.param(picture_bytes("a fox", 1, 320, 180)[:2000], "cannot be read", id="a cut PNG"),
        pytest.param(coded(np.full((180, 320, 3), 7, np.uint8)), "one colour", id="black"),
        pytest.param(coded(np.full((180, 320, 3), (9, 120, 250), np.uint8), "jpeg"), "one colour", id="orange"),
        pytest.param(picture_bytes("a fox", 1, 64, 36), "64x36; 320x180 were asked for", id="tiny"),
        pytest.param(picture_bytes("a fox", 1, 180, 320), "another shape", id="upright"),
    ],
)
def test_what_is_no_such_picture_is_refused(tmp_path, content, said):
    """And the error says what came instead."""
    with pytest.raises(ProbeError, match=said):
        inspect_picture(written(tmp_path, content), 320, 180)


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path):
    """48 kB of PNG that would take 1.2 GB."""
    bomb = coded(np.zeros((20_000, 20_000), np.uint8))

    with pytest.raises(ProbeError, match="too large"):
        inspect_picture(written(tmp_path, bomb), 320, 180)


def test_a_picture_of_a_dark_night_is_not_blank(tmp_path):
    """A lit window in the dark is enough."""
    night = np.full((180, 320, 3), 6, np.uint8)
    night[80:110, 150:180] = (90, 160, 220)

    assert inspect_picture(written(tmp_path, coded(night)), 320, 180).media_type == "image/png"


def test_a_known_placeholder_is_refused(tmp_path, monkeypatch):
    """By its bytes, though it is a fine picture."""
    advert = picture_bytes("buy more", 1, 320, 180)
    known = {hashlib.md5(advert, usedforsecurity=False).hexdigest(): "a rate limit"}
    monkeypatch.setattr(inspection, "_placeholders", lambda: known)

    with pytest.raises(ProbeError, match="placeholder: a rate limit"):
        inspect_picture(written(tmp_path, advert), 320, 180)


def test_another_size_is_noted(tmp_path):
    """A smaller or wider picture will do, and the report says so."""
    found = inspect_picture(written(tmp_path, picture_bytes("a fox", 1, 200, 150)), 320, 180)

    assert found.notes == ("it is 200x150; 320x180 were asked for",)


def test_the_same_picture_looks_the_same_and_others_do_not():
    """Coded anew nearly all of its hash is the same; of 40 pictures no two have one."""
    picture = pixels("a fox", 1, 320, 180)
    again = cv2.imdecode(np.frombuffer(coded(picture, "jpeg"), np.uint8), cv2.IMREAD_COLOR)
    looks = {look_of(pixels("a fox", seed, 320, 180)) for seed in range(40)}

    assert looks_alike(look_of(picture), look_of(again))
    assert looks_alike(look_of(picture), look_of(cv2.resize(picture, (640, 360))))
    assert not any(looks_alike(one, other) for one in looks for other in looks - {one})


def test_a_clip_as_asked_for_passes(tmp_path):
    """Its length is measured by decoding it."""
    found = inspect_clip(written(tmp_path, clip_bytes("a fox", 1, 320, 180, 2.0)), 320, 180, 2.0, shot="s1")

    assert (found.media_type, found.notes) == ("video/mp4", ())
    assert found.footage.shown_s == pytest.approx(2.0, abs=0.01)


def test_a_longer_clip_is_noted(tmp_path):
    """The provider's length is not always the one asked for."""
    found = inspect_clip(written(tmp_path, clip_bytes("a fox", 1, 320, 180, 2.0)), 320, 180, 1.0, shot="s1")

    assert found.notes == ("it lasts 2.0 s; 1.0 s were asked for",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"<html>busy</html>", "The clip of shot s1 .*cannot be opened", id="a web page"),
        pytest.param(clip_bytes("a fox", 1, 320, 180, 2.0)[:3000], "cannot be opened", id="cut in its head"),
        pytest.param(clip_bytes("a fox", 1, 320, 180, 0.25), "lasts 0.25 s", id="too short"),
        pytest.param(clip_bytes("a fox", 1, 64, 36, 2.0), "64x36", id="tiny"),
        pytest.param(picture_bytes("a fox", 1, 320, 180), "lasts", id="a picture"),
    ],
)
def test_what_is_no_such_clip_is_refused(tmp_path, content, said):
    """And the error says what is wrong with it."""
    with pytest.raises(ProbeError, match=said):
        inspect_clip(written(tmp_path, content), 320, 180, 2.0, shot="s1")


def test_a_black_clip_is_refused(tmp_path):
    """Cameras send black when they fail."""
    path = write_clip(tmp_path / "black.mp4", [np.zeros((180, 320, 3), np.uint8)] * 50)

    with pytest.raises(ProbeError, match="one colour"):
        inspect_clip(path, 320, 180, 2.0, shot="s1")


def test_bytes_say_what_they_are():
    """Whatever the header claims."""
    assert media_type_of(clip_bytes("a fox")) == "video/mp4"
    assert media_type_of(b"\x1aE\xdf\xa3....") == "video/webm"
    assert media_type_of(b"hello") == "application/octet-stream"
