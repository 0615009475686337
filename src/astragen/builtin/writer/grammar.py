"""The grammar of continuity: size, angle, lens and move of every shot.

Each scene opens wide; no two neighbours are equal in size or in move; what is seen
says how near the camera goes. Start at `frame`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from astragen.builtin.writer.chance import number
from astragen.builtin.writer.details import family_of
from astragen.builtin.writer.draft import Moment
from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.vocabulary import LIVING, PEOPLE, vocabulary
from astragen.model.vocabulary import Angle, Lens, Mood, Move, ShotSize

_LARGE = frozenset(("building", "vehicle", "celestial", "nature", "weather", "group", "place"))


class Framing(NamedTuple):
    """How a shot is seen."""

    size: ShotSize
    angle: Angle
    lens: Lens
    move: Move


def frame(groups: Sequence[Sequence[Moment]], moods: Sequence[Mood], seed: int) -> list[list[Framing]]:
    """A framing for every moment of every scene, by the grammar."""
    framed: list[list[Framing]] = []
    last: Framing | None = None
    for scene, (group, mood) in enumerate(zip(groups, moods, strict=True)):
        shots: list[Framing] = []
        for position, moment in enumerate(group):
            key = (seed, scene, position)
            last = _framing(moment, mood, last, opens=position == 0, key=key)
            shots.append(last)
        framed.append(shots)
    return framed


def _framing(moment: Moment, mood: Mood, last: Framing | None, *, opens: bool, key: tuple[int, ...]) -> Framing:
    coverage = table("coverage")
    size = _size(moment, last, opens=opens, key=key)
    return Framing(
        size,
        _angle(moment, mood, size, last, key),
        Lens(coverage["lenses"][size.value]),
        _move(moment, mood, size, last, key),
    )


def _size(moment: Moment, last: Framing | None, *, opens: bool, key: tuple[int, ...]) -> ShotSize:
    coverage = table("coverage")
    fitting: list[str] = coverage["fits"][_kind(moment)]
    if opens:
        options = coverage["establishing"]
    else:
        options = coverage["next_size"][last.size.value] if last else coverage["establishing"]
    allowed = [one for one in options if last is None or one != last.size.value]

    def rank(size: str) -> float:
        place = fitting.index(size) if size in fitting else len(fitting) + 1
        return place + 1.4 * number(*key, "size", size) / 2**31

    return ShotSize(min(allowed, key=rank))


def _kind(moment: Moment) -> str:
    """What decides how near the camera goes: the shot's first subject."""
    if moment.tableau is not None:
        return "tableau"
    if not moment.subjects:
        return "empty"
    noun = moment.subjects[0].noun
    entry = vocabulary().get(noun)
    category = entry.category if entry else "object"
    if category in PEOPLE or moment.subjects[0].character:
        return "person"
    if category in LIVING:
        return "animal"
    return "large" if category in _LARGE else "object"


def _angle(moment: Moment, mood: Mood, size: ShotSize, last: Framing | None, key: tuple[int, ...]) -> Angle:
    if moment.tableau is not None:
        return Angle.EYE
    indoors = moment.place in words("settings", "indoors") or family_of(moment.place) == "home"
    if size is ShotSize.EXTREME_WIDE and not indoors and number(*key, "aerial") % 3 == 0:
        return Angle.AERIAL
    options = table("coverage")["angles"][mood.value]
    angle = Angle(options[number(*key, "angle") % len(options)])
    if angle is Angle.AERIAL and (indoors or size not in (ShotSize.EXTREME_WIDE, ShotSize.WIDE)):
        return Angle.HIGH
    return Angle.EYE if last is not None and last.angle is angle and number(*key, "again") % 2 else angle


def _move(moment: Moment, mood: Mood, size: ShotSize, last: Framing | None, key: tuple[int, ...]) -> Move:
    coverage = table("coverage")
    options = list(coverage["tableau_moves"] if moment.tableau is not None else coverage["moves"][size.value])
    if mood is Mood.TENSE and moment.tableau is None:
        options = [*coverage["tense_moves"], *options]
    allowed = [one for one in options if last is None or one != last.move.value]
    return Move(min(allowed, key=lambda one: 0.5 * options.index(one) + 3 * number(*key, "move", one) / 2**31))
