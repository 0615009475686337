"""A screenplay as a storyboard: its scenes, its shots, and who says what.

A heading opens a scene; what happens becomes shots of what it names; what is said becomes the
line of a shot of the speaker. Nothing is added. What does not fit the storyboard's limits is put
together, and only what then still does not is left out. Pure. Start reading at `storyboard_of`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

from astragen.model.storyboard import Character, Scene, Shot, Storyboard, Subject
from astragen.model.vocabulary import Intent, Move, Placement, ShotSize, TimeOfDay, TransitionKind, Weather
from astragen.plan.fountain import Element, Kind, read
from astragen.plan.pacing import LEAD_IN_S, MAX_SHOT_S, MIN_SHOT_S, TAIL_S, WORDLESS_S
from astragen.plan.wording import nouns_in, spoken_words, stem, table, words

SCENES, SHOTS, CHARACTERS, SUBJECTS = 40, 80, 20, 4  # the storyboard's limits; a shot of more subjects is a crowd
PHRASE, LINE, LOOK = 200, 2_000, 600  # characters, likewise
LINE_WORDS = 22.0  # spoken over one shot: what MAX_SHOT_S holds at 2.45 words a second
AIR = 1.08  # the film's length over what its lines need, so that no line is hurried
VOICE_WORDS_PER_S = LINE_WORDS / MAX_SHOT_S


@dataclass
class _Place:
    """A scene while it is being read."""

    title: str
    setting: str
    time: TimeOfDay
    weather: Weather
    shots: list[dict[str, Any]] = field(default_factory=list)


def storyboard_of(text: str, *, language: str = "en", title: str = "") -> Storyboard:
    """The storyboard of the screenplay *text*; any text gives one.

    title: of the film when the text has no title page.
    """
    script = read(text)
    cast = _cast(script.elements, language)
    places = list(_split(_places(script.elements, cast, language)))
    name = script.title or title or (places[0].title if places else "") or "Untitled"
    scenes = tuple(_scene(number, group) for number, group in enumerate(_grouped(places), 1))
    return Storyboard(
        title=name[:PHRASE],
        logline=_cut(next((one.text for one in script.elements if one.kind is Kind.ACTION), ""), LOOK),
        language=language,
        intent=Intent.STORY,
        characters=tuple(cast.values()),
        scenes=scenes or (Scene(id="s1", setting="room", shots=(Shot(id="s1-1", title=name[:PHRASE]),)),),
    )


def natural_seconds(storyboard: Storyboard) -> float:
    """How long a film of *storyboard* is when nobody hurries: its lines with air, 5 to 600 s."""
    said = [spoken_words(shot.line, storyboard.language) / VOICE_WORDS_PER_S for shot in storyboard.shots]
    total = sum(max(MIN_SHOT_S, LEAD_IN_S + one + TAIL_S) if one else WORDLESS_S for one in said)
    return float(min(600, max(5, round(AIR * total))))


# --- who speaks ----------------------------------------------------------------


def _cast(elements: Sequence[Element], language: str) -> dict[str, Character]:
    """Name as in the script -> character, for the twenty who speak most, in the order in which they first do."""
    counts = Counter(one.name for one in elements if one.kind is Kind.DIALOGUE and one.name)
    chosen = {name for name, _ in counts.most_common(CHARACTERS)}
    actions = [one.text for one in elements if one.kind is Kind.ACTION]
    cast: dict[str, Character] = {}
    for name in counts:
        if name in chosen:
            about = next((text for text in actions if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)), "")
            cast[name] = _character(name, about, {one.id for one in cast.values()})
    return cast


def _character(name: str, about: str, taken: set[str]) -> Character:
    """*name* as a character; *about* is the first that is told of them: "MARA (30s), a lighthouse keeper, waits."."""
    start = about.lower().find(name.lower())
    intro = re.split(r"[.;!?]", about[start + len(name) :], maxsplit=1)[0] if start >= 0 else ""
    told = re.match(r"\s*(?:\([^)]*\)\s*)?(?:,\s*[^,]+)?", intro)
    look = " ".join((told[0] if told else "").replace("(", "").replace(")", "").split()).strip(" ,")
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30] or "voice"
    own = next(one for one in (plain, *(f"{plain}-{number}" for number in range(2, 99))) if one not in taken)
    return Character(id=own, name=name.title()[:PHRASE], kind=_kind(name, look, about[start:]), look=_cut(look, LOOK))


def _kind(name: str, look: str, about: str) -> str:
    """What somebody is: as the name or the introduction says, else by the pronoun."""
    living = set(table("screenplay")["kinds"].split())
    for text in (name, look):
        found = [noun for noun, kind, _ in nouns_in(text) if kind in living]
        if found:
            return found[-1]
    said = words(about)
    if set(said) & set(table("screenplay")["she"].split()):
        return "woman"
    return "man" if set(said) & set(table("screenplay")["he"].split()) else "person"


# --- where, and what is seen ----------------------------------------------------


def _places(elements: Sequence[Element], cast: Mapping[str, Character], language: str) -> Iterator[_Place]:
    """The scenes as the script has them, with their shots as fields that are still to be numbered."""
    place = _Place("", "room", TimeOfDay.DAY, Weather.CLEAR)
    joint: TransitionKind | None = None
    turn = 0
    for one in elements:
        if one.kind is Kind.HEADING:
            yield from [place] if place.shots else []
            place = _opened(one, place)
            continue
        if one.kind is Kind.TRANSITION:
            joint = _listed("transitions", one.text, TransitionKind)
            continue
        said = one.kind is Kind.DIALOGUE
        place.weather = place.weather if said else _listed("weather", one.text, Weather) or place.weather
        for piece in _pieces(one, language):
            shot = _talk(one.name, piece, cast) if said else _happening(piece, cast)
            if shot is None:
                continue
            usual = TransitionKind.CUT if place.shots else TransitionKind.DISSOLVE
            follows = joint or usual if turn else TransitionKind.CUT
            place.shots.append({**_seen(piece, place, turn, said=said), **shot, "transition": follows})
            joint, turn = None, turn + 1
    yield from [place] if place.shots else []


def _pieces(one: Element, language: str) -> list[str]:
    """What one shot takes at a time: an action whole, speech as far as LINE_WORDS go."""
    if one.kind is Kind.ACTION:
        return [one.text] if one.text else []
    pieces: list[str] = []
    for part in _parts(one.text, language):
        whole = f"{pieces[-1]} {part}" if pieces else part
        if pieces and spoken_words(whole, language) <= LINE_WORDS and len(whole) <= LINE:
            pieces[-1] = whole
        else:
            pieces.append(part)
    return [piece for piece in pieces if piece.strip()]


def _parts(text: str, language: str) -> Iterator[str]:
    """The sentences of *text*; those too long for a shot cut at commas, and anything too long for a line anywhere."""
    for sentence in re.split(r"(?<=[.!?…])\s+|(?<=[。！？])", text):
        is_long = spoken_words(sentence, language) > LINE_WORDS
        for part in re.split(r"(?<=[,;:—])\s+|(?<=[，、；])", sentence) if is_long else [sentence]:
            yield from (part[start : start + LINE] for start in range(0, len(part), LINE))


def _opened(heading: Element, before: _Place) -> _Place:
    """The scene under "INT. LIGHTHOUSE - KITCHEN - NIGHT"; LATER and the like stay in the hour of the one before."""
    parts = [part.strip() for part in re.split(r"\s+[-–—]+\s+|\s*[–—]\s*|,\s+", heading.text) if part.strip()]
    time = next((found for part in reversed(parts) if (found := _listed("times", part, TimeOfDay))), None)
    dated = [part for part in parts if _listed("times", part, TimeOfDay) or _has(part, table("screenplay")["later"])]
    where = [part.lower() for part in parts if part not in dated[-1:]] or [heading.text.lower()]
    setting = re.sub(r"['’]s?\b", "", " ".join(where))
    inside = table("screenplay")["inside"]
    setting = inside.get(where[-1], setting) if heading.name == "INT" else setting
    weather = _listed("weather", heading.text, Weather) or (Weather.CLEAR if time else before.weather)
    return _Place(_cut(" ".join(where).capitalize(), PHRASE), _cut(setting, PHRASE), time or before.time, weather)


def _talk(name: str, line: str, cast: Mapping[str, Character]) -> dict[str, Any]:
    who = cast.get(name)
    subjects = (Subject(noun=who.kind, character=who.id, action="talk", placement=_side(who, cast)),) if who else ()
    speaker = who.id if who and who.name.casefold() != "narrator" else None
    return {"line": line, "subjects": subjects, "speaker": speaker}


def _happening(text: str, cast: Mapping[str, Character]) -> dict[str, Any] | None:
    """What is seen when *text* happens; None for a bare camera direction."""
    if not any(character.isalnum() for character in text):
        return None
    low = f" {' '.join(words(text))} "
    present = [one for name, one in cast.items() if f" {' '.join(words(name))} " in low]
    verb = _action(text)
    subjects = [
        Subject(noun=one.kind, character=one.id, action="" if index else verb, placement=_side(one, cast))
        for index, one in enumerate(present[:SUBJECTS])
    ]
    kinds = {word for one in present for word in (one.kind, *words(one.look))}
    kinds |= {word for name in cast for word in words(name)}
    unseen = set(table("screenplay")["not_seen"].split())
    for noun, kind, count in nouns_in(text):
        if kind not in unseen and noun not in kinds and len(subjects) < SUBJECTS:
            subjects.append(Subject(noun=noun, count=count))
            kinds.add(noun)
    return {"action": _cut(text, PHRASE), "subjects": tuple(subjects)}


def _seen(text: str, place: _Place, turn: int, *, said: bool) -> dict[str, Any]:
    """Size and move: as the text directs, else in turn; a scene opens wide, and no neighbours are alike."""
    last = place.shots[-1] if place.shots else {}
    rows = table("screenplay")
    sizes = [ShotSize(one) for one in rows["talk_sizes" if said else "action_sizes"].split()]
    moves = [Move(one) for one in rows["moves_in_turn"].split()]
    size = None if said else _directed("sizes", text, ShotSize)
    move = None if said else _directed("moves", text, Move)
    size = size or (ShotSize.WIDE if not last else next(one for one in _from(sizes, turn) if one is not last["size"]))
    move = move or next(one for one in _from(moves, turn) if one is not last.get("move"))
    return {"size": size, "move": move}


def _from(options: Sequence[Any], start: int) -> Iterator[Any]:
    return (options[(start + step) % len(options)] for step in range(len(options)))


def _side(who: Character, cast: Mapping[str, Character]) -> Placement:
    """The side of the frame that *who* keeps through the film."""
    index = [one.id for one in cast.values()].index(who.id)
    return (Placement.LEFT, Placement.RIGHT)[index % 2]


# --- words ----------------------------------------------------------------------


def _has(text: str, listed: str) -> bool:
    low = f" {' '.join(words(text.replace('-', ' ')))} "
    return any(f" {word.replace('_', ' ')} " in low for word in listed.split())


def _listed(key: str, text: str, kind: Any) -> Any:  # noqa: ANN401  (an Enum's member, of the Enum that came in)
    """The value of the table *key* whose words *text* has, as a member of *kind*; longer words before shorter."""
    rows = sorted(
        ((word, value) for value, listed in table("screenplay")[key].items() for word in listed.split()),
        key=lambda row: -len(row[0]),
    )
    return next((kind(value) for word, value in rows if _has(text, word)), None)


def _directed(key: str, text: str, kind: Any) -> Any:  # noqa: ANN401  (likewise)
    """A camera direction: words of the table in capitals, as scripts have them: "CLOSE ON the lamp"."""
    capitals = " ".join(re.findall(r"\b[A-Z]{2,}(?:[ -][A-Z]{2,})*\b", text[:80]))
    return _listed(key, capitals, kind) if capitals else None


@cache
def _verbs() -> Mapping[str, str]:
    path = resources.files("astragen") / "data" / "writer" / "verbs.json"
    actions = json.loads(path.read_text(encoding="utf-8"))["actions"]
    return {stem(verb): str(action) for action, verbs in actions.items() for verb in (action, *verbs.split())}


def _action(text: str) -> str:
    """The first thing done in *text* that has a pose."""
    return next((_verbs()[stem(word)] for word in words(text) if stem(word) in _verbs()), "")


def _cut(text: str, most: int) -> str:
    """*text* of at most *most* characters, cut between words."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most].rpartition(" ")[0] or text[:most]


# --- limits -----------------------------------------------------------------------


def _split(places: Iterator[_Place]) -> Iterator[_Place]:
    """Scenes of more than SHOTS shots as several in the same place."""
    for place in places:
        for start in range(0, len(place.shots), SHOTS):
            yield _Place(place.title, place.setting, place.time, place.weather, place.shots[start : start + SHOTS])


def _grouped(places: Sequence[_Place]) -> list[list[_Place]]:
    """*places* in at most SCENES runs, evenly."""
    count = max(1, len(places))
    numbered = [(index * min(SCENES, count) // count, place) for index, place in enumerate(places)]
    return [[place for _, place in run] for _, run in groupby(numbered, key=lambda pair: pair[0])]


def _scene(number: int, group: Sequence[_Place]) -> Scene:
    """The places of *group* as one scene; a shot of a later one says its own place, hour and weather."""
    first = group[0]
    shots: list[Shot] = []
    for place in group:
        own = {
            key: value
            for key, value, common in (
                ("setting", place.setting, first.setting),
                ("time_of_day", place.time, first.time),
                ("weather", place.weather, first.weather),
            )
            if value != common
        }
        shots += [Shot(id=f"s{number}-{len(shots) + at}", **own, **shot) for at, shot in enumerate(place.shots, 1)]
    return Scene(
        id=f"s{number}",
        title=first.title,
        setting=first.setting,
        time_of_day=first.time,
        weather=first.weather,
        shots=tuple(shots[:SHOTS]),
    )
