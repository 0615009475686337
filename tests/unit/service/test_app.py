import inspect

from astragen.service.app import create_app, routers
from little_house import client


def test_every_module_of_routes_with_a_router_is_found():
    """Adding a noun to the API is adding a module."""
    paths = {route.path for router in routers() for route in router.routes}

    assert {"/healthz", "/metrics", "/v1/api_keys", "/docs"} <= paths


def test_the_house_is_lived_in_while_the_app_runs(rooms):
    """The hub watches from the first request to the last; then the counter is closed."""
    closed = []
    rooms.counter.close = lambda: closed.append(rooms.hub.watchers)
    with client(rooms) as asking:
        assert asking.get("/healthz").status_code == 200
        assert closed == []

    assert closed == [0]


def test_what_routes_depend_on_takes_no_thread():
    """FastAPI calls what is not async in a thread, which takes longer than the call, on every request."""
    depended = {
        needed.call for router in routers() for route in router.routes for needed in route.dependant.dependencies
    }

    assert depended
    assert [one for one in depended if not inspect.iscoroutinefunction(one)] == []


def test_two_apps_of_one_house_count_apart(rooms):
    """Metrics and rates are of an app, so that tests and reloads do not meet."""
    one, other = create_app(rooms), create_app(rooms)

    assert one.state.metrics is not other.state.metrics
