"""The translator that is a language model: a storyboard's words into another language, in one answer.

The talk is the ladder's; what is asked, and what an answer may be, is `plan/translation.py`. There is
no fallback: where it fails, there is no film in that language.
"""

from __future__ import annotations

from astragen.model.capability import Capability
from astragen.model.storyboard import Storyboard
from astragen.model.written import Written
from astragen.plan.translation import system_words, translated, translation_schema, translation_version, user_words
from astragen.plan.wire import WireResult
from astragen.providers.chat import ChatModel
from astragen.providers.ladder import Prompt, ask_storyboard
from astragen.providers.paying import PaidChat, Purse
from astragen.providers.rungs import RungMemory


class LlmTranslator:
    """Translates with *chat*, paid from *purse* (None: nobody counts)."""

    def __init__(self, chat: ChatModel, rungs: RungMemory, *, purse: Purse | None = None) -> None:
        self._chat = chat
        self._rungs = rungs
        self._purse = purse

    @property
    def capability(self) -> Capability:
        """Who it is; its version has the model and what it is told, and no key."""
        card = self._chat.capability
        version = f"{self._chat.model} {card.version} translation {translation_version()}"
        return Capability(name=card.name, trade="writer", version=version, languages=card.languages)

    async def translate(self, storyboard: Storyboard, language: str, *, seconds: float) -> Written:
        """Return *storyboard* with its words in *language* (BCP 47), and who translated; *seconds*: of the film.

        Raises:
            ProviderError: the model fails, or its answers cannot be used.
            BudgetExceeded: the money does not reach for it.
        """
        chat = PaidChat(self._chat, self._purse)

        def reading(answer: object) -> WireResult:
            return translated(storyboard, answer, language, seconds=seconds)

        prompt = Prompt(
            system=system_words(language),
            user=user_words(storyboard, language),
            schema=translation_schema(),
            name="translation",
            shots=len(storyboard.shots),
        )
        told = await ask_storyboard(chat, prompt, self._rungs, reading=reading)
        return Written(
            storyboard=told.storyboard,
            made_by=f"{self._chat.capability.name} {self._chat.model}, translated from {storyboard.language}",
            mended=told.mended,
            tokens_in=chat.tokens_in,
            tokens_out=chat.tokens_out,
            cost_usd=chat.cost_usd,
        )
