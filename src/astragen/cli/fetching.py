"""The files of a film that a service made, written beside a name as those of a film made here.

All come under temporary names, then are renamed, the film last. Start reading at `fetched`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Final

from pydantic import ValidationError

from astragen.cli.server import NAME, Server
from astragen.errors import BadOutput
from astragen.model.film import Film, FilmReport
from astragen.pipeline.deliver import temporary_folder
from astragen.store.artifacts import file_hash

FILM: Final = "film"
CAPTIONS: Final = ("captions.srt", "captions.vtt", "captions.ass")
SUFFIXES: Final = {
    "poster": ".jpg",
    "captions.srt": ".srt",
    "captions.vtt": ".vtt",
    "captions.ass": ".ass",
    "storyboard": ".storyboard.json",
    "report": ".report.json",
}
"""What is written beside the film, by variant."""


async def fetched(server: Server, film_id: str, path: Path, names: Mapping[str, str]) -> Film:
    """Write the film to *path* and all that belongs to it beside it, over files of these names.

    Args:
        server: which made it.
        film_id: of a completed film.
        path: of the film.
        names: paths of this machine by the ids of files that were sent, to stand again where the ids do.

    Raises:
        AstraGenError: the server said no, or sent something else.
        OSError: a file cannot be written; nothing half-written is left.
    """
    beside = {variant: path.with_name(path.stem + suffix) for variant, suffix in SUFFIXES.items()}
    targets = {**beside, FILM: path}
    with temporary_folder(path) as folder:
        digests = {variant: await server.fetch(film_id, variant, folder / variant) for variant in targets}
        _restore(folder / "storyboard", names)
        digests["storyboard"] = file_hash(folder / "storyboard")
        hashes = {targets[variant].name: digest for variant, digest in digests.items() if variant != "report"}
        report = _report(folder / "report", names, hashes)
        for variant, target in targets.items():  # the film is the last of them
            os.replace(folder / variant, target)
    return Film(
        path=path,
        poster=beside["poster"],
        captions=tuple(beside[variant] for variant in CAPTIONS),
        storyboard=beside["storyboard"],
        report_path=beside["report"],
        report=report,
    )


def _report(file: Path, names: Mapping[str, str], hashes: Mapping[str, str]) -> FilmReport:
    """The report in *file*, which is written anew with the *hashes* of the files by the names that they have here."""
    _restore(file, names)
    try:
        report = FilmReport.model_validate_json(file.read_bytes()).model_copy(update={"sha256": dict(hashes)})
    except ValidationError as error:
        raise BadOutput(
            f"{NAME} sent a report that this version cannot read.", hint="Install the version that the server has."
        ) from error
    file.write_text(report.model_dump_json(indent=2) + "\n", "utf-8")
    return report


def _restore(file: Path, names: Mapping[str, str]) -> None:
    """Let paths of this machine stand in the JSON of *file* where the ids of what was sent do, or copies named so."""
    if names:
        value = _with_paths(json.loads(file.read_text("utf-8")), names)
        file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _with_paths(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401  (any JSON)
    if isinstance(value, dict):
        return {key: _with_paths(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_paths(one, names) for one in value]
    return names.get(PurePath(value).stem, value) if isinstance(value, str) else value
