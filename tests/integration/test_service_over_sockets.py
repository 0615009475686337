"""The service behind the real server, spoken to over sockets, as no well-behaved client would."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import pytest
import uvicorn

from astragen.service import bounds
from astragen.service.app import create_app
from astragen.service.house import opened
from astragen.settings import Settings
from little_house import house


@contextmanager
def served(app):
    """The port at which *app* is served."""
    place = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
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


def test_a_house_opens_by_its_settings_alone(tmp_path):
    """Database, engine, store and hub, all real: it is ready, says who made it nowhere, and closes without a trace."""
    rooms = opened(Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", config_dir=tmp_path))
    with served(create_app(rooms)) as port:
        answer = said(port, head(port, "Connection: close", path="/readyz", method="GET"))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"checks":{"database":"ok","store":"ok","queue":"ok"}' in answer
    assert b"server:" not in answer.lower()
