"""Resampling a plane: in C where the extension was built, else with OpenCV."""

from __future__ import annotations

try:
    from astragen._kernels import bend, warp

    IS_NATIVE = True
except ImportError:  # no compiler where it was installed
    from astragen.media.bend import bend
    from astragen.media.warp import warp

    IS_NATIVE = False

__all__ = ["IS_NATIVE", "bend", "warp"]
