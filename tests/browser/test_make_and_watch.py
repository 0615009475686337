"""A film made in the browser: ordered, watched, played."""

from __future__ import annotations

import pytest

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

FILM_MS = 90_000


@pytest.fixture
def made(open_page):
    """The page of a film that was made in the studio, 5 s at 360p."""
    page = open_page("#/make")
    page.locator("textarea").fill("A fox finds a lantern in the snow")
    page.locator(".make-more > summary").click()
    page.select_option("#make-height", "360")
    for trade in ("artist", "writer"):
        page.locator(f"#make-{trade}").get_by_role("radio", name="The built-in crew").click()
    slider = page.locator("input[type=range]").first
    slider.focus()
    for _ in range(5):
        slider.press("ArrowLeft")
    expect(page.locator(".make-estimate")).to_contain_text("at no cost", timeout=15_000)
    page.locator("textarea").press("Control+Enter")
    expect(page.locator("video")).to_be_visible(timeout=FILM_MS)
    return page


def test_a_film_is_ordered_watched_and_played(made):
    """From the first word to the film, which is there after a reload, too; nothing on the way complains."""
    page = made
    address = page.url

    page.locator("body").press("Space")
    expect(page.locator("video")).not_to_have_js_property("currentTime", 0)
    page.locator("body").press("k")
    expect(page.locator("video")).to_have_js_property("paused", True)

    page.reload()
    expect(page.locator("video")).to_be_visible()
    assert page.url == address


def test_an_empty_prompt_orders_nothing(open_page):
    """The box is pointed at."""
    page = open_page("#/make")

    page.locator(".make-button").click()

    assert page.url.endswith("#/make")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
