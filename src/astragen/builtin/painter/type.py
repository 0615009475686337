"""Type on the picture: words that rise one after another, in the frame's own space.

Letters never follow the camera: they would drift out of the title-safe area.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from astragen.builtin.lettering import letter, measure, wrap
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, Colour, rgb
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.sprite import Sprite, over, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed
from astragen.model.recipe import Recipe

RISE = 0.55  # s; a word's way up
STAGGER = 0.09  # s; between words


def ease_out(u: float) -> float:
    """0 to 1, fast then slow (cubic)."""
    return 1 - (1 - min(1.0, max(0.0, u))) ** 3


def overshoot(u: float) -> float:
    """0 to 1 with a small jump past it (Penner's back ease, constant 1.70158)."""
    u = min(1.0, max(0.0, u)) - 1
    return 1 + 2.70158 * u**3 + 1.70158 * u**2


class _Style(NamedTuple):
    family: str
    weight: int
    language: str


class _Word(NamedTuple):
    piece: Sprite
    x: float
    y: float
    delay: float


class Words:
    """A block of text, centred at frame (across, down), revealed word by word."""

    def __init__(
        self,
        stage: Stage,
        text: str,
        *,
        across: float,
        down: float,
        size: float,
        ink: Colour,
        start: float = 0.3,
        width: float = 0.8,
        family: str = "sans",
        weight: int = 700,
        language: str = "en",
        accent: Colour | None = None,
        emphasis: Collection[str] = (),
        z: float = 0.5,
        max_lines: int | None = None,
    ) -> None:
        """*size* in px of the em; *width* in frame widths; *down* is the block's middle."""
        self.z, self.start = z, start
        style = _Style(family, weight, language)
        rows = wrap(text, size, width * stage.width, max_lines=max_lines, **style._asdict())
        marked = {word.casefold().strip(_PUNCTUATION) for phrase in emphasis for word in phrase.split()}
        leading = size * 1.22
        top = down * stage.height - leading * (len(rows) - 1) / 2 + size * 0.36
        self.rows = len(rows)
        self._words: list[_Word] = []
        for row, line in enumerate(rows):
            line_width = measure(line, size, **style._asdict())[0]
            pen = across * stage.width - line_width / 2
            for word, x in _words_of(line, pen, size, style):
                chosen = accent is not None and word.casefold().strip(_PUNCTUATION) in marked
                drawn = letter(word, size, **style._asdict())
                if drawn.coverage.size == 0:
                    continue
                colour = accent if chosen and accent is not None else ink
                piece, pad = _inked(drawn.coverage, colour, size)
                delay = len(self._words) * STAGGER
                self._words.append(_Word(piece, x + drawn.left - pad, top + row * leading - drawn.top - pad, delay))
        self._lift = size * 0.6

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay every word that has begun to rise."""
        for word in self._words:
            u = (moment.seconds - self.start - word.delay) / RISE
            if u <= 0:
                continue
            risen = ease_out(u)
            y = word.y + (1 - risen) * self._lift
            matrix = placed(word.x, y, (0, 0), 1.0, 0.0, 1.0, 0.0, 0.0)
            canvas.lay(word.piece, matrix, min(1.0, u * 1.6))


_PUNCTUATION = ".,;:!?\"'()[]…–—“”‘’"


def _words_of(line: str, pen: float, size: float, style: _Style) -> list[tuple[str, float]]:
    """Words of a row with their x; a row in a right-to-left script is one piece (order is its own)."""
    if any("\u0590" <= char <= "\u08ff" for char in line):
        return [(line, pen)]
    placed_words, done = [], ""
    for word in line.split(" "):
        x = pen + (measure(done, size, **style._asdict())[0] if done else 0.0)
        placed_words.append((word, x))
        done += word + " "
    return placed_words


def _inked(coverage: F32, colour: Colour, size: float) -> tuple[Sprite, int]:
    """A word in *colour* on its own soft shadow; the sprite is *pad* px larger on every side."""
    pad = max(2, round(size * 0.7))  # the shadow's reach: on a bright window it is what makes words readable
    mask = np.pad(np.asarray(coverage, np.float32), pad)
    shadow = np.clip(blur(mask, size * 0.10) * 0.75 + blur(mask, size * 0.34) * 0.7, 0, 0.9)
    picture = over(premultiply(rgb(colour), mask), premultiply(np.zeros(3, np.float32), shadow))
    return sprite(picture)._replace(x=0.0, y=0.0), pad


def hang_title(stage: Stage, recipe: Recipe) -> None:
    """Set the shot's title over the picture: large, serif, upper third."""
    size = 0.105 * stage.unit * (1.0 if len(recipe.title) <= 28 else 0.8)
    ink = "#fff8ec"
    stage.add(
        Words(
            stage,
            recipe.title,
            across=0.5,
            down=0.30,
            size=size,
            ink=ink,
            start=0.5,
            width=0.84,
            family="serif",
            weight=600,
            language=recipe.language,
            max_lines=3,
        )
    )
