"""Who and what appears: actors with the words to speak of them."""

from __future__ import annotations

from dataclasses import dataclass

from astragen.builtin.writer.inflect import article, plural
from astragen.builtin.writer.nouns import NounPhrase
from astragen.builtin.writer.tables import words
from astragen.builtin.writer.vocabulary import LIVING, PEOPLE


@dataclass(frozen=True)
class Actor:
    """Somebody or something of the film."""

    noun: str
    """Singular common noun, for the painter: "keeper", "woman"."""
    phrase: str
    """As the prompt says it, with its article: "a lonely lighthouse keeper", "Mia"."""
    short: str
    """Spoken of again: "the keeper", "Mia"."""
    count: int
    category: str
    pronoun: str
    """they, she, he or it."""
    name: str = ""
    companion: Actor | None = None
    """The other one of "an old man and his donkey"."""

    @property
    def is_plural(self) -> bool:
        """Whether verbs after `short` take the plural."""
        return self.companion is not None or (self.count > 1 and not self.name)

    @property
    def is_person(self) -> bool:
        """A human being, or several."""
        return self.category in PEOPLE

    @property
    def is_living(self) -> bool:
        """A person, an animal, or a creature of tales."""
        return self.category in LIVING

    @property
    def is_child(self) -> bool:
        """A child, or several."""
        return self.category == "child" or self.noun in words("grammar_words", "child_words")


def actor(
    phrase: NounPhrase,
    *,
    hint: str = "",
    name: str = "",
    worn: str = "",
    joint: NounPhrase | None = None,
    joint_text: str = "",
) -> Actor:
    """The actor that *phrase* speaks of.

    *hint* is the pronoun the text uses, for nouns that tell none; *name* is "Luna" of "a
    girl named Luna", *worn* "in a red coat"; *joint* is the donkey of "an old man and his
    donkey", and *joint_text* the whole of it.
    """
    pronoun = "they" if joint else _pronoun(phrase, hint)
    companion = actor(joint) if joint else None
    count = phrase.count
    if phrase.is_name:
        noun, category = _kind_of_name(phrase, pronoun)
        whole, short = phrase.text, phrase.text
        name = phrase.text
    else:
        noun = phrase.noun.split(" ")[-1] if phrase.category in PEOPLE else phrase.noun
        category = phrase.category or "thing"
        whole = named(phrase) + (f" named {name}" if name else "") + (f" {worn}" if worn else "")
        short = name or f"the {plural(noun) if phrase.is_plural else noun}"
    if joint:
        whole = joint_text
        short = "all of them" if phrase.is_plural or joint.is_plural else "the two of them"
    return Actor(noun, whole, short, count, category, pronoun, name, companion)


def _kind_of_name(phrase: NounPhrase, pronoun: str) -> tuple[str, str]:
    """(noun, category): one name alone is how a child is spoken of; "Marie Curie" is grown up."""
    young, grown = {"she": ("girl", "woman"), "he": ("boy", "man")}.get(pronoun, ("person", "person"))
    return (young, "child") if " " not in phrase.text and pronoun in ("she", "he") else (grown, "person")


def stock(noun: str, category: str, count: int = 1) -> Actor:
    """An actor for a film whose prompt names nobody: "a child", "two siblings"."""
    known = {"siblings": "sibling", "friends": "friend", "cousins": "cousin"}
    last = noun.split(" ")[-1]
    single = known.get(last, last)
    whole = noun if count > 1 else f"{article(noun)} {noun}"
    pronoun = "they" if count > 1 or category in PEOPLE else "it"
    return Actor(single, whole, f"the {last}", count, category, pronoun)


def named(phrase: NounPhrase) -> str:
    """The phrase with its own determiner, or the article it needs."""
    text = phrase.text
    if phrase.lead:
        lead = phrase.lead
        return f"{article(text)} {text}" if lead in ("a", "an") else f"{lead} {text}"
    needs_none = phrase.is_name or phrase.is_plural or phrase.noun in words("grammar_words", "mass")
    if needs_none or phrase.category in ("weather", "hour"):
        return text
    return f"{article(text)} {text}"


def _pronoun(phrase: NounPhrase, hint: str) -> str:
    from_name = next(
        (
            who
            for who in ("she", "he")
            for word in phrase.text.split()
            if word in words("grammar_words", f"names_{who}")
        ),
        "",
    )
    if phrase.is_plural:
        return "they"
    if phrase.is_name and from_name:
        return from_name
    last = phrase.noun.split(" ")[-1]
    for who in ("she", "he"):
        if last in words("grammar_words", who):
            return who
    if phrase.category in PEOPLE:
        return hint if hint in ("she", "he") else "they"
    return hint if phrase.category in LIVING and hint in ("she", "he") else "it"
