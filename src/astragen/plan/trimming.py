"""A storyboard that asks too much, cut to what its film has time for.

Scenes, shots and words over the limit are taken from the middle: a film keeps its hook
and its ending. Pure: every function gives new scenes and tells what it took. Start
reading at `fitted`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot
from astragen.plan.clean import joined, sentences, shortened
from astragen.plan.narration import words_for
from astragen.plan.wording import spoken_words

SCENES_MAX: Final = 40  # of a storyboard (model/storyboard.py)
SHOT_S_MIN: Final = 2.0  # seconds; more shots than one each are a slide show (a wordless one has 2.4 s, plan/pacing.py)
OVER: Final = 1.1  # narration may exceed its room by this factor: breaths between the shots give way
_REPEATED_MIN = 4  # words from which a line that comes again is a repetition and not a refrain


def most_scenes(brief: Brief) -> int:
    """How many scenes a film of *brief* may have."""
    return brief.scenes if isinstance(brief.scenes, int) else min(SCENES_MAX, most_shots(brief))


def most_shots(brief: Brief) -> int:
    """How many shots a film of *brief* may have."""
    scenes = brief.scenes if isinstance(brief.scenes, int) else 1
    return max(scenes, 1, int(brief.seconds / SHOT_S_MIN))


def ends(found: Sequence[object], most: int) -> list[int]:
    """Indices of at most *most* of *found*: the first ones and the last."""
    count = len(found)
    return list(range(count)) if count <= most else [*range(most - 1), count - 1]


def fitted(scenes: Sequence[Scene], brief: Brief, mended: list[str]) -> list[Scene]:
    """*scenes*, as many as asked for if they have shots enough, with no more shots than fit."""
    kept = [scenes[index] for index in ends(scenes, most_scenes(brief))]
    if len(kept) < len(scenes):
        mended.append(f"scenes: {len(scenes)} scenes; {len(kept)} are kept, the last among them")
    return _divided(_fewer_shots(kept, most_shots(brief), mended), brief, mended)


def trimmed(scenes: Sequence[Scene], brief: Brief, language: str, mended: list[str]) -> list[Scene]:
    """*scenes* with no more narration than the film has room for: whole sentences are left out, the longest first.

    Every line keeps its first sentence while that is enough; the film's first and last sentence stay.
    """
    parts = [sentences(shot.line) for scene in scenes for shot in scene.shots]
    room = words_for(brief.seconds) * OVER
    lengths = {
        (shot, number): spoken_words(text, language)
        for shot, texts in enumerate(parts)
        for number, text in enumerate(texts)
    }
    total = before = sum(lengths.values())
    for place in _leaving(lengths):
        if total <= room:
            break
        total -= lengths[place]
        parts[place[0]][place[1]] = ""
    if before > room:
        mended.append(f"narration: {before:.0f} spoken words; {min(total, room):.0f} are kept, {room:.0f} fit")
    lines = [joined(filter(None, texts)) for texts in parts]
    return with_lines(scenes, _clipped(lines, room, language) if total > room else lines)


def with_lines(scenes: Sequence[Scene], lines: Sequence[str]) -> list[Scene]:
    """*scenes*, their shots saying *lines* in order."""
    left = iter(lines)
    told = [[shot.model_copy(update={"line": next(left)}) for shot in scene.shots] for scene in scenes]
    return [scene.model_copy(update={"shots": tuple(shots)}) for scene, shots in zip(scenes, told, strict=True)]


def _leaving(lengths: dict[tuple[int, int], float]) -> Iterator[tuple[int, int]]:
    """In which order sentences leave: those after the first of their line, then whole lines; the longest first."""
    inner = list(lengths)[1:-1]
    yield from sorted(inner, key=lambda place: (place[1] == 0, -lengths[place], place))


def _clipped(lines: Sequence[str], room: float, language: str) -> list[str]:
    """*lines*, of which two sentences are left that alone are too long for the film, without the last words of each."""
    said = [line for line in lines if line]
    share = room / sum(spoken_words(line, language) for line in said)
    return [shortened(line, max(1, int(len(line) * share))) if line else "" for line in lines]


def without_repetitions(scenes: Sequence[Scene], mended: list[str]) -> list[Scene]:
    """*scenes* without shots that were there before, and without lines that were said before."""
    seen: set[Shot] = set()
    said: set[str] = set()
    kept: list[Scene] = []
    for scene in scenes:
        shots: list[Shot] = []
        for shot in scene.shots:
            line = shot.line.casefold()
            again = line in said and len(line.split()) >= _REPEATED_MIN
            said.add(line)
            one = shot.model_copy(update={"line": ""}) if again else shot
            if again or shot in seen:
                mended.append(f"{_told(shot)} comes again; {'its words are' if shot not in seen else 'it is'} dropped")
            if shot not in seen:
                shots.append(one)
            seen.add(shot)
        if shots:
            kept.append(scene.model_copy(update={"shots": tuple(shots)}))
    return kept


def _told(shot: Shot) -> str:
    """A shot without an id, for a message."""
    return f'the shot "{shortened(shot.line or shot.action or "without words", 40)}"'


def _fewer_shots(scenes: Sequence[Scene], most: int, mended: list[str]) -> list[Scene]:
    """*scenes* with at most *most* shots in all: from the longest scene, wordless ones first, never its first."""
    shots = [list(scene.shots) for scene in scenes]
    total = before = sum(map(len, shots))
    while total > most and max(map(len, shots)) > 1:
        longest = max(shots, key=len)
        wordless = [index for index, shot in enumerate(longest) if not shot.line and index]
        del longest[wordless[-1] if wordless else len(longest) // 2]
        total -= 1
    if total < before:
        mended.append(f"scenes: {before} shots; {total} are kept, {most} fit")
    return [scene.model_copy(update={"shots": tuple(kept)}) for scene, kept in zip(scenes, shots, strict=True)]


def _divided(scenes: Sequence[Scene], brief: Brief, mended: list[str]) -> list[Scene]:
    """*scenes*, the longest divided until there are as many as the brief asks for, as far as there are shots."""
    found = list(scenes)
    asked = brief.scenes if isinstance(brief.scenes, int) else 0
    while found and len(found) < asked and max(len(scene.shots) for scene in found) > 1:
        index = max(range(len(found)), key=lambda one: (len(found[one].shots), -one))
        half = (len(found[index].shots) + 1) // 2
        parts = (found[index].shots[:half], found[index].shots[half:])
        found[index : index + 1] = [found[index].model_copy(update={"shots": part}) for part in parts]
    if len(found) > len(scenes):
        mended.append(f"scenes: {len(scenes)} scenes; divided into the {len(found)} asked for")
    return found
