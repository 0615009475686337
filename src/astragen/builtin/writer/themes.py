"""What a text is about inwardly: its themes and its mood.

Start at `find_themes` and `find_mood`.
"""

from __future__ import annotations

import re
from functools import cache

from astragen.builtin.writer.tables import table, words
from astragen.model.vocabulary import Intent, Mood

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
BROAD = 0.6  # weight of themes such as love and family, whose words come up in prompts about others
_MOOD_ORDER = (  # of equals the first wins
    Mood.EPIC,
    Mood.TENSE,
    Mood.MYSTERIOUS,
    Mood.JOYFUL,
    Mood.HOPEFUL,
    Mood.SAD,
    Mood.CALM,
    Mood.CURIOUS,
)
_INTENT_MOOD = {Intent.EXPLAINER: Mood.CURIOUS, Intent.PROMO: Mood.JOYFUL, Intent.MOOD: Mood.CALM}


@cache
def _theme_keys() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    keys: list[tuple[str, re.Pattern[str], float]] = []
    for theme, entry in table("themes").items():
        for key in entry["keys"].split():
            spaced = key.replace("_", " ")
            pattern = re.compile(rf"(?<![\w\-]){re.escape(spaced)}(?![\w\-])", re.IGNORECASE)
            keys.append((theme, pattern, 1.0 + 0.6 * spaced.count(" ")))
    return tuple(keys)


def find_themes(title: str, gloss: str) -> tuple[tuple[str, float], ...]:
    """Themes whose words the text holds, strongest first; the title counts double."""
    scores: dict[str, float] = {}
    gloss, title = gloss.replace("’", "'"), title.replace("’", "'")
    for theme, pattern, weight in _theme_keys():
        found = 2.0 * bool(pattern.search(title)) + 1.0 * bool(pattern.search(gloss))
        if found:
            scores[theme] = scores.get(theme, 0.0) + weight * found * (
                BROAD if theme in words("grammar_words", "broad_themes") else 1.0
            )
    return tuple(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))


def find_mood(text: str, themes: tuple[tuple[str, float], ...], intent: Intent) -> Mood:
    """The mood that most words of *text* speak for; a theme's own mood counts as three of them."""
    found = [word.lower() for word in _WORD.findall(text)]
    scores = dict.fromkeys(_MOOD_ORDER, 0.0)
    for mood in _MOOD_ORDER:
        listed = table("grammar_words")["moods"][mood.value].split()
        scores[mood] += sum(word in listed for word in found)
    if themes:
        scores[Mood(table("themes")[themes[0][0]]["mood"])] += 3
    if intent in _INTENT_MOOD:
        scores[_INTENT_MOOD[intent]] += 0.5
    best = max(scores.values())
    return next(mood for mood in _MOOD_ORDER if scores[mood] == best) if best else Mood.HOPEFUL
