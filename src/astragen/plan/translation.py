"""A storyboard's words in another language: what a translator is shown, and what becomes of the answer.

Lines, titles and the words in diagrams are translated; ids, seeds, places, subjects and everything
else that pictures are made of stay, so that their takes are used again. Lengths of shots with a line
go, as another language paces them anew. Pure. Start reading at `translated`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from pydantic import ValidationError

from astragen.model.base import content_hash
from astragen.model.faults import faults
from astragen.model.storyboard import Scene, Shot, Storyboard, Tableau
from astragen.model.vocabulary import Layout
from astragen.plan.clean import plain, speech
from astragen.plan.narration import language_name, room_in_words, words_for, wrong_language
from astragen.plan.prompts import fence_mark
from astragen.plan.wire import WireResult
from astragen.plan.wire_reading import entries, fields
from astragen.plan.wording import spoken_words

LINE_SHARE, LINE_MORE = 1.5, 3.0  # a line may take so much longer to say than it did, and so many words
FILM_SHARE: Final = 1.3  # and all of them together; the film may be as full as its seconds hold
LINE_MAX, PHRASE_MAX = 2_000, 200  # characters (model/storyboard.py)
PICTURED: Final = (Layout.BREAK, Layout.EMBLEM)  # whose items say what is drawn, and are not written


def system_words(language: str) -> str:
    """What a translator into *language* (BCP 47) is told of its task."""
    return _rows()["system"].replace("{language}", language_name(language))


def user_words(storyboard: Storyboard, language: str) -> str:
    """The words of *storyboard* between marks that they cannot forge, and what to do with them."""
    words = shown(storyboard, language)
    filled = _rows()["user"].replace("{language}", language_name(language)).replace("{mark}", fence_mark(words))
    return filled.replace("{words}", words)


def translation_version() -> str:
    """Changes with what translators are told."""
    return content_hash(json.dumps(dict(_rows()), sort_keys=True))[:12]


def shown(storyboard: Storyboard, language: str) -> str:
    """The words of *storyboard* as JSON, in the form of the answer, and the room for each line in *language*."""
    document = {
        "title": storyboard.title,
        "scenes": [{"id": scene.id, "title": scene.title} for scene in storyboard.scenes],
        "shots": [
            {
                "id": shot.id,
                **({"room": room_in_words(_room(shot, storyboard.language), language)} if shot.line else {}),
                "line": shot.line,
                "title": shot.title,
                "labels": list(_labels(shot.tableau)),
            }
            for shot in storyboard.shots
        ],
    }
    return json.dumps(document, ensure_ascii=False)


def translation_schema() -> dict[str, Any]:
    """The JSON schema of an answer, in the subset that all vendors take."""
    text = {"type": "string"}
    return _closed(
        title=text,
        scenes=_list(_closed(id=text, title=text)),
        shots=_list(_closed(id=text, line=text, title=text, labels=_list(text))),
    )


def translated(storyboard: Storyboard, answer: object, language: str, *, seconds: float) -> WireResult:
    """*storyboard* with the words of *answer*, any JSON value, in *language*; or the answer's faults.

    *seconds*: of the film, for how much can be said in it.
    """
    said = fields(answer)
    told = {str(one.get("id")): one for one in map(fields, entries(said, "shots"))}
    found = [*_ids(storyboard, said), *(fault for shot in storyboard.shots for fault in _of_shot(shot, told))]
    if found:
        return WireResult(None, tuple(found))
    made = _with_words(storyboard, said, told, language)
    found = _of_words(storyboard, made, seconds)
    if found:
        return WireResult(None, tuple(found))
    try:
        return WireResult(Storyboard.model_validate(made.model_dump()))
    except ValidationError as error:
        return WireResult(None, tuple(faults(error, Storyboard)))


# --- faults -----------------------------------------------------------------


def _ids(storyboard: Storyboard, said: Mapping[str, Any]) -> Iterator[str]:
    """Shots that are missing, unknown, or there twice."""
    known = [shot.id for shot in storyboard.shots]
    given = [str(fields(one).get("id")) for one in entries(said, "shots")]
    missing = [one for one in known if one not in given]
    if missing:
        yield f"shots: {', '.join(missing)} missing; translate every shot, each once"
    for index, one in enumerate(given):
        if one not in known:
            yield f'shots[{index}].id: "{plain(one, 40)}" is no shot of the film; keep the ids'
        elif one in given[:index]:
            yield f'shots[{index}].id: "{one}" is there twice; translate every shot once'


def _of_shot(shot: Shot, told: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What of the words of *shot* is not there, or too many."""
    one = told.get(shot.id)
    if one is None:
        return
    if shot.line and not speech(one.get("line"), LINE_MAX):
        yield f'shots "{shot.id}".line: is empty; it translates "{plain(shot.line, 60)}"'
    if shot.title and not plain(one.get("title"), PHRASE_MAX):
        yield f'shots "{shot.id}".title: is empty; it translates "{plain(shot.title, 60)}"'
    wanted, given = len(list(_labels(shot.tableau))), [plain(label, PHRASE_MAX) for label in _texts(one)]
    if len(given) != wanted or not all(given):
        count = len([label for label in given if label])
        yield f'shots "{shot.id}".labels: {count} labels; give {wanted}, none empty, in the same order'


def _of_words(before: Storyboard, after: Storyboard, seconds: float) -> list[str]:
    """Lines in other letters or too long, and a film that is."""
    language, found = after.language, list[str]()
    for old, new in zip(before.shots, after.shots, strict=True):
        wrong = wrong_language(new.line, language)
        if wrong:
            found.append(f'shots "{new.id}".line: {wrong}')
        most, takes = _room(old, before.language), spoken_words(new.line, language)
        if takes > most:
            here, room = (room_in_words(words, language) for words in (takes, most))
            found.append(f'shots "{new.id}".line: takes as long to say as {here}; at most {room} fit: say it shorter')
    wrong = wrong_language(" ".join(shot.line for shot in after.shots), language)
    if wrong and not found:
        found.append(f"shots[*].line: the narration {wrong}")
    was, now = (sum(spoken_words(shot.line, board.language) for shot in board.shots) for board in (before, after))
    most = max(FILM_SHARE * was, words_for(seconds)) + LINE_MORE
    if now > most and not found:
        here, room = (room_in_words(words, language) for words in (now, most))
        found.append(f"shots[*].line: all lines together have {here}; the film holds {room}: say them shorter")
    return found


def _room(shot: Shot, language: str) -> float:
    """The spoken words that a translation of the line of *shot* may have."""
    return LINE_SHARE * spoken_words(shot.line, language) + LINE_MORE


# --- words ------------------------------------------------------------------


def _with_words(
    storyboard: Storyboard, said: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]], language: str
) -> Storyboard:
    titles = {str(one.get("id")): one.get("title") for one in map(fields, entries(said, "scenes"))}
    bible = storyboard.bible.model_copy(update={"language": storyboard.bible.language or storyboard.language})
    return storyboard.model_copy(
        update={
            "title": plain(said.get("title"), PHRASE_MAX) or storyboard.title,
            "language": language,
            "bible": bible,
            "speech_rate": None,
            "scenes": tuple(_scene(scene, titles.get(scene.id), told) for scene in storyboard.scenes),
        }
    )


def _scene(scene: Scene, title: object, told: Mapping[str, Mapping[str, Any]]) -> Scene:
    shots = tuple(_shot(shot, told[shot.id]) for shot in scene.shots)
    return scene.model_copy(update={"title": scene.title and (plain(title, PHRASE_MAX) or scene.title), "shots": shots})


def _shot(shot: Shot, told: Mapping[str, Any]) -> Shot:
    return shot.model_copy(
        update={
            "line": shot.line and speech(told.get("line"), LINE_MAX),
            "title": shot.title and plain(told.get("title"), PHRASE_MAX),
            "tableau": shot.tableau and _tableau(shot.tableau, [plain(one, PHRASE_MAX) for one in _texts(told)]),
            "frames": None if shot.line else shot.frames,
        }
    )


def _labels(tableau: Tableau | None) -> Iterator[str]:
    """The words that are written in a diagram, in the order of an answer's labels."""
    if tableau is None:
        return
    items = () if tableau.layout in PICTURED else tableau.items
    yield from (text for text in (tableau.title, *items, *tableau.messages, tableau.unit) if text)


def _tableau(tableau: Tableau, labels: list[str]) -> Tableau:
    """*tableau* with *labels*, as many as `_labels` gave; coloured words are those that the title still has."""
    left = iter(labels)

    def of(text: str) -> str:
        return next(left) if text else ""

    title = of(tableau.title)
    items = tableau.items if tableau.layout in PICTURED else tuple(of(item) for item in tableau.items)
    messages = tuple(of(message) for message in tableau.messages)
    kept = tuple(word for word in tableau.emphasis if word.casefold() in title.casefold())
    changes = {"title": title, "items": items, "messages": messages, "unit": of(tableau.unit), "emphasis": kept}
    return tableau.model_copy(update=changes)


def _texts(told: Mapping[str, Any]) -> list[object]:
    labels = told.get("labels")
    return labels if isinstance(labels, list) else []


def _closed(**properties: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON schemas)
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


@cache
def _rows() -> Mapping[str, str]:
    path = resources.files("astragen") / "data" / "prompts" / "translation.json"
    rows: Mapping[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return rows
