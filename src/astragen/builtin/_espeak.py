"""One line through eSpeak NG, as a program of its own.

`python -m astragen.builtin._espeak` reads a JSON request from standard input and
writes a JSON header line and raw sound to standard output. A fresh process per
line makes the sound a pure function of the request (the engine keeps state), and
keeps the GPL engine, and its crashes, out of ours. Imports only the standard
library and the loader, so that it starts in well under 100 ms. Start at `main`.

Request: {"text", "tags": [...], "variant", "rate", "pitch", "range", "gap"}.
Answer: {"voice", "tag", "sample_rate", "samples", "words": [[position, ms], ...]}
and `samples` little-endian int16, or {"error": "language"} when nobody speaks any
of the tags. Word positions are 0-based characters of the text.
"""

from __future__ import annotations

import ctypes as c
import json
import sys
from typing import Any, NamedTuple

# Values from speak_lib.h of eSpeak NG 1.52.
AUDIO_OUTPUT_SYNCHRONOUS = 2
CHARS_UTF8 = 1  # alone: neither SSML (0x10) nor [[phoneme]] input (0x100) is interpreted
POSITION_CHARACTER = 1
EVENT_LIST_END, EVENT_WORD = 0, 1
PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4, "gap": 7}
VOLUME = 85  # of 100; loud variants clip at 100


class VoiceEntry(NamedTuple):
    """A voice of the engine. languages: (priority, lower-case tag), low priority numbers first choice."""

    identifier: str
    languages: tuple[tuple[int, str], ...]


class _Voice(c.Structure):
    _fields_ = [
        ("name", c.c_char_p),
        ("languages", c.c_void_p),
        ("identifier", c.c_char_p),
        ("gender", c.c_ubyte),
        ("age", c.c_ubyte),
        ("variant", c.c_ubyte),
        ("reserved", c.c_ubyte),
        ("score", c.c_int),
        ("spare", c.c_void_p),
    ]


class _EventValue(c.Union):
    _fields_ = [("number", c.c_int), ("name", c.c_char_p), ("string", c.c_char * 8)]


class _Event(c.Structure):
    _fields_ = [
        ("type", c.c_int),
        ("unique_identifier", c.c_uint),
        ("text_position", c.c_int),
        ("length", c.c_int),
        ("audio_position", c.c_int),
        ("sample", c.c_int),
        ("user_data", c.c_void_p),
        ("id", _EventValue),
    ]


_Callback = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int, c.POINTER(_Event))


def choose(voices: list[VoiceEntry], tags: list[str]) -> tuple[str, str] | None:
    """The (identifier, tag) of the best voice for the first of *tags* that anybody speaks, or None.

    A tag is spoken by a voice that lists it; a bare tag ("chr") also by one of its regions ("chr-us").
    """
    for tag in tags:
        exact = [(rank, voice.identifier) for voice in voices for rank, own in voice.languages if own == tag]
        regions = [
            (rank, voice.identifier)
            for voice in voices
            for rank, own in voice.languages
            if "-" not in tag and own.startswith(f"{tag}-")
        ]
        if exact or regions:
            return min(exact or regions, key=lambda found: found[0])[1], tag
    return None


def list_voices(engine: Any) -> list[VoiceEntry]:  # noqa: ANN401  (ctypes gives no type)
    """Every voice of the engine, in its own order, without the variants."""
    engine.espeak_ListVoices.restype = c.POINTER(c.POINTER(_Voice))
    table = engine.espeak_ListVoices(None)
    voices = []
    index = 0
    while table[index]:
        voice = table[index].contents
        voices.append(VoiceEntry(voice.identifier.decode(), _languages(voice.languages)))
        index += 1
    return voices


def _languages(address: int) -> tuple[tuple[int, str], ...]:
    """Parse the engine's list: a priority byte and a zero-ended tag each, closed by a zero byte."""
    found = []
    while priority := c.cast(address, c.POINTER(c.c_ubyte))[0]:
        tag = c.string_at(address + 1)
        found.append((priority, tag.decode().lower()))
        address += len(tag) + 2
    return tuple(found)


def open_engine() -> tuple[Any, int]:
    """Load and initialise eSpeak NG; return it and its sample rate in Hz."""
    import espeakng_loader

    engine = c.CDLL(espeakng_loader.get_library_path())
    rate = engine.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0:
        raise RuntimeError(f"espeak_Initialize returned {rate}")
    return engine, int(rate)


def speak(engine: Any, request: dict[str, Any], voice: str) -> tuple[bytes, list[list[int]]]:  # noqa: ANN401
    """Speak the request's text with *voice*; return int16 sound and [position, ms] of each word."""
    sound = bytearray()
    words: list[list[int]] = []

    def receive(wave: int | None, count: int, events: Any) -> int:  # noqa: ANN401
        if wave and count > 0:
            sound.extend(c.string_at(wave, 2 * count))
        index = 0
        while events[index].type != EVENT_LIST_END:
            if events[index].type == EVENT_WORD:
                words.append([events[index].text_position - 1, events[index].audio_position])
            index += 1
        return 0

    callback = _Callback(receive)
    engine.espeak_SetSynthCallback(callback)
    _set_voice(engine, f"{voice}+{request['variant']}")
    for name, number in PARAMETERS.items():
        engine.espeak_SetParameter(number, request.get(name, VOLUME), 0)
    text = request["text"].encode()
    status = engine.espeak_Synth(text, len(text) + 1, 0, POSITION_CHARACTER, 0, CHARS_UTF8, None, None)
    if status != 0:
        raise RuntimeError(f"espeak_Synth returned {status}")
    engine.espeak_Synchronize()
    return bytes(sound), words


def _set_voice(engine: Any, name: str) -> None:  # noqa: ANN401
    """Choose a voice; the engine keeps the one before, silently, when it does not know *name*."""
    status = engine.espeak_SetVoiceByName(name.encode())
    if status != 0:
        raise RuntimeError(f"espeak_SetVoiceByName({name!r}) returned {status}")


def main() -> None:
    """Answer the one request on standard input."""
    request = json.loads(sys.stdin.buffer.read())
    engine, sample_rate = open_engine()
    voice = choose(list_voices(engine), request["tags"])
    if voice is None:
        answer: dict[str, Any] = {"error": "language"}
        sound = b""
    else:
        sound, words = speak(engine, request, voice[0])
        answer = {"voice": voice[0], "tag": voice[1], "sample_rate": sample_rate}
        answer |= {"samples": len(sound) // 2, "words": words}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + sound)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
