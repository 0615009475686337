"""Where the users' own pictures and clips lie: paths of a storyboard made whole.

A path that is not absolute counts from the folder of the storyboard's file, or where there is
none from the current one. Pure: the folder comes in. Start reading at `anchored`.
"""

from __future__ import annotations

import os
from pathlib import Path

from astragen.model.storyboard import Storyboard


def anchored(storyboard: Storyboard, folder: Path) -> Storyboard:
    """*storyboard* with every `source`, and the look's `lut`, counted from *folder*, which is absolute."""
    storyboard = _with_lut_from(folder, storyboard)
    if not any(shot.source for shot in storyboard.shots):
        return storyboard
    scenes = tuple(
        scene.model_copy(
            update={
                "shots": tuple(
                    shot.model_copy(update={"source": os.path.normpath(folder / shot.source)}) if shot.source else shot
                    for shot in scene.shots
                )
            }
        )
        for scene in storyboard.scenes
    )
    return storyboard.model_copy(update={"scenes": scenes})


def _with_lut_from(folder: Path, storyboard: Storyboard) -> Storyboard:
    bible = storyboard.bible
    if not bible.look.lut:
        return storyboard
    look = bible.look.model_copy(update={"lut": os.path.normpath(folder / bible.look.lut)})
    return storyboard.model_copy(update={"bible": bible.model_copy(update={"look": look})})
