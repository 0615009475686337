"""Sums of money, telephone numbers and measures: "$5.50", "555-1234", "80 km/h". Pure. Start at `rules`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from astragen.builtin.reading import spelling
from astragen.builtin.reading.tongue import GROUPED, NUMBER, Match, Part, Rule, Tongue, table


def groups(tongue: Tongue) -> list[Rule]:
    """Digits that spaces group, "10 000", as one number; before all other rules."""
    return [(re.compile(GROUPED), lambda match: [Part(re.sub(r"\D", "", match[0]), 0)])]


def rules(tongue: Tongue) -> list[Rule]:
    """The rules for a language, in order."""
    return [*_money(tongue), *_phones(tongue), *_decades(tongue), *_measures(tongue)]


def _money(tongue: Tongue) -> list[Rule]:
    codes: Mapping[str, str] = table()["currency_signs"]
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
            link = table()["scale_link"].get(tongue.code, "")
            link = "d’" if link == "de" and tongue.code == "fr" and name[0] in "aeiouéh" else link and link + " "
            return [Part(amount, sum_at), Part(f" {letters.get(match['scale'], match['scale'])} {link}{name}", at)]
        whole, cents = _split(amount, tongue)
        return [Part(whole, sum_at), Part(f" {name}{_cents(tongue, code, cents)}", sum_at + len(whole))]

    number = rf"(?P<amount>{GROUPED}|{NUMBER})"
    return [
        (re.compile(rf"(?<!\w)(?P<sign>{sign})\s?{number}{scaled}(?!\d)"), money),
        (re.compile(rf"(?<![\w.,]){number}{scaled}\s?(?P<sign>{sign})(?!\w)"), money),
    ]


def _currency(tongue: Tongue, code: str, value: float) -> str | None:
    short = tongue.row("currencies").get(code)
    if short:
        one, many = short.split()
        return str(one if value == 1 else many)
    return spelling.currency_words(code, value, tongue.code)


def _split(amount: str, tongue: Tongue) -> tuple[str, str]:
    """The whole and the two digits of cents of an amount; no cents for any other fraction."""
    match = re.fullmatch(rf"(.*\d){re.escape(spelling.decimal_mark(tongue.code))}(\d\d)", amount)
    return (match[1], match[2]) if match else (amount, "")


def _cents(tongue: Tongue, code: str, cents: str) -> str:
    if not cents.strip("0"):
        return ""
    number = int(cents)
    if tongue.code == "en" and code in ("USD", "EUR"):
        return f" and {number} cent{'' if number == 1 else 's'}"
    return f" {number}" if number > 9 or tongue.code != "en" else f" oh {number}"


def _phones(tongue: Tongue) -> list[Rule]:
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


def _decades(tongue: Tongue) -> list[Rule]:
    """Decades: "1960s", "the '60s"."""
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


def _measures(tongue: Tongue) -> list[Rule]:
    units: dict[str, str] = {**table()["units"], **tongue.row("units_of")}
    sign = "|".join(re.escape(one) for one in sorted(units, key=len, reverse=True))

    end = r"(?![\w/²³°'’]|\.\w)"

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
        (
            re.compile(rf"(?<![\w.,:/])(?P<n>{NUMBER})(?P<between>[ \u00a0\u202f-]?)(?P<unit>{sign}){end}"),
            measure,
        ),
    ]
    if tongue.row("percent"):
        found.append((re.compile(rf"(?P<n>{NUMBER})\s?[%٪％]"), percent))
    return found
