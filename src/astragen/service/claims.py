"""Whether the media type that an uploader names is what the file is. Pure. Start at `is_honest`."""

from __future__ import annotations

from typing import Final

from astragen.model.upload import Identified

NO_CLAIM: Final = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-binary"})
_TEXT: Final = {
    "lut": frozenset({"text/plain", "text/x-cube", "application/x-cube", "application/cube", "text/cube"}),
    "storyboard": frozenset({"application/json", "text/json", "text/plain"}),
    "voice": frozenset({"application/zip", "application/x-zip-compressed"}),
}
_SAME: Final = {  # other names of a type, and types whose files differ in a few bytes that programs disagree on
    **dict.fromkeys(("image/jpg", "image/pjpeg"), "image/jpeg"),
    **dict.fromkeys(("image/x-ms-bmp", "image/x-bmp"), "image/bmp"),
    **dict.fromkeys(("image/heif", "image/heic", "image/avif-sequence"), "image/avif"),
    **dict.fromkeys(("image/apng", "image/vnd.mozilla.apng"), "image/png"),
    **dict.fromkeys(("image/x-portable-pixmap", "image/x-portable-graymap"), "image/x-portable-anymap"),
    **dict.fromkeys(("image/jp2", "image/jpx", "image/j2k"), "image/jp2"),
    **dict.fromkeys(("audio/mp3", "audio/mpeg3", "audio/x-mpeg-3"), "audio/mpeg"),
    **dict.fromkeys(("audio/x-wav", "audio/wave", "audio/vnd.wave"), "audio/wav"),
    "audio/x-flac": "audio/flac",
    **dict.fromkeys(("audio/x-m4a", "audio/m4a"), "audio/mp4"),
    **dict.fromkeys(("audio/aacp", "audio/x-aac", "audio/x-hx-aac-adts"), "audio/aac"),
    **dict.fromkeys(("audio/x-aiff", "audio/aif"), "audio/aiff"),
    **dict.fromkeys(("application/ogg", "audio/vorbis", "audio/opus"), "audio/ogg"),
    **dict.fromkeys(("video/quicktime", "video/x-m4v"), "video/mp4"),
    **dict.fromkeys(("video/avi", "video/msvideo"), "video/x-msvideo"),
    **dict.fromkeys(("video/matroska", "video/x-matroska"), "video/webm"),
    **dict.fromkeys(("audio/matroska", "audio/x-matroska"), "audio/webm"),
}


def is_honest(claimed: str, found: Identified) -> bool:
    """Whether *claimed*, in lower case and without parameters, names what was *found*, or nothing at all."""
    if claimed in NO_CLAIM:
        return True
    if found.kind in _TEXT:
        return claimed in _TEXT[found.kind]
    return _SAME.get(claimed, claimed) == _SAME.get(found.media_type, found.media_type)
