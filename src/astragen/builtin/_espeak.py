"""One line through eSpeak NG, as a program of its own.

Run by its path, it reads a request from standard input and writes a JSON header line
and raw sound to standard output. A fresh process per line makes the sound a pure
function of the request (the engine keeps state), and keeps the GPL engine, and its
crashes, out of ours. It imports three built-in modules and ctypes, and no packages:
half of its time would be imports. Start at `main`.

Request: a Python literal of marshal: {"library", "data": paths of the engine, "text",
"tags": [...], "variant", "rate", "pitch", "range", "gap"}.
Answer: {"voice", "tag", "sample_rate", "samples", "words": [[position, sample], ...],
"clauses": [[position, sample], ...]} and `samples` little-endian int16, or
{"error": "language"} when nobody speaks any of the tags. Positions are 0-based
characters of the text; a clause's is where its text ends.
"""

from __future__ import annotations

import ctypes as c
import marshal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Values from speak_lib.h of eSpeak NG 1.52.
AUDIO_OUTPUT_SYNCHRONOUS = 2
CHARS_UTF8 = 1  # alone: neither SSML (0x10) nor [[phoneme]] input (0x100) is interpreted
POSITION_CHARACTER = 1
EVENT_LIST_END, EVENT_WORD, EVENT_CLAUSE = 0, 1, 5
PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4, "gap": 7}
SEED = 1
VOLUME = 85  # of 100; loud variants clip at 100


# A voice of the engine: (identifier, ((priority, lower-case tag), ...)); low priority numbers are first choice.
VoiceEntry = tuple[str, tuple[tuple[int, str], ...]]


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
        exact = [(rank, identifier) for identifier, languages in voices for rank, own in languages if own == tag]
        regions = [
            (rank, identifier)
            for identifier, languages in voices
            for rank, own in languages
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
        voices.append((voice.identifier.decode(), _languages(voice.languages)))
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


def open_engine(library: str, data: str) -> tuple[Any, int]:
    """Load and initialise eSpeak NG from its *library* and *data* paths; return it and its sample rate in Hz."""
    engine = c.CDLL(library)
    rate = engine.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), 0)
    if rate <= 0:
        raise RuntimeError(f"espeak_Initialize returned {rate}")
    engine.espeak_ng_SetRandSeed(SEED)  # it takes the clock: breathy voices would differ from second to second
    return engine, int(rate)


def speak(engine: Any, request: dict[str, Any], voice: str) -> tuple[bytes, dict[str, list[list[int]]]]:  # noqa: ANN401
    """Speak the request's text with *voice*; return int16 sound, and [position, sample] of words and clauses."""
    sound = bytearray()
    marks: dict[str, list[list[int]]] = {"words": [], "clauses": []}
    names = {EVENT_WORD: "words", EVENT_CLAUSE: "clauses"}

    def receive(wave: int | None, count: int, events: Any) -> int:  # noqa: ANN401
        if wave and count > 0:
            sound.extend(c.string_at(wave, 2 * count))
        index = 0
        while events[index].type != EVENT_LIST_END:
            name = names.get(events[index].type)
            if name:
                marks[name].append([events[index].text_position - 1, events[index].sample])
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
    return bytes(sound), marks


def _set_voice(engine: Any, name: str) -> None:  # noqa: ANN401
    """Choose a voice; the engine keeps the one before, silently, when it does not know *name*."""
    status = engine.espeak_SetVoiceByName(name.encode())
    if status != 0:
        raise RuntimeError(f"espeak_SetVoiceByName({name!r}) returned {status}")


def main() -> None:
    """Answer the one request on standard input."""
    request = marshal.loads(sys.stdin.buffer.read())  # noqa: S302  (our own process wrote it)
    engine, sample_rate = open_engine(request["library"], request["data"])
    voice = choose(list_voices(engine), request["tags"])
    if voice is None:
        answer, sound = '{"error": "language"}', b""
    else:
        sound, marks = speak(engine, request, voice[0])
        head = f'"voice": "{voice[0]}", "tag": "{voice[1]}", "sample_rate": {sample_rate}, "samples": {len(sound) // 2}'
        answer = f'{{{head}, "words": {marks["words"]}, "clauses": {marks["clauses"]}}}'
    sys.stdout.buffer.write(answer.encode() + b"\n" + sound)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
