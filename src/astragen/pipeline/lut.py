"""The user's LUT into the store: read and checked before anything is made.

From here on its bytes count, not its path: renaming the file renders nothing anew, and an
edit of it renders every shot.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from astragen.errors import InputError
from astragen.media.looks.lut import read_cube
from astragen.model.look import Look
from astragen.model.take import Artifact
from astragen.pipeline.run import Run

CUBE: Final = "text/x-cube"  # nobody registered a media type
CUBE_MAX: Final = 32 * 2**20  # bytes; 65 x 65 x 65 rows of 30 characters are 8 MB


def kept_lut(look: Look, run: Run) -> Artifact | None:
    """The LUT of *look* in the store of *run*; None when it has none, or none of it is mixed in.

    Raises:
        InputError: there is no such file, it cannot be read, or it is no LUT.
    """
    if not look.lut or not look.lut_strength:
        return None
    path = Path(look.lut)
    content = _content(path)
    read_cube(content, path.name)
    return run.store.put_bytes(content, CUBE)


def _content(path: Path) -> bytes:
    if not path.is_file():  # not a device either, which might never end
        what = "is not a file" if path.exists() else "does not exist"
        raise InputError(f'The LUT "{path}" {what}.', hint="Name a .cube file with --lut, or leave it out.")
    try:
        with path.open("rb") as file:
            content = file.read(CUBE_MAX + 1)
    except OSError as error:
        raise InputError(
            f'The LUT "{path}" cannot be read: {error.strerror}.', hint="Check its permissions."
        ) from error
    if len(content) > CUBE_MAX:
        raise InputError(f'The LUT "{path}" has more than {CUBE_MAX} bytes.', hint="Export it with at most 65 entries.")
    return content
