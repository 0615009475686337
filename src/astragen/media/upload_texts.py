"""Which of the texts that films use an uploaded file is: a LUT, or a storyboard. Nothing here decodes.

Start at `identified_text`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from astragen.errors import ProbeError
from astragen.media.looks.lut import read_cube
from astragen.model.upgrade import load_storyboard
from astragen.model.upload import Identified, UploadKind

HEAD: Final = 4_096  # bytes by which text is told from anything else
TEXT_MAX: Final = 32 * 2**20  # bytes; 65 x 65 x 65 rows of 30 characters are 8 MB
HINT: Final = "Upload a picture, a clip, music, a .cube LUT, a storyboard's JSON or a zipped Piper voice."

_CUBE: Final = re.compile(rb"(#[^\n]*\s+)*(TITLE|LUT_[13]D_SIZE|DOMAIN_M|LUT_[13]D_INPUT)")


def is_text(head: bytes) -> bool:
    """Whether *head*, the first HEAD bytes of a file, begins a text in UTF-8, though it be cut inside a letter."""
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == HEAD and error.start >= HEAD - 3 and error.end == HEAD
    return True


def identified_text(path: Path, name: str, wish: UploadKind | None) -> Identified:
    """What the text at *path* is, which its user calls *name*.

    Raises:
        ProbeError: neither of the two, too long, or not a *wish*.
        InputError: it breaks its format; the message says where.
    """
    content = whole(path, TEXT_MAX)
    start = content[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not content:
        raise ProbeError(f'"{name}" is empty (0 bytes).', hint="Export or download it again.")
    if _CUBE.match(start):
        read_cube(content, name)
        return checked_kind(Identified(kind="lut", media_type="text/x-cube"), name, wish)
    if not start.startswith(b"{"):
        raise ProbeError(f'"{name}" is text, and neither a storyboard\'s JSON nor a .cube LUT.', hint=HINT)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProbeError(f'"{name}" is not UTF-8 from byte {error.start} on.', hint="Save it as UTF-8.") from error
    load_storyboard(text)
    return checked_kind(Identified(kind="storyboard", media_type="application/json"), name, wish)


def checked_kind(found: Identified, name: str, wish: UploadKind | None) -> Identified:
    """*found*, when it is a *wish*, or there is none.

    Raises:
        ProbeError: it is not.
    """
    if wish is not None and found.kind != wish:
        raise ProbeError(f'"{name}" is a {found.kind}, and not a {wish}.', hint=f"Upload it as {found.kind}.")
    return found


def whole(path: Path, limit: int) -> bytes:
    """The bytes of *path*.

    Raises:
        ProbeError: there are more than *limit*.
    """
    size = path.stat().st_size
    if size > limit:
        raise ProbeError(f"It has {size:,} bytes; {limit:,} are possible.", hint="Make it smaller.")
    return path.read_bytes()
