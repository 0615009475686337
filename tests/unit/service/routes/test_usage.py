from __future__ import annotations

import pytest

import little_house
from astragen.model.brief import Brief
from astragen.model.job import FilmRecord, Order
from astragen.store.office.ids import new_id

NOON = 1_796_126_400.0  # 2026-12-01 12:00 UTC
DAY = 86_400.0


@pytest.fixture
def rooms(tmp_path):
    clock = [NOON]
    with little_house.house(tmp_path / "house", now_s=lambda: clock[0]) as opened:
        object.__setattr__(opened, "clock", clock)
        yield opened


def ended(rooms, days_ago, usd, owner=""):
    """A film that ended on a day, and what it cost."""
    rooms.clock[0] = NOON - days_ago * DAY
    film = FilmRecord(
        id=new_id("film", rooms.clock[0]),
        owner=owner,
        created_at=rooms.clock[0],
        order=Order(brief=Brief(prompt="A lighthouse")),
    )
    rooms.office.films.add(film)
    assert rooms.office.films.end(film.id, 1, "completed", spent_usd=usd)
    rooms.clock[0] = NOON


def test_usage_is_told_by_day(rooms):
    """Days on which nothing was used are left out; a month is told unless another time is asked for."""
    for days_ago, usd in ((0, 0.25), (2, 0.5), (2, 0.0), (40, 8.0)):
        ended(rooms, days_ago, usd)

    told = little_house.client(rooms).get("/v1/usage").json()

    assert (told["since"], told["until"]) == ("2026-11-02", "2026-12-01")
    assert [(one["date"], one["films"], one["usd"]) for one in told["days"]] == [
        ("2026-11-29", 2, 0.5),
        ("2026-12-01", 1, 0.25),
    ]
    assert (told["total"]["films"], told["total"]["usd"]) == (3, 0.75)
    assert told["total"]["providers"] == [{"provider": "unknown", "usd": 0.75}]


def test_a_key_sees_its_own_usage(rooms):
    """And all of it with the scope to make keys."""
    record, secret = rooms.office.keys.create("a", ["usage:read"])
    _, admin = rooms.office.keys.create("b", ["usage:read", "keys:admin"])
    ended(rooms, 0, 1.0, owner=record.id)
    ended(rooms, 0, 2.0, owner=new_id("key", NOON))

    own = little_house.client(rooms, key=secret)
    every = little_house.client(rooms, key=admin).get("/v1/usage?everybody=true").json()

    assert own.get("/v1/usage").json()["total"]["usd"] == 1.0
    assert own.get("/v1/usage?everybody=true").status_code == 403
    assert every["total"]["usd"] == 3.0


@pytest.mark.parametrize(
    "asked",
    ["since=2026-12-02&until=2026-12-01", "since=2026-01-01", "since=yesterday", "until=0001-01-01&since=2026-01-01"],
)
def test_a_time_that_is_none_is_refused(rooms, asked):
    """Too long, backwards, or no day."""
    assert little_house.client(rooms).get(f"/v1/usage?{asked}").status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days(rooms, day):
    """On which nothing was used."""
    assert little_house.client(rooms).get(f"/v1/usage?until={day}").json()["days"] == []
