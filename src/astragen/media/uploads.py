"""What a file is that a stranger sent to keep: its kind, its media type and its size, by its bytes alone.

Text is told from binary first (`upload_texts.py`), so that no playlist, page or drawing in XML reaches a decoder; of
binary files only the containers of a table do. Pictures are decoded whole, clips for some seconds, music as far as a
film can play it. Run it where a crash costs nothing (`runtime/examining.py`). Start at `identified`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import av

from astragen.errors import InputError, MediaError, ProbeError
from astragen.media.clips.facts import is_still, measure
from astragen.media.clips.reader import ClipReader
from astragen.media.inspection import media_type_of
from astragen.media.music import listened
from astragen.media.pictures import picture_of
from astragen.media.upload_texts import HEAD, HINT, checked_kind, identified_text, is_text, whole
from astragen.media.voice_archive import check_voice, is_archive
from astragen.model.time import SAMPLE_RATE
from astragen.model.upload import Identified, UploadKind

PICTURE_MAX: Final = 200 * 2**20  # bytes; a picture is read into memory as a whole
CLIP_TRIED_S: Final = 2.0  # of a clip are decoded; the film that uses it decodes the rest

_LOCAL: Final = {"protocol_whitelist": "file"}


class _Container(NamedTuple):
    """The media type of a container with pictures that move, and of one with sound alone; "" for none."""

    moving: str
    sounding: str


def identified(path: Path, name: str, wish: UploadKind | None) -> Identified:
    """What the file at *path* is, which its user calls *name* and wants to be a *wish*; None: whatever it is.

    Raises:
        ProbeError: nothing that a film can use, damaged, beyond a limit, or not a *wish*.
        InputError: a LUT or a storyboard that breaks its format; the message says where.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if is_text(head):
        return identified_text(path, name, wish)
    try:
        found = _binary(path, name, head, wish)
    except MediaError as error:
        # Decoders speak of shots and of files by their hash: neither is known to whoever uploads.
        said = error.message.replace("of shot upload ", "").replace(f"({path.name}) ", "").replace(path.name, name)
        raise ProbeError(f'"{name}" cannot be used: {said}', hint=error.hint) from error
    return checked_kind(found, name, wish)


def _binary(path: Path, name: str, head: bytes, wish: UploadKind | None) -> Identified:
    if is_archive(head):
        check_voice(path)
        return Identified(kind="voice", media_type="application/zip")
    container = _container_of(head)
    media_type = media_type_of(head)
    is_picture = media_type.startswith("image/") or head.startswith((b"\x00\x00\x00\x0cjP  ", b"P6", b"P5"))
    if is_picture and is_still(path):
        return _picture(path, media_type)
    if container is None:
        raise ProbeError(f"{name} is of no kind that is known here; it begins with {head[:12]!r}.", hint=HINT)
    return _moving_or_sounding(path, name, container, wish)


def _picture(path: Path, media_type: str) -> Identified:
    picture = picture_of(whole(path, PICTURE_MAX), "The picture")
    kept = media_type if media_type.startswith("image/") else "image/x-portable-anymap"
    return Identified(kind="picture", media_type=kept, width=picture.shape[1], height=picture.shape[0])


def _moving_or_sounding(path: Path, name: str, container: _Container, wish: UploadKind | None) -> Identified:
    """A clip; music where there are no pictures that move, or where it is wished for and the file has sound."""
    moves, sounds = _streams(path, name)
    if sounds and (wish == "music" or not moves):
        return _music(path, name, container.moving if moves else container.sounding or container.moving)
    if not moves:
        raise ProbeError(f"{name} holds neither pictures that move nor sound.", hint=HINT)
    reader = ClipReader(path, shot="upload")
    width, height, stated_s = reader.first.width, reader.first.height, reader.stated_s
    reader.close()
    tried = measure(path, shot="upload", need_s=CLIP_TRIED_S)
    if tried.damage:
        raise ProbeError(f"The clip is damaged: {tried.damage}.", hint="Export or download it again.")
    seconds = max(stated_s, tried.footage.shown_s)
    media_type = container.moving or "video/mp4"
    return Identified(kind="clip", media_type=media_type, width=width, height=height, seconds=seconds)


def _music(path: Path, name: str, media_type: str) -> Identified:
    try:
        heard = listened(path, name)
    except InputError as error:
        raise ProbeError(error.message, hint=error.hint) from error
    return Identified(kind="music", media_type=media_type, seconds=heard.samples / SAMPLE_RATE)


def _streams(path: Path, name: str) -> tuple[bool, bool]:
    """Whether the file holds pictures that move, and sound; a cover does not move."""
    from av.stream import Disposition

    try:
        with av.open(path, options=_LOCAL, metadata_errors="ignore") as container:
            moving = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
            return bool(moving), bool(container.streams.audio)
    except (av.FFmpegError, OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise ProbeError(f"{name} cannot be opened: {said}.", hint="Export or download it again.") from error


def _container_of(head: bytes) -> _Container | None:
    """The container that *head* begins; None for none of those that are let through."""
    if head[4:8] == b"ftyp":
        return _Container("video/quicktime" if head[8:12] == b"qt  " else "video/mp4", "audio/mp4")
    if head[:4] == b"RIFF":
        return {b"WAVE": _Container("", "audio/wav"), b"AVI ": _Container("video/x-msvideo", "")}.get(head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        is_webm = b"webm" in head[:64]
        return _Container("video/webm", "audio/webm") if is_webm else _Container("video/x-matroska", "audio/x-matroska")
    return next((container for magic, container in _MAGIC if head.startswith(magic)), _by_sync(head))


def _by_sync(head: bytes) -> _Container | None:
    """MP3 and AAC without a header of their own: eleven or twelve bits that are set (ISO/IEC 11172-3, 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 3
    return _Container("", "audio/mpeg" if layer else "audio/aac")


_MAGIC: Final = (
    (b"fLaC", _Container("", "audio/flac")),
    (b"ID3", _Container("", "audio/mpeg")),
    (b"OggS", _Container("video/ogg", "audio/ogg")),
    (b"FORM", _Container("", "audio/aiff")),
    (b"GIF8", _Container("image/gif", "")),
    (b"\x89PNG", _Container("image/png", "")),
)
