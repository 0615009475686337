"""The page of one film: watched while it is made, played, kept, compared with its other versions."""

from __future__ import annotations

import json
import time
import zipfile
from urllib.request import Request, urlopen

import pytest

from astragen.model.event import FellBack, ShotRendered, TakeMade
from astragen.model.job import Fault
from astragen.model.take import Attempt, Fallback
from studio_desk import desk as desk_in

ORDER = {"prompt": "A fox crosses the ice at dawn", "seconds": 5, "height": 360, "scenes": 2, "writer": "builtin"}


def ask(url, body=None, method=None):
    """The JSON that *url* answers."""
    content = None if body is None else json.dumps(body).encode()
    request = Request(url, content, {"Content-Type": "application/json"}, method=method)
    with urlopen(request) as answer:
        return json.load(answer)


def until(page, expression):
    """Wait until *expression* is true in *page*; Playwright's own waiting is against the policy of the page."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def completed(service, film_id):
    """The film, once it is there."""
    for _ in range(600):
        film = ask(f"{service}/v1/films/{film_id}")
        if film["status"] not in ("queued", "in_progress"):
            break
        time.sleep(0.1)
    assert film["status"] == "completed", film
    return film


@pytest.fixture(scope="module")
def film(service):
    """A film of a few shots that is completed."""
    return completed(service, ask(f"{service}/v1/films", ORDER)["id"])


@pytest.fixture(scope="module")
def version(service, film):
    """The film's second version, in which one shot says something else."""
    made = ask(f"{service}/v1/films/{film['id']}/shots/2", {"line": "Then it is gone.", "move": "static"}, "PATCH")
    return completed(service, made["id"])


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A service without a worker, and its office."""
    with desk_in(tmp_path_factory.mktemp("desk")) as it:
        yield it


def test_a_film_is_watched_from_its_order_to_its_end_over_a_reload(open_page, service, shoot):
    """Its shots come card by card, are there again after a reload, and in the end there is a player."""
    ordered = ask(f"{service}/v1/films", {**ORDER, "prompt": "Two ships pass in the fog at night"})
    page = open_page(f"#/film/{ordered['id']}")
    page.get_by_role("button", name="Stop").wait_for()
    page.locator(".shot-card:not(.is-ghost)").nth(1).wait_for()
    page.reload()
    page.locator(".shot-card:not(.is-ghost)").nth(1).wait_for()
    shoot(page, "film-making")

    page.locator(".player video").wait_for(timeout=60_000)

    assert page.locator("h1").inner_text() == ask(f"{service}/v1/films/{ordered['id']}")["title"]
    assert page.get_by_role("link", name="Direct it").get_attribute("href") == f"#/film/{ordered['id']}/direct"


def test_a_film_is_played_by_keyboard(open_page, film, shoot, axe):
    """Play and pause, single frames, leaps, shots, volume, captions; each key is in the help."""
    page = open_page(f"#/film/{film['id']}")
    at = "document.querySelector('.player video').currentTime"
    page.locator(".strip img").nth(film["shots"]["total"] - 1).wait_for()
    shoot(page, "film-player", full=True)
    assert axe(page) == []

    page.keyboard.press("Space")
    until(page, f"{at} > 0.3")
    page.locator(".player-controls").get_by_role("button", name="Pause").focus()
    page.keyboard.press("k")
    assert page.evaluate("document.querySelector('.player video').paused")
    page.keyboard.press("Home")
    page.keyboard.press("l")
    until(page, f"Math.abs({at} - {film['output']['seconds']}) < 0.1")
    page.keyboard.press("[")
    assert page.locator(".strip-shot").nth(film["shots"]["total"] - 1).get_attribute("aria-current") == "true"
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press(".")
    page.keyboard.press(",")
    assert int(page.evaluate(at) * film["output"]["fps"]) == 2
    page.keyboard.press("ArrowDown")
    page.keyboard.press("m")
    assert page.evaluate(
        "(({volume, muted}) => [Math.round(volume * 10), muted])(document.querySelector('.player video'))"
    ) == [9, True]
    page.keyboard.press("c")
    assert page.evaluate("document.querySelector('.player video').textTracks[0].mode") == "showing"
    page.keyboard.press("?")
    assert "One frame back" in page.locator("dialog").inner_text()


def test_a_shot_in_the_strip_is_where_the_film_goes(open_page, film):
    """A click seeks; the slider says in words where that is."""
    page = open_page(f"#/film/{film['id']}")
    page.locator(".strip-shot").nth(1).click()

    until(page, "document.querySelectorAll('.strip-shot')[1].getAttribute('aria-current') === 'true'")

    assert "Shot 2" in page.get_by_label("Place in the film").get_attribute("aria-valuetext")


def test_everything_is_kept_as_one_zip(open_page, film, tmp_path):
    """The film and what belongs to it, under the film's name; every other file has a link of its own."""
    page = open_page(f"#/film/{film['id']}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Everything as a zip").click()
    kept = tmp_path / "all.zip"
    download.value.save_as(kept)

    with zipfile.ZipFile(kept) as bundle:
        assert bundle.testzip() is None
        names = bundle.namelist()
    assert {name.partition(".")[2] for name in names} >= {"mp4", "srt", "vtt", "jpg", "storyboard.json", "report.json"}
    assert page.locator(".keep-files a").count() == len(names)


def test_two_versions_are_compared_and_the_older_one_restored(open_page, service, film, version, shoot, axe):
    """They play in step, what differs is named, and the restored one is a new version."""
    page = open_page(f"#/film/{version['id']}")
    page.get_by_role("link", name="Compare").click()
    page.locator(".difference").first.wait_for()
    said = page.locator(".differences").inner_text()
    assert "Then it is gone." in said
    assert "camera move" in said
    assert axe(page) == []

    page.keyboard.press("Space")
    times = "[...document.querySelectorAll('.player video')].map((one) => one.currentTime)"
    until(page, f"{times}.every((at) => at > 0.5)")
    page.keyboard.press("k")
    until(page, f"(([a, b]) => Math.abs(a - b) < 0.1)({times})")
    shoot(page, "compare", full=True)

    page.get_by_role("button", name="Restore").click()

    page.wait_for_url("**/#/film/film_*")
    page.locator(".player").wait_for()
    page.locator(".version", has_text="Version 3").wait_for()
    lines = [
        [one["shot"]["line"] for one in ask(f"{service}/v1/films/{found}/shots")["data"]]
        for found in (film["id"], page.url.rpartition("/")[2])
    ]
    assert lines[0] == lines[1]


DIFFERENCES = """
async ([before, after]) => {
    const { differences } = await import("/studio/app/film/differences.js");
    const shots = (said) => said.split(" ").map((one, at) => {
        const [id, line] = one.split("=");
        return { n: at + 1, scene: "a", at, seconds: 1, made_by: "builtin", shot: { id, line: line ?? "" } };
    });
    const named = ({ kind, before, after, fields }) => [kind, (after ?? before).shot.id, ...fields].join(" ");
    return differences(shots(before), shots(after)).map(named);
}
"""


def test_what_differs_between_versions_is_found(open_page, desk):
    """By the shots' ids; of those that stay in order none has moved."""
    page = open_page("#/nowhere", url=desk.url)

    def found(before, after):
        return page.evaluate(DIFFERENCES, [before, after])

    assert found("a b c", "a b c") == []
    assert found("a b=x c", "a b=y c") == ["changed b line"]
    assert found("a b c d", "d a b c") == ["moved d"]
    assert found("a b c", "a n c=z") == ["added n", "changed c line", "removed b"]


def test_a_card_tells_who_was_asked_and_shows_the_picture(open_page, desk, shoot):
    """As soon as the take is there; what fell back is told with its reason."""
    film_id = desk.film()
    desk.plan(film_id, 3)
    page = open_page(f"#/film/{film_id}", url=desk.url)
    page.locator(".shot-card:not(.is-ghost)").nth(2).wait_for()

    attempts = (
        Attempt(provider="openai gpt-image-1", outcome="refused", reason="The prompt was not accepted.", seconds=1.2),
        Attempt(provider="pollinations flux", outcome="taken", seconds=3.4, cost_usd=0.01),
    )
    fallback = Fallback(stage="shoot", subject="s2", reason="openai refused.", instead="pollinations drew it.")
    desk.tell(
        film_id,
        TakeMade(shot="s2", made_by="pollinations flux", picture=desk.picture(), attempts=attempts),
        FellBack(at_s=4.0, fallback=fallback),
    )

    card = page.locator(".shot-card").nth(1)
    card.locator("img").wait_for()
    assert card.locator("img").evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 160
    card.locator("summary").click()
    said = card.inner_text()
    for words in ("pollinations flux", "refused", "The prompt was not accepted.", "pollinations drew it."):
        assert words in said
    shoot(page, "film-fallbacks")


def test_a_lost_connection_is_told_and_made_again(open_page, desk, expected):
    """Meanwhile the page stays as it was; afterwards it has what happened."""
    expected.append("net::ERR_")
    film_id = desk.film()
    desk.plan(film_id, 2)
    page = open_page("#/nowhere", url=desk.url)
    page.route("**/events", lambda route: route.abort())
    page.evaluate(f"location.hash = '#/film/{film_id}'")
    page.locator(".film-head .chip.warn").wait_for()
    desk.tell(film_id, ShotRendered(shot="s1"))
    page.unroute("**/events")

    page.locator(".shot-card[data-state=ready]").wait_for()

    page.locator(".film-head .chip.warn").wait_for(state="hidden")


def test_a_film_that_failed_says_why_and_is_tried_again(open_page, desk, shoot, axe):
    """With the reason and the next act; as far as it came is shown, and trying again queues it."""
    film_id = desk.film()
    desk.plan(film_id, 2)
    fault = Fault(code="disk.full", message="The disk is full.", hint="Free 2 GB, then try again.")
    desk.office.films.end(film_id, 1, "failed", fault=fault)
    page = open_page(f"#/film/{film_id}", url=desk.url)

    page.locator(".state", has_text="The disk is full. Free 2 GB").wait_for()
    page.locator(".shot-card:not(.is-ghost)").nth(1).wait_for()
    assert axe(page) == []
    shoot(page, "film-failed")
    page.get_by_role("button", name="Try again").click()

    page.locator(".making-now", has_text="in line").or_(page.locator(".making-now", has_text="Waiting")).wait_for()
    page.get_by_role("button", name="Stop").click()
    page.locator(".state", has_text="You stopped this film").wait_for()
    page.get_by_role("button", name="Make it after all").wait_for()


def test_a_film_that_is_none_is_said_so(open_page, desk, expected):
    """With the way to those that are."""
    expected.append("404")
    page = open_page(f"#/film/film_{'0' * 26}", url=desk.url)

    page.locator(".state", has_text="There is nothing here").get_by_role("link", name="Films").wait_for()


@pytest.mark.parametrize(("name", "size"), [("phone", (390, 844)), ("huge", (2560, 1440)), ("small", (360, 640))])
def test_the_page_fits_every_screen(open_page, film, shoot, name, size):
    """Nothing is wider than it, and the player's bar is on the first screen."""
    page = open_page(f"#/film/{film['id']}", size=size)
    page.locator(".strip img").first.wait_for()
    shoot(page, f"film-{name}", full=True)

    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    last = page.locator(".player-controls button").last.bounding_box()
    assert last["x"] + last["width"] <= size[0]
    box = page.locator(".player-bar").bounding_box()
    assert box["y"] + box["height"] <= size[1]
