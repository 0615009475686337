"""Where subjects stand: the 180-degree rule, and nothing of the prompt left out.

A character keeps its side of the frame through the whole film; the one it faces has
the other side. Start at `place_subjects` and `keep`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from astragen.builtin.writer.chance import number
from astragen.builtin.writer.inflect import plural
from astragen.builtin.writer.tables import words
from astragen.builtin.writer.vocabulary import vocabulary
from astragen.model.storyboard import Character, Scene, Shot, Subject
from astragen.model.vocabulary import Placement, ShotSize

_SIDES = (Placement.LEFT, Placement.RIGHT)


def sides(characters: Sequence[Character], seed: int) -> dict[str, Placement]:
    """The side of each character: the first by *seed*, the others alternating."""
    first = number(seed, "side") % 2
    return {one.id: _SIDES[(first + index) % 2] for index, one in enumerate(characters)}


def place_subjects(subjects: Sequence[Subject], size: ShotSize, side: dict[str, Placement]) -> tuple[Subject, ...]:
    """Every subject with a placement."""
    alone = len(subjects) == 1
    taken = [side[one.character] for one in subjects if one.character and one.character in side]
    free = [one for one in (*_SIDES, Placement.CENTRE) if one not in taken]
    placed: list[Subject] = []
    for one in subjects:
        if one.placement is not None:
            where = one.placement
        elif one.character and one.character in side:
            where = side[one.character]
        elif one.noun in words("grammar_words", "sky") and one.action in ("", "fly", "float", "shine"):
            where = Placement.SKY
        elif alone and size in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE, ShotSize.MEDIUM):
            where = Placement.CENTRE
        else:
            where = free.pop(0) if free else Placement.FAR
        placed.append(one.model_copy(update={"placement": where}))
    return tuple(placed)


def keep(scenes: Sequence[Scene], wanted: Sequence[Subject]) -> tuple[Scene, ...]:
    """*scenes* with every wanted noun that they neither show nor say added to a shot."""
    there = _Words(scenes)
    missing = [one for one in wanted if not there.have(one.noun)]
    if not missing:
        return tuple(scenes)
    shots = [shot for scene in scenes for shot in scene.shots]
    open_shots = [shot for shot in shots if shot.tableau is None] or shots
    added: dict[str, list[Subject]] = {shot.id: [] for shot in open_shots}
    for one in missing:
        home = min(open_shots, key=lambda shot: len(shot.subjects) + 2 * len(added[shot.id]))
        added[home.id].append(one)
    return tuple(
        scene.model_copy(update={"shots": tuple(_with_subjects(shot, added.get(shot.id, [])) for shot in scene.shots)})
        for scene in scenes
    )


def _with_subjects(shot: Shot, more: list[Subject]) -> Shot:
    if not more:
        return shot
    sky = [Placement.SKY if one.noun in words("grammar_words", "sky") else Placement.FAR for one in more]
    placed = [one.model_copy(update={"placement": where}) for one, where in zip(more, sky, strict=True)]
    return shot.model_copy(update={"subjects": (*shot.subjects, *placed)[:8]})


class _Words:
    """All that scenes show or say, for looking nouns up in."""

    def __init__(self, scenes: Sequence[Scene]) -> None:
        shots = [shot for scene in scenes for shot in scene.shots]
        self._named = {scene.setting for scene in scenes} | {shot.setting or "" for shot in shots}
        self._named |= {name.lower() for shot in shots for one in shot.subjects for name in (one.noun, one.phrase)}
        self._said = " ".join([*(shot.line for shot in shots), *self._named]).lower()

    def have(self, noun: str) -> bool:
        """Whether *noun*, its plural, or the head of a compound is there."""
        low = noun.lower()
        forms = {low, plural(low)} if vocabulary().get(low) else {low}
        if low.split(" ")[-1] in self._named and " " in low:
            return True
        return any(re.search(rf"(?<![\w]){re.escape(form)}(?![\w])", self._said) for form in forms)
