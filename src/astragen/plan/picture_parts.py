"""The parts of a picture prompt: what a shot shows, each piece with its rank.

What the scene, the style bible and the character sheet say is worded the same way in every
shot, so that places, light and people stay themselves: an image model remembers nothing.
Free words are made harmless first. Pure. Start at `shot_parts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from astragen.model.capability import ArtistCapability
from astragen.model.storyboard import Character, Scene, Shot, Storyboard, Subject
from astragen.model.vocabulary import Weather
from astragen.plan.continuity import resolve
from astragen.plan.picture_fit import Part
from astragen.plan.picture_motion import motion_words
from astragen.plan.picture_words import (
    Style,
    camera_words,
    colour_name,
    doing,
    in_list,
    is_foreign,
    is_indoors,
    is_person,
    listed,
    names_a_colour,
    place_words,
    plural,
    style_words,
    table,
)
from astragen.plan.plain_words import plain

PALETTE_MAX = 4  # colours named; our judgement: long lists of colours become swatches in the picture
OPENING, CLOSING = "«", "»"  # around words that are not English; straight quotes ask for lettering


class View(NamedTuple):
    """A shot with all that its words depend on.

    shot: resolved against its scene, its subjects as the storyboard has them.
    reads: primary subtags of the languages besides English that the artist reads.
    """

    shot: Shot
    sheet: Mapping[str, Character]
    style: Style
    notes: str
    language: str
    reads: frozenset[str]

    def said(self, text: str) -> str:
        """*text* made harmless, and between marks when it is in a language that the artist does not read."""
        words = plain(text)
        if _primary(self.language) in self.reads or not is_foreign(words, self.language):
            return words
        return f"{OPENING}{words}{CLOSING}"

    @property
    def has_people(self) -> bool:
        """Whether a person is in the shot, as far as the nouns tell."""
        return any(is_person(self.kind(subject)) for subject in self.subjects)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The shot's subjects without those that only name the place again."""
        place = (self.shot.setting or "").casefold()
        return tuple(
            subject
            for subject in self.shot.subjects
            if subject.phrase or subject.character or subject.noun.casefold() != place
        )

    def kind(self, subject: Subject) -> str:
        """What *subject* is; its character's kind wins, as it does for the painter."""
        character = self.sheet.get(subject.character or "")
        return (character.kind if character else "") or subject.noun


def view_of(shot: Shot, storyboard: Storyboard, artist: ArtistCapability) -> View:
    """Return *shot* of *storyboard* as *artist* is to be told of it.

    Raises:
        ValueError: the storyboard has no such shot.
    """
    language = storyboard.bible.language or storyboard.language
    resolved = resolve(shot, _scene_of(shot, storyboard), storyboard)
    return View(
        shot=resolved.model_copy(update={"subjects": shot.subjects}),
        sheet={character.id: character for character in storyboard.characters},
        style=style_words(storyboard.bible.style),
        notes=storyboard.bible.notes,
        language=language,
        reads=(frozenset(artist.languages) or frozenset({_primary(language)})) - {"en"},
    )


def shot_parts(view: View, wording: str, seconds: float | None) -> tuple[Part, ...]:
    """The parts of the prompt in the order of their words; *seconds*: of a clip, None for a picture.

    Tags are short, and the subject comes before the camera: CLIP reads 77 tokens, and weighs the first most.
    """
    medium = Part("medium", view.said(view.style.medium), "camera")
    camera, subjects, place = tuple(_camera(view, seconds)), tuple(_subjects(view)), tuple(_place(view))
    if wording == "tags":
        short = (part._replace(text=part.text.split(",")[0]) for part in camera)
        return (medium._replace(sentence="medium"), *subjects, *place, *short, *_tone(view), *_finish(view))
    return (medium, *camera, *subjects, *place, *_tone(view), *_finish(view))


def free_words(view: View) -> Iterator[str]:
    """Every text of the storyboard that the prompt may carry."""
    shot = view.shot
    yield from (shot.setting or "", shot.action, view.notes)
    for subject in shot.subjects:
        yield from (subject.noun, subject.phrase, subject.action)
        if subject.character is not None:
            yield view.sheet[subject.character].look
            yield from view.sheet[subject.character].props
    if shot.tableau is not None:
        yield from (shot.tableau.title, *shot.tableau.items)


def _primary(language: str) -> str:
    return language.split("-")[0].lower()


def _scene_of(shot: Shot, storyboard: Storyboard) -> Scene:
    for scene in storyboard.scenes:
        if any(one.id == shot.id for one in scene.shots):
            return scene
    raise ValueError(f'the storyboard has no shot "{shot.id}"')


def _camera(view: View, seconds: float | None) -> Iterator[Part]:
    shot = view.shot
    if shot.tableau is None:
        sizes = "size" if view.subjects else "size_without_subject"
        yield Part("size", camera_words(sizes, shot.size.value), "camera")
        yield Part("angle", camera_words("angle", shot.angle.value), "camera")
        yield Part("lens", table("prompts/camera")["lens"][view.style.lens][shot.lens.value], "camera")
    if seconds is not None:
        yield Part("motion", motion_words(shot, seconds), "motion")


def _subjects(view: View) -> Iterator[Part]:
    tableau = view.shot.tableau
    if tableau is not None:
        shown = [view.said(item) for item in tableau.items] or [view.said(tableau.title)]
        layout = camera_words("layout", tableau.layout.value)
        yield Part("subject", f"{layout}, {in_list(shown)}", "tableau", about="the diagram", short=layout)
        return
    for number, subject in enumerate(view.subjects):
        yield from _subject(view, subject, f"subject {number}")
    yield Part("action", _happening(view), "action")


def _subject(view: View, subject: Subject, sentence: str) -> Iterator[Part]:
    kind = view.said(view.kind(subject))
    character = view.sheet.get(subject.character or "")
    core, look = _core(view, subject, character)
    described = f"{core}, {look}"
    yield Part("subject", core, sentence, about=kind, short=_counted(kind, subject.count))
    yield Part("look", look, sentence, about=kind)
    colour = subject.color or (character.color if character else None)
    if colour and view.style.coloured and not names_a_colour(described):
        yield Part("colour", f"mostly {colour_name(colour)}", sentence, about=kind)
    props = [view.said(prop) for prop in (character.props if character else ())]
    unsaid = [prop for prop in props if prop and not _mentions(described, prop)]
    if unsaid:
        yield Part("props", f"with {in_list(unsaid)}", sentence, about=kind)
    if subject.action:
        who = _counted(kind, subject.count)
        yield Part("action", doing(view.said(_unnamed(subject.action, view))), sentence, about=who)
    if subject.placement is not None and kind.casefold() != (view.shot.setting or "").casefold():
        yield Part("placement", camera_words("placement", subject.placement.value), sentence, about=kind)


def _core(view: View, subject: Subject, character: Character | None) -> tuple[str, str]:
    """Who *subject* is, and the look that this does not say yet; the look word for word."""
    kind = view.said(view.kind(subject))
    phrase = view.said(_unnamed(subject.phrase, view))
    is_bare = not phrase or phrase.casefold() in (kind.casefold(), f"the {kind}".casefold())
    core = _counted(kind, subject.count) if is_bare else phrase
    look = view.said(character.look) if character else ""
    if not look or _mentions(core, look):
        return core, ""
    if _mentions(look, core) or (is_bare and _mentions(look, kind)):
        return look, ""
    return core, look


def _happening(view: View) -> str:
    """What happens in the shot; nothing, when it only says again what a subject does ("keeper: stand")."""
    action = view.shot.action
    if any(action.casefold().startswith(f"{subject.noun}:".casefold()) for subject in view.shot.subjects):
        return ""
    return view.said(_unnamed(action, view)) if action else ""


def _place(view: View) -> Iterator[Part]:
    shot = view.shot
    setting = shot.setting or ""
    words = set(re.findall(r"\w+", setting.casefold()))
    assert shot.time_of_day is not None  # resolved
    assert shot.weather is not None
    assert shot.season is not None
    indoors = is_indoors(setting)
    if shot.tableau is not None:
        return
    yield Part("place", view.said(place_words(setting)), "place")
    if words.isdisjoint(listed("timeless")):
        veil = "open" if shot.weather is Weather.CLEAR else "veiled"
        light = table("prompts/camera")["time_of_day"][shot.time_of_day.value][veil]
        yield Part("light", camera_words("indoor_time", shot.time_of_day.value) if indoors else light, "place")
    if words.isdisjoint(listed("airless")):
        yield Part("weather", camera_words("indoor_weather" if indoors else "weather", shot.weather.value), "place")
        yield Part("season", "" if indoors else camera_words("season", shot.season.value), "place")


def _tone(view: View) -> Iterator[Part]:
    shot = view.shot
    assert shot.mood is not None  # resolved
    yield Part("mood", camera_words("mood", shot.mood.value), "tone")
    colours = list(dict.fromkeys(colour_name(colour) for colour in shot.palette))[:PALETTE_MAX]
    if colours and view.style.coloured:
        yield Part("palette", f"colours of {in_list(colours)}", "tone")
    yield Part("style details", view.style.details, "tone")
    if view.notes:
        yield Part("notes", view.said(view.notes), "tone")


def _finish(view: View) -> Iterator[Part]:
    words = table("prompts/camera")
    clean = f"{words['clean']}, {words['clean_people']}" if view.has_people else words["clean"]
    yield Part("clean", clean, "finish")
    if view.shot.title:
        yield Part("title room", words["title_room"], "finish")


def _counted(kind: str, count: int) -> str:
    return f"{listed('numbers')[count - 1]} {plural(kind)}" if count > 1 and kind.isascii() else kind


def _mentions(text: str, words: str) -> bool:
    """Whether *words* stand in *text* as whole words."""
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE))


def _unnamed(text: str, view: View) -> str:
    """*text* with the names of characters as what they are: a model does not know "Mara".

    A kind that two characters share would say the wrong one; their names stay.
    """
    kinds = [character.kind.casefold() for character in view.sheet.values()]
    for character in view.sheet.values():
        name, kind = character.name, character.kind
        if name and kind and name.casefold() != kind.casefold() and kinds.count(kind.casefold()) == 1:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _, kind=kind: f"the {kind}", text)  # type: ignore[misc]
    return text
