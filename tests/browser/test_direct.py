"""Direct: a film's shots changed, what that takes told, and the next version ordered."""

from __future__ import annotations

import io
import json
import re
import time
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from astragen.model.vocabulary import Angle, Lens, Move, ShotSize, TransitionKind

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PHONE = (360, 740)
TASK_MAX_MS = 100
PATIENCE_S = 90
SCENES = {
    "s1": ("forest", ["A fox walks home.", "It is late. The snow is deep."]),
    "s2": ("mountain", ["Nobody waits.", "", "It sleeps."]),
}
BOARD = {
    "title": "The Fox",
    "scenes": [
        {
            "id": scene,
            "title": f"In the {setting}",
            "setting": setting,
            "shots": [
                {"id": f"{scene}-{at}", "line": line, "frames": 36, "seed": at, "subjects": [{"noun": "fox"}]}
                for at, line in enumerate(told)
            ],
        }
        for scene, (setting, told) in SCENES.items()
    ],
}
ORDER = {"storyboard": BOARD, "height": 360, "narration": False, "music": False, "ambience": False}
COUNT = 5
WORDS = {"size": ShotSize, "angle": Angle, "lens": Lens, "move": Move, "transition": TransitionKind}

Direct = Callable[..., "Page"]


def ask(url: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The JSON that the service answers."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def film(service: str) -> str:
    """The id of a film of `BOARD` that is made."""
    made = ask(service, "/v1/films", ORDER)
    until = time.monotonic() + PATIENCE_S
    while (told := ask(service, f"/v1/films/{made['id']}"))["status"] in ("queued", "in_progress"):
        assert time.monotonic() < until, told
        time.sleep(0.2)
    assert told["status"] == "completed", told
    return str(made["id"])


@pytest.fixture
def direct(open_page: Callable[..., Page], film: str) -> Direct:
    """Open the page Direct of the film, with its shots there."""

    def open_it(**options: Any) -> Page:
        page = open_page(f"#/film/{film}/direct", **options)
        page.locator(".direct-card").first.wait_for()
        return page

    return open_it


def lines(page: Page) -> list[str]:
    """What the cards say, in the order of the wall."""
    return page.locator(".direct-line").all_inner_texts()


def chips(page: Page, number: int) -> list[str]:
    """Why shot *number*, from 1, is made again."""
    return page.locator(".direct-card").nth(number - 1).locator(".chip").all_inner_texts()


def said(page: Page) -> Locator:
    """What the bar says."""
    return page.locator(".direct-bar-said")


def draft(page: Page) -> dict[str, Any] | None:
    """What the browser keeps of the page's film."""
    kept = page.evaluate("JSON.parse(localStorage['astragen.studio'] ?? '{}').kept ?? {}")
    return next((one for name, one in kept.items() if name.startswith("direct.")), None)


def eventually(claim: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until *claim* holds. The page's policy allows no expression to be waited for."""
    until = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_every_shot_has_its_picture(direct: Direct, shoot: Any) -> None:
    """A frame of the film, taken in the browser; the first shot is open to be changed."""
    page = direct()
    page.locator(".direct-card img").nth(COUNT - 1).wait_for()

    assert page.locator(".direct-card").count() == COUNT
    assert page.locator(".direct-scene").count() == 2
    assert page.locator("#direct-editing").inner_text() == f"Shot 1 of {COUNT}"
    assert page.locator("#direct-make").get_attribute("aria-disabled") == "true"
    shoot(page, "direct")


def test_a_change_is_priced_before_it_is_made(direct: Direct, shoot: Any) -> None:
    """Other words for one shot: that shot is made again, in so many seconds, at no cost."""
    page = direct()
    page.locator("#direct-line").fill("The fox is late tonight.")

    page.get_by_text("at no cost").wait_for()

    assert chips(page, 1) == ["Words"]
    assert re.fullmatch(r"1 of \d shots is made again\s+about \d+ sec, at no cost", said(page).inner_text())
    assert page.locator("#direct-make").inner_text() == "Make version 2"
    shoot(page, "direct-changed")


def test_a_draft_outlives_a_reload_and_can_be_thrown_away(direct: Direct) -> None:
    """It is shown again with a way to be rid of it, and that can be undone."""
    page = direct()
    before = lines(page)
    page.locator("#direct-line").fill("The fox turns back.")
    eventually(lambda: draft(page) is not None)

    page.reload()
    page.locator(".direct-draft").wait_for()

    assert lines(page)[0] == "The fox turns back."
    page.locator(".direct-draft button").click()
    assert lines(page) == before
    page.get_by_role("button", name="Undo").last.click()
    assert lines(page)[0] == "The fox turns back."
    page.locator("#direct-discard").click()
    eventually(lambda: draft(page) is None)


def test_the_next_version_is_the_changed_storyboard(direct: Direct, service: str, film: str) -> None:
    """It is ordered as shown, with every shot that stays as it was, and the draft is gone."""
    page = direct()
    before = ask(service, f"/v1/films/{film}/shots")["data"]
    page.locator("#direct-line").fill("The fox is not alone.")
    page.locator("#direct-move").select_option("orbit")
    page.locator(".direct-size input[value=close]").check()
    page.keyboard.press("Control+Enter")

    page.wait_for_url(re.compile(r"#/film/film_\w+$"))

    new = page.url.rsplit("/", 1)[1]
    after = ask(service, f"/v1/films/{new}/shots")["data"]
    assert ask(service, f"/v1/films/{new}")["version"] == 2
    shot = after[0]["shot"]
    assert (shot["line"], shot["move"], shot["size"]) == ("The fox is not alone.", "orbit", "close")
    assert [one["shot"] for one in after[1:]] == [one["shot"] for one in before[1:]]
    assert draft(page) is None
    ask(service, f"/v1/films/{new}/cancel", {})


def test_shots_are_reordered_by_keyboard_and_told(direct: Direct) -> None:
    """Alt with an arrow carries the focused shot on, over the edge of its scene, too; the focus goes with it."""
    page = direct()
    before = lines(page)
    page.locator(".direct-card").first.focus()

    page.keyboard.press("Alt+ArrowRight")
    assert lines(page) == [before[1], before[0], *before[2:]]
    eventually(lambda: page.locator("#live").inner_text().startswith(f"Shot 2 of {len(before)} now"))
    assert page.evaluate("document.activeElement.closest('li').querySelector('.direct-line').innerText") == before[0]

    page.keyboard.press("Alt+ArrowDown")
    assert page.locator(".direct-shots").last.locator(".direct-line").first.inner_text() == before[0]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert lines(page) == before
    page.keyboard.press("Control+Shift+z")
    assert lines(page)[1] == before[0]
    page.keyboard.press("Alt+ArrowLeft")
    page.keyboard.press("Alt+ArrowLeft")
    eventually(lambda: "cannot go further" in page.locator("#live").inner_text())


def test_shots_are_reordered_by_dragging(direct: Direct) -> None:
    """The last shot, dropped on the left half of the first, is the first."""
    page = direct()
    before = lines(page)
    cards = page.locator(".direct-shot")

    cards.last.drag_to(cards.first, target_position={"x": 15, "y": 40})

    assert lines(page) == [before[-1], *before[:-1]]
    assert "Place" in chips(page, 1)


def test_shots_are_split_added_and_deleted(direct: Direct) -> None:
    """Each with one key; deleting says how to undo it."""
    page = direct()
    before = lines(page)
    page.locator(".direct-card").first.focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    assert lines(page)[1:3] == ["It is late.", "The snow is deep."]
    assert page.locator("#direct-editing").inner_text() == f"Shot 3 of {COUNT + 1}"
    page.locator(".direct-card").first.focus()
    page.keyboard.press("n")
    assert chips(page, 2) == ["New"]
    page.locator(".direct-card").first.focus()
    page.keyboard.press("Delete")
    assert len(lines(page)) == len(before) + 1
    page.get_by_role("button", name="Undo").last.click()
    assert len(lines(page)) == len(before) + 2


def test_another_picture_is_asked_for_by_one_button(direct: Direct) -> None:
    """The old one is shown as what will be no more."""
    page = direct()
    page.locator("#direct-act-reroll").click()

    assert chips(page, 1) == ["Picture"]
    assert page.get_by_text("A new picture will be made").is_visible()


def test_an_own_picture_takes_a_shots_place(direct: Direct, service: str) -> None:
    """It is uploaded, shown at once, named, and can be taken away again."""
    from PIL import Image

    page = direct()
    content = io.BytesIO()
    Image.new("RGB", (640, 360), "#305080").save(content, "PNG")
    page.locator("#direct-source").set_input_files(
        {"name": "harbour.png", "mimeType": "image/png", "buffer": content.getvalue()}
    )

    page.get_by_text("harbour.png", exact=True).wait_for()
    page.get_by_text("at no cost").wait_for()

    eventually(lambda: draft(page) is not None)
    source = (draft(page) or {})["storyboard"]["scenes"][0]["shots"][0]["source"]
    assert ask(service, f"/v1/files/{source}")["name"] == "harbour.png"
    page.locator("#direct-own-remove").click()
    assert chips(page, 1) == []


def test_what_cannot_be_made_is_said_at_its_field(direct: Direct, expected: list[str], shoot: Any) -> None:
    """Somebody without a name, and a file that is no picture: the service's own words, at the field."""
    expected.append("422|415")
    page = direct()
    page.locator("#direct-subject-add").click()
    page.locator(".direct-subject input").nth(-2).fill("")

    field = page.locator("[data-field=subjects]")
    field.locator(".error").wait_for()

    assert "at least 1 character" in field.locator(".error").inner_text()
    assert field.locator("input").first.get_attribute("aria-invalid") == "true"
    assert "Needs a look" in chips(page, 1)
    shoot(page, "direct-wrong")
    page.keyboard.press("Escape")
    page.locator("#direct-source").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"nothing to see"}
    )
    page.locator("[data-field=source] .error").wait_for()


def test_revising_in_words_says_what_it_needs(direct: Direct, expected: list[str]) -> None:
    """Without a language model the service's refusal is shown, with the way to the settings; a draft waits for it."""
    expected.append("422")
    page = direct()
    page.locator("#direct-words").fill("Let it rain")
    page.locator("#direct-words-act").click()

    page.get_by_role("link", name="Set up a language model").wait_for()

    page.locator("#direct-act-reroll").click()
    assert page.locator("#direct-words-act").get_attribute("aria-disabled") == "true"


def test_a_film_on_its_way_says_when_it_can_be_changed(open_page: Any, service: str) -> None:
    """With the way back to where it is watched."""
    new = ask(service, "/v1/films", {"prompt": "A fox walks home", "seconds": 60})["id"]
    page = open_page(f"#/film/{new}/direct")

    page.get_by_text("The film is still being made").wait_for()

    assert page.locator(".state a").get_attribute("href") == f"#/film/{new}"
    ask(service, f"/v1/films/{new}/cancel", {})


@pytest.mark.parametrize("locale", ["es-ES", "zh-CN"])
def test_on_a_phone_a_shot_opens_below_its_card(direct: Direct, shoot: Any, locale: str) -> None:
    """In every language nothing is wider than the screen, and the same tap closes it."""
    page = direct(size=PHONE, locale=locale)
    card = page.locator(".direct-card").nth(1)
    assert page.locator(".direct-editor").count() == 0

    card.click()
    assert page.locator(".direct-shot").nth(1).locator(".direct-editor").is_visible()
    page.locator("#direct-line").fill("x")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "direct." not in page.locator("#page").inner_text()
    shoot(page, f"direct-phone-{locale[:2]}", full=True)
    card.click()
    assert page.locator(".direct-editor").count() == 0


def test_nothing_keeps_people_out(direct: Direct, axe: Any) -> None:
    """With a changed shot open, axe finds nothing serious, in the dark theme and in the light one."""
    page = direct()
    page.locator("#direct-act-reroll").click()
    page.get_by_text("at no cost").wait_for()

    assert axe(page) == []
    page.emulate_media(color_scheme="light")
    assert axe(page) == []


def test_the_words_are_those_of_the_service(direct: Direct) -> None:
    """What can be chosen is what a shot may say, each by a name for people."""
    page = direct()
    page.locator(".direct-card").nth(1).click()

    for field, words in WORDS.items():
        options = page.locator(f".direct-{field} input, #direct-{field} option")
        assert {one.get_attribute("value") for one in options.all()} == {word.value for word in words}, field
    assert not [
        text for text in page.locator("#direct-move option, #direct-transition option").all_inner_texts() if "_" in text
    ]


def test_forty_shots_stay_quick(direct: Direct) -> None:
    """A draft of forty shots is drawn, typed in and reordered without a task over 100 ms."""
    page = direct()
    page.locator("#direct-line").fill("One. Two.")
    eventually(lambda: draft(page) is not None)
    page.evaluate(
        """() => {
            const state = JSON.parse(localStorage["astragen.studio"]);
            const [kept] = Object.values(state.kept);
            const [scene] = kept.storyboard.scenes;
            const shots = Array.from({ length: 40 }, (_, at) => ({ ...scene.shots[0], id: `x-${at}` }));
            kept.storyboard.scenes = [{ ...scene, shots }];
            addEventListener("pagehide", () => (localStorage["astragen.studio"] = JSON.stringify(state)));
        }"""
    )
    page.reload()
    page.locator(".direct-card").nth(39).wait_for()
    page.evaluate(
        """() => {
            window.tasks = [];
            new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
                .observe({ type: "longtask" });
        }"""
    )
    page.locator(".direct-card").nth(20).click()
    page.locator("#direct-line").press_sequentially("Something longer")
    page.locator(".direct-card").nth(20).focus()
    for _ in range(5):
        page.keyboard.press("Alt+ArrowRight")

    assert page.locator(".direct-card[aria-current] .direct-number").inner_text().endswith("26")
    assert max(page.evaluate("tasks"), default=0) < TASK_MAX_MS
