"""Diagrams that a text itself calls for: charts of its numbers, its dates on a line, its parts as a tree.

Everything drawn was said: names, numbers and order are the text's own words. Start at
`diagrams` for facts, at `symbol` for what a text feels like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from astragen.builtin.writer.draft import Draft
from astragen.builtin.writer.quantities import Quantity, one_unit, quantities
from astragen.builtin.writer.tables import words
from astragen.builtin.writer.tagging import tag
from astragen.model.storyboard import Tableau
from astragen.model.vocabulary import Layout

T = TypeVar("T")

ITEM_MAX = 34  # characters of an item
EVENT_MAX = 52  # of an event with its date
_FRONT = 8  # characters; a year that stands no later opens its sentence
ITEMS_MAX = 8  # a tableau holds no more
_SEGMENT = re.compile(r"[,;]\s+(?:and\s+|but\s+|while\s+)?|\s+(?:and|while|but|whereas)\s+")
_PARTS = re.compile(
    r"^(?P<root>[^,;:]{2,60}?)\s+(?:consists? of|(?:is|are) made (?:up )?(?:out )?(?:of|from)|(?:is|are) composed of"
    r"|comprises?|(?:is|are) divided into|(?:has|have) \w+ (?:main )?(?:parts|kinds|types|layers|branches|stages):"
    r"|contains?|includes?)\s*:?\s+(?P<list>.+)$",
    re.IGNORECASE,
)
_KINDS = re.compile(
    r"^(?:there (?:are|is)|we know|you find)?\s*(?:the\s+)?(?:\w+\s+)?(?:main\s+)?"
    r"(?:kinds?|types?|sorts?|forms?|classes|groups) of (?P<root>[^,;:]{2,40}?)\s*(?::|are|include|,)\s+(?P<list>.+)$",
    re.IGNORECASE,
)
_WEAK = re.compile(r"\b(?:contains?|includes?)\b", re.IGNORECASE)
_VERSUS = re.compile(
    r"^(?P<a>[^,;:.!?]{2,40}?)\s+(?:vs\.?|versus|compared (?:to|with))\s+(?P<b>[^,;:.!?]{2,40})", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\b(?:between|weigh(?:s|ing|ed)?|balanc(?:e|es|ing)(?!\s+between))\s+"
    r"(?P<a>[^,;:.!?]{2,30}?)\s+(?:and|against|with|or)\s+(?P<b>[^,;:.!?]{2,30}?)"
    r"(?=[,;:.!?]|$|\s+(?:in|on|at|is|are|when|for|so)\b)",
    re.IGNORECASE,
)
_CLIMB = re.compile(r"\bfrom\s+(?P<a>[^,;:.!?]{2,30}?)\s+to\s+(?P<b>[^,;:.!?]{2,30}?)(?=[,;:.!?]|$)", re.IGNORECASE)
_DATE = re.compile(
    r"(?:\b(?:in|by|on|since|around|about|until|the year)\s+)?(?P<date>(?:(?:January|February|March|April|May|June"
    r"|July|August|September|October|November|December)\s+)?(?:\d{1,2},?\s+)?(?P<year>\d{4})),?\s*:?\s*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LEAD = re.compile(r"^(?:the|an?|some|his|her|its|their|our|my|your|both|either)\s+", re.IGNORECASE)


def diagrams(texts: Sequence[str], language: str = "en") -> dict[int, Tableau]:
    """The sentences of *texts*, by position, that state what a diagram shows, each with its diagram."""
    found: dict[int, Tableau] = {}
    if language == "en":
        found.update(_runs_of_steps(texts))
    found.update(_run(texts, language, _dated_value, _curve_of))
    found.update(_run(texts, language, _dated_event, _timeline_of))
    for index, text in enumerate(texts):
        own = _of_sentence(text, language)
        if own is not None:
            found[index] = own
    return found


def states_facts(text: str, sentences: Sequence[str]) -> bool:
    """Whether English *text* (its *sentences*) says what a diagram shows."""
    return bool(diagrams(sentences)) and not _VERSUS.match(text)


def _of_sentence(text: str, language: str) -> Tableau | None:
    """What one sentence calls for by itself."""
    chart = series(text, language)
    if chart is not None or language != "en":
        return chart
    return _events_in(text) or parts(text) or steps(text) or _versus(text)


# --- numbers ------------------------------------------------------------------


def series(text: str, language: str = "en") -> Tableau | None:
    """Numbers of one kind that a sentence says of several things, or of several years."""
    pieces = _pieces(text, language)
    if pieces is None or len(pieces) < 2:
        return None
    amounts = [amount for _, amount, _ in pieces]
    shared = one_unit(amounts)
    if shared is None:
        return None
    years = [year for _, _, year in pieces]
    if all(years):
        names: list[str] = [text_year for text_year in years if text_year]
        subject = _name_before(pieces[0][0], pieces[0][1])
        title = _capital(subject)
    elif language == "en":
        names = [_name(piece, amount) for piece, amount, _ in pieces]
        title = _whole(pieces[0][0], amounts[0])
    else:
        return None
    if not all(names) or len(set(names)) < len(names) or len(names) > ITEMS_MAX:
        return None
    layout = Layout.CURVE if all(years) and len(names) >= 3 else Layout.BARS
    return Tableau(layout=layout, title=title, items=tuple(names), values=shared[0], unit=shared[1][:40])


def _pieces(text: str, language: str) -> list[tuple[str, Quantity, str]] | None:
    """The parts of a sentence that say one amount each: (part, amount, its year or ""); None when parts say more."""
    found: list[tuple[str, Quantity, str]] = []
    held = ""
    for part in _SEGMENT.split(text.strip().rstrip(".!?")):
        part = f"{held}, {part}" if held else part
        said = quantities(part, language)
        amounts = [one for one in said if not one.is_year]
        years = [one for one in said if one.is_year]
        if len(amounts) > 1 or len(years) > 1:
            return None
        if not amounts:
            held = part
            continue
        held = ""
        found.append((part, amounts[0], part[years[0].start : years[0].end].strip() if years else ""))
    return found


def _name(part: str, amount: Quantity) -> str:
    """Of what a part of a sentence says its amount: what stands before it, else what it goes to."""
    return _name_before(part, amount) or _name_after(part, amount)


def _name_before(part: str, amount: Quantity) -> str:
    """The noun phrase before an amount and before any verb, as written."""
    before = part[: amount.start]
    first, last = -1, -1
    for token in tag(before):
        is_joined = first >= 0 and token.start == last  # the 2 of "K2"
        if token.tag == "W" or is_joined:
            first, last = (token.start if first < 0 else first), token.start + len(token.text)
        elif token.tag in "VX" or (first >= 0 and token.tag != "D" and token.low != "of"):
            break
    return _cut(before[first:last], ITEM_MAX) if first >= 0 else ""


def _name_after(part: str, amount: Quantity) -> str:
    rest = part[amount.end :]
    goal = re.search(r"\b(?:for|to|from|by|is|are|was|were)\s+(.+)$", rest) or re.search(r"\b(?:of)\s+(.+)$", rest)
    kept: list[str] = []
    for token in tag(goal[1] if goal else rest):
        if token.tag == "W":
            kept.append(token.text)
        elif kept or token.tag not in "DP":
            break
    return _cut(" ".join(kept), ITEM_MAX)


def _whole(part: str, amount: Quantity) -> str:
    """What percentages are parts of: "of the world's electricity" -> "The world's electricity"."""
    match = re.match(
        r"\s*of\s+(?P<what>[^,;.]{3,50}?)(?:\s+(?:goe?s?|comes?|is|are|was|were|flows?|belongs?)\b.*)?$",
        part[amount.end :],
    )
    what = _capital(match["what"].strip()) if match and amount.unit == "%" else ""
    return "" if _LEAD.sub("", what.lower()) == _name(part, amount).lower() else what


def _run(
    texts: Sequence[str],
    language: str,
    read: Callable[[str, str], T | None],
    draw: Callable[[Sequence[T]], Tableau | None],
) -> dict[int, Tableau]:
    """Where consecutive sentences each say one thing of a kind, a diagram of all of them at the last."""
    found: dict[int, Tableau] = {}
    so_far: list[T] = []
    for index, text in enumerate(texts):
        one = read(text, language)
        so_far = [*so_far, one][-ITEMS_MAX:] if one is not None else []
        drawn = draw(so_far) if len(so_far) >= 2 else None
        if drawn is not None:
            found.pop(index - 1, None)
            found[index] = drawn
    return found


def _dated_value(text: str, language: str) -> tuple[str, Quantity] | None:
    said = quantities(text, language)
    years, amounts = [one for one in said if one.is_year], [one for one in said if not one.is_year]
    if len(years) == 2 and not amounts and years[0].start <= _FRONT:  # "1950 waren es 1200": the first is the date
        years, amounts = years[:1], years[1:]
    if len(years) != 1 or len(amounts) != 1:
        return None
    return text[years[0].start : years[0].end].strip(), amounts[0]


def _curve_of(found: Sequence[tuple[str, Quantity]]) -> Tableau | None:
    shared = one_unit([amount for _, amount in found])
    names = [year for year, _ in found]
    if shared is None or len(set(names)) < len(names):
        return None
    layout = Layout.CURVE if len(names) >= 3 else Layout.BARS
    return Tableau(layout=layout, items=tuple(names), values=shared[0], unit=shared[1][:40])


# --- dates --------------------------------------------------------------------


def _dated_event(text: str, language: str) -> tuple[str, str] | None:
    """(date, what happened) of a sentence that names one year and counts nothing."""
    said = quantities(text, language)
    if sum(one.is_year for one in said) != 1 or any(not one.is_year and one.unit == "%" for one in said):
        return None
    if any(not one.is_year and one.value > 31 for one in said):
        return None
    match = _DATE.search(text)
    if match is None:
        return None
    what = f"{text[: match.start()]} {text[match.end() :]}".strip(" ,.;:!?–—-")
    what = _LEAD.sub("", re.sub(r"\s+", " ", what))
    return (match["date"].strip(), what) if len(what) >= 3 else None


def _timeline_of(found: Sequence[tuple[str, str]]) -> Tableau | None:
    if len({date for date, _ in found}) < len(found):
        return None
    return Tableau(layout=Layout.TIMELINE, items=tuple(_event(date, what) for date, what in found))


def _events_in(text: str) -> Tableau | None:
    """A sentence with several years, each with what happened: "founded in 1902, burned in 1944"."""
    parts_ = [part for part in _SEGMENT.split(text.strip().rstrip(".!?")) if part.strip()]
    found = [_dated_event(part, "en") for part in parts_]
    events = [one for one in found if one is not None]
    if len(events) < 2 or len(events) < len(parts_) - 1:
        return None
    subject = _name_before(parts_[0], Quantity(0, "", "", len(parts_[0]), len(parts_[0])))
    drawn = _timeline_of(events[:ITEMS_MAX])
    return drawn.model_copy(update={"title": _capital(subject)}) if drawn and len(subject) > 2 else drawn


def _event(date: str, what: str) -> str:
    return _cut(f"{date}: {_capital(what)}", EVENT_MAX)


# --- parts, steps, sides --------------------------------------------------------


def parts(text: str) -> Tableau | None:
    """What a sentence says a thing consists of, or the kinds it says there are."""
    text = text.strip().rstrip(".!?")
    match = _KINDS.match(text) or _PARTS.match(text)
    if match is None:
        return None
    items = _listed(match["list"])
    fewest = 3 if _WEAK.search(text[match.start("root") : match.start("list")]) else 2
    if not fewest <= len(items) <= ITEMS_MAX - 1:
        return None
    root = _LEAD.sub("", match["root"].strip())
    return Tableau(layout=Layout.HIERARCHY, items=(_cut(_capital(root), ITEM_MAX), *items))


def _listed(text: str) -> tuple[str, ...]:
    """The items of "igneous, sedimentary and metamorphic"; none when they are no short names."""
    items = [_LEAD.sub("", one.strip()) for one in re.split(r",\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+|;\s*", text)]
    items = [one for one in items if one]
    return tuple(_cut(one, ITEM_MAX) for one in items) if all(len(one.split()) <= 4 for one in items) else ()


def steps(text: str) -> Tableau | None:
    """The steps of one sentence: "first dig a hole, then place the roots, and finally water it"."""
    found = _steps_in(text)
    return Tableau(layout=Layout.STEPS, items=tuple(found[:ITEMS_MAX])) if len(found) >= 2 else None


def _steps_in(text: str) -> list[str]:
    cues = _cue_pattern(("first", "next", "last"))
    if not re.search(rf"\b(?:{_alternatives('first')})\b", text, re.IGNORECASE):
        return []
    pieces = re.split(rf"(?:^|[,;:]\s*|\band\s+){cues}\b[,:]?\s+", text.strip().rstrip(".!?"), flags=re.IGNORECASE)
    return [_step(piece) for piece in pieces[1:] if len(piece.split()) >= 2]


def _step(text: str) -> str:
    text = re.sub(r"^(?:you|we|it is|they)\s+", "", text.strip(" ,;."), flags=re.IGNORECASE)
    return _cut(_capital(re.sub(r"\s+and$", "", text)), ITEM_MAX)


def _runs_of_steps(texts: Sequence[str]) -> dict[int, Tableau]:
    """Sentences that begin First, Then, Finally: the steps so far."""
    found: dict[int, Tableau] = {}
    so_far: list[str] = []
    for index, text in enumerate(texts):
        if re.match(rf"{_cue_pattern(('first',))}\b", text, re.IGNORECASE):
            so_far = [_step(_uncued(text))]
        elif so_far and re.match(rf"{_cue_pattern(('next', 'last'))}\b", text, re.IGNORECASE):
            so_far.append(_step(_uncued(text)))
            found[index] = Tableau(layout=Layout.STEPS, items=tuple(so_far[-ITEMS_MAX:]))
        else:
            so_far = []
    return found


def _uncued(text: str) -> str:
    cues = _cue_pattern(("first", "next", "last"))
    return re.sub(rf"^{cues}\b[,:]?\s+", "", text.strip().rstrip(".!?"), flags=re.IGNORECASE)


def _cue_pattern(keys: Sequence[str]) -> str:
    return "(?:" + "|".join(_alternatives(key) for key in keys) + ")"


def _alternatives(key: str) -> str:
    return "|".join(sorted((re.escape(one) for one in words("diagrams", key)), key=len, reverse=True))


def _versus(text: str) -> Tableau | None:
    found = sides(text) if _VERSUS.match(text.strip()) or "difference" in text.lower() else ()
    return Tableau(layout=Layout.COMPARE, items=found) if found else None


def sides(text: str) -> tuple[str, ...]:
    """The two things a text sets against each other; none when it does not."""
    match = _VERSUS.match(text.strip()) or _BETWEEN.search(text)
    if match is None:
        return ()
    return tuple(_cut(_LEAD.sub("", match[side].strip()), ITEM_MAX) for side in "ab")


# --- feelings and values --------------------------------------------------------


def symbol(text: str) -> Tableau | None:
    """The picture of what English *text* is about inwardly: something breaks, weighs, passes or climbs."""
    low = f" {' '.join(_WORD.findall(text.lower()))} "
    title = _capital(text.strip().rstrip(".")) if len(text.split()) <= 6 else ""
    for layout, key in _SYMBOLS.items():
        if not _has(low, key):
            continue
        items = _items_of(layout, text, low)
        if items is not None:
            return Tableau(layout=layout, title=title, items=items)
    return None


_SYMBOLS: Mapping[Layout, str] = {
    Layout.CLOCK: "clock",
    Layout.BREAK: "break mend",
    Layout.BALANCE: "balance weigh",
    Layout.LADDER: "climb rise",
}


def inward_words() -> frozenset[str]:
    """All words that `symbol` goes by: "justice" is nobody, even where it acts."""
    return frozenset(word for keys in _SYMBOLS.values() for key in keys.split() for word in words("diagrams", key))


def _has(low: str, keys: str) -> bool:
    return any(f" {word} " in low for key in keys.split() for word in words("diagrams", key))


def _items_of(layout: Layout, text: str, low: str) -> tuple[str, ...] | None:
    """What the picture shows, in the text's own words; None when it would show nothing."""
    if layout is Layout.BREAK:
        thing = next((word for word in low.split() if word in words("diagrams", "things")), None)
        mended = next((word for word in low.split() if word in words("diagrams", "mend")), None)
        return None if thing is None else (thing, mended) if mended else (thing,)
    if layout is Layout.BALANCE:
        return sides(text) or (() if _has(low, "balance") else None)
    if layout is Layout.LADDER:
        match = _CLIMB.search(text)
        items = tuple(_cut(_LEAD.sub("", match[side].strip()), ITEM_MAX) for side in "ab") if match else ()
        return items or (() if _has(low, "climb") else None)
    return ()


def with_symbol(draft: Draft, text: str) -> Draft:
    """*draft* of an English idea, opening on the picture of what *text* is about inwardly, where there is one."""
    drawn = symbol(text)
    if drawn is None or not draft.moments or any(one.tableau == drawn for one in draft.moments):
        return draft
    drawn = drawn.model_copy(update={"title": draft.title})
    own = next((index for index, one in enumerate(draft.moments) if one.is_event), 0)
    moments = list(draft.moments)
    moments[own] = replace(moments[own], tableau=drawn)
    return replace(draft, moments=tuple(moments))


def _capital(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]


def _cut(text: str, most: int) -> str:
    """*text*, cut between words to at most *most* characters."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:") + "…"
