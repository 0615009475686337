"""Words of English text and the parts they play.

Closed word lists, the verbs of the table, and the neighbours of a word decide; there
is no model. Start at `tag`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from astragen.builtin.writer.inflect import verb_forms
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.vocabulary import dull_words, is_noun, singular, singulars

_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*(?:(?<=s)['’](?=\s))?|\d+(?:[.,]\d+)*|[.,;:!?—–()\"“”]")
POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")


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
        return POSSESSIVE.sub("", self.text.lower().replace("’", "'")) if self.owns else self.text.lower()


def tag(text: str) -> tuple[Token, ...]:
    """The words and marks of *text*, each with the part it plays."""
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
    owns = bool(POSSESSIVE.search(low)) and low not in ("it's", "that's", "let's", "what's", "here's", "there's")
    if owns:
        return Token(word, "W", owns=True, start=start)
    closed = _closed().get(low)
    if closed is None and low.endswith("ly") and len(low) > 4 and not is_noun(low) and low not in verb_forms():
        closed = (
            "A"
            if low not in ("lonely", "friendly", "ugly", "silly", "lovely", "early", "tiny", "holy", "family")
            else None
        )
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
    base, form = known or (low, _unknown_form(low))
    opens = previous is None
    if previous is None or (previous.tag in "DN." and previous.text != ","):
        return (base, form) if known and form == "ing" and opens and word[0].isupper() else None
    if form == "base":
        is_verb = _takes_base(low, before, following)
    elif previous.tag == "P" or previous.owns:
        is_verb = bool(known) and form == "ing" and previous.low not in ("of", "in") and not is_noun(low)
    elif form == "s":
        is_verb = _is_third_person(low, bool(known), before, following, after)
    elif form in ("ing", "past"):
        is_verb = _is_participle(low, base, form, bool(known), previous, following)
    else:
        is_verb = False
    return (base, form) if is_verb else None


def _is_participle(low: str, base: str, form: str, known: bool, previous: Token, following: str) -> bool:
    """Whether "chasing" or "built" tells what somebody does, rather than what something is like."""
    if form == "past" and previous.tag == "W" and following in ("of", "by", "with", "from", "in", "on", "at"):
        return following in ("in", "on", "at") and base in _intransitive()
    if not known and is_noun(low):  # "winter morning"
        return False
    if form == "ing" and is_noun(following) and previous.tag == "W" and not is_noun(previous.low):
        return False  # "a lost fishing boat"
    object_follows = _closed().get(following) in ("D", "P", "O", "A", "N") or following in (".", ",")
    return previous.tag in "WOACXRV." and (known or object_follows) and (object_follows or not is_noun(low))


@cache
def _intransitive() -> frozenset[str]:
    """Verbs whose past form before "in" or "on" is a verb, as in "lived in a castle"."""
    actions = table("verbs")["actions"]
    return frozenset(" ".join(actions[key] for key in ("walk", "run", "sit", "stand", "float", "wait")).split()) | {
        "live"
    }


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
    plural_subject |= previous.tag == "R" and len(before) > 1 and _is_plural_form(before[-2].low)  # "friends who go"
    far_plural = any(token.tag == "W" and _is_plural_form(token.low) for token in before)
    if far_plural and not any(token.tag == "V" for token in before) and _closed().get(following) in ("D", "O", "N"):
        return True
    follows = _closed().get(following) in ("D", "P", "O", "A", "N", "C") or following in (".", ",")
    return plural_subject and (follows or not is_noun(low))


def _is_plural_form(low: str) -> bool:
    known = singulars().get(low)
    return (
        (known is not None and known != low)
        or low in ("people", "children", "men", "women")
        or (known is None and low.endswith("s") and not low.endswith("ss"))
    )


def _is_third_person(low: str, known: bool, before: list[Token], following: str, after: str) -> bool:
    """Whether "walks" is a verb; a plural noun such as "lights" only where an object or a place follows."""
    previous = before[-1]
    if previous.tag in "OR" or (previous.tag == "A" and known):
        return known or (following != "." and not is_noun(low))
    if previous.tag == "C" or previous.text == ",":
        after_verb = any(token.tag == "V" for token in before) or _closed().get(following) in ("D", "P", "O")
        return known and after_verb and not (is_noun(low) and _closed().get(following) != "D")
    if previous.tag != "W" or previous.low in ("first", "last", "next", "new", "early", "own"):
        return False  # "a child's first steps"
    if _is_plural_form(previous.low):
        return known and not is_noun(low)
    if not known and singular(low) in dull_words():  # "kitchen adventures with parents"
        return False
    opens_object = _closed().get(following) in ("D", "O", "N") or (known and following in ("to", "that", "how", "why"))
    if is_noun(low):
        determined = any(token.tag in "DN" and token.low in ("a", "an", "one") for token in before[-4:])
        return opens_object or (determined and _closed().get(following) in ("P", "A", "C"))
    if known:
        return True
    return opens_object or ((_closed().get(following) in ("P", "A") or following == ".") and is_noun(previous.low))
