import dataclasses
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from astragen.model.film import ShotReport, StageReport
from astragen.model.job import Fault
from astragen.model.take import Attempt, Fallback
from astragen.service.metrics import RECENT_S, provider_of, quantile
from little_house import client
from office_records import film_report, new_film


def samples(asking):
    """Each sample's value, by its name and labels."""
    reply = asking.get("/metrics")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain")
    return {
        (one.name, *sorted(one.labels.values())): one.value
        for family in text_string_to_metric_families(reply.text)
        for one in family.samples
    }


def finished(rooms, **changes):
    """A completed film of which the report says *changes*."""
    film = rooms.office.films.add(new_film())
    rooms.office.films.end(film.id, 1, "completed", report=film_report(openai=0.25).model_copy(update=changes))
    return film


def test_films_queues_and_charges_are_those_of_the_database(rooms):
    """Any process says the same, whoever made the films."""
    finished(rooms)
    waiting = rooms.office.films.add(new_film())
    rooms.counter.submit("films", "film.v1", waiting.id, 1, id=f"{waiting.id}.1")
    rooms.counter.orphans = lambda: {"2": 3}

    found = samples(client(rooms))

    assert found["astragen_films", "completed"] == 1
    assert found["astragen_films", "queued"] == 1
    assert found["astragen_films", "failed"] == 0
    assert found["astragen_queue_depth", "films"] == 1
    assert found["astragen_queue_depth", "render"] == 0
    assert found["astragen_orphans", "2"] == 3
    assert found["astragen_provider_usd", "openai"] == 0.25
    assert found[("astragen_disk_free_bytes",)] > 0


def test_stages_and_providers_are_those_of_the_films_that_ended_lately(rooms):
    """By their reports; a provider is named without its model, so that there are few."""
    tries = tuple(
        Attempt(provider=f"pollinations {model}", outcome=outcome)
        for model, outcome in [("flux", "failed"), ("flux", "failed"), ("turbo", "taken")]
    )
    for wall_s in (1.0, 2.0, 9.0):
        finished(
            rooms,
            stages=(StageReport(name="shoot", wall_s=wall_s, steps=4, reused=1),),
            shots=(ShotReport(shot="s1-1", made_by="pollinations", frames=48, attempts=tries),),
            fallbacks=(Fallback(stage="speak", subject="s1-1", reason="down", instead="builtin"),),
        )

    found = samples(client(rooms))

    assert found["astragen_recent_stage_seconds", "0.5", "shoot"] == 2.0
    assert found["astragen_recent_stage_seconds", "0.99", "shoot"] == 9.0
    assert found["astragen_recent_steps", "made", "shoot"] == 9
    assert found["astragen_recent_steps", "reused", "shoot"] == 3
    assert found["astragen_recent_provider_tries", "failed", "pollinations"] == 6
    assert found["astragen_recent_provider_tries", "pollinations", "taken"] == 3
    assert found["astragen_recent_fallbacks", "speak"] == 3


def test_a_report_is_read_once(rooms):
    """Reports are large, and Prometheus asks every few seconds; what ended an hour ago is forgotten."""
    finished(rooms)
    asked, get, page = [], rooms.office.films.get, rooms.office.films.page
    rooms.office.films.get = lambda film: (asked.append(film), get(film))[1]
    rooms.office.films.page = lambda **named: listed.append(page(**named)) or listed[-1]
    listed = []
    asking = client(rooms)

    first, second = samples(asking), samples(asking)

    stage = ("astragen_recent_stage_seconds", "0.5", "write")
    assert first[stage] == second[stage] == 1.0
    assert len(asked) == 1
    assert [film.report for one in listed for film in one.films] == [None, None]
    late = dataclasses.replace(rooms, now_s=lambda: time.time() + 2 * RECENT_S)
    assert not [name for name, *_ in samples(client(late)) if name == "astragen_recent_stage_seconds"]


def test_failures_are_counted_by_code(rooms):
    """What to look at first."""
    film = rooms.office.films.add(new_film())
    rooms.office.films.end(film.id, 1, "failed", fault=Fault(code="provider.unavailable", message="Down."))

    assert samples(client(rooms))["astragen_recent_failures", "provider.unavailable"] == 1


def test_requests_are_counted_by_template(rooms):
    """Never by path: ids, and whatever strangers ask for, are without number."""
    asking = client(rooms)
    for name in ("a", "b", "c"):
        asking.get(f"/v1/{name}")
        asking.get(f"/static/{name}.js")
    asking.request("BREW", "/healthz")

    found = samples(asking)

    assert found["astragen_http_requests_total", "404", "GET", "none"] == 3
    assert found["astragen_http_requests_total", "/static/{name}", "404", "GET"] == 3
    assert found["astragen_http_requests_total", "/healthz", "405", "other"] == 1
    assert found["astragen_http_seconds_count", "/static/{name}", "GET"] == 3


def test_metrics_are_for_keys_that_may_read_them(rooms):
    """They tell of all owners."""
    _, reads_films = rooms.office.keys.create("one", ["films:read", "usage:read"])
    _, reads_metrics = rooms.office.keys.create("prometheus", ["metrics:read"])

    assert client(rooms).get("/metrics").status_code == 401
    assert client(rooms, key=reads_films).get("/metrics").status_code == 403
    assert client(rooms, key=reads_metrics).get("/metrics").status_code == 200


@pytest.mark.parametrize(("part", "expected"), [(0.5, 3), (0.9, 5), (0.99, 5), (0.0, 1)])
def test_quantiles_are_values_that_were(part, expected):
    """Nearest rank."""
    assert quantile([5, 1, 4, 2, 3], part) == expected


def test_a_provider_is_named_without_its_model():
    """As charges name it."""
    assert provider_of("pollinations tongyi-mai/z-image-turbo") == "pollinations"
