"""A storyboard changed by a language model as somebody says, and only there.

The talk is the ladder's; what the model may change, and what becomes of its answer, is
`plan/revision.py`. There is no fallback: nobody can do it in the model's place.
"""

from __future__ import annotations

from typing import Final

from astragen.errors import BriefError
from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard
from astragen.plan.narration import language_name
from astragen.plan.prompts import fence_mark, system_prompt
from astragen.plan.revision import revised, revision_schema, shown
from astragen.plan.wire import WireResult
from astragen.providers.chat import ChatModel
from astragen.providers.ladder import Prompt, Told, ask_storyboard, words
from astragen.providers.rungs import RungMemory

INSTRUCTION_MAX: Final = 4_000  # characters
SHORT_SHOTS: Final = 6  # in an answer that was cut off and is asked for again


async def revise(chat: ChatModel, storyboard: Storyboard, instruction: str, rungs: RungMemory, *, brief: Brief) -> Told:
    """Ask *chat* to change *storyboard* as *instruction* says; every shot that it does not name stays as it is.

    *brief*: of the film; its rate turns seconds into frames.

    Raises:
        BriefError: the instruction says nothing, or too much.
        ProviderError: the model fails, or its answers cannot be used.
    """
    if not any(map(str.isalnum, instruction)) or len(instruction) > INSTRUCTION_MAX:
        raise BriefError(
            f"The instruction has {len(instruction)} characters; it must have a word, and at most {INSTRUCTION_MAX}.",
            hint='Say what to change, for example "make the ending hopeful".',
        )

    def reading(answer: object) -> WireResult:
        return revised(storyboard, answer, brief.fps)

    document = shown(storyboard, brief.fps)
    user = words(
        "revise",
        storyboard=document,
        mark=fence_mark(document, instruction),
        instruction=instruction,
        language=language_name(storyboard.language),
    )
    prompt = Prompt(
        system=system_prompt(brief, storyboard.language),
        user=user,
        schema=revision_schema(brief),
        name="revision",
        shots=SHORT_SHOTS,
        seed=brief.seed,
    )
    return await ask_storyboard(chat, prompt, rungs, reading=reading)
