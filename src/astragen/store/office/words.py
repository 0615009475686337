"""The words by which films are found: title and prompt, in a table of their own, so that a search reads nothing else.

A search walks the films in their order and looks each one's words up by its id, so it stops when the page is full.
Start reading at `has_words`.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, update

from astragen.model.job import FilmRecord
from astragen.store.office import tables

PROMPT_KEPT: Final = 4_000  # characters of a prompt that can be found; a script's beginning tells it from others
WORDS_MAX: Final = 8  # of a search; more find nothing that these do not
_WORDS: Final = tables.words


def has_words(asked: str) -> list[ColumnElement[bool]]:
    """That a film's title or prompt has each word of *asked*, anywhere, in capitals or not; none asked: any film."""
    found = [_WORDS.c.words.contains(word, autoescape=True) for word in plain(asked).split()[:WORDS_MAX]]
    return [exists().where(_WORDS.c.film == tables.films.c.id, *found)] if found else []


def keep_words(connection: Connection, film: FilmRecord) -> None:
    """Let the new *film* be found."""
    connection.execute(insert(_WORDS), {"film": film.id, "words": words_of(film.title, film.order.brief.prompt)})


def change_words(connection: Connection, film: FilmRecord) -> None:
    """Let *film* be found by what it is called now."""
    said = words_of(film.title, film.order.brief.prompt)
    connection.execute(update(_WORDS).where(_WORDS.c.film == film.id).values(words=said))


def forget_words(connection: Connection, film_id: str) -> None:
    """Let a film that is removed not be found."""
    connection.execute(delete(_WORDS).where(_WORDS.c.film == film_id))


def words_of(title: str, prompt: str) -> str:
    """What is searched, of a film with *title* and *prompt*."""
    return plain(f"{title}\n{prompt[:PROMPT_KEPT]}")


def plain(text: str) -> str:
    """*text* without what writers differ in: capitals, and ways to encode one letter."""
    return unicodedata.normalize("NFKC", text).casefold()
