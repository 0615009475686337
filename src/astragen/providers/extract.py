"""The JSON object in a language model's answer, whatever the model wrapped it in.

What is JSON is taken as it is. Else thoughts are cut off, and the longest object is read as
people mean it: fences and prose around it, commas too many, typographic or single quotes,
Python's literals, quotes and line ends inside texts. An object that was cut off is refused, not
completed. Nothing is evaluated, and the work is linear in the text. Start reading at `json_in`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from astragen.errors import BadOutput

CHARS_MAX: Final = 500_000  # the storyboard of a 600 s film has about 100 000
DEPTH_MAX: Final = 64  # a storyboard is 6 deep; Python's own reader ends at about 1 000
OBJECTS_MAX: Final = 20  # that are looked at; prose holds a brace or two
REREAD_MAX: Final = 2  # times the text's length that is read in all, when braces do not fit together

_THOUGHTS = r"(think|thinking|thought|reasoning)>"
_OPENING, _CLOSING = re.compile(f"<{_THOUGHTS}", re.I), re.compile(f"</{_THOUGHTS}", re.I)

_BLANK = re.compile(r"\s+|//[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*)*\*/")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"[+-]?[0-9.][\w.+-]*")
_KEY_FOLLOWS = re.compile(r"\s*:")
_ESCAPES = re.compile(r'(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|\\')


def _until(quotes: str) -> re.Pattern[str]:
    """What stands in a text up to the one of *quotes* that ends it: a comma, colon or bracket follows that."""
    return re.compile(rf"(?:[^{quotes}\\]+|\\.|\\\Z|[{quotes}](?!\s*(?:[,:}}\]]|\Z)))*", re.DOTALL)


_UNTIL = {  # by the quote that begins the text
    '"': _until('"'),
    "'": _until("'"),
    **dict.fromkeys("“”„", _until('“”"')),
    **dict.fromkeys("‘’", _until("‘’'")),
}
_LITERALS: Mapping[str, str] = {
    **dict.fromkeys(("null", "None", "undefined", "nil", "NaN", "Infinity"), "null"),
    **dict.fromkeys(("true", "True", "TRUE"), "true"),
    **dict.fromkeys(("false", "False", "FALSE"), "false"),
}
_CLOSES = {"{": "}", "[": "]"}


class _Read(NamedTuple):
    """An object as strict JSON, and where it ends in the text."""

    strict: str
    end: int


class _Misread(Exception):
    """What is wrong, and where in the text."""

    def __init__(self, what: str, position: int) -> None:
        super().__init__(what)
        self.position = position


def json_in(text: str) -> object:
    """The JSON object (or, where the whole text is one, list) in *text*; NaN and infinity are null.

    Raises:
        BadOutput: there is none, it is cut off, or it is beyond mending; the message says what is wrong where.
    """
    if len(text) > CHARS_MAX:
        raise BadOutput(f"The answer has {len(text)} characters; {CHARS_MAX} are read.")
    for whole in (text, _unquoted(text)):
        value = _strictly(whole)
        if isinstance(value, dict | list):
            return value
    answer = _without_thoughts(text)
    if "{" not in answer:
        raise BadOutput(_no_object(text, answer))
    return _longest(answer)


def _longest(text: str) -> object:
    """The longest object in *text* that can be read.

    Raises:
        BadOutput: none can; the message is of the one that was read furthest.
    """
    furthest = (0, "")
    best, value = 0, None
    for start, found in _objects(text):
        if isinstance(found, _Misread):
            furthest = max(furthest, (found.position - start, f"{found}"))
            continue
        if len(found.strict) > best:
            try:
                value, best = _loads(found.strict), len(found.strict)
            except ValueError as error:
                furthest = max(furthest, (found.end - start, f"The JSON object is broken: {error}."))
    if best == 0:
        raise BadOutput(furthest[1])
    return value


def _objects(text: str) -> Iterator[tuple[int, _Read | _Misread]]:
    """Each outermost object of *text* with its start, in order; where one cannot be read, the next brace is tried."""
    budget = REREAD_MAX * len(text)
    position = text.find("{")
    for _ in range(OBJECTS_MAX):
        if position < 0 or budget <= 0:
            return
        found: _Read | _Misread
        try:
            found = _object(text, position)
            end = following = found.end
        except _Misread as misread:
            found, end, following = misread, misread.position, position + 1
        yield position, found
        budget -= end - position
        position = text.find("{", following)


def _object(text: str, start: int) -> _Read:
    """The object that begins at *start*, token by token, as strict JSON.

    Raises:
        _Misread: it is cut off, its brackets do not fit together, or a token is nothing known.
    """
    strict: list[str] = []
    due: list[str] = []  # brackets that close what is open, innermost last
    position = start
    while position < len(text):
        mark = text[position]
        if blank := _BLANK.match(text, position):
            position = blank.end()
        elif mark in _CLOSES:
            due.append(_CLOSES[mark])
            strict.append(mark)
            position += 1
            if len(due) > DEPTH_MAX:
                raise _Misread(f"The JSON object is nested deeper than {DEPTH_MAX}.", position)
        elif mark in "}]":
            _close(mark, due, strict, position)
            position += 1
            if not due:
                return _Read("".join(strict), position)
        elif mark == ",":
            if strict[-1] not in ",[{":
                strict.append(mark)
            position += 1
        else:
            piece, position = _scalar(text, position)
            strict.append(piece)
    raise _Misread(f"The JSON object is cut off at the end: {len(due)} brackets are still open.", position)


def _close(mark: str, due: list[str], strict: list[str], position: int) -> None:
    """Close the innermost bracket, without the comma before it."""
    if due.pop() != mark:
        other = "]" if mark == "}" else "}"
        raise _Misread(f'The JSON object has "{mark}" at character {position} where "{other}" is due.', position)
    if strict[-1] == ",":
        strict.pop()
    strict.append(mark)


def _scalar(text: str, position: int) -> tuple[str, int]:
    """The colon, text, number or word at *position* as strict JSON, and where it ends."""
    mark = text[position]
    if mark == ":":
        return mark, position + 1
    if mark in _UNTIL:
        return _quoted(text, position)
    if word := _WORD.match(text, position):
        if word[0] in _LITERALS and not _KEY_FOLLOWS.match(text, word.end()):
            return _LITERALS[word[0]], word.end()
        if _KEY_FOLLOWS.match(text, word.end()):
            return json.dumps(word[0]), word.end()
        raise _Misread(
            f'The JSON object has the word "{word[0][:40]}" without quotes at character {position}.', position
        )
    if number := _NUMBER.match(text, position):
        return number[0].removeprefix("+"), number.end()
    raise _Misread(f'The JSON object has "{mark}" at character {position}, which is no JSON.', position)


def _quoted(text: str, start: int) -> tuple[str, int]:
    """The text in quotes at *start* as a JSON string, and where it ends."""
    said = _UNTIL[text[start]].match(text, start + 1)
    if said is None or said.end() >= len(text):
        raise _Misread(f'The JSON object is cut off inside the text "{text[start + 1 : start + 31]}".', len(text))
    return f'"{_escaped(said[0])}"', said.end() + 1


def _escaped(said: str) -> str:
    """*said* as it stands in a JSON string: a backslash that escapes nothing goes, a bare quote gets one."""
    kept = _ESCAPES.sub(r"\1", said.replace("\1", "").replace("\2", ""))
    for old, new in (("\\\\", "\1"), ('\\"', "\2"), ('"', "\2"), ("\2", '\\"'), ("\1", "\\\\")):
        kept = kept.replace(old, new)  # the two control characters stand for escaped backslashes and quotes meanwhile
    return kept


def _without_thoughts(text: str) -> str:
    """*text* without what stands between thinking tags; thoughts that never close reach to the end."""
    kept: list[str] = []
    position = 0
    while opening := _OPENING.search(text, position):
        kept.append(text[position : opening.start()])
        closing = _CLOSING.search(text, opening.end())
        position = closing.end() if closing else len(text)
    kept.append(text[position:])
    rest = "".join(kept)
    strays = list(_CLOSING.finditer(rest))  # opened by the chat template, before the answer begins
    return rest[strays[-1].end() :] if strays else rest


def _no_object(text: str, answer: str) -> str:
    if not text.strip():
        return "The answer is empty; a JSON object was asked for."
    if not answer.strip():
        return "The answer ends inside its thoughts; a JSON object was asked for."
    begins = " ".join(answer.split())[:60]
    return f'The answer holds no JSON object; it begins "{begins}".'


def _unquoted(text: str) -> str:
    """The text that *text* is the JSON string of; "" when it is none."""
    value = _strictly(text) if text.lstrip().startswith('"') else None
    return value if isinstance(value, str) else ""


def _strictly(text: str) -> object:
    """*text* as JSON, or None."""
    try:
        return _loads(text)
    except (ValueError, RecursionError):  # no JSON; a number of thousands of digits; nested too deep
        return None


def _loads(text: str) -> object:
    value: object = json.loads(text, strict=False, parse_constant=lambda _: None, parse_float=_finite)
    return value


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None
