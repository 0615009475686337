"""Functions that only worker processes import, named here.

The process that runs the pipeline never draws, encodes or mixes. Importing what does takes
half a second of CPU, which every film, and every edit of one, would pay before it begins.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


class Elsewhere:
    """A function by its name: pickled as the function itself, imported where it is called or unpickled.

    Stands in for an import, so that types are checked as if it were one:

        if TYPE_CHECKING:
            from astragen.media.render import render_shot
        else:
            render_shot = Elsewhere("astragen.media.render", "render_shot")
    """

    def __init__(self, module: str, name: str) -> None:
        self.__module__, self.__qualname__ = module, name

    def __call__(self, *arguments: object) -> Any:  # noqa: ANN401  (what the function returns)
        """Call the function in this process."""
        return _found(self.__module__, self.__qualname__)(*arguments)

    def __reduce__(self) -> tuple[Callable[[str, str], Any], tuple[str, str]]:
        return _found, (self.__module__, self.__qualname__)


def _found(module: str, name: str) -> Any:  # noqa: ANN401  (a function of any kind)
    return getattr(import_module(module), name)
