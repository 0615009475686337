"""The library in a real browser: found, followed, opened, made again, deleted and kept after all."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from urllib.request import Request, urlopen

import cv2
import numpy as np
import pytest

import filmed
from astragen.model.brief import Brief
from astragen.model.job import Fault, FilmRecord, Order
from astragen.store.artifacts import ArtifactStore
from astragen.store.office import Office
from astragen.store.office.ids import new_id
from studio_service import start, stop

LITTLE = {"prompt": "A paper boat on a pond", "seconds": 5, "height": 360, "scenes": 1, "writer": "builtin",
          "artist": "builtin"}  # fmt: skip
MANY = 240


@pytest.fixture(scope="module")
def expect():
    """Playwright's assertions, which wait; the package is not everywhere."""
    return pytest.importorskip("playwright.sync_api").expect


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    """A service of these tests alone, with the folder that it keeps all in."""
    folder = tmp_path_factory.mktemp("library")
    url, process = start(folder)
    data = folder / "data"
    office = Office(f"sqlite:///{data / 'astragen.sqlite'}")
    yield SimpleNamespace(url=url, office=office, artifacts=ArtifactStore(data / "artifacts"))
    office.close()
    stop(process)


@pytest.fixture
def shelf(rooms):
    """Its office and store, to put films on the shelf that nobody has to render; the shelf is empty."""
    for film in rooms.office.films.page(limit=100_000).films:
        rooms.office.films.delete(film.id)
    return rooms


@pytest.fixture
def page(open_page, rooms):
    """The library is opened by each test, once its films are there."""
    return open_page("#/nowhere", url=rooms.url)


def ask(rooms, method, path, body=None):
    """What the service answers."""
    request = Request(f"{rooms.url}{path}", method=method, headers={"Content-Type": "application/json"})
    request.data = json.dumps(body).encode() if body is not None else None
    with urlopen(request) as answer:
        return json.loads(answer.read() or "null")


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    """A service that needs a key and has an outside address, and the key."""
    folder = tmp_path_factory.mktemp("keyed")
    url, process = start(folder, "--workers", "0", ASTRAGEN_PUBLIC_URL="https://films.example")
    data = folder / "data"
    office = Office(f"sqlite:///{data / 'astragen.sqlite'}")
    _, secret = office.keys.create("studio", ["films:read", "films:write"])
    owner = office.keys.list()[0].id
    store = ArtifactStore(data / "artifacts")
    yield SimpleNamespace(url=url, office=office, artifacts=store, secret=secret, owner=owner)
    office.close()
    stop(process)


def put(shelf, title, *, state="completed", at=1_790_000_000.0, prompt="A paper boat", owner="") -> str:
    """A film in that *state*, as a worker would have left it."""
    film = FilmRecord(
        id=new_id("film", at),
        owner=owner,
        created_at=at,
        title=title,
        order=Order(brief=Brief(prompt=prompt, seconds=20)),
    )
    shelf.office.films.add(film)
    if state == "completed":
        shelf.office.films.change(film.id, state="in_progress")
        report = filmed.report_of(film.order.brief).model_copy(update={"title": title, "seconds": 65.2})
        outputs = {"film": shelf.artifacts.put_bytes(filmed.MOVIE, "video/mp4"), "poster": poster(shelf, title)}
        shelf.office.films.end(film.id, 1, "completed", outputs=outputs, report=report)
    elif state != "queued":
        shelf.office.films.end(film.id, 1, state, fault=Fault(code="provider.unavailable", message="Nobody answered."))
    return film.id


def poster(shelf, title):
    """A picture of one colour, which the title decides."""
    colour = np.random.default_rng(len(title)).integers(40, 220, 3)
    picture = np.tile(colour.astype(np.uint8), (90, 160, 1))
    return shelf.artifacts.put_bytes(cv2.imencode(".jpg", picture)[1].tobytes(), "image/jpeg")


def opened(page):
    """The library, on a page that was elsewhere."""
    page.evaluate("location.hash = '#/films'")
    page.locator(".films-bar").wait_for()
    return page.locator("#page")


def titles(page):
    return page.locator(".films-wall .wall-title").all_inner_texts()


def test_an_empty_library_invites_to_make_a_film(page, shelf, expect):
    """Its one act leads to Make."""
    library = opened(page)

    library.get_by_role("link", name="Make your first film").click()

    expect(page).to_have_url(re.compile("#/make"))


def test_films_are_shown_by_their_pictures_and_found_by_their_words(page, shelf, expect):
    """The newest first or last, by state, by title and by prompt; what is not found can be given up."""
    put(shelf, "The Keeper", at=1.79e9)
    put(shelf, "A Fox in Winter", at=1.79e9 + 1, prompt="Snow over a lighthouse")
    put(shelf, "Broken", at=1.79e9 + 2, state="failed")
    library = opened(page)

    expect(library.locator("li.wall-card")).to_have_count(3)
    assert titles(page) == ["Broken", "A Fox in Winter", "The Keeper"]
    card = library.locator("li.wall-card", has_text="The Keeper")
    expect(card.locator("img")).to_have_js_property("naturalWidth", 160)
    expect(card.locator(".wall-length")).to_have_text("1:05")
    library.get_by_role("button", name="Newest first").click()
    expect(library.locator("li.wall-card").first).to_contain_text("The Keeper")
    library.get_by_role("button", name="Failed").click()
    expect(library.locator("li.wall-card")).to_have_count(1)
    library.get_by_role("button", name="All").click()
    page.keyboard.press("/")
    page.keyboard.type("LIGHTHOUSE")
    expect(library.locator("li.wall-card")).to_have_text([re.compile("A Fox in Winter")])
    page.keyboard.type(" nowhere")
    expect(library).to_contain_text("Nothing found")
    library.get_by_role("button", name="Show all films").click()
    expect(library.locator("li.wall-card")).to_have_count(3)


def test_a_film_in_the_making_becomes_ready_before_the_eyes(page, shelf, expect):
    """No reload: its card shows how far it is, then its picture."""
    film = ask(shelf, "POST", "/v1/films", LITTLE)
    library = opened(page)
    card = library.locator(f'[data-id="{film["id"]}"]')

    expect(card.get_by_role("progressbar")).to_be_visible()
    expect(card.locator("img")).to_be_visible(timeout=60_000)
    expect(card.get_by_role("progressbar")).to_be_hidden()
    expect(card.locator(".wall-sign")).to_be_hidden()


def test_the_keyboard_does_it_all(page, shelf, expect):
    """Arrows move, Enter opens, Delete deletes, and the place is kept."""
    ids = [put(shelf, f"Film {number}", at=1.79e9 - number) for number in range(6)]
    library = opened(page)
    expect(library.locator("li.wall-card")).to_have_count(6)

    library.get_by_role("link", name="Film 0").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(library.get_by_role("link", name="Film 1")).to_be_focused()
    page.keyboard.press("End")
    expect(library.get_by_role("link", name="Film 5")).to_be_focused()
    page.keyboard.press("Delete")
    expect(library.locator("li.wall-card")).to_have_count(5)
    expect(library.get_by_role("link", name="Film 4")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#/film/{ids[4]}"))


def test_deleting_waits_for_second_thoughts(page, shelf, expect):
    """Undone within the toast's time nothing was deleted; a page that is closed means it."""
    kept, gone = put(shelf, "Kept", at=1.79e9), put(shelf, "Gone", at=1.79e9 + 1)
    library = opened(page)

    library.locator("li.wall-card", has_text="Kept").hover()
    library.get_by_role("button", name="Delete Kept").click()
    expect(library.locator("li.wall-card")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(library.locator("li.wall-card")).to_have_count(2)
    library.locator("li.wall-card", has_text="Gone").hover()
    library.get_by_role("button", name="Delete Gone").click()
    assert ask(shelf, "GET", f"/v1/films/{gone}")["title"] == "Gone"
    page.reload()
    expect(library.locator("li.wall-card")).to_have_count(1)
    assert [one["id"] for one in ask(shelf, "GET", "/v1/films")["data"]] == [kept]


def test_a_film_is_made_again_with_another_seed(page, shelf, expect):
    """Everything else is as it was asked for; a failed one is tried again as itself."""
    first = ask(shelf, "POST", "/v1/films", {**LITTLE, "style": "oil"})
    ask(shelf, "POST", f"/v1/films/{first['id']}/cancel")
    library = opened(page)
    card = library.locator(f'[data-id="{first["id"]}"]')
    card.hover()
    card.get_by_role("button", name="Make another").click()
    expect(library.locator("li.wall-card")).to_have_count(2)
    card.get_by_role("button", name="Try").click()
    expect(card.locator(".wall-state")).not_to_have_text("Stopped")

    films = ask(shelf, "GET", "/v1/films")["data"]
    again = next(one for one in films if one["id"] != first["id"])
    for film in films:
        ask(shelf, "DELETE", f"/v1/films/{film['id']}")
    assert again["input"]["seed"] != first["input"]["seed"]
    assert {**again["input"], "seed": 0} == {**first["input"], "seed": 0}


def test_a_long_list_is_endless_and_stays_small(page, shelf, expect):
    """All of 240 films are come to; only those near the window are there, and memory does not grow with them."""
    for number in range(MANY):
        put(shelf, f"Film {number:03}", at=1.79e9 - number)
    library = opened(page)
    cards = library.locator("li.wall-card")
    expect(cards.first).to_be_visible()
    session = page.context.new_cdp_session(page)

    def heap() -> int:
        session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"]

    before, most = heap(), 0
    library.get_by_role("link", name="Film 000").focus()
    for _ in range(100):
        page.keyboard.press("End")
        page.wait_for_timeout(50)
        most = max(most, cards.count())
        if library.get_by_role("link", name=f"Film {MANY - 1}").count():
            break
    expect(library.get_by_role("link", name=f"Film {MANY - 1}")).to_be_focused()
    assert most < 80
    assert heap() - before < 3_000_000
    page.keyboard.press("Home")
    expect(library.get_by_role("link", name="Film 000")).to_be_focused()


def test_a_service_that_is_not_there_is_said_and_come_back_to(page, shelf, expect, expected):
    """With what to do; and by itself once it is there again."""
    expected.append("ERR_INTERNET_DISCONNECTED")
    put(shelf, "The Keeper")
    opened(page)
    expect(page.locator("li.wall-card")).to_have_count(1)
    page.evaluate("location.hash = '#/nowhere'")
    page.locator(".page-lost").wait_for()
    page.context.set_offline(True)
    page.evaluate("location.hash = '#/films'")
    expect(page.get_by_role("alert")).to_contain_text("cannot reach")
    page.context.set_offline(False)
    expect(page.locator("li.wall-card")).to_have_count(1)


def test_a_phone_shows_one_column_and_scrolls_one_way(page, shelf, expect):
    """Nothing is wider than the window, and what can be done needs no pointer to hover."""
    put(shelf, "A title that is much too long for a telephone, and goes on and on and on")
    page.set_viewport_size({"width": 360, "height": 740})
    library = opened(page)

    expect(library.locator("li.wall-card")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_everybody_can_use_the_library(open_page, shelf, axe, shoot, scheme):
    """axe-core finds nothing serious in a full, an empty and a searched library, in both themes."""
    page = open_page("#/films", url=shelf.url, color_scheme=scheme)
    page.locator(".films-none").wait_for()
    assert axe(page) == []
    shoot(page, f"films-empty-{scheme}")
    for state in ("completed", "failed", "cancelled", "completed"):
        put(shelf, f"A film that is {state}", state=state)
    page.reload()
    page.locator("li.wall-card").nth(3).wait_for()
    page.locator("li.wall-card").first.hover()
    assert axe(page) == []
    shoot(page, f"films-{scheme}")
    page.locator("input[type=search]").fill("nowhere")
    page.locator(".films-none").wait_for()
    assert axe(page) == []
    shoot(page, f"films-none-{scheme}")


def test_a_film_is_shared_by_a_link_that_can_be_withdrawn(open_page, keyed, expect, expected, shoot):
    """Its picture comes with the key; whoever has the link needs none; a withdrawn one is gone."""
    expected.append("401")
    film = put(keyed, "Shared", owner=keyed.owner)
    page = open_page("#/nowhere", url=keyed.url)
    page.evaluate("key => localStorage.setItem('astragen.studio', JSON.stringify({ key }))", keyed.secret)
    page.goto(f"{keyed.url}/?#/films")
    card = page.locator("li.wall-card")
    expect(card.locator("img")).to_have_attribute("src", re.compile("^blob:"))
    card.hover()
    card.get_by_role("button", name="Share Shared").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link", exact=True)
    expect(link).to_have_value(re.compile("^https://films.example/shared/"))
    shoot(page, "films-share")
    token = link.input_value().rpartition("/")[2]
    assert keyed.office.shares.find(token).film == film
    page.get_by_role("button", name="Withdraw").click()
    expect(link).to_have_count(0)
    assert keyed.office.shares.find(token) is None
