"""Dates and times in figures, as they are written out: "20.07.1969", "14:30". Pure. Start at `rules`."""

from __future__ import annotations

import re
from collections.abc import Callable

from astragen.builtin.reading import spelling
from astragen.builtin.reading.tongue import Match, Part, Rule, Tongue, Words


def rules(tongue: Tongue) -> list[Rule]:
    """The rules for a language, in order."""
    return [
        *_dates(tongue),
        *_times(tongue),
    ]


def _dates(tongue: Tongue) -> list[Rule]:
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


def _times(tongue: Tongue) -> list[Rule]:
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
