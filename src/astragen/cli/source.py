"""What a film is to be made from: a prompt, or a storyboard, said or read.

A path that exists, or ends in .json or as screenplays do, is read; `-` is standard input. What is read is
a storyboard when it starts with `{`, else a prompt. Start reading at `read_source`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from astragen.errors import BriefError, InputError, StoryboardError
from astragen.model.storyboard import Storyboard
from astragen.model.upgrade import load_storyboard
from astragen.plan.sources import anchored

SCREENPLAYS = (".fountain", ".screenplay")
SOURCE_MAX = 16 * 2**20  # bytes; a storyboard of 40 scenes is below 1 MB


def read_source(argument: str) -> str | Storyboard:
    """The prompt or storyboard that *argument* says or names.

    Raises:
        BriefError: the text is not UTF-8.
        StoryboardError: a .json file that is missing, or holds no storyboard of ours.
        InputError: a folder, or more bytes than any prompt or storyboard has.
    """
    if argument == "-":
        return _read(sys.stdin.buffer, "standard input", is_json=False)
    if argument.endswith((".json", *SCREENPLAYS)) or os.path.isfile(argument):
        return read_file(Path(argument))
    if os.sep in argument and os.path.isdir(argument):
        raise InputError(f"{argument} is a folder.", hint="Name a storyboard in it, or say what the film is about.")
    _check_unicode(argument, "prompt")
    return argument


def read_storyboard(argument: str, *, act: str) -> Storyboard:
    """The storyboard that *argument* names; *act* is what is to be done with it, as "revised".

    Raises:
        StoryboardError: it is a prompt.
        InputError: see `read_source`.
    """
    read = read_source(argument)
    if isinstance(read, Storyboard):
        return read
    raise StoryboardError(
        f"Only a storyboard can be {act}, and this is a prompt.",
        hint="Write one with: astragen plan PROMPT -o board.json",
    )


def read_text(argument: str) -> str:
    """*argument* itself, or what stands on standard input for "-".

    Raises:
        BriefError: it is not UTF-8.
        InputError: it has more bytes than any text.
    """
    if argument == "-":
        return _text(sys.stdin.buffer, "standard input")
    _check_unicode(argument, "text")
    return argument


def read_file(path: Path) -> str | Storyboard:
    """The prompt or storyboard in the file at *path*; raises as `read_source` does."""
    try:
        with path.open("rb") as file:
            read = _read(file, str(path), is_json=path.suffix == ".json")
    except FileNotFoundError as error:
        raise StoryboardError(
            f"{path} does not exist.", hint=f"Check the path, or write it with: astragen plan PROMPT -o {path}"
        ) from error
    except IsADirectoryError as error:
        raise StoryboardError(f"{path} is a folder.", hint="Name a storyboard file.") from error
    return read if isinstance(read, str) else anchored(read, path.absolute().parent)


def _read(file: BinaryIO, name: str, *, is_json: bool) -> str | Storyboard:
    text = _text(file, name)
    if not (is_json or text.lstrip().startswith("{")):
        return text
    try:
        return load_storyboard(text)
    except StoryboardError as error:
        raise StoryboardError(f"{name}: {error.message}", hint=error.hint) from error


def _text(file: BinaryIO, name: str) -> str:
    raw = file.read(SOURCE_MAX + 1)
    if len(raw) > SOURCE_MAX:
        raise InputError(f"{name} has more than {SOURCE_MAX} bytes.", hint="Give a prompt or a storyboard.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BriefError(
            f"{name} is not UTF-8 (byte 0x{raw[error.start]:02X} at {error.start}).", hint="Save it as UTF-8."
        ) from error


def _check_unicode(argument: str, what: str) -> None:
    if any("\udc80" <= character <= "\udcff" for character in argument):  # how Python marks bytes it cannot decode
        raise BriefError(f"The {what} is not UTF-8.", hint="Use a UTF-8 terminal, or a file saved as UTF-8.")
