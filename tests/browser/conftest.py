"""The studio in a real browser: one service with a worker for all tests, and a page that fails on any error.

A test asks for `open_page("#/make")` and has a Playwright page there; what the console, the page or the policy
complains of fails it, unless the test says with `expected` that it was to come.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE_S = 60
PATIENCE_MS = 15_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WIDE, PHONE, HUGE = (1440, 900), (390, 844), (2560, 1440)

OpenPage = Callable[..., "Page"]


def missing() -> str:
    """Why no browser can be driven here; empty: one can."""
    if importlib.util.find_spec("playwright") is None:
        return "the package playwright is not installed: pip install playwright"
    return "" if chromium() else "chromium is not installed: apt install chromium"


def chromium() -> str | None:
    """The browser of the system, or the one that is named."""
    named = os.environ.get("ASTRAGEN_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none; a folder's conftest is asked about all items."""
    reason = missing()
    for item in items:
        if reason and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


def environment_at(home: Path) -> dict[str, str]:
    """The environment of a user whose home is *home*, without the keys and servers of whoever runs the tests."""
    theirs = ("ASTRAGEN_", "XDG_", "OLLAMA_", "OPENAI_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(theirs) and not name.endswith(("_API_KEY", "_TOKEN"))
    }
    quiet = {"PYTHONWARNINGS": "ignore", "ASTRAGEN_WRITER": "builtin", "ASTRAGEN_ARTIST": "builtin"}
    return {**kept, **quiet, "HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


def start(folder: Path, *flags: str, port: int = 0, **variables: str) -> tuple[str, subprocess.Popen[str]]:
    """The address and the process of a service that keeps everything in *folder*."""
    main = "from astragen.cli.main import main; main()"
    places = ["--data", str(folder / "data"), "--cache", str(folder / "cache")]
    command = [sys.executable, "-c", main, "serve", "--port", str(port), "--drain", "1", *places, *flags]
    environment = environment_at(folder) | {"ASTRAGEN_CONFIG_DIR": str(folder / "config")} | variables
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said.startswith("AstraGen serves http://127.0.0.1:"), (folder / "log").read_text()
    return said.split()[-1], process


def stop(process: subprocess.Popen[str]) -> None:
    """End a service, and its worker with it."""
    with process:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with a worker, for all tests of this process; it needs no key."""
    url, process = start(tmp_path_factory.mktemp("studio"))
    try:
        yield url
    finally:
        stop(process)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. For one module: while Playwright waits in this thread, no other test can run a loop in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def expected() -> list[str]:
    """Patterns of complaints that the test causes; append to it. Failed fetches are told by the console, too."""
    return []


@pytest.fixture
def open_page(browser: Browser, service: str, expected: list[str]) -> Iterator[OpenPage]:
    """Open the studio at a hash: `open_page("#/films", size=PHONE, locale="es")`; *url* is another service's."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_it(
        hash_: str = "#/make", *, size: tuple[int, int] = WIDE, locale: str = "en-US", url: str = "", **options: Any
    ) -> Page:
        width, height = size
        options = {"color_scheme": "dark", "reduced_motion": "reduce", **options}
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        watch(page, faults)
        page.goto(f"{url or service}/{hash_}")
        page.locator("#page h1").first.wait_for()
        return page

    yield open_it
    for context in contexts:
        context.close()
    unexpected = [fault for fault in faults if not any(re.search(pattern, fault) for pattern in expected)]
    assert not unexpected, unexpected


def watch(page: Page, faults: list[str]) -> None:
    """Note in *faults* what goes wrong on *page*: console errors, errors nobody caught, violations of the policy."""

    def heard(message: Any) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], Path]:
    """Keep a picture of a page as build/screens/NAME.png, or in ASTRAGEN_SCREENS."""
    folder = Path(os.environ.get("ASTRAGEN_SCREENS", str(request.config.rootpath / "build" / "screens")))

    def keep(page: Page, name: str, *, full: bool = False) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=full)
        return path

    return keep
