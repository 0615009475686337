"""The studio in a real browser: one service with a worker for all tests, and a page that fails on any error.

A test asks for `open_page("#/make")` and has a Playwright page there; what the console, the page or the policy
complains of fails it, unless the test says with `expected` that it was to come.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from studio_service import start, stop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE_MS = 15_000
ELSEWHERE = "films.test"  # a name of this machine that browsers trust no more than any other's
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
]
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


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with a worker, for all tests of this process; it needs no key."""
    url, process = start(tmp_path_factory.mktemp("studio"))
    try:
        yield url
    finally:
        stop(process)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium. For one module: while Playwright waits in this thread, no other test can run a loop in it."""
    from playwright.sync_api import sync_playwright

    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    with sync_playwright() as playwright:
        environment = {**os.environ, **with_cjk_fonts(fonts)}
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS, env=environment)
        yield browser
        browser.close()


def with_cjk_fonts(path: Path) -> dict[str, str]:
    """The variable by which Chromium finds the fonts that captions have: a bare machine has none for Chinese."""
    found = importlib.util.find_spec("justmytype_intl_cjk")
    if found is None or not found.submodule_search_locations:
        return {}
    folder = found.submodule_search_locations[0]
    usual = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    path.write_text(f'<?xml version="1.0"?><fontconfig>{usual}<dir>{folder}</dir></fontconfig>')
    return {"FONTCONFIG_FILE": str(path)}


@pytest.fixture
def expected() -> list[str]:
    """Patterns of complaints that the test causes; append to it. Failed fetches are told by the console, too."""
    return [r"404 .*\?wait="]  # whoever waits for a film that is deleted meanwhile is told so


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


@pytest.fixture
def axe(request: pytest.FixtureRequest) -> Callable[[Page], list[str]]:
    """What axe-core finds serious or critical on a page, a line each."""
    script = axe_script(request.config.rootpath)
    if script is None:
        pytest.skip("axe-core is not installed: pip install axe-playwright-python, or npm's axe-core in .venv/node")

    def found(page: Page) -> list[str]:
        page.evaluate(script.read_text("utf-8"))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:200]} {node.get('failureSummary', '')}"
            for one in result["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    return found


def axe_script(root: Path) -> Path | None:
    """axe.min.js, of a Python package or of npm's."""
    specs = (importlib.util.find_spec(name) for name in ("axe_playwright_python", "axe_core_python"))
    folders = [Path(place) for spec in specs if spec for place in spec.submodule_search_locations or ()]
    folders.append(root / ".venv" / "node" / "node_modules" / "axe-core")
    return next((path for folder in folders if (path := folder / "axe.min.js").is_file()), None)


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
