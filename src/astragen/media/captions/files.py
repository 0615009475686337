"""Cues as SubRip and WebVTT: text and times, no styles. Start reading at `srt` and `vtt`."""

from __future__ import annotations

from collections.abc import Iterable

from astragen.model.timeline import Cue


def srt(cues: Iterable[Cue], fps: int) -> str:
    """The cues as a SubRip file: numbered, times in milliseconds; text as it is, for the format has no escapes."""
    blocks = (
        f"{number}\n{_stamp(cue.start, fps, ',')} --> {_stamp(cue.end, fps, ',')}\n{bare_rows(cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def vtt(cues: Iterable[Cue], fps: int) -> str:
    """The cues as a WebVTT file, with &, < and > escaped (W3C WebVTT, section 4.2)."""
    blocks = (
        f"{_stamp(cue.start, fps, '.')} --> {_stamp(cue.end, fps, '.')}\n{_escaped(bare_rows(cue.text))}\n"
        for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _stamp(frame: int, fps: int, point: str) -> str:
    """Hours:minutes:seconds and milliseconds of a frame's start, to the nearest."""
    milliseconds = (2000 * frame + fps) // (2 * fps)
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def bare_rows(text: str) -> str:
    """The text without empty rows: in these formats they end a cue."""
    return "\n".join(row for row in text.splitlines() if row.strip())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
