"""Which files of this machine a brief and a storyboard name, and the same with other names for them. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from astragen.model.brief import Brief
    from astragen.model.storyboard import Storyboard


def named_files(brief: Brief, storyboard: Storyboard | None) -> list[str]:
    """Their absolute paths, each once, in a fixed order."""
    named = [brief.music_file, brief.lut]
    if storyboard is not None:
        named += [storyboard.bible.look.lut, *(shot.source for shot in storyboard.shots)]
    return list(dict.fromkeys(os.path.abspath(path) for path in named if path))


def renamed(brief: Brief, storyboard: Storyboard | None, names: Mapping[str, str]) -> tuple[Brief, Storyboard | None]:
    """Both with *names*, by absolute path, instead of the paths."""

    def name(path: str) -> str:
        return names[os.path.abspath(path)] if path else ""

    brief = brief.model_copy(update={"music_file": name(brief.music_file), "lut": name(brief.lut)})
    if storyboard is None:
        return brief, None
    look = storyboard.bible.look.model_copy(update={"lut": name(storyboard.bible.look.lut)})
    scenes = tuple(
        scene.model_copy(
            update={"shots": tuple(shot.model_copy(update={"source": name(shot.source)}) for shot in scene.shots)}
        )
        for scene in storyboard.scenes
    )
    bible = storyboard.bible.model_copy(update={"look": look})
    return brief, storyboard.model_copy(update={"bible": bible, "scenes": scenes})
