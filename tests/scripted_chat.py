"""A chat model that says what a test wrote, and storyboards for it to say."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from astragen.model.capability import Capability
from astragen.providers.chat import Answer, Question

Said = str | Answer | Exception | Callable[[Question], Any]


class ScriptedChat:
    """Gives the next of *answers* to each question, the last one for ever; exceptions are raised, functions called."""

    capability = Capability(name="scripted", trade="chat", version="1")
    base_url = "http://127.0.0.1:1/v1"
    model = "tiny"

    def __init__(self, *answers: Said, breaks: Exception | None = None) -> None:
        """*breaks* ends every answer that comes in pieces after its first half."""
        self.answers: Sequence[Said] = answers
        self.asked: list[Question] = []
        self.breaks = breaks
        self.streams = 0

    async def ask(self, question: Question) -> Answer:
        """Return, or raise, the next answer."""
        said = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(question)
        if callable(said):
            said = await said(question)
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, Answer) else Answer(said, tokens_in=100, tokens_out=10)

    async def stream(self, question: Question) -> AsyncGenerator[str | Answer, None]:
        """Yield the next answer in pieces of seven characters, and then whole."""
        self.streams += 1
        answer = await self.ask(question)
        half = len(answer.text) // 2
        for start in range(0, max(1, half if self.breaks else len(answer.text)), 7):
            yield answer.text[start : start + 7]
        if self.breaks:
            raise self.breaks
        yield answer


LINES = (
    "A small red fox wakes under the first snow of the year and does not know the white world.",
    "She steps out, and every step leaves a dark print that the wind begins to close behind her.",
    "By the frozen river an old hare waits, and points with one ear towards the far lights.",
    "They walk on together until the lights are windows, and the windows are full of warmth.",
    "Nobody opens the door, so the fox lies down beside it and keeps the hare warm till the morning comes.",
)


def board(*, scenes: int = 2, shots: int = 3, name: str = "Ember", opening: str = "") -> dict[str, Any]:
    """A good answer in the wire form: *scenes* of *shots*, with enough words for 30 s."""
    numbers = iter(range(1_000))
    return {
        "title": "The Fox and the Lights",
        "logline": "A fox finds her way through the first snow.",
        "intent": "story",
        "mood": "hopeful",
        "style_notes": "soft winter light",
        "characters": [{"name": name, "kind": "fox", "look": "small, red", "color": "#c04020", "props": []}],
        "scenes": [
            {
                "title": f"Scene {scene + 1}",
                "setting": "forest",
                "time_of_day": "dawn",
                "weather": "snow",
                "season": "winter",
                "mood": "calm",
                "shots": [shot(next(numbers), name, opening) for _ in range(shots)],
            }
            for scene in range(scenes)
        ],
    }


def shot(number: int, name: str, opening: str) -> dict[str, Any]:
    """One shot of `board`."""
    subject = {
        "noun": "fox",
        "phrase": "a small red fox",
        "count": 1,
        "action": "walk",
        "placement": "centre",
        "character": name,
    }
    return {
        "size": ("wide", "medium", "close")[number % 3],
        "angle": "eye",
        "lens": "normal",
        "move": ("push_in", "static")[number % 2],
        "subjects": [subject],
        "action": "the fox walks",
        "setting": "",
        "tableau": None,
        "transition": "cut",
        "line": f"{opening}{LINES[number % len(LINES)]}"
        + (f" And once more, {number}." if number >= len(LINES) else ""),
    }


def text(**options: Any) -> str:
    """`board` as JSON."""
    return json.dumps(board(**options))
