r"""Cues as Advanced SubStation (.ass): the film's size, its caption style, and when each word is said.

Players fill karaoke words one after another (\k) and keep them filled; words that jump in
appear, for SubStation cannot grow one word without moving its neighbours. Start reading at `ass`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from astragen.media.captions.files import bare_rows
from astragen.media.captions.typeset import LOW, SIZE, SIZE_LARGE, SIZE_WIDTHS
from astragen.media.captions.words import chunks
from astragen.model.safe_area import SafeArea, caption_area, letterbox_bar
from astragen.model.timeline import Cue, CueWord, Timeline

FONT: Final = "Inter"  # what we draw with; a player without it takes its own
LINE: Final = 1.21  # height of a line of Inter in em: SubStation's font size is that height
# &HAABBGGRR, AA from 00 (opaque) to FF: white letters, the accent colour, black, a plate as dark as `burn.PLATES`.
WHITE, ACCENT, BLACK = "&H00FFFFFF", "&H003DD1FF", "&H00000000"
PLATES: Final = {"boxed": "&H8A000000", "karaoke": "&H61000000"}
STYLE_FIELDS: Final = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, "
    "Encoding"
)
EVENT_FIELDS: Final = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"


def ass(timeline: Timeline) -> str:
    """The captions of *timeline* as an Advanced SubStation file, in its caption style."""
    lift = letterbox_bar(timeline.width, timeline.height, timeline.look.letterbox)
    area = caption_area(timeline.width, timeline.height, lift=lift)
    return "\n".join(
        [
            "[Script Info]",
            f"Title: {' '.join(timeline.title.split())}",
            "ScriptType: v4.00+",
            f"PlayResX: {timeline.width}",
            f"PlayResY: {timeline.height}",
            "WrapStyle: 2",  # rows are broken already
            "ScaledBorderAndShadow: yes",
            "YCbCr Matrix: TV.709",
            "",
            "[V4+ Styles]",
            f"Format: {STYLE_FIELDS}",
            _style(timeline, area),
            "",
            "[Events]",
            f"Format: {EVENT_FIELDS}",
            *_events(timeline, area),
            "",
        ]
    )


def _style(timeline: Timeline, area: SafeArea) -> str:
    em = (SIZE_LARGE if timeline.caption_style == "kinetic" else SIZE) * min(
        timeline.height, SIZE_WIDTHS * timeline.width
    )
    plate = PLATES.get(timeline.caption_style)
    first, second = (ACCENT, WHITE) if timeline.caption_style == "karaoke" else (WHITE, WHITE)
    edge = plate or BLACK
    border = f"3,{0.3 * em:.1f},0" if plate else f"1,{0.07 * em:.1f},{0.04 * em:.1f}"
    sides = f"{area.left * timeline.width:.0f},{(1 - area.right) * timeline.width:.0f}"
    below = f"{(1 - area.bottom) * timeline.height + 0.3 * em:.0f}"
    return (
        f"Style: Caption,{FONT},{LINE * em:.1f},{first},{second},{edge},{BLACK},-1,0,0,0,100,100,0,0,{border},2,"
        f"{sides},{below},1"
    )


def _events(timeline: Timeline, area: SafeArea) -> Iterator[str]:
    for cue in timeline.cues:
        if timeline.caption_style == "kinetic" and cue.words:
            middle = (area.top + (area.bottom - area.top) * LOW) * timeline.height
            place = rf"{{\an5\pos({timeline.width / 2:.0f},{middle:.0f})}}" if cue.place == "free" else ""
            yield from _kinetic(cue, timeline.fps, place)
        elif timeline.caption_style == "karaoke" and cue.words:
            yield _event(cue.start, cue.end, timeline.fps, _karaoke(cue, timeline.fps))
        elif bare_rows(cue.text):
            yield _event(cue.start, cue.end, timeline.fps, escaped(bare_rows(cue.text)))


def _event(start: int, end: int, fps: int, text: str) -> str:
    return f"Dialogue: 0,{_stamp(start, fps)},{_stamp(end, fps)},Caption,,0,0,0,,{text}"


def _stamp(frame: int, fps: int) -> str:
    """Hours:minutes:seconds and hundredths of a frame's start, to the nearest."""
    seconds, rest = divmod(_hundredths(frame, fps), 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:02}"


def _hundredths(frame: int, fps: int) -> int:
    return (200 * frame + fps) // (2 * fps)


def escaped(text: str) -> str:
    r"""*text* with braces escaped, which begin a tag, backslashes kept from making one, and rows parted by \N."""
    plain = text.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")  # U+2060: joins, shows nothing
    return plain.replace("\n", "\\N")


def _placed(text: str, words: Iterable[CueWord]) -> list[tuple[str, CueWord]]:
    """Each word that *text* has, with what stands before it since the last."""
    found, at = [], 0
    for word in words:
        begin = text.find(word.text, at) if word.text else -1
        if begin >= 0:
            found.append((text[at:begin], word))
            at = begin + len(word.text)
    return found


def _karaoke(cue: Cue, fps: int) -> str:
    r"""The cue's text with a \k before each word: how long it is being said, in hundredths."""
    found = _placed(cue.text, cue.words)
    starts = [_hundredths(min(max(word.start, cue.start), cue.end), fps) for _, word in found]
    ends = [*starts[1:], *(_hundredths(min(word.end, cue.end), fps) for _, word in found[-1:])]
    clock, parts = _hundredths(cue.start, fps), []
    for (before, word), start, end in zip(found, starts, ends, strict=True):
        wait = rf"{{\k{start - clock}}}" if start > clock else ""
        parts.append(rf"{escaped(before)}{wait}{{\k{max(0, end - max(start, clock))}}}{escaped(word.text)}")
        clock = max(clock, start, end)
    rest = cue.text[sum(len(before) + len(word.text) for before, word in found) :]
    return "".join(parts) + escaped(rest)


def _kinetic(cue: Cue, fps: int, place: str) -> Iterator[str]:
    """An event for each chunk of words; each word appears when it is said."""
    groups = chunks(cue.text.split("\n"), [word.text for word in cue.words])
    starts = [max(cue.start, cue.words[group.first].start) for group in groups]
    if starts:
        starts[0] = cue.start
    for group, start, end in zip(groups, starts, [*starts[1:], cue.end], strict=True):
        if end > start:
            text = _appearing(group.text, cue.words[group.first : group.last], start, fps)
            yield _event(start, end, fps, place + text)


def _appearing(text: str, words: Sequence[CueWord], start: int, fps: int) -> str:
    parts = []
    for before, word in _placed(text, words):
        after_ms = 10 * (_hundredths(word.start, fps) - _hundredths(start, fps))
        hidden = rf"{{\alpha&HFF&\t({after_ms},{after_ms + 1},\alpha&H00&)}}" if after_ms > 0 else r"{\alpha&H00&}"
        parts.append(escaped(before) + hidden + escaped(word.text))
    return "".join(parts)
