"""What is around every page of the studio: the ways, the theme, the language, the help, the banner."""

from __future__ import annotations

import re

import pytest

TINY, PHONE, HUGE = (360, 640), (390, 844), (2560, 1440)

REACHABLE = "a[href], button:not([disabled]), input:not([disabled]), select, textarea, summary, [tabindex='0']"


def test_the_studio_opens_on_make(open_page, shoot):
    """The first page invites to make a film, and is named in the window's title."""
    page = open_page("")

    assert page.title().endswith("AstraGen")
    assert page.locator("#nav a[aria-current=page]").inner_text() == "Make"
    shoot(page, "frame-make")


def test_each_way_leads_to_its_page(open_page):
    """The address names a page, the way to it is marked, and the window is called after it."""
    page = open_page("#/nowhere")
    for name in ("films", "settings", "make"):
        page.locator(f"#nav a[href='#/{name}']").click()
        page.locator(f"#page .page-{name} h1").wait_for()

        assert page.locator("#nav a[aria-current=page]").get_attribute("href") == f"#/{name}"
        assert page.title().startswith(page.locator("#page h1").inner_text())


def test_an_address_that_is_none_says_so(open_page, shoot):
    """With two ways on."""
    page = open_page("#/nowhere")

    assert page.locator("h1").inner_text() == "There is nothing here"
    assert page.locator("#page a.button").count() == 2
    shoot(page, "frame-lost")


def test_the_theme_is_the_systems_until_one_is_chosen(open_page, expected):
    """The choice is kept, and there before the studio has begun: no page flashes in the other theme."""
    expected.append("net::ERR_FAILED")
    page = open_page("#/nowhere", color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)

    page.locator("[data-tool=theme]").click()

    dark = page.evaluate(ground)
    assert light != dark
    page.route("**/app/main.js", lambda route: route.abort())
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(ground) == dark


@pytest.mark.parametrize(
    ("locale", "tag", "title"), [("es-MX", "es", "Ajustes"), ("zh-CN", "zh", "设置"), ("fr-FR", "en", "Settings")]
)
def test_the_language_is_the_browsers_where_there_is_it(open_page, shoot, locale, tag, title):
    """Else English."""
    page = open_page("#/settings", locale=locale)

    assert page.locator("html").get_attribute("lang") == tag
    assert page.locator("h1").inner_text() == title
    shoot(page, f"settings-{tag}")


def test_another_language_is_chosen_and_kept(open_page):
    """The page and the frame speak it at once, and after a reload."""
    page = open_page("#/nowhere")

    page.get_by_label("Language").select_option("es")

    page.get_by_role("heading", name="Aquí no hay nada").wait_for()
    assert page.locator("#nav a").all_inner_texts() == ["Crear", "Películas", "Ajustes"]
    page.reload()
    page.get_by_role("heading", name="Aquí no hay nada").wait_for()


def test_the_help_names_the_keys(open_page, shoot):
    """A question mark opens it, Escape closes it, and the keys do what it says."""
    page = open_page("#/nowhere")

    page.keyboard.press("?")

    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    shoot(page, "frame-help")
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    page.keyboard.press("Alt+3")
    page.locator(".page-settings h1").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_keys_are_left_to_who_types(open_page):
    """A question mark in a field is a letter."""
    page = open_page("#/settings")

    page.get_by_label("API key").press_sequentially("a?")

    assert page.get_by_role("dialog").count() == 0
    assert page.get_by_label("API key").input_value() == "a?"


def test_everything_is_reached_by_tab(open_page):
    """Each link, button and field that is seen has the focus once; of a group of radio buttons one."""
    page = open_page("#/settings")
    page.wait_for_load_state("networkidle")
    wanted = page.evaluate(
        """selector => [...document.querySelectorAll(selector)]
            .filter(one => one.checkVisibility() && one.tabIndex >= 0 && (one.type !== 'radio' || one.checked))
            .map((one, at) => (one.dataset.at = at, at))""",
        REACHABLE,
    )

    seen = set()
    for _ in range(len(wanted) + 5):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.dataset.at"))

    assert len(wanted) > 15
    assert {str(one) for one in wanted} <= seen


def test_the_first_tab_skips_to_the_page(open_page):
    """Past the header, without leaving the address."""
    page = open_page("#/nowhere")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "page"
    assert page.url.endswith("#/nowhere")


def test_a_service_that_does_not_answer_is_told_of_until_it_does(open_page, expected, shoot):
    """The banner comes with the first request that fails, and goes by itself."""
    expected.append(r"net::ERR_FAILED")
    page = open_page("#/nowhere")
    page.route(re.compile("/(v1|readyz|healthz)"), lambda route: route.abort())
    page.locator("#nav a[href='#/settings']").click()

    page.locator("#banner:has-text('does not answer')").wait_for()

    assert page.get_by_role("button", name="Try again").count() > 0
    shoot(page, "frame-offline")
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator("#banner:empty").wait_for(state="attached")


def test_a_page_that_does_not_load_can_be_tried_again(open_page, expected, shoot):
    """Where its module does not come."""
    expected.append(r"net::ERR_FAILED|dynamically imported module")
    page = open_page("#/nowhere")
    page.route("**/app/pages/films.js*", lambda route: route.abort())
    page.locator("#nav a[href='#/films']").click()

    page.get_by_role("heading", name="This page did not load").wait_for()

    shoot(page, "frame-failed")
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    page.locator(".page-films h1").wait_for()


@pytest.mark.parametrize("size", [TINY, PHONE, HUGE], ids=["360", "390", "2560"])
def test_nothing_is_wider_than_the_screen(open_page, shoot, size):
    """From the smallest phone to a large screen."""
    page = open_page("#/make", size=size)
    for name in ("make", "films", "settings", "lost"):
        page.evaluate(f"location.hash = '#/{name}'")
        page.locator(f".page-{name} h1").wait_for()
        page.wait_for_load_state("networkidle")

        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        shoot(page, f"frame-{name}-{size[0]}")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing_serious(open_page, axe, scheme):
    """Contrast, names, roles and order, as axe-core judges them."""
    page = open_page("#/settings", color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    page.locator("#settings-providers summary").first.click()
    assert axe(page) == []

    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert axe(page) == []

    page.keyboard.press("Escape")
    page.evaluate("location.hash = '#/nowhere'")
    page.locator(".page-lost h1").wait_for()
    assert axe(page) == []
