"""The playhead: how often it decodes, and how much it keeps."""

from __future__ import annotations

import pytest

from astragen.media.clips.playhead import Playhead
from astragen.media.clips.reader import ClipReader
from clips import grey, write_clip


class Counting(ClipReader):
    """Counts how often somebody begins to read."""

    begun = 0

    def pictures(self, from_s=0.0):
        self.begun += 1
        return super().pictures(from_s)


@pytest.fixture
def reader(tmp_path) -> Counting:
    """A clip of 100 pictures at 25 a second with one keyframe."""
    pictures = [grey(20 + 2 * n) for n in range(100)]
    return Counting(write_clip(tmp_path / "a.mp4", pictures, options={"g": "300"}), shot="s1")


def test_forwards_everything_is_decoded_once(reader):
    """From the first picture to the last in one go."""
    playhead = Playhead(reader, width=160, height=90)

    starts = [playhead.at(n / 25 + 0.01).start_s for n in range(100)]

    assert starts == pytest.approx([n / 25 for n in range(100)])
    assert reader.begun == 1


def test_backwards_stretches_are_kept(reader):
    """100 pictures backwards take two stretches of 62, not 100 ways from the keyframe."""
    playhead = Playhead(reader, width=160, height=90)

    starts = [playhead.at(n / 25 + 0.01).start_s for n in range(99, -1, -1)]

    assert starts == pytest.approx([n / 25 for n in range(99, -1, -1)])
    assert reader.begun <= 3


def test_large_pictures_are_kept_few(reader):
    """Of 4K, 12 MB a picture, 96 MiB hold eight."""
    playhead = Playhead(reader, width=3840, height=2160)

    for n in range(12):
        playhead.at(n / 25)

    assert len(playhead._kept) == 8


def test_before_the_first_is_the_first_and_after_the_last_the_last(reader):
    """A moment out of the clip is no error."""
    playhead = Playhead(reader, width=160, height=90)

    assert playhead.at(99.0).start_s == pytest.approx(3.96)
    assert playhead.at(-1.0).start_s == 0
