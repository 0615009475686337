"""Which layout a tableau is drawn in: the one it asks for, or the nearest its items can fill. Pure.

Start reading at `suited`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from astragen.builtin.painter.badges import glyph
from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.layouts.balance import balance
from astragen.builtin.painter.layouts.broken import breaking
from astragen.builtin.painter.layouts.charts import bars, curve
from astragen.builtin.painter.layouts.clock import clock
from astragen.builtin.painter.layouts.emblem import constellation, emblem
from astragen.builtin.painter.layouts.ladder import ladder
from astragen.builtin.painter.layouts.order import compare, hierarchy, steps, timeline
from astragen.builtin.painter.layouts.passage import cycle, flow
from astragen.builtin.painter.layouts.title import title
from astragen.model.storyboard import Tableau
from astragen.model.vocabulary import Layout

LAYOUTS: Final[Mapping[Layout, Callable[[Desk], None]]] = {
    Layout.TITLE: title,
    Layout.EMBLEM: emblem,
    Layout.CONSTELLATION: constellation,
    Layout.FLOW: flow,
    Layout.CYCLE: cycle,
    Layout.STEPS: steps,
    Layout.COMPARE: compare,
    Layout.TIMELINE: timeline,
    Layout.HIERARCHY: hierarchy,
    Layout.BARS: bars,
    Layout.CURVE: curve,
    Layout.BREAK: breaking,
    Layout.CLOCK: clock,
    Layout.BALANCE: balance,
    Layout.LADDER: ladder,
}

# (fewest items, most items, what is drawn with fewer, what with more)
_NEEDS: Final[Mapping[Layout, tuple[int, int, Layout, Layout]]] = {
    Layout.TITLE: (0, 8, Layout.TITLE, Layout.TITLE),
    Layout.EMBLEM: (1, 6, Layout.TITLE, Layout.CONSTELLATION),
    Layout.CONSTELLATION: (2, 8, Layout.EMBLEM, Layout.CONSTELLATION),
    Layout.FLOW: (2, 8, Layout.EMBLEM, Layout.FLOW),
    Layout.CYCLE: (3, 8, Layout.FLOW, Layout.CYCLE),
    Layout.STEPS: (1, 8, Layout.TITLE, Layout.STEPS),
    Layout.COMPARE: (2, 8, Layout.EMBLEM, Layout.COMPARE),
    Layout.TIMELINE: (2, 8, Layout.EMBLEM, Layout.TIMELINE),
    Layout.HIERARCHY: (2, 8, Layout.EMBLEM, Layout.HIERARCHY),
    Layout.BARS: (1, 8, Layout.TITLE, Layout.BARS),
    Layout.CURVE: (2, 8, Layout.BARS, Layout.CURVE),
    Layout.BREAK: (1, 8, Layout.TITLE, Layout.BREAK),
    Layout.CLOCK: (0, 6, Layout.CLOCK, Layout.CONSTELLATION),
    Layout.BALANCE: (0, 2, Layout.BALANCE, Layout.COMPARE),
    Layout.LADDER: (0, 7, Layout.LADDER, Layout.STEPS),
}
_NUMBERED: Final = frozenset({Layout.BARS, Layout.CURVE})


def suited(tableau: Tableau) -> Tableau:
    """*tableau* in a layout that its items and values can fill; blank items are left out.

    A chart without values is a comparison; something that breaks and is not named is looked for in the title.
    """
    tableau = _clean(tableau)
    if tableau.layout is Layout.BREAK and not tableau.items:
        tableau = tableau.model_copy(update={"items": _thing_in(tableau.title)})
    if tableau.layout in _NUMBERED and not tableau.values:
        tableau = tableau.model_copy(
            update={"layout": Layout.COMPARE if len(tableau.items) < 5 else Layout.CONSTELLATION}
        )
    layout = tableau.layout
    for _ in LAYOUTS:
        fewest, most, simpler, roomier = _NEEDS[layout]
        count = len(tableau.items)
        following = simpler if count < fewest else roomier if count > most else layout
        if following is layout:
            break
        layout = following
    if layout is Layout.TITLE and not tableau.title.strip() and not tableau.items:
        return tableau.model_copy(update={"layout": Layout.EMBLEM, "items": ("star",)})
    return tableau.model_copy(update={"layout": layout})


def _clean(tableau: Tableau) -> Tableau:
    """Without blank items and their values."""
    values = tableau.values or (0.0,) * len(tableau.items)
    kept = [(item.strip(), value) for item, value in zip(tableau.items, values, strict=True) if item.strip()]
    return tableau.model_copy(
        update={
            "items": tuple(item for item, _ in kept),
            "values": tuple(value for _, value in kept) if tableau.values else (),
        }
    )


def _thing_in(title: str) -> tuple[str, ...]:
    """The last word of *title* that there is a picture of, else its longest word."""
    words = [word.strip(".,:;!?\"'“”‘’") for word in title.split()]
    pictured = [word for word in words if word and glyph(word, 8) is not None]
    return tuple(pictured[-1:] or sorted(words, key=len)[-1:])
