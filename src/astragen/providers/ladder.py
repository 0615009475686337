"""How a chat model is brought to answer with a storyboard: the ladder.

Strict schema, JSON mode, plain prompt: down a rung when the server refuses one or the answer
ignores it, and the rung that works is remembered. An answer with faults goes back with them, at
most REPAIRS_MAX times; one that was cut off is asked for once more, shorter. What is still wrong
then is an error, and the writer's business. Start reading at `ask_storyboard`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

from astragen.errors import BadOutput, ContentRefused, ProviderError, RateLimited, Unavailable
from astragen.model.storyboard import Storyboard
from astragen.plan.wire import WireResult
from astragen.providers.chat import Answer, ChatModel, Question, Rung, RungRefused, Turn
from astragen.providers.extract import json_in
from astragen.providers.rungs import RungMemory

REPAIRS_MAX: Final = 2
FAULTS_MAX: Final = 12  # that one repair turn carries; more confuse small models
ECHO_MAX: Final = 24_000  # characters of an answer that go back with its faults

Reading = Callable[[object], WireResult]
Hearing = Callable[[], Callable[[str], None]]
"""Makes, for each answer, what hears its words as they come; it raises nothing of the error tree."""

log = logging.getLogger(__name__)


class Prompt(NamedTuple):
    """What is asked for.

    shots: how many a shorter answer may have.
    """

    system: str
    user: str
    schema: Mapping[str, Any]
    name: str
    shots: int
    seed: int = 0


class Told(NamedTuple):
    """What the model told in the end, and what all its answers cost in tokens."""

    storyboard: Storyboard
    mended: tuple[str, ...]
    rung: Rung
    tokens_in: int
    tokens_out: int


@dataclass
class _Talk:
    """Where a talk with a model stands."""

    rung: Rung
    turns: tuple[Turn, ...]
    repairs: int = 0
    is_shortened: bool = False
    answers: list[Answer] = field(default_factory=list)


async def ask_storyboard(
    chat: ChatModel, prompt: Prompt, memory: RungMemory, *, reading: Reading, hearing: Hearing | None = None
) -> Told:
    """Ask *chat* until *reading* gets a storyboard out of its answer; *hearing* hears every answer as it comes.

    Raises:
        ContentRefused: the model or its filter will not answer.
        BadOutput: no answer could be used; the message has the last one's first fault.
        ProviderError: whatever else `ChatModel.ask` raises.
    """
    talk = _Talk(memory.rung(chat.base_url, chat.model), (Turn("user", prompt.user),))
    while True:
        answer = await _answer(chat, prompt, talk, memory, hearing)
        _raise_if_refused(chat, answer)
        value, faults = _value(answer)
        if not faults:
            read = reading(value)
            if read.storyboard is not None:
                memory.note(chat.base_url, chat.model, talk.rung)
                return _told(read.storyboard, read.mended, talk)
            faults = read.faults or ("it is no storyboard",)
        _go_on(chat, prompt, talk, answer, value, faults)


async def _answer(chat: ChatModel, prompt: Prompt, talk: _Talk, memory: RungMemory, hearing: Hearing | None) -> Answer:
    """The next answer, on the highest rung from the talk's downwards that the server knows."""
    while True:
        try:
            question = _question(prompt, talk)
            answer = await (_heard(chat, question, hearing()) if hearing else chat.ask(question))
        except RungRefused as refused:
            if talk.rung is Rung.PROMPT:
                raise BadOutput(
                    f'{chat.capability.name} refuses even a plain request to "{chat.model}".',
                    hint="Check the model's name and the base URL, or choose another writer.",
                    provider=chat.capability.name,
                ) from refused
            talk.rung = Rung(talk.rung - 1)
            memory.note(chat.base_url, chat.model, talk.rung)
        else:
            talk.answers.append(answer)
            return answer


async def _heard(chat: ChatModel, question: Question, hear: Callable[[str], None]) -> Answer:
    """The answer to *question*, heard as it comes; asked for in one piece where it broke off, or its pieces are none.

    What an answer cost that broke off, nobody says.
    """
    begun = False
    try:
        async with aclosing(chat.stream(question)) as pieces:
            async for piece in pieces:
                begun = True
                if isinstance(piece, Answer):
                    return piece
                hear(piece)
        raise BadOutput(f"{chat.capability.name} gave no answer.", provider=chat.capability.name)
    except ProviderError as error:
        if not begun or not isinstance(error, Unavailable | RateLimited | BadOutput):
            raise
        log.info("%s: an answer broke off, asking for it in one piece", chat.capability.name)
    return await chat.ask(question)


def _question(prompt: Prompt, talk: _Talk) -> Question:
    """The talk as a question; below the strict rung the schema stands in the system prompt.

    Each answer has a seed of its own: with the same one a local model repeats its faults to the letter.
    """
    system = prompt.system
    if talk.rung is not Rung.STRICT:
        schema = json.dumps(prompt.schema, ensure_ascii=False, separators=(",", ":"))
        system = f"{system}\n\n{words('schema', schema=schema)}"
    seed = prompt.seed + len(talk.answers)
    return Question(system, talk.turns, prompt.schema, prompt.name, talk.rung, seed=seed)


def _raise_if_refused(chat: ChatModel, answer: Answer) -> None:
    if answer.finish not in ("refused", "filtered"):
        return
    name = chat.capability.name
    said = " ".join(answer.text.split())[:200]
    what = "refused the request" if answer.finish == "refused" else "filtered its answer"
    raise ContentRefused(
        f"{name} {what}{f': {said}' if said else ''}.", hint="Word the prompt differently.", provider=name
    )


def _value(answer: Answer) -> tuple[object, tuple[str, ...]]:
    """The answer's JSON value, or None and what is wrong with its text."""
    try:
        value = json_in(answer.text)
    except BadOutput as error:
        return None, (error.message,)
    return value, () if isinstance(value, dict) else ("the answer is no JSON object",)


def _go_on(
    chat: ChatModel, prompt: Prompt, talk: _Talk, answer: Answer, value: object, faults: tuple[str, ...]
) -> None:
    """Choose what to ask next after an answer with *faults*.

    Raises:
        BadOutput: everything was tried.
    """
    if answer.finish == "length" and not talk.is_shortened:
        talk.is_shortened = True
        talk.turns = (Turn("user", f"{prompt.user}\n\n{words('shorter', shots=str(prompt.shots))}"),)
    elif answer.finish != "length" and _ignores_schema(value, prompt, talk.rung):
        talk.rung = Rung(talk.rung - 1)
        talk.turns = talk.turns[:1]
    elif talk.repairs < REPAIRS_MAX:
        talk.repairs += 1
        told = "\n".join(f"- {' '.join(fault.split())[:300]}" for fault in faults[:FAULTS_MAX])
        echo = Turn("assistant", answer.text[:ECHO_MAX] or "(nothing)")
        talk.turns = (talk.turns[0], echo, Turn("user", words("repair", faults=told)))
    else:
        name, count = chat.capability.name, len(talk.answers)
        raise BadOutput(
            f'{name} "{chat.model}" gave no storyboard in {count} answers: {faults[0]}',
            hint="Try again, or choose a larger model with --writer-model.",
            provider=name,
        )


def _ignores_schema(value: object, prompt: Prompt, rung: Rung) -> bool:
    """Whether a lower rung, with the schema in words, is worth a try after *value*."""
    if not isinstance(value, dict):
        return rung is not Rung.PROMPT
    return rung is Rung.STRICT and not value.keys() & prompt.schema["properties"].keys()


def _told(storyboard: Storyboard, mended: tuple[str, ...], talk: _Talk) -> Told:
    tokens_in, tokens_out = (
        sum(max(0, count) for count in counts)
        for counts in zip(*((one.tokens_in, one.tokens_out) for one in talk.answers), strict=True)
    )
    return Told(storyboard, mended, talk.rung, tokens_in, tokens_out)


def words(row: str, **blanks: str) -> str:
    """A row of `data/prompts/turns.json` with its {blanks} filled in; what fills them is not read again."""
    return re.sub(r"\{(\w+)\}", lambda blank: blanks[blank[1]], _rows()[row])


@cache
def _rows() -> dict[str, str]:
    path = resources.files("astragen.data") / "prompts" / "turns.json"
    rows: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return rows
