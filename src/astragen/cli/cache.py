"""The cache folder as the command line sees it: which one it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from astragen.settings import Settings


def settings_of(cache: str | None) -> Settings:
    """The settings of the machine, with the cache in *cache* when that is given.

    Raises:
        SettingsError: a setting of the environment cannot be used.
    """
    from astragen.settings import read_settings

    settings = read_settings()
    return settings if cache is None else settings.model_copy(update={"cache_dir": Path(cache).absolute()})
