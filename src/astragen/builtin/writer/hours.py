"""The hours of a film: the light of each beat, from one day chosen for all of it."""

from __future__ import annotations

from astragen.builtin.writer.chance import pick
from astragen.builtin.writer.draft import BEATS
from astragen.builtin.writer.tables import table
from astragen.model.vocabulary import Intent, TimeOfDay


def hours(said: TimeOfDay | None, intent: Intent, *key: object) -> dict[str, TimeOfDay]:
    """Hour of each beat: the prompt's own throughout, a night that may end in dawn, or a day chosen by *key*."""
    looks = table("looks")
    if said is None:
        day = pick(looks["days"], *key, "day") if intent is not Intent.PROMO else looks["days"][-1]
    elif said is TimeOfDay.NIGHT and intent is Intent.STORY:
        day = pick(looks["night_days"], *key, "day")
    else:
        day = dict.fromkeys(BEATS, said.value)
    return {beat: TimeOfDay(day[beat]) for beat in BEATS}
