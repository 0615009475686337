"""Uploaded files on their way into a film: copies with paths, and ids again in what the film says of itself.

Start reading at `with_files`.
"""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from astragen.media.voice_archive import unpacked_voice
from astragen.model.film import Film
from astragen.model.job import Order
from astragen.model.storyboard import Storyboard
from astragen.model.take import Artifact
from astragen.model.upgrade import load_storyboard
from astragen.service.uploads import named_as_ordered
from astragen.store.artifacts import ArtifactStore, file_hash

VOICE: Final = "application/zip"


def with_files(order: Order, artifacts: ArtifactStore, folder: Path) -> Order:
    """*order* with copies of the uploaded files, in *folder*, in place of their ids.

    Raises:
        MediaError: a file is gone.
    """
    if not order.files:
        return order
    paths = {name: _placed(name, one, artifacts, folder) for name, one in order.files.items()}
    ids = re.compile("|".join(map(re.escape, paths)))

    def placed(text: str) -> str:
        return ids.sub(lambda found: paths[found[0]], text)

    brief = order.brief.model_copy(
        update={"music_file": placed(order.brief.music_file), "lut": placed(order.brief.lut)}
    )
    board = _with_paths(order.storyboard, placed) if order.storyboard else None
    return order.model_copy(update={"brief": brief, "storyboard": board, "voice": placed(order.voice)})


def _with_paths(board: Storyboard, placed: Callable[[str], str]) -> Storyboard:
    """*board* with every name of a file *placed*."""
    scenes = tuple(
        scene.model_copy(
            update={"shots": tuple(shot.model_copy(update={"source": placed(shot.source)}) for shot in scene.shots)}
        )
        for scene in board.scenes
    )
    look = board.bible.look.model_copy(update={"lut": placed(board.bible.look.lut)})
    return board.model_copy(
        update={
            "scenes": scenes,
            "bible": board.bible.model_copy(update={"look": look}),
            "characters": tuple(
                one.model_copy(update={"voice": placed(one.voice)}) if one.voice else one for one in board.characters
            ),
        }
    )


def without_paths(film: Film, order: Order) -> None:
    """Write the storyboard and the report of *film* again, with the files that they name as *order* names them."""
    board = load_storyboard(film.storyboard.read_text("utf-8"))
    film.storyboard.write_text(named_as_ordered(board, order).model_dump_json(indent=2) + "\n", "utf-8")
    said = {"music_file": order.brief.music_file, "lut": order.brief.lut}
    report = film.report.model_copy(update={"brief": film.report.brief.model_copy(update=said)})
    hashes = {**report.sha256, film.storyboard.name: file_hash(film.storyboard)}
    report = report.model_copy(update={"sha256": hashes})
    film.report_path.write_text(report.model_dump_json(indent=2) + "\n", "utf-8")


def _placed(name: str, artifact: Artifact, artifacts: ArtifactStore, folder: Path) -> str:
    """A path that ends as files of its kind do; of a voice, which comes as an archive, that of its model."""
    source = artifacts.path(artifact)
    if artifact.media_type == VOICE:
        (folder / name).mkdir()
        return str(unpacked_voice(source, folder / name))
    path = folder / f"{name}{mimetypes.guess_extension(artifact.media_type) or ''}"
    try:
        os.link(source, path)
    except OSError:
        shutil.copyfile(source, path)
    return str(path)
