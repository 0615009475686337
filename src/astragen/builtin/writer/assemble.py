"""The built-in writer: a brief into a storyboard, without a model, a network or a clock.

Read -> understand -> draft -> size -> divide into scenes -> frame -> storyboard. Start
at `write`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from astragen.builtin.writer.chance import number
from astragen.builtin.writer.continuity import keep, place_subjects, sides
from astragen.builtin.writer.diagrams import states_facts, with_symbol
from astragen.builtin.writer.digest import digest, is_article
from astragen.builtin.writer.draft import Draft, Moment
from astragen.builtin.writer.explain import explainer_draft
from astragen.builtin.writer.fit import SHOT_S_MAX, SHOT_WORDS, fit, pace_of, scene_count, shots_for, words_for
from astragen.builtin.writer.forms import mood_draft, promo_draft
from astragen.builtin.writer.grammar import Framing, frame
from astragen.builtin.writer.idea import Idea, read_idea
from astragen.builtin.writer.language import is_unspaced, primary, spoken_words
from astragen.builtin.writer.parse import Parsed, Shape, parse
from astragen.builtin.writer.scenes import SCENE_SHOTS_MAX, Air, airs, divide
from astragen.builtin.writer.script import script_draft
from astragen.builtin.writer.sentences import clauses, sentences
from astragen.builtin.writer.story import story_draft
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.units import Unit
from astragen.model.brief import Brief
from astragen.model.capability import Capability
from astragen.model.storyboard import Scene, Shot, Storyboard, StyleBible, Subject
from astragen.model.vocabulary import Intent, Placement, TransitionKind
from astragen.model.written import Written

LINE_S = 0.35  # silence after a spoken line, as the voice leaves it
SPOKEN_WORDS_PER_S = 2.45  # of the voice while it speaks
LEAST_SHARE = 0.25  # of the words that a film has room for; a text with fewer is no narration for it
BREATH_S = 3.0  # the shortest shot without words that is worth cutting to


class BuiltinWriter:
    """Writes storyboards offline, in every language as far as the user's own words go."""

    @property
    def capability(self) -> Capability:
        """Who it is; any language."""
        return Capability(name="builtin", trade="writer", version="2")

    async def write(self, brief: Brief, on_scene: object = None) -> Written:
        """Return the storyboard of *brief* (see the function `write`); *on_scene* hears nothing."""
        return Written(storyboard=write(brief), made_by=self.capability.name)


def write(brief: Brief) -> Storyboard:
    """The storyboard of *brief*: the same for equal briefs, another for another seed."""
    parsed = parse(brief.prompt, brief.is_script)
    language = parsed.language if brief.language == "auto" else brief.language
    words = words_for(brief.seconds)
    draft = _draft(parsed, brief, language, words)
    shots = _shots(draft, brief)
    scenes = min(shots, scene_count(shots, brief.scenes, brief.seed))
    least = max(scenes, math.ceil(brief.seconds / SHOT_S_MAX))
    moments = fit(draft, shots, words, brief.seed, least=least)
    if draft.intent is Intent.STORY:
        moments = _mostly_places(moments)
    groups = divide(moments, scenes)
    return _storyboard(draft, groups, brief)


def is_narration(brief: Brief) -> bool:
    """Whether the sentences of *brief*'s prompt are the narration, for any writer: what it says, else how they read.

    A text far longer than its film is an article, and one that leaves most of its film silent is an idea: a
    language model writes from them, and the built-in writer says what it can of them.
    """
    if brief.is_script is not None:
        return brief.is_script
    parsed, room = parse(brief.prompt, None), words_for(brief.seconds)
    said = sum(spoken_words(unit.text) for unit in parsed.units)
    return parsed.shape is Shape.SCRIPT and said >= LEAST_SHARE * room and not is_article(parsed, room)


def _mostly_places(moments: Sequence[Moment]) -> list[Moment]:
    """*moments* of a story with at most a third of them tableaux; the later ones show their place instead."""
    allowed = len(moments) // 3
    kept: list[Moment] = []
    for moment in moments:
        allowed -= moment.tableau is not None
        kept.append(replace(moment, tableau=None) if allowed < 0 else moment)
    return kept


def _draft(parsed: Parsed, brief: Brief, language: str, words: float) -> Draft:
    speaks_english = parsed.language == "en" and primary(language) == "en"
    if parsed.shape is Shape.SCRIPT and brief.is_script is None and is_article(parsed, words):
        return script_draft(digest(parsed, words), language, brief.seed)
    if parsed.shape in (Shape.SCRIPT, Shape.LIST):
        return script_draft(parsed, language, brief.seed)
    if not speaks_english:
        return script_draft(_in_clauses(parsed), language, brief.seed)
    if len(parsed.units) > 2 and not parsed.kind:
        return script_draft(digest(parsed, words), language, brief.seed)
    return _english_draft(read_idea(parsed), brief.seed, words)


def _english_draft(idea: Idea, seed: int, words: float) -> Draft:
    drafts = {
        Intent.STORY: story_draft,
        Intent.EXPLAINER: explainer_draft,
        Intent.PROMO: promo_draft,
        Intent.MOOD: mood_draft,
    }
    if states_facts(idea.text, sentences(idea.text, "en")):
        return explainer_draft(idea, seed, words)
    said = f"{idea.title}. {idea.text}" if idea.title else idea.text
    return with_symbol(drafts[idea.intent](idea, seed, words), said)


def _in_clauses(parsed: Parsed) -> Parsed:
    """An idea in another language, its clauses as lines: its own words and no others."""
    glue = "" if is_unspaced(parsed.language) else " "
    units: list[Unit] = []
    for unit in parsed.units:
        lines: list[str] = []
        for clause in clauses(unit.text):
            if lines and spoken_words(lines[-1]) < 4:
                lines[-1] += glue + clause
            else:
                lines.append(clause)
        units += [Unit(line) for line in lines]
    return replace(parsed, units=tuple(units))


def _shots(draft: Draft, brief: Brief) -> int:
    """How many shots: by the film's length; by the script's, when its words need longer or leave room."""
    scenes = brief.scenes if isinstance(brief.scenes, int) else 1
    limit = SCENE_SHOTS_MAX * (scenes if isinstance(brief.scenes, int) else 40)
    wanted = shots_for(brief.seconds, pace_of(draft), scenes)
    if draft.is_verbatim:
        wanted = max(scenes, _script_shots(draft, brief.seconds, wanted))
    return min(limit, wanted)


def _script_shots(draft: Draft, seconds: float, wanted: int) -> int:
    """As many shots as lines when these fill the film; more with time to breathe, fewer for short lines."""
    lengths = [spoken_words(one.line) for one in draft.moments]
    spoken_s = sum(lengths) / SPOKEN_WORDS_PER_S + LINE_S * len(lengths)
    if spoken_s >= seconds - BREATH_S:
        most = max(1, round(spoken_s / (0.8 * pace_of(draft))))
        least = max(1, round(sum(lengths) / SHOT_WORDS))
        return max(least, min(len(lengths), most))
    breaths = int((seconds - spoken_s) / max(BREATH_S, 0.9 * pace_of(draft)))
    return max(1, min(len(lengths), wanted) + breaths if len(lengths) > wanted else max(wanted, len(lengths)))


def _storyboard(draft: Draft, groups: Sequence[Sequence[Moment]], brief: Brief) -> Storyboard:
    weathers = airs(groups, draft, brief.seed)
    framings = frame(groups, [air.mood for air in weathers], brief.seed)
    used = {one.character for group in groups for moment in group for one in moment.subjects}
    draft = replace(draft, characters=tuple(one for one in draft.characters if one.id in used))
    side = sides(draft.characters, brief.seed)
    known = {one.id for one in draft.characters}
    scenes = [
        _scene(position, group, air, framing, draft, side, known, brief)
        for position, (group, air, framing) in enumerate(zip(groups, weathers, framings, strict=True))
    ]
    palettes = table("looks")["palettes"]
    return Storyboard(
        title=draft.title[:200],
        logline=draft.logline[:600],
        language=draft.language,
        intent=draft.intent,
        mood=draft.mood,
        bible=StyleBible(style=brief.style, palette=tuple(palettes[draft.mood.value])),
        characters=draft.characters[:20],
        scenes=keep(scenes, draft.keep),
    )


def _scene(
    position: int,
    group: Sequence[Moment],
    air: Air,
    framings: Sequence[Framing],
    draft: Draft,
    side: dict[str, Placement],
    known: set[str],
    brief: Brief,
) -> Scene:
    scene_id = f"s{position + 1}"
    setting = group[0].place
    shots = []
    for index, (moment, framing) in enumerate(zip(group, framings, strict=True)):
        opens_film = position == 0 and index == 0
        shots.append(
            _shot(
                f"{scene_id}-{index + 1}",
                moment,
                framing,
                air,
                setting,
                side,
                known,
                brief,
                title=draft.title[:200] if opens_film and draft.shows_title else "",
                transition=TransitionKind.DISSOLVE if position and not index else TransitionKind.CUT,
            )
        )
    return Scene(
        id=scene_id,
        title=_scene_title(group, setting, draft),
        setting=setting,
        time_of_day=air.time,
        weather=air.weather,
        season=air.season,
        mood=air.mood,
        shots=tuple(shots),
    )


def _scene_title(group: Sequence[Moment], setting: str, draft: Draft) -> str:
    heading = next((one.heading for one in group if one.heading), "")
    if heading.isupper():  # a screenplay's "KITCHEN - NIGHT"
        heading = heading.capitalize()
    if heading or draft.language.split("-")[0] != "en":
        return heading[:200]
    phrase: str = table("settings")["in"].get(setting, f"in the {setting}")
    return phrase[0].upper() + phrase[1:]


def _shot(
    shot_id: str,
    moment: Moment,
    framing: Framing,
    air: Air,
    setting: str,
    side: dict[str, Placement],
    known: set[str],
    brief: Brief,
    *,
    title: str,
    transition: TransitionKind,
) -> Shot:
    subjects = tuple(_known_only(one, known) for one in moment.subjects)
    return Shot(
        id=shot_id,
        size=framing.size,
        angle=framing.angle,
        lens=framing.lens,
        move=framing.move,
        subjects=place_subjects(subjects, framing.size, side),
        action=_action(subjects),
        tableau=moment.tableau,
        setting=moment.place if moment.place != setting else None,
        time_of_day=moment.time if moment.time is not air.time else None,
        weather=moment.weather if moment.weather is not air.weather else None,
        season=moment.season if moment.season is not air.season else None,
        line=moment.line,
        title=title,
        transition=transition,
        seed=number(brief.seed, shot_id),
    )


def _known_only(subject: Subject, known: set[str]) -> Subject:
    """A subject whose character is not in the film's list is just its noun."""
    return subject if subject.character in known else subject.model_copy(update={"character": None})


def _action(subjects: Sequence[Subject]) -> str:
    first = next((one for one in subjects if one.action), None)
    return f"{first.noun}: {first.action}"[:200] if first else ""
