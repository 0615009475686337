"""The version of the code that makes things: part of every step key.

A step's result depends on the code behind it. Hashing that code means that no edit to a
painter, a voice or a table ever needs somebody to remember to raise a version.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from astragen.model.capability import Capability

ROOMS = ("builtin", "data", "media", "model", "plan", "providers")  # what a step's result may depend on
_TEXT = (".py", ".json")

_PACKAGE = Path(__file__).parents[1]


def version_of(capability: Capability) -> str:
    """The version of a crew member's work: its own, and that of the code."""
    return f"{capability.name} {capability.version} {code_fingerprint()}"


@cache
def code_fingerprint() -> str:
    """16 hex digits that change with the code and the tables of ROOMS; other data counts by name and size.

    So do the C kernels: their frames and their twins' differ by a rounding, which one film must not mix.
    """
    digest = hashlib.sha256(_kernels())
    for path in sorted(path for room in ROOMS for path in (_PACKAGE / room).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content = path.read_bytes() if path.suffix in _TEXT else b"%d" % path.stat().st_size
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:16]


def _kernels() -> bytes:
    """The C kernels as they were built; nothing where they were not."""
    spec = find_spec("astragen._kernels")
    return Path(spec.origin).read_bytes() if spec and spec.origin else b""
