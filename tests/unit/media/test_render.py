"""Tests of media/render.py on real stills; films of several shots are in integration/test_segments.py."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context

import cv2
import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.colour import rgb_of
from astragen.media.render import drawn_alone, frame_source, render_join, render_shot
from astragen.media.stills import frames_of
from astragen.model.recipe import Recipe
from astragen.model.segment import JoinJob, Profile, ShotJob
from astragen.model.take import Artifact, Take
from astragen.model.timeline import Cue
from astragen.plan.segments import alone, parts_of
from clips import BT709, LIMITED, write_clip, ycc

PROFILE = Profile(width=128, height=72, fps=24)
PAN = Recipe(setting="x", time_of_day="day", weather="clear", season="summer", mood="calm", move="pan_right")


@pytest.fixture
def shot(tmp_path, stored):
    """Makes the job of a still under a pan; 8 + 20 + 6 frames unless told otherwise."""
    down, across = np.mgrid[0:300, 0:500]
    picture = np.clip(128 + 50 * np.sin(across / 7) + 40 * np.cos(down / 9), 0, 255).astype(np.uint8)
    artifact = stored(cv2.imencode(".png", np.stack([picture] * 3, axis=2))[1].tobytes())
    (tmp_path / "scratch").mkdir()

    def make(**fields: object) -> ShotJob:
        take = Take(shot="s1", kind="still", artifact=artifact, recipe=PAN, made_by="test")
        defaults = {"start": -8, "head": 8, "body": 20, "tail": 6, "clip_frames": 28}
        return ShotJob(**{"shot": "s1", "take": take, "profile": PROFILE, **defaults, **fields})

    return make


def _lumas(path) -> list[np.ndarray]:
    return [frame.y.copy() for frame in frames_of(path)]


def test_a_shot_gives_head_body_and_tail(tmp_path, shot):
    """Three files with the asked numbers of frames, which go on from each other without a jump."""
    files = render_shot(shot(), tmp_path / "store", tmp_path / "scratch")

    assert [len(_lumas(path)) for path in files] == [8, 20, 6]
    whole = [luma.astype(int) for path in files for luma in _lumas(path)]
    steps = [np.abs(a - b).mean() for a, b in pairwise(whole)]
    assert max(steps) < 3 * np.median(steps)


def test_a_shot_without_transitions_is_a_body_alone(tmp_path, shot):
    """Head and tail of 0 frames are None, and no file is left for them."""
    files = render_shot(shot(start=0, head=0, tail=0), tmp_path / "store", tmp_path / "scratch")

    assert files.head is None
    assert files.tail is None
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == [files.body.name]


def test_a_shot_may_be_all_transitions(tmp_path, shot):
    """A body of 0 frames is None."""
    files = render_shot(shot(body=0), tmp_path / "store", tmp_path / "scratch")

    assert files.body is None
    assert [len(_lumas(path)) for path in (files.head, files.tail)] == [8, 6]


def test_the_same_job_gives_the_same_bytes_in_another_process(tmp_path, shot):
    """A worker process, which receives the job pickled, writes what this one writes."""
    job = shot(cues=(Cue(start=2, end=15, text="Hello there"),))
    (tmp_path / "other").mkdir()

    here = render_shot(job, tmp_path / "store", tmp_path / "scratch")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
        there = workers.submit(render_shot, job, tmp_path / "store", tmp_path / "other").result()

    assert [path.read_bytes() for path in here] == [path.read_bytes() for path in there]


def test_captions_are_burnt_into_their_frames_only(tmp_path, shot):
    """With a cue over frames 5 to 11 only these differ, and only in the lower half."""
    cue = Cue(start=5, end=12, text="A caption")
    plain = render_shot(shot(), tmp_path / "store", tmp_path / "scratch")
    spoken = render_shot(shot(cues=(cue,)), tmp_path / "store", tmp_path / "scratch")

    pairs = list(zip(_lumas(plain.body), _lumas(spoken.body), strict=True))
    changed = [np.abs(a.astype(int) - b).max() > 90 for a, b in pairs]
    assert changed == [5 <= n < 12 for n in range(20)]
    assert all(np.abs(a.astype(int) - b)[:30].max() < 40 for a, b in pairs)
    assert plain.head.read_bytes() == spoken.head.read_bytes()
    assert plain.tail.read_bytes() == spoken.tail.read_bytes()


def test_a_join_mixes_what_was_kept(tmp_path, shot, stored):
    """A dissolve begins near the tail of one shot and ends near the head of the next; captions lie over it."""
    files = render_shot(shot(), tmp_path / "store", tmp_path / "scratch")
    after = stored(files.head.read_bytes(), "video/mp4")
    before = stored(files.tail.read_bytes(), "video/mp4")
    job = JoinJob(style="dissolve", profile=PROFILE, frames=6, before=before, after=after)

    mixed = _lumas(render_join(job, tmp_path / "store", tmp_path / "scratch"))

    tail, head = _lumas(files.tail), _lumas(files.head)[:6]
    share = [
        np.abs(m.astype(int) - t).mean() / np.abs(t.astype(int) - h).mean()
        for m, t, h in zip(mixed, tail, head, strict=True)
    ]
    assert share == sorted(share)
    assert share[0] < 0.15
    assert share[-1] > 0.85


def test_a_join_draws_a_side_as_it_was_kept(tmp_path, shot, stored):
    """Drawn from the shot's job or read from its kept files, both sides give the same bytes; so does one of each."""
    job = shot(cues=(Cue(start=2, end=15, text="Not over a join"),))
    files = render_shot(job, tmp_path / "store", tmp_path / "scratch")
    span = (job.start, job.head + job.body + job.tail)
    bare = {"head": 0, "body": 6, "tail": 0, "span": span, "cues": ()}
    kept = {"before": stored(files.tail.read_bytes()), "after": stored(files.head.read_bytes())}
    drawn = {
        "before": job.model_copy(update={**bare, "start": job.start + job.head + job.body}),
        "after": job.model_copy(update={**bare, "start": job.start}),
    }
    joins = [
        JoinJob(style="dissolve", profile=PROFILE, frames=6, before=before, after=after)
        for before in (kept["before"], drawn["before"])
        for after in (kept["after"], drawn["after"])
    ]

    made = [render_join(join, tmp_path / "store", tmp_path / "scratch").read_bytes() for join in joins]

    assert len(set(made)) == 1


def test_jobs_of_a_run_prepare_a_still_once(tmp_path, shot):
    """The second part of a shot, and its join, need no more than the first left, and are as without it."""
    whole, stills = shot(head=0, tail=0), tmp_path / "stills"
    stills.mkdir()
    span = (whole.start, whole.body)
    first, second = (whole.model_copy(update={"start": at, "body": 10, "span": span}) for at in (-8, 2))
    alone = render_shot(second, tmp_path / "store", tmp_path / "scratch").body.read_bytes()

    render_shot(first, tmp_path / "store", tmp_path / "scratch", stills)
    (tmp_path / "store").rename(tmp_path / "gone")
    after = render_shot(second, tmp_path / "store", tmp_path / "scratch", stills).body.read_bytes()

    assert after == alone
    assert len(list(stills.iterdir())) == 1


def test_a_frame_alone_is_that_of_its_shot(tmp_path, shot):
    """Frame 7 of the body, without the caption over it, from the still that was prepared for the shot."""
    job = shot(cues=(Cue(start=0, end=20, text="A caption"),))
    (stills := tmp_path / "stills").mkdir()
    whole = frame_source(job, tmp_path / "store", stills)

    frame = drawn_alone(alone(job, 7), tmp_path / "store", stills)

    np.testing.assert_array_equal(frame, rgb_of(whole.frame(7)))
    assert len(list(stills.iterdir())) == 1


def test_a_still_under_another_move_is_prepared_by_itself(tmp_path, shot):
    """What is left for others belongs to one take, span and size."""
    stills = tmp_path / "stills"
    stills.mkdir()
    job = shot(head=0, tail=0)
    larger = job.model_copy(update={"profile": job.profile.model_copy(update={"height": job.profile.height + 2})})
    longer = job.model_copy(update={"clip_frames": job.clip_frames + 1})

    for one in (job, larger, longer):
        render_shot(one, tmp_path / "store", tmp_path / "scratch", stills)

    assert len(list(stills.iterdir())) == 3


def test_a_gap_is_black(tmp_path):
    """A join without sides is black from its first frame to its last."""
    job = JoinJob(style="cut", profile=PROFILE, frames=5, before=None, after=None)

    lumas = _lumas(render_join(job, tmp_path, tmp_path))

    assert len(lumas) == 5
    assert all(abs(float(luma.mean()) - 16) < 0.5 for luma in lumas)


def test_a_join_longer_than_its_handle_is_an_error(tmp_path, shot, stored):
    """Six kept frames cannot make a transition of nine."""
    files = render_shot(shot(), tmp_path / "store", tmp_path / "scratch")
    job = JoinJob(
        style="fade", profile=PROFILE, frames=9, before=stored(files.tail.read_bytes(), "video/mp4"), after=None
    )

    with pytest.raises(RenderError, match="needs 9 frames; its source ended after 6"):
        render_join(job, tmp_path / "store", tmp_path / "scratch")


def test_a_clip_is_decoded_over_head_body_and_tail(tmp_path, shot, stored):
    """34 frames of a clip that nobody measured, from its first picture on, none of them twice."""
    noise = np.random.default_rng(1).integers(40, 200, (72, 200, 3), np.uint8)
    pictures = [np.ascontiguousarray(noise[:, n : n + 128]) for n in range(40)]
    path = write_clip(tmp_path / "a.mp4", pictures, rate=24)
    clip = Take(shot="s1", kind="clip", artifact=stored(path.read_bytes(), "video/mp4"), made_by="test")

    files = render_shot(shot(take=clip), tmp_path / "store", tmp_path / "scratch")

    lumas = [luma for part in files for luma in _lumas(part)]
    first = ycc(pictures[0], BT709, LIMITED)[..., 0]
    assert np.abs(lumas[0] - first).mean() < 1
    assert len({luma.tobytes() for luma in lumas}) == 34


@pytest.mark.parametrize("kind", ["still", "clip"])
def test_a_title_stands_on_pictures_and_clips(tmp_path, shot, stored, kind):
    """White letters in the upper third of a grey take, and none before they enter."""
    recipe = PAN.model_copy(update={"title": "THE END"})
    if kind == "clip":
        path = write_clip(tmp_path / "a.mp4", [np.full((72, 128, 3), 90, np.uint8)] * 60, rate=24)
        artifact = stored(path.read_bytes(), "video/mp4")
    else:
        artifact = stored(cv2.imencode(".png", np.full((72, 128, 3), 90, np.uint8))[1].tobytes())
    take = Take(shot="s1", kind=kind, artifact=artifact, recipe=recipe, made_by="test")
    source = frame_source(shot(take=take, body=50, clip_frames=58), tmp_path / "store")

    before, after = (source.frame(n).y.copy() for n in (0, 45))

    assert before.max() < 110
    assert (after[10:36] > 130).sum() > 30
    assert after[45:].max() < 110


def test_a_clip_without_its_file_is_refused_by_name(tmp_path, shot):
    """The error names the shot and survives the way back from a worker."""
    clip = Take(shot="s1", kind="clip", made_by="test")

    with pytest.raises(RenderError, match="The clip take of shot s1 has no artifact") as caught:
        render_shot(shot(take=clip), tmp_path / "store", tmp_path / "scratch")

    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(("kind", "missing"), [("still", "artifact"), ("painted", "recipe")])
def test_a_take_without_its_picture_is_refused(tmp_path, shot, kind, missing):
    """A still needs stored bytes, a painted take its recipe."""
    with pytest.raises(RenderError, match=f"The {kind} take of shot s1 has no {missing}"):
        render_shot(shot(take=Take(shot="s1", kind=kind, made_by="test")), tmp_path / "store", tmp_path / "scratch")


@pytest.mark.parametrize("content", [b"", b"not a picture " * 20], ids=["empty", "text"])
def test_a_still_that_is_no_picture_is_refused(tmp_path, shot, stored, content):
    """Stored bytes that no decoder knows name the shot."""
    take = Take(shot="s1", kind="still", artifact=stored(content), made_by="test")

    with pytest.raises(RenderError, match="The still of shot s1 is no picture"):
        render_shot(shot(take=take), tmp_path / "store", tmp_path / "scratch")


def test_a_still_that_is_gone_is_refused(tmp_path, shot):
    """An artifact that is not in the store is a render error that names the shot."""
    take = Take(shot="s1", kind="still", artifact=Artifact(hash="0" * 64, media_type="image/png", bytes=1), made_by="t")

    with pytest.raises(RenderError, match="The still of shot s1 cannot be read"):
        render_shot(shot(take=take), tmp_path / "store", tmp_path / "scratch")


@pytest.mark.parametrize("kind", ["still", "clip"])
def test_frames_of_a_part_are_those_of_the_whole_shot(tmp_path, shot, stored, kind):
    """Bit for bit, in all three parts: the crop for the move, and where a short clip turns back, are the shot's."""
    fields = {"body": 400, "clip_frames": 410}
    if kind == "clip":
        noise = np.random.default_rng(1).integers(40, 200, (72, 200, 3), np.uint8)
        pictures = [np.ascontiguousarray(noise[:, n : n + 128]) for n in range(40)]
        path = write_clip(tmp_path / "a.mp4", pictures, rate=24)
        fields["take"] = Take(shot="s1", kind="clip", artifact=stored(path.read_bytes(), "video/mp4"), made_by="test")
    job = shot(**fields)
    whole = frame_source(job, tmp_path / "store")

    parts = parts_of(job)

    assert len(parts) == 3
    for part in parts:
        source = frame_source(part, tmp_path / "store")
        for n in (part.start, part.start + part.head + part.body // 2, part.start + part.head + part.body - 1):
            expected = [plane.copy() for plane in whole.frame(n)]
            for mine, theirs in zip(source.frame(n), expected, strict=True):
                np.testing.assert_array_equal(mine, theirs)
