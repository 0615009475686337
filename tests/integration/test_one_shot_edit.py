"""A real film, made again, and made again with one shot changed."""

from __future__ import annotations

import json
import time

import pytest

from astragen.media.probe import probe
from astragen.model.brief import Brief
from astragen.model.film import FilmReport
from astragen.model.upgrade import load_storyboard
from astragen.store.artifacts import file_hash

ALL_STEPS = {
    *(("narrate", shot) for shot in ("s1-1", "s1-2", "s2-1")),
    *(("generate", shot) for shot in ("s1-1", "s1-2", "s2-1")),
    *(("render", shot) for shot in ("s1-1", "s1-2", "s2-1")),
    *(("join", join) for join in ("black to s1-1", "s1-1 to s1-2", "s1-2 to s2-1", "s2-1 to black")),
    *((stage, "") for stage in ("compose", "ambience", "mix", "sound", "poster", "mux")),
}


def with_shot(storyboard, shot_id: str, **changes):
    """*storyboard* with one shot changed, by way of its JSON, as people change it."""
    document = storyboard.model_dump(mode="json")
    for scene in document["scenes"]:
        for shot in scene["shots"]:
            if shot["id"] == shot_id:
                shot.update(changes)
    return load_storyboard(json.dumps(document))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("film")


@pytest.fixture(scope="module")
def first(folder, filming, brief, storyboard):
    return filming(folder, brief, storyboard)


def test_the_first_film_does_every_step_and_is_as_asked(first, brief):
    """A storyboard needs no writer; the file has exactly the asked frames, size and sound."""
    assert first.steps(reused=False) == ALL_STEPS
    assert first.steps(reused=True) == set()

    media = probe(first.film.path)
    assert (media.picture.width, media.picture.height, media.picture.frames) == (640, 360, 8 * 24)
    assert media.sound.samples == 8 * 48_000
    assert [chapter.title for chapter in media.chapters] == ["Home", "Above"]


def test_everything_that_belongs_to_the_film_lies_beside_it(first, folder, storyboard):
    """Captions, poster, report and the storyboard, with the lengths that its shots were filmed in."""
    names = {path.name for path in folder.iterdir() if path.name != "cache"}

    suffixes = (".mp4", ".srt", ".vtt", ".ass", ".jpg", ".storyboard.json", ".report.json")
    assert names == {f"film{suffix}" for suffix in suffixes}
    left = load_storyboard(first.film.storyboard.read_text("utf-8"))
    assert sum(shot.frames for shot in left.shots) == first.film.report.frames
    assert [shot.line for shot in left.shots] == [shot.line for shot in storyboard.shots]
    assert "The lamp is lit." in first.film.captions[0].read_text("utf-8")
    assert first.film.poster.read_bytes()[:2] == b"\xff\xd8"


def test_the_report_says_what_was_done(first, folder):
    """Every stage, every shot, the loudness, and the hash of every file."""
    report = FilmReport.model_validate_json(first.film.report_path.read_text("utf-8"))

    assert report == first.film.report
    assert (report.seconds, report.frames, report.fallbacks) == (8.0, 192, ())
    assert {stage.name: stage.steps for stage in report.stages} == {
        "narrate": 3, "generate": 3, "compose": 1, "ambience": 1, "render": 3, "mix": 1, "sound": 1, "join": 4,
        "poster": 1, "mux": 1,
    }  # fmt: skip
    assert [(shot.shot, shot.made_by) for shot in report.shots] == [
        ("s1-1", "builtin"),
        ("s1-2", "builtin"),
        ("s2-1", "builtin"),
    ]
    assert sum(shot.frames for shot in report.shots) == 192
    assert report.loudness.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert report.wall_s > max(stage.wall_s for stage in report.stages)
    assert report.sha256 == {
        path.name: file_hash(path) for path in folder.iterdir() if path.is_file() and path.name != "film.report.json"
    }


def test_the_same_film_again_is_only_copied(first, filming, folder, brief, storyboard):
    """Every step comes from the cache, and the file is the same."""
    start = time.monotonic()
    again = filming(folder, brief, storyboard)
    took = time.monotonic() - start

    assert again.steps(reused=False) == set()
    assert again.steps(reused=True) == ALL_STEPS
    assert again.film.report.sha256["film.mp4"] == first.film.report.sha256["film.mp4"]
    assert took < 2


def test_a_changed_shot_makes_only_its_own_pieces_again(first, filming, folder, brief, storyboard):
    """Another picture and another word: its line, take, render and two joins, then sound, poster and file."""
    edited = with_shot(storyboard, "s1-2", move="push_in", line="No one rings.")

    made = filming(folder, brief, edited)

    assert made.steps(reused=False) == {
        ("narrate", "s1-2"),
        ("generate", "s1-2"),
        ("render", "s1-2"),
        ("join", "s1-1 to s1-2"),
        ("join", "s1-2 to s2-1"),
        ("mix", ""),
        ("sound", ""),
        ("poster", ""),
        ("mux", ""),
    }
    assert made.film.report.frames == first.film.report.frames


@pytest.mark.parametrize("change", [{"size": "medium"}, {"line": "No one rings, and no one has for years."}])
def test_an_edit_of_what_a_film_left_moves_no_other_shot(first, filming, folder, tmp_path, brief, storyboard, change):
    """The lengths in the file hold: a nearer view or a longer line makes no neighbour longer or shorter."""
    left = load_storyboard(
        filming(tmp_path, brief, storyboard, cache_dir=folder / "cache").film.storyboard.read_text("utf-8")
    )

    made = filming(tmp_path, brief, with_shot(left, "s1-2", **change), cache_dir=folder / "cache")

    assert {shot for stage, shot in made.steps(reused=False) if stage == "render"} == {"s1-2"}


def test_an_edit_of_a_hurried_film_leaves_the_other_lines_as_fast(filming, tmp_path, brief, storyboard):
    """Spoken at rest they would not fit into their shots, and most of the film would be made again."""
    wordy = with_shot(storyboard, "s1-1", line="The lamp is lit tonight, as it was lit on every night before.")
    wordy = with_shot(wordy, "s2-1", line="A ship that nobody waits for passes by, and it is gone again.")
    left = load_storyboard(filming(tmp_path, brief, wordy).film.storyboard.read_text("utf-8"))
    assert left.speech_rate > 1

    made = filming(tmp_path, brief, with_shot(left, "s1-2", line="No one."))

    assert made.steps(reused=False) >= {("narrate", "s1-2"), ("render", "s1-2")}
    assert {shot for stage, shot in made.steps(reused=False) if stage in ("narrate", "render")} == {"s1-2"}
    assert {fallback.subject for fallback in made.film.report.fallbacks} <= {"film"}  # longer than it was asked to be


def test_another_loudness_of_nothing_is_no_reason_to_render(first, filming, folder, brief, storyboard):
    """Without music every picture is reused: only sound and file are made again."""
    made = filming(folder, brief.model_copy(update={"music": False}), storyboard)

    assert made.steps(reused=False) == {("mix", ""), ("sound", ""), ("mux", "")}


def test_a_film_without_a_cache_keeps_nothing(filming, tmp_path, brief, storyboard):
    """A silent, captionless, upright film in a folder of its own: nothing is reused, nothing is left."""
    plain = brief.model_copy(
        update={
            "narration": False,
            "music": False,
            "ambience": False,
            "captions": False,
            "aspect": "9:16",
            "seconds": 5.0,
        }
    )

    made = filming(tmp_path, plain, storyboard, cache=False)

    media = probe(made.film.path)
    assert (media.picture.width, media.picture.height, media.picture.frames) == (202, 360, 120)
    assert made.film.report.loudness is None
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_the_storyboard_that_a_film_leaves_films_the_same_again(filming, tmp_path):
    """Its seeds are in it: no seed needs to be given, and nothing is made again."""
    wish = Brief(prompt="Why is the sky blue?", seconds=5, height=360, seed=7)
    written = filming(tmp_path, wish, None)
    left = load_storyboard(written.film.storyboard.read_text("utf-8"))

    again = filming(tmp_path, wish.model_copy(update={"seed": 0}), left)

    assert ("write", "") in written.steps(reused=False)
    assert again.steps(reused=False) == set()
    assert again.film.report.sha256 == written.film.report.sha256
