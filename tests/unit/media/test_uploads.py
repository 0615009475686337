from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib

import cv2
import numpy as np
import pytest

from astragen.errors import AstraGenError, ProbeError
from astragen.media.uploads import identified
from clips import bars, write_clip
from songs import song, write_music

CUBE = b"# made by hand\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n"
BOARD = {"title": "The Keeper", "scenes": [{"id": "s1", "setting": "ocean", "shots": [{"id": "s1-1"}]}]}


def picture(suffix):
    return cv2.imencode(suffix, bars(14, 6)[..., ::-1])[1].tobytes()


def clip(folder, codec="libx264", suffix=".mp4", **options):
    return write_clip(folder / f"clip{suffix}", [bars()] * 12, codec=codec, **options).read_bytes()


def music(folder, codec, suffix):
    return write_music(folder / f"music{suffix}", song(120, 1).sound, codec=codec).read_bytes()


def found(folder, content, wish=None):
    path = folder / "0123abcd"
    path.write_bytes(content)
    return identified(path, "mine.dat", wish)


def refused(folder, content, wish=None):
    with pytest.raises(AstraGenError) as error:
        found(folder, content, wish)
    assert "0123abcd" not in error.value.message  # the name of the temporary file is no user's
    return error.value.message


@pytest.mark.parametrize(
    ("making", "kind", "media_type"),
    [
        (lambda folder: picture(".png"), "picture", "image/png"),
        (lambda folder: picture(".jpg"), "picture", "image/jpeg"),
        (lambda folder: picture(".webp"), "picture", "image/webp"),
        (lambda folder: picture(".ppm"), "picture", "image/x-portable-anymap"),
        (clip, "clip", "video/mp4"),
        (lambda folder: clip(folder, suffix=".mov"), "clip", "video/quicktime"),
        (lambda folder: clip(folder, suffix=".mkv"), "clip", "video/x-matroska"),
        (lambda folder: music(folder, "pcm_s16le", ".wav"), "music", "audio/wav"),
        (lambda folder: music(folder, "flac", ".flac"), "music", "audio/flac"),
        (lambda folder: music(folder, "aac", ".m4a"), "music", "audio/mp4"),
        (lambda folder: CUBE, "lut", "text/x-cube"),
        (lambda folder: json.dumps(BOARD).encode("utf-8-sig"), "storyboard", "application/json"),
        (lambda folder: voice(model()), "voice", "application/zip"),
    ],
    ids=["png", "jpeg", "webp", "ppm", "mp4", "mov", "mkv", "wav", "flac", "m4a", "cube", "storyboard", "voice"],
)
def test_a_file_is_what_its_bytes_are(tmp_path, making, kind, media_type):
    """Its kind and its media type, though its name says neither."""
    told = found(tmp_path, making(tmp_path))

    assert (told.kind, told.media_type) == (kind, media_type)


def test_what_is_seen_and_heard_has_a_size(tmp_path):
    """Pixels of pictures and clips, seconds of clips and music."""
    still, moving, heard = (
        found(tmp_path, one) for one in (picture(".png"), clip(tmp_path), music(tmp_path, "flac", ".flac"))
    )

    assert (still.width, still.height, still.seconds) == (14, 6, None)
    assert (moving.width, moving.height, moving.seconds) == (168, 96, pytest.approx(0.48))
    assert (heard.width, heard.seconds) == (None, pytest.approx(len(song(120, 1).sound) / 48_000, abs=0.1))


def test_no_playlist_page_or_drawing_reaches_a_decoder(tmp_path):
    """They are text, and no text of ours."""
    for text in (b"#EXTM3U\nhttp://127.0.0.1:1/x.ts\n", b"ffconcat version 1.0\nfile /etc/passwd\n", b"<svg/>"):
        assert "neither a storyboard" in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (picture(".png")[:60], "cannot be used"),
        (b"\x7fELF" + bytes(60), "no kind that is known"),
        (b"PK\x03\x04" + bytes(40), "cannot be unpacked"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(40), "cannot be"),
        (CUBE[:-6], "needs 2"),
        (b"{", "not JSON"),
        (b'{"title": "' + b"\xff" * 5_000, "no kind that is known"),
    ],
    ids=["empty", "cut picture", "program", "bad archive", "bad wav", "cut lut", "cut json", "bad utf-8"],
)
def test_what_is_damaged_is_refused(tmp_path, content, said):
    """With what is wrong."""
    assert said in refused(tmp_path, content)


def test_a_cut_clip_is_refused(tmp_path):
    """A film would have to do with less than its shot needs."""
    whole = clip(tmp_path)

    assert '"mine.dat" cannot be' in refused(tmp_path, whole[: len(whole) // 2])


def test_a_bomb_is_refused(tmp_path):
    """A header of 20,000 pixels a side is enough: nothing behind it is decoded."""
    header = struct.pack(">4s2I5B", b"IHDR", 20_000, 20_000, 1, 0, 0, 0, 0)
    bomb = picture(".png")[:8] + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))

    assert "too large" in refused(tmp_path, bomb + picture(".png")[33:])


def test_silence_is_no_music(tmp_path):
    """It is told when it comes, not when the film is made."""
    write_music(tmp_path / "silent.flac", np.zeros(96_000, np.float32), codec="flac")

    assert "silent" in refused(tmp_path, (tmp_path / "silent.flac").read_bytes())


def test_another_kind_than_the_wish_is_refused(tmp_path):
    """A picture is no clip, and a LUT is no picture."""
    assert "is a picture, and not a clip" in refused(tmp_path, picture(".png"), "clip")
    assert "is a lut, and not a picture" in refused(tmp_path, CUBE, "picture")


# A voice by hand: the package onnx is no dependency. Fields are numbered as in onnx.proto.


def field(number, content):
    """A field of a message: a number, or bytes of less than 16 kB."""
    if isinstance(content, int):
        return bytes([number << 3, content])
    return bytes([number << 3 | 2, len(content) & 127 | 128, len(content) >> 7]) + content


def model(tensor=b""):
    """An ONNX model of one node, with *tensor* as its only table."""
    graph = field(1, field(4, b"Identity")) + field(5, field(8, b"table") + tensor) + field(11, b"") + field(12, b"")
    return field(1, 8) + field(2, b"test") + field(7, graph)


def voice(onnx, *, config=b'{"audio": {"sample_rate": 22050}, "phoneme_id_map": {"a": [1]}}', names=("a", "a")):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"../{names[0]}.onnx", onnx)
        archive.writestr(f"../{names[1]}.onnx.json", config)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (voice(model(field(13, field(1, b"location")))), "another file"),
        (voice(model(field(14, 1))), "another file"),
        (voice(model()[:-3]), "cut short"),
        (voice(b"no model"), "no ONNX model"),
        (voice(field(1, 8) + field(7, b"")), "no inputs"),
        (voice(model(), config=b"{}"), "not one of Piper's"),
        (voice(model(), config=b" " * 2_000_000), "more than"),
    ],
    ids=["external data", "external place", "cut", "no model", "empty", "no config", "config bomb"],
)
def test_a_voice_that_piper_should_not_be_given_is_refused(tmp_path, content, said):
    """One that would read other files of the machine above all."""
    assert said in refused(tmp_path, content)


def test_nothing_is_left_of_an_archive(tmp_path):
    """Nor anything written under a name of its own."""
    found(tmp_path, voice(model()))

    assert {one.name for one in tmp_path.iterdir()} == {"0123abcd"}
    assert not (tmp_path.parent / "a.onnx").exists()


def test_text_that_is_no_text_is_not_read_as_one(tmp_path):
    """A head of text and a body of bytes is refused by whoever reads it whole."""
    with pytest.raises(ProbeError):
        found(tmp_path, b'{"title": "' + b" " * 5_000 + b"\xff" * 10)
