"""Ollama: local models through its own API.

Not through /v1, which cannot set the context's length: the default of a few thousand
tokens would cut a storyboard's prompt without a word (facts 3).

kind: chat
key: none (ASTRAGEN_OLLAMA_API_KEY for a server behind a proxy that wants one)
docs: https://docs.ollama.com/api
price: none
limits: the machine's
read: 2026-11-23
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field

from astragen.model.capability import Capability
from astragen.providers.chat import Answer, Question, Rung
from astragen.providers.openai_chat import listed
from astragen.providers.wire import SEED_MASK, ChatOptions, ChatProvider, Heard, Listed, at, count_in, text_in


def ollama_body(question: Question, model: str, num_ctx: int) -> dict[str, Any]:
    """The request of *question*; *num_ctx* tokens hold the question and the answer."""
    turns = [{"role": turn.role, "content": turn.text} for turn in question.turns]
    options: dict[str, Any] = {
        "num_ctx": num_ctx,
        "num_predict": question.max_tokens,
        "temperature": question.temperature,
    }
    if question.seed is not None:
        options["seed"] = question.seed & SEED_MASK
    body: dict[str, Any] = {
        "model": model,
        "stream": False,
        "messages": [{"role": "system", "content": question.system}, *turns],
        "options": options,
    }
    if question.rung is Rung.STRICT:
        body["format"] = dict(question.schema)
    elif question.rung is Rung.JSON:
        body["format"] = "json"
    return body


def ollama_answer(reply: object) -> Answer | None:
    """What *reply* says; None when it has no words."""
    text, is_cut = text_in(at(reply, "message", "content")), at(reply, "done_reason") == "length"
    if not text and not is_cut:
        return None
    tokens_in, tokens_out = count_in(reply, "prompt_eval_count"), count_in(reply, "eval_count")
    return Answer(text, "length" if is_cut else "stop", tokens_in, tokens_out)


class OllamaHeard(Heard):
    """The lines of an answer, each a message of its own; the last one is done and counts."""

    def __init__(self) -> None:
        super().__init__()
        self._last: object = None

    def wrong(self, event: object) -> object:
        """The error in *event*; after the first words it is the machine's, and may pass."""
        wrong = at(event, "error")
        return {"message": wrong, "code": 500} if isinstance(wrong, str) and wrong and self._text else wrong

    def add(self, event: object) -> str:
        """Hear a line."""
        self._last = event
        self.is_done = at(event, "done") is True
        return self.say(at(event, "message", "content"))

    def reply(self) -> object:
        """The answer in one line."""
        last = self._last if isinstance(self._last, dict) else {}
        return {**last, "message": {"content": self.text}}


class OllamaOptions(ChatOptions):
    """What a user may set of Ollama."""

    timeout_s: float = Field(900.0, ge=0.1, le=3_600, description="The longest wait for one answer, tries included.")
    num_ctx: int = Field(16_384, ge=2_048, le=1_048_576, description="Tokens of context; more takes more memory.")


class Ollama(ChatProvider):
    """Models that Ollama runs."""

    capability = Capability(name="ollama", trade="chat", version="1")
    default_base_url = "http://127.0.0.1:11434"
    default_model = ""
    base_url_variables = ("OLLAMA_HOST",)
    needs_key = False
    Options = OllamaOptions

    @classmethod
    def address(cls, base_url: str) -> str:
        """*base_url* as OLLAMA_HOST may say it: without a scheme or a port, with 0.0.0.0, with /v1."""
        whole = base_url if "://" in base_url else f"http://{base_url}"
        whole = whole.rstrip("/").removesuffix("/v1").replace("//0.0.0.0", "//127.0.0.1")
        bare = re.fullmatch(r"http://([^/:\[\]]+|\[[^/\]]*\])", whole)
        return f"{whole}:11434" if bare and "://" not in base_url else whole

    def path(self) -> str:
        """Where questions go."""
        return "api/chat"

    def body(self, question: Question) -> dict[str, Any]:
        """The request."""
        return ollama_body(question, self.model, self.options.fields()["num_ctx"])

    def heard(self) -> OllamaHeard:
        """No line yet."""
        return OllamaHeard()

    def answer(self, reply: object) -> Answer:
        """What *reply* says; an error may come with status 200."""
        answer = ollama_answer(reply)
        if answer is None:
            raise self.failed(at(reply, "error")) or self.bad("no words")
        return answer

    async def models(self) -> tuple[Listed, ...]:
        """The models that are pulled, last used first."""
        return listed(at(await self.http.get_json("api/tags"), "models"), "name")


PROVIDER = Ollama
