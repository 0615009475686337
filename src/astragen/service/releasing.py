"""Films that were held for others of their owner, enqueued as soon as one of those has ended.

Whoever ends a film asks for it; what is missed, because a process died between the two, the reconciler does. Start
reading at `release`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from astragen.errors import DatabaseDown

if TYPE_CHECKING:
    from astragen.runtime.dbos import Counter
    from astragen.store.office import Office

QUEUE = "films"
WORKFLOW = "film.v1"

log = logging.getLogger(__name__)


def release(office: Office, counter: Counter, owner: str) -> int:
    """Enqueue the films of *owner* that are held and need not be any more; how many they are. It blocks.

    A database that does not answer is left to the reconciler.
    """
    if not owner:  # without a key there is no limit
        return 0
    try:
        films = office.films.release(owner)
        for film in films:
            counter.submit(QUEUE, WORKFLOW, film.id, film.attempt, id=f"{film.id}.{film.attempt}")
    except DatabaseDown:
        log.warning("held films are left to the reconciler")
        return 0
    return len(films)
