"""A storyboard changed by a language model, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard
from astragen.plan.revision import Changes, changes
from astragen.providers.chat import ChatModel
from astragen.providers.reviser import revise
from astragen.providers.rungs import RungMemory


class Revised(NamedTuple):
    """A storyboard that was changed; *made_by*: provider and model, who charged *cost_usd*."""

    storyboard: Storyboard
    changes: Changes
    made_by: str
    cost_usd: float = 0.0


async def revise_storyboard(
    chat: ChatModel, storyboard: Storyboard, instruction: str, rungs: Path, *, brief: Brief
) -> Revised:
    """Return *storyboard* as *chat* changed it; what is learned of the model is kept in the file *rungs*.

    Raises:
        BriefError: the instruction cannot be used.
        ProviderError: the model failed, or its answers cannot be used.
    """
    told = await revise(chat, storyboard, instruction, RungMemory(rungs), brief=brief)
    made_by = f"{chat.capability.name} {chat.model}"
    return Revised(told.storyboard, changes(storyboard, told.storyboard), made_by)
