"""Ordinals, Roman numerals, fractions, ranges and years: "20. Juli", "Louis XIV", "1969". Pure. Start at `rules`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from astragen.builtin.reading import spelling
from astragen.builtin.reading.tongue import ROMAN, Match, Part, Rule, Tongue, table


def rules(tongue: Tongue) -> list[Rule]:
    """The rules for a language, in order."""
    return [
        *_ordinals(tongue),
        *_roman(tongue),
        *_fractions(tongue),
        *_ranges(tongue),
        *_years(tongue),
    ]


def _ordinals(tongue: Tongue) -> list[Rule]:
    """Days before months, ordinals with a dot or a sign, abbreviations that follow a number."""
    plain, feminine = (table()["ordinals"][form].get(tongue.code) for form in ("plain", "feminine"))
    day = table()["ordinals"]["day"].get(tongue.code)
    months = "|".join(re.escape(name) for name in spelling.month_names(tongue.code)) if day else ""
    dotted = table()["ordinal_dot"].get(tongue.code)
    found: list[Rule] = []

    def ordinal(match: Match, form: str) -> list[Part] | None:
        said = spelling.ordinal_words(int(match["n"]), _declined(match, form, tongue), tongue.code)
        return [Part(said, match.start("n") - match.start())] if said else None

    if months and tongue.code == "en":
        found += [
            (re.compile(rf"\b(?:{months})\s(?P<n>[0-3]?\d)(?![\d:.]\d|\d|st|nd|rd|th)"), partial(_day_after, tongue)),
            (re.compile(rf"(?<![\w.,])(?P<n>[0-3]?\d)(?=\s(?:{months})\b)"), partial(ordinal, form=day)),
        ]
    elif months:
        dot = "" if tongue.code == "ru" else r"\."
        found.append((re.compile(rf"(?<![\w.,])(?P<n>[0-3]?\d){dot}(?=\s(?:{months})\b)"), partial(ordinal, form=day)))
    if dotted and plain:
        found.append((re.compile(rf"(?<![\w.,])(?P<n>\d{{1,3}})\.(?=\s(?:{dotted})\b)"), partial(ordinal, form=plain)))
    if plain and tongue.code != "en":
        sign = {"fr": "er|e|ème|ᵉ", "es": r"\.?º", "pt": r"\.?º", "it": "º", "nl": "ste|de|e", "sv": ":e|:a"}
        if tongue.code in sign:
            found.append(
                (re.compile(rf"(?<![\w.,])(?P<n>\d{{1,3}})(?:{sign[tongue.code]})(?!\w)"), partial(ordinal, form=plain))
            )
    if tongue.code == "es":
        found.append(
            (re.compile(r"(?<![\w.,])(?P<n>\d)\.?er(?!\w)"), partial(ordinal, form="ordinal-masculine-adjective"))
        )
    if feminine:
        found.append((re.compile(r"(?<![\w.,])(?P<n>\d{1,3})(?:\.?ª|ère|re)(?!\w)"), partial(ordinal, form=feminine)))
    for short, long in (tongue.row("after_number") and tongue.row("after_number").items()) or ():
        found.append((re.compile(rf"(?<=\d)\s{re.escape(short)}(?!\w)"), partial(_said_after, long)))
    return found


def _said_after(long: str, match: Match) -> list[Part]:
    return [Part(f" {long}", 1)]


def _day_after(tongue: Tongue, match: Match) -> list[Part] | None:
    """The day after its month, "July 20", as an ordinal."""
    said = spelling.ordinal_words(int(match["n"]), "ordinal", tongue.code)
    at = match.start("n") - match.start()
    return [Part(match[0][:at], 0), Part(said, at)] if said else None


def _declined(match: Match, form: str, tongue: Tongue) -> str:
    """German: "der zwanzigste", "am zwanzigsten", "zwanzigster"."""
    if tongue.code != "de":
        return form
    before = re.search(r"(\w+)\s+\Z", match.string[: match.start()])
    word = before[1].lower() if before else ""
    if re.fullmatch(table()["article_e"]["de"], word):
        return "ordinal"
    if re.fullmatch(table()["article_n"]["de"], word):
        return "ordinal-n"
    return "ordinal-s" if re.match(rf"\s(?:{table()['neuter']['de']})\b", match.string[match.end() :]) else form


def _roman(tongue: Tongue) -> list[Rule]:
    if tongue.code == "it":
        return []  # the voice knows: "Luigi quattordicesimo"
    numbered = re.compile(rf"(?:{table()['numbered']})\Z")
    kings = re.compile(rf"(?:{table()['kings']})\Z")
    plain = table()["ordinals"]["plain"].get(tongue.code)
    found: list[Rule] = []

    def numeral(match: Match) -> list[Part] | None:
        name, number = match["name"], roman_value(match["roman"])
        at = match.start("roman") - match.start()
        copied = Part(match[0][:at], 0)
        if numbered.search(name):
            return [copied, Part(str(number), at)]
        is_sure = kings.search(name) or (
            len(match["roman"]) > 1 and match["roman"] not in ("CC", "LL", "CI", "CV", "MC")
        )
        if not is_sure or (match["roman"] == "I" and _begins_clause(match.string[match.end() :])):
            return None
        article = table()["the_ordinal"].get(tongue.code)
        if not article or not plain:
            return [copied, Part(str(number), at)]
        said = spelling.ordinal_words(number, "ordinal", tongue.code) or str(number)
        return [copied, Part(f"{article} {said.capitalize() if tongue.code == 'de' else said}", at)]

    stop = r"\.?" if tongue.code == "de" else ""
    found.append((re.compile(rf"(?P<name>[^\W\d_][\w.’-]+)\s(?P<roman>{ROMAN}){stop}(?![\w’'])"), numeral))
    if tongue.row("century") and plain:
        suffix = {"fr": "(?:er|e|ème|ᵉ)", "de": r"\."}.get(tongue.code, "")
        found.insert(
            0,
            (
                re.compile(rf"\b(?P<roman>{ROMAN}){suffix}(?=\s(?:{tongue.row('century')})\b)"),
                partial(_century, tongue, plain),
            ),
        )
    if tongue.code == "fr":
        found.insert(0, (re.compile(r"(?<=\w\s)Ier\b"), lambda match: [Part("premier", 0)]))
    if tongue.code == "pl":
        found.insert(0, (re.compile(rf"\b(?P<roman>{ROMAN})(?=\s(?:wieku?|w\.)\b)"), partial(_century, tongue, "")))
    return found


def _century(tongue: Tongue, form: str, match: Match) -> list[Part] | None:
    number = roman_value(match["roman"])
    said = spelling.ordinal_words(number, form, tongue.code) if form else None
    return [Part(said or str(number), 0)]


def _begins_clause(rest: str) -> bool:
    """Whether what follows a lone "I" makes it the pronoun: "Elizabeth I love"."""
    return bool(re.match(r"\s(?:am|love|have|think|know|do|want|see|feel|hope|’m|’ve)\b", rest))


def roman_value(numeral: str) -> int:
    """The value of a Roman *numeral*."""
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[letter] for letter in numeral]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def _fractions(tongue: Tongue) -> list[Rule]:
    said: Mapping[str, str] = tongue.row("fractions")
    signs = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅕": "1/5"}
    if not said:
        return []

    def fraction(match: Match) -> list[Part] | None:
        words = said.get(signs.get(match["f"], match["f"]))
        if words is None:
            return None
        whole = match["whole"] or ""
        if not whole.strip():
            return [Part(words, 0)]
        at = match.start("f") - match.start()
        half = tongue.word("half") if words == said["1/2"] else ""
        return [Part(whole.rstrip(), 0), Part(f" {half or tongue.word('and') + ' ' + words}", at)]

    return [(re.compile(rf"(?<![\w./,])(?P<whole>\d+\s?)?(?P<f>[{''.join(signs)}])(?!\w)"), fraction),
            (re.compile(r"(?<![\w./,])(?P<whole>\d+\s)?(?P<f>\d/\d{1,2})(?![\w/]|[.,]\d)"), fraction)]  # fmt: skip


def _ranges(tongue: Tongue) -> list[Rule]:
    to, ratio = tongue.word("to"), tongue.word("ratio")

    def span(match: Match) -> list[Part] | None:
        first, last = match[1], match[3]
        if match[2] == "-" and spelling.number_of(first, tongue.code) >= spelling.number_of(last, tongue.code):
            return None
        return [Part(first, 0), Part(f" {to} ", len(first)), Part(last, match.start(3) - match.start())]

    found: list[Rule] = []
    if to:
        found.append((re.compile(r"(?<![\w.,/-])(\d+(?:[.,]\d+)?)\s?([-–—])\s?(\d+(?:[.,]\d+)?)(?![\w/-])"), span))
    if ratio:
        found.append((re.compile(r"(?<=\d)\s?:\s?(?=\d+(?!\d*:))"), lambda match: [Part(f" {ratio} ", 0)]))
    return found


def _years(tongue: Tongue) -> list[Rule]:
    first, last = table()["years"].get(tongue.code, (1, 0))

    def year(match: Match) -> list[Part] | None:
        number = int(match[1])
        if not first <= number <= last:
            return None
        said = spelling.year_words(number, tongue.code)
        return [Part(said.replace("oh-", "oh "), 0)] if said else None

    found: list[Rule] = []
    if tongue.code == "de":
        found.append((re.compile(r"(?<![\w.,])(1[1-9]\d0)(?=er\b)"), year))
    if last:
        found.append((re.compile(r"(?<![\w.,/:])(\d{4})(?![\w/:]|[.,]\d)"), year))
    return found
