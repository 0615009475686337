import errno
import pickle
from contextlib import contextmanager

import pytest
from fastapi import APIRouter
from pydantic import BaseModel

from astragen import errors as ours
from astragen.service import problems
from astragen.service.app import create_app
from astragen.service.problems import MEDIA_TYPE, Problem, Refusal, code_of, fault_of
from little_house import client, house

SECRET = "/srv/films/secret-folder"


def every_error():
    found = [ours.AstraGenError]
    for kind in found:
        found += kind.__subclasses__()
    return [kind for kind in found if kind.__module__ == ours.__name__]


class Order(BaseModel):
    prompt: str
    shots: list[dict[str, int]] = []


@pytest.fixture(scope="module")
def failing(tmp_path_factory):
    """An app with a route that raises what it is given, and one that reads an order."""
    with house(tmp_path_factory.mktemp("house")) as rooms, asker_of(rooms) as found:
        yield found


@contextmanager
def asker_of(rooms):
    raised = []
    router = APIRouter(prefix="/v1/try")

    @router.get("/fail")
    async def fail():
        raise raised.pop()

    @router.get("/late")
    async def late():
        from starlette.responses import StreamingResponse

        async def parts():
            yield b"begun"
            raise raised.pop()

        return StreamingResponse(parts())

    @router.post("/order")
    async def order(one: Order, limit: int = 20):
        return one

    app = create_app(rooms)
    app.include_router(router)
    with client(rooms, app=app) as asking:
        yield lambda error: (raised.append(error), asking.get("/v1/try/fail"))[1], asking, raised


def read(reply):
    """The problem, whose form is checked."""
    assert reply.headers["content-type"] == MEDIA_TYPE
    problem = Problem.model_validate(reply.json())
    assert problem.status == reply.status_code
    assert problem.request_id == reply.headers["x-request-id"]
    assert reply.headers["cache-control"] == "no-store"
    return problem


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_place_in_the_table(kind):
    """A new class of error is a new line, not a 500."""
    assert kind in problems._OF_CLASS


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_is_told_with_its_code(failing, kind):
    """Status, dotted code, message and hint; of our own faults no more than that."""
    asked, *_ = failing
    status, code = problems._OF_CLASS[kind]

    problem = read(asked(kind(f"The lamp {SECRET} is dark.", hint="Light it.")))

    assert (problem.status, problem.code) == (status, code)
    assert problem.instance == "/v1/try/fail"
    is_told = status != 500 and kind not in (ours.DatabaseDown, ours.StoreError)
    assert (f"The lamp {SECRET} is dark. Light it." == problem.detail) is is_told
    assert (SECRET in problem.detail) is is_told


@pytest.mark.parametrize(
    ("error", "status", "code", "retry"),
    [
        (ours.RateLimited("Slow down.", retry_after_s=31.6), 503, "provider.rate_limited", "32"),
        (ours.Unavailable("Down."), 503, "provider.unavailable", "5"),
        (ours.QuotaReached("Two films wait.", quota="queue"), 429, "limit.queue", "5"),
        (ours.DatabaseDown(f"{SECRET} does not answer."), 503, "service.database", "5"),
        (ours.DatabaseDown(f"{SECRET} is full.", is_full=True), 507, "storage.full", None),
        (OSError(errno.ENOSPC, "No space left", SECRET), 507, "storage.full", None),
        (OSError(errno.EACCES, "Permission denied", SECRET), 500, "internal", None),
        (ValueError(SECRET), 500, "internal", None),
        (Refusal(409, "film.busy", "It is busy.", headers={"X-Film": "1"}), 409, "film.busy", None),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else None,
)
def test_failures_say_when_to_come_back_and_nothing_of_our_insides(failing, error, status, code, retry):
    """No path, no message of another library, no traceback; Retry-After where waiting helps."""
    asked, *_ = failing
    reply = asked(error)

    assert (read(reply).status, read(reply).code) == (status, code)
    assert reply.headers.get("retry-after") == retry
    assert SECRET not in reply.text
    assert "Traceback" not in reply.text


def test_headers_of_a_refusal_are_sent(failing):
    """Such as WWW-Authenticate."""
    asked, *_ = failing

    assert asked(Refusal(409, "film.busy", "Busy.", headers={"X-Film": "1"})).headers["x-film"] == "1"


def test_an_unforeseen_error_is_logged_with_its_id(failing, caplog):
    """Whoever asks with the request id gets an answer from the log."""
    asked, *_ = failing
    reply = asked(ValueError("the lamp"))

    (record,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert "the lamp" in str(record.exc_info[1])
    assert reply.json()["request_id"].startswith("req_")


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, [{"pointer": "#/prompt", "detail": "Field required"}]),
        (
            {"prompt": 5, "shots": [{}, {"a/b~c": "x"}]},
            [
                {"pointer": "#/prompt", "detail": "Input should be a valid string"},
                {
                    "pointer": "#/shots/1/a~1b~0c",
                    "detail": "Input should be a valid integer, unable to parse string as an integer",
                },
            ],
        ),
        ([], [{"pointer": "#", "detail": "Input should be a valid dictionary or object to extract fields from"}]),
    ],
)
def test_invalid_bodies_are_pointed_at(failing, body, places):
    """JSON pointers (RFC 6901), and never the value that was sent."""
    _, asking, _ = failing
    reply = asking.post("/v1/try/order", json=body)

    assert (read(reply).status, read(reply).code) == (422, "input.invalid")
    assert reply.json()["errors"] == places
    assert places[0]["pointer"] in reply.json()["detail"]


def test_invalid_parameters_are_named(failing):
    """They have no pointer: they are not in the body."""
    _, asking, _ = failing
    reply = asking.post("/v1/try/order?limit=many", json={"prompt": "x"})

    assert [one["parameter"] for one in reply.json()["errors"]] == ["query.limit"]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"prompt": nul}', b"[" * 100_000], ids=["cut", "utf", "nul", "deep"]
)
def test_what_is_no_json_is_malformed(failing, body):
    """400, not 422, and never a 500."""
    _, asking, _ = failing

    assert read(asking.post("/v1/try/order", content=body, headers={"content-type": "application/json"})).status == 400


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "request.not_found"),
        ("DELETE", "/v1/try/order", 405, "request.method_not_allowed"),
        ("BREW", "/healthz", 405, "request.method_not_allowed"),
    ],
)
def test_what_is_not_there_is_a_problem_too(failing, method, path, status, code):
    """No page of another framework shows through."""
    _, asking, _ = failing

    problem = read(asking.request(method, path))

    assert (problem.status, problem.code) == (status, code)


def test_an_answer_that_fails_half_way_is_cut(failing, caplog):
    """Its status is sent already, so all that is left is not to end it as if it were whole."""
    _, asking, raised = failing
    raised.append(ValueError(SECRET))
    reply = asking.get("/v1/try/late")

    assert reply.text == "begun"
    assert "request failed" in [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]


@pytest.mark.parametrize(
    ("given", "is_kept"), [("abc-1.2_3", True), ("a b", False), ("x" * 65, False), ('"}\n', False)]
)
def test_a_client_may_name_its_request(failing, given, is_kept):
    """As far as the name is harmless in a log."""
    _, asking, _ = failing
    if "\n" in given:
        given = given.replace("\n", "\t")

    assert (asking.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"] == given) is is_kept


def test_workers_have_the_same_codes():
    """What a film failed of is told as a request would be."""
    assert code_of(ours.ContentRefused("No.")) == "provider.content_refused"
    assert code_of(OSError(errno.EDQUOT, "x")) == "storage.full"
    assert fault_of(ours.BriefError("Too long.", hint="Shorten it.")).hint == "Shorten it."
    assert SECRET not in str(fault_of(KeyError(SECRET)))
    assert fault_of(ours.DatabaseDown("Down.")).code == "service.database"


def test_a_refusal_crosses_a_process_border():
    """Whole, with its code."""
    kept = pickle.loads(pickle.dumps(Refusal(404, "film.gone", "It is gone.", headers={"A": "b"})))

    assert (kept.status_code, kept.code, kept.detail, kept.headers) == (404, "film.gone", "It is gone.", {"A": "b"})
