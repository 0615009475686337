"""The storyboard report card: what a viewer would mind, before a frame is made.

Nine marks, each from 0 (a fault everywhere) to 1 (none), with what was found, in which shots,
and the next act. The limits are constants beside each mark. Pure. Start reading at `critique`.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pydantic import Field

from astragen.model.base import Model
from astragen.model.storyboard import Character, Shot, Storyboard, Subject
from astragen.model.vocabulary import TimeOfDay
from astragen.plan.continuity import resolved_shots
from astragen.plan.pacing import LEAD_IN_S, MAX_RATE, MAX_SHOT_S, MIN_SHOT_S, TAIL_S
from astragen.plan.wording import (
    nouns_in,
    primary,
    sentences,
    spoken_words,
    stem,
    stems,
    syllables,
    table,
    terms,
    words,
)

VOICE_WORDS_PER_S = 2.45  # what our voice says at its normal rate, in English (builtin/writer/fit.py)
EASY_RATE = (1.2, 2.5)  # words a second of film: below it viewers wait, above it there is no air between lines
RATE_MARGIN = (0.8, 0.6)  # words a second outside EASY_RATE at which the mark is 0
SIZES_ENOUGH, MOVES_ENOUGH = 4, 5  # different ones from which a film does not look all the same
NEAR = 0.8  # share of words (Jaccard) from which two lines say the same
NEAR_WORDS = 4  # a shorter line repeats another only word for word
FLESCH_HARD, FLESCH_EASY = 20.0, 70.0  # reading ease of scientific prose and of plain English (Flesch 1948)
SENTENCE_EASY, SENTENCE_HARD = 14.0, 35.0  # words a sentence, for languages that Flesch's formula is not for
HOOK_S, HOOK_WORDS = 3.0, 14.0  # by when the first line has begun, and how long its first sentence may be
TOPIC_ENOUGH = 0.6  # share of shots about the prompt or its people; the others are places and air
BREAK_WEIGHT = 2.0  # a break in half of the shots is one everywhere
WEIGHTS = {"coverage": 2.0, "topic": 2.0}  # in `overall`; a well-made film about something else is the worst fault
_TITLE = re.compile(r":\s|\s[-–—]\s|\n")  # what a prompt's title ends with
_LIGHT = tuple(TimeOfDay)  # dawn to night, the order of a day
_SPOKEN_AS = re.compile(r"^(?:the|an?|his|her|their|its)\s+", re.IGNORECASE)


class Mark(Model):
    """How one thing is done."""

    name: str
    score: float = Field(ge=0, le=1, description="1: nothing to mind.")
    finding: str = Field(description="What was found, in one line.")
    act: str = Field("", description="What to do about it; empty: nothing.")
    shots: tuple[str, ...] = Field((), description="Ids of the shots in which it was found.")


class ReportCard(Model):
    """All marks of a storyboard, in a fixed order."""

    title: str
    overall: float = Field(ge=0, le=1, description="The mean of the marks, by WEIGHTS.")
    words_per_s: float = Field(ge=0, description="Of the film; English words, or what takes as long to say.")
    marks: tuple[Mark, ...]

    @property
    def worst_first(self) -> tuple[Mark, ...]:
        """The marks by rising score."""
        return tuple(sorted(self.marks, key=lambda mark: mark.score))


def critique(storyboard: Storyboard, *, prompt: str = "", seconds: float | None = None, fps: int = 24) -> ReportCard:
    """The report card of *storyboard*.

    prompt: what it was written from; empty: its title and logline.
    seconds: the film's length where its shots have none yet; None: as long as its lines need.
    fps: the rate that the shots' `frames` are of.
    """
    shots = resolved_shots(storyboard)
    lengths = _lengths(shots, storyboard.language, seconds, fps)
    is_asked = seconds is not None and all(shot.frames is None for shot in shots)
    rate = _spoken(shots, storyboard.language) / (seconds if seconds and is_asked else sum(lengths))
    asked = asked_for(prompt or f"{storyboard.title}. {storyboard.logline}", storyboard.language)
    marks = (
        _variety(shots),
        _rate(shots, lengths, rate, storyboard.language),
        _coverage(storyboard, shots, asked),
        _topic(storyboard, shots, asked),
        _repeats(shots, storyboard.language),
        _continuity(storyboard, shots),
        _ease(shots, storyboard.language),
        _hook(storyboard, shots, lengths),
        _ending(shots),
    )
    return ReportCard(
        title=storyboard.title,
        overall=_overall(marks),
        words_per_s=round(rate, 2),
        marks=marks,
    )


def asked_for(prompt: str, language: str) -> dict[str, str]:
    """Stem -> word of what *prompt* names to be seen.

    In English the nouns that the house knows, else the words of the prompt's title, else, of a prompt without
    one, all words; in other languages all that are no stop words. Empty: it names nothing to see.
    """
    found = terms(prompt, language)
    if primary(language) != "en":
        return found
    named = {stem(noun.split(" ")[-1]): noun for noun, _, _ in nouns_in(prompt) if terms(noun, language)}
    head, *rest = _TITLE.split(prompt, maxsplit=1)
    title = {one: word for one, word in terms(head, language).items() if not word.endswith("ing")}
    return named or (title if rest else found)


def _overall(marks: Sequence[Mark]) -> float:
    weights = [WEIGHTS.get(mark.name, 1.0) for mark in marks]
    total = sum(weight * mark.score for weight, mark in zip(weights, marks, strict=True))
    return round(total / sum(weights), 3)


def _mark(name: str, score: float, finding: str, *, act: str = "", shots: Iterable[str] = ()) -> Mark:
    score = round(min(1.0, max(0.0, score)), 3)
    return Mark(
        name=name, score=score, finding=finding, act=act if score < 1 else "", shots=tuple(dict.fromkeys(shots))
    )


def _lengths(shots: Sequence[Shot], language: str, seconds: float | None, fps: int) -> list[float]:
    """Seconds of each shot: as set, else as its line needs, stretched to *seconds* where these are asked for."""
    need = [
        max(MIN_SHOT_S, spoken_words(shot.line, language) / VOICE_WORDS_PER_S + LEAD_IN_S + TAIL_S) for shot in shots
    ]
    is_set = [shot.frames is not None for shot in shots]
    fixed = sum((shot.frames or 0) / fps for shot in shots)
    free = sum(one for one, known in zip(need, is_set, strict=True) if not known)
    room = (seconds - fixed) / free if seconds is not None and free else 1.0
    scale = max(1 / MAX_RATE, room)
    return [
        (shot.frames or 0) / fps if known else scale * one for shot, one, known in zip(shots, need, is_set, strict=True)
    ]


def _spoken(shots: Iterable[Shot], language: str) -> float:
    return sum(spoken_words(shot.line, language) for shot in shots)


# --- pictures -----------------------------------------------------------------


def _variety(shots: Sequence[Shot]) -> Mark:
    """Sizes and moves in all, and neighbours that look alike."""
    sizes, moves = {shot.size for shot in shots}, {shot.move for shot in shots}
    alike = [
        (later.id, (one.size is later.size) + (one.move is later.move) + (_picture(one) == _picture(later)))
        for one, later in pairwise(shots)
    ]
    repeated = [shot for shot, count in alike if count]
    rest = 1 - sum(count for _, count in alike) / (3 * len(alike)) if alike else 1.0
    score = 0.25 * min(1, len(sizes) / min(SIZES_ENOUGH, len(shots))) + 0.5 * rest
    score += 0.25 * min(1, len(moves) / min(MOVES_ENOUGH, len(shots)))
    return _mark(
        "variety",
        score,
        f"{len(sizes)} sizes and {len(moves)} moves in {len(shots)} shots; {len(repeated)} look like the one before",
        act="Give these another size or move, or show something else in them.",
        shots=repeated,
    )


def _picture(shot: Shot) -> object:
    """What a shot shows, however it is seen."""
    return shot.source or shot.tableau or (shot.setting, tuple(sorted(_seen(one) for one in shot.subjects)))


def _seen(one: Subject) -> str:
    return one.character or one.noun.casefold()


def _coverage(storyboard: Storyboard, shots: Sequence[Shot], asked: dict[str, str]) -> Mark:
    """The prompt's words that are seen or said; of those, how many are seen only."""
    there = frozenset().union(*(_shown(storyboard, shot) | stems(shot.line, storyboard.language) for shot in shots))
    missing = [word for one, word in asked.items() if one not in there]
    if not missing:
        return _mark("coverage", 1, f"all {len(asked)} words of the prompt that name something are seen or said")
    return _mark(
        "coverage",
        1 - len(missing) / len(asked),
        f"{len(missing)} of {len(asked)} words of the prompt are neither seen nor said: {', '.join(missing[:8])}",
        act=f'Show it or say it: give a shot a subject "{missing[0]}".',
    )


def _shown(storyboard: Storyboard, shot: Shot) -> frozenset[str]:
    """Stems of all words for what *shot* shows."""
    air = [str(word) for word in (shot.time_of_day, shot.weather, shot.season) if word is not None]
    told = [*(one.phrase for one in shot.subjects), *air, shot.action]
    return _pictured(storyboard, shot) | stems(" ".join(told), storyboard.language)


def _pictured(storyboard: Storyboard, shot: Shot) -> frozenset[str]:
    """Stems of the nouns that *shot* shows, not of how they are: what a painter goes by first; and of its place."""
    sheet = {one.id: one for one in storyboard.characters}
    told = [word for one in shot.subjects for word in (one.noun, *words(one.phrase)[-1:], _named(one, sheet))]
    if shot.tableau is not None:
        told += [shot.tableau.title, *shot.tableau.items, *shot.tableau.messages]
    return stems(" ".join([*told, shot.setting or ""]), storyboard.language)


def _named(one: Subject, sheet: dict[str, Character]) -> str:
    return f"{sheet[one.character].name} {sheet[one.character].kind}" if one.character in sheet else ""


def _topic(storyboard: Storyboard, shots: Sequence[Shot], asked: dict[str, str]) -> Mark:
    """Shots that show what the prompt speaks of, somebody of the film, or what their own line says."""
    if not asked:
        return _mark("topic", 1, "the prompt names nothing to see")
    generic = stems(table("critique")["generic"], "en")
    wanted = frozenset(asked) - generic or frozenset(asked)
    people = {one.id for one in storyboard.characters if wanted & generic or not stems(one.kind, "en") & generic}
    off = [
        shot.id
        for shot in shots
        if not any(one.character in people for one in shot.subjects)
        and not shot.source
        and not wanted & (_pictured(storyboard, shot) | stems(shot.line, storyboard.language))
    ]
    share = 1 - len(off) / len(shots)
    return _mark(
        "topic",
        share / TOPIC_ENOUGH,
        f"{len(off)} of {len(shots)} shots show nothing that the prompt speaks of, and nobody of the film",
        act=f"Show what the film is about in them: {', '.join(list(asked.values())[:4])}.",
        shots=off,
    )


# --- words --------------------------------------------------------------------


def _rate(shots: Sequence[Shot], lengths: Sequence[float], rate: float, language: str) -> Mark:
    """*rate*, words a second of the film as it was asked for, and shots whose line does not fit into them."""
    fastest = VOICE_WORDS_PER_S * MAX_RATE
    spoken = [spoken_words(shot.line, language) for shot in shots]
    rushed = [shot.id for shot, said, length in zip(shots, spoken, lengths, strict=True) if said > fastest * length]
    long = [shot.id for shot, said in zip(shots, spoken, strict=True) if said > VOICE_WORDS_PER_S * MAX_SHOT_S]
    low, high = EASY_RATE
    outside = max((low - rate) / RATE_MARGIN[0], (rate - high) / RATE_MARGIN[1], 0.0)
    found = [f"{rate:.1f} words a second"]
    found += [f"{len(rushed)} lines do not fit into their shots"] if rushed else []
    found += [f"{len(long)} shots speak for over {MAX_SHOT_S:g} s"] if long else []
    act = "Say less." if rate > high else "Cut these lines over more shots." if long or rushed else "Say a little more."
    bad = len({*rushed, *long}) / len(shots)
    return _mark("rate", (1 - outside) * (1 - bad), "; ".join(found), act=act, shots=[*rushed, *long])


def _repeats(shots: Sequence[Shot], language: str) -> Mark:
    """Lines that say again, word for word or nearly, what was said before."""
    lines = [(shot.id, stems(shot.line, language)) for shot in shots if shot.line]
    again = list(_said_again(lines))
    return _mark(
        "repeats",
        1 - len(again) / len(lines) if lines else 1,
        f"{len(again)} of {len(lines)} lines say what another has said" if again else "no line is said twice",
        act="Say something new in these, or nothing.",
        shots=again,
    )


def _said_again(lines: Sequence[tuple[str, frozenset[str]]]) -> Iterator[str]:
    """Ids of lines that an earlier one says, too; two like lines share one of their rarest words (prefix filter)."""
    counts = Counter(word for _, said in lines for word in said)
    known: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    whole: set[frozenset[str]] = set()
    for shot, said in lines:
        least = math.ceil(NEAR * len(said) - 1e-9) if len(said) >= NEAR_WORDS else len(said)
        rare = sorted(said, key=lambda word: (counts[word], word))[: len(said) - least + 1]
        near = [one for word in rare for one in known[word] if len(said) >= NEAR_WORDS <= len(one)]
        if said in whole or any(len(one & said) >= NEAR * len(one | said) for one in near):
            yield shot
        whole.add(said)
        for word in rare:
            known[word].append(said)


def _ease(shots: Sequence[Shot], language: str) -> Mark:
    """How easily the narration is followed by ear."""
    cut = [(shot.id, one) for shot in shots for one in sentences(shot.line)]
    total = sum(spoken_words(one, language) for _, one in cut)
    if not total:
        return _mark("ease", 1, "nothing is said")
    each = total / len(cut)
    if primary(language) == "en":
        found = [word for _, one in cut for word in words(one)]
        ease = 206.835 - 1.015 * each - 84.6 * sum(map(syllables, found)) / len(found)
        score = (ease - FLESCH_HARD) / (FLESCH_EASY - FLESCH_HARD)
        finding = f"reading ease {ease:.0f} (Flesch; {FLESCH_EASY:g} is plain English), {each:.0f} words a sentence"
    else:
        score = (SENTENCE_HARD - each) / (SENTENCE_HARD - SENTENCE_EASY)
        finding = f"{each:.0f} words a sentence"
    hard = [shot for shot, one in cut if spoken_words(one, language) > 1.5 * SENTENCE_EASY]
    return _mark("ease", score, finding, act="Use shorter sentences and shorter words.", shots=hard)


# --- continuity ---------------------------------------------------------------


def _continuity(storyboard: Storyboard, shots: Sequence[Shot]) -> Mark:
    """Somebody who looks different, somebody who is not on the sheet, an hour that goes back."""
    breaks = [*_changed(storyboard), *_unlisted(storyboard), *_turned_back(storyboard, shots)]
    what = "; ".join(list(dict.fromkeys(found for _, found in breaks))[:3])
    return _mark(
        "continuity",
        1 - BREAK_WEIGHT * len({shot for shot, _ in breaks}) / len(shots),
        what or "everybody looks the same throughout, and no hour goes back",
        act="Leave colour and kind to the character's sheet, and the hour to the scene.",
        shots=[shot for shot, _ in breaks],
    )


def _changed(storyboard: Storyboard) -> Iterator[tuple[str, str]]:
    """Shots in which a character has another colour than before, or is another kind of thing."""
    sheet = {one.id: one for one in storyboard.characters}
    colors = {one.id: one.color.lower() for one in storyboard.characters if one.color}
    for shot in storyboard.shots:
        for one in shot.subjects:
            if one.character is None:
                continue
            who = sheet[one.character]
            if one.color and colors.setdefault(who.id, one.color.lower()) != one.color.lower():
                yield shot.id, f"{who.name} is {one.color} instead of {colors[who.id]}"
            if not _is_called(one.noun, who):
                yield shot.id, f"{who.name}, a {who.kind}, is a {one.noun}"


def _is_called(noun: str, who: Character) -> bool:
    """Whether *noun* may stand for *who*: its kind, its name, or a word for whoever a story is about."""
    said = {stem(word) for word in words(noun)}
    known = {stem(word) for word in (*words(who.kind), *words(who.name), *table("critique")["hero"].split())}
    return bool(said & known)


def _unlisted(storyboard: Storyboard) -> Iterator[tuple[str, str]]:
    """Subjects that have a character's name and are not tied to it, so that they are drawn anew."""
    names = {_SPOKEN_AS.sub("", one.name).casefold(): one for one in storyboard.characters}
    for shot in storyboard.shots:
        present = {one.character for one in shot.subjects}
        for one in shot.subjects:
            who = names.get(_SPOKEN_AS.sub("", one.noun).casefold())
            if one.character is None and one.count == 1 and who is not None and who.id not in present:
                yield shot.id, f'a "{one.noun}" is not tied to the character {who.id}'


def _turned_back(storyboard: Storyboard, shots: Sequence[Shot]) -> Iterator[tuple[str, str]]:
    """Shots whose place is at an earlier hour than before in the same scene; after a night comes a dawn."""
    seen = iter(shots)
    for scene in storyboard.scenes:
        hours: dict[str, TimeOfDay] = {}
        for shot in (next(seen) for _ in scene.shots):
            place, hour = (shot.setting or "").casefold(), shot.time_of_day or scene.time_of_day
            before = hours.get(place, hour)
            is_morning = (before, hour) == (TimeOfDay.NIGHT, TimeOfDay.DAWN)
            if _LIGHT.index(hour) < _LIGHT.index(before) and not is_morning and shot.tableau is None:
                yield shot.id, f"the {place} goes from {before} back to {hour} within scene {scene.id}"
            hours[place] = hour


# --- the two ends -------------------------------------------------------------


def _hook(storyboard: Storyboard, shots: Sequence[Shot], lengths: Sequence[float]) -> Mark:
    """Whether the first line comes at once, is short, and asks or names something to see."""
    spoken = next((index for index, shot in enumerate(shots) if shot.line), None)
    if spoken is None or sum(lengths[:spoken]) + LEAD_IN_S > HOOK_S:
        start = "nothing is said" if spoken is None else f"the first line begins after {sum(lengths[:spoken]):.0f} s"
        return _mark("hook", 0, start, act=f"Say something in the first {HOOK_S:g} s.", shots=[shots[0].id])
    first = (sentences(shots[spoken].line) or [shots[spoken].line])[0]
    asks = "?" in shots[spoken].line[: len(first) + 2] or "？" in shots[spoken].line[: len(first) + 2]
    said = terms(first, storyboard.language)
    visible = frozenset().union(*(_shown(storyboard, shot) for shot in shots))
    is_title = bool(said) and frozenset(said) == frozenset(terms(storyboard.title, storyboard.language))
    is_short = spoken_words(first, storyboard.language) <= HOOK_WORDS
    names = not is_title and (bool(visible & frozenset(said)) or any(letter.isdigit() for letter in first))
    faults = [] if is_short else [f"is over {HOOK_WORDS:g} words long"]
    faults += ["only says the title"] if is_title and not asks else [] if asks or names else ["names nothing to see"]
    return _mark(
        "hook",
        0.4 + 0.3 * is_short + 0.3 * (asks or names),
        f"the first line {' and '.join(faults)}" if faults else "the first line is short, and asks or names something",
        act="Open on one short line: a question, or a thing that is in the picture.",
        shots=[shots[spoken].id] if faults else [],
    )


def _ending(shots: Sequence[Shot]) -> Mark:
    """Whether the last shot says something of its own, and is seen otherwise than the one before."""
    last = shots[-1]
    is_new = bool(last.line) and last.line not in {shot.line for shot in shots[:-1]}
    differs = len(shots) == 1 or (last.size, last.move) != (shots[-2].size, shots[-2].move)
    faults = [] if is_new else ["says nothing of its own"]
    faults += [] if differs else ["is seen like the one before"]
    return _mark(
        "ending",
        0.6 * is_new + 0.4 * differs,
        f"the last shot {' and '.join(faults)}" if faults else "the last shot has a line of its own",
        act="Close on a line that was not said before, and on another size or move.",
        shots=[last.id] if faults else [],
    )
