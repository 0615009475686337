"""The description of the API: FastAPI's, with what every route may answer, and problems as they are.

What the layers before the routes refuse is added here, once, by what a route is: private, with a body.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from astragen.service.access import SCOPES
from astragen.service.gate import is_open
from astragen.service.problems import Place, Problem, errors

DESCRIPTION: Final = """\
A text prompt in, a finished, narrated, cinematic film out.

Order a film with `POST /v1/films`: the answer, 202, has its id at once. Follow it with
`GET /v1/films/{film_id}/events` (server-sent events), with a webhook, or by asking again; fetch it from
`/v1/films/{film_id}/content`. A film once accepted is finished, whatever dies, and nothing is paid for twice.

**Keys.** Served to its own machine alone, the service needs none until one is made. Send a key as
`Authorization: Bearer ag_live_...`; never in an address. A key sees its own films only. Scopes: {scopes}.

**Errors** are problem details (RFC 9457) with a stable, dotted `code`, and a `request_id` to ask about.
**Times** are seconds since 1970. **Limits**: `RateLimit-Policy` and `RateLimit` say what a key has left.
""".replace("{scopes}", ", ".join(f"`{scope}`" for scope in SCOPES))

TAGS: Final = [
    {"name": "films", "description": "Order films, follow them, change them, fetch them."},
    {"name": "storyboards", "description": "What would be filmed, without filming it."},
    {"name": "files", "description": "Your own pictures, clips and music."},
    {"name": "catalogue", "description": "Providers, voices and styles there are."},
    {"name": "webhooks", "description": "Be told, with signed messages, instead of asking."},
    {"name": "usage", "description": "What was made, and what it cost."},
    {"name": "keys", "description": "Who may do what."},
    {"name": "service", "description": "Whether the service is well."},
]
_METHODS: Final = ("get", "head", "post", "put", "patch", "delete")
_EVERYWHERE: Final = (400, 403, 421, 500, 503)
_PRIVATE: Final = (401, 429)
_WITH_BODY: Final = (408, 413, 415, 422)
_SCHEME: Final = "key"


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of *app*."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary="A text prompt in, a finished film out.",
        description=DESCRIPTION,
        routes=app.routes,
        tags=TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    template = "#/components/schemas/{model}"
    schemas["Problem"] = Problem.model_json_schema(ref_template=template)
    schemas["Problem"].pop("$defs", None)
    schemas["Place"] = Place.model_json_schema(ref_template=template)
    parts["securitySchemes"] = {
        _SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "ag_live_...", "description": "An API key."}
    }
    for path, operation in _operations(document):
        _complete(path, operation)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                yield path, item[method]


def _complete(path: str, operation: dict[str, Any]) -> None:
    """Add to *operation* what is common to all of its sort; what the route says itself stays."""
    answers = operation.setdefault("responses", {})
    is_fastapis = "HTTPValidationError" in str(answers.get("422", ""))
    has_input = is_fastapis or "422" in answers
    answers.pop("422", None) if is_fastapis else None
    common = [*_EVERYWHERE]
    if not is_open(path):
        common += _PRIVATE
        operation["security"] = [{_SCHEME: []}, {}]  # {}: none, while no key was made and this machine asks
    if "requestBody" in operation:
        common += _WITH_BODY
    elif has_input:
        common.append(422)
    for status, answer in errors(*common).items():
        answers.setdefault(str(status), answer)
    operation["responses"] = dict(sorted(answers.items()))
