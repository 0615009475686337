"""A film's look, laid over frames of any kind, in planes.

The order is that of a film's life. The frame floats in the gate with all that was
photographed (weave); the print's colours are timed (grade, LUT); light falls on it
(leaks) and dims towards the corners (vignette); grain is in the emulsion, so it lies over
all of these. The bars are the theatre's masking, last of all and steady: they are laid
over finished frames, transitions included, by `letterbox.Bars`. Start reading at `graded`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from astragen.media.colour import black
from astragen.media.looks.grade import is_graded, table_of
from astragen.media.looks.grain import Grain
from astragen.media.looks.leaks import Leaks
from astragen.media.looks.letterbox import visible
from astragen.media.looks.vignette import Vignette
from astragen.media.looks.weave import Weave
from astragen.model.look import Look
from astragen.model.planes import FrameSource, Planes
from astragen.model.segment import Profile

Part = Callable[[Planes, int, Planes], None]
"""Write a frame, whose number is given, changed into the last argument: the frame itself or, first, other arrays."""


def graded(source: FrameSource, look: Look, *, profile: Profile, seed: int, cube: bytes = b"") -> FrameSource:
    """The frames of *source* with all of *look* but its bars.

    Args:
        source: of frames of the size and rate of *profile*.
        look: its `lut` is only a path, and not read.
        profile: of the film.
        seed: of what moves: grain, weave and leaks.
        cube: the bytes of the look's .cube file; empty for none.

    The frames of a look that changes nothing are those of *source* itself.

    Raises:
        InputError: *cube* is no LUT.
    """
    parts = _parts(look, profile, seed, cube)
    return Graded(source, parts, profile) if parts else source


class Graded:
    """A `FrameSource`: the frames of another, each put through the parts of a look."""

    def __init__(self, source: FrameSource, parts: Sequence[Part], profile: Profile) -> None:
        self._source, self._parts = source, tuple(parts)
        self._out = black(profile.width, profile.height)  # its own: a source may give one array twice

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call."""
        picture = self._source.frame(n)
        for part in self._parts:
            part(picture, n, self._out)
            picture = self._out
        return picture


def _parts(look: Look, profile: Profile, seed: int, cube: bytes) -> list[Part]:
    """What *look* does to a frame, in its order."""
    width, height, fps = profile.width, profile.height, profile.fps
    box = visible(width, height, look.letterbox)
    parts: list[Part] = []
    if look.gate_weave:
        parts.append(Weave(width, height, look.gate_weave, fps=fps, seed=seed))
    if is_graded(look, cube):
        parts.append(table_of(look, cube))
    if look.light_leaks:
        parts.append(Leaks(width, height, look.light_leaks, box=box, fps=fps, seed=seed))
    if look.vignette:
        parts.append(Vignette(width, height, look.vignette, box=box))
    if look.grain:
        parts.append(Grain(width, height, look.grain, seed=seed))
    return parts
