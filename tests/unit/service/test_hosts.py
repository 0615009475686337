import pytest

from astragen.service.hosts import Hosts, is_loopback, name_of

HERE = Hosts([], served="127.0.0.1")
EVERYWHERE = Hosts(["films.example", "*.films.example"], served="0.0.0.0")


@pytest.mark.parametrize(
    "header", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "localhost."]
)
def test_loopback_names_are_taken(header):
    """However this machine calls itself, with or without a port."""
    assert HERE.takes(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io:8000",
        "localhost@evil.example",
        "evil.example@localhost",
        "localhost evil.example",
        "localhost:80x",
        "localhost/evil.example",
        "localhost#@evil.example",
        "127.1",
        "2130706433",
        "10.0.0.5",
        "0.0.0.0",
    ],
)
def test_other_names_are_not_taken_on_loopback(header):
    """A page whose own name points here, and every malformed header."""
    assert not HERE.takes(header)


@pytest.mark.parametrize(
    ("header", "is_taken"),
    [
        ("films.example", True),
        ("a.films.example:443", True),
        ("10.0.0.5:8000", True),
        ("[2001:db8::1]", True),
        ("evilfilms.example", False),
        ("films.example.evil", False),
    ],
)
def test_other_machines_are_served_under_allowed_names_and_numbers(header, is_taken):
    """A number was resolved by nobody, so nobody bent it."""
    assert EVERYWHERE.takes(header) is is_taken


def test_a_star_takes_any_name():
    """Who puts a proxy in front may leave the check to it."""
    assert Hosts(["*"], served="0.0.0.0").takes("anything.example")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "localhost", "::1", "[::1]", "::ffff:127.0.0.1"])
def test_loopback_addresses_are_known(host):
    """In every spelling that a server is told to bind or a client comes from."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "localhost.evil.example", "", "::ffff:10.0.0.1", "testclient"]
)
def test_other_addresses_are_not_loopback(host):
    """Least of all the one that means every address."""
    assert not is_loopback(host)


def test_names_lose_port_and_case():
    """What is compared is the name alone."""
    assert name_of("Films.Example:8443") == "films.example"
