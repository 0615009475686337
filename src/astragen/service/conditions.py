"""Conditional and range requests (RFC 9110, 13 and 14): what of a thing is to be sent, if anything.

Pure: headers in, a decision out. What is served never changes under its tag, so tags are strong and there are no
dates to compare. Start reading at `decided`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from astragen.model.base import content_hash

_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')  # RFC 9110, 8.8.3
_RANGE: Final = re.compile(r"bytes[ \t]*=(.*)", re.IGNORECASE | re.DOTALL)
_SPEC: Final = re.compile(r"(\d{0,18})-(\d{0,18})", re.ASCII)  # 18 digits: more than any file, and read at once

Status = Literal[200, 206, 304, 412, 416]


class Span(NamedTuple):
    """Bytes from *start* up to, and without, *stop*."""

    start: int
    stop: int


class Decision(NamedTuple):
    """What to answer: the whole, a part (206), or no content at all."""

    status: Status
    span: Span

    def headers(self, length: int) -> dict[str, str]:
        """What the answer has to say of the part it sends."""
        if self.status == 206:
            return {"Content-Range": f"bytes {self.span.start}-{self.span.stop - 1}/{length}"}
        return {"Content-Range": f"bytes */{length}"} if self.status == 416 else {}


_NOTHING: Final = Span(0, 0)


def tag_of(content: bytes) -> str:
    """A strong tag of an answer's bytes."""
    return quoted(content_hash(content)[:32])


def quoted(value: str) -> str:
    """*value*, of hex digits, as a strong tag."""
    return f'"{value}"'


def decided(method: str, headers: Mapping[str, str], *, tag: str, length: int) -> Decision:
    """What to answer to *method* with *headers* (lower-case names) on the *length* bytes of *tag*.

    In the order of RFC 9110, 13.2.2. A range counts for GET only (14.2), one that cannot be read is passed over,
    and of several ranges the whole is sent, as 14.2 allows.
    """
    wanted, known = headers.get("if-match"), headers.get("if-none-match")
    if wanted is not None and not is_match(wanted, tag, is_weak=False):
        return Decision(412, _NOTHING)
    if known is not None and is_match(known, tag, is_weak=True):
        return Decision(304, _NOTHING)
    whole = Decision(200, Span(0, length))
    asked = headers.get("range")
    if method != "GET" or asked is None or not _is_unchanged(headers.get("if-range"), tag):
        return whole
    spans = _spans(asked, length)
    if spans is None:
        return whole
    if not spans:
        return Decision(416, _NOTHING)
    return Decision(206, spans[0]) if len(spans) == 1 and "," not in asked else whole


def is_match(header: str, tag: str, *, is_weak: bool) -> bool:
    """Whether *header*, a list of tags or *, names *tag*; *is_weak*: a weak one of the same text counts, too."""
    if header.strip() == "*":
        return True
    opaque = tag.removeprefix("W/").strip('"')
    return any(text == opaque and (is_weak or not weak) for weak, text in _TAG.findall(header))


def is_of_our_page(headers: Mapping[str, str]) -> bool:
    """Whether a page of this service asks: it reads the pixels of what it shows, and so wants it from here.

    Browsers say so of themselves, but not on http:// of another machine; there our scripts say so of what they fetch.
    """
    return headers.get("sec-fetch-site") == "same-origin" or "x-requested-with" in headers


def _is_unchanged(if_range: str | None, tag: str) -> bool:
    """Whether a part of what *if_range* names fits to what there is; a date fits to nothing that has none."""
    return if_range is None or if_range.strip() == tag


def _spans(asked: str, length: int) -> list[Span] | None:
    """The parts that can be sent of those *asked* for; None when the header cannot be read."""
    found = _RANGE.fullmatch(asked.strip())
    specs = [spec for part in found[1].split(",") if (spec := part.strip())] if found else []
    parts = [_SPEC.fullmatch(spec) for spec in specs]
    spans = []
    for part in parts:
        if part is None or not (part[1] or part[2]):
            return None
        if part[1] and part[2] and int(part[2]) < int(part[1]):
            return None
        spans.append(_span(part[1], part[2], length))
    return [span for span in spans if span.start < span.stop] if specs else None


def _span(first: str, last: str, length: int) -> Span:
    if not first:
        return Span(max(0, length - int(last)), length)
    return Span(int(first), min(length, int(last) + 1) if last else length)
