from __future__ import annotations

import pytest

from astragen.errors import BudgetExceeded, RateLimited
from astragen.runtime.tasks import (
    StepMismatch,
    TaskFailed,
    error_of,
    error_to_json,
    fingerprint,
    most_attempts,
    readable,
    text_of,
)


def test_an_error_of_ours_survives_its_record_with_all_that_it_knows():
    """Class, message, hint and the wait that was asked for: a replay decides by them as the first run did."""
    error = RateLimited("openai refused (HTTP 429).", hint="Wait.", provider="openai", status=429, retry_after_s=7.5)

    back = error_of(error_to_json(error))

    assert type(back) is RateLimited
    assert back.__dict__ == error.__dict__


@pytest.mark.parametrize("error", [StepMismatch("other inputs"), TaskFailed("x", hint="y", kind="KeyError")])
def test_errors_of_the_engine_survive_their_record(error):
    """They live beside the tree of errors, and are found all the same."""
    back = error_of(error_to_json(error))

    assert (type(back), back.__dict__) == (type(error), error.__dict__)


def test_an_error_of_others_comes_back_as_text():
    """Its class and message are kept; nothing is built from a name that the database holds."""
    back = error_of(error_to_json(ValueError("no such colour")))

    assert type(back) is TaskFailed
    assert readable(back) == "ValueError: no such colour"


def test_a_name_of_the_module_that_is_no_error_is_not_called():
    """`annotations` and `ClassVar` are names in errors.py as well."""
    assert type(error_of({"kind": "ClassVar", "message": "m", "hint": "", "more": {}})) is TaskFailed


def test_what_an_error_says_includes_the_next_act():
    """One line: class, message, hint."""
    assert readable(BudgetExceeded("Too dear.", hint="Raise --max-cost.")) == (
        "BudgetExceeded: Too dear. Raise --max-cost."
    )


def test_a_fingerprint_tells_names_and_arguments_apart():
    """Neither the order of keys nor anything else but name and arguments counts."""
    assert fingerprint("a", [{"x": 1, "y": 2}]) == fingerprint("a", [{"y": 2, "x": 1}])
    assert len({fingerprint("a", [1]), fingerprint("b", [1]), fingerprint("a", [2]), fingerprint("a", ["1"])}) == 4


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object()])
def test_what_json_does_not_know_is_refused(value):
    """Media are named, never carried."""
    with pytest.raises(TypeError):
        text_of([value])


def test_a_number_that_is_none_is_refused():
    """PostgreSQL and other readers know no NaN."""
    with pytest.raises(ValueError, match="JSON"):
        text_of(float("nan"))


@pytest.mark.parametrize(("name", "most"), [("film.v1", 100), ("unit.v2", 4), ("hook.v1", 20)])
def test_attempts_depend_on_the_kind_of_work(name, most):
    """A piece that kills its workers stops soon; a film outlives many of them."""
    assert most_attempts(name) == most
