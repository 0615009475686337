"""A Piper voice in one file: a ZIP of NAME.onnx and NAME.onnx.json, which Piper wants beside each other.

Nothing is unpacked under a name of the archive's, nor more than its limits allow, whatever it says of itself.
Start at `unpacked_voice`.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import IO, Final

from astragen.errors import ProbeError
from astragen.media.voice_model import VOICE_MAX, check_voice_model

CONFIG_MAX: Final = 2**20  # bytes; Piper's have 10 kB
ENTRIES_MAX: Final = 8  # a licence and a model card may lie beside it
_PIECE: Final = 2**20
_HINT: Final = "Zip the voice's two files, NAME.onnx and NAME.onnx.json, and upload that."


def is_archive(head: bytes) -> bool:
    """Whether *head* begins a ZIP file."""
    return head.startswith(b"PK\x03\x04")


def check_voice(path: Path) -> None:
    """Pass when the file at *path* is a voice that Piper can be given; raises as `unpacked_voice` does."""
    with tempfile.TemporaryDirectory(prefix=".voice-", dir=path.parent) as folder:
        unpacked_voice(path, Path(folder))


def unpacked_voice(path: Path, folder: Path) -> Path:
    """Unpack the voice in the ZIP *path* to *folder* and return its model, with its configuration beside it.

    Raises:
        ProbeError: it is no ZIP, holds no voice or several, is damaged or too large.
        OSError: it cannot be written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            model, config = _entries(archive)
            out = folder / "voice.onnx"
            _unpack(archive, config, folder / "voice.onnx.json", CONFIG_MAX)
            _check_config((folder / "voice.onnx.json").read_bytes())
            _unpack(archive, model, out, VOICE_MAX)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:  # encrypted ones among them
        raise ProbeError(f"The voice's archive cannot be unpacked: {error}.", hint=_HINT) from error
    check_voice_model(out)
    return out


def _entries(archive: zipfile.ZipFile) -> tuple[zipfile.ZipInfo, zipfile.ZipInfo]:
    """The model and its configuration."""
    entries = archive.infolist()
    if len(entries) > ENTRIES_MAX:
        raise ProbeError(f"The voice's archive has {len(entries)} entries; {ENTRIES_MAX} are possible.", hint=_HINT)
    models = [one for one in entries if one.filename.endswith(".onnx")]
    configs = [one for one in entries if one.filename.endswith(".onnx.json")]
    if len(models) != 1 or len(configs) != 1:
        what = f"{len(models)} models and {len(configs)} configurations"
        raise ProbeError(f"The voice's archive has {what}; it must have one of each.", hint=_HINT)
    return models[0], configs[0]


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, out: Path, limit: int) -> None:
    """Write *entry* to *out*, counting what really comes."""
    with archive.open(entry) as source, out.open("wb") as file:
        _copy(source, file, limit)


def _copy(source: IO[bytes], file: IO[bytes], limit: int) -> None:
    count = 0
    while piece := source.read(_PIECE):
        count += len(piece)
        if count > limit:
            raise ProbeError(f"A part of the voice's archive has more than {limit:,} bytes.", hint=_HINT)
        file.write(piece)


def _check_config(content: bytes) -> None:
    """Pass a configuration that says how fast the voice's samples are, and which sounds it knows."""
    try:
        config = json.loads(content)
        rate, sounds = config["audio"]["sample_rate"], config["phoneme_id_map"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProbeError("The voice's .onnx.json is not one of Piper's.", hint=_HINT) from error
    if not (isinstance(rate, int) and 4_000 <= rate <= 192_000 and isinstance(sounds, dict) and sounds):
        raise ProbeError("The voice's .onnx.json has no sample rate, or no sounds.", hint=_HINT)
