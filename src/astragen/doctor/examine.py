"""What is here, what is ready, and what to do about the rest: for `astragen doctor` and the service's page of it.

Each line is tried, not assumed: a codec is looked up, a letter is looked for in the fonts,
a word is spoken, the cache is written to. Start reading at `examine`.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from astragen.doctor.folder import is_writable, size_of

if TYPE_CHECKING:
    from astragen.settings import Settings

PYTHON_MIN = (3, 10)
DISK_MIN_GB = 1.0  # a 1080p film of 30 s with all its pieces takes about 0.1
CODECS = {"libx264": "H.264 video", "aac": "AAC sound"}
SCRIPTS = {  # a letter of each, and a language it is written in
    "Latin": ("é", "fr"),
    "Greek": ("λ", "el"),
    "Cyrillic": ("ж", "ru"),
    "Arabic": ("ع", "ar"),
    "Hebrew": ("ש", "he"),
    "Devanagari": ("अ", "hi"),
    "Bengali": ("আ", "bn"),
    "Gujarati": ("અ", "gu"),
    "Gurmukhi": ("ਅ", "pa"),
    "Kannada": ("ಅ", "kn"),
    "Malayalam": ("അ", "ml"),
    "Oriya": ("ଅ", "or"),
    "Sinhala": ("අ", "si"),
    "Tamil": ("அ", "ta"),
    "Telugu": ("అ", "te"),
    "Thai": ("ก", "th"),
    "Lao": ("ກ", "lo"),
    "Khmer": ("ក", "km"),
    "Burmese": ("က", "my"),
    "Georgian": ("ა", "ka"),
    "Armenian": ("ա", "hy"),
    "Ethiopic": ("አ", "am"),
    "Chinese": ("海", "zh"),
    "Japanese": ("あ", "ja"),
    "Korean": ("가", "ko"),
    "Emoji": ("🐋", "en"),
}


class Check(NamedTuple):
    """One thing that was looked at; `act` is what to do when it is not ready."""

    topic: str
    name: str
    is_ready: bool
    found: str
    act: str = ""


def examined(settings: Settings) -> list[Check]:
    """All that `examine` tells, in a function that another process can be given."""
    return list(examine(settings))


def examine(settings: Settings) -> Iterator[Check]:
    """Everything that a film needs, looked at one after the other."""
    yield from _machine(settings)
    yield from _packages()
    yield from _codecs()
    yield from _crew()
    yield from _writers(settings)
    yield from _fonts()
    yield from _cache(settings.cache_dir)


def _machine(settings: Settings) -> Iterator[Check]:
    from astragen import __version__

    running = platform.python_version()
    is_new = tuple(map(int, running.split(".")[:2])) >= PYTHON_MIN
    yield Check("machine", "astragen", True, __version__)
    yield Check("machine", "python", is_new, running, "Install Python 3.10 or newer.")
    yield Check("machine", "system", True, f"{platform.system()} {platform.machine()}")
    yield Check("machine", "workers", True, f"{settings.workers} of {_cores()} cores")


def _cores() -> int:
    return os.cpu_count() or 1


def _packages() -> Iterator[Check]:
    """Every package that astragen requires, with the version that is installed."""
    for requirement in metadata.requires("astragen") or ():
        name, _, condition = requirement.partition(";")
        if "extra ==" in condition:
            continue
        package = re.split(r"[^A-Za-z0-9._-]", name.strip(), maxsplit=1)[0]
        try:
            yield Check("packages", package, True, metadata.version(package))
        except metadata.PackageNotFoundError:
            yield Check("packages", package, False, "missing", f"pip install {package}")


def _codecs() -> Iterator[Check]:
    import av

    for codec, what in CODECS.items():
        try:
            found = av.Codec(codec, "w").long_name
            yield Check("codecs", what, True, found)
        except av.codec.codec.UnknownCodecError:
            yield Check("codecs", what, False, f"{codec} is missing", "pip install --force-reinstall av")


def _crew() -> Iterator[Check]:
    """The built-in crew; its voice says a word."""
    import anyio

    from astragen.errors import AstraGenError
    from astragen.model.requests import LineRequest
    from astragen.pipeline.crew import builtin_crew

    crew = builtin_crew()
    for member in (crew.writer, crew.camera, crew.composer):
        card = member.capability
        yield Check("crew", card.trade, True, f"{card.name} {card.version}, no key, no network")
    card = crew.voice.capability
    try:
        speech = anyio.run(crew.voice.speak, LineRequest(shot="test", text="Ready.", language="en"))
    except AstraGenError as error:
        yield Check("crew", "voice", False, error.message, "pip install --force-reinstall espeakng-loader")
    else:
        found = f"{card.name} {card.version}, {len(card.languages)} languages: {' '.join(card.languages)}"
        yield Check("crew", "voice", bool(speech.samples.any()), found, "pip install --force-reinstall espeakng-loader")


def _writers(settings: Settings) -> Iterator[Check]:
    """The language models that could write; none is needed."""
    import anyio

    from astragen.doctor.writers import seen

    for one in anyio.run(seen, settings):
        yield Check("writers", one.name, not one.act, one.found, one.act)


def _fonts() -> Iterator[Check]:
    from astragen.builtin import fonts

    for script, (letter, language) in SCRIPTS.items():
        missing = fonts.coverage(letter, language)
        found = (
            "no font"
            if missing
            else fonts.choose(letter, fonts.script_of(letter) or "Latn", "sans", 400, language).name
        )
        yield Check("fonts", script, not missing, found, fonts.advice(missing) or "Install astragen again.")


def _cache(folder: Path) -> Iterator[Check]:
    """The cache's folder, its size, and the room on its disk."""
    can_write = is_writable(folder)
    yield Check("cache", "folder", can_write, str(folder), "Choose another with --cache or ASTRAGEN_CACHE_DIR.")
    yield Check("cache", "size", True, f"{size_of(folder) / 1e6:.1f} MB")
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free_gb = shutil.disk_usage(there).free / 1e9
    yield Check("cache", "disk", free_gb >= DISK_MIN_GB, f"{free_gb:.1f} GB free", "Free some disk space.")
