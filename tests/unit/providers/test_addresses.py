from __future__ import annotations

from functools import partial

import anyio
import pytest

from astragen.errors import BadOutput
from astragen.providers import addresses
from astragen.providers.addresses import Origin, Reach, fault, origin_of

HOME = Origin("http", "10.0.0.7", 8188)


def found(url: str, reach: Reach | None = None) -> list[str]:
    reach = reach or Reach("acme")
    return anyio.run(reach.addresses, reach.place(url))


@pytest.fixture
def resolver(monkeypatch):
    """Answers of a resolver by name; each lookup takes the next, and the last stays."""
    answers: dict[str, list[list[str]]] = {}

    async def looked_up(host: str, port: int) -> list[str]:
        queue = answers[host]
        return queue.pop(0) if len(queue) > 1 else queue[0]

    monkeypatch.setattr(addresses, "looked_up", looked_up)
    return answers


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "127.0.1", "0x7f000001", "0x7f.0.0.1", "0x7F.1", "2130706433", "017700000001"),
        *("0177.0.0.1", "0177.1", "127.255.255.254", "127.0.0.1.", "localhost", "LOCALHOST", "localhost."),
        *("①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "loc\u00adalhost", "127.0.0.%31", "%31%32%37.0.0.1"),
        *("0", "0.0.0.0", "0x0", "10.0.0.1", "172.16.9.9", "172.31.255.255", "192.168.1.1", "3232235777"),
        *("169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.1.1"),
        *("100.64.0.1", "100.127.255.255", "168.63.129.16", "192.0.0.192", "198.18.0.1", "192.0.2.1"),
        *("203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
        *("[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
        *("[::ffff:10.0.0.1]", "[fe80::1]", "[fe80::1%25lo]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]"),
        *("[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[2002:7f00:1::]"),
        *("[2002:a9fe:a9fe::1]", "[2001:0:7f00:1::]", "[2001::80ff:fffe]", "[2001:db8::1]", "[3fff::1]", "[100::1]"),
        *(
            "[2a00:1450::5efe:127.0.0.1]",
            "[5f00::1]",
            "[::ffff:0:127.0.0.1]",
            "",
            "[",
            "[::1",
            "[::g]",
            "a b",
            "a_b/../c@d",
        ),
    ],
)
def test_nothing_of_this_machine_or_network_is_asked(host):
    """However its address is spelled: what the resolver makes of it is what is checked."""
    with pytest.raises((BadOutput, OSError)):
        found(f"https://{host}/latest/meta-data")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        *((one, "") for one in ("8.8.8.8", "1.1.1.1", "172.32.0.1", "100.63.255.255", "100.128.0.1", "169.253.9.9")),
        *((one, "") for one in ("2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1")),
        ("127.0.0.1", "this machine"),
        ("::ffff:127.0.0.1", "this machine"),
        ("64:ff9b::7f00:1", "this machine"),
        ("2002:7f00:1::", "this machine"),
        ("::1", "this machine"),
        ("10.1.2.3", "a private address"),
        ("fd12::1", "a private address"),
        ("100.64.0.1", "a reserved address"),
        ("169.254.1.1", "a link-local address"),
        ("169.254.169.254", "the metadata service of a cloud"),
        ("::ffff:169.254.169.254", "the metadata service of a cloud"),
        ("168.63.129.16", "the metadata service of a cloud"),
        ("224.0.0.1", "a multicast address"),
        ("0.0.0.0", "an unspecified address"),
        ("::", "an unspecified address"),
        ("nonsense", "no address"),
    ],
)
def test_an_address_has_its_fault_in_words(address, why):
    """A transition address counts as the one inside it."""
    assert fault(address) == why


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        *(
            (one, True)
            for one in ("127.0.0.1", "::1", "10.0.0.7", "172.20.0.2", "192.168.1.5", "100.101.1.1", "fd12::1")
        ),
        *((one, True) for one in ("8.8.8.8", "::ffff:192.168.1.5")),
        *((one, False) for one in ("169.254.169.254", "169.254.7.7", "fe80::1", "0.0.0.0", "::", "224.0.0.1")),
        *((one, False) for one in ("100.100.100.200", "fd00:ec2::254", "192.0.2.1", "255.255.255.255", "2001:db8::1")),
    ],
)
def test_at_home_private_addresses_are_allowed_and_no_more(address, is_allowed):
    """The metadata of a cloud machine is not the user's network."""
    assert (not fault(address, is_home=True)) is is_allowed


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://cdn.example.com/x", "not https"),
        ("file:///etc/passwd", "without a readable host"),
        ("gopher://cdn.example.com/x", "not https"),
        ("ftp://cdn.example.com/x", "not https"),
        ("data:image/png;base64,AA", "without a readable host"),
        ("//cdn.example.com/x", "not https"),
        ("/x.png", "without a readable host"),
        ("", "without a readable host"),
        ("https://me:hunter2@cdn.example.com/x", "a user name or a password at cdn.example.com"),
        ("https://hunter2@cdn.example.com/x", "a user name or a password"),
        ("https://cdn.example.com:hunter2/x", "cannot be read"),
        ("https://cdn.example.com:22/x", "port 22"),
        ("https://cdn.example.com:8443/x", "port 8443"),
        ("https://cdn.example.com:0/x", "port 0"),
        ("https://cdn.example.com:99999/x", "cannot be read"),
        ("https://cdn.example.com/x\x00", "a control character"),
        ("https://cdn.example.com\\@evil.example/x", "readable host|password"),
        ("https://ex\u00e4mple.com/x", "without a readable host"),
    ],
)
def test_the_form_of_an_address_is_checked_first(url, says):
    """And what may hold a password is not repeated."""
    with pytest.raises(BadOutput, match=says) as raised:
        Reach("acme").place(url)

    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["https://cdn.example.com/x?a=b#c", "https://CDN.example.com:443/", "https://8.8.8.8:80"]
)
def test_a_public_address_over_https_is_fine(url):
    """On the two ports of the web."""
    assert Reach("acme").place(url).scheme == "https"


def test_one_forbidden_address_refuses_all(resolver):
    """A name with a public and a private address is an attack, or a network that would tell us nothing good."""
    resolver["cdn.example.com"] = [["93.184.216.34", "10.0.0.1"]]

    with pytest.raises(BadOutput, match=r"cdn\.example\.com, which is a private address"):
        found("https://cdn.example.com/x")


def test_only_home_itself_may_be_private(resolver):
    """Neither another port of it, nor its neighbour."""
    reach = Reach("comfyui", HOME)
    resolver |= {"10.0.0.7": [["10.0.0.7"]], "10.0.0.8": [["10.0.0.8"]]}

    assert found("http://10.0.0.7:8188/view?filename=a", reach) == ["10.0.0.7"]
    for url in ("http://10.0.0.7:22/", "http://10.0.0.8:8188/", "https://10.0.0.7/", "https://10.0.0.8/"):
        with pytest.raises(BadOutput):
            found(url, reach)


def test_home_may_also_have_a_link_local_address(resolver):
    """Names of the local network (mDNS) often do; it is left out."""
    home = origin_of("http://gpu.local:7860")
    resolver["gpu.local"] = [["fe80::1%2", "192.168.1.5"], ["fe80::1%2"]]

    assert found("http://gpu.local:7860/x", Reach("a1111", home)) == ["192.168.1.5"]
    with pytest.raises(BadOutput, match="link-local"):
        found("http://gpu.local:7860/x", Reach("a1111", home))


def test_a_name_that_nobody_knows_is_no_bad_answer():
    """The network may be down: that is for the caller to try again."""
    with pytest.raises(OSError):  # noqa: PT011 - the words are the system's
        anyio.run(partial(addresses.looked_up, "name.invalid", 443))


def test_an_origin_is_written_as_an_address():
    """With the port where it is not the usual one, and brackets where they are due."""
    assert origin_of("HTTPS://CDN.example.com:443/x").url == "https://cdn.example.com"
    assert origin_of("http://[::1]:8188/x").url == "http://[::1]:8188"
