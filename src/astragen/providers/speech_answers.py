"""Taking speech out of an HTTP answer, as far as HTTP tells what it is.

A web page, a notice in words or nothing at all is no speech, and is an error here. Whether
bytes that are called sound are some is for whoever decodes them. ElevenLabs and Pollinations
answer in the same JSON, with the times of every character (facts 1.6, 6.2). Start at
`sound_in` (bytes) and `timed_in` (JSON).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from astragen.errors import BadOutput
from astragen.model.speech import TimedText
from astragen.providers.failures import words_of
from astragen.providers.http import Reply
from astragen.providers.picture_answers import note
from astragen.providers.speaking import SOUND_BYTES_MAX, Spoken, VoiceProvider

TIME_MAX_S: Final = 86_400.0  # of a character; no line is a day long
BASE64_BYTES_MAX: Final = SOUND_BYTES_MAX * 4 // 3 + 8_000_000  # sound in JSON, with its alignment

_UNTYPED: Final = {"", "application/octet-stream", "binary/octet-stream", "application/ogg", "video/mp4", "video/webm"}


def sound_in(provider: VoiceProvider, reply: Reply) -> Spoken:
    """The body of *reply* as it came.

    Raises:
        BadOutput: it is of another type, or empty.
        ProviderError: it is JSON that tells of an error.
    """
    kind = reply.media_type
    if not reply.body:
        raise provider.bad("no sound at all")
    if reply.body.lstrip()[:1] == b"<" or kind == "text/html":
        raise provider.bad("a web page instead of speech")
    if kind.endswith("json"):
        raise _in_json(provider, reply)
    if kind.partition("/")[0] != "audio" and kind not in _UNTYPED:
        raise provider.bad(f"{note(kind)[:60]} instead of speech")
    return Spoken(reply.body, kind, voice=provider.called)


def timed_in(provider: VoiceProvider, reply: Reply, media_type: str) -> Spoken:
    """The sound and the times of its characters in *reply*; without times where they cannot be read.

    Raises:
        BadOutput: there is no sound in it.
        ProviderError: it tells of an error instead.
    """
    parsed = provider.http.parsed(reply)
    if not isinstance(parsed, Mapping):
        raise provider.bad("JSON that is no object")
    coded = parsed.get("audio_base64")
    if not isinstance(coded, str) or not coded:
        raise _in_json(provider, reply)
    try:
        data = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise provider.bad("speech whose base64 is broken") from error
    return Spoken(data, media_type, characters_in(parsed.get("alignment")), provider.called)


def characters_in(alignment: object) -> tuple[TimedText, ...]:
    """The characters of an alignment in order; empty when its lists are of different lengths, or hold no times."""
    if not isinstance(alignment, Mapping):
        return ()
    names = ("characters", "character_start_times_seconds", "character_end_times_seconds")
    texts, starts, ends = (alignment.get(name) for name in names)
    if not (isinstance(texts, list) and isinstance(starts, list) and isinstance(ends, list)):
        return ()
    if not len(texts) == len(starts) == len(ends) or not all(isinstance(text, str) for text in texts):
        return ()
    if not all(_is_time(value) for value in (*starts, *ends)):
        return ()
    return tuple(map(TimedText, texts, map(float, starts), map(float, ends)))


def _is_time(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < TIME_MAX_S  # false for NaN, too


def _in_json(provider: VoiceProvider, reply: Reply) -> Exception:
    try:
        parsed = provider.http.parsed(reply)
    except BadOutput as error:
        return error
    wrong = parsed.get("error") or parsed.get("detail") if isinstance(parsed, Mapping) else None
    told = wrong or ({"message": words_of(parsed)} if words_of(parsed) else None)
    return provider.http.failure_in(told) or provider.bad("JSON without speech")
