"""A service as the command line asks it: streams that go on, downloads that are whole, a no in our own words."""

from __future__ import annotations

import hashlib
import json
from contextlib import aclosing

import anyio
import pytest
from pydantic import SecretStr

from astragen.cli import server as client
from astragen.cli.server import Server, file_part
from astragen.errors import AstraGenError, BadOutput, JobNotFound, SettingsError, Unavailable
from astragen.model.event import Ended, Event, Queued, StageStarted
from emulators.loopback import Asked, LoopbackServer, Sent, sent

KEY = "ag_live_canary0123456789"
FILM = "film_01jd3m8q2v7x4n5c6b7a8s9d0f"
MOVIE = bytes(range(256)) * 40


class Scripted(LoopbackServer):
    """Answers by a script, one after the other; the last answer again and again."""

    def __init__(self, *answers: Sent) -> None:
        super().__init__()
        self._answers = list(answers)

    def answer(self, asked: Asked) -> Sent:
        """The next of the script."""
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.fixture(autouse=True)
def no_waits(monkeypatch):
    monkeypatch.setattr(client, "AGAIN_S", 0.01)
    monkeypatch.setattr("astragen.providers.http.BACKOFF_S", 0.01)


def told(seq: int, event: Event) -> str:
    """An event as the service sends it."""
    body = json.dumps({"film": FILM, "seq": seq, "at": 1_795_390_000, "event": event.model_dump(mode="json")})
    return f"id: {seq}\nevent: {event.kind}\ndata: {body}\n\n"


def stream(*parts: str, cut: int = 0) -> Sent:
    return Sent(200, "".join(parts).encode(), {"content-type": "text/event-stream"}, cut=cut)


def problem(status: int, code: str, detail: str) -> Sent:
    body = {"type": "about:blank", "title": "No", "status": status, "detail": detail, "code": code}
    return Sent(status, json.dumps(body).encode(), {"content-type": "application/problem+json"})


def run(work, *arguments):
    async def main():
        with anyio.fail_after(10):
            return await work(*arguments)

    return anyio.run(main)


async def heard(server: Server, attempt: int = 1) -> list[tuple[int, str]]:
    """Number and kind of every event of the film."""
    async with aclosing(server.events(FILM, attempt=attempt)) as events:
        return [(one.seq, one.event.kind) async for one in events]


QUEUED, ENDED = Queued(), Ended(state="completed")
STAGE = StageStarted(at_s=1.0, stage="write", total=1)


def test_a_stream_that_breaks_goes_on_where_it_broke():
    """The second connection says which event came last; none is told twice, and half of one is none."""
    first = stream("retry: 3000\n\n", told(1, QUEUED), ": ping\n\n", told(2, STAGE), told(3, STAGE), cut=20)
    with Scripted(first, stream(told(3, STAGE), told(4, ENDED))) as service:
        events = run(heard, Server(service.url))

    assert events == [(1, "queued"), (2, "stage_started"), (3, "stage_started"), (4, "ended")]
    assert [asked.headers["last-event-id"] for asked in service.asked] == ["0", "2"]


def test_a_stream_outlives_a_server_that_is_away():
    """A restart of the service is an interruption, not an error."""
    down = problem(503, "service.database", "The service's database does not answer; ask again.")
    with Scripted(stream(told(1, QUEUED)), down, Sent(is_reset=True), stream(told(2, ENDED))) as service:
        events = run(heard, Server(service.url))

    assert events == [(1, "queued"), (2, "ended")]
    assert len(service.asked) == 4


def test_events_of_an_attempt_before_do_not_end_the_stream():
    """A film that is tried again has ended before; its history is told whole."""
    before = stream(told(1, QUEUED), told(2, Ended(state="failed", attempt=1)))
    with Scripted(before, stream(told(3, Queued(attempt=2)), told(4, Ended(state="completed", attempt=2)))) as service:
        events = run(heard, Server(service.url), 2)

    assert [seq for seq, _ in events] == [1, 2, 3, 4]


def test_events_that_this_version_does_not_know_are_passed_over():
    """A newer service may tell more."""
    news = f"id: 2\nevent: applause\ndata: {json.dumps({'seq': 2, 'at': 1, 'event': {'kind': 'applause'}})}\n\n"
    with Scripted(stream(told(1, QUEUED), news, "data: no json\n\n", told(3, ENDED))) as service:
        events = run(heard, Server(service.url))

    assert [seq for seq, _ in events] == [1, 3]


def test_watching_is_given_up_after_a_long_silence(monkeypatch):
    """The error says where the server should be."""
    monkeypatch.setattr(client, "LOST_S", 0.05)
    with Scripted(Sent(is_reset=True)) as service, pytest.raises(Unavailable) as caught:
        run(heard, Server(service.url))

    assert service.url in caught.value.hint


def etag(content: bytes = MOVIE) -> dict[str, str]:
    return {"etag": f'"{hashlib.sha256(content).hexdigest()}"', "content-type": "video/mp4"}


def test_a_download_that_breaks_goes_on_where_it_broke(tmp_path):
    """What is there is not fetched again, as long as the server says that it is the same."""
    rest = Sent(206, MOVIE[-100:], etag())
    with Scripted(Sent(200, MOVIE, etag(), cut=100), rest) as service:
        digest = run(Server(service.url).fetch, FILM, "film", tmp_path / "film")

    assert (tmp_path / "film").read_bytes() == MOVIE
    assert digest == hashlib.sha256(MOVIE).hexdigest()
    assert service.asked[1].headers["range"] == f"bytes={len(MOVIE) - 100}-"
    assert service.asked[1].headers["if-range"] == etag()["etag"]
    assert service.asked[0].path == f"/v1/films/{FILM}/content?variant=film"


def test_a_download_of_another_version_begins_anew(tmp_path):
    """The rest of one file is never put after the beginning of another."""
    with Scripted(Sent(200, MOVIE, etag(), cut=100), Sent(200, b"new", etag(b"new"))) as service:
        run(Server(service.url).fetch, FILM, "film", tmp_path / "film")

    assert (tmp_path / "film").read_bytes() == b"new"


def test_what_is_not_what_the_server_has_is_refused(tmp_path):
    """The tag is the SHA-256 of the content."""
    with Scripted(Sent(200, b"damaged", etag())) as service, pytest.raises(BadOutput, match="film of film_"):
        run(Server(service.url).fetch, FILM, "film", tmp_path / "film")


def test_a_file_store_is_asked_without_the_key(tmp_path):
    """The service sends us on; its own tag is what is checked, and the key stays with it."""
    with Scripted(Sent(200, MOVIE, {"etag": '"of-the-store"'})) as store:
        there = {"location": f"{store.url}/films/ab?X-Signature=s3cret", **etag()}
        with Scripted(Sent(307, b"", there)) as service:
            run(Server(service.url, SecretStr(KEY)).fetch, FILM, "film", tmp_path / "film")

    assert service.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in store.asked[0].headers
    assert store.asked[0].path == "/films/ab?X-Signature=s3cret"
    assert (tmp_path / "film").read_bytes() == MOVIE


@pytest.mark.parametrize(
    ("answer", "exit_code", "said"),
    [
        pytest.param(problem(422, "input.brief", "#/seconds is 1."), 2, "#/seconds is 1.", id="a brief"),
        pytest.param(problem(404, "film.not_found", "No film has this id."), 5, "No film", id="no film"),
        pytest.param(problem(409, "film.conflict", "It has ended."), 5, "It has ended.", id="a state"),
        pytest.param(problem(401, "access.unauthorized", "This key is not valid."), 2, "--key", id="a key"),
        pytest.param(problem(403, "access.forbidden", 'It lacks "films:read".'), 2, "films:read", id="a scope"),
        pytest.param(problem(422, "budget.exceeded", "openai charges."), 6, "openai charges.", id="money"),
        pytest.param(problem(507, "storage.full", "The disk is full."), 4, "The disk is full.", id="a full disk"),
        pytest.param(problem(422, "provider.key_missing", "No key."), 2, "No key.", id="a provider's key"),
        pytest.param(problem(502, "provider.failed", "fal failed."), 3, "fal failed.", id="a provider"),
        pytest.param(problem(421, "request.host", "Not under this name."), 2, "ALLOWED_HOSTS", id="a name"),
        pytest.param(sent({"detail": "Not Found"}, 404), 5, "Not Found", id="another service"),
        pytest.param(
            Sent(404, b"<html>no</html>", {"content-type": "text/html"}), 3, "service of AstraGen", id="a page"
        ),
    ],
)
def test_a_no_has_the_exit_code_that_it_has_here(answer, exit_code, said):
    """And the service's own words."""
    with Scripted(answer) as service, pytest.raises(AstraGenError) as caught:
        run(Server(service.url, SecretStr(KEY)).film, FILM)

    assert caught.value.exit_code == exit_code
    assert said in str(caught.value)
    assert KEY not in str(caught.value)


def test_too_many_requests_are_asked_again_when_the_server_says():
    """A limit of requests is waited for, as with every provider."""
    busy = problem(429, "limit.rate", "Too many requests.")
    busy.headers["retry-after"] = "0"
    with Scripted(busy, sent({"id": FILM})) as service:
        film = run(Server(service.url).film, FILM)

    assert film == {"id": FILM}


def test_an_order_is_sent_again_with_the_same_key():
    """So that an answer that is lost on the way makes no second film."""

    async def ordered(server: Server):
        return await server.order({"prompt": "dusk"}, idempotency_key="k1")

    with Scripted(Sent(is_reset=True), sent({"id": FILM}, 202)) as service:
        film = run(ordered, Server(service.url))

    assert film["id"] == FILM
    assert [asked.headers["idempotency-key"] for asked in service.asked] == ["k1", "k1"]
    assert service.asked[0].raw == service.asked[1].raw


def test_a_file_is_sent_with_its_name(tmp_path):
    """As a form, which is what the service takes."""
    song = tmp_path / "song.mp3"
    song.write_bytes(b"ID3 tones")
    with Scripted(sent({"id": "file_1"}, 201)) as service:
        assert run(Server(service.url).upload, file_part(song)) == "file_1"

    assert service.asked[0].path == "/v1/files"
    assert b'filename="song.mp3"' in service.asked[0].raw
    assert b"ID3 tones" in service.asked[0].raw


def test_a_file_that_is_missing_is_named(tmp_path):
    """Before anything is sent."""
    with pytest.raises(SettingsError, match=r"gone\.png cannot be read"):
        file_part(tmp_path / "gone.png")


@pytest.mark.parametrize("url", ["ftp://films", "films", "http://user:pass@films", "https://films/?a=b"])
def test_an_address_that_is_none_is_refused(url):
    """The hint names the flag; a password in it is not repeated."""
    with pytest.raises(SettingsError, match="--server") as caught:
        Server(url)
    assert "ASTRAGEN_SERVER" in caught.value.hint


def test_a_key_does_not_travel_in_the_open():
    """Only this machine is asked without TLS."""
    with pytest.raises(SettingsError, match="unencrypted"):
        Server("http://films.example", SecretStr(KEY))
    assert KEY not in repr(Server("https://films.example", SecretStr(KEY)).__dict__)


def test_an_address_may_end_with_the_version():
    """People copy either."""
    assert Server("http://127.0.0.1:8000/v1/").url == "http://127.0.0.1:8000"


def test_an_unknown_film_is_not_waited_for():
    """404 is an answer, not a failure of the line."""
    with Scripted(problem(404, "film.not_found", "No film has this id.")) as service, pytest.raises(JobNotFound):
        run(heard, Server(service.url))
    assert len(service.asked) == 1
