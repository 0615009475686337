"""What a camera move is called when a video model is asked for it.

A stated framing wins over the shot's move, as it does in the renderer. Pure.
Start at `motion_words`.
"""

from __future__ import annotations

from astragen.model.storyboard import Framing, Framings, Shot
from astragen.plan.picture_words import camera_words, listed

SLOW_FROM_S = 4.0  # a move over the usual shot or longer is slow; the writer's shots are 4 to 5 s
QUICK_UNDER_S = 2.0
CHANGE = 0.03  # of a frame's width; less is no move
OFF_CENTRE = 0.08  # of the composed frame; more is said: "towards the upper left"


def motion_words(shot: Shot, seconds: float) -> str:
    """How the camera moves in *shot*, which lasts *seconds*: "slow push in"."""
    if shot.framings is not None:
        words, is_paced = _between(shot.framings)
    else:
        words, is_paced = camera_words("move", shot.move.value), shot.move.value in listed("paced")
    return f"{_pace(seconds)}{words}" if is_paced else words


def _pace(seconds: float) -> str:
    if seconds >= SLOW_FROM_S:
        return "slow "
    return "quick " if seconds < QUICK_UNDER_S else "steady "


def _between(framings: Framings) -> tuple[str, bool]:
    """The move from one framing to the other, and whether it has a pace."""
    start, end = framings.start, framings.end
    closer, across, down = start.width - end.width, end.x - start.x, end.y - start.y
    if closer > CHANGE:
        return f"{camera_words('move', 'push_in')}{_towards(end)}", True
    if closer < -CHANGE:
        return f"{camera_words('move', 'pull_out')}{_from(start)}", True
    if max(abs(across), abs(down)) <= CHANGE:
        return camera_words("move", "static"), False
    if abs(across) >= abs(down):
        return camera_words("move", "pan_right" if across > 0 else "pan_left"), True
    return camera_words("move", "tilt_down" if down > 0 else "tilt_up"), True


def _towards(framing: Framing) -> str:
    side = _side(framing)
    return f" towards the {side}" if side else ""


def _from(framing: Framing) -> str:
    side = _side(framing)
    return f" from the {side}" if side else ""


def _side(framing: Framing) -> str:
    """Where *framing* lies in the composed frame: "upper left", "right", or nothing for its middle."""
    off_x, off_y = framing.x - 0.5, framing.y - 0.5
    rows = "" if abs(off_y) <= OFF_CENTRE else "upper" if off_y < 0 else "lower"
    columns = "" if abs(off_x) <= OFF_CENTRE else "left" if off_x < 0 else "right"
    if rows and not columns:
        return {"upper": "top", "lower": "bottom"}[rows]
    return f"{rows} {columns}".strip()
