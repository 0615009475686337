"""The app: every route of `service/routes`, in the layers that each request goes through.

From the outside in: headers of every answer; the request's id, its log line and the net under errors; the
host and the origin; the key and its rate; the size of the body; then the routes. Start at `create_app`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

import astragen
from astragen.errors import AstraGenError
from astragen.service import problems, routes
from astragen.service.house import House


def create_app(house: House) -> FastAPI:
    """The ASGI app that serves *house*."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with house.open_hub():
            yield

    app = FastAPI(
        title="AstraGen",
        version=astragen.__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.house = house
    for kind in (AstraGenError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, problems.told)
    for router in routers():
        app.include_router(router)
    return app


def routers() -> Iterator[APIRouter]:
    """The `router` of each module of `service/routes`, by the module's name."""
    for found in sorted(pkgutil.iter_modules(routes.__path__), key=lambda one: one.name):
        router = getattr(importlib.import_module(f"{routes.__name__}.{found.name}"), "router", None)
        if router is not None:
            yield router
