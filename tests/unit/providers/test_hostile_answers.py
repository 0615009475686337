"""Whatever JSON a server sends, nothing but an error of our tree comes of it: a film outlives a server gone mad."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from functools import partial
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from astragen.errors import AstraGenError
from astragen.model.capability import known_artists
from astragen.providers import artist_registry, registry, voice_registry
from astragen.providers.access import Access
from astragen.providers.bodies import strict_json
from astragen.providers.chat import RungRefused
from astragen.providers.failures import failure
from astragen.providers.http import Reply
from astragen.providers.picture_answers import picture_of
from astragen.providers.pollinations_models import fitted, listed
from astragen.providers.queued import Order, QueuedProvider
from astragen.providers.speech_answers import sound_in, timed_in

KEY = SecretStr("sk-0123456789abcdef")
HUGE = 10**400  # no float holds it
LEAVES = [
    *(None, True, False, 0, -1, 2**70, HUGE, -HUGE, 1e308, 0.5, "", "x", "\ud800", "\0", "nan", "9" * 500, "0000p"),
    *("720p", "image", "http://[", "https://999.9.9.9/x", "http://127.0.0.1:1/x", "COMPLETED", "overloaded_error"),
]
NAMES = re.findall(
    r"\w+",
    "status state error error_type queue_position progress "
    "output cost credits urls get cancel id request_id model "
    "status_url response_url cancel_url images video url content_type has_nsfw_concepts logs failure failureCode "
    "failure_reason assets data b64_json media_type output_format usage input_tokens output_tokens prompt_tokens "
    "completion_tokens choices message content refusal finish_reason delta type stop_reason candidates finishReason "
    "parts text promptFeedback blockReason usageMetadata promptTokenCount done done_reason eval_count code detail "
    "retryAfterSeconds retryDelay estimated_time x402Version node_errors errors audio_base64 alignment characters "
    "character_start_times_seconds character_end_times_seconds name aliases pricing pricing_variants "
    "video_capabilities max_reference_images input_modalities allowed_durations min_duration max_duration "
    "duration_step resolutions completionImageTokens completionVideoSeconds",
)


class Mad:
    """A server that says anything, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def value(self, *likely: str, depth: int = 0) -> Any:
        """Any JSON; an object that has most of the fields *likely*, where some are."""
        if likely:
            fields = {name: self.value(depth=depth + 1) for name in likely if self.chance.random() < 0.85}
            return {**fields, self.chance.choice(NAMES): self.value(depth=depth + 1)}
        roll = self.chance.random()
        if depth > 4 or roll < 0.4:
            return self.chance.choice(LEAVES)
        if roll < 0.8:
            return {self.chance.choice(NAMES): self.value(depth=depth + 1) for _ in range(self.chance.randrange(6))}
        return [self.value(depth=depth + 1) for _ in range(self.chance.randrange(4))]

    def reply(self, *likely: str) -> Reply:
        """The same as an HTTP answer of JSON."""
        return Reply(200, {"content-type": "application/json"}, json.dumps(self.value(*likely)).encode())

    def read(self, *likely: str) -> Any:
        """The same as far as it is believed: what the client refuses comes as nothing."""
        try:
            return strict_json(self.reply(*likely).body)
        except ValueError:
            return None


def pictures() -> Iterator[tuple[str, Any]]:
    """Artists and cameras that are asked over the network, by their names."""
    for trade, names in artist_registry.NAMES.items():
        for name in sorted(set(names) - {"comfyui", "diffusers", "folder"}):
            access = Access(key=SecretStr("me:word") if name == "a1111" else KEY, model="m" * (name == "huggingface"))
            yield f"{trade} {name}", artist_registry.find(trade, name)(access)


def readers(mad: Mad) -> Iterator[tuple[str, Callable[[], object]]]:
    """What reads a stranger's answers, each with an answer."""
    for name, one in pictures():
        if isinstance(one, QueuedProvider):
            for word in ("SUCCEEDED", "RUNNING", "FAILED", "processing", "IN_QUEUE"):
                said = mad.read("output", "images", "video", "assets", "progress", "cost", "model", "error", "logs")
                said = {**said, "status": word, "state": word.lower()} if isinstance(said, dict) else said
                yield f"{name} state", partial(one.state, said)
            order = Order("p", {}, "a/b")
            yield f"{name} ticket", partial(one.ticket, mad.read("id", "request_id", "urls", "status_url"), order)
        elif name in ("artist openai", "artist pollinations"):
            yield f"{name} picture", partial(anyio.run, picture_of, one, mad.read("data", "error", "output_format"))
    for name in registry.NAMES:
        chat = registry.find(name)(Access(key=KEY, base_url="http://127.0.0.1:1", model="m"))
        yield f"{name} answer", partial(chat.answer, mad.read("choices", "message", "usage", "candidates", "error"))
        heard = chat.heard()
        for _ in range(2):
            yield f"{name} event", partial(chat._said, "", mad.read("choices", "delta", "candidates"), heard)
        yield f"{name} whole", lambda chat=chat, heard=heard: chat.answer(heard.reply())
    for name in ("elevenlabs", "pollinations", "speech"):
        voice = voice_registry.find_voice(name)(Access(key=KEY, base_url="https://h.test", options={"voice": "v"}))
        said = mad.reply("audio_base64", "alignment", "error")
        yield f"{name} times", partial(timed_in, voice, said, "audio/mpeg")
        yield f"{name} sound", partial(sound_in, voice, said)
    yield "failure", partial(_failed, mad)
    yield "list of models", partial(_listed, mad)


def _failed(mad: Mad) -> object:
    headers = {
        "retry-after": mad.chance.choice(["1", "x", "9" * 400, "1e999", "1h", "Tue, 01 Dec 99999 04:00:00 GMT"]),
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": mad.chance.choice(["9" * 400 + "s", "1s", "x"]),
    }
    status = mad.chance.choice([302, 400, 401, 402, 403, 404, 422, 429, 500, 503, 529, 600])
    now = datetime(2026, 12, 1, tzinfo=timezone.utc)
    return failure(status, headers, mad.reply("error", "detail").body, provider="p", key_hint="", now=now)


def _listed(mad: Mad) -> None:
    row = mad.value("aliases", "pricing", "video_capabilities", "max_duration", "allowed_durations", "duration_step")
    row |= {"name": "m", "resolutions": ["0000p", mad.chance.choice(LEAVES)], "min_duration": mad.chance.choice(LEAVES)}
    found = listed([{"name": [1]}, mad.value(), row], "m")
    assert found is not None
    for name in ("pollinations-video", "pollinations-post"):
        fitted(known_artists()[name], found)
    found.usd_of_usage({"x-usage-completion-image-tokens": "9" * 400})


@pytest.mark.parametrize("seed", range(12))
def test_an_answer_of_any_form_is_read_or_refused(seed):
    """Numbers that no float holds, halves of surrogate pairs, lists for texts, addresses that are none."""
    for reader, read in readers(Mad(seed)):
        try:
            read()
        except (AstraGenError, RungRefused):
            continue
        except Exception as error:
            raise AssertionError(f"{reader}: {type(error).__name__}: {error}") from error
