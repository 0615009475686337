"""Where the camera is at one moment of a move.

`view_at` is smooth everywhere, handles included (u from -0.2 to 1.2), and never at rest
at a cut: a move that stops on the cut makes the film stall. Amplitudes suit shots of 3
to 8 s and shrink with shorter ones, so that speed on the screen stays about the same.
Pure; numbers are in the units of model/view.py (frame heights; distance for dolly).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from astragen.model.storyboard import Framing, Framings
from astragen.model.view import View
from astragen.model.vocabulary import Lens, Move

# Bounds of every view, over all moves, lenses and lengths; painters and stills keep this much in reserve.
PAN_MAX = 0.06
TILT_MAX = 0.06
TRUCK_MAX = 0.10
PEDESTAL_MAX = 0.06
DOLLY_MIN, DOLLY_MAX = -0.10, 0.22
ZOOM_MAX = 1.12

# Half-way of a move: it goes from minus to plus this about the composed frame.
PAN = 0.038
TILT = 0.034
TRUCK = 0.060
PEDESTAL = 0.036
ORBIT_TRUCK = 0.058
ORBIT_DISTANCE = 1.8  # what stands here stays in place while near and far turn about it

# A push starts a little before the composed frame and ends well inside it.
PUSH_FROM, PUSH_TO = -0.03, 0.16
PUSH_ZOOM = 0.06  # the growth of the sky: a push must be felt in a shot that is all distance

BREATH_DOLLY = 0.024  # over a static shot: felt, not seen
BREATH_SWAY = 0.0022  # of a static shot, and 40 s long
CREEP_DOLLY = 0.04  # the push hidden in every sideways move
SHAKE = 0.0055  # handheld, sum of all sines
SHAKE_SINES_HZ = ((0.23, 0.50), (0.61, 0.30), (1.37, 0.20))  # (frequency, share): no common period, all under 2 Hz

WHIP = 0.092  # frame heights from the quiet part to the end of the handle, where the whip is fastest
WHIP_FROM = -0.05  # where the quiet part is
WHIP_START = 0.65  # of the shot; before it the camera only creeps

# A dolly zoom goes forward while the view widens: what stands at this distance keeps its size.
DOLLY_ZOOM_FROM, DOLLY_ZOOM_TO = -0.05, 0.12
DOLLY_ZOOM_DISTANCE = 2.4

FRAMED_DISTANCE = 5.0  # stated framings hold for what stands here, where subjects do (`Stage`)
FRAMED_DOLLY = 0.16  # how far the camera goes forward for a framing of half the width, so that depth is felt

FULL_LENGTH_S = 6.0  # a shot this long or longer gets the whole amplitude
LEAST_AMPLITUDE = 0.45  # of the shortest shots
EASE = 0.35  # speed at the cuts is 1 - EASE of the mean, in the middle 1 + EASE

# A wide lens feels travel more, a long lens feels turning more.
TRAVEL: Mapping[Lens, float] = {Lens.WIDE: 1.15, Lens.NORMAL: 1.0, Lens.TELE: 0.7}
TURN: Mapping[Lens, float] = {Lens.WIDE: 0.85, Lens.NORMAL: 1.0, Lens.TELE: 1.1}


def view_at(move: Move, lens: Lens, u: float, seconds: float, seed: int) -> View:
    """Return the camera's pose at *u* of a shot.

    *u*: 0 at the shot's first frame, 1 at the end of its last; handles reach to -0.2 and 1.2.
    *seconds*: length of the shot.
    *seed*: the shot's own; turns the orbit's direction and the handheld noise.
    """
    amplitude = min(1.0, LEAST_AMPLITUDE + (1.0 - LEAST_AMPLITUDE) * seconds / FULL_LENGTH_S)
    travel, turn = TRAVEL[lens] * amplitude, TURN[lens] * amplitude
    way = eased(u)
    across = 2.0 * way - 1.0
    if move in (Move.PUSH_IN, Move.PULL_OUT):
        return _push(way if move is Move.PUSH_IN else 1.0 - way, travel, amplitude)
    if move is Move.STATIC:
        return _breath(u * seconds, way, travel, seed)
    if move is Move.HANDHELD:
        return _shaken(u * seconds, way, travel, seed)
    if move is Move.DOLLY_ZOOM:
        return _dolly_zoom(way, travel)
    if move in (Move.WHIP_LEFT, Move.WHIP_RIGHT):
        side = 1.0 if move is Move.WHIP_RIGHT else -1.0
        return View(pan=side * _whip(u) * turn, dolly=CREEP_DOLLY * way * travel)
    if move is Move.ORBIT:
        side = 1.0 if seed % 2 else -1.0
        truck = side * across * ORBIT_TRUCK * travel
        return View(truck=truck, pan=-truck / ORBIT_DISTANCE, dolly=CREEP_DOLLY * way * travel)
    return _straight(move, across, travel, turn)._replace(dolly=CREEP_DOLLY * way * travel)


def eased(u: float) -> float:
    """Where a move is at *u*: 0 at 0, 1 at 1, slower towards both but never at rest; smooth beyond both."""
    return u - EASE / (2.0 * math.pi) * math.sin(2.0 * math.pi * u)


def framing_at(framings: Framings, u: float) -> Framing:
    """Return the framing at *u* of a shot that goes from one framing to another; see `view_at` for *u*.

    It grows by equal factors in equal times, and is held inside the composed frame in the handles.
    """
    start, end, way = framings.start, framings.end, eased(u)
    width = min(max(start.width * (end.width / start.width) ** way, 0.5), 1.0)
    # A crop that zooms about one point stays about it: its centre goes with its width, not with the time.
    share = way if abs(end.width - start.width) < 1e-6 else (width - start.width) / (end.width - start.width)
    x, y = (
        min(max(first + (last - first) * share, width / 2), 1 - width / 2)
        for first, last in ((start.x, end.x), (start.y, end.y))
    )
    return Framing(x=x, y=y, width=width)


def view_of_framing(framing: Framing, *, aspect: float, horizon: float, distance: float) -> View:
    """Return the pose that fills the frame with *framing*.

    *aspect*: width of the frame by its height.
    *horizon*: what zooming leaves in place, in frame heights from the top: eye level, or 0.5 for a flat picture.
    *distance*: where it holds exactly; nearer and farther layers shift by parallax.
    """
    growth = 1.0 / framing.width
    dolly = min(FRAMED_DOLLY * (growth - 1.0), DOLLY_MAX) if distance > 1.0 else 0.0
    return View(
        pan=(framing.x - 0.5) * aspect * growth,
        tilt=horizon + (framing.y - horizon) * growth - 0.5,
        dolly=dolly,
        zoom=growth * (distance - dolly) / distance,
    )


def _whip(u: float) -> float:
    """A pan that creeps, then leaves faster and faster: frame heights."""
    late = max(0.0, u - WHIP_START) / (1.2 - WHIP_START)
    return WHIP_FROM + 0.01 * u + WHIP * late * late


def _dolly_zoom(way: float, travel: float) -> View:
    dolly = (DOLLY_ZOOM_FROM + (DOLLY_ZOOM_TO - DOLLY_ZOOM_FROM) * way) * travel
    nearest = (DOLLY_ZOOM_FROM + (DOLLY_ZOOM_TO - DOLLY_ZOOM_FROM) * eased(1.2)) * travel
    return View(dolly=dolly, zoom=(DOLLY_ZOOM_DISTANCE - dolly) / (DOLLY_ZOOM_DISTANCE - nearest))


def _push(way: float, travel: float, amplitude: float) -> View:
    return View(
        dolly=(PUSH_FROM + (PUSH_TO - PUSH_FROM) * way) * travel,
        zoom=1.0 + PUSH_ZOOM * (way + 0.2) * amplitude,
    )


def _straight(move: Move, across: float, travel: float, turn: float) -> View:
    poses = {
        Move.PAN_LEFT: View(pan=-across * PAN * turn),
        Move.PAN_RIGHT: View(pan=across * PAN * turn),
        Move.TILT_UP: View(tilt=-across * TILT * turn),
        Move.TILT_DOWN: View(tilt=across * TILT * turn),
        Move.TRUCK_LEFT: View(truck=-across * TRUCK * travel),
        Move.TRUCK_RIGHT: View(truck=across * TRUCK * travel),
        Move.PEDESTAL_UP: View(pedestal=-across * PEDESTAL * travel),
        Move.PEDESTAL_DOWN: View(pedestal=across * PEDESTAL * travel),
    }
    return poses[move]


def _breath(time_s: float, way: float, travel: float, seed: int) -> View:
    """A static camera: a push too slow to notice and a sway of 40 s, so that nothing is frozen."""
    phase = _phase(seed, 0)
    sway = math.sin(2.0 * math.pi * time_s / 40.0 + phase)
    return View(truck=BREATH_SWAY * sway, dolly=BREATH_DOLLY * way * travel)


def _shaken(time_s: float, way: float, travel: float, seed: int) -> View:
    """A camera in the hand: noise under 2 Hz on three axes, over a slow push."""
    return View(
        pan=SHAKE * _noise(time_s, seed, 1),
        tilt=SHAKE * _noise(time_s, seed, 2),
        truck=2.0 * SHAKE * _noise(time_s, seed, 3) * travel,
        pedestal=SHAKE * _noise(time_s, seed, 4) * travel,
        dolly=CREEP_DOLLY * way * travel,
        zoom=1.0 + SHAKE,
    )


def _noise(time_s: float, seed: int, channel: int) -> float:
    """Band-limited noise in [-1, 1]: sines without a common period, phases from *seed* and *channel*."""
    return sum(
        share * math.sin(2.0 * math.pi * hertz * time_s + _phase(seed, 8 * channel + index))
        for index, (hertz, share) in enumerate(SHAKE_SINES_HZ)
    )


def _phase(seed: int, stream: int) -> float:
    """An angle in [0, 2 pi): an integer hash (the finaliser of MurmurHash3, A. Appleby, public domain)."""
    bits = (seed * 0x9E3779B1 + stream * 0x85EBCA77 + 1) & 0xFFFF_FFFF
    bits = ((bits ^ (bits >> 16)) * 0x85EBCA6B) & 0xFFFF_FFFF
    bits = ((bits ^ (bits >> 13)) * 0xC2B2AE35) & 0xFFFF_FFFF
    return (bits ^ (bits >> 16)) / 2**32 * 2.0 * math.pi
