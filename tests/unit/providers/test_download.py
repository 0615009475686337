from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from astragen.errors import BadOutput, ProviderError, Unavailable
from astragen.providers import addresses, connection, http
from astragen.providers.download import REDIRECTS_MAX, download
from emulators.loopback import Asked, LoopbackServer, Sent, picture_bytes

CERTIFICATES = Path(__file__).parents[2] / "emulators" / "certificates"
PICTURE = picture_bytes("a fox")
PUBLIC, OTHER = "93.184.216.34", "151.101.1.69"


class Store(LoopbackServer):
    """A store of files: answers by path, the usual one a picture."""

    def __init__(self, **answers: Sent) -> None:
        super().__init__()
        self.answers = answers

    def answer(self, asked: Asked) -> Sent:
        name = asked.path.partition("?")[0].strip("/")
        return self.answers.get(name) or Sent(200, PICTURE, {"content-type": "image/png"})


class TlsStore(Store):
    """The same behind a certificate of pictures.test, and of no other name."""

    def __init__(self, **answers: Sent) -> None:
        super().__init__(**answers)
        self.names: list[str | None] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATES / "pictures.test.pem")
        context.sni_callback = lambda socket, name, _: self.names.append(name)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)


def leads_to(location: str, status: int = 302) -> Sent:
    return Sent(status, b"", {"location": location})


class Network:
    """A resolver and a network of our own: names have addresses, and addresses lead to servers on loopback."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.servers: dict[str, LoopbackServer] = {}
        self.lookups: list[str] = []
        self.connections: list[tuple[str, int]] = []

    async def looked_up(self, host: str, port: int) -> list[str]:
        self.lookups.append(host)
        queue = self.answers.get(host, [[host]])
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def connect(self, real: Callable[..., Any]) -> Callable[..., Any]:
        async def connect_tcp(*, remote_host: str, remote_port: int, **others: Any) -> Any:
            self.connections.append((remote_host, remote_port))
            if remote_host not in self.servers:
                raise ConnectionRefusedError(111, "Connection refused")
            return await real("127.0.0.1", int(self.servers[remote_host].url.rpartition(":")[2]))

        return connect_tcp


@pytest.fixture
def network(monkeypatch):
    made = Network()
    monkeypatch.setattr(addresses, "looked_up", made.looked_up)
    monkeypatch.setattr(anyio, "connect_tcp", made.connect(anyio.connect_tcp))
    context = ssl.create_default_context(cafile=CERTIFICATES / "authority.pem")
    monkeypatch.setattr(connection, "trust", lambda scheme: context)
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)
    made.answers["pictures.test"] = [[PUBLIC]]
    return made


def fetch(url: str, **options: Any):
    return anyio.run(partial(download, url, **{"provider": "acme", "max_bytes": 1_000_000, **options}))


def test_a_picture_comes_from_the_address_that_was_checked(network):
    """The name is looked up once, and stays in the Host header, the handshake and the certificate's check."""
    with TlsStore() as store:
        network.servers[PUBLIC] = store
        reply = fetch("https://pictures.test/fox.png?X-Signature=abcdefghijkl#top")
        (asked,) = store.asked

    assert reply.body == PICTURE
    assert reply.media_type == "image/png"
    assert network.connections == [(PUBLIC, 443)]
    assert network.lookups == ["pictures.test"]
    assert store.names == ["pictures.test"]
    assert asked.path == "/fox.png?X-Signature=abcdefghijkl"
    assert asked.headers["host"] == "pictures.test"
    assert "authorization" not in asked.headers


def test_a_certificate_of_another_name_is_not_believed(network):
    """Though the address is the right one."""
    network.answers["other.test"] = [[PUBLIC]]
    with TlsStore() as store:
        network.servers[PUBLIC] = store
        with pytest.raises(Unavailable, match=r"other\.test has a certificate that is not believed"):
            fetch("https://other.test/fox.png")

    assert store.asked == []


def test_a_certificate_of_nobody_known_is_not_believed(network, monkeypatch):
    """The system's authorities are what counts."""
    monkeypatch.setattr(connection, "trust", lambda scheme: ssl.create_default_context())
    with TlsStore() as store:
        network.servers[PUBLIC] = store
        with pytest.raises(Unavailable, match="not believed"):
            fetch("https://pictures.test/fox.png")

    assert store.asked == []


def test_a_name_that_changes_its_address_gains_nothing(network):
    """Rebinding: public when it is checked, this machine when it is connected to."""
    network.answers["pictures.test"] = [[PUBLIC], ["127.0.0.1"]]
    with TlsStore() as store:
        network.servers |= {PUBLIC: store, "127.0.0.1": store}
        fetch("https://pictures.test/fox.png")
        with pytest.raises(BadOutput, match=r"pictures\.test, which is this machine"):
            fetch("https://pictures.test/fox.png")

    assert network.connections == [(PUBLIC, 443)]


def test_the_next_address_is_tried_when_one_does_not_accept(network):
    """As a browser does; each was checked."""
    network.answers["pictures.test"] = [[OTHER, PUBLIC]]
    with TlsStore() as store:
        network.servers[PUBLIC] = store
        assert fetch("https://pictures.test/fox.png").body == PICTURE

    assert network.connections == [(OTHER, 443), (PUBLIC, 443)]


def test_a_network_that_is_down_is_unavailable(network, monkeypatch):
    """Whether the name is unknown or nobody accepts; it is tried again, and looked up again."""
    with pytest.raises(Unavailable, match=r"pictures\.test could not be reached") as raised:
        fetch("https://pictures.test/fox.png")
    assert "BASE_URL" not in str(raised.value)
    assert len(network.connections) == 3

    async def unknown(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(addresses, "looked_up", unknown)
    with pytest.raises(Unavailable, match=r"pictures\.test could not be reached"):
        fetch("https://pictures.test/fox.png")


def test_redirects_are_followed_three_times(network):
    """Relative ones, too."""
    chain = {"a": leads_to("b", 301), "b": leads_to("/c", 307), "c": leads_to("https://pictures.test/fox.png", 308)}
    with TlsStore(**chain, zero=leads_to("/a")) as store:
        network.servers[PUBLIC] = store
        assert fetch("https://pictures.test/a").body == PICTURE
        with pytest.raises(BadOutput, match=f"leads on more than {REDIRECTS_MAX} times"):
            fetch("https://pictures.test/zero")

    assert [asked.path for asked in store.asked][:4] == ["/a", "/b", "/c", "/fox.png"]


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://169.254.169.254/latest/meta-data", "not https at 169.254.169.254"),
        ("https://169.254.169.254/latest/meta-data", "the metadata service of a cloud"),
        ("file:///etc/passwd", "without a readable host"),
        ("https://127.0.0.1/", "this machine"),
        ("https://[::ffff:10.0.0.1]/", "a private address"),
        ("http://pictures.test/fox.png", "not https"),
        ("https://me:hunter2@pictures.test/", "a password"),
        ("https://pictures.test:8443/", "port 8443"),
        ("https://inside.test/", "a private address"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(network, location, says):
    """And nothing is connected to."""
    network.answers["inside.test"] = [["192.168.0.9"]]
    with TlsStore(a=leads_to(location)) as store:
        network.servers |= {PUBLIC: store, "169.254.169.254": store, "127.0.0.1": store, "192.168.0.9": store}
        with pytest.raises(BadOutput, match=says) as raised:
            fetch("https://pictures.test/a")

    assert network.connections == [(PUBLIC, 443)]
    assert "hunter2" not in str(raised.value)


def test_a_redirect_without_a_target_is_a_bad_answer():
    """Not a picture."""
    with Store(a=Sent(302, b"", {})) as store, pytest.raises(BadOutput, match="leads nowhere"):
        fetch(f"{store.url}/a", is_local=True)


def test_a_local_provider_may_be_asked_on_its_own_port():
    """Over plain http, with nothing faked; and so may a test's."""
    with Store() as store:
        assert fetch(f"{store.url}/view?filename=a.png", is_local=True, base_url=store.url).body == PICTURE
        assert fetch(f"{store.url}/view?filename=a.png", is_local=True).body == PICTURE
        with pytest.raises(BadOutput, match="not https"):
            fetch(f"{store.url}/view?filename=a.png")

    assert len(store.asked) == 2


def test_a_local_provider_opens_no_other_door():
    """Not another port of the same machine, whether named at once or by a redirect."""
    with Store() as other, Store(a=leads_to(other.url)) as store:
        with pytest.raises(BadOutput, match=r"not https at 127\.0\.0\.1"):
            fetch(f"{other.url}/x.png", is_local=True, base_url=store.url)
        with pytest.raises(BadOutput, match=r"not https at 127\.0\.0\.1"):
            fetch(f"{store.url}/a", is_local=True)

    assert other.asked == []


def test_what_is_too_long_is_cut_off():
    """While it arrives."""
    with Store() as store, pytest.raises(BadOutput, match=r"more than 0\.0001 MB"):
        fetch(f"{store.url}/x.png", is_local=True, max_bytes=100)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_that_is_over_says_so(status):
    """It is no refused key, for none was sent; the status stays readable."""
    says = rf"acme no longer serves what it made .*HTTP {status}"
    over = Sent(status, b"<Error>AccessDenied</Error>", {"content-type": "application/xml"})
    with Store(a=over) as store, pytest.raises(BadOutput, match=says) as raised:
        fetch(f"{store.url}/a?sig=s3cr3tsignature", is_local=True)

    assert raised.value.status == status
    assert "s3cr3tsignature" not in str(raised.value)


def test_a_download_ends_in_time():
    """The tries and redirects together."""
    with Store(a=Sent(is_silent=True, pause_s=3)) as store, pytest.raises(Unavailable, match=r"within 0\.2 s"):
        fetch(f"{store.url}/a", is_local=True, total_s=0.2)


def test_a_store_that_is_down_for_a_moment_is_asked_again():
    """GET costs nothing."""
    with Store(a=Sent(503, b"", {"retry-after": "0"})) as store, pytest.raises(Unavailable):
        fetch(f"{store.url}/a", is_local=True)

    assert len(store.asked) == 3


def test_a_proxy_hears_only_of_addresses_that_were_checked(network, monkeypatch):
    """Where the environment names one, it connects for us, and looks names up itself."""
    with Store() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("127.0.0.1", OTHER))
        monkeypatch.delenv("NO_PROXY", raising=False)
        network.servers[OTHER] = proxy
        with pytest.raises(BadOutput, match="this machine"):
            fetch("https://127.0.0.1/x.png")
        assert network.connections == []
        with pytest.raises(ProviderError):  # it is no real proxy: it answers CONNECT with an error
            fetch("https://pictures.test/x.png")

    assert {host for host, _ in network.connections} == {OTHER}


@pytest.mark.parametrize(
    "url",
    ["https://999.9.9.9/x.png", "https://1.2.3.04/x.png", f"https://pictures.test/{'a' * 70_000}"],
    ids=["no address", "a leading zero", "longer than any"],
)
def test_an_address_that_the_http_library_would_not_have_is_a_bad_answer(network, url):
    """And no end of the film."""
    with pytest.raises(BadOutput, match="named an address"):
        anyio.run(partial(download, url, provider="acme", max_bytes=1_000))
