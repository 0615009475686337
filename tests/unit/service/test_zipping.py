"""A zip that is written while it is sent."""

from __future__ import annotations

import io
import zipfile

from astragen.service.zipping import BLOCK, zipped

MADE_AT = 1_796_091_900  # 2026-12-01 02:25:00 UTC


def test_a_zip_has_every_file_under_its_name(tmp_path):
    """As it is, stored, with names in any script and the time when it was made."""
    files = {"Die Brücke 橋.mp4": bytes(range(256)) * 5_000, "b.vtt": b"WEBVTT\n", "empty.srt": b""}
    paths = []
    for number, (name, content) in enumerate(files.items()):
        path = tmp_path / str(number)
        path.write_bytes(content)
        paths.append((name, path))

    bundle = zipfile.ZipFile(io.BytesIO(b"".join(zipped(paths, at=MADE_AT))))

    assert bundle.testzip() is None
    assert {one.filename: bundle.read(one) for one in bundle.infolist()} == files
    assert {one.compress_type for one in bundle.infolist()} == {zipfile.ZIP_STORED}
    assert bundle.infolist()[0].date_time == (2026, 12, 1, 2, 25, 0)


def test_a_zip_is_never_held_whole(tmp_path):
    """However long a file is, what waits to be sent is about a block."""
    path = tmp_path / "film"
    path.write_bytes(b"\0" * (8 * BLOCK))

    blocks = [len(block) for block in zipped([("film.mp4", path)], at=MADE_AT)]

    assert len(blocks) > 8
    assert max(blocks) < 2 * BLOCK


def test_a_time_before_zips_is_the_first_that_they_know(tmp_path):
    """A clock that was never set breaks nothing."""
    path = tmp_path / "a"
    path.write_bytes(b"a")

    bundle = zipfile.ZipFile(io.BytesIO(b"".join(zipped([("a", path)], at=0))))

    assert bundle.infolist()[0].date_time[0] == 1980
