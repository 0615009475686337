"""A film of the user's own picture and clip, made, made again, and made with an edited file."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from astragen.errors import StoryboardError
from astragen.media.probe import frozen_stretch_s, probe
from astragen.media.stills import grab
from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.vocabulary import Move, TransitionKind
from clips import write_clip

BRIEF = Brief(prompt="Mine.", seconds=5, height=360, music=False).model_copy(update={"height": 90})
RED, BLUE = (200, 40, 40), (40, 40, 200)


def picture(path, colour) -> None:
    """A speckled picture of one colour."""
    speckles = np.random.default_rng(1).integers(-20, 20, (120, 240, 1)) + np.array(colour)
    cv2.imwrite(str(path), cv2.cvtColor(np.clip(speckles, 0, 255).astype(np.uint8), cv2.COLOR_RGB2BGR))


def clip(path, colour, seconds: float) -> None:
    """A speckled clip of one colour that drifts, at 30 frames a second."""
    speckles = np.random.default_rng(2).integers(-20, 20, (90, 400, 1)) + np.array(colour)
    whole = np.clip(speckles, 0, 255).astype(np.uint8)
    write_clip(
        path.with_suffix(".mp4"),
        [np.ascontiguousarray(whole[:, n : n + 160]) for n in range(round(30 * seconds))],
        rate=30,
    ).rename(path)


def board(folder) -> Storyboard:
    """A still that is panned and spoken over, dissolving to a clip."""
    return Storyboard(
        title="Mine",
        scenes=(
            Scene(
                id="s1",
                setting="x",
                shots=(
                    Shot(id="s1-1", source=str(folder / "a.png"), move=Move.PAN_LEFT, line="Look.", frames=60),
                    Shot(id="s1-2", source=str(folder / "b"), transition=TransitionKind.DISSOLVE, frames=60),
                ),
            ),
        ),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    picture(folder / "a.png", RED)
    clip(folder / "b", BLUE, seconds=4)
    return folder


@pytest.fixture(scope="module")
def first(folder, filming):
    return filming(folder, BRIEF, board(folder))


def test_the_film_shows_the_picture_then_the_clip(first):
    """Each in its own colour, neither standing still; nobody else is said to have made them."""
    report = first.film.report
    red, blue = grab(first.film.path, [40, 90])

    assert probe(first.film.path).picture.frames == report.frames == 120
    assert np.abs(red.mean(axis=(0, 1)) - RED).max() < 12
    assert np.abs(blue.mean(axis=(0, 1)) - BLUE).max() < 12
    assert frozen_stretch_s(first.film.path) < 0.2
    assert [(shot.shot, shot.made_by) for shot in report.shots] == [("s1-1", "own"), ("s1-2", "own")]
    assert report.fallbacks == ()
    assert ("narrate", "s1-1") in first.steps(reused=False)


def test_another_path_of_the_same_bytes_makes_nothing_again(first, filming, folder, tmp_path):
    """Content enters the keys, names do not."""
    for name in ("a.png", "b"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())

    made = filming(tmp_path, BRIEF, board(tmp_path), cache_dir=folder / "cache")

    assert made.steps(reused=False) == set()


def test_an_edited_file_renders_its_own_shot_only(first, filming, folder, tmp_path):
    """A shorter clip under the same name: its take, shot and joins are made again, and the report says it is slowed."""
    (tmp_path / "a.png").write_bytes((folder / "a.png").read_bytes())
    clip(tmp_path / "b", BLUE, seconds=1.5)

    made = filming(tmp_path, BRIEF, board(tmp_path), cache_dir=folder / "cache")

    done = made.steps(reused=False)
    assert {step for step in done if step[0] in ("look", "generate", "render")} == {
        (stage, "s1-2") for stage in ("look", "generate", "render")
    }
    (told,) = made.film.report.fallbacks
    assert told.subject == "s1-2"
    assert "lasts 1.50 s" in told.reason
    assert "% of its speed" in told.instead
    assert frozen_stretch_s(made.film.path) < 0.2


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "does not exist"), (b"", "is empty"), (b"no picture, no film" * 99, "cannot be opened")],
    ids=["missing", "empty", "text"],
)
def test_a_file_that_cannot_be_used_is_refused_before_anything_is_made(filming, folder, tmp_path, content, told):
    """The message names the shot and the path, and not even a line was spoken."""
    picture(tmp_path / "a.png", RED)
    if content is not None:
        (tmp_path / "b").write_bytes(content)

    with pytest.raises(StoryboardError, match=rf"(?i)shot s1-2.*{tmp_path / 'b'}.*{told}"):
        filming(tmp_path, BRIEF, board(tmp_path))
    kept = [path.read_bytes() for path in (tmp_path / "cache" / "kept" / "artifacts").rglob("*") if path.is_file()]
    assert not any(content.startswith(b"RIFF") for content in kept)
