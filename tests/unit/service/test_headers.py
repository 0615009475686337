from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from astragen.service.app import routers
from astragen.service.headers import EVERYWHERE, POLICY, SANDBOX, Headers
from astragen.store.shared import opened_artifacts
from filmed import complete
from little_house import client, house

SAMPLE = {"film_id": "film_" + "0" * 26, "file_id": "file_" + "0" * 26, "key_id": "key_" + "0" * 26, "n": "1"}
ROUTES = sorted(
    {(method, route.path) for router in routers() for route in router.routes for method in route.methods}
    | {("GET", "/openapi.json"), ("GET", "/nothing"), ("OPTIONS", "/healthz"), ("GET", "/static/docs.js")}
)
SNAPSHOT = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@pytest.fixture(scope="module")
def asking_all(tmp_path_factory):
    """Who asks one app for all routes."""
    with house(tmp_path_factory.mktemp("house")) as rooms, client(rooms) as asking:
        yield asking


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=lambda one: one)
def test_every_route_has_the_headers(asking_all, method, path):
    """Whatever it answers; a new route is in this test by itself."""
    for name in path.split("{")[1:]:
        name = name.partition("}")[0]
        path = path.replace(f"{{{name}}}", SAMPLE.get(name, "x"))

    asked = asking_all.request(method, path)

    assert {name: asked.headers.get(name) for name in SNAPSHOT} == SNAPSHOT
    assert asked.headers["x-request-id"].startswith("req_")
    assert asked.headers["cache-control"] in ("no-store", "no-cache")
    is_page = path == "/" or path.startswith(("/docs", "/static/", "/studio/"))  # of ours, without data
    assert is_page or "no-store" in asked.headers["cache-control"]
    assert "server" not in asked.headers
    assert asked.status_code < 500 or path == "/readyz"


def test_what_a_route_says_itself_stays():
    """Content that users made has a sandbox of its own, and may be kept by their browser."""

    async def content(_):
        return PlainTextResponse("x", headers={"Content-Security-Policy": SANDBOX, "Cache-Control": "private"})

    asked = TestClient(Starlette(routes=[Route("/", content)], middleware=[Middleware(Headers)])).get("/")

    assert asked.headers["content-security-policy"] == SANDBOX
    assert asked.headers["cache-control"] == "private"
    assert asked.headers["x-content-type-options"] == EVERYWHERE["X-Content-Type-Options"]


def test_a_page_may_show_what_is_in_the_bucket_and_nothing_else_of_elsewhere(tmp_path, s3):
    """The origin that a film is redirected to is in the policy for films and pictures, and for nothing else."""
    bucket = opened_artifacts(f"s3://{s3.new_bucket()}/films", tmp_path / "cache", variables=s3.variables)
    with house(tmp_path / "house") as rooms, client(replace(rooms, artifacts=bucket)) as asking:
        film = asking.post("/v1/films", json={"prompt": "The sea"}).json()
        complete(replace(rooms, artifacts=bucket), film["id"])
        there = urlsplit(asking.get(f"{film['links']['self']}/content", follow_redirects=False).headers["location"])
        said = asking.get("/").headers["content-security-policy"]

    origin = f"{there.scheme}://{there.netloc}"
    assert origin == f"http://127.0.0.1:{s3.port}"
    assert said == POLICY.replace("blob:", f"blob: {origin}")
    assert [one.split()[0] for one in said.split("; ") if origin in one] == ["img-src", "media-src"]


def test_nothing_inline_runs():
    """The studio and the docs are files of their own."""
    assert "unsafe" not in POLICY
    assert "sandbox" in SANDBOX
