"""Work without the C extension, as on a machine where it could not be built.

Imports nothing of the library: it must not be loaded before `forget_kernels`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


def forget_kernels() -> None:
    """Make the extension impossible to import; call it before the library is imported."""
    sys.modules["astragen._kernels"] = None  # type: ignore[assignment]


def plainly(module: str, name: str, *arguments: object) -> Any:  # noqa: ANN401  (what the function returns)
    """Return `module.name(*arguments)`, computed without the extension."""
    forget_kernels()
    return getattr(import_module(module), name)(*arguments)
