"""Noun phrases of English text: what the user wants to see, in their own words.

Start at `read`.
"""

from __future__ import annotations

from dataclasses import dataclass

from astragen.builtin.writer.inflect import verb_forms
from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.tagging import POSSESSIVE, Token, tag
from astragen.builtin.writer.vocabulary import LIVING, dull_words, is_noun, longest, singular, singulars, vocabulary


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
    modifiers: tuple[str, ...] = ()
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
    tokens = tag(text)
    return tokens, _phrases(tokens)


def _phrases(tokens: tuple[Token, ...]) -> tuple[NounPhrase, ...]:
    found: list[NounPhrase] = []
    start = 0
    while start < len(tokens):
        if tokens[start].tag not in "DNW":
            start += 1
            continue
        end = start + 1
        while end < len(tokens) and tokens[end].tag in "NW" and not _closes(tokens, end):
            end += 1
        phrase = _phrase(tokens, start, end)
        if phrase is not None:
            found.append(phrase)
        start = end
    return tuple(found)


def _closes(tokens: tuple[Token, ...], end: int) -> bool:
    """Whether a phrase ends before token *end*: after an owner, or a plural with no noun after it."""
    last = tokens[end - 1]
    is_plural_noun = last.tag == "W" and singulars().get(last.low, last.low) != last.low
    return last.owns or (is_plural_noun and not is_noun(tokens[end].low) and not _describes(tokens[end].low))


def _phrase(tokens: tuple[Token, ...], start: int, end: int) -> NounPhrase | None:
    run = [index for index in range(start, end) if tokens[index].tag == "W"]
    if not run:
        return None
    dull = dull_words()
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
        singular(tokens[index].low)
        for index in inner
        if is_noun(tokens[index].low) and not _is_adjective(tokens[index].low)
    )
    entry = vocabulary().get(noun)
    gender = next((_gender(tokens[index].text) for index in run if _gender(tokens[index].text)), "")
    is_opening = last == 0 or tokens[last - 1].text in ".!?"
    acts = last + 1 < len(tokens) and tokens[last + 1].tag == "V"
    is_capital = entry is None and tokens[last].text[0].isupper()
    is_name = (is_capital and (acts or not is_opening)) or (bool(gender) and not determiner)
    return NounPhrase(
        text=_spoken(
            tokens, _named(tokens, run, last) if is_name else [one for one in run if one <= last], is_name=is_name
        ),
        noun=tokens[last].text if is_name else noun,
        count=_count(number, determiner, tokens[last].low, noun),
        first=start,
        last=last,
        category="person" if is_name and (gender or acts) else entry.category if entry else "",
        lead=" ".join(tokens[index].low for index in range(start, end) if tokens[index].tag in "DN"),
        adjectives=tuple(tokens[index].low for index in inner if not is_noun(tokens[index].low)),
        modifiers=modifiers,
        is_name=is_name,
        owns=tokens[last].owns,
    )


def _named(tokens: tuple[Token, ...], run: list[int], last: int) -> list[int]:
    """The tokens of a name: from its first name on, "Anna" of "Happy birthday Anna"."""
    inner = [index for index in run if index <= last]
    first = next((index for index in inner if _gender(tokens[index].text)), None)
    return [index for index in inner if first is None or index >= first]


def _spoken(tokens: tuple[Token, ...], run: list[int], *, is_name: bool) -> str:
    """The words of *run*, without the capital of a sentence's start."""
    spoken = [_bare(tokens[index]) for index in run]
    opens = run[0] == 0 or tokens[run[0] - 1].text in ".!?"
    if opens and not is_name and spoken[0][1:].islower():
        spoken[0] = spoken[0].lower()
    return " ".join(spoken)


def _gender(word: str) -> str:
    """The pronoun "she" or "he" for a first name of the table, else ""."""
    if word in words("grammar_words", "names_she"):
        return "she"
    return "he" if word in words("grammar_words", "names_he") else ""


def _bare(token: Token) -> str:
    return POSSESSIVE.sub("", token.text.replace("’", "'")) if token.owns else token.text


def _is_adjective(low: str) -> bool:
    return low in table("grammar_words")["colors"] or low in ("orange", "wild", "gold", "silver", "iron")


def _head(tokens: tuple[Token, ...], run: list[int], determined: bool) -> tuple[int, int, str] | None:
    """(first token, last token, singular) of the head: the longest known compound at the end of the run."""
    for last in reversed(run):
        for length in range(min(longest(), last - run[0] + 1), 0, -1):
            text = " ".join(tokens[index].low for index in range(last - length + 1, last + 1)).replace("-", " ")
            if text in singulars() and text not in words("grammar_words", "not_nouns"):
                return last - length + 1, last, singulars()[text]
        if last > run[0] and _describes(tokens[last].low):
            continue
        is_actor = last + 1 < len(tokens) and tokens[last + 1].tag == "V" and tokens[last].text[0].isupper()
        is_actor = is_actor and tokens[last].low not in words("grammar_words", "not_nouns")
        is_many = last > run[0] and tokens[last].low.endswith("s") and not tokens[last].low.endswith("ss")
        if (
            determined
            or is_actor
            or is_many
            or (tokens[last].text[0].isupper() and last > 0)
            or _gender(tokens[last].text)
        ):
            return last, last, singular(tokens[last].low)
    return None


def _describes(low: str) -> bool:
    """Whether a word after a noun says what that is like: "astronauts stranded", "an elephant afraid"."""
    form = verb_forms().get(low)
    is_participle = form is not None and form.form in ("past", "ing")
    return is_participle or low in words("grammar_words", "postpositive") or low in table("grammar_words")["colors"]


def _count(number: str, determiner: str, low: str, noun: str) -> int:
    numbers = table("grammar_words")["numbers"]
    if number:
        digits = number.split(",")[0].split(".")[0]
        return int(max(1, min(12, int(digits) if digits.isdigit() else numbers.get(number, 1))))
    if determiner == "both":
        return 2
    if noun == "people":
        return 3
    return (
        3
        if low != noun
        and singulars().get(low, noun) in (noun, noun.split(" ")[-1])
        and low.endswith(("s", "en", "ves", "ople", "ice", "eese"))
        else 1
    )
