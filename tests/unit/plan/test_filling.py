"""How clips of any length fill shots of any length."""

from __future__ import annotations

from itertools import pairwise

import pytest

from astragen.model.take import Artifact, Footage, Take
from astragen.model.timeline import Clip, Timeline, Transition
from astragen.plan.filling import fill, filling_fallbacks

CLIP = Artifact(hash="0" * 64, media_type="video/mp4", bytes=1)


def footage(pictures: int, rate: int = 25) -> Footage:
    return Footage(shown_s=pictures / rate, last_s=(pictures - 1) / rate)


def film(pictures: int, frames: int, *, beyond: int = 0) -> Timeline:
    take = Take(shot="s1", kind="clip", artifact=CLIP, footage=footage(pictures), made_by="own")
    fade = Transition(style="fade", in_offset=0, out_offset=beyond)
    clips = (Clip(shot="s1", take=take, frames=frames), *([fade] if beyond else []))
    return Timeline(title="T", fps=25, width=160, height=90, language="en", video=clips)


@pytest.mark.parametrize("frames", [1, 2, 24, 25, 60, 400])
@pytest.mark.parametrize("pictures", [2, 12, 13, 24, 25, 100])
def test_every_moment_is_within_the_clip_and_no_two_in_a_row_are_one(frames, pictures):
    """Whatever the lengths, no frame is past the last picture's time on display, and none stands still."""
    filling = fill(footage(pictures), frames=frames, fps=25)
    moments = [filling.moment_s(index) for index in range(frames)]

    assert all(0 <= moment <= pictures / 25 for moment in moments)
    assert all(abs(a - b) > 0.009 for a, b in pairwise(moments))


def test_a_clip_of_the_shot_s_length_plays_at_its_own_speed():
    """50 pictures for 50 frames, and for 24 a second as well."""
    assert not fill(footage(50), frames=50, fps=25).is_mixed
    assert not fill(footage(50), frames=48, fps=24).is_mixed


@pytest.mark.parametrize(
    ("pictures", "frames", "instead"),
    [
        (50, 50, None),
        (80, 50, None),
        (41, 81, "it plays at 50% of its speed"),
        (41, 51, "it plays at 80% of its speed"),
        (20, 81, "it plays at 50% of its speed, forwards and backwards in turn"),
    ],
)
def test_what_is_not_as_asked_is_told(pictures, frames, instead):
    """A clip that is long enough is no news; a slowed one is, with both lengths."""
    told = list(filling_fallbacks(film(pictures, frames)))

    assert [one.instead for one in told] == ([] if instead is None else [instead])
    assert all(f"lasts {pictures / 25:.2f} s" in one.reason and one.subject == "s1" for one in told)


def test_the_frames_of_transitions_count():
    """A clip as long as its shot alone is slowed when a transition shows it beyond the shot."""
    alone, joined = film(50, 50), film(50, 50, beyond=5)

    assert list(filling_fallbacks(alone)) == []
    assert [one.instead for one in filling_fallbacks(joined)] == ["it plays at 91% of its speed"]
