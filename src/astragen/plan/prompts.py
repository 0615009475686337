"""What a language model is asked: the system prompt and the user's, filled in for a brief.

The words are files under data/prompts; here only blanks are filled, and a filled-in text
is never read again for blanks. The user's own text stands between marks that it cannot
forge. What is said in later turns (repairs, acts, revisions) is data/prompts/turns.json, by
the ladder. Pure. Start reading at `system_prompt`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from string import Template
from typing import Any, Final

from astragen.model.base import content_hash
from astragen.model.brief import Brief
from astragen.plan.narration import language_name, room_in_words, words_for
from astragen.plan.trimming import most_scenes, most_shots

SHOT_S: Final = 4.5  # seconds that a shot lasts, about: the built-in writer's pace (data/writer/looks.json)
AIM_LEAST: Final = 0.8  # of the words that fit are asked for; an answer with fewer than wire.LEAST_SHARE goes back
GUIDES = ("story", "explainer", "promo", "mood")  # the intents of model/vocabulary.py
EXAMPLES = ("story", "explainer")
FILES = (  # all that a model is told, for PROMPT_VERSION
    "version.json",
    "system.md",
    "user.md",
    "film.json",
    "fields.json",
    "turns.json",
    *(f"guides/{name}.md" for name in (*GUIDES, "social", "script")),
    *(f"examples/{name}.json" for name in EXAMPLES),
)
_MARK = 16  # hex digits of a mark: nobody writes a text that contains its own hash


def system_prompt(brief: Brief, language: str) -> str:
    """How storyboards are written, and what *brief* asks of this one; narration in *language* (BCP 47).

    Only the last part and the guides depend on the brief, so that vendors can cache the rest.
    """
    guides = [_file(f"guides/{name}.md") for name in GUIDES]
    guides += [_file("guides/social.md")] if is_for_phones(brief) else []
    guides += [_file("guides/script.md")] if brief.is_script else []
    return _filled(
        "system.md",
        language=language_name(language),
        guides="\n".join(guide.strip() for guide in guides),
        examples="\n\n".join(_example(name) for name in EXAMPLES),
        film="\n".join(_film(brief, language)),
    )


def user_prompt(brief: Brief) -> str:
    """The brief's text and style between marks that hash them, and what to do with it."""
    mark = fence_mark(brief.prompt, brief.style)
    return _filled("user.md", mark=mark, prompt=brief.prompt, style=brief.style)


def fence_mark(*texts: str) -> str:
    """A mark that occurs in none of *texts*, and that nobody can know before the texts are complete."""
    mark = content_hash("\0".join(texts))[:_MARK]
    while any(mark in text for text in texts):
        mark = content_hash(mark)[:_MARK]
    return mark


def is_for_phones(brief: Brief) -> bool:
    """Whether the film has a shape that phones show in a feed."""
    return brief.aspect in ("9:16", "4:5", "1:1")


def _film(brief: Brief, language: str) -> list[str]:
    """The lines about this very film."""
    rows: dict[str, str] = json.loads(_file("film.json"))
    numbers = {
        "seconds": f"{brief.seconds:g}",
        "aspect": brief.aspect,
        "scenes": brief.scenes,
        "most_scenes": most_scenes(brief),
        "shots": max(1, most_scenes(brief) if brief.scenes != "auto" else 1, round(brief.seconds / SHOT_S)),
        "most_shots": most_shots(brief),
        "language": language_name(language),
        "rate": room_in_words(words_for(10), language),
        "words": room_in_words(words_for(brief.seconds), language),
        "least": room_in_words(AIM_LEAST * words_for(brief.seconds), language),
        "shot_words": room_in_words(words_for(5), language),
    }
    kept = ["length", "scenes_open" if brief.scenes == "auto" else "scenes_set"]
    if not brief.is_script:
        kept.append("spoken" if brief.narration else "read" if brief.captions else "silent")
    return [rows[name].format(**numbers) for name in kept]


def _example(name: str) -> str:
    """A brief and the answer to it, on two lines."""
    example: dict[str, Any] = json.loads(_file(f"examples/{name}.json"))
    answer = json.dumps(example["answer"], ensure_ascii=False, separators=(",", ":"))
    return f"For {json.dumps(example['brief'], ensure_ascii=False)}:\n{answer}"


def _filled(name: str, **blanks: str) -> str:
    return Template(_file(name)).substitute(blanks).strip()


@cache
def _file(name: str) -> str:
    return (resources.files("astragen") / "data" / "prompts").joinpath(*name.split("/")).read_text(encoding="utf-8")


def _version() -> str:
    """The number of version.json and a hash of everything that a model is told: part of the writer's step key."""
    number = json.loads(_file("version.json"))["version"]
    return f"{number}-{content_hash(chr(0).join(_file(name) for name in FILES))[:12]}"


PROMPT_VERSION: Final = _version()
