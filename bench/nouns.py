"""Which nouns the painter can show, and by what; the last line is one JSON object.

`nouns.json` lists the concrete nouns of 100 real story topics and everyday ones, each with the
picture that was looked at and found right. A noun counts when exactly that is still what shows it.

    python bench/nouns.py
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from astragen.builtin.painter.figures.company import shown_by
from astragen.builtin.painter.nearest import nearest_noun
from astragen.model.storyboard import Subject

LISTS = Path(__file__).with_suffix(".json")
SETS = ("prompts", "everyday")

Nouns = Mapping[str, str | None]  # noun -> what shows it rightly; None: nothing does


def main() -> None:
    """Count each list, name its misses, and end with one JSON object."""
    lists = json.loads(LISTS.read_text(encoding="utf-8"))
    result = {}
    for name in SETS:
        nouns = united(lists[name].values())
        ways = {noun: way(noun, right) for noun, right in nouns.items()}
        counts = Counter(ways.values())
        share = shown(counts) / len(nouns)
        print(f"{name}: {len(nouns)} nouns, {share:.1%} shown rightly; {dict(counts.most_common())}")
        misses = [f"{noun} ({what})" for noun, what in ways.items() if what not in RIGHT]
        print(f"  misses: {', '.join(misses) or 'none'}")
        result[name] = {"nouns": len(nouns), "share": round(share, 4), **counts}
    print(json.dumps(result))


RIGHT = ("figure", "glyph", "place")


def united(groups: Iterable[Nouns]) -> dict[str, str | None]:
    """The nouns of all *groups*, each once."""
    return {noun: right for group in groups for noun, right in group.items()}


def way(noun: str, right: str | None) -> str:
    """How *noun* is shown: figure, glyph or place; else wrong sense, nearest kind or none."""
    subject = Subject(noun=noun, phrase=noun)
    by = shown_by(subject)
    if not by:
        return "none" if nearest_noun(subject) is None else "nearest kind"
    if by != right:
        return "wrong sense"
    return "place" if by == "room" else "glyph" if by.startswith("glyph/") else "figure"


def shown(counts: Mapping[str, int]) -> int:
    """How many of *counts* are shown rightly."""
    return sum(counts.get(what, 0) for what in RIGHT)


if __name__ == "__main__":
    main()
