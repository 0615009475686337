"""Files that a brief and a storyboard name, sent and named by ids."""

from __future__ import annotations

import os

from astragen.cli.naming import named_files, renamed
from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard

BOARD = Storyboard.model_validate(
    {
        "title": "Dusk",
        "bible": {"look": {"lut": "/looks/warm.cube"}},
        "scenes": [
            {
                "id": "s1",
                "setting": "ocean",
                "shots": [{"id": "s1-1", "source": "/pictures/a.png"}, {"id": "s1-2", "line": "Night falls."}],
            },
            {"id": "s2", "setting": "ocean", "shots": [{"id": "s2-1", "source": "/pictures/a.png"}]},
        ],
    }
)
BRIEF = Brief(prompt="Dusk", music_file="song.mp3", lut="/looks/warm.cube")


def test_each_file_is_named_once_and_from_the_root():
    """However often it is used, and whoever names it."""
    assert named_files(BRIEF, BOARD) == [os.path.abspath("song.mp3"), "/looks/warm.cube", "/pictures/a.png"]
    assert named_files(Brief(prompt="Dusk"), None) == []


def test_ids_stand_where_the_paths_did():
    """What names no file stays without one."""
    ids = {os.path.abspath("song.mp3"): "file_1", "/looks/warm.cube": "file_2", "/pictures/a.png": "file_3"}

    brief, board = renamed(BRIEF, BOARD, ids)

    assert (brief.music_file, brief.lut) == ("file_1", "file_2")
    assert board is not None
    assert board.bible.look.lut == "file_2"
    assert [shot.source for shot in board.shots] == ["file_3", "", "file_3"]
    assert renamed(BRIEF, None, ids)[1] is None
