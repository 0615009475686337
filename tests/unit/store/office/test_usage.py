from __future__ import annotations

import pytest

from astragen.errors import QuotaReached
from astragen.model.office import QueueLimits, UsageReport
from office_records import film_report, new_film


def test_nothing_used_is_a_report_of_nothing(office):
    """Of an owner, of all, and of each."""
    assert office.usage.of("a", 0, 2e9) == office.usage.of(None, 0, 2e9) == UsageReport()
    assert office.usage.by_owner(0, 2e9) == {}


def test_use_is_counted_by_owner_and_provider(office):
    """Seconds of completed films, and dollars of all attempts; what no report tells is of an unknown one."""
    done = office.films.add(new_film(owner="a"))
    office.films.end(done.id, 1, "completed", report=film_report(seconds=12, fal=0.2, openai=0.05))
    failed = office.films.add(new_film(owner="a", spent_usd=0.3))
    office.films.end(failed.id, 1, "failed")
    other = office.films.add(new_film(owner="b"))
    office.films.end(other.id, 1, "completed", report=film_report(seconds=7, fal=0.1))

    used = office.usage.of("a", 0, 2e9)

    assert (used.films, used.attempts, used.seconds) == (1, 2, 12.0)
    assert used.usd == pytest.approx(0.55)
    assert used.usd_by_provider == pytest.approx({"fal": 0.2, "openai": 0.05, "unknown": 0.3})
    by_owner = office.usage.by_owner(0, 2e9)
    assert by_owner["a"] == used
    assert set(by_owner) == {"a", "b"}
    assert office.usage.of(None, 0, 2e9).usd_by_provider == pytest.approx({"fal": 0.3, "openai": 0.05, "unknown": 0.3})


def test_each_attempt_is_charged_once(office):
    """The film shows what all of them cost."""
    film = office.films.add(new_film(owner="a"))
    office.films.end(film.id, 1, "failed", spent_usd=0.5)
    office.films.end(film.id, 1, "failed", spent_usd=0.5)
    office.films.retry(film.id)
    office.films.change(film.id, spent_usd=0.7)  # as it goes: 0.2 more
    office.films.end(film.id, 2, "cancelled")

    assert office.films.get(film.id).spent_usd == pytest.approx(0.7)
    used = office.usage.of("a", 0, 2e9)
    assert (used.attempts, used.usd) == (2, pytest.approx(0.7))


def test_use_is_counted_when_a_film_ends(office, clock):
    """From the first second of a time to before its last."""
    film = office.films.add(new_film(owner="a"))
    office.films.end(film.id, 1, "completed", report=film_report(seconds=3))

    assert office.usage.of("a", clock.now_s, clock.now_s + 1).films == 1
    assert office.usage.of("a", 0, clock.now_s).films == 0


def test_what_is_written_without_a_film_is_charged(office, clock):
    """It is no attempt, and takes its part of a limit of spending, as films on their way do."""
    limits = QueueLimits(spend_usd=1.0)
    office.films.add(new_film(owner="a", estimated_usd=0.3))
    office.usage.note_writing("a", "openai", 0.2, at=clock.now_s)

    used = office.usage.of("a", 0, 2e9)
    assert (used.films, used.attempts, used.usd) == (0, 0, 0.2)
    assert used.usd_by_provider == {"openai": 0.2}
    assert office.usage.left_usd("a", limits, now_s=clock.now_s) == pytest.approx(0.5)
    assert office.usage.left_usd("b", limits, now_s=clock.now_s) == 1.0
    with pytest.raises(QuotaReached, match="charged"):
        office.films.add(new_film(owner="a", estimated_usd=0.6), limits=limits)
    office.usage.note_writing("a", "openai", 5.0, at=clock.now_s)
    assert office.usage.left_usd("a", limits, now_s=clock.now_s) == 0.0
