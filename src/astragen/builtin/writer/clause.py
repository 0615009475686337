"""Who does what: the plot of an idea, in the user's own words.

"A keeper befriends a whale and follows it home" has the subject "keeper" and two
events, each a sentence in the present tense. Start at `plot`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from astragen.builtin.writer.inflect import known_verbs, third_person
from astragen.builtin.writer.nouns import NounPhrase, read
from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.tagging import Token
from astragen.builtin.writer.vocabulary import dull_words

EVENT_WORDS = 15  # longer predicates are cut where a new verb begins


@dataclass(frozen=True)
class Event:
    """Something that happens. With a subject of its own, *text* is the whole sentence."""

    text: str
    """Predicate in the present tense, without its subject, or a whole clause."""
    verb: str
    """Base form of the verb that tells what kind of event it is: "find"."""
    own_subject: bool = False
    object: NounPhrase | None = None


@dataclass(frozen=True)
class Plot:
    """What an idea says happens, and to whom."""

    subject: NounPhrase | None
    events: tuple[Event, ...]
    phrases: tuple[NounPhrase, ...]
    joint: NounPhrase | None = None
    """The donkey of "an old man and his donkey", and the whole of it:"""
    joint_text: str = ""
    name: str = ""
    """"Luna" of "a girl named Luna"."""
    worn: str = ""
    """"in a red coat" of "a girl in a red coat"."""


def plot(text: str) -> Plot:
    """The plot of *text*, one or two sentences of English."""
    tokens, phrases = read(text)
    subject = None if _has_pronoun_subject(tokens) else _subject(tokens, phrases)
    if subject is None:
        return Plot(None, (), phrases)
    joint = _joint(tokens, phrases, subject)
    last = joint.last if joint else subject.last
    if subject.owns and not joint:
        return Plot(subject, _owned_events(tokens, phrases, subject), phrases, name="")
    events = _events(tokens, phrases, _past_aside(tokens, last + 1), plural=subject.is_plural or joint is not None)
    before = _opening_clause(tokens, phrases, subject)
    events = events or _state(tokens, last + 1, plural=subject.is_plural or joint is not None)
    return Plot(
        subject,
        (*before, *events),
        phrases,
        joint=joint,
        joint_text=_joint_text(subject, joint) if joint else "",
        name=_name(tokens, subject),
        worn=_worn(tokens, phrases, last) if joint is None else "",
    )


def _owned_events(tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...], owner: NounPhrase) -> tuple[Event, ...]:
    """The clause of "Parents' love helps children": the love does it, so it keeps its own subject."""
    verb = _verb_after(tokens, owner.last + 1)
    if verb is None or tokens[verb].form not in ("s", "past", "base"):
        return ()
    event = _event(tokens, phrases, verb, owner.first, len(tokens), owner.is_plural)
    return (event,) if event else ()


def _has_pronoun_subject(tokens: tuple[Token, ...]) -> bool:
    """Whether somebody unnamed acts: "I wake up", "we were young"."""
    start = next((index for index, token in enumerate(tokens) if token.tag not in "AC"), 0)
    return len(tokens) > start + 1 and tokens[start].tag == "O" and tokens[start + 1].tag in "VXA"


def gerund_event(text: str, *, plural: bool) -> Event | None:
    """The event of "learning to ride a bike"; None without a gerund first and an object right after its verb."""
    tokens, phrases = read(text[:1].upper() + text[1:])
    if not tokens or tokens[0].tag != "V" or tokens[0].form != "ing" or tokens[0].base not in known_verbs():
        return None
    end = next((index for index, token in enumerate(tokens) if token.text in ".;:!?"), len(tokens))
    event = _event(tokens, phrases, 0, 0, end, plural)
    if event is None or event.object is None or tokens[event.object.first - 1].tag != "V":
        return None
    return event


def _opening_clause(
    tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...], subject: NounPhrase
) -> tuple[Event, ...]:
    """The event of "A storm destroys the bridge" before "and a boy must find another way"."""
    opener = next((one for one in phrases if one.last < subject.first and one.category), None)
    if opener is None or subject.first == 0 or tokens[subject.first - 1].low not in ("and", "but", ",", "so", ".", ";"):
        return ()
    verb = _verb_after(tokens, opener.last + 1)
    if verb is None or verb >= subject.first or tokens[verb].form not in ("s", "past", "base"):
        return ()
    event = _event(tokens, phrases, verb, opener.first, subject.first, opener.is_plural)
    return (event,) if event else ()


def _past_aside(tokens: tuple[Token, ...], start: int) -> int:
    """Where to go on after ", lost in the snow,"."""
    if start < len(tokens) and tokens[start].text == ",":
        closing = next((index for index in range(start + 1, len(tokens)) if tokens[index].text == ","), None)
        return closing + 1 if closing is not None else start
    return start


def _subject(tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...]) -> NounPhrase | None:
    """The first phrase that lives; else the first that a verb follows."""
    phrases = _with_owners(tokens, phrases)
    dull = dull_words()
    phrases = tuple(phrase for phrase in phrases if phrase.noun.lower() not in dull)
    living = [phrase for phrase in phrases if phrase.is_living and not _is_measure(tokens, phrase)]
    acting = [phrase for phrase in phrases if _verb_after(tokens, phrase.last + 1) is not None]
    for phrase in phrases:
        if phrase in living and (phrase in acting or not acting):
            return phrase
        if phrase in acting and not _before_other_subject(tokens, phrase, living):
            return phrase
    return living[0] if living else None


def _with_owners(tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...]) -> tuple[NounPhrase, ...]:
    """Owner and owned as one phrase, "the clockmaker's daughter"; "a child's first steps" stays the child."""
    found: list[NounPhrase] = []
    for phrase in phrases:
        owner = found[-1] if found else None
        if owner is not None and owner.owns and owner.last + 1 == phrase.first and phrase.is_living:
            text = f"{owner.text}'s {phrase.text}"
            found[-1] = replace(
                phrase, text=text, first=owner.first, lead=owner.lead, modifiers=(owner.noun, *phrase.modifiers)
            )
        else:
            found.append(phrase)
    return tuple(found)


def _is_measure(tokens: tuple[Token, ...], phrase: NounPhrase) -> bool:
    following = tokens[phrase.last + 1].low if phrase.last + 1 < len(tokens) else ""
    return phrase.noun in words("grammar_words", "quantities") and following == "of"


def _before_other_subject(tokens: tuple[Token, ...], phrase: NounPhrase, living: list[NounPhrase]) -> bool:
    """Whether *phrase* stands in an opening such as "Every night" before the real subject."""
    return phrase.category in ("hour", "weather", "") and any(one.first > phrase.last for one in living)


def _verb_after(tokens: tuple[Token, ...], start: int) -> int | None:
    """Index of the verb whose subject ends before *start*: over "of ...", "in ..." and relatives."""
    index = _past_aside(tokens, start)
    has_verb = any(token.tag == "V" for token in tokens[:start])
    while index < len(tokens) and index - start < 12 and _is_between(tokens[index]):
        if tokens[index].low == "and" and has_verb:
            return None
        index += 1
    if index < len(tokens) and tokens[index].tag in "VX" and not _follows_to(tokens, index):
        return index
    return None


def _is_between(token: Token) -> bool:
    """Whether *token* may stand between a subject and its verb."""
    if token.tag == "O":
        return token.low in ("him", "her", "it", "them")
    return token.tag in "PDNWAR" or token.low in ("and", "named", "called")


def _follows_to(tokens: tuple[Token, ...], index: int) -> bool:
    return index > 0 and tokens[index - 1].low == "to"


def _joint(tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...], subject: NounPhrase) -> NounPhrase | None:
    """The second half of "an old man and his donkey"."""
    after = subject.last + 1
    if after < len(tokens) and tokens[after].low == "and":
        return next((phrase for phrase in phrases if phrase.first == after + 1), None)
    return None


def _joint_text(subject: NounPhrase, joint: NounPhrase) -> str:
    return " and ".join(f"{one.lead} {one.text}".strip() for one in (subject, joint))


def _name(tokens: tuple[Token, ...], subject: NounPhrase) -> str:
    after = subject.last + 1
    if after + 1 < len(tokens) and tokens[after].low in ("named", "called"):
        return tokens[after + 1].text
    return ""


def _state(tokens: tuple[Token, ...], start: int, *, plural: bool) -> list[Event]:
    """The event of "an elephant afraid of mice": it is afraid of mice."""
    if start >= len(tokens) or tokens[start].low not in words("grammar_words", "postpositive"):
        return []
    end = next((index for index in range(start, len(tokens)) if tokens[index].text in ".,;!?"), len(tokens))
    return [Event(f"{'are' if plural else 'is'} {_words(tokens, start, end)}", "be")]


def _worn(tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...], last: int) -> str:
    """What the subject wears: "in a red coat", "with a green hat"."""
    if last + 1 >= len(tokens) or tokens[last + 1].low not in ("in", "with", "wearing"):
        return ""
    clothing = next((one for one in phrases if one.first == last + 2), None)
    if clothing is None or clothing.noun not in words("grammar_words", "clothes"):
        return ""
    return _words(tokens, last + 1, clothing.last + 1)


def _events(tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...], start: int, *, plural: bool) -> list[Event]:
    """Events from *start* on: one for each verb that has the subject's person, or a subject of its own."""
    starts = _verb_starts(tokens, phrases, start)
    events: list[Event] = []
    for position, (index, own) in enumerate(starts):
        stop = starts[position + 1][1] if position + 1 < len(starts) else len(tokens)
        event = _event(tokens, phrases, index, own, stop, plural)
        if event is not None:
            is_before = position + 1 < len(starts) and tokens[index - 1].tag == "R" and tokens[index].form == "past"
            text = f"{tokens[index].low} {event.text.partition(' ')[2]}".strip()  # "who lost his brother waits"
            events.append(replace(event, text=text) if is_before else event)
    return events


def _verb_starts(tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...], start: int) -> list[tuple[int, int]]:
    """(index of the verb, index where its clause begins) for each event."""
    found: list[tuple[int, int]] = []
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.tag not in "VX" or _follows_to(tokens, index) or token.low in ("named", "called"):
            continue
        before = tokens[index - 1]
        if (before.tag in "XV" and before is not tokens[start - 1]) or (before.tag == "P" and token.form == "ing"):
            continue
        if not found:
            if token.tag == "X" or token.form in ("s", "ing", "past", "base"):
                found.append((index, index))
            continue
        begin = _clause_begin(tokens, phrases, index, found[-1][0])
        if begin is not None:
            found.append((index, begin))
    return found


def _clause_begin(tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...], index: int, last_verb: int) -> int | None:
    """Where a further clause with its verb at *index* begins; None when the verb belongs to the one before."""
    step = index - 1
    while step > last_verb and tokens[step].tag == "A":
        step -= 1
    before = tokens[step]
    same_person = tokens[index].form == tokens[last_verb].form or tokens[index].tag == "X"
    if step - last_verb < 2 and before.low in ("and", "but", "then"):
        return None  # "confronts and conquers their fears" is one event
    if before.low in ("and", "but", "then", ",") and same_person:
        return step + 1
    if tokens[index].form in ("s", "past") and before.tag == "W" and tokens[last_verb].tag in "VX":
        subject = next((phrase for phrase in phrases if phrase.last == step), None)
        if subject is None:
            return None
        opener = tokens[subject.first - 1] if subject.first else before
        if opener.low in ("and", "but", ",", "."):
            return subject.first
        relative = any(token.tag == "R" for token in tokens[:last_verb])
        return index if relative and opener.tag in "PV" else None
    return None


def _event(
    tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...], index: int, begin: int, stop: int, plural: bool
) -> Event | None:
    end = stop
    while end > index and tokens[end - 1].low in (
        ",",
        "and",
        "but",
        "then",
        ".",
        ";",
        "!",
        "?",
        "who",
        "that",
        "which",
    ):
        end -= 1
    own = begin < index and tokens[begin].tag in "DNW"
    rest = _words(tokens, index + 1, end)
    verb = tokens[index]
    if verb.tag == "V" and not rest and verb.form == "ing":
        return None
    object_ = _object(tokens, phrases, index, end)
    main = _main_verb(tokens, index, end)
    goal = _goal(tokens, index, end) if verb.base in words("verbs", "goes") else None
    if goal is not None:  # "go on adventures to clean up their town": they clean it up
        main, object_ = tokens[goal].base, _object(tokens, phrases, goal, end)
    if own:
        return Event(_words(tokens, begin, end), main, own_subject=True, object=object_)
    return Event(f"{_present(verb, plural)} {rest}".strip(), main, object=object_)


def _object(tokens: tuple[Token, ...], phrases: tuple[NounPhrase, ...], index: int, end: int) -> NounPhrase | None:
    """What the verb at *index* is about; "drifts down a street" says where, not what."""
    found = next((phrase for phrase in phrases if index < phrase.first < end and phrase.category != "hour"), None)
    is_where = found is not None and tokens[found.first - 1].low in words("grammar_words", "locatives")
    is_phrasal = found is not None and found.first == index + 2 and tokens[index].base in words("verbs", "phrasal")
    return None if is_where and not is_phrasal else found  # "clean up their town" is about the town


def _goal(tokens: tuple[Token, ...], index: int, end: int) -> int | None:
    """Index of the verb of "to clean up their town" after the verb at *index*."""
    return next((at for at in range(index + 2, end) if tokens[at].tag == "V" and _follows_to(tokens, at)), None)


def _present(verb: Token, plural: bool) -> str:
    """The verb in the present tense, in the subject's number."""
    if verb.tag == "X":
        table_ = {"was": "is", "were": "are", "had": "has", "did": "does", "could": "can", "would": "will"}
        return table_.get(verb.low, verb.low)
    if verb.form == "ing" and verb.base not in known_verbs():
        return f"{'are' if plural else 'is'} {verb.low}"
    if verb.form in ("ing", "past"):
        return verb.base if plural else third_person(verb.base)
    return verb.low


def _main_verb(tokens: tuple[Token, ...], index: int, end: int) -> str:
    """Base of the verb that says what happens: "fly" of "learns to fly"."""
    verb = tokens[index]
    light = verb.tag == "X" or verb.base in table("verbs")["light"].split()
    if light:
        for token in tokens[index + 1 : end]:
            if token.tag == "V":
                return token.base
    return verb.base or verb.low


def _words(tokens: tuple[Token, ...], start: int, stop: int) -> str:
    """The text of tokens *start* to *stop*, punctuation closed up."""
    text = ""
    for token in tokens[start:stop]:
        text += token.text if token.tag == "." and token.text not in '(–—"“' else f" {token.text}"
    return text.strip()
