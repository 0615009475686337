"""Tests of media/preview.py on a real tiny film."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from astragen.errors import ProbeError, RenderError
from astragen.media.encoder import encode
from astragen.media.preview import FRAME_MS, preview, stretches
from astragen.model.planes import Planes


@pytest.fixture
def film(tmp_path, profile, numbered):
    """Four seconds that turn from dark to bright."""

    def frame(n: int) -> Planes:
        return numbered(n)._replace(y=np.full((72, 128), 20 + 2 * n, np.uint8))

    encode((frame(n) for n in range(96)), 96, profile, tmp_path / "film.mp4")
    return tmp_path / "film.mp4"


def opened(path) -> tuple[str, tuple[int, int], int, list[float], int]:
    """Format, size, loop, mean of each frame, and milliseconds in all."""
    means, length = [], 0
    with Image.open(path) as picture:
        for number in range(picture.n_frames):
            picture.seek(number)
            means.append(float(np.asarray(picture.convert("L"), float).mean()))
            length += picture.info["duration"]
        return picture.format, picture.size, picture.info["loop"], means, length


@pytest.mark.parametrize(("name", "kind"), [("a.webp", "WEBP"), ("a.GIF", "GIF")])
def test_a_preview_loops_and_runs_from_beginning_to_end(tmp_path, film, name, kind):
    """Two seconds of four, 64 px wide in the film's shape; every frame is brighter than the one before."""
    preview(film, tmp_path / name, seconds=2, width=64)

    found, size, loop, means, length = opened(tmp_path / name)
    assert (found, size, loop) == (kind, (64, 36), 0)
    assert length == 2000
    assert 2000 / FRAME_MS - 3 <= len(means) <= 2000 / FRAME_MS  # Pillow makes one frame of equal neighbours
    assert min(np.diff(means)) > -1
    assert means[-1] - means[0] > 60
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "film.mp4"])


def test_a_short_film_is_shown_whole_and_never_enlarged(tmp_path, film):
    """Ten seconds and 480 px of a film of 4 s and 128 px."""
    preview(film, tmp_path / "a.webp", seconds=10)

    _, size, _, _, length = opened(tmp_path / "a.webp")
    assert (size, length) == ((128, 72), 4000)


def test_stretches_are_spread_evenly_and_add_up():
    """Six seconds of a minute are four stretches of 1.5 s, each in the middle of its quarter."""
    assert stretches(60, 6) == [(6.75, 8.25), (21.75, 23.25), (36.75, 38.25), (51.75, 53.25)]
    assert stretches(4, 6) == [(0.0, 4)]


def test_another_kind_of_file_is_refused(tmp_path, film):
    """The hint says the name to use."""
    with pytest.raises(RenderError, match=r"a\.png is no \.webp or \.gif\. Name it a\.webp"):
        preview(film, tmp_path / "a.png")


def test_what_is_no_video_is_refused(tmp_path):
    """Text is named, and nothing is written."""
    (tmp_path / "film.mp4").write_text("hello " * 99)

    with pytest.raises(ProbeError, match=r"film\.mp4"):
        preview(tmp_path / "film.mp4", tmp_path / "a.webp")

    assert not (tmp_path / "a.webp").exists()


def test_a_folder_that_is_missing_is_a_render_error(tmp_path, film):
    """An unwritable path is told as such."""
    with pytest.raises(RenderError, match=r"a\.webp could not be written"):
        preview(film, tmp_path / "missing" / "a.webp", seconds=1)
