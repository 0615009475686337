import socket

import pytest
import uvicorn

from astragen.cli.serve import bound
from astragen.errors import SettingsError


async def app(scope, receive, send):
    """Nothing is asked of it here."""


def test_answers_do_not_wait_to_be_acknowledged():
    """Head and body are two packets, and Nagle's algorithm would hold the second one for 40 ms."""
    with bound(uvicorn.Config(app, port=0, log_config=None)) as place:
        place.listen()
        with socket.create_connection(place.getsockname()), place.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_named():
    """With what to do about it."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=f"Port {port} of 127.0.0.1") as told:
            bound(uvicorn.Config(app, port=port, log_config=None))

    assert "--port" in told.value.hint
