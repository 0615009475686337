"""Words that the painter does not know become the nearest that it knows, and it says so.

`data/painter/nearest.json` holds the broader words and the endings that tell a kind; what they
do not help with is compared by spelling. Pure. Start reading at `resolve`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from astragen.builtin.icons import drawn_nouns
from astragen.builtin.painter.figures.company import figures_for, is_guess, is_known, is_shown, is_small, size_of
from astragen.builtin.painter.figures.rest import rested, seen_close, support_in
from astragen.builtin.painter.figures.staging import staged
from astragen.builtin.painter.figures.words import action_of, forms, kind_names
from astragen.builtin.painter.places import room_for
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.treatment import style_for
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Placement, ShotSize

_LIKE = 0.8  # likeness (difflib) from which a word is taken for a misspelt one
_SHORT = 5  # letters; words this short must be more alike: "plank" is no "plant"
_LIKE_SHORT = 0.9
_CUT_OFF = 2  # letters that may be missing at a word's end: "giraf"
_CUTS = (ShotSize.MEDIUM, ShotSize.CLOSE, ShotSize.EXTREME_CLOSE)
_AWAY = (Placement.FAR, Placement.SKY)
_BESIDE = 0.4  # of the main subject's size: a larger thing would hide it behind what it rests on
_PHRASE_MAX = 200  # characters of a phrase (model/storyboard.py)
_UNSAID = ("", "stand")  # actions that do not tell a living thing: anything stands


class Substitution(NamedTuple):
    """what: "place", "style", or "" of a subject. asked: the word. instead: what was done, as a clause."""

    what: str
    asked: str
    instead: str


def resolve(recipe: Recipe) -> tuple[Recipe, tuple[Substitution, ...]]:
    """*recipe* in words that the painter knows, and what stands for what.

    A recipe whose words are all known comes back equal. A place without a likeness stays as it
    is and becomes a tableau of what is there; a subject without one is set as type when nothing
    else is in the shot, else left out.
    """
    changes: dict[str, Any] = {}
    found = list(_style(recipe, changes))
    if recipe.tableau is None:
        found += _place(recipe, changes)
        if room_for(changes.get("setting", recipe.setting)) is not None:
            found += _subjects(recipe, changes)
    return _supported(recipe.model_copy(update=changes)), tuple(dict.fromkeys(found))


def _supported(recipe: Recipe) -> Recipe:
    """*recipe* with something under the only small thing of its shot, where that would hang in the air or look huge.

    That is when nothing else is shown, or when the shot cuts the others above the ground.
    """
    room = room_for(recipe.setting) if recipe.tableau is None else None
    shown = [subject for subject in recipe.subjects if is_shown(subject)]
    small = [subject for subject in shown if is_small(subject) and subject.placement not in _AWAY]
    if room is None or len(small) != 1:
        return recipe
    thing = small[0]
    if len(shown) > 1 and (recipe.size not in _CUTS or _is_large_beside(thing, shown[0]) or _act_together(shown)):
        return recipe
    phrase = rested(thing.phrase or thing.noun, room)
    if support_in(phrase) is None:
        return recipe
    if len(shown) == 1:
        phrase = seen_close(phrase)
    changed = thing.model_copy(update={"phrase": phrase[:_PHRASE_MAX]})
    return recipe.model_copy(update={"subjects": tuple(changed if one is thing else one for one in recipe.subjects)})


def _is_large_beside(thing: Subject, main: Subject) -> bool:
    return size_of(thing) > _BESIDE * size_of(main)


def _act_together(subjects: Sequence[Subject]) -> bool:
    """Somebody of *subjects* holds or touches another: a thing in the arms needs no table."""
    companies = [(subject, figures_for(subject)) for subject in subjects]
    return sum(len(figures) for _, figures in staged(companies)) < sum(len(figures) for _, figures in companies)


def _style(recipe: Recipe, changes: dict[str, Any]) -> Iterator[Substitution]:
    name, is_name = style_for(recipe.style)
    if is_name or not recipe.style:
        return
    changes["style"] = name
    if name not in recipe.style.casefold():  # "soft watercolour" is watercolour
        yield Substitution("style", recipe.style, f'painted in the style "{name}"')


def _place(recipe: Recipe, changes: dict[str, Any]) -> Iterator[Substitution]:
    setting = recipe.setting
    if not setting or room_for(setting) is not None:
        return
    near = nearest_place(setting)
    if near is not None:
        changes["setting"] = near
    yield Substitution("place", setting, f'painted "{near}"' if near else "painted a tableau of what is there")


def _subjects(recipe: Recipe, changes: dict[str, Any]) -> Iterator[Substitution]:
    known: list[Subject] = []
    lost: list[Subject] = []
    for subject in recipe.subjects:
        near = _known_as(subject)
        if near is None:
            lost.append(subject)
            continue
        known.append(subject if near == subject.noun else subject.model_copy(update={"noun": near}))
        if near != subject.noun:
            yield Substitution("", subject.noun, f'painted "{near}"')
    if known != list(recipe.subjects):
        changes["subjects"] = tuple(known)
    is_title = bool(lost) and not known and not recipe.title
    if is_title:
        changes["title"] = lost[0].noun[:1].upper() + lost[0].noun[1:]
    for subject in lost:
        is_shown = is_title and subject is lost[0]
        yield Substitution("", subject.noun, "set the word itself as type" if is_shown else "left it out")


def _known_as(subject: Subject) -> str | None:
    """The noun that *subject* is painted as: its own when known, but for an "elefant", which only ends as a trade."""
    if is_guess(subject):
        near = misspelt(subject.noun.casefold(), _nouns())
        return subject.noun if near is None or subject.noun.casefold().startswith(near) else near
    return subject.noun if is_known(subject) else nearest_noun(subject)


def nearest_place(setting: str) -> str | None:
    """The known place nearest to *setting*, by its words from the last: broader word, ending, spelling."""
    table = read_table("nearest.json")
    words = setting.casefold().replace("-", " ").split()
    for word in (" ".join(words), *reversed(words)):
        near = _broader("places", word) or _by_ending(table["place_endings"], word) or misspelt(word, _places())
        if near is not None and room_for(near) is not None:
            return near
    return None


def nearest_noun(subject: Subject) -> str | None:
    """The known noun nearest to that of *subject*: broader word, spelling, ending; for somebody, a creature."""
    table = read_table("nearest.json")
    words = subject.noun.casefold().replace("-", " ").split()
    for word in (" ".join(words), *reversed(words)):
        near = _broader("nouns", word) or misspelt(word, _nouns()) or _by_ending(table["noun_endings"], word)
        if near is not None and is_known(Subject(noun=near)):
            return near
    is_somebody = subject.character is not None or action_of(subject.action, "") not in _UNSAID
    return str(table["creature"]) if is_somebody else None


def _broader(table: str, word: str) -> str | None:
    broader = _inverse(table)
    return next((broader[form] for form in forms(word) if form in broader), None)


@cache
def _inverse(table: str) -> Mapping[str, str]:
    rows: Mapping[str, str] = read_table("nearest.json")[table]
    return {word.replace("_", " "): known for known, words in rows.items() for word in words.split()}


def _by_ending(endings: Mapping[str, str], word: str) -> str | None:
    """What the longest ending of *word* tells, when something stands before it."""
    fits = [ending for form in forms(word) for ending in endings if form.endswith(ending) and len(form) > len(ending)]
    return endings[max(fits, key=len)] if fits else None


@lru_cache(maxsize=1024)
def misspelt(word: str, known: frozenset[str]) -> str | None:
    """The one of *known* that *word* is most like, or the start of, with the same first letter; or None."""
    alike = sorted(one for one in known if one.startswith(word[:1]))
    if len(word) >= _SHORT:
        longer = [one for one in alike if one.startswith(word) and len(one) - len(word) <= _CUT_OFF]
        if longer:
            return longer[0]
    near = difflib.get_close_matches(word, alike, 1, _LIKE_SHORT if len(word) <= _SHORT else _LIKE)
    return near[0] if near else None


@cache
def _places() -> frozenset[str]:
    return frozenset(read_table("settings.json"))


@cache
def _nouns() -> frozenset[str]:
    return kind_names() | drawn_nouns()
