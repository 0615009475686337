"""Boxes: where things go on the frame, in frame px."""

from __future__ import annotations

from typing import NamedTuple

Point = tuple[float, float]  # frame px


class Box(NamedTuple):
    """A rectangle of the frame."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.at(0.5, 0.5)

    def at(self, across: float, down: float) -> Point:
        """The point at fractions of its width and height."""
        return self.x + across * self.width, self.y + down * self.height

    def part(self, left: float, top: float, right: float, bottom: float) -> Box:
        """The box between fractions of its width and height."""
        return Box(*self.at(left, top), (right - left) * self.width, (bottom - top) * self.height)

    def inset(self, across: float, down: float) -> Box:
        """Smaller by *across* px on the left and right, *down* px at top and bottom."""
        return Box(self.x + across, self.y + down, max(1.0, self.width - 2 * across), max(1.0, self.height - 2 * down))

    def columns(self, count: int, gap: float = 0.0) -> list[Box]:
        """*count* equal boxes side by side, *gap* px apart."""
        width = (self.width - gap * (count - 1)) / count
        return [Box(self.x + index * (width + gap), self.y, width, self.height) for index in range(count)]

    def rows(self, count: int, gap: float = 0.0) -> list[Box]:
        """*count* equal boxes below each other, *gap* px apart."""
        height = (self.height - gap * (count - 1)) / count
        return [Box(self.x, self.y + index * (height + gap), self.width, height) for index in range(count)]

    def square(self, size: float) -> Box:
        """A square of *size* px about its middle."""
        x, y = self.centre
        return Box(x - size / 2, y - size / 2, size, size)
