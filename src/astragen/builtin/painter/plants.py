"""Plants: what rooms take from the easel, the trees, the undergrowth and the wind.

Growers return premultiplied (h, w, 4) pictures whose foot is at the middle of the lower
edge. `Swaying` hangs one that moves; `stand` lays one into a larger picture.
"""

from astragen.builtin.painter.easel import Shades, hexed, leaves_of, lit_tones, table
from astragen.builtin.painter.trees import broadleaf, canopy, palm, pine, trunk
from astragen.builtin.painter.undergrowth import broad_leaves, fern, grass, kelp
from astragen.builtin.painter.wind import Swaying, framing_size, hang_framing, in_air, stand

__all__ = [
    "Shades",
    "Swaying",
    "broad_leaves",
    "broadleaf",
    "canopy",
    "fern",
    "framing_size",
    "grass",
    "hang_framing",
    "hexed",
    "in_air",
    "kelp",
    "leaves_of",
    "lit_tones",
    "palm",
    "pine",
    "stand",
    "table",
    "trunk",
]
