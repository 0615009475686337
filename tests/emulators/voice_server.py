"""A loopback server of voices: ElevenLabs, Pollinations and OpenAI's /audio/speech (facts 1.6, 2.4, 6.2, 6.4).

It speaks in tones, one a word, with pauses at punctuation: every word's onset is known to the sample, and `onsets`
finds it again in any sound. `SCENES` lists the good and the bad days. Start at `VoiceServer`.
"""

from __future__ import annotations

import base64
import io
import struct
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

from emulators.loopback import Asked, LoopbackServer, Sent, page, sent

F32 = NDArray[np.float32]
RATE = 24_000
LETTER_S, GAP_S, PAUSE_S, LEAD_S = 0.07, 0.06, 0.35, 0.15
TYPES = {"mp3": "audio/mpeg", "wav": "audio/wav", "opus": "audio/ogg", "flac": "audio/flac", "aac": "audio/aac"}


class Toned(NamedTuple):
    """A text in tones: (n,) at RATE, and every character with its start and end in seconds."""

    sound: F32
    characters: list[str]
    starts: list[float]
    ends: list[float]

    @property
    def alignment(self) -> dict[str, Any]:
        return {
            "characters": self.characters,
            "character_start_times_seconds": self.starts,
            "character_end_times_seconds": self.ends,
        }


def toned(text: str, slower: float = 1.0) -> Toned:
    """*text* in tones, each word's as long as its letters are many."""
    at, pieces, characters, starts, ends = LEAD_S, [np.zeros(round(LEAD_S * RATE))], [], [], []
    for number, word in enumerate(text.split(" ")):
        if number:
            characters.append(" ")
            starts.append(at)
            at += GAP_S
            ends.append(at)
            pieces.append(np.zeros(round(GAP_S * RATE)))
        letters = max(1, sum(letter.isalnum() for letter in word))
        step = letters * LETTER_S * slower / len(word) if word else 0.0
        for letter in word:
            characters.append(letter)
            starts.append(at)
            at += step
            ends.append(at)
        length = round(letters * LETTER_S * slower * RATE)
        tone = 0.3 * np.sin(2 * np.pi * (200 + 40 * (number % 5)) * np.arange(length) / RATE)
        ramp = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / (0.005 * RATE))
        pieces.append(tone * ramp)
        if word[-1:] in tuple(".!?,;:"):
            at += PAUSE_S
            pieces.append(np.zeros(round(PAUSE_S * RATE)))
    pieces.append(np.zeros(round(0.2 * RATE)))
    return Toned(np.concatenate(pieces).astype(np.float32), characters, starts, ends)


def onsets(line: F32, rate: int) -> list[float]:
    """Where words of tones begin in *line*, in seconds."""
    step = rate // 400
    level = np.abs(line[: len(line) // step * step]).reshape(-1, step).max(1)
    loud = level > 0.1 * level.max()
    held = np.convolve(loud, np.ones(9), "same") > 0  # a tone's own zeros are no gap
    edges = np.flatnonzero(np.diff(np.concatenate([[False], held]).astype(int)) == 1)
    return [float((edge + 4) * step / rate) for edge in edges]


def coded(sound: F32, kind: str = "wav", rate: int = RATE) -> bytes:
    """*sound*, (n,) or (channels, n), as a file of *kind*."""
    planes = np.atleast_2d(sound)
    if kind == "wav":
        pcm = bytes((np.clip(planes, -1, 1) * 32767).astype("<i2").T.tobytes())
        return wav_head(len(planes), rate, len(pcm)) + pcm
    codec, layout = {"mp3": ("libmp3lame", "mp3"), "opus": ("libopus", "ogg"), "flac": ("flac", "flac"),
                     "aac": ("aac", "adts")}[kind]  # fmt: skip
    file = io.BytesIO()
    with av.open(file, "w", format=layout) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        fitting = av.AudioResampler(stream.codec_context.format, "mono", stream.codec_context.rate)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planes[:1]), "fltp", "mono")
        frame.sample_rate = rate
        for part in (*fitting.resample(frame), *fitting.resample(None)):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return file.getvalue()


def wav_head(channels: int, rate: int, size: int, *, code: int = 1, bits: int = 16) -> bytes:
    """The head of a WAV whose sound has *size* bytes."""
    step = channels * bits // 8
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", min(size + 36, 0xFFFFFFFF), b"WAVE", b"fmt ", 16,
        code, channels, rate, rate * step, step, bits, b"data", size,
    )  # fmt: skip


class Order(NamedTuple):
    """What one request asks for."""

    asked: Asked
    wire: str
    text: str
    kind: str
    is_timed: bool


Scene = Callable[["VoiceServer", Order], Sent]


def _with(change: Callable[[Toned], Mapping[str, Any] | None]) -> Scene:
    """An answer whose alignment is what *change* makes of it."""
    return lambda server, order: server.made(order, alignment=change(toned(order.text)))


def _normalised(said: Toned) -> Mapping[str, Any]:
    """As a voice that tells of "142" as "one hundred forty two"."""
    texts = {"1": "one hundred ", "4": "forty ", "2": "two"}
    rows = [
        (letter, start + (end - start) * place / len(whole), start + (end - start) * (place + 1) / len(whole))
        for one, start, end in zip(said.characters, said.starts, said.ends, strict=True)
        for whole in [texts.get(one, one)]
        for place, letter in enumerate(whole)
    ]
    characters, starts, ends = zip(*rows, strict=True)
    return Toned(said.sound, list(characters), list(starts), list(ends)).alignment


def _late_end(said: Toned) -> Mapping[str, Any]:
    return said._replace(ends=[*said.ends[:-1], said.ends[-1] + 0.4]).alignment


def _early_end(said: Toned) -> Mapping[str, Any]:
    last = next(place for place in range(len(said.starts) - 1, 0, -1) if said.characters[place] == " ")
    flat = said.starts[last + 1]
    starts = [*said.starts[: last + 1], *[flat] * (len(said.starts) - last - 1)]
    return said._replace(starts=starts, ends=[min(end, flat) for end in said.ends]).alignment


def _sound(make: Callable[[F32], bytes], kind: str = "audio/wav") -> Scene:
    return lambda server, order: server.made(order, data=make(toned(order.text).sound), kind=kind)


def _as_float(sound: F32) -> bytes:
    broken = sound.copy()
    broken[100] = np.nan
    return wav_head(1, RATE, 4 * len(sound), code=3, bits=32) + bytes(broken.astype("<f4").tobytes())


def _six(sound: F32) -> bytes:
    quiet = np.zeros_like(sound)
    return coded(np.stack([quiet, quiet, sound, quiet, quiet, quiet]))


def _resampled(rate: int) -> Callable[[F32], bytes]:
    def make(sound: F32) -> bytes:
        at = np.arange(round(len(sound) * rate / RATE)) * RATE / rate
        return coded(np.interp(at, np.arange(len(sound)), sound).astype(np.float32), rate=rate)

    return make


def _lost(server: VoiceServer, order: Order) -> Sent:
    server.generations += 1
    return Sent(is_silent=True)


def _cut_body(server: VoiceServer, order: Order) -> Sent:
    answer = server.made(order)
    answer.cut = 9
    return answer


def _failed(status: int, message: str, code: str, **headers: str) -> Scene:
    return lambda server, order: server.fault(order.wire, status, message, code, headers)


TIMED_SCENES: dict[str, Scene] = {  # of voices that tell times, and tell them badly
    "early_end": _with(_early_end),
    "late_end": _with(_late_end),
    "zero_length": _with(lambda said: said._replace(ends=list(said.starts)).alignment),
    "normalised": _with(_normalised),
    "other_text": _with(lambda said: toned("quite another story is told here").alignment),
    "other_clock": _with(lambda said: said._replace(starts=[0.5 * s for s in said.starts],
                                                    ends=[0.5 * s for s in said.ends]).alignment),
    "no_times": _with(lambda said: None),
    "uneven": _with(lambda said: said._replace(ends=said.ends[:-1]).alignment),
    "words_for_times": _with(
        lambda said: {**said.alignment, "character_start_times_seconds": ["soon"] * len(said.starts)}
    ),
}  # fmt: skip
BAD_SOUND: dict[str, Scene] = {  # what only listening finds
    "html_as_sound": _sound(lambda sound: b"<!DOCTYPE html><html></html>", "audio/mpeg"),
    "json_as_sound": _sound(lambda sound: b'{"error": "no"}', "audio/mpeg"),
    "noise_of_bytes": _sound(lambda sound: bytes(range(256)) * 40, "audio/mpeg"),
    "cut_wav": _sound(lambda sound: coded(sound)[: len(sound)]),
    "half_a_header": _sound(lambda sound: coded(sound)[:20]),
    "silence": _sound(lambda sound: coded(np.zeros_like(sound))),
    "not_numbers": _sound(_as_float),
    "a_click": _sound(lambda sound: coded(toned("a").sound[: round((LEAD_S + 0.02) * RATE)])),
    "a_lecture": _sound(lambda sound: coded(np.tile(sound, 9))),
}
ODD_SOUND: dict[str, Scene] = {  # what is not as it was asked for, and will do
    "wav_as_mp3": _sound(coded, "audio/mpeg"),
    "untyped": _sound(coded, "application/octet-stream"),
    "surround": _sound(_six),
    "telephone": _sound(_resampled(8_000)),
    "cd": _sound(_resampled(44_100)),
    "odd_rate": _sound(_resampled(22_222)),
    "endless_wav": _sound(lambda sound: wav_head(1, RATE, 0xFFFFFFFF) + coded(sound)[44:]),
    "much_silence": _sound(lambda sound: coded(np.pad(sound, (2 * RATE, 3 * RATE)))),
    "offset": _sound(lambda sound: coded(0.4 * sound + 0.3)),
    "whisper": _sound(lambda sound: coded(0.01 * sound)),
}
SCENES: dict[str, Scene] = {
    "good": lambda server, order: server.made(order),
    **TIMED_SCENES,
    **BAD_SOUND,
    **ODD_SOUND,
    # Answers that are none
    "html": lambda server, order: page(),
    "notice": lambda server, order: Sent(200, b"We have moved.", {"content-type": "text/plain"}),
    "empty": lambda server, order: Sent(200, b"", {"content-type": "audio/mpeg"}),
    "error_in_200": _failed(200, "The upstream model failed", "upstream"),
    # A "no" that stays one
    "bad_key": _failed(401, "Invalid API key canary-1*3", "invalid_api_key"),
    "no_credit": _failed(401, "This request exceeds your quota", "quota_exceeded"),
    "broke": _failed(402, "Insufficient balance.", "PAYMENT_REQUIRED"),
    "too_long": _failed(400, "A maximum of 5000 characters is possible", "max_character_limit_exceeded"),
    "no_voice": _failed(400, "A voice with this id does not exist", "voice_not_found"),
    "gone": _failed(404, "The model `tts-1` does not exist", "model_not_found"),
    "redirect": lambda server, order: Sent(307, b"", {"location": "http://169.254.169.254/latest"}),
    "limited_for_long": _failed(429, "Slow down", "rate_limit_exceeded", retry_after="45"),
    # A "no" that passes, with nothing begun
    "too_many_concurrent": _failed(429, "Too many concurrent requests", "too_many_concurrent_requests"),
    "system_busy": _failed(429, "The system is busy", "system_busy"),
    "unavailable": _failed(503, "Busy", "service_unavailable"),
    # Work that was begun, and whose answer is lost
    "bad_gateway": lambda server, order: page(502),
    "hang_up": _lost,
    "cut_body": _cut_body,
}


class VoiceServer(LoopbackServer):
    """All three wires on one port: /v1/text-to-speech/ID/with-timestamps, /v1/audio/speech and its -/with-timestamps.

    scenes: the manners of the next answers, in order; "good" when there is none left.
    generations: how much was spoken, and so would be charged.
    """

    def __init__(self, *scenes: str) -> None:
        super().__init__()
        self.scenes = deque(scenes)
        self.generations = 0

    def answer(self, asked: Asked) -> Sent:
        """What is sent to *asked*."""
        order = self.order_of(asked)
        if order is None:
            return self.fault("openai", 404, f"no route {asked.path}", "not_found", {})
        return SCENES[self.scenes.popleft() if self.scenes else "good"](self, order)

    def order_of(self, asked: Asked) -> Order | None:
        """What is wanted; None for a path that none of the three has."""
        path, _, query = asked.path.partition("?")
        body = asked.body if isinstance(asked.body, dict) else {}
        if path.startswith("/v1/text-to-speech/") and path.endswith("/with-timestamps"):
            known = {"output_format=mp3_44100_128": "mp3"}
            return Order(asked, "elevenlabs", body["text"], known[query], is_timed=True)
        if path == "/v1/audio/speech/with-timestamps":
            return Order(asked, "pollinations", body["input"], body.get("response_format", "mp3"), is_timed=True)
        if path == "/v1/audio/speech":
            wire = "pollinations" if "seed" in body else "openai"
            return Order(asked, wire, body["input"], body.get("response_format", "mp3"), is_timed=False)
        return None

    def made(self, order: Order, *, data: bytes | None = None, kind: str = "", alignment: Any = ...) -> Sent:
        """The line spoken: in tones, or *data*; with *alignment*, or that of the tones."""
        self.generations += 1
        said = toned(order.text)
        sound = coded(said.sound, order.kind) if data is None else data
        if not order.is_timed:
            return Sent(200, sound, {"content-type": kind or TYPES[order.kind]})
        told = said.alignment if alignment is ... else alignment
        body = {"audio_base64": base64.b64encode(sound).decode(), "alignment": told, "normalized_alignment": told}
        return sent(body, 200, x_pollinations_response_format="audio-with-timestamps")

    def fault(self, wire: str, status: int, message: str, code: str, headers: Mapping[str, str]) -> Sent:
        """An error as this wire words it."""
        if wire == "elevenlabs":
            return sent({"detail": {"status": code, "message": message}}, status, **headers)
        if wire == "pollinations":
            wrong = {"code": code, "message": message, "timestamp": "2026-11-30T00:00:00Z"}
            return sent({"status": status, "success": False, "error": wrong}, status, **headers)
        told = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        return sent({"error": told}, status, **headers)
