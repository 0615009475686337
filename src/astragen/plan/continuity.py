"""Continuity: what a shot leaves out is its scene's, and who returns looks the same.

`resolve` fills a shot from its scene and dresses its subjects from the character
sheet, so that no later stage has to look anything up. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

from astragen.model.storyboard import Character, Scene, Shot, Storyboard, Subject

PHRASE_MAX = 200  # characters; the limit of `Phrase` in model/storyboard.py


def resolve(shot: Shot, scene: Scene, storyboard: Storyboard) -> Shot:
    """Return *shot* with every field said: nothing is None but `tableau` and `frames`.

    The shot's own word wins over the scene's, and its palette over the film's.
    """
    sheet = {character.id: character for character in storyboard.characters}
    return shot.model_copy(
        update={
            "setting": shot.setting if shot.setting is not None else scene.setting,
            "time_of_day": shot.time_of_day or scene.time_of_day,
            "weather": shot.weather or scene.weather,
            "season": shot.season or scene.season,
            "mood": shot.mood or scene.mood,
            "palette": shot.palette or storyboard.bible.palette,
            "subjects": tuple(_dressed(subject, sheet) for subject in shot.subjects),
        }
    )


def resolved_shots(storyboard: Storyboard) -> tuple[Shot, ...]:
    """Return all shots in film order, each resolved against its own scene."""
    return tuple(resolve(shot, scene, storyboard) for scene in storyboard.scenes for shot in scene.shots)


def _dressed(subject: Subject, sheet: Mapping[str, Character]) -> Subject:
    """Return *subject* with its character's kind, colour and look.

    The kind wins over the subject's noun: a shot may say "hero" or a name, and the
    picture must still show the same fox. The colour said in the shot wins over the sheet.
    """
    if subject.character is None:
        return subject
    character = sheet[subject.character]
    return subject.model_copy(
        update={
            "noun": character.kind or subject.noun,
            "phrase": _phrase(subject, character),
            "color": subject.color or character.color,
        }
    )


def _phrase(subject: Subject, character: Character) -> str:
    """The shot's words, then the look and the props that it does not mention yet, within PHRASE_MAX."""
    said = subject.phrase or subject.noun
    for words in (character.look, *character.props):
        if words and words.casefold() not in said.casefold():
            said = f"{said}, {words}"
    if len(said) <= PHRASE_MAX:
        return said
    return said[:PHRASE_MAX].rpartition(" ")[0].rstrip(" ,") or said[:PHRASE_MAX]
