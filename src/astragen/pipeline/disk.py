"""What the operating system says about disks and folders, said so that people can act on it."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from astragen.errors import AstraGenError, NoRoom, RenderError, SettingsError

FULL = (errno.ENOSPC, errno.EDQUOT)


def check_room(needed: Mapping[Path, int], *, hint: str) -> None:
    """Pass when each folder's disk has as many bytes free as are *needed* there; folders of one disk add up.

    Raises:
        NoRoom: one has not, with *hint* as the next act.
    """
    by_disk: dict[int, list[Path]] = {}
    for folder in needed:
        by_disk.setdefault(_there(folder).stat().st_dev, []).append(folder)
    for folders in by_disk.values():
        wanted, free = sum(needed[one] for one in folders), free_bytes(folders[0])
        if free < wanted:
            raise NoRoom(
                f"The film may need {_megabytes(wanted)} on the disk of {folders[0]}, and {_megabytes(free)} are free.",
                hint=hint,
            )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"


@contextmanager
def told_plainly(*folders: Path) -> Iterator[None]:
    """Turn errors of the operating system, wherever they come from, into ours. *folders*: what is written to.

    Raises:
        RenderError: a disk is full.
        SettingsError: a folder cannot be used.
    """
    try:
        yield
    except Exception as error:
        cause = _of_the_system(error)
        if cause is not None and cause.errno in FULL:
            raise _disk_full(folders) from error
        if isinstance(error, AstraGenError) or cause is None or not isinstance(error, OSError):
            raise
        raise SettingsError(
            f"{cause.filename or 'A file'} cannot be used: {cause.strerror or cause}.",
            hint="Check its folder, or choose another cache with --cache (ASTRAGEN_CACHE_DIR).",
        ) from error


def _of_the_system(error: BaseException) -> OSError | None:
    """The operating system's error in the chain of *error*: a full disk first, else the outermost."""
    chain: list[OSError] = []
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError):
            chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    return next((one for one in chain if one.errno in FULL), chain[0] if chain else None)


def _disk_full(folders: tuple[Path, ...]) -> RenderError:
    fullest = min(folders, key=free_bytes)
    return RenderError(
        f"The disk of {fullest} is full ({free_bytes(fullest) / 1e6:.0f} MB free without this run's files).",
        hint="Make room, or choose other folders with --out and --cache (ASTRAGEN_CACHE_DIR). Finished steps are kept.",
    )


def free_bytes(folder: Path) -> int:
    """What this user may still write to the disk of *folder*, which need not exist yet."""
    return shutil.disk_usage(_there(folder)).free


def _there(folder: Path) -> Path:
    """The nearest folder above *folder* that exists, or itself."""
    folder = folder.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
