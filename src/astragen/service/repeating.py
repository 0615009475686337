"""Requests that may be sent twice: the header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07).

A key belongs to who asks and to the path. The same request again gets the first one's answer; another request under
the same key is refused. Start reading at `once`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import anyio
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from astragen.errors import AstraGenError, DatabaseDown, StoreError
from astragen.model.base import content_hash
from astragen.model.office import Replay, Unfinished
from astragen.service.access import Caller
from astragen.service.house import House
from astragen.service.problems import Place, Refusal

KEY_MAX: Final = 255
REPLAYED: Final = "Idempotent-Replayed"


class Reply(NamedTuple):
    """What is answered, and kept for those who ask again."""

    status: int
    headers: dict[str, str]
    body: bytes


class Request(NamedTuple):
    """What may be sent twice: *key* is the header, *content* all that makes it another request."""

    caller: Caller
    path: str
    key: str
    content: str


Work = Callable[[str], Awaitable[Reply]]
"""Does what is asked for, giving what it makes the id that it gets."""


def key_of(header: str | None) -> str | None:
    """The key that *header* says, without the quotes of a structured field; None without the header.

    Raises:
        Refusal: 400, it is empty or too long.
    """
    if header is None:
        return None
    key = header.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 0 < len(key) <= KEY_MAX:
        said = f"must have from 1 to {KEY_MAX} characters"
        place = Place(parameter="header.idempotency-key", detail=said)
        raise Refusal(400, "request.idempotency_key", f"The header Idempotency-Key {said}.", errors=[place])
    return key


async def once(house: House, request: Request, subject: str, work: Work) -> Reply:
    """The reply of *work*, or that of the first request like this one; *subject*: the id of what it will make.

    Should a process die while it works, or the database go away, the next request like it goes on with the first
    one's id.

    Raises:
        Refusal: 409, the first one is not done; 422, the key was sent with another request.
    """
    repeats = house.office.repeats
    named = (request.caller.owner, request.path, request.key)
    found = await house.run(repeats.begin, *named, content_hash(request.content), subject=subject)
    if isinstance(found, Replay):
        return Reply(found.status, {**found.headers, REPLAYED: "true"}, found.body)
    if found == "running":
        said = "The first request with this Idempotency-Key is not answered yet. Ask again."
        raise Refusal(409, "request.running", said, headers={"Retry-After": "1"})
    if found == "other":
        said = "This Idempotency-Key was sent with another request. Use one key for one request."
        raise Refusal(422, "request.key_reused", said, errors=[_KEY_REUSED])
    subject = found.subject if isinstance(found, Unfinished) else subject
    try:
        reply = await work(subject)
    except BaseException as error:
        with anyio.CancelScope(shield=True):
            await house.run(repeats.abandon if _made_nothing(error) else repeats.interrupt, *named)
        raise
    await house.run(repeats.finish, *named, status=reply.status, headers=reply.headers, body=reply.body)
    return reply


def _made_nothing(error: BaseException) -> bool:
    """Whether *error* is a refusal, which comes before anything is made; after any other it may be there.

    The database may have gone away in the very moment in which a film was kept.
    """
    if isinstance(error, (DatabaseDown, StoreError)):
        return False
    return isinstance(error, (AstraGenError, HTTPException, RequestValidationError))


_KEY_REUSED: Final = Place(parameter="header.idempotency-key", detail="was sent with another request")
