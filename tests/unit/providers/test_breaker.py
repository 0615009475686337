from __future__ import annotations

import pytest

from astragen.errors import (
    BadOutput,
    ContentRefused,
    ProbeError,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    Unavailable,
    Uncertain,
)
from astragen.providers.breaker import (
    FORGET_S,
    REST_MAX_S,
    REST_S,
    TRY_S,
    Breaker,
    Mark,
    after,
    asked,
    is_final,
    outcome_of,
    settled,
)

DOWN = Unavailable("down")
OPEN = Mark(3, 100.0, REST_S)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.mark.parametrize(
    ("failed", "outcome", "final"),
    [
        (None, "good", False),
        (ContentRefused("no", status=403), "good", False),
        (DOWN, "busy", False),
        (Uncertain("?"), "busy", False),
        (BadOutput("a web page"), "bad", False),
        (BadOutput("gone", status=403), "bad", False),
        (ProbeError("no picture"), "bad", False),
        (RateLimited("slow", status=429), None, False),
        (ProviderError("bad size", status=400), None, False),
        (ProviderError("key", status=401), None, True),
        (ProviderError("key", status=403), None, True),
        (QuotaExceeded("empty", status=402), None, True),
    ],
)
def test_an_error_tells_of_a_providers_health_or_of_the_request(failed, outcome, final):
    """Only the first counts."""
    assert outcome_of(failed) == outcome
    if failed is not None:
        assert is_final(failed) is final


@pytest.mark.parametrize(
    ("mark", "outcome", "left"),
    [
        pytest.param(Mark(), "busy", Mark(1, 100.0), id="first"),
        pytest.param(Mark(1, 90.0), "bad", Mark(2, 100.0), id="second"),
        pytest.param(Mark(2, 90.0), "busy", OPEN, id="third"),
        pytest.param(Mark(2, 90.0), "good", Mark(), id="not_running"),
        pytest.param(Mark(2, 90.0), None, Mark(2, 90.0), id="says_nothing"),
        pytest.param(OPEN, "busy", OPEN, id="set_out_before"),
        pytest.param(OPEN, "good", Mark(), id="works_after_all"),
        pytest.param(Mark(3, 10.0, REST_S, 99.0), "good", Mark(), id="try_went_well"),
        pytest.param(Mark(3, 10.0, REST_S, 99.0), "bad", Mark(4, 100.0, 2 * REST_S), id="try_failed"),
        pytest.param(Mark(9, 10.0, REST_MAX_S, 99.0), "bad", Mark(10, 100.0, REST_MAX_S), id="longest_rest"),
        pytest.param(Mark(3, 10.0, REST_S, 99.0), None, Mark(3, 10.0, REST_S), id="try_says_nothing"),
    ],
)
def test_what_is_remembered_of_a_request(mark, outcome, left):
    """At 100."""
    assert after(mark, outcome, 100.0) == left


@pytest.mark.parametrize(
    ("mark", "now", "may"),
    [
        (Mark(), 0.0, True),
        (Mark(2, 100.0), 100.0, True),
        (OPEN, 100.0, False),
        (OPEN, 100.0 + REST_S - 0.1, False),
        (OPEN, 100.0 + REST_S, True),
        (OPEN._replace(tried_at=200.0), 201.0, False),
        (OPEN._replace(tried_at=200.0), 200.0 + TRY_S, True),
    ],
)
def test_who_may_be_asked(mark, now, may):
    """Three failures, a rest, and one try, which may be lost."""
    left, allowed = asked(mark, now)

    assert allowed is may
    assert (left.tried_at == now) is (may and mark.failures >= 3)


@pytest.mark.parametrize(
    ("mark", "now", "left"),
    [
        (OPEN, 150.0, OPEN),
        (OPEN, 100.0 + REST_S + FORGET_S + 1, Mark()),
        (Mark(2, 100.0), 100.0 + FORGET_S + 1, Mark()),
        (OPEN._replace(tried_at=90.0), 50.0, Mark(3, 50.0, REST_S, 50.0)),
    ],
)
def test_old_failures_are_forgotten_and_a_clock_set_back_stops_nobody(mark, now, left):
    """A rest counts from now at most."""
    assert settled(mark, now) == left


def test_a_provider_that_fails_three_times_running_rests(tmp_path, clock):
    """And one try decides; others are not concerned."""
    breaker = Breaker(tmp_path, clock=clock)
    for _ in range(3):
        assert breaker.may_ask("acme")
        breaker.note("acme", DOWN)

    assert not breaker.may_ask("acme")
    assert breaker.may_ask("other")
    assert breaker.why_not("acme") == "acme failed 3 times running and is passed over for 60 s."
    clock.now += REST_S
    assert breaker.may_ask("acme")
    assert not breaker.may_ask("acme")
    assert "until a request that tries it" in breaker.why_not("acme")
    breaker.note("acme", None)
    assert breaker.may_ask("acme")
    assert breaker.why_not("acme") == ""


def test_the_next_film_does_not_wait_again(tmp_path, clock):
    """Nor one that runs beside this; later, all is forgotten."""
    first, beside = Breaker(tmp_path, clock=clock), Breaker(tmp_path, clock=clock)
    first.note("acme", DOWN)
    beside.note("acme", BadOutput("a web page"))
    first.note("acme", DOWN)

    assert not beside.may_ask("acme")
    assert not Breaker(tmp_path, clock=clock).may_ask("acme")
    assert Breaker(None, clock=clock).may_ask("acme")
    clock.now += REST_S + FORGET_S + 1
    assert Breaker(tmp_path, clock=clock).may_ask("acme")


def test_an_empty_account_is_final_for_the_run(tmp_path, clock):
    """And only for it: the user may pay meanwhile."""
    breaker = Breaker(tmp_path, clock=clock)
    breaker.note("acme", QuotaExceeded("acme answered HTTP 402: Insufficient balance.", status=402))
    clock.now += 1e6

    assert not breaker.may_ask("acme")
    assert breaker.why_not("acme") == "acme answered HTTP 402: Insufficient balance."
    assert Breaker(tmp_path, clock=clock).may_ask("acme")


@pytest.mark.parametrize(
    "broken", ["{", "[1]", '{"acme": [9, null, 5, 5]}', '{"acme": {"x": 1}}', '{"acme": ["3", 1, 1, 1]}']
)
def test_a_broken_memory_is_a_new_one(tmp_path, clock, broken):
    """A power cut may leave anything behind."""
    (tmp_path / "breaker.json").write_text(broken)

    assert Breaker(tmp_path, clock=clock).may_ask("acme")


def test_without_a_disk_the_run_remembers_all_the_same(tmp_path, clock, caplog):
    """It is logged, and the film goes on."""
    breaker = Breaker(tmp_path / "nowhere", clock=clock)
    for _ in range(3):
        breaker.note("acme", DOWN)

    assert not breaker.may_ask("acme")
    assert "cannot be kept" in caplog.text
