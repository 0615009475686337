"""`astragen serve`: the service as one command: a process that answers, and beside it workers that make films."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import click

from astragen.cli.service_options import drain_option, places
from astragen.cli.worker import films_at_once_option
from astragen.errors import SettingsError

if TYPE_CHECKING:
    import uvicorn

    from astragen.runtime.children import Children
    from astragen.service.house import House

WORKER: Final = "from astragen.cli.main import main; main()"
STOPS: Final = (signal.SIGINT, signal.SIGTERM)


@click.command(short_help="Serve films over HTTP.")
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="NAME",
    help="Address to serve; any but this machine's own needs API keys. [default: 127.0.0.1]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8_000,
    metavar="N",
    help="Its port; 0: any that is free. [default: 8000]",
)
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=1,
    metavar="N",
    help="Processes that make films beside it; 0: they run elsewhere. [default: 1]",
)
@films_at_once_option
@drain_option
@places
def serve(
    *, host: str, port: int, workers: int, films_at_once: int | None, drain: float, data: str | None, cache: str | None
) -> None:
    """Serve films over HTTP, until SIGTERM or Ctrl-C.

    Without more it is the whole product: a database and the films in the folder of --data, one worker beside it. See
    docs/howto/serve-films.md.
    """
    from astragen.cli.service_options import check_installed, settings_at, tell

    check_installed()
    settings = settings_at(data, cache)
    tell("astragen-api")
    from astragen.runtime.children import Children
    from astragen.service.access import check_bind
    from astragen.service.house import opened

    house = opened(settings, host=host)
    check_bind(host, house)
    flags = ["--drain", str(drain), "--data", str(settings.data_dir), "--cache", str(settings.cache_dir)]
    flags += [] if films_at_once is None else ["--films-at-once", str(films_at_once)]
    children = Children(WORKER, ["worker", *flags], workers)
    stopping = threading.Event()
    with _on_a_stop(lambda *_: stopping.set()):  # uvicorn, too, passes on the signal that stopped it
        answer(house, host, port, children, stopping)
    with _on_a_stop(signal.default_int_handler):
        _wait(children, drain)


def answer(house: House, host: str, port: int, children: Children, stopping: threading.Event) -> None:
    """Answer requests until told to stop; *children* start when the address is ours, and are told to end with it.

    Raises:
        SettingsError: the address cannot be served, or the service cannot start.
    """
    from astragen.service.app import create_app
    from astragen.service.serving import bound, config_of

    config = config_of(create_app(house), host=host, port=port)
    place = bound(config)
    name = f"[{host}]" if ":" in host else host
    said = f"AstraGen serves http://{name}:{place.getsockname()[1]}"
    # What is loaded now stays until the end; looked through again and again it takes half the time of long answers.
    gc.collect()
    gc.freeze()
    try:
        _server(config, children, stopping, said).run(sockets=[place])
    except SystemExit:
        raise SettingsError("The service could not start.", hint="What the log says above is why.") from None
    finally:
        children.end()


def _server(config: uvicorn.Config, children: Children, stopping: threading.Event, said: str) -> uvicorn.Server:
    """A server that starts *children* and says *said* when it is up, and lets them end as soon as it shall."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:  # noqa: ANN401  (as uvicorn has it)
            await super().startup(sockets)
            if stopping.is_set():  # before uvicorn listened to signals
                self.should_exit = True
                return
            children.start()
            click.echo(said)

        def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ANN401
            children.end()
            super().handle_exit(sig, frame)

    return Server(config)


def _wait(children: Children, drain_s: float) -> None:
    """Let *children* end what they have begun for *drain_s*; another signal is enough of that."""
    from astragen.service.serving import GOODBYE_S

    try:
        is_done = children.wait(drain_s + GOODBYE_S)
    except KeyboardInterrupt:
        is_done = children.wait(0.0)
    if not is_done:
        click.echo("what was begun and not done is left to the next worker", err=True)


@contextmanager
def _on_a_stop(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Have SIGINT and SIGTERM call *handler*."""
    before = {one: signal.signal(one, handler) for one in STOPS}
    try:
        yield
    finally:
        for one, previous in before.items():
            signal.signal(one, previous)
