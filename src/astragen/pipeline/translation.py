"""A storyboard in another language, translated once and remembered."""

from __future__ import annotations

from astragen.errors import MissingKey
from astragen.model.base import Model
from astragen.model.storyboard import Storyboard
from astragen.model.written import Written
from astragen.pipeline.crew import Crew
from astragen.pipeline.fingerprint import version_of
from astragen.pipeline.run import Run


class _Wanted(Model):
    """A translation."""

    storyboard: Storyboard
    language: str
    seconds: float


async def translate(storyboard: Storyboard, language: str, crew: Crew, run: Run, *, seconds: float) -> Written:
    """Return *storyboard* with its words in *language* (BCP 47); *seconds*: of the film.

    Raises:
        MissingKey: no language model is in the crew.
        ProviderError: the model failed.
        BudgetExceeded: the money does not reach for it.
    """
    translator = crew.translator
    if translator is None:
        raise no_translator()

    async def work(wanted: _Wanted) -> Written:
        return await translator.translate(wanted.storyboard, wanted.language, seconds=wanted.seconds)

    wanted = _Wanted(storyboard=storyboard, language=language, seconds=seconds)
    version = version_of(translator.capability)
    return await run.step("translate", work, wanted, returns=Written, version=version, subject=language)


def no_translator() -> MissingKey:
    """What to say where nobody can translate."""
    return MissingKey(
        "The built-in writer cannot translate; a film in several languages needs a language model.",
        hint="Set a key such as OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY, or start a local server "
        "such as Ollama; or film a storyboard that you translated yourself.",
    )
