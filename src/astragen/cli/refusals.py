"""What a service's no means here: its problem details (RFC 9457), or a film's fault, as an error of our tree.

So the command line says the same line, and leaves with the same exit code, wherever a film is made. Pure.
Start reading at `error_of`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from astragen import errors
from astragen.errors import AstraGenError, ProviderError, RateLimited, Unavailable

if TYPE_CHECKING:
    from astragen.providers.http import Reply

_OF_CODE: Final[Mapping[str, type[AstraGenError]]] = {
    "input": errors.InputError,
    "input.brief": errors.BriefError,
    "input.storyboard": errors.StoryboardError,
    "input.setting": errors.SettingsError,
    "request": errors.InputError,
    "access": errors.SettingsError,
    "provider": errors.ProviderError,
    "provider.key_missing": errors.MissingKey,
    "provider.unknown": errors.UnknownProvider,
    "provider.unavailable": errors.Unavailable,
    "provider.uncertain": errors.Uncertain,
    "provider.rate_limited": errors.RateLimited,
    "provider.quota_exceeded": errors.QuotaExceeded,
    "provider.content_refused": errors.ContentRefused,
    "provider.bad_output": errors.BadOutput,
    "media": errors.MediaError,
    "storage": errors.RenderError,
    "film": errors.JobError,
    "film.not_found": errors.JobNotFound,
    "film.cancelled": errors.JobCancelled,
    "film.lease_lost": errors.LeaseLost,
    "worker": errors.JobError,
    "internal": errors.JobError,
    "limit": errors.RateLimited,
    "service": errors.Unavailable,
    "budget": errors.BudgetExceeded,
}
"""By code, or by its first word. What is not here is a service that does not work: a provider's error."""

_OF_STATUS: Final[Mapping[int, type[AstraGenError]]] = {
    400: errors.InputError,
    401: errors.SettingsError,
    403: errors.SettingsError,
    404: errors.JobNotFound,
    409: errors.JobError,
    413: errors.InputError,
    422: errors.InputError,
}
"""Of answers without a code, such as a proxy's."""

HINTS: Final = {
    "access.unauthorized": "Set --key, or ASTRAGEN_SERVER_KEY.",
    "request.host": "Name the server in --server as it is called in its ASTRAGEN_ALLOWED_HOSTS.",
}


class Refused(ProviderError):
    """A service said no; *problem* is its answer."""

    def __init__(self, problem: Mapping[str, Any], *, status: int) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or f"HTTP {status}"), status=status)
        self.code = str(problem.get("code", ""))


def refusal(reply: Reply) -> ProviderError | None:
    """The problem in *reply*; None where asking again may help, or it holds none: `failures.failure` reads those."""
    if reply.status in (429, 503) or reply.status < 400:
        return None
    try:
        problem = json.loads(reply.body)
    except (ValueError, RecursionError):
        problem = None
    if not isinstance(problem, dict) or not isinstance(problem.get("detail"), str):
        return None
    return Refused(problem, status=reply.status)


def error_of(code: str, message: str, *, hint: str = "", status: int = 0) -> AstraGenError:
    """The error that the dotted *code* names, or without a known one the HTTP *status*."""
    kind = _OF_CODE.get(code) or _OF_CODE.get(code.partition(".")[0]) or _OF_STATUS.get(status, ProviderError)
    return kind(message, hint=hint or HINTS.get(code, ""))


def ours(error: ProviderError, server: str) -> AstraGenError:
    """What went wrong between us and *server*, with the next act that helps there."""
    if isinstance(error, Refused):
        return error_of(error.code, error.message, status=error.status or 0)
    if isinstance(error, RateLimited):
        return error
    if isinstance(error, Unavailable):
        return Unavailable(
            error.message, hint=f"See that `astragen serve` runs at {server}, or name another with --server."
        )
    if error.status in (401, 403):
        return errors.SettingsError(error.message, hint=HINTS["access.unauthorized"])
    return ProviderError(error.message, hint=f"See that {server} is a service of AstraGen.", status=error.status)
