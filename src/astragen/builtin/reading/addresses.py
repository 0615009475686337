"""Addresses of pages and of people, hashtags and mentions: "example dot com". Pure. Start at `rules`."""

from __future__ import annotations

import re

from astragen.builtin.reading.tongue import Match, Part, Rule, Tongue, around


def rules(tongue: Tongue) -> list[Rule]:
    """The rules for a language, in order."""
    return [
        *_addresses(tongue),
    ]


def _addresses(tongue: Tongue) -> list[Rule]:
    dot, at = tongue.word("dot") or ".", tongue.word("at") or "@"
    host = r"[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,12}"

    def address(match: Match) -> list[Part]:
        name, place = match.start("host") - match.start(), match["host"]
        parts = _joined(place, name, ".", dot)
        return parts if "user" not in match.re.groupindex else [*_user(match["user"], dot), *around(at, name), *parts]

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

    found: list[Rule] = [
        (re.compile(rf"(?<![\w@])(?P<user>[\w.+-]+)@(?P<host>{host})"), address),
        (re.compile(rf"\b(?:https?|ftp)://(?:www\.)?(?P<host>{host})(?::\d+)?(?:/[^\s)>\]]*(?<![.,;:!?]))?"), address),
        (re.compile(rf"\bwww\.(?P<host>{host})(?:/[^\s)>\]]*(?<![.,;:!?]))?"), address),
        (
            re.compile(
                r"(?<![\w.])(?P<host>[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|ai|eu|info|tv|app|dev|co\.uk|de|fr|es|it|nl|pl|ru|se|dk|fi|pt|br|at|ch))(?![\w.]\w)(?:/[^\s)>\]]*(?<![.,;:!?]))?"
            ),
            address,
        ),
        (re.compile(r"(?<!\w)#(?=[^\W\d_])(\w+)"), hashtag),
        (re.compile(r"(?<!\w)@(?=[^\W\d_])"), lambda match: around(at, 0)[:1]),
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
            parts += around(said, offset - len(mark))
        parts.append(Part(piece, offset))
        offset += len(piece) + len(mark)
    return parts
