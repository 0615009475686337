"""How written signs are said: one rule a kind, applied in this order to a line.

A rule is a pattern and a function that makes of a match the parts that are said instead,
each with its offset in the match, or None to leave it. A rule sees what those before it
said, so that a date becomes a day and a year first, and each of them words after that.
Tables: `data/spoken.json`. Start reading at `rules`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Any, NamedTuple

from astragen.builtin import spelling


class Part(NamedTuple):
    """Something said, and where in the match that stands which it is said for."""

    text: str
    offset: int


Match = re.Match[str]
Words = Callable[[Match], Sequence[Part] | None]
Rule = tuple[re.Pattern[str], Words]

_ALIASES = {"no": "nb", "nn": "nb", "cmn": "zh"}
_NUMBER = r"\d+(?:[.,\u00a0\u202f'’]\d{3})*(?:[.,]\d+)?"
_GROUPED = r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?!\d)"
_ROMAN = r"(?=[IVXLC])(?:XC|XL|L?X{0,3}|C)(?:IX|IV|V?I{0,3})"
_SPELLED_MAX = 3  # letters; longer capitals are read as a word when they have a vowel


@cache
def rules(primary: str, language: str) -> tuple[Rule, ...]:
    """The rules for a language, in order. *primary*: its first subtag; *language*: the whole tag."""
    tongue = _Tongue(_ALIASES.get(primary, primary), language.lower())
    made = (
        _groups(),
        _addresses(tongue),
        _dates(tongue),
        _times(tongue),
        _money(tongue),
        _phones(tongue),
        _decades(tongue),
        _measures(tongue),
        _ordinals(tongue),
        _roman(tongue),
        _fractions(tongue),
        _ranges(tongue),
        _years(tongue),
        _abbreviations(tongue),
        _acronyms(tongue),
        _signs(tongue),
    )
    return tuple(rule for group in made for rule in group)


class _Tongue(NamedTuple):
    """A language as the tables know it, "nb", and as it was asked for, "no-NO"."""

    code: str
    tag: str

    def row(self, name: str) -> Any:  # noqa: ANN401  (rows differ in kind)
        """The language's row of a table; {} when it has none."""
        return _table()[name].get(self.code, {})

    def word(self, name: str) -> str:
        """What is said for a sign; "" when the voice's own way is right."""
        return str(self.row("words").get(name, ""))


def _groups() -> list[Rule]:
    """ "10 000" is one number."""
    return [(re.compile(_GROUPED), lambda match: [Part(re.sub(r"\D", "", match[0]), 0)])]


# --- addresses and tags ------------------------------------------------------


def _addresses(tongue: _Tongue) -> list[Rule]:
    dot, at = tongue.word("dot") or ".", tongue.word("at") or "@"
    host = r"[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,12}"

    def address(match: Match) -> list[Part]:
        name, place = match.start("host") - match.start(), match["host"]
        parts = _joined(place, name, ".", dot)
        return parts if "user" not in match.re.groupindex else [*_user(match["user"], dot), *_around(at, name), *parts]

    def hashtag(match: Match) -> list[Part]:
        words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\WA-Z_]+|_", match[1]) or [match[1]]
        parts = [Part("hashtag ", 0)]
        place = 1
        for word in words:
            place = match[0].index(word, place)
            if word != "_":
                parts += [Part(word, place), Part(" ", place + len(word))]
            place += len(word)
        return parts[:-1]

    found = [
        (re.compile(rf"(?<![\w@])(?P<user>[\w.+-]+)@(?P<host>{host})"), address),
        (re.compile(rf"\b(?:https?|ftp)://(?:www\.)?(?P<host>{host})(?::\d+)?(?:/[^\s)>\]]*(?<![.,;:!?]))?"), address),
        (re.compile(rf"\bwww\.(?P<host>{host})(?:/[^\s)>\]]*(?<![.,;:!?]))?"), address),
        (re.compile(r"(?<![\w.])(?P<host>[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|ai|eu|info|tv|app|dev|co\.uk|de|fr|es|it|nl|pl|ru|se|dk|fi|pt|br|at|ch))(?![\w.]\w)(?:/[^\s)>\]]*(?<![.,;:!?]))?"), address),  # noqa: E501
        (re.compile(r"(?<!\w)#(?=[^\W\d_])(\w+)"), hashtag),
        (re.compile(r"(?<!\w)@(?=[^\W\d_])"), lambda match: _around(at, 0)[:1]),
    ]
    if tongue.word("number"):
        found.append((re.compile(r"(?<!\w)#\s?(?=\d)"), lambda match: [Part(tongue.word("number") + " ", 0)]))
    return found


def _user(name: str, dot: str) -> list[Part]:
    return _joined(name, 0, ".", dot)


def _joined(text: str, offset: int, mark: str, said: str) -> list[Part]:
    """*text*, at *offset* of the match, with each *mark* in it *said*."""
    parts = []
    for index, piece in enumerate(text.split(mark)):
        if index:
            parts += _around(said, offset - len(mark))
        parts.append(Part(piece, offset))
        offset += len(piece) + len(mark)
    return parts


def _around(word: str, offset: int) -> list[Part]:
    return [Part(f" {word} ", max(offset, 0))]


# --- dates and times ---------------------------------------------------------


def _dates(tongue: _Tongue) -> list[Rule]:
    def iso(match: Match) -> list[Part] | None:
        return _date(match, int(match[1]), int(match[2]), int(match[3]))

    def numeric(match: Match) -> list[Part] | None:
        first, second = int(match[1]), int(match[2])
        is_month_first = tongue.code == "en" and tongue.tag in ("en", "en-us") and match[0].find("/") > 0
        if (is_month_first and first <= 12) or second > 12:
            first, second = second, first
        return _date(match, int(match[3]), second, first)

    def _date(match: Match, year: int, month: int, day: int) -> list[Part] | None:
        said = spelling.long_date(year, month, day, tongue.code)
        return [Part(said, 0)] if said else None

    return [
        (re.compile(r"(?<![\d-])([12]\d{3})-([01]\d)-([0-3]\d)(?![\d-])"), iso),
        (re.compile(r"(?<![\d./])([0-3]?\d)([./])([0-3]?\d)\2([12]\d{3})(?![\d/])"), _third(numeric)),
    ]


def _third(words: Callable[[Match], list[Part] | None]) -> Words:
    """*words* of a match whose separator is its own second group, as if it had none."""
    plain = re.compile(r"(\d+)[./](\d+)[./](\d+)")

    def said(match: Match) -> list[Part] | None:
        inner = plain.fullmatch(match[0])
        return words(inner) if inner else None

    return said


def _times(tongue: _Tongue) -> list[Rule]:
    hour = tongue.word("hour")

    def clock(match: Match) -> list[Part] | None:
        hours, minutes = match["h"], match["m"]
        at = match.start("m") - match.start()
        if int(hours) > 24 or int(minutes) > 59:
            return None
        if hour:
            tail = [] if minutes == "00" else [Part(" " + minutes.lstrip("0"), at)]
            return [Part(str(int(hours)), 0), Part(f" {hour}", len(hours)), *tail]
        if tongue.code != "en":
            return [Part(str(int(hours)), 0)] if minutes == "00" else [Part(f"{int(hours)} ", 0), Part(minutes, at)]
        if minutes == "00":
            return [Part(str(int(hours)), 0), *([] if match["half"] else [Part(" o’clock", len(hours))])]
        minute = f"oh {minutes[1]}" if minutes[0] == "0" else minutes
        return [Part(f"{int(hours)} ", 0), Part(minute, at)]

    after = rf"(?:\s?{re.escape(hour)}\b)?" if hour else ""
    found: list[Rule] = [
        (re.compile(rf"(?<![\d:.,])(?P<h>[012]?\d):(?P<m>[0-5]\d)(?![\d:]){after}(?P<half>(?=\s?[ap]\.?m\b))?"), clock)
    ]
    if hour:
        mark = {"de": r"\.", "nl": r"\."}.get(tongue.code, r"\s?h\s?")
        needed = rf"\s?{hour}\b" if mark == r"\." else ""
        found.append((re.compile(rf"(?<![\d:.,])(?P<h>[012]?\d){mark}(?P<m>[0-5]\d)(?!\d){needed}"), clock))
    return found


# --- money, telephones, measures ---------------------------------------------


def _money(tongue: _Tongue) -> list[Rule]:
    codes: Mapping[str, str] = _table()["currency_signs"]
    sign = "|".join(re.escape(one) for one in sorted(codes, key=len, reverse=True))
    letters: Mapping[str, str] = tongue.row("scale_letters")
    scale = "|".join(re.escape(one) for one in sorted([*(tongue.row("scales") or ()), *letters], key=len, reverse=True))
    scaled = rf"(?:\s?(?P<scale>{scale})(?!\w))?" if scale else "(?P<scale>(?!))?"

    def money(match: Match) -> list[Part] | None:
        amount, sum_at = match["amount"], match.start("amount") - match.start()
        code = codes[match["sign"]]
        value = spelling.number_of(amount, tongue.code)
        name = _currency(tongue, code, 1e6 if match["scale"] else float(int(value)))
        if name is None:
            return None
        if match["scale"]:
            at = match.start("scale") - match.start()
            link = _table()["scale_link"].get(tongue.code, "")
            link = "d’" if link == "de" and tongue.code == "fr" and name[0] in "aeiouéh" else link and link + " "
            return [Part(amount, sum_at), Part(f" {letters.get(match['scale'], match['scale'])} {link}{name}", at)]
        whole, cents = _split(amount, tongue)
        return [Part(whole, sum_at), Part(f" {name}{_cents(tongue, code, cents)}", sum_at + len(whole))]

    number = rf"(?P<amount>{_GROUPED}|{_NUMBER})"
    return [
        (re.compile(rf"(?<!\w)(?P<sign>{sign})\s?{number}{scaled}(?!\d)"), money),
        (re.compile(rf"(?<![\w.,]){number}{scaled}\s?(?P<sign>{sign})(?!\w)"), money),
    ]


def _currency(tongue: _Tongue, code: str, value: float) -> str | None:
    short = tongue.row("currencies").get(code)
    if short:
        one, many = short.split()
        return str(one if value == 1 else many)
    return spelling.currency_words(code, value, tongue.code)


def _split(amount: str, tongue: _Tongue) -> tuple[str, str]:
    """The whole and the two digits of cents of an amount; no cents for any other fraction."""
    match = re.fullmatch(rf"(.*\d){re.escape(spelling.decimal_mark(tongue.code))}(\d\d)", amount)
    return (match[1], match[2]) if match else (amount, "")


def _cents(tongue: _Tongue, code: str, cents: str) -> str:
    if not cents.strip("0"):
        return ""
    number = int(cents)
    if tongue.code == "en" and code in ("USD", "EUR"):
        return f" and {number} cent{'' if number == 1 else 's'}"
    return f" {number}" if number > 9 or tongue.code != "en" else f" oh {number}"


def _phones(tongue: _Tongue) -> list[Rule]:
    def digits(match: Match) -> list[Part]:
        parts: list[Part] = []
        for group in re.finditer(r"\+|\d+", match[0]):
            if parts and parts[-1].text != "+":
                parts.append(Part(", ", group.start() - 1))
            if group[0] == "+":
                parts.append(Part("+", group.start()))
                continue
            for index, digit in enumerate(group[0]):
                parts.append(Part(digit if not index else f" {digit}", group.start() + index))
        return parts

    return [
        (re.compile(r"(?<![\w+])\+\d{1,3}(?:[\s().-]{1,2}\d{2,5}){2,5}(?!\w)"), digits),
        (re.compile(r"(?<![\w-])(?:\(\d{3}\) ?|\d{3}-)?\d{3}-\d{4}(?![\w-])"), digits),
        (re.compile(r"(?<![\w.,-])0\d{2,4}(?:[\s/-]\d{3,8}){1,3}(?![\w-])"), digits),
        (re.compile(r"(?<![\w.,-])00\d(?![\w.,])"), digits),
    ]


def _measures(tongue: _Tongue) -> list[Rule]:
    units: dict[str, str] = {**_table()["units"], **tongue.row("units_of")}
    sign = "|".join(re.escape(one) for one in sorted(units, key=len, reverse=True))

    def measure(match: Match) -> list[Part] | None:
        is_joined = tongue.code == "en" and match["between"] == "-"  # "a 5-kilometer walk"
        value = 1.0 if is_joined else spelling.number_of(match["n"], tongue.code)
        around = spelling.unit_words(units[match["unit"]], value, tongue.code)
        if around is None:
            return None
        after = match.start("unit") - match.start()
        if not around.has_number:
            return [Part(around.after, 0)]
        return [Part(around.before, 0), Part(match["n"], 0), Part(f" {around.after.strip()}", after)]

    def percent(match: Match) -> list[Part]:
        before, after = tongue.row("percent")
        return [Part(before, 0), Part(match["n"], 0), Part(f" {after}", len(match["n"]))]

    found: list[Rule] = [
        (re.compile(rf"(?<![\w.,:/])(?P<n>{_NUMBER})(?P<between>[ \u00a0\u202f-]?)(?P<unit>{sign})(?![\w/²³°'’])"), measure),
    ]
    if tongue.row("percent"):
        found.append((re.compile(rf"(?P<n>{_NUMBER})\s?[%٪％]"), percent))
    return found


# --- ordinals, years, fractions, ranges ---------------------------------------


def _ordinals(tongue: _Tongue) -> list[Rule]:
    """Days before months, ordinals with a dot or a sign, abbreviations that follow a number."""
    plain, feminine = (_table()["ordinals"][form].get(tongue.code) for form in ("plain", "feminine"))
    day = _table()["ordinals"]["day"].get(tongue.code)
    months = "|".join(re.escape(name) for name in spelling.month_names(tongue.code)) if day else ""
    dotted = _table()["ordinal_dot"].get(tongue.code)
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
            found.append((re.compile(rf"(?<![\w.,])(?P<n>\d{{1,3}})(?:{sign[tongue.code]})(?!\w)"), partial(ordinal, form=plain)))  # noqa: E501
    if tongue.code == "es":
        found.append((re.compile(r"(?<![\w.,])(?P<n>\d)\.?er(?!\w)"), partial(ordinal, form="ordinal-masculine-adjective")))  # noqa: E501
    if feminine:
        found.append((re.compile(r"(?<![\w.,])(?P<n>\d{1,3})(?:\.?ª|ère|re)(?!\w)"), partial(ordinal, form=feminine)))
    for short, long in tongue.row("after_number") and tongue.row("after_number").items() or ():
        found.append((re.compile(rf"(?<=\d)\s{re.escape(short)}(?!\w)"), partial(_said_after, long)))
    return found


def _said_after(long: str, match: Match) -> list[Part]:
    return [Part(f" {long}", 1)]


def _day_after(tongue: _Tongue, match: Match) -> list[Part] | None:
    """"July 20" with the day as an ordinal."""
    said = spelling.ordinal_words(int(match["n"]), "ordinal", tongue.code)
    at = match.start("n") - match.start()
    return [Part(match[0][:at], 0), Part(said, at)] if said else None


def _declined(match: Match, form: str, tongue: _Tongue) -> str:
    """German: "der zwanzigste", "am zwanzigsten", "zwanzigster"."""
    if tongue.code != "de":
        return form
    before = re.search(r"(\w+)\s+\Z", match.string[: match.start()])
    word = before[1].lower() if before else ""
    if re.fullmatch(_table()["article_e"]["de"], word):
        return "ordinal"
    if re.fullmatch(_table()["article_n"]["de"], word):
        return "ordinal-n"
    return "ordinal-s" if re.match(rf"\s(?:{_table()['neuter']['de']})\b", match.string[match.end() :]) else form


def _roman(tongue: _Tongue) -> list[Rule]:
    if tongue.code == "it":
        return []  # the voice knows: "Luigi quattordicesimo"
    numbered = re.compile(rf"(?:{_table()['numbered']})\Z")
    kings = re.compile(rf"(?:{_table()['kings']})\Z")
    plain = _table()["ordinals"]["plain"].get(tongue.code)
    found: list[Rule] = []

    def numeral(match: Match) -> list[Part] | None:
        name, number = match["name"], roman_value(match["roman"])
        at = match.start("roman") - match.start()
        copied = Part(match[0][:at], 0)
        if numbered.search(name):
            return [copied, Part(str(number), at)]
        is_sure = kings.search(name) or (len(match["roman"]) > 1 and match["roman"] not in ("CC", "LL", "CI", "CV", "MC"))
        if not is_sure or (match["roman"] == "I" and _begins_clause(match.string[match.end() :])):
            return None
        article = _table()["the_ordinal"].get(tongue.code)
        if not article or not plain:
            return [copied, Part(str(number), at)]
        said = spelling.ordinal_words(number, "ordinal", tongue.code) or str(number)
        return [copied, Part(f"{article} {said.capitalize() if tongue.code == 'de' else said}", at)]

    stop = r"\.?" if tongue.code == "de" else ""
    found.append((re.compile(rf"(?P<name>[^\W\d_][\w.’-]+)\s(?P<roman>{_ROMAN}){stop}(?![\w’'])"), numeral))
    if tongue.row("century") and plain:
        suffix = {"fr": "(?:er|e|ème|ᵉ)", "de": r"\."}.get(tongue.code, "")
        found.insert(0, (re.compile(rf"\b(?P<roman>{_ROMAN}){suffix}(?=\s(?:{tongue.row('century')})\b)"), partial(_century, tongue, plain)))  # noqa: E501
    if tongue.code == "fr":
        found.insert(0, (re.compile(r"(?<=\w\s)Ier\b"), lambda match: [Part("premier", 0)]))
    if tongue.code == "pl":
        found.insert(0, (re.compile(rf"\b(?P<roman>{_ROMAN})(?=\s(?:wieku?|w\.)\b)"), partial(_century, tongue, "")))
    return found


def _century(tongue: _Tongue, form: str, match: Match) -> list[Part] | None:
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


def _fractions(tongue: _Tongue) -> list[Rule]:
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


def _ranges(tongue: _Tongue) -> list[Rule]:
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


def _years(tongue: _Tongue) -> list[Rule]:
    first, last = _table()["years"].get(tongue.code, (1, 0))

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


def _decades(tongue: _Tongue) -> list[Rule]:
    """ "1960s", "the '60s"."""
    if tongue.code != "en":
        return []

    def decade(match: Match) -> list[Part] | None:
        tens = {2: "twenties", 3: "thirties", 4: "forties", 5: "fifties", 6: "sixties", 7: "seventies", 8: "eighties",
                9: "nineties", 0: "hundreds"}  # fmt: skip
        if int(match["tens"]) == 1:
            return None
        century = spelling.year_words(int(match["century"] or 0), "en") if match["century"] else ""
        return [Part(f"{century} {tens[int(match['tens'])]}".strip(), 0)]

    return [(re.compile(r"(?<![\w.,])['’]?(?P<century>1[1-9])?(?P<tens>\d)0['’]?s\b"), decade)]


# --- abbreviations, acronyms, signs -------------------------------------------


def _abbreviations(tongue: _Tongue) -> list[Rule]:
    found: list[Rule] = []
    tables = (
        ("number_abbreviations", r"(?=\s?\d)"),
        ("noun_abbreviations", r"(?=\s?[^\W_a-zà-ÿа-яё])"),
        ("abbreviations", ""),
    )
    for name, following in tables:
        said: Mapping[str, str] = tongue.row(name)
        if said:
            written = "|".join(re.escape(one).replace(r"\ ", r"\s") for one in sorted(said, key=len, reverse=True))
            pattern = re.compile(rf"(?<![\w.])(?:{written})(?!\w){following}")
            found.append((pattern, partial(_long_form, said)))
    return found


def _long_form(said: Mapping[str, str], match: Match) -> list[Part]:
    """The words for an abbreviation; its dot may also end the sentence."""
    written = re.sub(r"\s", " ", match[0])
    rest = match.string[match.end() :]
    is_last = not rest.strip() or (written in _table()["closing"] and rest.lstrip()[:1].isupper())
    ends = written.endswith(".") and is_last
    space = " " if rest[:1].isalnum() else ""
    return [Part(said[written] + ("." if ends else space), 0)]


def _acronyms(tongue: _Tongue) -> list[Rule]:
    words = frozenset(_table()["read_as_words"])
    own = tongue.row("spelled")

    def letters(match: Match) -> list[Part] | None:
        token = match[1]
        if own and token not in own:
            return None
        if not own and (token in words or not _is_spelled(token)):
            return None
        if re.fullmatch(_ROMAN, token) or _is_shouted(match):
            return None
        return [Part(letter if not index else f" {letter}", index) for index, letter in enumerate(token)]

    return [(re.compile(r"(?<![\w.-])([A-ZÄÖÜÉ]{2,5})(?![\w]|\.\w)"), letters)]


def _is_spelled(token: str) -> bool:
    """Whether readers would name the letters: few, or no vowel among them."""
    return len(token) <= _SPELLED_MAX or not re.search("[AEIOUYÄÖÜÉ]", token)


def _is_shouted(match: Match) -> bool:
    """Whether a neighbour is in capitals as well: then it is a loud word, no acronym."""
    before = re.search(r"([^\W\d_]+)\W*\Z", match.string[: match.start()])
    after = re.match(r"\W*([^\W\d_]+)", match.string[match.end() :])
    return any(near and len(near[1]) > 1 and near[1].isupper() for near in (before, after))


def _signs(tongue: _Tongue) -> list[Rule]:
    pairs = [
        (r"(?<=\w)\s?&\s?(?=\w)", "and"),
        (r"(?<=\w)\s?=\s?(?=[\w-])", "equals"),
        (r"(?<!\w)[~≈]\s?(?=\d)", "about"),
        (r"(?<=[^\W\d])²", "squared"),
        (r"(?<=[^\W\d])³", "cubed"),
        (r"(?<=[^\W\d_]{2})/(?=[^\W\d_]{2})", "or"),
    ]
    found: list[Rule] = [
        (re.compile(pattern), partial(_said_sign, tongue.word(name))) for pattern, name in pairs if tongue.word(name)
    ]
    if tongue.word("decimal"):
        found.append((re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))"), partial(_said_sign, tongue.word("decimal"))))
    return [
        *found,
        (re.compile(r"\s*(?:[→⇒⟶➜]|=>|->)\s*"), lambda match: [Part(", ", 0)]),
        (re.compile(r"--+"), lambda match: [Part("—", 0)]),
        (re.compile(r"(?<=\d)\s?\*\s?(?=\d)"), lambda match: [Part(" × ", 0)]),
        (re.compile(r"(?:[*_|^\\<>{}\[\]~•·]|(?<!\w)#)+"), lambda match: [Part(" ", 0)]),
        (re.compile(r"[\u4e00-\u9fff]+"), partial(_foreign_han, tongue)),
    ]


def _said_sign(word: str, match: Match) -> list[Part]:
    return _around(word, len(match[0]) - len(match[0].lstrip()))


def _foreign_han(tongue: _Tongue, match: Match) -> list[Part] | None:
    """Chinese characters in another language's line would be said as "Chinese letter": nothing is said."""
    return None if tongue.code in ("zh", "yue", "hak", "ja") else [Part(" ", 0)]


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads((files("astragen.data") / "spoken.json").read_text("utf-8"))
    return table
