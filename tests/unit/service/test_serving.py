import socket

import uvicorn

from astragen.service.serving import bound


async def app(scope, receive, send):
    """Nothing is asked of it here."""


def test_answers_do_not_wait_to_be_acknowledged():
    """Head and body are two packets, and Nagle's algorithm would hold the second one for 40 ms."""
    with bound(uvicorn.Config(app, port=0, log_config=None)) as place:
        place.listen()
        with socket.create_connection(place.getsockname()), place.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
