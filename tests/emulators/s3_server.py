"""S3 on loopback, by moto: real HTTP, real XML, conditional puts and multipart uploads; signatures are not checked.

Buckets live in this process, so a second server shows the same ones. Start at `S3Server`.
"""

from __future__ import annotations

import http.client
import itertools
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

_NUMBERS = itertools.count(1)
_KEY = "AWS4-HMAC-SHA256 Credential=AKIATESTKEY/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"


class S3Server:
    """A server that listens from the beginning; *port* 0 takes a free one."""

    def __init__(self, port: int = 0) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=port or _free_port(), verbose=False)
        self._server.start()
        self.port = self._server._server.server_port

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.stop()

    @property
    def variables(self) -> dict[str, str]:
        """What the environment says to reach it."""
        return {
            "AWS_ACCESS_KEY_ID": "AKIATESTKEY",
            "AWS_SECRET_ACCESS_KEY": "test-canary-secret",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
        }

    def new_bucket(self) -> str:
        """A new, empty bucket; return its name."""
        name = f"films-{next(_NUMBERS)}"
        assert self.ask("PUT", f"/{name}")[0] == 200
        return name

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers that *path* answers with; asked with a key unless a signature is in *path*."""
        key = {} if "X-Amz-Signature=" in path else {"Authorization": _KEY}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, path, body=body, headers=key)
            answer = connection.getresponse()
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A server as long as the block runs."""
    server = S3Server()
    try:
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
