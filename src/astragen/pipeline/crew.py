"""The crew of a film: who does each trade."""

from __future__ import annotations

from dataclasses import dataclass

from astragen.builtin.camera import BuiltinCamera
from astragen.builtin.composer.compose import BuiltinComposer
from astragen.builtin.voice import BuiltinVoice
from astragen.builtin.writer.assemble import BuiltinWriter
from astragen.providers.base import Camera, Composer, Voice, Writer


@dataclass(frozen=True)
class Crew:
    """One member for each trade."""

    writer: Writer
    voice: Voice
    camera: Camera
    composer: Composer


def builtin_crew() -> Crew:
    """The crew that is always there: no key, no network."""
    return Crew(writer=BuiltinWriter(), voice=BuiltinVoice(), camera=BuiltinCamera(), composer=BuiltinComposer())
