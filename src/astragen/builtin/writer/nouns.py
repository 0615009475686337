"""Nouns and noun phrases of English text: what the user wants to see, in their own words.

A small tagger over closed word lists, a vocabulary of about 1,300 concrete nouns and
600 verbs; unknown words are placed by their neighbours. Start at `read`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from astragen.builtin.writer.inflect import plural, verb_forms
from astragen.builtin.writer.tables import table, words

_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*(?:(?<=s)['’](?=\s))?|\d+(?:[.,]\d+)*|[.,;:!?—–()\"“”]")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")

LIVING = frozenset({"child", "person", "group", "creature", "animal"})
PEOPLE = frozenset({"child", "person", "group"})


@dataclass(frozen=True)
class Entry:
    """A noun of the vocabulary."""

    noun: str
    category: str
    home: str
    """The kind of place it is at home in: "ocean", "forest", ...; "" for anywhere."""


@cache
def vocabulary() -> dict[str, Entry]:
    """Singular noun -> entry; compounds have spaces. The first mention in the table wins."""
    entries: dict[str, Entry] = {}
    for category, homes in table("nouns").items():
        for home, listed in homes.items():
            for word in listed.split():
                noun = word.replace("_", " ")
                entries.setdefault(noun, Entry(noun, category, home.strip()))
    for setting, listed in table("settings")["words"].items():
        for word in listed.split():
            entries.setdefault(word.replace("_", " "), Entry(word.replace("_", " "), "place", setting))
    return entries


@cache
def _singulars() -> dict[str, str]:
    """Every form of every noun of the vocabulary -> its singular."""
    forms = {plural(noun): noun for noun in vocabulary()}
    forms.update({"grandparents": "grandparent", "kids": "kid", "people": "people", "leaves": "leaf", "roofs": "roof"})
    forms.update({noun: noun for noun in vocabulary()})
    return forms


@cache
def _longest() -> int:
    return max(noun.count(" ") for noun in _singulars()) + 1


def singular(word: str) -> str:
    """The singular of *word*, by the vocabulary, else by rule."""
    lowered = word.lower()
    known = _singulars().get(lowered)
    if known:
        return known
    if lowered.endswith("ies") and len(lowered) > 4:
        return lowered[:-3] + "y"
    if lowered.endswith(("sses", "ches", "shes", "xes")):
        return lowered[:-2]
    return lowered[:-1] if lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")) else lowered


def is_noun(word: str) -> bool:
    """Whether *word* (any form, lower case) is in the vocabulary."""
    return word in _singulars()


@dataclass(frozen=True)
class Token:
    """A word or mark, and what part it plays.

    tag: D determiner, N number, P preposition, C conjunction, R relative, O pronoun,
    X auxiliary, A adverb, V verb, W anything a noun phrase is made of, "." a mark.
    """

    text: str
    tag: str
    base: str = ""
    form: str = ""
    owns: bool = False
    start: int = 0

    @property
    def low(self) -> str:
        """Lower case, without a possessive ending."""
        return _POSSESSIVE.sub("", self.text.lower().replace("’", "'")) if self.owns else self.text.lower()


@dataclass(frozen=True)
class NounPhrase:
    """Something named in the text."""

    text: str
    """As written, without its determiner: "lonely lighthouse keeper"."""
    noun: str
    """Head noun, singular, lower case (a name keeps its capital)."""
    count: int
    first: int
    last: int
    """Indices of its first and last token."""
    category: str = ""
    lead: str = ""
    """Determiner and number as written: "the two", "an"."""
    adjectives: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = field(default=())
    """Nouns of the vocabulary before the head: "lighthouse"."""
    is_name: bool = False
    owns: bool = False

    @property
    def is_living(self) -> bool:
        """Whether it can be the hero of a story as it is."""
        return self.category in LIVING

    @property
    def is_plural(self) -> bool:
        """Whether verbs after it take the plural."""
        return self.count > 1


def read(text: str) -> tuple[tuple[Token, ...], tuple[NounPhrase, ...]]:
    """The tokens of *text*, tagged, and its noun phrases in order."""
    tokens = _tag(text)
    return tokens, _phrases(tokens)


def _tag(text: str) -> tuple[Token, ...]:
    found = [(match[0], match.start()) for match in _TOKEN.finditer(text)]
    tokens: list[Token] = []
    is_title = _is_title_case([word for word, _ in found])
    for index, (word, start) in enumerate(found):
        following = found[index + 1][0].lower() if index + 1 < len(found) else "."
        after = found[index + 2][0].lower() if index + 2 < len(found) else "."
        token = _token(word, start, tokens, following, after)
        is_label = token.tag == "V" and is_title and token.form != "ing"
        tokens.append(Token(word, "W", start=start) if is_label else token)
    return tuple(tokens)


def _is_title_case(found: list[str]) -> bool:
    long = [word for word in found if len(word) > 3 and word[0].isalpha()]
    return len(long) > 1 and sum(word[0].isupper() for word in long) >= 0.8 * len(long)


_CLOSED = (
    ("R", "relatives"),
    ("N", "numbers"),
    ("D", "determiners"),
    ("O", "pronouns"),
    ("X", "auxiliaries"),
    ("P", "prepositions"),
    ("C", "conjunctions"),
    ("A", "adverbs"),
)


@cache
def _closed() -> dict[str, str]:
    tags: dict[str, str] = {}
    for tag, key in _CLOSED:
        listed = table("grammar_words")[key]
        for word in listed if isinstance(listed, dict) else listed.split():
            tags.setdefault(word, tag)
    return tags


def _token(word: str, start: int, before: list[Token], following: str, after: str) -> Token:
    low = word.lower().replace("’", "'")
    if not (word[0].isalnum()):
        return Token(word, ".", start=start)
    if low[0].isdigit():
        return Token(word, "N", start=start)
    owns = bool(_POSSESSIVE.search(low)) and low not in ("it's", "that's", "let's", "what's", "here's", "there's")
    if owns:
        return Token(word, "W", owns=True, start=start)
    closed = _closed().get(low)
    if closed is None and low.endswith("ly") and len(low) > 4 and not is_noun(low) and low not in verb_forms():
        closed = "A" if low not in ("lonely", "friendly", "ugly", "silly", "lovely", "early", "tiny", "holy", "family") else None
    if low == "that" and before and before[-1].tag == "W":
        closed = "R"
    if low == "who's" or (low == "her" and following in (".", ",")):
        closed = "O"
    if closed and not (low == "like" and before and before[-1].tag == "W"):
        return Token(word, closed, start=start)
    verb = _verb(low, word, before, following, after)
    return Token(word, "V", verb[0], verb[1], start=start) if verb else Token(word, "W", start=start)


def _verb(low: str, word: str, before: list[Token], following: str, after: str) -> tuple[str, str] | None:
    """(base, form) when *low* is a verb in its place, else None."""
    known = verb_forms().get(low)
    previous = before[-1] if before else None
    form = known.form if known else _unknown_form(low)
    if previous is None or previous.tag in "DN." and previous.text != ",":
        return (known.base, form) if known and form == "ing" and previous is None and word[0].isupper() else None
    base = known.base if known else low
    if form == "base":
        return (base, form) if _takes_base(low, before, following) else None
    if previous.tag == "P" or previous.owns:
        return (base, form) if known and form == "ing" and previous.text.lower() not in ("of", "in") and not is_noun(low) else None
    if form == "s":
        return (base, form) if _is_third_person(low, bool(known), before, following, after) else None
    if form == "past" and previous.tag == "W" and following in ("of", "by", "with", "from", "in", "on", "at"):
        goes = following in ("in", "on", "at") and base in _intransitive()
        return (base, form) if goes else None
    if form in ("ing", "past") and previous.tag in "WOACX,RV":
        object_follows = _closed().get(following) in ("D", "P", "O", "A", "N") or following in (".", ",")
        return (base, form) if (known or object_follows) and not (is_noun(low) and not object_follows) else None
    return None


@cache
def _intransitive() -> frozenset[str]:
    """Verbs whose past form before "in" or "on" is a verb, as in "lived in a castle"."""
    actions = table("verbs")["actions"]
    return frozenset(" ".join(actions[key] for key in ("walk", "run", "sit", "stand", "float", "wait")).split()) | {"live"}


def _unknown_form(low: str) -> str:
    if low.endswith("ing") and len(low) > 5:
        return "ing"
    if low.endswith("ed") and len(low) > 4:
        return "past"
    return "s" if low.endswith("s") and not low.endswith(("ss", "us", "is")) else ""


def _takes_base(low: str, before: list[Token], following: str) -> bool:
    """A base form is a verb after "to" or an auxiliary, or after a plural subject."""
    previous = before[-1]
    if previous.owns:
        return False
    if previous.text.lower() == "to" or previous.tag == "X":
        return True
    if previous.tag == "A" and len(before) > 1 and before[-2].tag in "XOW":
        return not is_noun(low)
    joined = any(token.low == "and" for token in before) and not any(token.tag == "V" for token in before)
    plural_subject = previous.tag == "O" or (previous.tag == "W" and (joined or _is_plural_form(previous.low)))
    far_plural = any(token.tag == "W" and _is_plural_form(token.low) for token in before)
    if far_plural and not any(token.tag == "V" for token in before) and _closed().get(following) in ("D", "O", "N"):
        return True
    follows = _closed().get(following) in ("D", "P", "O", "A", "N", "C") or following in (".", ",")
    return plural_subject and (follows or not is_noun(low))


def _is_plural_form(low: str) -> bool:
    known = _singulars().get(low)
    return (known is not None and known != low) or low in ("people", "children", "men", "women") or (
        known is None and low.endswith("s") and not low.endswith("ss")
    )


def _is_third_person(low: str, known: bool, before: list[Token], following: str, after: str) -> bool:
    """ "walks" after a subject; a plural noun such as "lights" only where an object or a place follows."""
    previous = before[-1]
    if previous.tag in "OR" or (previous.tag == "A" and known):
        return known or following not in (".",)
    if previous.tag == "C" or previous.text == ",":
        after_verb = any(token.tag == "V" for token in before) or _closed().get(following) in ("D", "P", "O")
        return known and after_verb and not (is_noun(low) and _closed().get(following) != "D")
    if previous.tag != "W" or previous.low in ("first", "last", "next", "new", "early", "own"):
        return False  # "a child's first steps"
    if _is_plural_form(previous.low):
        return known and not is_noun(low)
    opens_object = _closed().get(following) in ("D", "O", "N") or following in ("to", "that", "how", "why")
    if is_noun(low):
        determined = any(token.tag in "DN" and token.low in ("a", "an", "one") for token in before[-4:])
        return opens_object or (determined and _closed().get(following) in ("P", "A", "C"))
    if known:
        return True
    return opens_object or (_closed().get(following) in ("P", "A") and is_noun(previous.low))


def _phrases(tokens: tuple[Token, ...]) -> tuple[NounPhrase, ...]:
    found: list[NounPhrase] = []
    start = 0
    while start < len(tokens):
        if tokens[start].tag not in "DNW":
            start += 1
            continue
        end = start + 1
        while end < len(tokens) and tokens[end].tag in "NW" and not tokens[end - 1].owns:
            end += 1
        phrase = _phrase(tokens, start, end)
        if phrase is not None:
            found.append(phrase)
        start = end
    return tuple(found)


def _phrase(tokens: tuple[Token, ...], start: int, end: int) -> NounPhrase | None:
    run = [index for index in range(start, end) if tokens[index].tag == "W"]
    if not run:
        return None
    dull = words("grammar_words", "abstract") | words("grammar_words", "meta")
    cut = [place for place, index in enumerate(run[:-1]) if tokens[index].low in dull and not tokens[index].owns]
    if cut and is_noun(tokens[run[-1]].low):  # "wisdom and love grandparents share"
        run = run[cut[-1] + 1 :]
        start = run[0]
    determiner = tokens[start].low if tokens[start].tag == "D" else ""
    number = next((tokens[index].low for index in range(start, end) if tokens[index].tag == "N"), "")
    head = _head(tokens, run, bool(determiner or number))
    if head is None:
        return None
    first, last, noun = head
    if noun in words("grammar_words", "needs_article") and not (determiner or number or tokens[last].low != noun):
        return None
    inner = [index for index in run if index < first]
    modifiers = tuple(
        singular(tokens[index].low) for index in inner if is_noun(tokens[index].low) and not _is_adjective(tokens[index].low)
    )
    entry = vocabulary().get(noun)
    gender = next((_gender(tokens[index].text) for index in run if _gender(tokens[index].text)), "")
    is_opening = last == 0 or tokens[last - 1].text in ".!?"
    is_name = (entry is None and tokens[last].text[0].isupper() and not is_opening) or (bool(gender) and not determiner)
    return NounPhrase(
        text=_spoken(tokens, [index for index in run if index <= last], is_name=is_name),
        noun=tokens[last].text if is_name else noun,
        count=_count(number, determiner, tokens[last].low, noun),
        first=start,
        last=last,
        category="person" if is_name and gender else entry.category if entry else "",
        lead=" ".join(tokens[index].low for index in range(start, end) if tokens[index].tag in "DN"),
        adjectives=tuple(tokens[index].low for index in inner if not is_noun(tokens[index].low)),
        modifiers=modifiers,
        is_name=is_name,
        owns=tokens[last].owns,
    )


def _spoken(tokens: tuple[Token, ...], run: list[int], *, is_name: bool) -> str:
    """The words of *run*, without the capital of a sentence's start."""
    spoken = [_bare(tokens[index]) for index in run]
    opens = run[0] == 0 or tokens[run[0] - 1].text in ".!?"
    if opens and not is_name and spoken[0][1:].islower():
        spoken[0] = spoken[0].lower()
    return " ".join(spoken)


def _gender(word: str) -> str:
    """ "she" or "he" for a first name of the table, else ""."""
    if word in words("grammar_words", "names_she"):
        return "she"
    return "he" if word in words("grammar_words", "names_he") else ""


def _bare(token: Token) -> str:
    return _POSSESSIVE.sub("", token.text.replace("’", "'")) if token.owns else token.text


def _is_adjective(low: str) -> bool:
    return low in table("grammar_words")["colors"] or low in ("orange", "wild", "gold", "silver", "iron")


def _head(tokens: tuple[Token, ...], run: list[int], determined: bool) -> tuple[int, int, str] | None:
    """(first token, last token, singular) of the head: the longest known compound at the end of the run."""
    for last in reversed(run):
        for length in range(min(_longest(), last - run[0] + 1), 0, -1):
            text = " ".join(tokens[index].low for index in range(last - length + 1, last + 1)).replace("-", " ")
            if text in _singulars() and text not in words("grammar_words", "not_nouns"):
                return last - length + 1, last, _singulars()[text]
        form = verb_forms().get(tokens[last].low)
        if form is not None and form.form in ("past", "ing") and last > run[0]:
            continue
        if determined or (tokens[last].text[0].isupper() and last > 0) or _gender(tokens[last].text):
            return last, last, singular(tokens[last].low)
    return None


def _count(number: str, determiner: str, low: str, noun: str) -> int:
    numbers = table("grammar_words")["numbers"]
    if number:
        digits = number.split(",")[0].split(".")[0]
        return int(max(1, min(12, int(digits) if digits.isdigit() else numbers.get(number, 1))))
    if determiner == "both":
        return 2
    if noun == "people":
        return 3
    return 3 if low != noun and _singulars().get(low, noun) == noun and low.endswith(("s", "en", "ves", "ople", "ice", "eese")) else 1
