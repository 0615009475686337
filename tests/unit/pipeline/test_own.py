"""Own media as takes: what they become, and what is told of them."""

from __future__ import annotations

import anyio
import cv2
import numpy as np
import pytest

from astragen.errors import StoryboardError
from astragen.media.pictures import picture_of
from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.take import Take
from astragen.pipeline.own import own_media, own_takes
from astragen.plan.requests import plan_shots
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from clips import grey, write_clip

BRIEF = Brief(prompt="Mine.", seconds=5, height=360)
NOISE = np.random.default_rng(1).integers(60, 190, (90, 240, 3), np.uint8)


def taken(tmp_path, **shot) -> tuple[Take, bytes]:
    """The take of a shot of 48 frames, and its stored bytes."""
    shots = (Shot(id="s1-1", frames=48, **shot),)
    storyboard = Storyboard(title="T", scenes=(Scene(id="s1", setting="x", shots=shots),))

    async def main():
        store = ArtifactStore(tmp_path / "artifacts")
        async with InlineRun(tmp_path / "scratch", store=store, memo=None, workers=1) as run:
            own = await own_media(storyboard, run)
            (take,) = await own_takes(plan_shots(storyboard, BRIEF), own, run)
            return take, store.read(take.artifact)

    return anyio.run(main)


def drifting(count: int) -> list[np.ndarray]:
    return [np.ascontiguousarray(NOISE[:, n : n + 160]) for n in range(count)]


def test_a_picture_becomes_a_still_under_the_shot_s_move(tmp_path):
    """Its bytes are kept as they are; the recipe brings the move."""
    cv2.imwrite(str(tmp_path / "a.png"), grey(90))

    take, stored = taken(tmp_path, source=str(tmp_path / "a.png"), move="tilt_up")

    assert (take.kind, take.made_by, take.fallbacks) == ("still", "own", ())
    assert take.recipe.move == "tilt_up"
    assert stored == (tmp_path / "a.png").read_bytes()


def test_a_clip_becomes_a_clip_of_the_length_that_decodes(tmp_path):
    """A move or a weather does not change it: it brings no recipe."""
    path = write_clip(tmp_path / "a.mkv", drifting(60))

    take, stored = taken(tmp_path, source=str(path))

    assert (take.kind, take.recipe, take.fallbacks) == ("clip", None, ())
    assert take.footage.shown_s == pytest.approx(2.4)
    assert stored == path.read_bytes()


def test_a_clip_of_one_picture_is_filmed_as_a_still_and_said_to_be(tmp_path):
    """It would stand still: its picture takes the shot's move instead."""
    take, stored = taken(tmp_path, source=str(write_clip(tmp_path / "a.mp4", [grey(90)])))

    assert (take.kind, take.artifact.media_type) == ("still", "image/png")
    assert abs(int(picture_of(stored, "It").mean()) - 90) <= 2
    assert [fallback.instead for fallback in take.fallbacks] == ["its first picture is filmed"]


def test_a_damaged_clip_is_used_and_said_to_be_damaged(tmp_path):
    """What is cut off is told with the seconds that were promised and those there are."""
    whole = write_clip(tmp_path / "a.mkv", drifting(60)).read_bytes()
    (tmp_path / "b.mkv").write_bytes(whole[: len(whole) // 2])

    take, _ = taken(tmp_path, source=str(tmp_path / "b.mkv"))

    assert take.kind == "clip"
    assert 0.5 < take.footage.shown_s < 1.5
    (told,) = take.fallbacks
    assert f"2.4 s are stated, {take.footage.shown_s:.1f} s decode" in told.reason


def test_a_title_goes_with_a_picture_and_with_a_clip(tmp_path):
    """The recipe that carries it stays with the take, and nothing is said to be missing."""
    cv2.imwrite(str(tmp_path / "a.png"), grey(90))
    write_clip(tmp_path / "a.mp4", drifting(60))

    for name, kind in (("a.png", "still"), ("a.mp4", "clip")):
        take, _ = taken(tmp_path, source=str(tmp_path / name), title="The End")

        assert (take.kind, take.fallbacks) == (kind, ())
        assert take.recipe is not None
        assert take.recipe.title == "The End"


@pytest.mark.parametrize(
    ("name", "told"), [("", "is no file"), ("none.png", "does not exist"), ("a\0b", "does not exist")]
)
def test_a_path_that_is_no_file_is_refused(tmp_path, name, told):
    """A folder, a name that nothing has, and one that nothing can have."""
    with pytest.raises(StoryboardError, match=f"shot s1-1.*{told}"):
        taken(tmp_path, source=str(tmp_path / name))


def test_a_file_of_many_gigabytes_is_refused_with_the_limit(tmp_path):
    """It would be copied; 4 GiB are the limit. (A hole, which takes no room.)"""
    with (tmp_path / "a.mp4").open("wb") as file:
        file.truncate(5 * 2**30)

    with pytest.raises(StoryboardError, match=r"5,368,709,120 bytes; 4,294,967,296 are possible"):
        taken(tmp_path, source=str(tmp_path / "a.mp4"))
