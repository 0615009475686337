"""What look the film has: the storyboard's, under what the brief says. Pure."""

from __future__ import annotations

from astragen.model.brief import Brief
from astragen.model.look import named_looks
from astragen.model.storyboard import Storyboard


def with_look(storyboard: Storyboard, brief: Brief) -> Storyboard:
    """Return *storyboard* with the look that *brief* asks for in its bible.

    A named look takes the place of the storyboard's as a whole, its LUT included; a LUT
    of the brief is then laid over either.
    """
    look = storyboard.bible.look if brief.look == "auto" else named_looks()[brief.look]
    if brief.lut:
        look = look.model_copy(update={"lut": brief.lut})
    return storyboard.model_copy(update={"bible": storyboard.bible.model_copy(update={"look": look})})
