"""Where the camera is at one moment: what a move is made of, in units of the frame's height.

`plan/motion.py` turns a move and a moment into a `View`; whatever makes frames
(painted scene, still) turns a `View` into pixels.
"""

from __future__ import annotations

from typing import NamedTuple


class View(NamedTuple):
    """One camera pose. All zero (zoom 1) is the composed frame.

    pan, tilt: turning the camera: every layer moves alike; frame heights, right and down positive.
    truck, pedestal: moving it sideways and up or down: a layer at distance z moves by 1/z;
        frame heights at distance 1, right and down positive.
    dolly: moving it forward: a layer at distance z grows by z / (z - dolly); distance units, below 1.
    zoom: magnification of everything; 1 is the composed frame, never below 1.
    """

    pan: float = 0.0
    tilt: float = 0.0
    truck: float = 0.0
    pedestal: float = 0.0
    dolly: float = 0.0
    zoom: float = 1.0
