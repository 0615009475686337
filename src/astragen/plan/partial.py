"""The scenes of a storyboard that a language model is still writing.

The text comes in pieces; a scene is told as soon as its last bracket is there, with what stands
before the scenes. Thoughts, prose and fences before the storyboard are passed over, and every
character is looked at once. It is a forecast: the whole text is read by others, who may find
another storyboard in it. Pure. Start reading at `SceneReader.feed`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from astragen.errors import AstraGenError

DEPTH_MAX: Final = 64  # brackets that are open at a time; a storyboard is 6 deep
CHARS_MAX: Final = 500_000  # of one scene, or of all that stands before the scenes
WRAPPED_MAX: Final = 2  # objects around the list of scenes: the storyboard, and one that some models wrap it in

_THOUGHTS = r"(?:think|thinking|thought|reasoning)>"
_START = re.compile(rf'(?P<object>\{{\s*")|<{_THOUGHTS}', re.I)
_START_CUT = re.compile(r"(?:\{\s{0,99}|<\w{0,10})\Z")  # a start of which the rest comes with the next piece
_THOUGHT = re.compile(rf"</{_THOUGHTS}", re.I)
_THOUGHT_CUT = re.compile(r"<[/\w]{0,11}\Z")
_MARK = re.compile(r'["{}\[\],]')
_QUOTE = re.compile(r'["\\]')
_KEY: Final = "scenes"
_KEY_AT_END = re.compile(rf',?\s*"{_KEY}"\s*:\s*\Z')


class Early(NamedTuple):
    """A scene that is complete and what stands before the scenes, both in the wire form."""

    head: dict[str, Any]
    scene: dict[str, Any]


class _Brackets:
    """Finds the brackets of a text in pieces that stand outside quotes."""

    def __init__(self) -> None:
        self.word = ""  # what was last said in quotes, if nothing but a colon and blanks came after it
        self._is_quoted = self._is_escaped = False

    def places(self, text: str) -> Iterator[int]:
        """Where they stand in *text*."""
        position = 1 if self._is_escaped else 0
        self._is_escaped = False
        while True:
            found = (_QUOTE if self._is_quoted else _MARK).search(text, position)
            if self._is_quoted and len(self.word) <= len(_KEY):
                self.word += text[position : found.start() if found else None]
            if found is None:
                return
            position = found.end()
            if found[0] == "\\":
                self._is_escaped = position == len(text)
                position += 1
            elif found[0] == '"':
                self._is_quoted = not self._is_quoted
                self.word = "" if self._is_quoted else self.word
            else:
                if found[0] != ",":
                    yield found.start()
                self.word = ""


class SceneReader:
    """Reads one answer; make a new one for the next."""

    def __init__(self, read: Callable[[str], object] = json.loads) -> None:
        """*read* makes a value of the text of one object; what it raises ends the reading."""
        self._read = read
        self._step: Callable[[str], str] | None = self._search
        self._rest = ""  # of the piece before: perhaps the start of something
        self._brackets = _Brackets()
        self._open: list[str] = []  # outermost first
        self._kept: list[str] = []
        self._length = 0  # of what is kept
        self._from = 0  # where in the present text keeping goes on
        self._starts: list[int] = []  # where in what is kept the outermost objects begin
        self._level = 0  # of the list of scenes; 0 before it was found
        self._head: dict[str, Any] = {}
        self._found: list[Early] = []

    def feed(self, piece: str) -> tuple[Early, ...]:
        """The scenes that *piece*, any text, completes."""
        text, self._rest = self._rest + piece, ""
        while text and self._step is not None:
            text = self._step(text)
        found, self._found = tuple(self._found), []
        return found

    def _search(self, text: str) -> str:
        """Look for an object or for thoughts; return what is to be read next, likewise below."""
        start = _START.search(text)
        if start is None:
            return self._wait(_START_CUT.search(text))
        if start["object"] is None:
            self._step = self._think
            return text[start.end() :]
        self._step = self._scan
        return text[start.start() :]

    def _think(self, text: str) -> str:
        """Pass over thoughts."""
        end = _THOUGHT.search(text)
        if end is None:
            return self._wait(_THOUGHT_CUT.search(text))
        self._step = self._search
        return text[end.end() :]

    def _wait(self, cut: re.Match[str] | None) -> str:
        self._rest = cut[0] if cut else ""
        return ""

    def _scan(self, text: str) -> str:
        """Read an object, up to its end."""
        self._from = 0
        for position in self._brackets.places(text):
            if text[position] in "{[":
                self._opens(text, position)
            else:
                self._closes(text, position)
            if self._step != self._scan:
                return text[position + 1 :]
        self._keep(text, len(text))
        return ""

    def _opens(self, text: str, position: int) -> None:
        level, mark = len(self._open), text[position]
        if self._level and level == self._level:  # a scene
            self._drop(position)
        elif not self._level and level <= WRAPPED_MAX and "[" not in self._open:
            self._keep(text, position)
            if mark == "[" and level and self._brackets.word == _KEY:
                self._level = level + 1
                before = _KEY_AT_END.sub("", "".join(self._kept)[self._starts[level - 1] :])
                self._use(before + "}", self._head.update)
            self._starts[level:] = [self._length]
        self._open.append(mark)
        if level >= DEPTH_MAX:
            self._step = None

    def _closes(self, text: str, position: int) -> None:
        self._open.pop()
        level = len(self._open)
        if self._level and level == self._level:
            self._keep(text, position + 1)
            self._use("".join(self._kept), lambda scene: self._found.append(Early(self._head, scene)))
        elif self._level and level < self._level:
            self._step = None  # that was the last scene
        elif not level:  # an object without scenes; the storyboard may come after it
            self._drop(position)
            self._step = self._search

    def _use(self, text: str, use: Callable[[dict[str, Any]], object]) -> None:
        """Use the object that *text* is; read nothing more when it is none."""
        try:
            value = self._read(text)
        except (ValueError, RecursionError, AstraGenError):
            value = None
        if isinstance(value, dict):
            use(value)
        else:
            self._step = None

    def _keep(self, text: str, end: int) -> None:
        self._kept.append(text[self._from : end])
        self._length += end - self._from
        self._from = end
        if self._length > CHARS_MAX:
            self._step = None

    def _drop(self, position: int) -> None:
        self._kept, self._length, self._from = [], 0, position
