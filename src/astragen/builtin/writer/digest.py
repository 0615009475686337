"""A long text as a short narration: its own sentences, fewer of them.

The text is cut into as many stretches as sentences fit, and each gives the one that speaks most
of what the whole text speaks of. The first sentence opens the film, and the last closes it.
Start at `digest`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.parse import Parsed
from astragen.builtin.writer.tables import words
from astragen.builtin.writer.units import Unit
from astragen.builtin.writer.vocabulary import dull_words, singular

ARTICLE_WORDS = 500.0  # spoken words (four minutes) from which a text that nobody called a script may be an article
FILM_WORDS = 1_500.0  # likewise, from which it is one: the longest film (600 s) cannot say as many
ARTICLE_OVER = 3.0  # times as many as the film has room for
SENTENCE_MAX = 26.0  # spoken words; a longer sentence is taken only where its stretch has no other
OPENS_SECTION = 0.25  # what the first sentence under a heading counts more, beside a mean weight of about 1
LEANS = 0.5  # what a sentence that leans on the one before counts less
AGAIN = 1.5  # what one counts less for the share of its words that a taken one says
_WORD = re.compile(r"[^\W\d_]{3,}")


def is_article(parsed: Parsed, words_wanted: float) -> bool:
    """Whether *parsed* is far more than a film of *words_wanted* spoken words can say."""
    total = sum(spoken_words(unit.text) for unit in parsed.units)
    return total > FILM_WORDS or (total >= ARTICLE_WORDS and total > ARTICLE_OVER * words_wanted)


def digest(parsed: Parsed, words_wanted: float) -> Parsed:
    """*parsed* with as many of its sentences, in order, as *words_wanted* spoken words hold; one at least."""
    units = _each_once(parsed.units)
    lengths = [spoken_words(unit.text) for unit in units]
    if sum(lengths) <= words_wanted:
        return replace(parsed, units=tuple(units))
    said = [_terms(unit.text) for unit in units]
    weights = _weights(units, said, lengths)
    taken: list[int] = []
    for count in range(_fitting(lengths, words_wanted), 0, -1):  # fewer, until they fit
        taken = _best(weights, said, count)
        if sum(lengths[index] for index in taken) <= words_wanted:
            break
    return replace(parsed, units=tuple(units[index] for index in taken))


def _each_once(units: Sequence[Unit]) -> list[Unit]:
    """*units* without those that say what an earlier one says."""
    return list({unit.text.casefold(): unit for unit in reversed(units)}.values())[::-1]


def _fitting(lengths: Sequence[float], words_wanted: float) -> int:
    """About how many sentences fit when the shorter half is taken."""
    short = sorted(lengths)[: max(1, len(lengths) // 2)]
    return max(1, min(len(lengths), int(words_wanted / (sum(short) / len(short)))))


def _best(weights: Sequence[float], said: Sequence[frozenset[str]], count: int) -> list[int]:
    """The index of the weightiest sentence of each of *count* even stretches; the first and the last stay."""
    last = len(weights) - 1
    if count == 1:
        return [0]
    bounds = [round(1 + step * (last - 1) / max(1, count - 2)) for step in range(count - 1)]
    taken = [0, last]
    for start, stop in pairwise(bounds):
        news = {index: weights[index] - AGAIN * _told(said[index], said, taken) for index in range(start, stop)}
        taken += sorted(news, key=lambda index: (-news[index], index))[:1]
    return sorted(set(taken))


def _told(terms: frozenset[str], said: Sequence[frozenset[str]], taken: Sequence[int]) -> float:
    """The largest share of *terms* that one of the *taken* sentences has."""
    return max(len(terms & said[index]) for index in taken) / len(terms) if terms else 0.0


def _weights(units: Sequence[Unit], said: Sequence[frozenset[str]], lengths: Sequence[float]) -> list[float]:
    """How much each sentence speaks of what all speak of: the mean frequency of its words, 1 on average."""
    counts = Counter(term for terms in said for term in terms)
    plain = [sum(counts[term] for term in terms) / max(4, len(terms)) for terms in said]
    mean = sum(plain) / len(plain) or 1.0
    leaning = words("grammar_words", "leaning")
    found: list[float] = []
    for unit, weight, length in zip(units, plain, lengths, strict=True):
        leans = unit.text.lower().split(" ")[0].strip(",") in leaning
        is_long = length > SENTENCE_MAX
        found.append(weight / mean + OPENS_SECTION * unit.opens_section - LEANS * leans - is_long)
    return found


def _terms(text: str) -> frozenset[str]:
    """The words of *text* that say what it is about, in the singular."""
    found = (singular(word) for word in _WORD.findall(text.lower()))
    return frozenset(one for one in found if one not in dull_words() and len(one) > 3)
