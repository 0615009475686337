"""Type on the picture: text fitted into a box, and titles whose words enter one after another.

Letters never follow the camera: they would drift out of the title-safe area. `fit` decides
size and rows; `Label` is a text that fades in whole, `Words` one that enters word by word.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.fonts import clusters
from astragen.builtin.lettering import RTL_LANGUAGES, atoms, clean, letter, measure, wrap
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, rgb
from astragen.builtin.painter.layouts.entrances import ENTRANCES, Pose, ease_out
from astragen.builtin.painter.noise import blur, smoothstep
from astragen.builtin.painter.sprite import Sprite, cover_of, over, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed
from astragen.model.recipe import Recipe

LEADING = 1.22  # row height in em
LEAST = 0.55  # of the size asked for, that text shrinks to before it is cut
_STEP = 0.94  # by which text shrinks until it fits
_FADE = 0.4  # s
_PUNCTUATION = ".,;:!?\"'()[]…–—“”‘’«»"
_SYLLABIC = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"))  # scripts without spaces


class Style(NamedTuple):
    """How text is set."""

    family: str = "sans"
    weight: int = 600
    language: str = "en"


class Inks(NamedTuple):
    """Colours of text: letters, emphasised letters, and the soft shadow that lifts them off the ground."""

    ink: Colour
    accent: Colour
    shade: Colour = "#000000"


class Fit(NamedTuple):
    """Rows of text, px to an em."""

    size: float
    rows: tuple[str, ...]

    @property
    def height(self) -> float:
        """Of all rows, px."""
        return LEADING * self.size * len(self.rows)


@lru_cache(maxsize=1024)
def fit(text: str, size: float, width: float, height: float, style: Style, least: float = LEAST) -> Fit:
    """*text* in rows inside *width* x *height* px: at most *size* px to an em, no word broken.

    Text that does not fit at *least* of *size* ends in an ellipsis there.
    """
    smallest = max(1.0, size * least)
    while size > smallest:
        rows = wrap(text, size, width, **style._asdict())
        if LEADING * size * len(rows) <= height and _widest(text, size, style) <= width:
            return Fit(size, rows)
        size *= _STEP
    most = max(1, int(height / (LEADING * smallest)))
    return Fit(smallest, wrap(text, smallest, width, max_lines=most, **style._asdict()))


def _widest(text: str, size: float, style: Style) -> float:
    """Width of the widest piece that no row should break, px."""
    whole = [atom.rstrip() for atom in atoms(clean(text)) if not _is_syllabic(atom)]
    return max((measure(atom, size, **style._asdict())[0] for atom in whole), default=0.0)


def _is_syllabic(atom: str) -> bool:
    return any(low <= char <= high for char in atom for low, high in _SYLLABIC)


def one_size(
    texts: Sequence[str], size: float, width: float, height: float, style: Style, least: float = LEAST
) -> float:
    """The size at which each of *texts* fits: labels of one diagram are alike."""
    return min((fit(text, size, width, height, style, least).size for text in texts if text.strip()), default=size)


def letters(rows: Sequence[str], size: float, style: Style, align: float = 0.5) -> tuple[F32, float, float]:
    """*rows* as coverage, and where its top left lies from the block's anchor, px.

    align: 0 rows begin at the anchor, 0.5 are centred on it, 1 end there; it is the block's middle in height.
    """
    drawn = [letter(row, size, **style._asdict()) for row in rows]
    leading = LEADING * size
    left, top, right, bottom = 0.0, 0.0, 1.0, 1.0
    spots = []
    for index, one in enumerate(drawn):
        x = round(one.left - align * one.advance)
        y = round((index - (len(rows) - 1) / 2) * leading + 0.36 * size - one.top)
        spots.append((x, y))
        left, top = min(left, x), min(top, y)
        right, bottom = max(right, x + one.coverage.shape[-1]), max(bottom, y + one.coverage.shape[0])
    mask = np.zeros((int(bottom - top), int(right - left)), np.float32)
    for one, (x, y) in zip(drawn, spots, strict=True):
        if one.coverage.size:
            rows_, columns = one.coverage.shape
            view = mask[int(y - top) : int(y - top) + rows_, int(x - left) : int(x - left) + columns]
            np.maximum(view, one.coverage, out=view)
    return mask, left, top


class Label:
    """A text that fades in as one piece, rising a little."""

    def __init__(
        self,
        fitted: Fit,
        anchor: tuple[float, float],
        inks: Inks,
        start: float,
        *,
        style: Style,
        align: float = 0.5,
        z: float = 0.6,
    ) -> None:
        """*anchor*: frame px; the text's middle in height, and as *align* says across (see `letters`)."""
        self.z, self.start = z, start
        mask, left, top = letters(fitted.rows, fitted.size, style, align)
        piece, pad = inked(mask, inks.ink, inks.shade, fitted.size)
        self._piece = piece
        self._x, self._y = anchor[0] + left - pad + piece.x, anchor[1] + top - pad + piece.y
        self._lift = 0.5 * fitted.size
        self.box = (anchor[0] + left, anchor[1] + top, float(mask.shape[1]), float(mask.shape[0]))
        """Of the ink: x, y, width, height in frame px."""

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the text as far as it has come."""
        u = (moment.seconds - self.start) / _FADE
        if u > 0:
            rise = (1 - ease_out(u)) * self._lift
            canvas.lay(
                self._piece, placed(self._x, self._y + rise, (0, 0), 1.0, 0.0, 1.0, 0.0, 0.0), min(1.0, ease_out(u))
            )


class _Word(NamedTuple):
    layers: tuple[tuple[Sprite, Sprite | None], ...]  # shadow, then letters: sharp, and out of focus
    x: float
    y: float
    ink: tuple[float, float, float, float]  # x, y, width, height inside the uncut picture
    stops: tuple[float, ...]  # where its letters end, as parts of its width
    is_rtl: bool
    place: int  # of the word in the text
    row: int
    is_marked: bool


class Words:
    """A title whose words enter one after another."""

    def __init__(
        self,
        fitted: Fit,
        anchor: tuple[float, float],
        inks: Inks,
        start: float,
        *,
        style: Style,
        emphasis: Collection[str] = (),
        entrance: str = "rise",
        align: float = 0.5,
        drift: float = 0.0,
        z: float = 0.5,
    ) -> None:
        """*anchor*: as of `Label`. *entrance*: a name of `entrances.ENTRANCES`. *drift*: growth while it stands."""
        self.z, self.start, self._drift, self._anchor = z, start, drift, anchor
        self._enter = ENTRANCES[entrance]
        marked = {word.casefold().strip(_PUNCTUATION) for phrase in emphasis for word in phrase.split()}
        self._size = fitted.size
        self._words = _set_words(fitted, anchor, inks, style, align, marked - {""}, is_soft=entrance == "focus")
        self.marked = [_frame_box(word) for word in self._words if word.is_marked]
        """Boxes of the emphasised words: x, y, width, height in frame px."""
        self.box = _around([_frame_box(word) for word in self._words], anchor)
        self.seconds = max((self._enter.seconds(word.place) for word in self._words), default=0.0)
        """From the start until the last word stands."""
        self._glint = _Glint(self._words, inks)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay every word as its entrance says."""
        since = moment.seconds - self.start
        grown = 1 + self._drift * (1 - np.exp(-max(0.0, since) / 7.0))
        poses = [self._enter.pose(since, word.place, word.row, word.is_marked) for word in self._words]
        for layer in range(2):  # no word's shadow falls on its neighbour's letters
            for word, pose in zip(self._words, poses, strict=True):
                if pose is not None:
                    self._lay(canvas, word, layer, pose, float(grown))
        if since > self.seconds:
            self._glint.draw(canvas, since - self.seconds, self._anchor, float(grown))

    def _lay(self, canvas: Canvas, word: _Word, layer: int, pose: Pose, grown: float) -> None:
        sharp, soft = word.layers[layer]
        ax, ay = self._anchor
        dx, dy = pose.dx * self._size, pose.dy * self._size
        x, y = word.x + sharp.x + dx, word.y + sharp.y + dy
        centre = (word.ink[0] + word.ink[2] / 2 - sharp.x, word.ink[1] + word.ink[3] / 2 - sharp.y)
        matrix = placed(x, y, centre, pose.scale, 0.0, grown, ax * (1 - grown), ay * (1 - grown))
        piece, shift = _uncovered(sharp, word, pose, dy)
        if shift:
            matrix[:, 2] += matrix[:, 0] * shift
        if piece.pixels.size == 0:
            return
        if soft is not None and pose.focus < 1:
            canvas.lay(soft, matrix, pose.gain * (1 - pose.focus))
            canvas.lay(piece, matrix, pose.gain * pose.focus)
        else:
            canvas.lay(piece, matrix, pose.gain)


class _Glint:
    """Light that runs over the emphasised words every few seconds."""

    _EVERY, _RUN = 4.2, 1.1  # s

    def __init__(self, words: Sequence[_Word], inks: Inks) -> None:
        self._parts = []
        for word in words:
            if word.is_marked:
                letters_ = word.layers[1][0]
                self._parts.append((word, letters_, np.ascontiguousarray(letters_.pixels[..., 3])))
        self._colour = rgb(inks.accent)

    def draw(self, canvas: Canvas, since: float, anchor: tuple[float, float], grown: float) -> None:
        """Add the light where it is now."""
        u = (since % self._EVERY) / self._RUN
        if u > 1:
            return
        for word, piece, mask in self._parts:
            width = mask.shape[1]
            columns = np.arange(width, dtype=np.float32)
            band = np.exp(-(((columns / width - (-0.3 + 1.6 * u)) / 0.13) ** 2))
            lit: U8 = np.asarray(mask * band[None], np.uint8)
            x = anchor[0] + (word.x + piece.x - anchor[0]) * grown
            y = anchor[1] + (word.y + piece.y - anchor[1]) * grown
            canvas.shine(lit, self._colour, round(x), round(y), 0.55)


def _uncovered(piece: Sprite, word: _Word, pose: Pose, dy: float) -> tuple[Sprite, int]:
    """The part of a word's *piece* that its entrance lets be seen, and the columns cut on its left."""
    pixels, shift = piece.pixels, 0
    if pose.shown < 1:
        pad, width = word.ink[0] - piece.x, word.ink[2]
        stop = max((stop for stop in (0.0, *word.stops) if stop <= pose.shown + 1e-6), default=0.0)
        if stop <= 0:
            pixels = pixels[:, :0]
        elif word.is_rtl:
            shift = max(0, round(pad + width * (1 - stop)))
            pixels = pixels[:, shift:]
        else:
            pixels = pixels[:, : round(pad + width * stop)]
    if pose.is_masked and dy > 0:
        floor = round(word.ink[1] - piece.y + word.ink[3])
        pixels = pixels[: max(0, floor - round(dy))]
    whole = pixels is piece.pixels
    return (piece if whole else trimmed(piece, pixels)), shift


def trimmed(piece: Sprite, pixels: U8) -> Sprite:
    """*piece* with other *pixels*: a part of its own, or its own softened."""
    own = np.ascontiguousarray(pixels)
    return piece._replace(pixels=own, cover=cover_of(own) if own.size else None)


def _frame_box(word: _Word) -> tuple[float, float, float, float]:
    x, y, width, height = word.ink
    return word.x + x, word.y + y, width, height


def _around(
    boxes: Sequence[tuple[float, float, float, float]], anchor: tuple[float, float]
) -> tuple[float, float, float, float]:
    if not boxes:
        return *anchor, 0.0, 0.0
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


def _set_words(
    fitted: Fit,
    anchor: tuple[float, float],
    inks: Inks,
    style: Style,
    align: float,
    marked: Collection[str],
    *,
    is_soft: bool,
) -> list[_Word]:
    size, leading = fitted.size, LEADING * fitted.size
    words: list[_Word] = []
    for row, line in enumerate(fitted.rows):
        baseline = anchor[1] + (row - (len(fitted.rows) - 1) / 2) * leading + 0.36 * size
        pen = anchor[0] - align * measure(line, size, **style._asdict())[0]
        for text, x, is_rtl in _words_of(line, pen, size, style):
            drawn = letter(text, size, **style._asdict())
            if drawn.coverage.size == 0:
                continue
            is_marked = text.casefold().strip(_PUNCTUATION) in marked
            pad = _pad(size)
            mask = np.pad(np.asarray(drawn.coverage, np.float32), pad)
            pieces = (
                sprite(_shadow(mask, inks.shade, size)),
                sprite(premultiply(rgb(inks.accent if is_marked else inks.ink), mask)),
            )
            height, width = drawn.coverage.shape
            words.append(
                _Word(
                    tuple((one, _softened(one, 0.16 * size) if is_soft else None) for one in pieces),
                    x + drawn.left - pad,
                    baseline - drawn.top - pad,
                    (pad, pad, width, height),
                    _stops(text, style),
                    is_rtl,
                    len(words),
                    row,
                    is_marked,
                )
            )
    return words


def _stops(text: str, style: Style) -> tuple[float, ...]:
    """Where each letter of a word ends, as parts of its width."""
    parts = clusters(text)
    whole = measure(text, 100.0, **style._asdict())[0] or 1.0
    ends = [measure("".join(parts[: index + 1]), 100.0, **style._asdict())[0] / whole for index in range(len(parts))]
    return (*(min(1.0, end) for end in ends[:-1]), 1.0)


def _words_of(line: str, pen: float, size: float, style: Style) -> list[tuple[str, float, bool]]:
    """Words of a row with their x; a row in a right-to-left script is one piece (order is its own)."""
    if any("\u0590" <= char <= "\u08ff" for char in line):
        return [(line, pen, True)]
    placed_words, done = [], ""
    for word in line.split(" "):
        x = pen + (measure(done, size, **style._asdict())[0] if done else 0.0)
        placed_words.append((word, x, False))
        done += word + " "
    return placed_words


def inked(coverage: F32, colour: Colour, shade: Colour, size: float) -> tuple[Sprite, int]:
    """Letters in *colour* on their own soft shadow; the sprite is *pad* px larger on every side."""
    pad = _pad(size)
    mask = np.pad(np.asarray(coverage, np.float32), pad)
    return sprite(over(premultiply(rgb(colour), mask), _shadow(mask, shade, size))), pad


def _pad(size: float) -> int:
    """How far a shadow reaches, px: on a bright window it is what makes words readable."""
    return max(2, round(size * 0.7))


def _shadow(mask: F32, shade: Colour, size: float) -> F32:
    """The soft shadow of padded letters."""
    edge = _ramp_to_edge(mask.shape, _pad(size))
    cover = np.clip(blur(mask, size * 0.10) * 0.75 + blur(mask, size * 0.34) * 0.7, 0, 0.9) * edge
    return premultiply(rgb(shade), cover.astype(np.float32))


def _ramp_to_edge(shape: tuple[int, ...], pad: int) -> F32:
    """1 inside, falling to 0 over the outer half of the padding: a shadow never ends in a line."""
    height, width = shape
    rows = np.minimum(np.arange(height), np.arange(height)[::-1])
    columns = np.minimum(np.arange(width), np.arange(width)[::-1])
    down, across = smoothstep(0, 0.5 * pad, rows), smoothstep(0, 0.5 * pad, columns)
    return np.asarray(down[:, None] * across[None], np.float32)


def _softened(piece: Sprite, sigma: float) -> Sprite:
    """The same sprite out of focus."""
    return trimmed(piece, np.asarray(cv2.GaussianBlur(piece.pixels, (0, 0), max(0.5, sigma)), np.uint8))


def is_rtl(language: str) -> bool:
    """Whether text of *language* begins at the right."""
    return language.partition("-")[0] in RTL_LANGUAGES


def hang_title(stage: Stage, recipe: Recipe) -> None:
    """Set the shot's title over the picture: large, serif, upper third. A tableau sets its own."""
    if recipe.tableau is not None:
        return
    style = Style("serif", 600, recipe.language)
    size = 0.105 * stage.unit * (1.0 if len(recipe.title) <= 28 else 0.8)
    fitted = fit(recipe.title, size, 0.84 * stage.width, 3.2 * LEADING * size, style)
    inks = Inks("#fff8ec", "#fff8ec")
    stage.add(Words(fitted, (0.5 * stage.width, 0.30 * stage.height), inks, 0.5, style=style, drift=0.012))
