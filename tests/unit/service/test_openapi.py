import pytest

from astragen.service.access import SCOPES
from astragen.service.app import create_app
from astragen.service.gate import is_open
from astragen.service.problems import MEDIA_TYPE, Place, Problem
from little_house import client, house


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """As clients get it."""
    with house(tmp_path_factory.mktemp("house")) as rooms:
        return client(rooms).get("/openapi.json").json()


def operations(document):
    return [(path, method, one) for path, item in document["paths"].items() for method, one in item.items()]


def references(part):
    if isinstance(part, dict):
        found = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return found + [one for value in part.values() for one in references(value)]
    return [one for value in part for one in references(value)] if isinstance(part, list) else []


def test_errors_are_problems_everywhere(document):
    """Of one media type and shape; FastAPI's own is nowhere."""
    for path, method, one in operations(document):
        for status, answer in one["responses"].items():
            if status[0] in "45" and path != "/readyz":
                assert list(answer["content"]) == [MEDIA_TYPE], (path, method, status)
    assert "HTTPValidationError" not in str(document)


def test_private_routes_say_so(document):
    """They may answer 401 and 429, and have the scheme of keys."""
    for path, method, one in operations(document):
        assert ("security" in one) is not is_open(path), (path, method)
        assert ({"401", "403", "429"} <= set(one["responses"])) is not is_open(path), (path, method)
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_routes_with_a_body_say_what_is_refused(document):
    """Too large, too slow, of another type, invalid."""
    for path, method, one in operations(document):
        if "requestBody" in one:
            assert {"408", "413", "415", "422"} <= set(one["responses"]), (path, method)


def test_every_operation_is_described_under_a_known_tag(document):
    """With a summary, a description, and an id of its own that clients can be generated with."""
    known = {tag["name"] for tag in document["tags"]}
    ids = [one["operationId"] for *_, one in operations(document)]
    for path, method, one in operations(document):
        assert one.get("summary"), (path, method)
        assert one.get("description"), (path, method)
        assert set(one["tags"]) <= known, (path, method)
    assert len(set(ids)) == len(ids)


def test_every_reference_leads_somewhere(document):
    """Also those that are added after FastAPI's."""
    shapes = document["components"]["schemas"]

    assert {one.rpartition("/")[2] for one in references(document)} <= set(shapes)
    assert set(shapes["Problem"]["properties"]) == set(Problem.model_fields)
    assert set(shapes["Place"]["properties"]) == set(Place.model_fields)


def test_the_description_names_every_scope(document):
    """A new scope is documented by being there."""
    assert all(f"`{scope}`" in document["info"]["description"] for scope in SCOPES)


def test_the_document_is_the_same_for_every_app(rooms):
    """It can be checked in."""
    assert create_app(rooms).openapi() == create_app(rooms).openapi()
