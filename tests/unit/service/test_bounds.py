import anyio
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from astragen.service.bounds import JSON_MAX_BYTES, Bodies, Rates
from astragen.service.problems import Refusal, told

JSON = {"content-type": "application/json"}


async def read(request: Request):
    """Answers with the length of the body."""
    return PlainTextResponse(str(len(await request.body())))


def app(**options):
    return Starlette(
        routes=[Route(path, read, methods=["POST", "DELETE"]) for path in ("/json", "/files")],
        middleware=[Middleware(Bodies, larger={"/files": 3 * JSON_MAX_BYTES}, **options)],
        exception_handlers={Refusal: told},
    )


client = TestClient(app())


async def asked(served, chunks, *, headers=(), path="/json", rest_s=0.0):
    """The status of a request whose body comes in *chunks*, one each *rest_s*; and how many were taken."""
    waiting = list(chunks)
    taken, answers = 0, []

    async def receive():
        nonlocal taken
        await anyio.sleep(rest_s)
        taken += 1
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message):
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": list(headers)}
    await served(scope | {"http_version": "1.1", "root_path": "", "server": ("x", 80)}, receive, send)
    return answers[0]["status"], taken


CHUNKED = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]


@pytest.mark.anyio
async def test_chunks_are_counted_as_they_come():
    """A body that never says its length is refused at the first byte too many, and not read on."""
    status, taken = await asked(app(), [b"x" * 2**18] * 100, headers=CHUNKED)

    assert (status, taken) == (413, 5)


@pytest.mark.anyio
async def test_a_length_that_lies_is_not_believed():
    """One byte promised, two megabytes sent."""
    lying = [(b"content-type", b"application/json"), (b"content-length", b"1")]

    status, _ = await asked(app(), [b"x" * 2**20] * 2, headers=lying)

    assert status == 413


@pytest.mark.anyio
async def test_a_length_beyond_the_limit_is_refused_unread():
    """Nothing is received at all."""
    status, taken = await asked(app(), [b"x"], headers=[(b"content-length", b"99999999999")])

    assert (status, taken) == (413, 0)


@pytest.mark.anyio
async def test_a_body_that_drips_is_given_up():
    """Slow loris: a byte now and then would hold a connection open for ever."""
    slow = app(grace_s=0.05, slowest=1000)

    status, taken = await asked(slow, [b"x"] * 100, headers=CHUNKED, rest_s=0.02)

    assert status == 408
    assert taken < 6


def test_a_body_up_to_the_limit_is_read():
    """The last byte allowed is."""
    assert client.post("/json", content=b"x" * JSON_MAX_BYTES, headers=JSON).text == str(JSON_MAX_BYTES)
    assert client.post("/json", content=b"x" * (JSON_MAX_BYTES + 1), headers=JSON).status_code == 413


def test_paths_that_take_files_have_their_own_limit():
    """Of any media type."""
    form = {"content-type": "multipart/form-data; boundary=x"}

    assert client.post("/files", content=b"x" * 2 * JSON_MAX_BYTES, headers=form).status_code == 200
    assert client.post("/files", content=b"x" * 4 * JSON_MAX_BYTES, headers=form).status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_bodies_that_are_no_json_are_refused(kind):
    """What a form of another site can send without being asked."""
    refused = client.post("/json", content=b'{"prompt": "x"}', headers={"content-type": kind} if kind else {})

    assert refused.status_code == 415


def test_no_body_needs_no_type():
    """A DELETE or a bare POST has none."""
    assert client.post("/json").status_code == 200
    assert client.delete("/json").status_code == 200


def test_a_bucket_runs_dry_and_fills_evenly():
    """Sixty at once, then one a second."""
    clock = [100.0]
    rates = Rates(now_s=lambda: clock[0])
    first = rates.take("key", 60)
    left = [rates.take("key", 60).left for _ in range(59)]

    assert (first.left, left[-1]) == (59, 0)
    with pytest.raises(Refusal) as refused:
        rates.take("key", 60)
    assert refused.value.status_code == 429
    assert refused.value.headers["Retry-After"] == "1"
    assert refused.value.headers["RateLimit"] == '"requests";r=0;t=60'
    clock[0] += 2.5
    assert rates.take("key", 60).left == 1


def test_keys_do_not_share_a_bucket():
    """One that asks too much takes nothing from another."""
    rates = Rates(now_s=lambda: 0.0)
    rates.take("one", 1)

    assert rates.take("other", 1).left == 0


def test_allowances_are_written_as_the_draft_has_them():
    """draft-ietf-httpapi-ratelimit-headers-11: a policy and what is left of it."""
    assert Rates(now_s=lambda: 0.0).take("key", 120).headers == {
        "RateLimit-Policy": '"requests";q=120;w=60',
        "RateLimit": '"requests";r=119;t=1',
    }
