"""A storyboard changed as somebody says: what a model is shown, what it may answer, and what becomes of it.

The model answers with what changes and with nothing else, and is not trusted with the rest:
shots that it does not name are those of the storyboard, object for object. It cannot touch
style, looks, paths or seeds. Pure. Start reading at `revised`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from astragen.model.brief import Brief
from astragen.model.faults import did_you_mean, faults
from astragen.model.storyboard import Character, Scene, Shot, Storyboard, Subject
from astragen.model.vocabulary import Mood, Move, Season, TimeOfDay, Weather, Word
from astragen.plan.clean import plain
from astragen.plan.wire import WireResult
from astragen.plan.wire_reading import (
    LOOK_MAX,
    NOUN_MAX,
    PHRASE_MAX,
    character_of,
    entries,
    fields,
    scene_of,
    shot_of,
    word,
)
from astragen.plan.wire_schema import shot_schema, wire_schema

FRAMES_MAX: Final = 60 * 600  # of a shot (model/storyboard.py)
SHOTS_MAX, CHARACTERS_MAX = 80, 20  # of a scene and of a film, likewise
SHOT_S_MIN: Final = 1.2  # seconds; below it viewers miss what a shot shows (plan/pacing.py)
_ALWAYS_SHOWN: Final = ("id", "size", "angle", "lens", "move", "transition")
_NOT_THE_MODELS: Final = {"title", "seed", "source", "frames", "framings", "palette", "transition_s"}  # of a shot
_AIR: Final[Mapping[str, type[Word]]] = {"time_of_day": TimeOfDay, "weather": Weather, "season": Season, "mood": Mood}


class _Edit(NamedTuple):
    """What every part of a revision needs: who is in the film, its rate, ids that are taken, what was mended."""

    cast: Sequence[Character]
    fps: int
    taken: set[str]
    mended: list[str]

    def free(self, stem: str) -> str:
        """An id that is not taken, and is from now on."""
        name = next(name for number in range(1, 9_999) if (name := f"{stem[:30]}-n{number}") not in self.taken)
        self.taken.add(name)
        return name


class Changes(NamedTuple):
    """How a revised storyboard differs, by ids of shots."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def shown(storyboard: Storyboard, fps: int) -> str:
    """*storyboard* as a model sees it: JSON without what is not its to know; lengths in seconds."""
    document = storyboard.model_dump(mode="json", exclude_defaults=True, exclude={"bible", "version"})
    for scene, whole in zip(document["scenes"], storyboard.scenes, strict=True):
        scene["shots"] = [_shown_shot(shot, fps) for shot in whole.shots]
    return json.dumps(document, ensure_ascii=False)


def revision_schema(brief: Brief) -> dict[str, Any]:
    """The JSON schema of a revision: the storyboard's, with ids, and every field of a scene but its shots nullable."""
    whole = wire_schema(brief)["properties"]
    scene = whole["scenes"]["items"]["properties"]
    text = {"type": "string"}
    shot = _with(shot_schema(brief), id=text, after=_nullable(text), seconds=_nullable({"type": "number"}))
    kept = {name: _nullable(scene[name]) for name in ("title", "setting", *_AIR)}
    return _closed(
        title=_nullable(whole["title"]),
        logline=_nullable(whole["logline"]),
        mood=_nullable(whole["mood"]),
        characters=whole["characters"],
        scenes=_list(_closed(id=text, after=_nullable(text), **kept, shots=_list(shot))),
        removed=_list(text),
    )


def revised(storyboard: Storyboard, answer: object, fps: int) -> WireResult:
    """*storyboard* with the changes in *answer*, a model's JSON value, or its faults; nothing in it raises."""
    said, mended = fields(answer), list[str]()
    found = _faults(storyboard, said)
    if found:
        return WireResult(None, tuple(found))
    cast = _cast(storyboard.characters, said, mended)
    taken = {*(scene.id for scene in storyboard.scenes), *(shot.id for shot in storyboard.shots)}
    scenes = _scenes(storyboard, said, _Edit(cast, fps, taken, mended))
    if not scenes:
        return WireResult(None, ("removed: no shot is left; keep one at least",))
    document = {
        **{name: getattr(storyboard, name) for name in Storyboard.model_fields},
        "title": plain(said.get("title"), PHRASE_MAX) or storyboard.title,
        "logline": plain(said.get("logline"), LOOK_MAX) or storyboard.logline,
        "mood": word(said.get("mood"), Mood, "mood", mended) or storyboard.mood,
        "characters": cast,
        "scenes": scenes,
    }
    try:
        made = Storyboard.model_validate(document)
    except ValidationError as error:
        return WireResult(None, tuple(faults(error, Storyboard)))
    if made == storyboard:
        return WireResult(None, ("scenes: nothing changes; make the change that the instruction asks for",))
    return WireResult(made, (), tuple(mended))


def changes(before: Storyboard, after: Storyboard) -> Changes:
    """How *after* differs from *before*, shot by shot."""
    old, new = ({shot.id: shot for shot in board.shots} for board in (before, after))
    return Changes(
        changed=tuple(one for one in new if one in old and new[one] != old[one]),
        added=tuple(one for one in new if one not in old),
        removed=tuple(one for one in old if one not in new),
    )


def _shown_shot(shot: Shot, fps: int) -> dict[str, Any]:
    document = shot.model_dump(mode="json", exclude_defaults=True, exclude=_NOT_THE_MODELS)
    length = {"seconds": round(shot.frames / fps, 1)} if shot.frames else {}
    return {**{name: str(getattr(shot, name)) for name in _ALWAYS_SHOWN}, **document, **length}


def _faults(storyboard: Storyboard, said: Mapping[str, Any]) -> list[str]:
    """What is wrong with the ids of a revision."""
    scenes = {scene.id: scene for scene in storyboard.scenes}
    home = {shot.id: scene.id for scene in storyboard.scenes for shot in scene.shots}
    found: list[str] = []
    for index, scene in enumerate(map(fields, entries(said, "scenes"))):
        name = scene.get("id")
        if name not in list(scenes) and not plain(scene.get("setting"), NOUN_MAX):
            found.append(f"scenes[{index}].id: {_unknown(name, scenes)}; a new scene needs its setting")
        for position, shot in enumerate(map(fields, entries(scene, "shots"))):
            known = home.get(str(shot.get("id")))
            if known is not None and known != name:
                found.append(f'scenes[{index}].shots[{position}].id: is a shot of scene "{known}"; put it there')
    for index, name in enumerate(_ids(said)):
        if name not in home:
            found.append(f"removed[{index}]: {_unknown(name, home)}")
    return found


def _unknown(name: object, known: Mapping[str, object]) -> str:
    near = did_you_mean(str(name)[:40], list(known))
    return f'"{plain(str(name), 40)}" is not in the storyboard' + (f'; did you mean "{near}"?' if near else "")


def _ids(said: Mapping[str, Any]) -> list[str]:
    removed = said.get("removed")
    return [one for one in removed if isinstance(one, str)] if isinstance(removed, list) else []


def _cast(known: Sequence[Character], said: Mapping[str, Any], mended: list[str]) -> tuple[Character, ...]:
    """The *known* characters as the revision describes them, and its new ones under ids that are free."""
    cast = {one.name.casefold(): one for one in known}
    for index, value in enumerate(entries(said, "characters")[:CHARACTERS_MAX]):
        one = character_of(value, index + 1, f"characters[{index}]", mended)
        if one is None:
            continue
        before = cast.get(one.name.casefold())
        free = next(f"c{number}" for number in range(1, 99) if f"c{number}" not in {each.id for each in cast.values()})
        if before is not None or len(cast) < CHARACTERS_MAX:
            theirs = {"id": before.id, "voice": before.voice} if before else {"id": free}
            cast[one.name.casefold()] = one.model_copy(update=theirs)
    return tuple(cast.values())


def _scenes(storyboard: Storyboard, said: Mapping[str, Any], edit: _Edit) -> list[Scene]:
    """The scenes as they are now; one without a shot is gone."""
    told = list(map(fields, entries(said, "scenes")))
    removed = set(_ids(said))
    scenes: list[Scene] = []
    for scene in storyboard.scenes:
        mine = [one for one in told if one.get("id") == scene.id]
        changed = _scene(scene, mine, removed, edit)
        scenes += [changed] if changed else []
    known = {scene.id for scene in storyboard.scenes}
    for one in told:
        if one.get("id") not in list(known):
            _add_scene(scenes, one, edit)
    return scenes


def _scene(scene: Scene, told: Sequence[Mapping[str, Any]], removed: set[str], edit: _Edit) -> Scene | None:
    """*scene* with what was *told* of it; None when no shot is left."""
    shots = list(scene.shots)
    air: dict[str, Any] = {}
    for one in told:
        for value in map(fields, entries(one, "shots")):
            _take(shots, value, scene.id, edit)
        air |= {name: said for name, closed in _AIR.items() if (said := word(one.get(name), closed, name, edit.mended))}
        air |= {name: text for name in ("title", "setting") if (text := plain(one.get(name), NOUN_MAX))}
    kept = tuple(shot for shot in shots if shot.id not in removed)[:SHOTS_MAX]
    if kept == scene.shots and not air:
        return scene
    return scene.model_copy(update={**air, "shots": kept}) if kept else None


def _add_scene(scenes: list[Scene], told: Mapping[str, Any], edit: _Edit) -> None:
    """Put a new scene behind the one that it names, else at the end."""
    made = scene_of(told, f'scene "{plain(told.get("id"), NOUN_MAX)}"', edit.mended, cast=edit.cast, before="")
    if made is None:
        return
    name = edit.free("s")
    shots = tuple(shot.model_copy(update={"id": edit.free(name)}) for shot in made.shots)
    place = next((index for index, scene in enumerate(scenes, 1) if scene.id == told.get("after")), len(scenes))
    at = 0 if told.get("after") == "" else place
    scenes.insert(at, made.model_copy(update={"id": name, "shots": shots}))


def _take(shots: list[Shot], value: Mapping[str, Any], scene: str, edit: _Edit) -> None:
    """Put the shot of *value* into *shots*: in the place of the one with its id, or as a new one behind another."""
    place = next((index for index, shot in enumerate(shots) if shot.id == value.get("id")), None)
    old = {} if place is None else _shown_shot(shots[place], edit.fps)
    whole = old | {name: part for name, part in value.items() if _is_said(value, name)}
    where = f'shot "{plain(value.get("id"), NOUN_MAX)}"'
    said = shot_of(whole, where, edit.mended, cast=edit.cast, has_place=True, move=Move.PUSH_IN)
    if said is None:
        return
    if place is not None:
        shots[place] = _changed(shots[place], said, value, edit.fps)
        return
    behind = next((index for index, shot in enumerate(shots, 1) if shot.id == value.get("after")), len(shots))
    at = 0 if value.get("after") == "" else behind
    shots.insert(at, said.model_copy(update={"id": edit.free(scene), "frames": _frames(value, edit.fps)}))


def _changed(old: Shot, said: Shot, value: Mapping[str, Any], fps: int) -> Shot:
    """*old* as *said* now: what *value* does not say, and what is not the model's, stays."""
    fixed = {"id", *_NOT_THE_MODELS, *(name for name in Shot.model_fields if not _is_said(value, name))}
    if _without_colours(said.subjects) == _without_colours(old.subjects):
        fixed.add("subjects")
    kept = {name: getattr(old, name) for name in fixed}
    made = said.model_copy(update=kept)
    return made.model_copy(update={"frames": _frames(value, fps) or _length(old, made, fps)})


def _is_said(value: Mapping[str, Any], name: str) -> bool:
    """Whether *value* has something for the field *name* of a shot: null takes a tableau away, and is else nothing."""
    return name in value and (value[name] is not None or name == "tableau")


def _length(old: Shot, new: Shot, fps: int) -> int | None:
    """Frames of a shot for which no length is said: a shorter line takes its share of them, a longer is paced anew."""
    if old.frames is None or new.line == old.line or not new.line:
        return old.frames
    share = len(new.line) / len(old.line) if old.line else 2.0
    return None if share > 1 else min(old.frames, max(math.ceil(SHOT_S_MIN * fps), round(old.frames * share)))


def _without_colours(subjects: Sequence[Subject]) -> list[Subject]:
    """*subjects* as far as a model is told of them."""
    return [one.model_copy(update={"color": None, "phrase": one.phrase or one.noun}) for one in subjects]


def _frames(value: Mapping[str, Any], fps: int) -> int | None:
    seconds = value.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds <= FRAMES_MAX / fps:
        return None
    return max(math.ceil(SHOT_S_MIN * fps), round(seconds * fps))


def _with(schema: dict[str, Any], **properties: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON schemas)
    return _closed(**properties, **schema["properties"])


def _closed(**properties: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON schemas)
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    about = {"description": schema["description"]} if "description" in schema else {}
    inner = {name: value for name, value in schema.items() if name != "description"}
    return {"anyOf": [inner, {"type": "null"}], **about}
