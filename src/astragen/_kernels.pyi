"""The optional C extension: the same functions as their twins."""

from astragen.builtin.painter.twin import lay as lay
from astragen.media.bend import bend as bend
from astragen.media.warp import warp as warp
