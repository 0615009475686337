"""A newcomer's walk through the studio, in a real browser: what docs/tutorial/studio.md shows, and how long it takes.

Start a service of its own (`astragen serve --data FOLDER`), then: walk_studio.py http://127.0.0.1:8000 docs/studio
Each step is shown as a JPEG there, and its time is printed. Start reading at `walk`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROMPT: Final = "A lighthouse keeper befriends a storm"
LINE: Final = "The keeper had not slept for three nights."
SIZE: Final = {"width": 1280, "height": 800}
BYTES_MAX: Final = 120_000  # of a picture
QUALITIES: Final = (82, 74, 66, 58, 50)  # the first that is small enough is kept
FILM_MS: Final = 300_000  # for a film on a slow machine
SETTLE_MS: Final = 900  # pictures fade in


def walk(page: Page, url: str, keep: Callable[[str], None], kept: Path) -> None:
    """From an empty studio to an edited film at *kept*; *keep* shows the page under a name."""
    page.goto(url)
    prompt = page.locator("textarea").first
    prompt.fill(PROMPT)
    page.get_by_text("at no cost").wait_for()
    page.wait_for_timeout(SETTLE_MS)
    keep("make")
    prompt.press("Control+Enter")
    page.get_by_role("button", name="Stop").wait_for()
    page.wait_for_timeout(5 * SETTLE_MS)
    keep("making")
    page.locator("video").wait_for(timeout=FILM_MS)
    page.keyboard.press("Space")
    page.wait_for_timeout(4 * SETTLE_MS)
    page.keyboard.press("Space")
    keep("made")
    page.get_by_role("link", name="Direct").click()
    page.get_by_label("Narration", exact=True).first.fill(LINE)
    page.wait_for_timeout(2 * SETTLE_MS)
    keep("direct")
    page.get_by_role("button", name="Make version 2").click()
    page.locator("video").wait_for(timeout=FILM_MS)
    page.wait_for_timeout(SETTLE_MS)
    keep("second")
    with page.expect_download() as download:
        page.locator(".keep-file").first.click()
    download.value.save_as(kept)
    page.goto(f"{url}/#/films")
    page.locator("li.wall-card img").first.wait_for()
    page.wait_for_timeout(SETTLE_MS)
    keep("films")


def shown(page: Page, path: Path) -> None:
    """Keep a picture of *page* at *path*, as good as `BYTES_MAX` allows."""
    for quality in QUALITIES:
        page.screenshot(path=path, type="jpeg", quality=quality)
        if path.stat().st_size < BYTES_MAX:
            return


def main() -> None:
    """Walk, and print how long each step took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of the service")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--film", type=Path, default=Path("walk.mp4"), help="where the edited film goes")
    asked = parser.parse_args()
    from playwright.sync_api import sync_playwright

    asked.folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with sync_playwright() as playwright:
        chromium = os.environ.get("ASTRAGEN_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=SIZE, color_scheme="dark", locale="en-US")  # type: ignore[arg-type]

        def keep(name: str) -> None:
            shown(page, asked.folder / f"{name}.jpg")
            print(f"{time.monotonic() - began:6.1f} s  {name}")

        walk(page, asked.url.rstrip("/"), keep, asked.film)
        browser.close()


if __name__ == "__main__":
    main()
