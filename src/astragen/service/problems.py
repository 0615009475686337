"""Every refusal and failure as problem details (RFC 9457): what happened, in words and as a dotted code.

One table says what each class of error is over HTTP; nobody sees a traceback, or the values that were sent. Raise
`Refusal` for what has no class of its own; start reading at `problem_of`.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from astragen import errors as ours
from astragen.model.job import Fault
from astragen.service.logs import request_id

MEDIA_TYPE: Final = "application/problem+json"
OUTAGE_RETRY_S: Final = 5  # until which a database, a bucket or a full queue may well be better

_OF_CLASS: Final[Mapping[type[BaseException], tuple[int, str]]] = {
    ours.AstraGenError: (500, "internal"),
    ours.InputError: (422, "input.invalid"),
    ours.BriefError: (422, "input.brief"),
    ours.StoryboardError: (422, "input.storyboard"),
    ours.SettingsError: (422, "input.setting"),
    ours.MissingKey: (422, "provider.key_missing"),
    ours.UnknownProvider: (422, "provider.unknown"),
    ours.ProviderError: (502, "provider.failed"),
    ours.Unavailable: (503, "provider.unavailable"),
    ours.Uncertain: (502, "provider.uncertain"),
    ours.RateLimited: (503, "provider.rate_limited"),
    ours.QuotaExceeded: (502, "provider.quota_exceeded"),
    ours.ContentRefused: (422, "provider.content_refused"),
    ours.BadOutput: (502, "provider.bad_output"),
    ours.MediaError: (500, "media.failed"),
    ours.ProbeError: (422, "media.unreadable"),
    ours.RenderError: (500, "media.render"),
    ours.NoRoom: (507, "storage.full"),
    ours.StoreError: (503, "service.store"),
    ours.JobError: (409, "film.conflict"),
    ours.JobNotFound: (404, "resource.not_found"),
    ours.JobCancelled: (409, "film.cancelled"),
    ours.LeaseLost: (503, "film.lease_lost"),
    ours.StateConflict: (409, "film.state"),
    ours.QuotaReached: (429, "limit.quota"),
    ours.DatabaseDown: (503, "service.database"),
    ours.BudgetExceeded: (422, "budget.exceeded"),
}
"""HTTP status and code of each class of error; a class that is not here is as its nearest base."""

_OF_STATUS: Final = {
    400: "request.malformed",
    401: "access.unauthorized",
    403: "access.forbidden",
    404: "request.not_found",
    405: "request.method_not_allowed",
    406: "request.not_acceptable",
    408: "request.timeout",
    409: "request.conflict",
    412: "request.precondition_failed",
    413: "request.too_large",
    415: "request.media_type",
    416: "request.range",
    421: "request.host",
    422: "input.invalid",
    429: "limit.rate",
    500: "internal",
    502: "provider.failed",
    503: "service.unavailable",
    507: "storage.full",
}
"""Code of what has nothing but a status."""

_SAID: Final = {
    400: "The request cannot be read.",
    401: "The API key is missing, wrong, expired or revoked.",
    403: "The API key lacks the scope, or the page that asks is of another site.",
    404: "There is no such thing, or it belongs to another key.",
    405: "Not with this method.",
    406: "No form of it is acceptable.",
    408: "The body came too slowly.",
    409: "Its state does not allow this.",
    412: "It is no longer as the request expects it.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    416: "No part of it lies in the range.",
    421: "The service does not answer under this name.",
    422: "Something in the request cannot be done as asked; `errors` says where.",
    429: "Too many requests, or too many films; `Retry-After` says when to ask again.",
    500: "A fault of the service; its log has the request id.",
    502: "A provider failed.",
    503: "Something that the service needs is down for the moment.",
    507: "The disk is full.",
}
"""What a status means here, for the API's description and for refusals that say nothing themselves."""


_UNSAID: Final = {
    ours.DatabaseDown: "The service's database does not answer. Ask again.",
    ours.StoreError: "The service's store of files does not answer. Ask again.",
}
"""What is said instead of messages that name places of the server; see `_is_ours_alone`, too."""


class Place(BaseModel):
    """One thing that is wrong in a request: in its body (*pointer*) or elsewhere (*parameter*)."""

    model_config = ConfigDict(extra="forbid")

    pointer: str | None = Field(None, description="JSON pointer into the body, as a fragment.", examples=["#/prompt"])
    parameter: str | None = Field(
        None, description="Of the query, the path, a header or a cookie.", examples=["query.limit"]
    )
    detail: str = Field(examples=["String should have at least 1 character"])


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field("about:blank", description="Always about:blank: `code` tells problems apart.")
    title: str = Field(description="The phrase of the status.", examples=["Not Found"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(description="For people: what, and the next act.", examples=["No film has this id."])
    instance: str = Field(description="The path that was asked for.", examples=["/v1/films/film_01"])
    code: str = Field(description="For programs: dotted, and stable.", examples=["film.not_found"])
    request_id: str = Field(description="To be named in questions; the log has it.", examples=["req_5f0c7e1ab2d94c36"])
    errors: list[Place] | None = Field(None, description="What is wrong, and where; only of invalid requests.")


class Refusal(HTTPException):
    """A refusal with a status and a code; `detail` says what, and the next act."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Place] = (),
    ) -> None:
        super().__init__(status, detail, headers)
        self.code = code
        self.errors = list(errors)

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process border whole, which `HTTPException` does not."""
        return _refusal, (self.status_code, self.code, self.detail, self.headers, self.errors)


def _refusal(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None, errors: Sequence[Place]
) -> Refusal:
    return Refusal(status, code, detail, headers=headers, errors=errors)


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with *statuses*; those of every route are added by `openapi.py`."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _SAID[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted(statuses)
    }


def _found(error: BaseException) -> tuple[int, str]:
    """Status and code of *error*, by the nearest class of the table."""
    if is_full_disk(error):
        return 507, "storage.full"
    if isinstance(error, ours.QuotaReached) and error.quota:
        return 429, f"limit.{error.quota}"
    for kind in type(error).__mro__:
        if kind in _OF_CLASS:
            return _OF_CLASS[kind]
    return 500, "internal"


def code_of(error: BaseException) -> str:
    """The dotted code of *error*; "internal" for what is no error of ours."""
    return _found(error)[1]


def fault_of(error: BaseException) -> Fault:
    """Why a film failed; of what is no error of ours nothing is told but its class."""
    if isinstance(error, ours.AstraGenError):
        return Fault(code=code_of(error), message=error.message, hint=error.hint)
    if is_full_disk(error):
        return Fault(code="storage.full", message="The disk is full.", hint="Free some space, and retry the film.")
    kind = type(error).__name__
    return Fault(code="internal", message=f"Something unforeseen failed ({kind}).", hint="The worker's log says more.")


def is_full_disk(error: BaseException) -> bool:
    """Whether *error* says that a disk, the share of it that we may use, or the database's is full."""
    if isinstance(error, ours.DatabaseDown):
        return error.is_full
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def problem_of(error: Exception, path: str) -> Response:
    """The answer that tells of *error*, raised while *path* was served."""
    if isinstance(error, RequestValidationError):
        return _invalid(error, path)
    if isinstance(error, HTTPException):
        code = error.code if isinstance(error, Refusal) else _OF_STATUS.get(error.status_code, "request.refused")
        places = error.errors if isinstance(error, Refusal) else []
        said = str(error.detail) if isinstance(error, Refusal) else _SAID.get(error.status_code, str(error.detail))
        return answer(error.status_code, code, said, path, headers=error.headers, errors=places)
    if isinstance(error, ours.AstraGenError):
        status, code = _found(error)
        said = _SAID[status] if _is_ours_alone(error, status) else _UNSAID.get(type(error), str(error))
        return answer(status, code, said, path, headers=_retry_after(error, status))
    if is_full_disk(error):
        return answer(507, "storage.full", _SAID[507], path)
    return answer(500, "internal", _SAID[500], path)


def _is_ours_alone(error: ours.AstraGenError, status: int) -> bool:
    """Whether what *error* says is for the log only. How much room is missing is for who ordered too much."""
    return status == 500 or (status == 507 and not isinstance(error, ours.NoRoom))


def _retry_after(error: ours.AstraGenError, status: int) -> dict[str, str]:
    """When to ask again: as the provider said, or when it may well be over."""
    seconds = getattr(error, "retry_after_s", None) or (OUTAGE_RETRY_S if status in (429, 503) else None)
    return {} if seconds is None else {"Retry-After": str(max(1, round(seconds)))}


def answer(
    status: int,
    code: str,
    said: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Iterable[Place] = (),
) -> Response:
    """The answer that tells of a problem in full."""
    problem = Problem(
        title=HTTPException(status).detail,
        status=status,
        detail=said,
        instance=path,
        code=code,
        request_id=request_id.get(),
        errors=list(errors) or None,
    )
    content = problem.model_dump(
        mode="json", exclude={"errors"} if problem.errors is None else None, exclude_none=False
    )
    for place in content.get("errors", ()):
        _without_nothing(place)
    return JSONResponse(content, status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def _without_nothing(place: dict[str, Any]) -> None:
    for name in [name for name, value in place.items() if value is None]:
        del place[name]


def _invalid(error: RequestValidationError, path: str) -> Response:
    places = [_place(one, error.body) for one in error.errors()]
    is_malformed = any(one["type"] == "json_invalid" for one in error.errors())
    if is_malformed:
        return answer(400, "request.json", "The body is not JSON.", path, errors=places)
    return answer(422, "input.invalid", _summary(places), path, errors=places)


def _place(one: Mapping[str, Any], body: object) -> Place:
    """Where in *body* and what, without the value: it may be a secret, or large."""
    kind, *rest = one["loc"] or ("body",)
    said = str(one["msg"]).removeprefix("Value error, ")
    if one["type"] == "json_invalid":
        return Place(pointer="#", detail=f"{said} at character {rest[0] if rest else 0}: {one['ctx']['error']}")
    if kind == "body":
        return Place(pointer="#" + "".join(f"/{_token(part)}" for part in _within(body, rest)), detail=said)
    return Place(parameter=".".join(map(str, one["loc"])), detail=said)


def _within(body: object, steps: Sequence[object]) -> list[object]:
    """Those of *steps* that lead through *body*: Pydantic's last ones may name a choice of a union instead."""
    taken: list[object] = []
    for step in steps:
        if not isinstance(body, (dict, list)):
            break
        taken.append(step)
        is_there = step in body if isinstance(body, dict) else isinstance(step, int) and step < len(body)
        body = body[step] if is_there else None  # type: ignore[call-overload]
    return taken


def _token(part: object) -> str:
    """*part* as a step of a JSON pointer (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def _summary(places: Sequence[Place]) -> str:
    first = places[0]
    more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
    return f"{first.pointer or first.parameter}: {first.detail}{more}."


async def told(request: Request, error: Exception) -> Response:
    """The handler of every error that a route raises."""
    return problem_of(error, request.url.path)
