"""How a language model's answer becomes a storyboard, or a list of faults to send back.

The answer may be any JSON value. What can be mended is: unknown words, counts, lengths,
markup; too many scenes, shots or words; the user's own script. What cannot is a fault. No
answer raises, and none gets past the brief's limits. Pure. Start reading at
`storyboard_from`; what is asked for is `wire_schema`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from astragen.model.brief import Brief
from astragen.model.faults import faults as model_faults
from astragen.model.faults import kind_of
from astragen.model.storyboard import Character, Scene, Storyboard, StyleBible
from astragen.model.vocabulary import Intent, Mood
from astragen.model.written import MENDED_TOLD
from astragen.plan.clean import plain
from astragen.plan.narration import room_in_words, words_for, wrong_language
from astragen.plan.trimming import ends, fitted, most_scenes, most_shots, trimmed, without_repetitions
from astragen.plan.verbatim import restored
from astragen.plan.wire_reading import LOOK_MAX, PHRASE_MAX, character_of, entries, fields, scene_of, word
from astragen.plan.wire_schema import wire_schema as wire_schema  # the other half of the wire form
from astragen.plan.wording import spoken_words

CHARACTERS_MAX: Final = 20  # of a storyboard (model/storyboard.py)
LEAST_SHARE: Final = 0.4  # of the words that fit; a film with fewer has holes
LEAST_SHARE_OF_MOOD: Final = 0.1  # of a mood piece, which may be nearly silent
LONGEST_SHOT_S: Final = 15.0  # seconds; with fewer shots than one in so many the film is a slide
_NEEDED: Final = frozenset(("mood", "style_notes", "characters"))  # that stand before the scenes, and pictures hang on


class WireResult(NamedTuple):
    """What became of an answer: a storyboard, or the faults that a repair turn carries.

    storyboard: None exactly when there are faults.
    faults: each with its path in the JSON, what is wrong and what to do.
    mended: what was clamped, replaced or dropped, likewise.
    """

    storyboard: Storyboard | None
    faults: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


def storyboard_from(answer: object, brief: Brief, *, language: str, script: Sequence[str] | None = None) -> WireResult:
    """The storyboard in *answer*, any JSON value, or its faults.

    *language*: BCP 47 tag that the narration must be in.
    *script*: the sentences that must be spoken, in order; None: with `brief.is_script` the
    prompt as it stands, else the model's own narration.

    The storyboard keeps the brief's number of scenes, has no more shots and words than
    its seconds hold, and has the brief's style; ids are s1, s1-1, ...
    """
    if script is None and brief.is_script:
        script = (brief.prompt,)
    root, mended = _root(answer), list[str]()
    cast = _cast(root, mended)
    scenes = _scenes(root, brief, cast, mended)
    if not scenes:
        return WireResult(None, (_nothing(answer, root),), _some(mended))
    if script is not None:
        scenes = restored(fitted(scenes, brief, mended), script, language, mended)
    else:
        scenes = trimmed(fitted(without_repetitions(scenes, mended), brief, mended), brief, language, mended)
    intent = word(root.get("intent"), Intent, "intent", mended) or Intent.STORY
    found = _faults(scenes, brief, intent) + ([] if script is not None else _said(scenes, brief, intent, language))
    if found:
        return WireResult(None, tuple(found), _some(mended))
    return _whole(root, brief, intent, language, cast, scenes, mended)


def unfinished(answer: object, brief: Brief, *, language: str) -> Storyboard | None:
    """The storyboard of an *answer* that goes on: what stands before its scenes, and those of them that are whole.

    None where the end may still change every shot: pictures hang on something that is not there yet,
    nothing is shown, or there is more than the film has time for. Else these scenes have the ids and
    pictures that `storyboard_from` will give them, unless more shots follow than fit, or fewer scenes
    than were asked for; it may shorten or drop lines, and leave out characters that nobody meets. A
    script's lines may be dealt anew, and divide shots.
    """
    root, mended = _root(answer), list[str]()
    if not root.keys() >= _NEEDED:
        return None
    cast = _cast(root, mended)
    found = without_repetitions(_scenes(root, brief, cast, mended), mended)[: most_scenes(brief)]
    if not found or sum(len(scene.shots) for scene in found) > most_shots(brief):
        return None
    intent = word(root.get("intent"), Intent, "intent", mended) or Intent.STORY
    storyboard = _whole(root, brief, intent, language, cast, found, mended).storyboard
    return storyboard and storyboard.model_copy(update={"characters": tuple(cast)})


def all_mended(acts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """What was mended in the answers for the *acts* of a film, in order, each with its act where there are several."""
    if len(acts) == 1:
        return tuple(acts[0])
    return _some([f"act {number}: {one}" for number, mended in enumerate(acts, 1) for one in mended])


def numbered(scenes: Sequence[Scene]) -> tuple[Scene, ...]:
    """*scenes* with the ids s1, s2, ... and their shots s1-1, s1-2, ..."""
    return tuple(
        scene.model_copy(
            update={
                "id": f"s{number}",
                "shots": tuple(
                    shot.model_copy(update={"id": f"s{number}-{position}"})
                    for position, shot in enumerate(scene.shots, 1)
                ),
            }
        )
        for number, scene in enumerate(scenes, 1)
    )


# --- reading the answer -----------------------------------------------------


def _root(answer: object) -> dict[str, Any]:
    """The object with the scenes; models without a schema wrap it, or write the list of scenes alone."""
    if isinstance(answer, list):
        return {"scenes": answer}
    if not isinstance(answer, dict):
        return {}
    inner = [one for one in answer.values() if isinstance(one, dict) and "scenes" in one]
    if "scenes" in answer or not inner:
        return {**answer, "scenes": entries(answer, "scenes") or entries(answer, "shots")}
    return inner[0]


def _cast(root: dict[str, Any], mended: list[str]) -> list[Character]:
    values = entries(root, "characters")
    read = [
        character_of(value, number, f"characters[{number - 1}]", mended)
        for number, value in enumerate(values[:CHARACTERS_MAX], 1)
    ]
    by_name = {one.name.casefold(): one for one in reversed(read) if one is not None}
    if len(by_name) < len(values):
        mended.append(f"characters: {len(values)} characters; {len(by_name)} are kept")
    return sorted(by_name.values(), key=lambda one: int(one.id[1:]))


def _scenes(root: dict[str, Any], brief: Brief, cast: Sequence[Character], mended: list[str]) -> list[Scene]:
    """The scenes of the answer; of far too many only as many are read as the film may have, and the last."""
    values = [value for value in entries(root, "scenes") if fields(value)]
    read = ends(values, most_scenes(brief) * 2)
    if len(read) < len(values):
        mended.append(f"scenes: {len(values)} scenes; {len(read)} are read")
    found: list[Scene] = []
    for index in read:
        before = found[-1].setting if found else ""
        scene = scene_of(values[index], f"scenes[{index}]", mended, cast=cast, before=before)
        if scene is None:
            mended.append(f"scenes[{index}]: is empty; dropped")
        else:
            found.append(scene)
    return found


# --- faults -----------------------------------------------------------------


def _nothing(answer: object, root: dict[str, Any]) -> str:
    if not isinstance(answer, (dict, list)):
        return f"the whole: is {kind_of(answer)}; it must be one JSON object with `scenes`"
    if not entries(root, "scenes"):
        return "scenes: is missing or empty; write at least one scene with shots"
    return "scenes: no shot shows or says anything; give every shot subjects or a tableau, and a line"


def _faults(scenes: Sequence[Scene], brief: Brief, intent: Intent) -> list[str]:
    shots = [shot for scene in scenes for shot in scene.shots]
    found: list[str] = []
    shows = any(shot.subjects or shot.tableau or shot.setting or shot.action for shot in shots)
    if not shows and intent is not Intent.MOOD:
        found.append("scenes: no shot has anything to see; give every shot subjects or a tableau")
    if isinstance(brief.scenes, int) and len(scenes) < brief.scenes:
        found.append(f"scenes: {len(scenes)} scenes; write exactly {brief.scenes}, each with a shot at least")
    least = int(brief.seconds / LONGEST_SHOT_S)
    if len(shots) < least:
        found.append(f"scenes: {len(shots)} shots for {brief.seconds:g} s; write from {least} to {most_shots(brief)}")
    return found


def _said(scenes: Sequence[Scene], brief: Brief, intent: Intent, language: str) -> list[str]:
    """What is wrong with the narration."""
    text = " ".join(shot.line for scene in scenes for shot in scene.shots if shot.line)
    room = words_for(brief.seconds)
    most = room_in_words(room, language)
    if not text:
        return [f"scenes: no shot has a `line`; write the narration, about {most} in all"] if brief.narration else []
    found = []
    wrong = wrong_language(text, language)
    if wrong:
        found.append(f"scenes[*].shots[*].line: the narration {wrong}")
    share = LEAST_SHARE_OF_MOOD if intent is Intent.MOOD else LEAST_SHARE
    said = spoken_words(text, language)
    if brief.narration and said < share * room:
        here = room_in_words(said, language)
        found.append(f"scenes[*].shots[*].line: the narration has {here}; {brief.seconds:g} s hold {most}: write more")
    return found


def _whole(
    root: dict[str, Any],
    brief: Brief,
    intent: Intent,
    language: str,
    cast: Sequence[Character],
    scenes: Sequence[Scene],
    mended: list[str],
) -> WireResult:
    mood = word(root.get("mood"), Mood, "mood", mended) or scenes[0].mood
    named = {subject.character for scene in scenes for shot in scene.shots for subject in shot.subjects}
    try:
        storyboard = Storyboard(
            title=plain(root.get("title"), PHRASE_MAX) or plain(brief.prompt, 60),
            logline=plain(root.get("logline"), LOOK_MAX),
            language=language,
            intent=intent,
            mood=mood,
            bible=StyleBible(
                style=brief.style, palette=_palettes()[mood], notes=plain(root.get("style_notes"), LOOK_MAX)
            ),
            characters=tuple(one for one in cast if one.id in named),
            scenes=numbered(scenes),
        )
    except ValidationError as error:  # a limit of the models that the reading above does not know of
        return WireResult(None, tuple(model_faults(error, Storyboard)), _some(mended))
    return WireResult(storyboard, (), _some(mended))


def _some(mended: Sequence[str]) -> tuple[str, ...]:
    rest = len(mended) - MENDED_TOLD
    return tuple(mended) if rest <= 0 else (*mended[:MENDED_TOLD], f"and {rest} more")


@cache
def _palettes() -> dict[Mood, tuple[str, ...]]:
    """The colours of each mood: the built-in writer's."""
    path = resources.files("astragen") / "data" / "writer" / "looks.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["palettes"]
    return {Mood(name): tuple(colours) for name, colours in rows.items()}
