"""Long films in acts: how a brief is divided, and how what was written for each becomes one storyboard.

A model's answer is limited, and its invention flags with length; an act is what it writes well
at once. Each act is a brief of its own, told what was written before (`summary`). Pure: start
reading at `acts_of`, end at `joined`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from astragen.model.brief import Brief
from astragen.model.storyboard import Character, Scene, Shot, Storyboard, Subject
from astragen.plan.clean import sentences

ONE_CALL_S: Final = 90.0  # a longer film is written in acts: 90 s are about 25 shots, 5 000 tokens
ONE_CALL_SCENES: Final = 12
ACT_S: Final = 75.0
ACT_SCENES: Final = 10
SCENES_MAX: Final = 40  # of `Storyboard`
CHARACTERS_MAX: Final = 20
LINES_MAX: Final = 1_600  # characters of narration that a summary repeats, the latest


class Act(NamedTuple):
    """One of the *acts* stretches of a film, *number* from 1; *brief* asks for it alone."""

    number: int
    acts: int
    brief: Brief


def acts_of(brief: Brief) -> tuple[Act, ...]:
    """*brief* in acts of about equal length: one, unless the film is long; a script is divided among them."""
    scenes = brief.scenes if isinstance(brief.scenes, int) else 0
    count = 1
    if brief.seconds > ONE_CALL_S or scenes > ONE_CALL_SCENES:
        count = max(math.ceil(brief.seconds / ACT_S), math.ceil(scenes / ACT_SCENES))
        count = min(count, scenes or SCENES_MAX)
    texts = _parts(brief.prompt, count) if brief.is_script else [brief.prompt] * count
    count = len(texts)
    if count == 1:
        return (Act(1, 1, brief),)
    seconds = brief.seconds / count
    shares = _shares(scenes, count) if scenes else ["auto"] * count
    return tuple(
        Act(number, count, brief.model_copy(update={"prompt": text, "seconds": seconds, "scenes": share}))
        for number, (text, share) in enumerate(zip(texts, shares, strict=True), start=1)
    )


def summary(written: Storyboard) -> str:
    """What the next act has to know of *written*: title, logline, who is in it, where it stopped, its latest lines."""
    last = written.scenes[-1]
    lines = " ".join(shot.line for shot in written.shots if shot.line)
    told = lines if len(lines) <= LINES_MAX else f"… {lines[-LINES_MAX:].partition(' ')[2]}"
    return "\n".join(
        [
            f"title: {written.title}",
            f"logline: {written.logline}",
            *(_sheet(one) for one in written.characters),
            f"last scene: {last.setting}, {last.time_of_day}, {last.weather}, {last.season}, {last.mood}",
            f"narration so far: {told}",
        ]
    )


def with_cast(answer: object, cast: Sequence[Character]) -> object:
    """A model's *answer* for a later act, with the *cast* of the acts before first in its characters.

    Who is in both is as the cast says: nobody changes their look between acts.
    """
    if not isinstance(answer, dict) or not cast:
        return answer
    names = {one.name.casefold() for one in cast}
    said = answer.get("characters")
    new = [one for one in said if not _is_named(one, names)] if isinstance(said, list) else []
    known = [one.model_dump(mode="json", include={"name", "kind", "look", "color", "props"}) for one in cast]
    return {**answer, "characters": [*known, *new]}


def joined(acts: Sequence[Storyboard], *, of: int = 0) -> Storyboard:
    """The storyboards of the *acts* (at least one) as one: ids given anew in order, title and bible of the first.

    Who has the same name is the same, and looks as described first. Scenes beyond the limit of a
    storyboard join the last of their act. *of*: how many acts the film has, where not all are
    here; what they come to is then the beginning of the whole.
    """
    count = max(of, len(acts))
    if count == 1:
        return acts[0]
    cast: dict[str, Character] = {}  # by name
    scenes: list[Scene] = []
    for act in acts:
        for one in act.characters:
            if len(cast) < CHARACTERS_MAX:
                cast.setdefault(one.name.casefold(), one.model_copy(update={"id": f"c{len(cast) + 1}"}))
        id_of = {one.id: cast[one.name.casefold()].id for one in act.characters if one.name.casefold() in cast}
        for scene in _at_most(act.scenes, SCENES_MAX // count):
            scenes.append(_renamed(scene, len(scenes) + 1, id_of))
    return acts[0].model_copy(update={"characters": tuple(cast.values()), "scenes": tuple(scenes)})


def _is_named(value: object, names: set[str]) -> bool:
    name = value.get("name") if isinstance(value, dict) else None
    return isinstance(name, str) and name.strip().casefold() in names


def _sheet(one: Character) -> str:
    color, props = f", {one.color}" if one.color else "", f", with {', '.join(one.props)}" if one.props else ""
    return f'character "{one.name}": {one.kind}, {one.look}{color}{props}'


def _at_most(scenes: tuple[Scene, ...], most: int) -> tuple[Scene, ...]:
    """*scenes*, with the shots of those beyond *most* in the last that stays, each in its own place and air."""
    kept, surplus = scenes[:most], scenes[most:]
    if not surplus:
        return scenes
    last = kept[-1]
    shots = [*last.shots, *(_placed(shot, scene) for scene in surplus for shot in scene.shots)]
    return (*kept[:-1], last.model_copy(update={"shots": tuple(shots[:80])}))


def _placed(shot: Shot, scene: Scene) -> Shot:
    """*shot* saying itself what it left to its *scene*."""
    left = {
        name: getattr(scene, name)
        for name in ("setting", "time_of_day", "weather", "season", "mood")
        if getattr(shot, name) is None
    }
    return shot.model_copy(update=left)


def _renamed(scene: Scene, number: int, id_of: Mapping[str, str]) -> Scene:
    """*scene* as the film's *number*th, its characters by their ids in the film."""
    shots = tuple(
        shot.model_copy(update={"id": f"s{number}-{position}", "subjects": tuple(_recast(shot, id_of))})
        for position, shot in enumerate(scene.shots, start=1)
    )
    return scene.model_copy(update={"id": f"s{number}", "shots": shots})


def _recast(shot: Shot, id_of: Mapping[str, str]) -> Iterator[Subject]:
    for one in shot.subjects:
        yield one if one.character is None else one.model_copy(update={"character": id_of.get(one.character)})


def _shares(total: int, count: int) -> list[int]:
    """*total* in *count* whole parts that differ by at most one."""
    return [total * (part + 1) // count - total * part // count for part in range(count)]


def _parts(text: str, count: int) -> list[str]:
    """*text* in at most *count* parts of about equal length, cut between its lines, or else its sentences."""
    pieces = [line for line in text.splitlines() if line.strip()]
    if len(pieces) < count:
        pieces = [sentence for line in pieces for sentence in sentences(line)]
    total = sum(map(len, pieces))
    parts: list[list[str]] = [[] for _ in range(min(count, len(pieces)))]
    done = 0
    for piece in pieces:
        parts[(2 * done + len(piece)) * len(parts) // (2 * total)].append(piece)  # where its middle lies
        done += len(piece)
    return ["\n".join(part) for part in parts if part]
