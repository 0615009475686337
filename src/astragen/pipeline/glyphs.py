"""The font check: told before anything is painted, which characters of a film no installed font has.

Start reading at `glyph_fallbacks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from astragen.builtin.fonts import advice, coverage
from astragen.model.storyboard import Shot, Storyboard
from astragen.model.take import Fallback, united

NAMED_MAX: Final = 8  # characters that the report names


def glyph_fallbacks(storyboard: Storyboard) -> tuple[Fallback, ...]:
    """Say what cannot be drawn of *storyboard*'s lines, titles and diagrams, and what to install; () when all can."""
    texts = list(_texts(storyboard))
    missing = coverage("".join(text for _, text in texts), storyboard.language)
    if not missing:
        return ()
    act = advice(missing)
    instead = "Captions go without them, and titles show empty boxes" + (f". To have them: {act}" if act else "")
    reason = f"no installed font has {_named(missing)}"
    without = set(missing)
    shots = [shot for shot, text in texts if without & set(text)]
    return united(Fallback(stage="fonts", subject=shot, reason=reason, instead=instead) for shot in shots)


def _texts(storyboard: Storyboard) -> Iterator[tuple[str, str]]:
    """Every shot's id with all that is set of it."""
    for shot in storyboard.shots:
        yield shot.id, " ".join((shot.line, shot.title, *_labels(shot)))


def _labels(shot: Shot) -> tuple[str, ...]:
    tableau = shot.tableau
    return (tableau.title, tableau.unit, *tableau.items, *tableau.messages) if tableau else ()


def _named(characters: tuple[str, ...]) -> str:
    """The first of *characters* with their code points, and how many more there are."""
    named = ", ".join(f"{char} (U+{ord(char):04X})" for char in characters[:NAMED_MAX])
    rest = len(characters) - NAMED_MAX
    return named if rest <= 0 else f"{named} and {rest} more"
