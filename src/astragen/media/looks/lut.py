"""Look-up tables for colours, read from .cube files.

The format is Adobe's "Cube LUT Specification 1.0": 1D or 3D, red running fastest; the
LUT_3D_INPUT_RANGE that DaVinci Resolve writes is read as well. A file is read whole and
strictly: a fault names its line, the value and what is allowed. Start reading at
`read_cube`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.errors import InputError

F32 = NDArray[np.float32]

SIZE_MAX_3D: Final = 65  # entries a side; no grading program writes more
SIZE_MAX_1D: Final = 65_536  # the format's own limit
VALUE_MAX: Final = 1e6  # far above any table, far below where float32 ends

_SIZES = {"LUT_1D_SIZE": SIZE_MAX_1D, "LUT_3D_SIZE": SIZE_MAX_3D}
_DOMAINS = ("DOMAIN_MIN", "DOMAIN_MAX")
_RANGES = ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE")
_KEYWORDS = ("TITLE", *_SIZES, *_DOMAINS, *_RANGES)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_HINT = "Export the LUT again as a .cube file, or choose another."


class Lut(NamedTuple):
    """A colour table.

    values: (n, 3) for 1D, (n, n, n, 3) for 3D, indexed blue, green, red; float32 RGB.
    low, high: (3,) float32, the input that the first and the last entry are for.
    """

    title: str
    values: F32
    low: F32
    high: F32

    def __call__(self, rgb: F32) -> F32:
        """The table's colours of *rgb*, (..., 3) float32, by linear or trilinear interpolation; ends are held."""
        last = len(self.values) - 1
        place = np.clip((rgb - self.low) / (self.high - self.low), 0, 1).astype(np.float32) * last
        below = np.minimum(place.astype(np.intp), last - 1)
        part = place - below
        return _linear(self.values, below, part) if self.values.ndim == 2 else _trilinear(self.values, below, part)


def _linear(values: F32, below: NDArray[np.intp], part: F32) -> F32:
    channel = np.arange(3)
    first, second = values[below, channel], values[below + 1, channel]
    return np.asarray(first + (second - first) * part, np.float32)


def _trilinear(values: F32, below: NDArray[np.intp], part: F32) -> F32:
    mixed: F32 = np.zeros(below.shape, np.float32)
    red, green, blue = (below[..., channel] for channel in range(3))
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(corner, part, 1 - part).prod(axis=-1, keepdims=True)
        mixed += weight * values[blue + corner[2], green + corner[1], red + corner[0]]
    return mixed


def read_cube(content: bytes, name: str) -> Lut:
    """The LUT in the bytes of a .cube file; *name* is what messages call it.

    Raises:
        InputError: the file breaks the format; the message names the line, the value and the limit.
    """
    return _Reader(name).read(content)


class _Reader:
    """A .cube file in the reading."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._said: dict[str, tuple[int, list[str]]] = {}  # keyword -> its line and its words
        self._rows: list[list[float]] = []
        self._last_row = 0

    def read(self, content: bytes) -> Lut:
        text = content.decode("utf-8-sig", errors="replace")  # titles of old programs are of any encoding
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0][0].isalpha():
                self._keyword(number, words)
            else:
                self._row(number, words)
        return self._whole()

    def _keyword(self, number: int, words: list[str]) -> None:
        keyword = words[0]
        if keyword.lower() in ("nan", "inf", "infinity"):
            self._row(number, words)
            return
        if keyword not in _KEYWORDS:
            raise self._fault(number, f"{_shown(keyword)} is no keyword; the format has {', '.join(_KEYWORDS)}")
        if keyword in self._said:
            raise self._fault(number, f"{keyword} stands a second time, after line {self._said[keyword][0]}")
        if self._rows:
            raise self._fault(number, f"{keyword} stands after the values; it must stand before them")
        self._said[keyword] = (number, words[1:])

    def _row(self, number: int, words: list[str]) -> None:
        if not self._rows and not any(keyword in self._said for keyword in _SIZES):
            raise self._fault(number, f"{_shown(' '.join(words))} stands before LUT_1D_SIZE or LUT_3D_SIZE")
        self._rows.append(self._numbers(number, words, 3))
        self._last_row = number

    def _numbers(self, number: int, words: list[str], count: int) -> list[float]:
        if len(words) != count:
            raise self._fault(number, f"{_shown(' '.join(words))} has {len(words)} values; it must have {count}")
        for word in words:
            if not _NUMBER.fullmatch(word):
                raise self._fault(number, f"{_shown(word)} is no finite number")
        values = [float(word) for word in words]
        for word, value in zip(words, values, strict=True):
            if not abs(value) <= VALUE_MAX:
                limit = f"from -{VALUE_MAX:g} to {VALUE_MAX:g}"
                raise self._fault(number, f"{_shown(word)} is out of range; it must be {limit}")
        return values

    def _whole(self) -> Lut:
        keyword, size = self._size()
        wanted = size if keyword == "LUT_1D_SIZE" else size**3
        if len(self._rows) != wanted:
            at = self._last_row or self._said[keyword][0]
            raise self._fault(at, f"the file has {len(self._rows)} rows of values; {keyword} {size} needs {wanted}")
        low, high = self._domain()
        values = np.array(self._rows, np.float32)
        title = " ".join(self._said.get("TITLE", (0, []))[1]).strip('"')
        return Lut(title, values if wanted == size else values.reshape(size, size, size, 3), low, high)

    def _size(self) -> tuple[str, int]:
        """The keyword that says the size, and the size."""
        said = [keyword for keyword in _SIZES if keyword in self._said]
        if not said:
            raise self._fault(1, "the file has neither LUT_1D_SIZE nor LUT_3D_SIZE; it must have one of them")
        if len(said) > 1:
            number = max(self._said[keyword][0] for keyword in said)
            raise self._fault(number, "the file has both LUT_1D_SIZE and LUT_3D_SIZE; it must have one of them")
        number, words = self._said[said[0]]
        most, word = _SIZES[said[0]], " ".join(words)
        if not re.fullmatch(r"\d{1,6}", word, re.ASCII) or not 2 <= int(word) <= most:
            raise self._fault(number, f"{said[0]} is {_shown(word)}; it must be a whole number from 2 to {most}")
        return said[0], int(word)

    def _domain(self) -> tuple[F32, F32]:
        low, high = [0.0] * 3, [1.0] * 3
        at = 0
        for keyword in _RANGES:
            if keyword in self._said:
                at, words = self._said[keyword]
                low, high = ([value] * 3 for value in self._numbers(at, words, 2))
        for index, keyword in enumerate(_DOMAINS):
            if keyword in self._said:
                at, words = self._said[keyword]
                low, high = (self._numbers(at, words, 3), high) if not index else (low, self._numbers(at, words, 3))
        for first, last in zip(low, high, strict=True):
            if not last - first > 1e-6:
                raise self._fault(at, f"the inputs go from {first:g} to {last:g}; the second must be the larger")
        return np.array(low, np.float32), np.array(high, np.float32)

    def _fault(self, number: int, what: str) -> InputError:
        return InputError(f"{self._name}, line {number}: {what}.", hint=_HINT)


def _shown(text: str) -> str:
    """*text* in quotes, made short and printable."""
    return ascii(text if len(text) <= 40 else f"{text[:37]}...").replace("'", '"')
