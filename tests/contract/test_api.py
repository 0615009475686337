"""Every operation of the API, asked with whatever its own document allows, and without a key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import little_house
from astragen.model.office import SCOPES
from astragen.service.app import create_app
from office_records import new_film

GOLDEN = Path(__file__).parent.parent / "golden" / "openapi.json"
OPEN = {"/healthz", "/readyz"}  # they tell nothing of anybody
EXAMPLES = 6  # of requests an operation; another run has others

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_DOCUMENT = json.loads(GOLDEN.read_text(encoding="utf-8"))
OPERATIONS = [f"{method} {path}" for path, found in _DOCUMENT["paths"].items() for method in found]


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    with little_house.house(tmp_path_factory.mktemp("api"), allowed_hosts=("testserver",)) as opened:
        yield opened


@pytest.fixture(scope="module")
def key(rooms):
    """One that opens everything, with a film of its own."""
    record, secret = rooms.office.keys.create("all", SCOPES, rate_per_minute=1_000_000)
    rooms.office.films.add(new_film(owner=record.id))
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def app(rooms):
    return create_app(rooms)


@pytest.fixture(scope="module")
def api(app, key):
    return schemathesis.openapi.from_asgi("/openapi.json", app, headers=key)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_asked_is_answered_as_documented(api, key, operation):
    """No status, type or body that the document does not have, and nothing breaks; nobody waits."""
    method, path = operation.split(" ")

    @given(case=api[path][method].as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        (case.query or {}).pop("wait", None)
        (case.headers or {}).pop("Prefer", None)
        case.call_and_validate(headers=key, checks=CHECKS)

    ask()


def test_without_a_key_nothing_is_told(tmp_path):
    """Once keys are made, every operation but those that tell of the process refuses whoever has none."""
    with little_house.house(tmp_path / "closed") as rooms:
        rooms.office.keys.create("first", ("films:read",))
        asking = little_house.client(rooms)
        operations = [(method, path) for path, found in asking.app.openapi()["paths"].items() for method in found]
        answers = {
            (method, path): asking.request(method, path.replace("{film_id}", new_film().id)).status_code
            for method, path in operations
            if path not in OPEN
        }

    assert answers
    assert {one: status for one, status in answers.items() if status != 401} == {}


def test_the_document_is_the_one_that_clients_were_given(app):
    """A change of the API is seen in its diff; write it with: python -m golden.openapi"""
    assert app.openapi() == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_every_operation_says_what_it_is_and_what_may_go_wrong(app):
    """Summary, tag, and a problem for every kind of refusal that it has."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation.get("summary"), where
            assert operation.get("tags"), where
            refusals = [status for status in operation["responses"] if status[0] in "45"]
            assert refusals or path in OPEN, where
