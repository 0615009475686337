"""The app: every route of `service/routes`, in the layers that each request goes through.

From the outside in: headers of every answer; the request's id, its log line and the net under errors; the
host, the page's site, the key and its rate; the size of the body; then the routes. Start at `create_app`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

import astragen
from astragen.errors import AstraGenError
from astragen.service import problems, routes
from astragen.service.bounds import MULTIPART_BYTES, Bodies
from astragen.service.gate import Gate
from astragen.service.headers import Headers
from astragen.service.house import House
from astragen.service.metrics import Metrics
from astragen.service.openapi import describe
from astragen.service.routes.health import Prober
from astragen.service.watch import Watch


class App(FastAPI):
    """FastAPI with a description of our own."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = describe(self)
        return self.openapi_schema


def create_app(house: House) -> FastAPI:
    """The ASGI app that serves *house*; ask `access.check_bind` before it is served to other machines."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with house.lived_in():
            yield

    metrics = Metrics()
    app = App(
        title="AstraGen",
        version=astragen.__version__,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's page loads its scripts from elsewhere; ours is routes/docs.py
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        middleware=_layers(house, metrics),
    )
    app.state.house = house
    app.state.metrics = metrics
    app.state.prober = Prober()
    for kind in (AstraGenError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, problems.told)
    for router in routers():
        app.include_router(router)
    return app


def _layers(house: House, metrics: Metrics) -> list[Middleware]:
    """The outermost first."""
    return [
        Middleware(Headers, elsewhere=house.artifacts.origin()),
        Middleware(Watch, metrics=metrics),
        Middleware(Gate, house=house),
        Middleware(Bodies, larger={"/v1/files": house.settings.upload_max_bytes + MULTIPART_BYTES}),
    ]


def routers() -> Iterator[APIRouter]:
    """The `router` of each module of `service/routes`, by the module's name."""
    for found in sorted(pkgutil.iter_modules(routes.__path__), key=lambda one: one.name):
        router = getattr(importlib.import_module(f"{routes.__name__}.{found.name}"), "router", None)
        if router is not None:
            yield router


def _operation_id(route: APIRoute) -> str:
    """What generated clients call the operation: "films_order", of the module and the function."""
    return f"{route.endpoint.__module__.rpartition('.')[2]}_{route.name}"
