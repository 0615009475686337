"""Entrances: how the words of a title come in.

Each is a rule for one word: its pose by the seconds since the title began, its place in
the text, its row, and whether it is emphasised. Lengths are in em, so that a title enters
alike at every size. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol


def ease_out(u: float) -> float:
    """0 to 1, fast then slow (cubic)."""
    return 1 - (1 - min(1.0, max(0.0, u))) ** 3


def ease_both(u: float) -> float:
    """0 to 1, slow at both ends (quintic smoothstep)."""
    u = min(1.0, max(0.0, u))
    return u * u * u * (u * (6 * u - 15) + 10)


def overshoot(u: float) -> float:
    """0 to 1 with a small jump past it (Penner's back ease, constant 1.70158)."""
    u = min(1.0, max(0.0, u)) - 1
    return 1 + 2.70158 * u**3 + 1.70158 * u**2


class Pose(NamedTuple):
    """Where a word is, relative to where it will stand.

    dx, dy: em. gain: opacity. shown: part of its width that is written. focus: 0 soft, 1 sharp.
    is_masked: it rises from behind the foot of its row.
    """

    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0
    gain: float = 1.0
    shown: float = 1.0
    focus: float = 1.0
    is_masked: bool = False


class Entrance(Protocol):
    """A way to come in."""

    def seconds(self, place: int) -> float:
        """When the word at *place* stands, seconds after the title began."""
        ...

    def pose(self, since: float, place: int, row: int, is_marked: bool) -> Pose | None:
        """The word's pose *since* seconds after the title began; None while it is not there."""
        ...


class _Staggered:
    """Words begin *gap* s apart and take *length* s each."""

    gap, length = 0.09, 0.55

    def seconds(self, place: int) -> float:
        """When the word stands."""
        return self.gap * place + self.length

    def _u(self, since: float, place: int) -> float:
        return (since - self.gap * place) / self.length


class _Rise(_Staggered):
    """Words rise and fade in."""

    def pose(self, since: float, place: int, row: int, is_marked: bool) -> Pose | None:
        u = self._u(since, place)
        return Pose(dy=0.6 * (1 - ease_out(u)), gain=min(1.0, 1.6 * u)) if u > 0 else None


class _Mask(_Staggered):
    """Words slide up from behind the foot of their row."""

    gap, length = 0.08, 0.65

    def pose(self, since: float, place: int, row: int, is_marked: bool) -> Pose | None:
        u = self._u(since, place)
        return Pose(dy=1.1 * (1 - ease_out(u)), is_masked=u < 1) if u > 0 else None


class _Scale(_Staggered):
    """Words settle from large; the emphasised ones land last, with a jump."""

    gap, length = 0.07, 0.5

    def seconds(self, place: int) -> float:
        """When the word stands, were it emphasised."""
        return super().seconds(place) + 0.45

    def pose(self, since: float, place: int, row: int, is_marked: bool) -> Pose | None:
        u = self._u(since - (0.45 if is_marked else 0.0), place)
        if u <= 0:
            return None
        if is_marked:
            return Pose(scale=max(0.05, 0.35 + 0.65 * overshoot(u)), gain=min(1.0, 2.5 * u))
        return Pose(scale=1 + 0.35 * (1 - ease_out(u)), gain=min(1.0, 1.5 * u))


class _Typed(_Staggered):
    """Words are written letter by letter."""

    gap, length = 0.20, 0.20

    def pose(self, since: float, place: int, row: int, is_marked: bool) -> Pose | None:
        u = self._u(since, place)
        return Pose(shown=min(1.0, u)) if u > 0 else None


class _Focus(_Staggered):
    """Words come into focus, drifting closer."""

    gap, length = 0.06, 0.9

    def pose(self, since: float, place: int, row: int, is_marked: bool) -> Pose | None:
        u = self._u(since, place)
        if u <= 0:
            return None
        return Pose(scale=1 + 0.08 * (1 - ease_out(u)), gain=min(1.0, 1.8 * u), focus=ease_both(u))


class _Slide(_Staggered):
    """Rows come from alternate sides."""

    gap, length = 0.05, 0.75

    def pose(self, since: float, place: int, row: int, is_marked: bool) -> Pose | None:
        u = self._u(since, place)
        side = 1 if row % 2 else -1
        return Pose(dx=side * 1.6 * (1 - ease_out(u)), gain=min(1.0, 1.4 * u)) if u > 0 else None


ENTRANCES: Mapping[str, Entrance] = {
    "rise": _Rise(),
    "mask": _Mask(),
    "scale": _Scale(),
    "typed": _Typed(),
    "focus": _Focus(),
    "slide": _Slide(),
}
