"""Where a result goes: a name from the title, never over a file that is there unless it was named.

Every check is made before work begins. Start reading at `film_path`.
"""

from __future__ import annotations

import itertools
import os
import unicodedata
from pathlib import Path

from astragen.errors import SettingsError

SLUG_MAX = 56  # characters; of 4 bytes each, with ".storyboard.json" still within a file name's 255 bytes


def film_path(out: str | None, title: str, suffix: str = ".mp4") -> Path:
    """The film to write: *out* itself, or a free name from *title* in the folder *out* (None: the current one).

    Raises:
        SettingsError: the folder is missing or cannot be written to, or the name does not end in *suffix*.
    """
    from astragen.pipeline.deliver import check_out

    is_folder = out is None or os.path.isdir(out)
    path = free_path(Path(out or "."), slug(title), suffix) if is_folder else Path(str(out))
    check_out(path, suffix)
    return path


def check_folder(folder: Path) -> None:
    """Pass when files can be written in *folder*.

    Raises:
        SettingsError: it is missing, is no folder, or cannot be written to.
    """
    if not folder.exists():
        raise SettingsError(f'The folder "{folder}" of --out does not exist.', hint="Create it first.")
    if not folder.is_dir():
        raise SettingsError(f'"{folder}" in --out is a file, not a folder.', hint="Choose a folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f'The folder "{folder}" of --out cannot be written to.', hint="Choose another.")


def free_path(folder: Path, stem: str, suffix: str) -> Path:
    """The first of `stem`, `stem-2`, `stem-3`, ... that is not in *folder*."""
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(path for name in names if not os.path.lexists(path := folder / f"{name}{suffix}"))


def write_text(path: Path, text: str) -> None:
    """Write *text* to *path* in UTF-8, whole or not at all.

    Raises:
        SettingsError: *path* is a folder.
        OSError: it cannot be written; what was there stays.
    """
    if path.is_dir():
        raise SettingsError(f"--out {path} is a folder.", hint="Name a file in it.")
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def slug(title: str) -> str:
    """*title* as a file name: letters and digits of any script in lower case, joined by hyphens."""
    plain = unicodedata.normalize("NFC", title).lower()
    kept = "".join(character if _belongs(character) else " " for character in plain)
    return "-".join(kept.replace("'", "").replace("’", "").split())[:SLUG_MAX].strip("-") or "film"


def _belongs(character: str) -> bool:
    """Letters, digits, the marks that letters carry in Indic and other scripts, and apostrophes."""
    return character.isalnum() or character in "'’" or unicodedata.category(character) in ("Mn", "Mc")
