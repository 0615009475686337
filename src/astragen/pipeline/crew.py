"""The crew of a film: who does each trade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from astragen.builtin.camera import BuiltinCamera
from astragen.builtin.composer.compose import BuiltinComposer
from astragen.builtin.voice import BuiltinVoice
from astragen.builtin.writer.assemble import BuiltinWriter
from astragen.providers.base import Camera, Composer, Voice, Writer
from astragen.providers.breaker import Breaker
from astragen.providers.chat import ChatModel
from astragen.providers.shooting import PictureProvider
from astragen.providers.voice_registry import Voices
from astragen.store.ledger import Purse

if TYPE_CHECKING:
    from astragen.providers.translator import LlmTranslator


def no_voices(wish: str) -> Voices:
    """Nobody but the built-in voice, whatever a character wishes for."""
    return Voices()


@dataclass(frozen=True)
class Crew:
    """One member for each trade, and what they are paid from; without a purse nobody in it charges."""

    writer: Writer
    voice: Voice
    camera: Camera
    composer: Composer
    artists: tuple[PictureProvider, ...] = ()
    """Who is asked for stills, in order; behind them stands the camera."""
    cameras: tuple[PictureProvider, ...] = ()
    """Who is asked for clips, in order."""
    breaker: Breaker = field(default_factory=Breaker)
    """Whom of them not to ask for a while."""
    voices: Voices = field(default_factory=Voices)
    """Who is asked to speak, in order; behind them stands the voice."""
    voices_for: Callable[[str], Voices] = no_voices
    """The voices of a character's wish, or an InputError."""
    purse: Purse | None = None
    """What all of them are paid from; None: nobody charges."""
    depth_model: Path | None = None
    """An ONNX file that tells the depth of stills."""
    translator: LlmTranslator | None = None
    """Who puts the storyboard's words into another language; None: nobody can."""


def builtin_crew() -> Crew:
    """The crew that is always there: no key, no network."""
    return Crew(writer=BuiltinWriter(), voice=BuiltinVoice(), camera=BuiltinCamera(), composer=BuiltinComposer())


def crew_written_by(chat: ChatModel, rungs: Path | None, *, purse: Purse | None = None) -> Crew:
    """The built-in crew with *chat* as its writer, paid from *purse*; what is learned of it is kept in *rungs*."""
    from astragen.providers.llm_writer import LlmWriter  # not before it is used: most films need none of it
    from astragen.providers.rungs import RungMemory
    from astragen.providers.translator import LlmTranslator

    crew, memory = builtin_crew(), RungMemory(rungs)
    writer = LlmWriter(chat, crew.writer, memory, purse=purse)
    return replace(crew, writer=writer, translator=LlmTranslator(chat, memory, purse=purse), purse=purse)


def crew_without_writer(reason: str) -> Crew:
    """The built-in crew, in which the writer reports that it stands in; *reason* names the other and says why."""
    from astragen.providers.llm_writer import AbsentWriter

    crew = builtin_crew()
    return replace(crew, writer=AbsentWriter(crew.writer, reason))
