"""A disk that fills up half-way, in a process of its own: a limit on the size of files stands for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.vocabulary import TimeOfDay

pytest.importorskip("resource", reason="limits are POSIX's")

PROGRAM = """
import resource, sys
from pathlib import Path
from astragen.errors import AstraGenError
from astragen.face import make_film_sync
from astragen.model.brief import Brief
from astragen.model.upgrade import load_storyboard
from astragen.settings import Settings

if __name__ == "__main__":
    folder, limit = Path(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    try:
        make_film_sync(
            Brief.model_validate_json(sys.argv[3]),
            folder / "film.mp4",
            storyboard=load_storyboard(sys.argv[4]),
            settings=Settings(cache_dir=folder / "cache", workers=1),
        )
    except AstraGenError as error:
        print(type(error).__name__, error)
"""
OLD = b"the film of yesterday"


def filmed(folder: Path, brief, storyboard: Storyboard, limit: int) -> str:
    """What is said when no file may be larger than *limit* bytes."""
    arguments = [str(folder), str(limit), brief.model_dump_json(), storyboard.model_dump_json()]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_disk_that_fills_up_never_leaves_a_broken_film(tmp_path, brief):
    """While a shot is rendered, and again while the file is written: the old film stays, and nothing else is there."""
    shots = (Shot(id="s1-1", frames=60), Shot(id="s1-2", frames=60))
    board = Storyboard(
        title="Night", scenes=(Scene(id="s1", title="N", setting="space", time_of_day=TimeOfDay.NIGHT, shots=shots),)
    )
    small = brief.model_copy(update={"seconds": 5, "aspect": "9:16", "music": False, "ambience": False})
    (tmp_path / "film.mp4").write_bytes(OLD)

    while_rendering = filmed(tmp_path, small, board, 5_000)

    assert "RenderError" in while_rendering
    assert [path.name for path in tmp_path.iterdir() if path.name != "cache"] == ["film.mp4"]
    assert (tmp_path / "film.mp4").read_bytes() == OLD

    assert filmed(tmp_path, small, board, 100_000_000) == ""
    whole = (tmp_path / "film.mp4").read_bytes()
    (tmp_path / "film.mp4").write_bytes(OLD)
    beside = {path.name for path in tmp_path.iterdir()}
    while_writing = filmed(tmp_path, small, board.model_copy(update={"title": "Night again"}), len(whole) // 2)

    assert "RenderError" in while_writing
    assert "film.mp4 could not be written" in while_writing
    assert (tmp_path / "film.mp4").read_bytes() == OLD
    assert {path.name for path in tmp_path.iterdir()} == beside
    assert list((tmp_path / "cache" / "scratch").iterdir()) == []
