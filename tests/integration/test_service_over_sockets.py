"""The service behind the real server, spoken to over sockets, as no well-behaved client would."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn

from astragen.service import bounds
from astragen.service.app import create_app
from astragen.service.house import opened
from astragen.service.serving import HEAD_MAX, config_of
from astragen.settings import Settings
from little_house import house


@contextmanager
def served(app, **named):
    """The port at which *app* is served, as `astragen serve` does it."""
    place = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config_of(app, **named))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
    thread.start()
    try:
        yield place.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        place.close()


def said(port, *parts):
    """What is answered to *parts*, until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except OSError:
            pass  # it has heard enough
        answer = b""
        try:
            while more := connection.recv(65_536):
                answer += more
        except ConnectionResetError:
            pass
    return answer


def head(port, *headers, path="/v1/api_keys", method="POST"):
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers, "", ""]
    return "\r\n".join(lines).encode()


@pytest.fixture
def port(tmp_path):
    """The port of a little house."""
    with house(tmp_path) as rooms, served(create_app(rooms)) as number:
        yield number


def test_a_chunked_body_without_end_is_refused_and_cut(port):
    """A mebibyte and no more is taken, and the connection is closed."""
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = said(port, head(port, "Content-Type: application/json", "Transfer-Encoding: chunked"), *[chunk] * 64)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"request.too_large"' in answer
    assert b"connection: close" in answer.lower()


def test_a_promise_of_too_much_is_refused_at_once(port):
    """Before the first byte of it."""
    answer = said(port, head(port, "Content-Type: application/json", "Content-Length: 99999999"))

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_never_comes_is_given_up(tmp_path, monkeypatch):
    """Slow loris: the promise of a body holds a connection for the grace only."""
    monkeypatch.setattr(bounds.Bodies.__init__, "__kwdefaults__", {"grace_s": 0.2, "slowest": 1000.0})
    with house(tmp_path) as rooms, served(create_app(rooms)) as port:
        answer = said(port, head(port, "Content-Type: application/json", "Content-Length: 100"), b"{")

    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.0\r\n\r\n",
    ],
    ids=["other", "two", "absolute", "none"],
)
def test_hosts_that_are_none_of_ours_get_nothing(port, request_):
    """However the request is written; the server itself may refuse it first."""
    assert said(port, request_).split()[1] in (b"400", b"421")


def test_there_may_be_as_many_connections_as_files_but_for_those_of_the_rest():
    """Databases and films must be opened though thousands follow them; what the system grants is used."""
    resource = pytest.importorskip("resource")
    most = config_of(None).limit_concurrency
    soft, hard = (
        65_536 if one == resource.RLIM_INFINITY else one for one in resource.getrlimit(resource.RLIMIT_NOFILE)
    )
    files = min(soft, 65_536)

    assert most == max(files - 256, files // 2)
    assert files == min(hard, 65_536)


def test_a_house_opens_by_its_settings_alone(tmp_path):
    """Database, engine, store and hub, all real: it is ready, says who made it nowhere, and closes without a trace."""
    rooms = opened(Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", config_dir=tmp_path))
    with served(create_app(rooms)) as port:
        answer = said(port, head(port, "Connection: close", path="/readyz", method="GET"))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"checks":{"database":"ok","store":"ok","queue":"ok","disk":"ok"}' in answer
    assert b"server:" not in answer.lower()


@pytest.fixture
def impatient(tmp_path):
    """The port of a little house that waits 0.3 s for a head."""
    with house(tmp_path) as rooms, served(create_app(rooms), head_s=0.3) as number:
        yield number


PATIENCE_S = 4.0  # uvicorn itself lets go of a connection that was of use after 5 s of silence


def dripped(port, before, drop):
    """What is answered to *before* and then *drop*, again and again; and how long the connection was held."""
    answer, began = b"", time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=0.02) as connection:
        connection.sendall(before)
        while time.monotonic() < began + PATIENCE_S:
            try:
                more = connection.recv(65_536)
                if not more:
                    break
                answer += more
            except TimeoutError:
                connection.sendall(drop)
            except OSError:
                break
    return answer, time.monotonic() - began


def test_a_head_that_never_ends_is_given_up(impatient):
    """Slow loris: each line of it comes soon enough, all of them do not."""
    answer, held_s = dripped(impatient, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-More: 1\r\n")

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert 0.2 < held_s < PATIENCE_S


def test_a_connection_on_which_nothing_is_asked_is_let_go_of(impatient):
    """Without a word: there is nothing to answer."""
    answer, held_s = dripped(impatient, b"", b"")

    assert (answer, held_s < PATIENCE_S) == (b"", True)


def test_a_second_head_has_no_more_time_than_the_first(impatient):
    """A connection that was of use once is held no longer for it."""
    whole = head(impatient, path="/healthz", method="GET")
    answer, held_s = dripped(impatient, whole + b"GET /healthz HTTP/1.1\r\n", b"X-More: 1\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in answer
    assert held_s < PATIENCE_S


def test_a_head_that_is_too_large_is_refused(port):
    """Whoever parses it; nothing of it is kept in memory for long."""
    lines = b"X-More: " + b"a" * 1000 + b"\r\n"
    answer = said(port, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n", *[lines] * (HEAD_MAX // 1000 + 2))

    assert answer.split()[1] in (b"400", b"431")


def test_a_request_may_take_its_time_once_its_head_is_there(impatient):
    """Connections are used again, and a body has its own time; so have answers, which for events may take an hour."""
    connection = http.client.HTTPConnection("127.0.0.1", impatient, timeout=5)
    with contextlib.closing(connection):
        for _ in range(2):
            connection.request("GET", "/healthz")
            assert connection.getresponse().read() == b'{"status":"ok"}'
        body = b'{"prompt": "The sea", "dry_run": true}'
        connection.putrequest("POST", "/v1/films")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        for part in (body[:10], body[10:]):
            time.sleep(0.2)  # a head has 0.3 s
            connection.send(part)
        assert connection.getresponse().status == 200


def test_the_rest_of_a_body_that_was_answered_early_is_let_pass(impatient):
    """Whoever sends on gets one answer, not two, and may ask again; whoever drips is let go of."""
    early = head(impatient, "Content-Type: text/plain", "Content-Length: 900000")
    with socket.create_connection(("127.0.0.1", impatient), timeout=5) as connection:
        connection.sendall(early)
        for _ in range(9):
            connection.sendall(b"x" * 100_000)
            time.sleep(0.05)
        connection.sendall(head(impatient, "Connection: close", path="/healthz", method="GET"))
        answer = b""
        while more := connection.recv(65_536):
            answer += more

    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"415", b"200"]
    answer, held_s = dripped(impatient, early, b"x")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert held_s < PATIENCE_S


def test_beyond_the_connections_that_there_may_be_requests_are_refused(tmp_path):
    """503, at once, and the rest goes on."""
    with house(tmp_path) as rooms, served(create_app(rooms), connections=3) as port:
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        time.sleep(0.05)
        busy = said(port, head(port, "Connection: close", path="/healthz", method="GET"))
        for one in idle:
            one.close()
        time.sleep(0.05)
        free = said(port, head(port, "Connection: close", path="/healthz", method="GET"))

    assert (busy.split()[1], free.split()[1]) == (b"503", b"200")
