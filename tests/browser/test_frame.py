"""What is around every page of the studio."""

from __future__ import annotations

import pytest

TRANSFER_MAX = 200_000  # bytes, headers included


def test_the_studio_opens_on_make(open_page, shoot):
    """The first page invites to make a film, and is named in the window's title."""
    page = open_page("")

    assert page.title().endswith("AstraGen")
    assert page.locator("#nav a[aria-current=page]").inner_text() == "Make"
    shoot(page, "frame-make")


@pytest.mark.parametrize("hash_", ["#/make", "#/films", "#/settings"])
def test_each_way_leads_to_its_page(open_page, hash_):
    """The address names a page, and the way to it is marked."""
    page = open_page(hash_)

    assert page.locator("#nav a[aria-current=page]").get_attribute("href") == hash_


def test_little_is_sent_for_the_first_page(open_page):
    """With an empty cache, all that is fetched is below 200 kB."""
    page = open_page("")
    page.wait_for_load_state("networkidle")

    sizes = page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".filter(one => !new URL(one.name).pathname.startsWith('/v1/')).map(one => one.transferSize)"
    )

    assert len(sizes) > 10
    assert 0 < sum(sizes) < TRANSFER_MAX


def test_an_address_that_is_none_says_so(open_page, shoot):
    """With two ways on."""
    page = open_page("#/nowhere")

    assert page.locator("h1").inner_text() == "There is nothing here"
    assert page.locator("#page a.button").count() == 2
    shoot(page, "frame-lost")
