"""The user's own music: into the store and listened to before anything is paid, and laid under the film.

Only content enters the steps' keys, never a path. What a stranger's file does to a decoder is no
concern of this process: both steps run where little memory and time are given. Start reading at
`kept_music` and `own_music`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio.to_thread

from astragen.errors import InputError, RenderError
from astragen.model.base import Model
from astragen.model.brief import Brief
from astragen.model.music import Music, OwnMusic
from astragen.model.take import Artifact, Fallback
from astragen.model.timeline import ScoreRequest
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.narration import WAV
from astragen.pipeline.run import Run

if TYPE_CHECKING:
    from astragen.media.music import laid, listened
else:
    laid, listened = (Elsewhere("astragen.media.music", name) for name in ("laid", "listened"))

BYTES_MAX: Final = 2**30  # of a file; 30 minutes in 24 bit at 96 kHz, stereo
_OTHERWISE: Final = "Export it as WAV, FLAC, MP3, M4A or OGG, or choose another file."


class _Unheard(Model):
    """A music file before it was listened to."""

    name: str
    artifact: Artifact


class _Wanted(Model):
    """The sound of a film's music."""

    music: OwnMusic
    samples: int


class _Laid(Model):
    artifact: Artifact


async def kept_music(brief: Brief, run: Run) -> Music | None:
    """The music file of *brief*, stored and listened to; None when it names none, or wants no music.

    Raises:
        InputError: there is no such file, it cannot be read, or it is no music that can be used.
    """
    if not brief.music_file or not brief.music:
        return None
    path = Path(brief.music_file)
    stored = await anyio.to_thread.run_sync(_stored, path, run)

    async def listen(unheard: _Unheard) -> Music:
        try:
            heard = await run.examine(listened, run.store.path(unheard.artifact), unheard.name)
        except RenderError as error:  # the process that read it died, or took too long
            raise InputError(f'The music "{path.name}" cannot be decoded: {error.message}', hint=_OTHERWISE) from error
        return Music(
            name=unheard.name,
            artifact=unheard.artifact,
            samples=heard.samples,
            first=heard.first,
            last=heard.last,
            is_whole=heard.is_whole,
            damage=heard.damage,
            **heard.pulse._asdict(),
        )

    unheard = _Unheard(name=path.name, artifact=stored)
    music = await run.step("listen", listen, unheard, returns=Music, version=code_fingerprint(), subject=path.name)
    if music.damage:
        instead = "what decodes of it is used"
        run.fall_back(Fallback(stage="listen", subject=music.name, reason=music.damage, instead=instead))
    return music


async def own_music(request: ScoreRequest, music: OwnMusic, run: Run) -> Artifact:
    """The sound of *music* for as long as *request* asks: what stands for a composed score.

    Raises:
        InputError: what was listened to cannot be decoded any more.
    """

    async def lay(wanted: _Wanted) -> _Laid:
        path = run.scratch / "music.wav"
        source = run.store.path(wanted.music.artifact)
        try:
            await run.examine(laid, source, music, wanted.samples, path)
        except RenderError as error:
            raise InputError(f'The music "{music.name}" cannot be decoded: {error.message}', hint=_OTHERWISE) from error
        return _Laid(artifact=run.store.put_file(path, WAV))

    wanted = _Wanted(music=music.model_copy(update={"name": ""}), samples=request.samples)
    return (await run.step("music", lay, wanted, returns=_Laid, version=code_fingerprint())).artifact


def _stored(path: Path, run: Run) -> Artifact:
    """A copy of the file at *path* in the store."""
    try:
        if not path.is_file():  # not a device either, which might never end
            what = "is not a file" if path.exists() else "does not exist"
            raise _unusable(path, what, "Check the path; it counts from the current folder.")
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise _unusable(path, f"cannot be read: {told}", "Check its permissions.") from error
    if not size:
        raise _unusable(path, "is empty (0 bytes)", "Export or download it again.")
    if size > BYTES_MAX:
        raise _unusable(path, f"has {size:,} bytes; {BYTES_MAX:,} are possible", "Cut out the part you want.")
    handle, name = tempfile.mkstemp(dir=run.scratch)
    os.close(handle)
    shutil.copyfile(path, name)
    return run.store.put_file(Path(name), "audio/*")


def _unusable(path: Path, what: str, hint: str) -> InputError:
    return InputError(f'The music "{path}" {what}.', hint=hint)
