"""The built-in writer's report cards over a list of prompts; the last line is one JSON object.

Prints each prompt's score, the medians of all marks, and the worst ten with what was found.
`twins` are films of different prompts that say the same, or show the same places and things.

    python bench/critique.py --prompts prompts.txt --lines 1-100 --seconds 30
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any, NamedTuple

from astragen.builtin.writer import write
from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard
from astragen.plan.critique import ReportCard, critique

WORST = 10
WEAK = 0.9  # marks below it are told of the worst films
TWIN = 0.5  # share of lines (Jaccard) from which two films say the same


class Film(NamedTuple):
    """A prompt, what was written from it, and how good that is."""

    number: int
    prompt: str
    board: Storyboard
    card: ReportCard


def main() -> None:
    """Write and judge every prompt."""
    asked = arguments()
    start = time.perf_counter()
    films = [film(number, prompt, asked.seconds) for number, prompt in prompts(asked.prompts, asked.lines)]
    wall_s = time.perf_counter() - start
    for one in films:
        print(f"{one.number:>4}  {one.card.overall:.3f}  {one.prompt[:90]}")
    marks = {
        name: [mark.score for one in films for mark in one.card.marks if mark.name == name] for name in names(films)
    }
    for name, scores in marks.items():
        print(f"{name:<11} median {median(scores):.3f}, mean {mean(scores):.3f}, least {min(scores):.3f}")
    worst = sorted(films, key=lambda one: one.card.overall)[:WORST]
    for one in worst:
        print(f"\n{one.card.overall:.3f}  {one.number}: {one.prompt}")
        for mark in one.card.worst_first:
            if mark.score < WEAK:
                print(f"       {mark.score:.2f} {mark.name}: {mark.finding} {' '.join(mark.shots)}")
    twins = twins_of(films)
    print("\ntwins:", twins or "none")
    print(json.dumps(result(films, marks, twins, wall_s)))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--prompts", type=Path, required=True, help="A text file, one prompt a line.")
    parser.add_argument("--lines", default="1-", help="Which: 7, 1-100 or 50-.")
    parser.add_argument("--seconds", type=float, default=30.0, help="Length of the films.")
    return parser.parse_args()


def prompts(path: Path, lines: str) -> list[tuple[int, str]]:
    """(line number, prompt) of the asked lines that are not empty."""
    first, dash, last = lines.partition("-")
    rows = path.read_text(encoding="utf-8").splitlines()
    stop = int(last) if last else len(rows) if dash else int(first)
    return [(number, row.strip()) for number, row in enumerate(rows, 1) if int(first) <= number <= stop and row.strip()]


def film(number: int, prompt: str, seconds: float) -> Film:
    """The film of *prompt*, written and judged."""
    brief = Brief(prompt=prompt, seconds=seconds)
    board = write(brief)
    return Film(number, prompt, board, critique(board, prompt=prompt, seconds=seconds, fps=brief.fps))


def names(films: Sequence[Film]) -> list[str]:
    """The marks' names."""
    return [mark.name for mark in films[0].card.marks]


def twins_of(films: Sequence[Film]) -> list[tuple[int, int]]:
    """Pairs of line numbers whose films share TWIN of their lines."""
    said = [(one.number, frozenset(shot.line for shot in one.board.shots if shot.line)) for one in films]
    return [
        (first, second)
        for place, (first, lines) in enumerate(said)
        for second, others in said[place + 1 :]
        if len(lines & others) >= TWIN * len(lines | others) > 0
    ]


def result(
    films: Sequence[Film], marks: dict[str, list[float]], twins: Sequence[tuple[int, int]], wall_s: float
) -> dict[str, Any]:
    """The figures for `bench/RESULTS.md`."""
    overall = sorted(one.card.overall for one in films)
    lines = Counter(line for one in films for line in {shot.line for shot in one.board.shots if shot.line})
    return {
        "films": len(films),
        "ms_a_film": round(1000 * wall_s / len(films), 1),
        "median": round(median(overall), 3),
        "mean": round(mean(overall), 3),
        "least": overall[0],
        "worst_ten": round(mean(overall[:WORST]), 3),
        "marks": {name: round(mean(scores), 3) for name, scores in marks.items()},
        "words_per_s": round(median(one.card.words_per_s for one in films), 2),
        "twins": len(twins),
        "most_said": lines.most_common(1)[0][1] if lines else 0,
    }


if __name__ == "__main__":
    main()
