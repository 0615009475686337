"""The built-in voice: eSpeak NG in a process of its own, made gentle.

A line becomes what is said (`spoken`), is spoken by `_espeak`, and its sound is finished
(`finishing`); word times point at the line as it is written. The same request gives the
same samples. Start at `BuiltinVoice`.
"""

from __future__ import annotations

import hashlib
import json
import marshal
import re
import sys
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import anyio.to_thread
import espeakng_loader
import numpy as np

from astragen.builtin import finishing
from astragen.builtin.dsp import F32
from astragen.builtin.finishing import HEAD, TAIL, Pause
from astragen.builtin.spoken import Said, spoken_text
from astragen.builtin.word_times import word_times
from astragen.errors import Unavailable
from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.model.speech import Speech
from astragen.model.time import SAMPLE_RATE

# Isolated and without site-packages: it starts in half the time, and no module of the user's is imported.
ESPEAK = (sys.executable, "-I", "-S", str(Path(__file__).with_name("_espeak.py")))
TIMEOUT_S = 20.0  # a line of LONGEST_TEXT takes about 3 s
LONGEST_TEXT = 12_000  # characters, about 12 minutes
HAN_SHARE = 0.2  # of the letters; with more Chinese characters than this a voice must read Chinese
POINTED_SHARE = 0.3  # of the letters; with fewer vowel points a Hebrew line has no vowels to say
ENGINE_LIMITS = {"rate": (80, 450), "pitch": (0, 99), "range": (0, 99)}  # eSpeak NG, speak_lib.h
SENTENCE_ENDS, CLAUSE_ENDS = ".!?…。！？।॥؟۔", ",;:—–、，；：،؛"


class Utterance(NamedTuple):
    """What the engine gave.

    sound: (n,) float32 at *rate* Hz; words, clauses: (character of what was said, sample) where a word
    begins, where a clause ends; voice: as the report names it.
    """

    sound: F32
    rate: int
    words: tuple[tuple[int, int], ...]
    clauses: tuple[tuple[int, int], ...]
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
            name="builtin", trade="voice", version=f"3-espeakng-{engine}", languages=tuple(_table()["languages"])
        )

    async def speak(self, request: LineRequest) -> Speech:
        """Return the line as 48 kHz mono sound with word times.

        A line without a letter gives silence and no words.

        Raises:
            Unavailable: the engine does not speak the language or the voice, the line is too long for one,
                or the engine crashed or took too long.
        """
        if len(request.text) > LONGEST_TEXT:
            raise _unavailable(
                f"The line has {len(request.text):,} characters; the built-in voice reads {LONGEST_TEXT:,} in one.",
                hint="Write it as several shots.",
            )
        said = spoken_text(request.text, request.language)
        _require_speakable(request.text, request.language)
        if not said.text:
            return Speech(np.zeros(HEAD + TAIL, np.float32), (), "eSpeak NG")
        order = {**engine_files(), "text": said.text, "tags": tags(request.language), **manner(request)}
        utterance = utterance_of(await self._run(marshal.dumps(order)), request)
        return await anyio.to_thread.run_sync(_finished, utterance, said, request)

    async def _run(self, order: bytes) -> bytes:
        """The engine's answer to *order*.

        It reads from a file, as a pipe would break when it dies early.
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
    """The engine's settings for the request's voice, mood and rate, within the engine's limits.

    Raises:
        Unavailable: the request names a voice that the engine does not have.
    """
    base, mood = _table()["base"], _table()["moods"][request.mood.value]
    variant, step = casting(request)
    own = _table()["variants"].get(variant, {})
    wanted = {
        "rate": base["rate"] * mood["rate"] * request.rate * own.get("rate", 1.0),
        "pitch": own.get("pitch", base["pitch"]) + mood["pitch"] + step,
        "range": base["range"] + mood["range"],
    }
    limited = {name: int(np.clip(round(value), *ENGINE_LIMITS[name])) for name, value in wanted.items()}
    return {"variant": variant, "gap": base["gap"], **limited}


def casting(request: LineRequest) -> tuple[str, int]:
    """The engine's variant that speaks, and steps of pitch on top of its own.

    The voice that the request names; for a speaker without one, one of those for characters, by
    chance of the name; else the narrator's.
    """
    if request.voice:
        if not re.fullmatch(r"[\w-]+", request.voice) or not _variant_file(request.voice).is_file():
            raise _unavailable(
                f'The built-in voice has no variant "{request.voice}".',
                hint=f"It has, among others: {', '.join(_table()['variants'])}.",
            )
        return request.voice, 0
    if not request.speaker:
        return str(_table()["base"]["variant"]), 0
    chance = int.from_bytes(hashlib.sha256(request.speaker.encode()).digest()[:4], "big")
    cast: list[str] = _table()["cast"]
    return cast[chance % len(cast)], (chance // len(cast)) % 3 * 6 - 6


def _variant_file(name: str) -> Path:
    return Path(engine_files()["data"]) / "voices" / "!v" / name


@cache
def engine_files() -> Mapping[str, str]:
    """Where the engine and its data are."""
    return {"library": str(espeakng_loader.get_library_path()), "data": str(espeakng_loader.get_data_path())}


def _require_speakable(text: str, language: str) -> None:
    """Refuse what would come out as noise: Chinese characters to who spells them, scripts without their vowels."""
    letters = [character for character in text if character.isalpha()]
    primary = tags(language)[-1]
    reason = _table()["unspeakable"].get(primary)
    if reason:
        raise _unavailable(f'The built-in voice cannot speak "{language}": {reason}.')
    han = sum(unicodedata.name(character, "").startswith("CJK") for character in letters)
    most = 0 if primary == "ja" else HAN_SHARE * len(letters)
    if han > most and primary not in _table()["reads_han"]:
        raise _unavailable(
            f'The built-in voice cannot speak "{language}" written in Chinese characters '
            f"({han} of {len(letters)} letters)."
        )
    points = sum("\u05b0" <= character <= "\u05bc" for character in text)
    hebrew = sum("\u05d0" <= character <= "\u05ea" for character in letters)
    if primary in ("he", "iw", "yi") and hebrew and points < POINTED_SHARE * hebrew:
        raise _unavailable(
            f'The built-in voice cannot speak "{language}" written without vowel points: it would say consonants only.'
        )


def utterance_of(answer: bytes, request: LineRequest) -> Utterance:
    """The engine's answer, checked: header line and raw sound.

    Raises:
        Unavailable: nobody speaks the language, or the answer is cut short.
    """
    head, _, sound = answer.partition(b"\n")
    try:
        header: dict[str, Any] = json.loads(head)
        if header.get("error") == "language":
            raise _unavailable(f'The built-in voice cannot speak "{request.language}": eSpeak NG has no such language.')
        wanted = 2 * int(header["samples"])
        words, clauses = (tuple((int(at), int(sample)) for at, sample in header[name]) for name in ("words", "clauses"))
        rate, voice = int(header["sample_rate"]), f"eSpeak NG {header['voice']}"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unavailable(f"The built-in voice crashed: its answer begins with {head[:60]!r}.") from error
    if len(sound) != wanted:
        raise _unavailable(f"The built-in voice crashed: {len(sound)} of {wanted} bytes of sound came.")
    variant = casting(request)[0]
    voice += f"+{variant}" if variant != _table()["base"]["variant"] else ""
    return Utterance(np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(32768), rate, words, clauses, voice)


def _finished(utterance: Utterance, said: Said, request: LineRequest) -> Speech:
    """The engine's sound as a line of the film, with the times of the words as they are written."""
    added = pauses(utterance.clauses, said.text, request)
    starts = [sample for _, sample in utterance.words]
    sound, starts = finishing.breathed(utterance.sound, utterance.rate, added, starts)
    wide = finishing.wide(sound, utterance.rate, _eq(casting(request)[0]))
    first, last = finishing.audible(wide)
    if first == last:
        return Speech(np.zeros(HEAD + TAIL, np.float32), (), utterance.voice)
    times = [
        (said.map[min(at, len(said.map) - 1)], start * SAMPLE_RATE // utterance.rate - first + HEAD)
        for (at, _), start in zip(utterance.words, starts, strict=True)
    ]
    words = word_times(request.text, times, end=HEAD + last - first, voiced=frozenset(said.map))
    room_db = float(_table()["variants"].get(casting(request)[0], {}).get("room_db", finishing.ROOM_DB))
    voice = finishing.polished(np.pad(wide[first:last], (HEAD, TAIL)), room_db=room_db)
    return Speech(voice, words, utterance.voice)


def pauses(clauses: Sequence[tuple[int, int]], text: str, request: LineRequest) -> list[Pause]:
    """How much longer than the engine's own each pause of *text* is, by the mood and the rate."""
    base, mood = _table()["base"], _table()["moods"][request.mood.value]
    found = []
    for place, sample in clauses:
        mark = text[:place].rstrip("\"'”’»)]")[-1:]
        longer = base["sentence_s"] if mark in SENTENCE_ENDS else base["clause_s"] if mark in CLAUSE_ENDS else 0.0
        if mark and longer:
            found.append(Pause(sample, longer * mood["pause"] / request.rate))
    return found


def _eq(variant: str) -> list[list[float]]:
    """The (Hz, dB) points of a variant's equaliser: its own, and the presence of all."""
    table = _table()["variants"]
    own = table.get(variant, table[_table()["base"]["variant"]])["eq"]
    bands = zip(_table()["bands"], own, _table()["presence"], strict=True)
    return [[float(band), gain + presence] for band, gain, presence in bands]


@cache
def _table() -> dict[str, Any]:
    """The voice's table, `data/voices.json`."""
    table: dict[str, Any] = json.loads((files("astragen.data") / "voices.json").read_text("utf-8"))
    return table


def _unavailable(message: str, *, hint: str = "Choose another voice, or go without narration.") -> Unavailable:
    return Unavailable(message, hint=hint, provider="builtin")
