from __future__ import annotations

import numpy as np
import pytest

from astragen.model.base import content_hash
from astragen.model.segment import Profile, RenderedShot, ShotJob
from astragen.model.take import Artifact, Take
from astragen.model.timeline import Cue
from astragen.pipeline.asked import Candidate
from astragen.pipeline.jobs import striking
from astragen.pipeline.poster import candidate_of, clear_frame

PROFILE = Profile(width=64, height=36, fps=24)


def job(body: int, *cues: tuple[int, int]) -> ShotJob:
    return ShotJob(
        shot="a",
        take=Take(shot="a", kind="painted", made_by="builtin"),
        profile=PROFILE,
        start=0,
        head=0,
        body=body,
        tail=0,
        clip_frames=body,
        cues=tuple(Cue(start=start, end=end, text="x") for start, end in cues),
    )


@pytest.mark.parametrize(
    ("cues", "frame"),
    [((), 50), (((10, 70),), 70), (((10, 52),), 52), (((45, 90),), 44), (((0, 100),), 50)],
    ids=["no caption", "later is nearer", "just after", "earlier is nearer", "captions throughout"],
)
def test_the_poster_s_frame_is_the_clear_one_nearest_to_the_middle(cues, frame):
    """A caption on a poster looks like a screenshot; where it cannot be helped, the middle is best."""
    assert clear_frame(job(100, *cues)) == frame


BODY = Artifact(hash=content_hash("body"), media_type="video/mp4", bytes=4)
RENDERED = RenderedShot(shot="a", body=BODY, head=None, tail=None)


def test_a_painted_shot_is_looked_at_in_its_file():
    """To paint its place again would take seconds."""
    assert candidate_of(job(100, (10, 70)), RENDERED) == Candidate(segment=BODY, frame=70)


def test_a_still_is_drawn_again_for_the_poster():
    """One frame of its body, without captions, under the camera move of the whole shot."""
    still = job(100, (0, 100)).model_copy(
        update={"take": Take(shot="a", kind="still", made_by="x"), "start": -8, "head": 8}
    )

    drawn = candidate_of(still, RENDERED)

    assert isinstance(drawn, ShotJob)
    assert (drawn.start, drawn.head, drawn.body, drawn.tail, drawn.cues) == (50, 0, 1, 0, ())
    assert drawn.span == (-8, 108)


def test_colour_and_contrast_are_striking():
    """A sunset beats a grey ramp, which beats a flat wall."""
    ramp = np.linspace(0, 255, 320, dtype=np.uint8)[None, :, None].repeat(180, 0).repeat(3, 2)
    sunset = ramp.copy()
    sunset[..., 2] = 255 - ramp[..., 2]
    wall = np.full((180, 320, 3), 128, np.uint8)

    assert striking(sunset) > striking(ramp) > striking(wall)
