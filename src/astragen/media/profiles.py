"""Whether this machine can encode as a profile says: asked before any work begins.

That an encoder is compiled in says little of graphics cards, and each codec has sizes
that it refuses, so one frame is encoded. Start reading at `fault_of`.
"""

from __future__ import annotations

from pathlib import Path

import av

from astragen.errors import RenderError
from astragen.media.colour import black
from astragen.media.encoder import encode
from astragen.model.segment import Profile


def has_encoder(name: str) -> bool:
    """Whether this build of FFmpeg has the encoder *name*."""
    try:
        av.Codec(name, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True


def fault_of(profile: Profile, path: Path) -> str:
    """Why frames cannot be encoded as *profile* says, or "" when they can; *path* is for the file that is tried."""
    if not has_encoder(profile.encoding.encoder):
        return f"this build of PyAV has no {profile.encoding.encoder}"
    try:
        encode([black(profile.width, profile.height)], 1, profile, path)
    except RenderError as error:
        why = error.__cause__.strerror if isinstance(error.__cause__, OSError) else error.message
        return f"{profile.encoding.encoder} refuses a frame of {profile.width}x{profile.height} ({why})"
    finally:
        path.unlink(missing_ok=True)
    return ""
