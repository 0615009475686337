"""The built-in voice: eSpeak NG in a process of its own, made gentle.

A line is cleaned without moving a character (word positions must keep pointing at
the line), spoken by `_espeak`, then resampled, equalised, compressed, put in a small
room and levelled. The same request gives the same samples. Start at `BuiltinVoice`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.errors import Unavailable
from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.model.speech import Speech
from astragen.model.take import SpokenWord
from astragen.model.time import SAMPLE_RATE

ESPEAK = (sys.executable, "-m", "astragen.builtin._espeak")
TIMEOUT_S = 20.0  # a line of LONGEST_TEXT takes about 1.5 s
LONGEST_TEXT = 2_000  # characters; the storyboard's own limit of a line
HEAD, TAIL = SAMPLE_RATE * 60 // 1000, SAMPLE_RATE * 180 // 1000  # silence around a line: 60 ms, 180 ms
SPEECH_LUFS = -18.0  # of a line in mono; in both channels of a film it reads 3 LU more
QUIET_DB = -50.0  # below the line's peak by so much counts as silence at its ends
CEILING = 0.95  # of full scale
HAN_SHARE = 0.2  # of the letters; with more Chinese characters than this a voice must read Chinese
ENGINE_LIMITS = {"rate": (80, 450), "pitch": (0, 99), "range": (0, 99)}  # eSpeak NG, speak_lib.h


class Utterance(NamedTuple):
    """What the engine gave. sound: (n,) float32 at *rate* Hz; marks: (character, seconds) of each word."""

    sound: F32
    rate: int
    marks: tuple[tuple[int, float], ...]
    voice: str


class BuiltinVoice:
    """Speaks about 120 languages without a network; plainly synthetic, exactly timed."""

    def __init__(self, *, command: Sequence[str] = ESPEAK, timeout_s: float = TIMEOUT_S) -> None:
        self._command = tuple(command)
        self._timeout_s = timeout_s

    @property
    def capability(self) -> Capability:
        """Who it is: the engine's version is part of its own."""
        engine = version("espeakng-loader")
        return Capability(
            name="builtin", trade="voice", version=f"1-espeakng-{engine}", languages=tuple(_table()["languages"])
        )

    async def speak(self, request: LineRequest) -> Speech:
        """Return the line as 48 kHz mono sound with word times.

        A line without a letter gives silence and no words.

        Raises:
            Unavailable: the engine does not speak the language, crashed, or took too long.
        """
        text = speakable(request.text)
        _require_readable(text, request.language)
        order = {"text": text, "tags": tags(request.language), **manner(request)}
        utterance = _parse(await self._run(json.dumps(order).encode()), request.language)
        return await anyio.to_thread.run_sync(finish, utterance, request.text[: len(text)])

    async def _run(self, order: bytes) -> bytes:
        """The engine's answer to *order*.

        It reads from a file, as a pipe would break when it dies early; it works in our own folder,
        so that no module lying in the user's is imported.
        """
        try:
            with tempfile.TemporaryFile() as source, anyio.fail_after(self._timeout_s):
                source.write(order)
                source.seek(0)
                done = await anyio.run_process(self._command, stdin=source, check=False, cwd=Path(__file__).parent)
        except TimeoutError as error:
            raise _unavailable(f"The built-in voice took longer than {self._timeout_s:g} s over one line.") from error
        except OSError as error:
            raise _unavailable(f"The built-in voice could not be started ({error}).") from error
        if done.returncode != 0:
            last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
            how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit code {done.returncode}"
            raise _unavailable(f"The built-in voice crashed ({how}{': ' if last else ''}{last}).")
        return done.stdout


def tags(language: str) -> list[str]:
    """The engine's tags to try for a BCP 47 *language*, best first: "de-AT" -> ["de-at", "de"]."""
    aliases = _table()["aliases"]
    parts = language.lower().split("-")
    wanted = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    if len(parts) > 2:
        wanted.insert(1, f"{parts[0]}-{parts[-1]}")  # a script stands between: zh-hant-hk -> zh-hk
    found = [aliases.get(tag, tag) for tag in wanted]
    return list(dict.fromkeys([*found, parts[0]]))


def manner(request: LineRequest) -> dict[str, Any]:
    """The engine's settings for the request's mood and rate, within the engine's limits."""
    base, mood = _table()["base"], _table()["moods"][request.mood.value]
    wanted = {
        "rate": base["rate"] * mood["rate"] * request.rate,
        "pitch": base["pitch"] + mood["pitch"],
        "range": base["range"] + mood["range"],
    }
    limited = {name: int(np.clip(round(value), *ENGINE_LIMITS[name])) for name, value in wanted.items()}
    return {"variant": base["variant"], "gap": base["gap"], **limited}


def speakable(text: str) -> str:
    """*text* with what cannot be spoken as spaces, character for character, and no longer than LONGEST_TEXT."""
    if len(text) > LONGEST_TEXT:
        text = text[: text.rfind(" ", 0, LONGEST_TEXT) if " " in text[:LONGEST_TEXT] else LONGEST_TEXT]
    return "".join(" " if _is_unspoken(text, index) else character for index, character in enumerate(text))


def _is_unspoken(text: str, index: int) -> bool:
    """Whether the character is a control, an emoji or a part of one; joiners inside words stay."""
    character = text[index]
    if character in "\u200c\u200d":  # they shape Persian and Indic words, and glue emoji
        return index == 0 or unicodedata.category(text[index - 1])[0] not in "LM"
    category = unicodedata.category(character)
    code = ord(character)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn") or 0xFE00 <= code <= 0xFE0F or code == 0x20E3:
        return True
    return category in ("So", "Sk", "Sm") and (code >= 0x1F000 or 0x2300 <= code <= 0x2BFF)


def _require_readable(text: str, language: str) -> None:
    """Refuse Chinese characters in a language whose voice spells them ("Chinese letter, Chinese letter")."""
    letters = [character for character in text if character.isalpha()]
    han = sum(unicodedata.name(character, "").startswith("CJK") for character in letters)
    primary = tags(language)[-1]
    if han > HAN_SHARE * len(letters) and primary not in _table()["reads_han"]:
        raise _unavailable(
            f'The built-in voice cannot speak "{language}" written in Chinese characters '
            f"({han} of {len(letters)} letters)."
        )


def _parse(answer: bytes, language: str) -> Utterance:
    """The engine's answer, checked: header line and raw sound.

    Raises:
        Unavailable: nobody speaks the language, or the answer is cut short.
    """
    head, _, sound = answer.partition(b"\n")
    try:
        header: dict[str, Any] = json.loads(head)
        if header.get("error") == "language":
            raise _unavailable(f'The built-in voice cannot speak "{language}": eSpeak NG has no such language.')
        wanted = 2 * int(header["samples"])
        marks = tuple((int(position), milliseconds / 1000) for position, milliseconds in header["words"])
        rate, voice = int(header["sample_rate"]), f"eSpeak NG {header['voice']}"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unavailable(f"The built-in voice crashed: its answer begins with {head[:60]!r}.") from error
    if len(sound) != wanted:
        raise _unavailable(f"The built-in voice crashed: {len(sound)} of {wanted} bytes of sound came.")
    return Utterance(np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(32768), rate, marks, voice)


def finish(utterance: Utterance, text: str) -> Speech:
    """Make the engine's sound a line of the film: 48 kHz, gentle, trimmed, levelled, with word times."""
    wide = dsp.resampled(utterance.sound, utterance.rate)
    first, last = _audible(wide)
    if first == last:
        return Speech(np.zeros(HEAD + TAIL, np.float32), (), utterance.voice)
    voice = np.pad(wide[first:last], (HEAD, TAIL))
    times = [(position, round(seconds * SAMPLE_RATE) - first + HEAD) for position, seconds in utterance.marks]
    words = word_times(text, times, end=HEAD + last - first)
    return Speech(polished(voice), words, utterance.voice)


def _audible(x: F32) -> tuple[int, int]:
    """First and one past the last sample of *x* above QUIET_DB under its peak; (0, 0) for silence."""
    peak = float(np.abs(x).max(initial=0.0))
    loud = np.flatnonzero(np.abs(x) > max(peak * dsp.linear(QUIET_DB), 1e-4))
    return (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, 0)


def polished(x: F32) -> F32:
    """*x*, (n,), equalised toward human speech, compressed, in a small room, at SPEECH_LUFS, faded at both ends."""
    tone = dsp.chain(dsp.high_pass(80, 3), dsp.curve(_table()["eq"]), dsp.low_pass(9_500, 3))
    dry = _compressed(dsp.shaped(x, tone))
    wet = dsp.convolved(dry, _small_room())[: len(dry)]
    mixed = dry + dsp.linear(-17) * wet
    mixed *= min(_gain_to(mixed, SPEECH_LUFS), CEILING / float(np.abs(mixed).max()))
    dsp.fade(mixed, HEAD // 2, TAIL // 2)
    return mixed.astype(np.float32)


def _compressed(x: F32) -> F32:
    """*x* with what is over its 70th percentile of level brought nearer to it (about 1.7 : 1)."""
    window = SAMPLE_RATE * 15 // 1000
    level = np.sqrt(dsp.sliding_mean(x * x, window) + 1e-9)
    usual = float(np.percentile(level[level > 0.02 * level.max()], 70))
    gain = np.minimum(1, (usual / level) ** 0.42).astype(np.float32)
    return x * dsp.sliding_mean(gain, window)


def _gain_to(x: F32, lufs: float) -> float:
    """The gain that brings *x* to *lufs*; a short line is measured as if repeated, for whole blocks."""
    repeats = max(1, -(-3 * SAMPLE_RATE // len(x)))
    return dsp.linear(lufs - dsp.integrated_lufs(np.tile(x, repeats)))


@cache
def _small_room() -> F32:
    """A quarter second of a furnished room, mono: (m,) float32, unit energy."""
    impulse: NDArray[np.float32] = dsp.room(0.28, brightness=5_000, predelay=0.008, seed=3)[0]
    return impulse


def word_times(text: str, marks: Sequence[tuple[int, int]], *, end: int) -> tuple[SpokenWord, ...]:
    """The words of *text* with the samples they sound from and to.

    *marks*: (character, sample) where the engine began a word, ascending or repeated;
    *end*: one past the line's last sounding sample.

    A word keeps the punctuation and emoji around it, so that the words, without spaces, spell the
    text. A word ends where the next begins. Where the engine marked none (it joins short words),
    the time lies between its neighbours' in proportion to the characters.
    """
    starts = _word_starts(text, {position for position, _ in marks})
    if not marks or not starts:
        return ()
    first_heard: dict[int, int] = {}
    for position, sample in marks:
        first_heard.setdefault(position, sample)
    known = sorted(first_heard.items())
    positions = [position for position, _ in known] + [max(len(text), known[-1][0] + 1)]
    samples = np.maximum.accumulate([sample for _, sample in known] + [end])
    spoken = [_first_letter(text, start) for start in starts]
    begins = np.clip(np.interp(spoken, positions, samples), 0, end).astype(int).tolist()
    ends = [*begins[1:], end]
    stops = [*starts[1:], len(text)]
    return tuple(
        SpokenWord(text=text[start:stop].strip(), start=begin, end=last)
        for start, stop, begin, last in zip(starts, stops, begins, ends, strict=True)
    )


def _word_starts(text: str, marked: set[int]) -> list[int]:
    """Where words begin: after spaces, and at marks inside scripts that write none.

    A piece without a letter or digit belongs to the word before it, or after it at the front.
    """
    starts: list[int] = []
    for start, stop in _pieces(text, marked):
        if any(character.isalnum() for character in text[start:stop]):
            starts.append(start if starts else 0)
    return starts


def _pieces(text: str, marked: set[int]) -> list[tuple[int, int]]:
    """(start, stop) of the runs between spaces, cut again at marks in spaceless scripts."""
    cuts = [
        index
        for index, character in enumerate(text)
        if not character.isspace()
        and (index == 0 or text[index - 1].isspace() or (index in marked and _is_spaceless(character)))
    ]
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _first_letter(text: str, start: int) -> int:
    """The first letter or digit at or after *start*: opening quotes make no sound."""
    return next((index for index in range(start, len(text)) if text[index].isalnum()), start)


@cache
def _is_spaceless(character: str) -> bool:
    """Whether the character's script writes words without spaces between them."""
    return unicodedata.name(character, "").startswith(tuple(_table()["spaceless"]))


@cache
def _table() -> dict[str, Any]:
    """The voice's table, `data/voices.json`."""
    table: dict[str, Any] = json.loads((files("astragen.data") / "voices.json").read_text("utf-8"))
    return table


def _unavailable(message: str) -> Unavailable:
    return Unavailable(message, hint="Choose another voice, or go without narration.", provider="builtin")
