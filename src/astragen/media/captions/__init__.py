"""Captions as files beside the film, as a track inside it, and in the picture.

`words` finds a cue's words in its rows, `typeset` gives the rows their size and place,
`ink` turns letters and what is dark behind them into planes, and `burn` says what stands
over a frame in each style. `files` writes .srt and .vtt, `ass` Advanced SubStation,
`track` the MP4's soft track. Start reading at `burn.captions_over`.
"""

from __future__ import annotations

from astragen.media.captions.ass import ass
from astragen.media.captions.burn import captions_over, overlay
from astragen.media.captions.files import srt, vtt
from astragen.media.captions.ink import CaptionOverlay

__all__ = ["CaptionOverlay", "ass", "captions_over", "overlay", "srt", "vtt"]
