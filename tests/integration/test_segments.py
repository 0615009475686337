"""A film of three stills from its timeline to the file: shots, joins, captions, sound, one container."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from astragen.media.mux import mux
from astragen.media.probe import black_frames, frozen_stretch_s, probe
from astragen.media.render import render_join, render_shot
from astragen.media.stills import frames_of
from astragen.model.recipe import Recipe
from astragen.model.segment import RenderedShot
from astragen.model.take import Artifact, Take
from astragen.model.timeline import Chapter, Clip, Cue, Gap, Timeline, Transition
from astragen.model.vocabulary import TransitionKind
from astragen.plan.segments import in_film_order, join_jobs, shot_jobs

TINTS = {"red": (190, 90, 80), "green": (80, 180, 90), "blue": (90, 100, 200)}
DISSOLVE, FADE = TransitionKind.DISSOLVE, TransitionKind.FADE


class Store:
    """Files by hash, laid out as the artifact store does."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes, media_type: str) -> Artifact:
        name = hashlib.sha256(content).hexdigest()
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(content)
        return Artifact(hash=name, media_type=media_type, bytes=len(content))

    def path(self, name: str) -> Path:
        return self.root / name[:2] / name


def _take(store: Store, name: str, move: str) -> Take:
    down, across = np.mgrid[0:200, 0:360]
    waves = 24 * np.sin(across / 6) + 20 * np.cos(down / 8) + 14 * np.sin((across - down) / 13)
    picture = np.clip(waves[..., None] + TINTS[name], 0, 255).astype(np.uint8)
    recipe = Recipe(setting="x", time_of_day="day", weather="clear", season="summer", mood="calm", move=move)
    content = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()
    return Take(shot=name, kind="still", recipe=recipe, artifact=store.put(content, "image/png"), made_by="test")


def _timeline(store: Store, *, moves: tuple[str, str, str] = ("push_in", "pan_left", "static")) -> Timeline:
    """From black, red 40, dissolve, green 48, through black, blue 36, to black, 6 black."""
    red, green, blue = (_take(store, name, move) for name, move in zip(TINTS, moves, strict=True))
    return Timeline(
        title="Three tints",
        fps=24,
        width=128,
        height=72,
        language="en",
        video=(
            Transition(style=FADE, in_offset=0, out_offset=8),
            Clip(shot="red", take=red, frames=40),
            Transition(style=DISSOLVE, in_offset=6, out_offset=6),
            Clip(shot="green", take=green, frames=48),
            Transition(style=FADE, in_offset=10, out_offset=10),
            Clip(shot="blue", take=blue, frames=36),
            Transition(style=FADE, in_offset=8, out_offset=0),
            Gap(frames=6),
        ),
        cues=(Cue(start=30, end=60, text="Over the dissolve"),),
        chapters=(Chapter(title="Warm", start=0), Chapter(title="Cold", start=88)),
    )


def _render(timeline: Timeline, store: Store, scratch: Path) -> tuple[Artifact, ...]:
    """All segments of *timeline* in film order."""
    scratch.mkdir(exist_ok=True)
    rendered = {}
    for shot in shot_jobs(timeline):
        files = render_shot(shot, store.root, scratch)._asdict()
        kept = {part: store.put(path.read_bytes(), "video/mp4") if path else None for part, path in files.items()}
        rendered[shot.shot] = RenderedShot(shot=shot.shot, **kept)
    joined = [
        store.put(render_join(join, store.root, scratch).read_bytes(), "video/mp4")
        for join in join_jobs(timeline, rendered)
    ]
    return in_film_order(timeline, rendered, joined)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """One store for all films of this file."""
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def film(store, tmp_path_factory) -> Path:
    """The film, with a tone that starts at frame 88."""
    folder = tmp_path_factory.mktemp("film")
    timeline = _timeline(store)
    audio = np.zeros((2, 130 * 2000), np.float32)
    audio[:, 88 * 2000 :] = 0.4 * np.sin(np.arange(42 * 2000) / 20)
    segments = [store.path(artifact.hash) for artifact in _render(timeline, store, folder / "scratch")]
    mux(segments, audio, timeline, folder / "film.mp4")
    return folder / "film.mp4"


@pytest.fixture(scope="module")
def means(film) -> np.ndarray:
    """(130, 3): mean Y, U and V of every frame above the captions."""
    return np.array([[plane[: plane.shape[0] // 2].mean() for plane in frame] for frame in frames_of(film)])


def test_the_film_is_as_long_as_its_timeline(film):
    """130 frames of picture and as much sound, no frame lost or added at any of the eight seams."""
    found = probe(film)

    assert found.picture is not None
    assert found.sound is not None
    assert (found.picture.frames, found.sound.samples) == (130, 260_000)
    assert [(mark.title, round(mark.start_s * 24)) for mark in found.chapters] == [("Warm", 0), ("Cold", 88)]


def test_each_shot_is_where_the_timeline_says(means):
    """Bodies are of their own tint: red by V, green by low U and V, blue by U."""
    red, green, blue = means[8:34], means[46:78], means[98:116]

    assert red[:, 2].min() > 155
    assert green[:, 1:].max() < 118
    assert blue[:, 1].min() > 155


def test_the_dissolve_goes_from_one_shot_to_the_next(means):
    """Over frames 34 to 45 V falls from red's to green's, always, slower at both ends than in the middle."""
    v = means[33:47, 2]
    steps = -np.diff(v)

    assert steps.min() > -0.5
    assert v[0] - v[-1] > 45
    assert max(steps[0], steps[-1]) < steps[len(steps) // 2]


def test_black_is_where_the_timeline_says(film, means):
    """At the start, in the middle of the fade at 88, and through the gap at the end, and nowhere else."""
    black = set(black_frames(film))

    assert {0, 87, 88, *range(124, 130)} <= black
    assert black <= {0, 1, 86, 87, 88, 89, *range(121, 130)}
    assert np.all(np.diff(means[0:8, 0]) > 0)
    assert np.all(np.diff(means[78:88, 0]) < 0.5)
    assert np.all(np.diff(means[88:98, 0]) > -0.5)
    assert np.all(np.diff(means[116:124, 0]) < 0.5)


def test_the_caption_goes_through_the_dissolve(store, film, tmp_path):
    """The cue of frames 30 to 59 lies over body, join and body without a break, and over nothing else."""
    timeline = _timeline(store)
    bare = timeline.model_copy(update={"burn_captions": False})
    segments = [store.path(artifact.hash) for artifact in _render(bare, store, tmp_path / "scratch")]
    mux(segments, None, bare, tmp_path / "bare.mp4")

    with_cue = [frame.y.astype(int) for frame in frames_of(film)]
    without = [frame.y.astype(int) for frame in frames_of(tmp_path / "bare.mp4")]

    shown = [int(np.abs(a - b).max()) > 60 for a, b in zip(with_cue, without, strict=True)]
    assert [n for n, is_shown in enumerate(shown) if is_shown] == list(range(30, 60))


def test_the_picture_never_stands_still(film):
    """Even the static shot breathes: nothing freezes for longer than the black at the end."""
    assert frozen_stretch_s(film) <= 10 / 24


def test_a_changed_shot_changes_its_own_pieces_only(store, tmp_path):
    """Another move in the middle shot: only its body and the joins beside it are new; five of eight pieces stay."""
    before = _render(_timeline(store), store, tmp_path / "scratch")
    after = _render(_timeline(store, moves=("push_in", "tilt_up", "static")), store, tmp_path / "scratch")

    kept = [one == other for one, other in zip(before, after, strict=True)]
    assert kept == [True, True, False, False, False, True, True, True]
