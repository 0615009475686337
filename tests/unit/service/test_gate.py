import pytest

from astragen.service.access import SCOPES
from astragen.service.gate import is_open
from little_house import client, house

ROUTE = "/v1/api_keys"


@pytest.mark.parametrize("path", ["/v1/api_keys", "/healthz", "/docs", "/nothing"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.8", ""])
def test_other_names_get_no_answer(askers, path, host):
    """DNS rebinding: a page whose name points to this machine is turned away from everything."""
    refused = askers[False].get(path, headers={"Host": host})

    assert (refused.status_code, refused.json()["code"]) == (421, "request.host")


ORIGINS = [
    ({}, 200),
    ({"Origin": "http://127.0.0.1"}, 200),
    ({"Origin": "https://127.0.0.1", "Sec-Fetch-Site": "same-origin"}, 200),
    ({"Origin": "http://127.0.0.1:3000"}, 403),
    ({"Origin": "http://localhost"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": ""}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
    ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 200),
    ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
]


@pytest.fixture(scope="module")
def askers(tmp_path_factory):
    """Who asks a house without keys, and who asks another with one: by whether there is a key."""
    with house(tmp_path_factory.mktemp("open")) as rooms, house(tmp_path_factory.mktemp("closed")) as closed:
        _, secret = closed.office.keys.create("one", list(SCOPES))
        with client(rooms) as without, client(closed, key=secret) as with_one:
            yield {False: without, True: with_one}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("with_key", [False, True], ids=["no key", "key"])
@pytest.mark.parametrize(("headers", "expected"), ORIGINS, ids=lambda one: str(one))
def test_pages_of_other_sites_are_refused(askers, method, with_key, headers, expected):
    """Origin by credential by method; a key does not help a page that is not ours."""
    asked = askers[with_key].request(method, ROUTE, headers=headers, json={} if method == "POST" else None)

    assert asked.status_code == (422 if expected == 200 and method == "POST" else expected)
    assert not [name for name in asked.headers if name.startswith("access-control-")]


def test_a_link_from_another_site_opens_the_docs(asking):
    """A person who follows a link is welcome to what is open to everybody."""
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    assert asking.get("/docs", headers=link).status_code == 200


def test_a_preflight_is_given_no_leave(asking):
    """CORS is off: no origin is ever allowed anything."""
    asked = asking.options(ROUTE, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"})

    assert asked.status_code == 403
    assert not [name for name in asked.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "path", ["/v1/films", "/metrics", "/nothing", "/V1/films", "/%2Fhealthz", "/healthz/", "/static"]
)
def test_whatever_is_not_listed_as_open_needs_a_key(rooms, path):
    """Also what does not exist, so that a new route is private before anybody thinks of it."""
    rooms.office.keys.create("one", list(SCOPES))

    assert client(rooms).get(path).status_code == 401
    assert not is_open(path.replace("%2F", "/"))


def test_a_stranger_s_body_is_not_read(rooms):
    """The key is looked at before the first byte of a body is taken."""
    rooms.office.keys.create("one", list(SCOPES))
    taken = []

    def body():
        taken.append(1)
        yield b"x"

    assert client(rooms).post(ROUTE, content=body(), headers={"content-type": "text/plain"}).status_code == 401


def test_a_key_that_asks_too_often_is_told_when_to_come_back(rooms):
    """Its limit is its own; another key is served."""
    _, one = rooms.office.keys.create("one", list(SCOPES), rate_per_minute=2)
    _, other = rooms.office.keys.create("other", list(SCOPES))
    asking = client(rooms, key=one)
    replies = [asking.get(ROUTE) for _ in range(3)]

    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert replies[0].headers["RateLimit-Policy"] == '"requests";q=2;w=60'
    assert replies[0].headers["RateLimit"] == '"requests";r=1;t=30'
    assert replies[2].json()["code"] == "limit.rate"
    assert 1 <= int(replies[2].headers["Retry-After"]) <= 30
    assert client(rooms, key=other, app=asking.app).get(ROUTE).status_code == 200


def test_without_keys_nothing_is_counted(asking):
    """One's own machine is not limited."""
    assert "RateLimit" not in asking.get(ROUTE).headers


def test_further_names_are_a_setting(tmp_path):
    """With commas, as the environment has it."""
    with house(tmp_path, allowed_hosts="films.example, *.films.example") as rooms:
        assert client(rooms, Host="a.films.example").get(ROUTE).status_code == 200
