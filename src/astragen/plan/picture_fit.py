"""Which parts of a picture prompt fit a provider's limits, and how they are put into words.

A prompt is parts, each with a rank; while it is too long, the least important part goes,
whole: `DROPPED_FIRST` is the order. A look is never cut; only a subject that is alone and
still too long is shortened, to its noun and then at a space. Pure. Start at `fitted`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from astragen.model.capability import ArtistCapability

# Least important first. "subject" and "look" are what the film cannot do without.
DROPPED_FIRST = (
    "title room",
    "season",
    "notes",
    "palette",
    "style details",
    "mood",
    "lens",
    "angle",
    "clean",
    "colour",
    "props",
    "weather",
    "placement",
    "light",
    "place",
    "size",
    "look",
    "medium",
    "action",
    "motion",
    "subject",
)
URL_REST = 400  # bytes of a URL for host, path, model, size, seed and the names of fields
NEGATIVE_SHARE = 0.25  # of a URL's bytes, at most
LETTERS_PER_TOKEN = 6  # of longer English words in CLIP's vocabulary; a short word is one token. Ours, on the safe side

_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, 2.3
_TOKEN = re.compile(r"[A-Za-z]+|\d|[^\sA-Za-z\d]")


class Part(NamedTuple):
    """A piece of a prompt.

    kind: its row in `DROPPED_FIRST`.
    sentence: parts of one sentence stand together, in the order given.
    about: whom it describes.
    short: what a subject shrinks to when nothing else is left to drop.
    """

    kind: str
    text: str
    sentence: str
    about: str = ""
    short: str = ""


class Fitted(NamedTuple):
    """Text within the limits, and what was left out, in the order it went."""

    text: str
    left_out: tuple[str, ...]


def url_bytes(text: str) -> int:
    """Bytes of *text* percent-encoded as UTF-8 in a URL."""
    return sum(1 if byte in _SAFE else 3 for byte in text.encode("utf-8"))


def utf16_units(text: str) -> int:
    """UTF-16 code units of *text*: what vendors written in JavaScript call characters."""
    return len(text.encode("utf-16-le")) // 2


def tokens(text: str) -> int:
    """About how many CLIP tokens *text* is: an estimate that is rather too high than too low."""
    return sum(
        -(-len(one) // LETTERS_PER_TOKEN) if one.isascii() else len(one.encode("utf-8")) for one in _TOKEN.findall(text)
    )


def fits(text: str, artist: ArtistCapability, *, taken: int = 0) -> bool:
    """Whether *text* keeps to the limits of *artist*; *taken*: bytes of its URL that something else needs."""
    return (
        (artist.prompt_max_chars is None or utf16_units(text) <= artist.prompt_max_chars)
        and (artist.prompt_max_tokens is None or tokens(text) <= artist.prompt_max_tokens)
        and (artist.url_max_bytes is None or url_bytes(text) + URL_REST + taken <= artist.url_max_bytes)
    )


def fitted(parts: Sequence[Part], artist: ArtistCapability, *, taken: int = 0) -> Fitted:
    """Return *parts* in words within the limits of *artist* (*taken* as for `fits`)."""
    kept = [part for part in parts if part.text]
    left_out: list[str] = []
    while not fits(worded(kept, artist.wording), artist, taken=taken):
        at = _least(kept)
        if at is None:
            break
        left_out.append(_name(kept[at]))
        if kept[at].short and kept[at].short != kept[at].text:
            kept[at] = kept[at]._replace(text=kept[at].short)
        else:
            del kept[at]
    text = worded(kept, artist.wording)
    if fits(text, artist, taken=taken):
        return Fitted(text, tuple(left_out))
    return Fitted(_cut(text, artist, taken=taken), (*left_out, "the end of the subject"))


def fitted_list(words: Iterable[str], artist: ArtistCapability) -> str:
    """As many of *words* as fit, in order, with commas: a negative prompt; in a URL it gets NEGATIVE_SHARE."""
    room = round(NEGATIVE_SHARE * (artist.url_max_bytes or 0))
    said = ""
    for word in words:
        longer = f"{said}, {word}" if said else word
        if not fits(longer, artist) or (room and url_bytes(longer) > room):
            break
        said = longer
    return said


def worded(parts: Sequence[Part], wording: str) -> str:
    """*parts* as sentences ("prose"), or as words between commas ("tags")."""
    sentences: dict[str, list[str]] = {}
    for part in parts:
        sentences.setdefault(part.sentence, []).append(part.text)
    if wording == "tags":
        return ", ".join(text for texts in sentences.values() for text in texts)
    return " ".join(_sentence(", ".join(texts)) for texts in sentences.values())


def _least(kept: Sequence[Part]) -> int | None:
    """Which part goes next; the last of its kind. The last subject is kept when it cannot shrink."""
    droppable = [at for at, part in enumerate(kept) if len(kept) > 1 or (part.short and part.short != part.text)]
    return min(droppable, key=lambda at: (_rank(kept[at]), -at), default=None)


def _rank(part: Part) -> tuple[int, bool]:
    """Its place in DROPPED_FIRST; subjects all shrink before one goes."""
    return DROPPED_FIRST.index(part.kind), not (part.short and part.short != part.text)


def _name(part: Part) -> str:
    if part.kind == "subject":
        return f"look of {part.about}" if part.short and part.short != part.text else part.about
    return f"{part.kind} of {part.about}" if part.about else part.kind


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "。")) else ".")


def _cut(text: str, artist: ArtistCapability, *, taken: int) -> str:
    """The first whole words of *text* that fit; nothing, when its first word is too long."""
    words = text.split()
    while words and not fits(" ".join(words), artist, taken=taken):
        words.pop()
    return " ".join(words).rstrip(" ,;")
