"""What voices on this machine share: packages of an extra, files of the user's, a thread, and sound as a WAV.

The packages are imported when the first line is spoken. Lines are spoken one at a time: the models
fill the processor by themselves. Start at `LocalVoice`.
"""

from __future__ import annotations

import io
import threading
import wave
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import anyio
import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from astragen.errors import BadOutput, ProviderError, SettingsError, Unavailable
from astragen.model.requests import LineRequest
from astragen.model.speech import TimedText
from astragen.providers.access import Access
from astragen.providers.speaking import Spoken, VoiceProvider


class LocalVoice(VoiceProvider):
    """A voice in this process; a subclass says of which packages, and speaks in `spoken`."""

    default_base_url = "http://localhost"  # nobody is asked
    needs_key = False
    is_local = True
    packages: ClassVar[tuple[str, ...]]
    extra: ClassVar[str]

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready; nothing is loaded.

        Raises:
            SettingsError: see `VoiceProvider`; also without the extra's packages, or one of its files.
        """
        super().__init__(access, options)
        require_packages(self.capability.name, self.packages, self.extra)
        for path in self.files():
            if not path.is_file():
                raise SettingsError(f"{self.capability.name}: the file {path} does not exist.", hint=self.voice_hint)
        self._next = anyio.Lock()  # lines wait here, where none of them holds a thread
        self._turn = threading.Lock()  # a line that was given up may still be spoken to its end

    def files(self) -> Sequence[Path]:
        """The user's files that it needs."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """Which files it speaks from: another file of the same name is another voice."""
        known = ((path, path.stat()) for path in self.files())
        return " ".join(f"{path.name}:{found.st_size}:{found.st_mtime_ns}" for path, found in known)

    def spoken(self, request: LineRequest) -> Spoken:
        """The line; runs in a thread, and may raise what its packages raise."""
        raise NotImplementedError

    async def say(self, request: LineRequest) -> Spoken:
        """Speak the line; see `VoiceProvider.say`."""
        with anyio.move_on_after(self.options.timeout_s):
            async with self._next:
                return await anyio.to_thread.run_sync(self._guarded, request, abandon_on_cancel=True)
        name = self.capability.name
        message = f"{name} took longer than {self.options.timeout_s:g} s over one line."
        raise Unavailable(message, hint="Choose another voice.", provider=name)

    def _guarded(self, request: LineRequest) -> Spoken:
        name = self.capability.name
        try:
            with self._turn:
                return self.spoken(request)
        except ProviderError:
            raise
        except Exception as error:  # whatever a stranger's package and model raise
            said = " ".join(str(error).split())[:200]
            message = f"{name} could not speak with {self.voice}: {said or type(error).__name__}."
            raise BadOutput(message, hint=self.voice_hint, provider=name) from error


def require_packages(name: str, packages: Sequence[str], extra: str) -> None:
    """Pass when *packages* are installed; nothing is imported.

    Raises:
        SettingsError: one is not.
    """
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        message = f"{name} needs a package that is not installed: {', '.join(missing)}."
        raise SettingsError(message, hint=f"Install it: pip install 'astragen[{extra}]'.")


def wav_of(samples: NDArray[np.float32], rate: int) -> bytes:
    """*samples*, (n,) in [-1, 1], as a WAV file of 16 bits.

    Raises:
        ValueError: they are no numbers.
    """
    if not np.isfinite(samples).all():
        raise ValueError("its sound holds samples that are no numbers")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def words_by_phonemes(text: str, phonemes: Iterable[TimedText]) -> tuple[TimedText, ...]:
    """The words of *text* with the times of their *phonemes*, between which stands a space where a word ends.

    Empty when there are not as many groups as words: a number, say, is several.
    """
    words = [word for word in text.split() if any(letter.isalnum() for letter in word)]
    groups: list[list[TimedText]] = [[]]
    for phoneme in phonemes:
        if phoneme.text.isspace():
            groups.append([])
        elif any(letter.isalpha() for letter in phoneme.text):
            groups[-1].append(phoneme)
    spoken = [group for group in groups if group]
    if len(spoken) != len(words):
        return ()
    return tuple(
        TimedText(f"{word} ", group[0].start_s, group[-1].end_s) for word, group in zip(words, spoken, strict=True)
    )
