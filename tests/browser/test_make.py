"""The page Make: what is said and brought, what it will take, and what is told where it cannot be."""

from __future__ import annotations

import io
import json
import re
import urllib.request
import wave

import numpy as np
import pytest
from PIL import Image

from astragen.model.office import SCOPES
from astragen.store.office import Office
from studio_service import start, stop

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

SERVED_MS = 20_000  # for what the service does in a process of its own, on a busy machine
FILM = re.compile(r"#/film/(film_\w+)")
BOARD = {
    "title": "The Keeper",
    "scenes": [
        {"id": "s1", "setting": "ocean", "shots": [{"id": "a", "line": "He climbs.", "frames": 72}, {"id": "b"}]},
        {"id": "s2", "setting": "forest", "shots": [{"id": "c", "line": "He sleeps.", "frames": 72}]},
    ],
}
CUBE = b"LUT_3D_SIZE 2\n" + b"".join(f"{r} {g} {b}\n".encode() for b in (0, 1) for g in (0, 1) for r in (0, 1))


def picture(name: str, color: str) -> dict[str, object]:
    """A picture as a file of somebody's."""
    content = io.BytesIO()
    Image.new("RGB", (640, 360), color).save(content, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": content.getvalue()}


def song(name: str) -> dict[str, object]:
    """Six seconds of a tone."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        tone = 9_000 * np.sin(np.arange(6 * 48_000) * 2 * np.pi * 220 / 48_000)
        file.writeframes(tone.astype("<i2").tobytes())
    return {"name": name, "mimeType": "audio/wav", "buffer": content.getvalue()}


def text(name: str, words: str) -> dict[str, object]:
    """A text as a file of somebody's."""
    return {"name": name, "mimeType": "text/plain", "buffer": words.encode()}


def ask(service: str, path: str, method: str = "GET"):
    """What the API of *service* answers."""
    with urllib.request.urlopen(urllib.request.Request(service + path, method=method), timeout=10) as answer:
        return json.load(answer)


def bring(page, *files):
    """Choose *files* at the file button."""
    page.locator("#make-file").set_input_files(list(files))


def drop(page, name: str, words: str):
    """Let a text fall onto the page, beside the box."""
    made = "([name, words]) => { const all = new DataTransfer(); all.items.add(new File([words], name)); return all; }"
    page.dispatch_event("h1", "drop", {"dataTransfer": page.evaluate_handle(made, [name, words])})


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """The address of a service without a worker, and its keys: one may have one film on its way, one spend nothing.

    It has a key of a provider's, too, whom nobody asks.
    """
    folder = tmp_path_factory.mktemp("narrow")
    (folder / "data").mkdir()
    office = Office(f"sqlite:///{folder / 'data' / 'astragen.sqlite'}")
    office.migrate()
    _, queue = office.keys.create("queue", SCOPES, queue_depth=1)
    _, spend = office.keys.create("spend", SCOPES, spend_limit_usd=0)
    office.close()
    url, process = start(folder, "--workers", "0", OPENAI_API_KEY="sk-nobody")
    try:
        yield url, {"queue": queue, "spend": spend}
    finally:
        stop(process)


@pytest.fixture
def open_narrow(open_page, narrow):
    """Open the page Make with one of the keys of the narrow service."""
    url, keys = narrow

    def open_it(name: str):
        page = open_page("#/nowhere", url=url)
        page.evaluate("key => localStorage.setItem('astragen.studio', JSON.stringify({key}))", keys[name])
        page.goto(f"{url}/#/make")
        page.reload()
        page.locator("#make-style img").first.wait_for()
        return page

    return open_it


def test_a_script_that_was_brought_is_named_and_taken_back_by_keyboard(open_page):
    """Its words are the prompt; without it the prompt is what it was."""
    page = open_page("#/make")
    prompt = page.locator("textarea")
    prompt.fill("My own idea")

    drop(page, "night.txt", "The last train leaves at midnight.")
    expect(page.locator(".make-file-name")).to_have_text("night.txt")
    expect(prompt).to_have_value("The last train leaves at midnight.")
    page.get_by_role("button", name="Take night.txt back").press("Enter")

    expect(prompt).to_have_value("My own idea")
    expect(page.locator(".make-file")).to_have_count(0)
    assert page.evaluate("document.activeElement.className").find("make-add") >= 0


def test_a_storyboard_stands_in_place_of_the_prompt_until_it_is_taken_back(open_page, shoot, axe):
    """It is shown by name and size, survives a reload, and is filmed with its own length and style."""
    page = open_page("#/make")
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/v1/films")) as asked:
        bring(page, text("keeper.json", json.dumps(BOARD)))
    body = asked.value.post_data_json
    assert body["storyboard"]["scenes"][0]["shots"][0]["frames"] == 72
    assert not {"seconds", "style", "prompt"} & set(body)

    expect(page.locator(".make-file")).to_contain_text("2 scenes · 3 shots")
    expect(page.locator("textarea")).to_be_hidden()
    expect(page.locator(".make-estimate")).to_contain_text("3 shots", timeout=SERVED_MS)
    expect(page.locator("#make-style [aria-checked=true]")).to_contain_text("As in the storyboard")
    shoot(page, "make-storyboard")
    assert axe(page) == []
    page.reload()
    expect(page.locator(".make-file-name")).to_have_text("keeper.json")
    page.get_by_role("button", name="Take keeper.json back").click()
    expect(page.locator("textarea")).to_be_visible()


def test_what_is_no_storyboard_is_said(open_page):
    """Neither JSON of another kind nor something else under its name becomes one."""
    page = open_page("#/make")

    bring(page, text("notes.json", '{"scenes": 3}'))
    page.locator(".toast", has_text="notes.json is no storyboard").wait_for()
    bring(page, text("broken.json", "{"))
    page.locator(".toast", has_text="broken.json cannot be read").wait_for()

    expect(page.locator(".make-file")).to_have_count(0)


def test_own_pictures_music_a_lut_and_a_mood_are_carried_in_the_order(open_page, service, shoot):
    """Two pictures find shots of the storyboard in their order; the film names the files by their ids."""
    page = open_page("#/make")
    page.locator("textarea").fill("A harbour wakes, and the boats leave")
    bring(
        page,
        picture("dawn.png", "#d08040"),
        picture("boats.png", "#3060a0"),
        song("waltz.wav"),
        {"name": "warm.cube", "mimeType": "text/plain", "buffer": CUBE},
    )
    expect(page.locator(".make-file img")).to_have_count(2, timeout=SERVED_MS)
    expect(page.locator(".make-file-name")).to_have_text(
        ["dawn.png", "boats.png", "waltz.wav", "warm.cube"], timeout=SERVED_MS
    )
    shoot(page, "make-files")
    page.get_by_role("button", name="Show boats.png earlier").press("Enter")
    expect(page.locator(".make-file-name").first).to_have_text("boats.png")
    page.locator("#make-mood").get_by_role("radio", name="Epic").click()
    page.locator(".make-more > summary").click()
    page.select_option("#make-height", "360")
    page.locator("#make-seconds").press("Home")

    page.locator(".make-button").click()

    expect(page).to_have_url(FILM, timeout=SERVED_MS)
    film = ask(service, f"/v1/films/{FILM.search(page.url)[1]}")
    names = {one["id"]: one["name"] for one in ask(service, "/v1/files?limit=100")["data"]}
    assert names[film["input"]["music_file"]] == "waltz.wav"
    assert names[film["input"]["lut"]] == "warm.cube"
    shown = [one["shot"]["source"] for one in ask(service, film["links"]["shots"])["data"]]
    assert [names[one] for one in shown if one] == ["boats.png", "dawn.png"]
    ask(service, f"/v1/films/{film['id']}/cancel", "POST")


def test_an_own_picture_is_taken_back_and_deleted_unless_that_is_undone(open_page, service):
    """It is gone from the list at once; the service keeps it while it can be undone."""
    page = open_page("#/make")
    bring(page, picture("lamp.png", "#ffcc66"))
    page.locator(".make-file img").wait_for()
    page.get_by_role("button", name="Take lamp.png back").click()
    expect(page.locator(".make-file")).to_have_count(0)

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".make-file-name")).to_have_text("lamp.png", timeout=SERVED_MS)
    page.reload()
    page.locator(".make-file img").wait_for()
    page.get_by_role("button", name="Take lamp.png back").click()
    with page.expect_response(lambda one: one.request.method == "DELETE" and "/v1/files/" in one.url) as gone:
        page.get_by_role("button", name="Dismiss").last.click()

    assert gone.value.status == 204
    assert "lamp.png" not in [one["name"] for one in ask(service, "/v1/files?limit=100")["data"]]


def test_a_file_that_cannot_be_used_says_why_and_goes(open_page, expected, axe):
    """The service's own words, at the file."""
    expected.append("422")
    page = open_page("#/make")

    bring(page, {"name": "torn.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"\0" * 40})

    expect(page.locator(".make-file.bad [role=alert]")).to_contain_text("torn.png", timeout=SERVED_MS)
    assert axe(page) == []
    page.get_by_role("button", name="Take torn.png back").click()
    expect(page.locator(".make-file")).to_have_count(0)


def test_a_file_that_is_gone_is_named_where_files_are(open_page, service, expected):
    """The service looked for it, as the order names it."""
    expected.append("422|404")
    page = open_page("#/make")
    bring(page, {"name": "gone.cube", "mimeType": "text/plain", "buffer": CUBE})
    page.locator(".make-file[data-key^=file_]").wait_for()
    file = page.locator(".make-file").get_attribute("data-key")
    with urllib.request.urlopen(urllib.request.Request(f"{service}/v1/files/{file}", method="DELETE"), timeout=10):
        page.locator("textarea").fill("A lamp in the fog")

    expect(page.locator("#make-files-error")).to_contain_text("gone.cube: there is no file", timeout=SERVED_MS)


def test_what_the_service_refuses_is_said_at_its_field(open_page, expected, shoot, axe):
    """Each field is described by what is wrong with it, the first has the focus, and a change clears it."""
    expected.append("422")
    page = open_page("#/make")
    prompt, money = page.locator("textarea"), page.locator("#make-max_cost_usd")
    prompt.fill("!!!")
    page.locator(".make-more > summary").click()
    money.fill("20000")
    expect(money).to_have_attribute("aria-invalid", "true", timeout=SERVED_MS)
    page.get_by_role("button", name="A choice has to change").click()
    expect(prompt).to_be_focused()
    page.locator(".make-more > summary").click()

    page.locator(".make-button").click()

    expect(prompt).to_be_focused(timeout=SERVED_MS)
    assert "no letter or digit" in described(page, "textarea")
    assert "10000" in described(page, "#make-max_cost_usd")
    assert page.locator(".make-trouble .notice").count() == 0
    assert axe(page) == []
    shoot(page, "make-wrong")
    prompt.fill("A lamp")
    expect(prompt).not_to_have_attribute("aria-invalid", "true")
    page.locator(".make-button").click()
    expect(money).to_be_focused(timeout=SERVED_MS)
    money.fill("0.25")
    expect(page.locator(".make-estimate")).to_contain_text("at no cost", timeout=SERVED_MS)
    expect(page.locator("[aria-invalid]")).to_have_count(0)


def described(page, selector: str) -> str:
    """What describes the element at *selector*."""
    ids = "document.querySelector(selector).getAttribute('aria-describedby').split(' ')"
    return page.evaluate(f"selector => {ids}.map(id => document.getElementById(id).textContent).join(' ')", selector)


def test_a_full_queue_counts_down_and_gives_the_button_back(open_narrow, expected, shoot, axe):
    """The key may have one film on its way: the second waits, with the words kept and a way to the films."""
    expected.append("429")
    page = open_narrow("queue")
    page.locator("textarea").fill("The first of two")
    page.locator(".make-button").click()
    expect(page).to_have_url(FILM, timeout=SERVED_MS)
    page.evaluate("location.hash = '#/make'")
    page.locator("textarea").fill("The second of two")

    page.locator(".make-button").click()

    button = page.locator(".make-button")
    expect(button).to_have_attribute("aria-disabled", "true", timeout=SERVED_MS)
    expect(button).to_contain_text(re.compile(r"Again in \d"))
    expect(page.locator(".make-trouble")).to_contain_text("Enough films are on their way")
    expect(page.get_by_role("link", name="See your films")).to_have_attribute("href", "#/films")
    assert axe(page) == []
    shoot(page, "make-queue-full")
    expect(button).to_have_attribute("aria-disabled", "false", timeout=SERVED_MS)
    expect(page.locator(".make-trouble")).to_contain_text("You can try again now")
    expect(button).to_have_text("Make the film")
    expect(page.locator("textarea")).to_have_value("The second of two")


def test_a_limit_of_money_offers_the_built_in_crew(open_narrow, expected, shoot, axe):
    """A writer who charges goes past it; with the built-in crew the film costs nothing."""
    expected.append("429")
    page = open_narrow("spend")
    page.locator("textarea").fill("A lamp in the fog")
    page.locator(".make-more > summary").click()
    page.locator("#make-writer").get_by_role("radio", name="openai").click()
    expect(page.locator(".make-estimate")).to_contain_text("about $", timeout=SERVED_MS)

    page.locator(".make-button").click()

    expect(page.locator(".make-trouble")).to_contain_text("past the limit of money", timeout=SERVED_MS)
    expect(page.get_by_role("link", name="See what was spent")).to_have_attribute("href", "#/settings?part=usage")
    assert axe(page) == []
    shoot(page, "make-spent")
    expect(page.locator(".make-countdown")).to_have_text(re.compile("Choose somebody cheaper"), timeout=SERVED_MS)
    page.get_by_role("button", name="Have the built-in crew make it").click()
    expect(page.locator("#make-writer [aria-checked=true]")).to_contain_text("The built-in crew")
    expect(page.locator(".make-estimate")).to_contain_text("at no cost", timeout=SERVED_MS)


def test_offline_is_told_and_over_when_the_service_answers(open_page, expected, axe):
    """The draft stays, and the estimate comes by itself."""
    expected.append(r"net::ERR_FAILED")
    page = open_page("#/make")
    page.wait_for_load_state("networkidle")
    page.route(re.compile("/(v1|healthz)"), lambda route: route.abort())
    page.locator("textarea").fill("A storm at sea")
    expect(page.locator(".make-trouble")).to_contain_text("The service does not answer", timeout=SERVED_MS)

    assert axe(page) == []
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".make-estimate")).to_contain_text("at no cost", timeout=SERVED_MS)
    expect(page.locator(".make-trouble .notice")).to_have_count(0)


def test_the_estimate_follows_the_choices_and_says_what_it_is_made_of(open_page):
    """More seconds take longer; the stages are named, with what the film will be and what it may cost."""
    page = open_page("#/make")
    page.locator("textarea").fill("A storm at sea")
    line = page.locator(".make-estimate")
    expect(line).to_contain_text("at no cost", timeout=SERVED_MS)
    before = line.inner_text()

    page.locator("#make-seconds").press("End")
    expect(page.locator(".make-length")).to_have_text("10 min")
    expect(line).not_to_have_text(before)
    expect(line).to_contain_text("later than", timeout=SERVED_MS)
    page.locator(".make-parts > summary").click()

    parts = page.locator(".make-parts-body")
    for said in ("Narration", "Pictures", "1280 × 720", "The built-in crew", "never more than $0.25"):
        expect(parts).to_contain_text(said)


def test_choices_and_the_draft_outlive_a_reload(open_page):
    """By keyboard alone: style, shape, captions, mood, length, language, deadline and the words."""
    page = open_page("#/make")
    page.locator("#make-style img").first.wait_for()
    page.locator("textarea").fill("A fox finds a lantern")
    for group in ("style", "aspect", "caption_style", "mood"):
        page.locator(f"#make-{group} [tabindex='0']").press("ArrowRight")
    page.locator("#make-seconds").press("ArrowRight")
    page.select_option("#make-language", "es")
    page.select_option("#make-voice", "builtin:f3")
    page.locator(".make-more > summary").press("Enter")
    page.select_option("#make-deadline_s", "300")
    page.get_by_label("Music", exact=True).uncheck()
    chosen = [
        page.locator(f"#make-{group} [aria-checked=true]").get_attribute("data-value")
        for group in ("style", "aspect", "caption_style", "mood")
    ]
    page.reload()
    page.locator("#make-style img").first.wait_for()

    assert [
        page.locator(f"#make-{group} [aria-checked=true]").get_attribute("data-value")
        for group in ("style", "aspect", "caption_style", "mood")
    ] == chosen
    assert chosen[1:] == ["9:16", "clean", "hopeful"]
    expect(page.locator(".make-length")).to_have_text("35 sec")
    expect(page.locator("#make-language")).to_have_value("es")
    expect(page.locator("#make-voice")).to_have_value("builtin:f3")
    expect(page.locator("#make-deadline_s")).to_have_value("300")
    expect(page.get_by_label("Music", exact=True)).not_to_be_checked()
    expect(page.locator("textarea")).to_have_value("A fox finds a lantern")


def test_a_voice_is_heard_before_it_is_chosen(open_page):
    """In the language that was chosen; pressed again, it stops."""
    page = open_page("#/make")
    page.select_option("#make-language", "es")
    page.select_option("#make-voice", "builtin:m3")
    listen = page.locator(".make-hear")

    with page.expect_response(re.compile("/v1/voices/builtin:m3/sample")) as heard:
        listen.press("Enter")
    assert heard.value.status == 200
    assert "language=es" in heard.value.url
    expect(listen).to_have_attribute("aria-pressed", "true", timeout=SERVED_MS)
    listen.press("Enter")
    expect(listen).to_have_attribute("aria-pressed", "false")


def test_who_is_not_ready_is_shown_with_state_and_price_and_leads_to_settings(open_page, service):
    """As the list of providers has it; who is ready can be chosen."""
    page = open_page("#/make")
    page.locator(".make-more > summary").click()
    fal = page.locator(".make-trade", has_text="Pictures").locator(".make-other", has_text="fal")
    expect(fal).to_contain_text("needs a key")
    expect(fal).to_contain_text("$0.009 a picture")
    page.locator("#make-artist").get_by_role("radio", name="The built-in crew").click()

    listed = [
        one["name"]
        for one in ask(service, "/v1/providers")["data"]
        if one["trade"] == "camera" and one["state"] == "ready"
    ]
    assert page.locator("#make-camera [role=radio]").count() == len(listed) + 1
    fal.click()

    page.locator("#settings-providers").wait_for()


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 1440), ("dark", 2560)])
def test_the_page_fits_and_axe_finds_nothing_serious(open_page, axe, shoot, scheme, width):
    """Opened wide, with a file and right-to-left words in it; nothing is wider than the screen."""
    page = open_page("#/make", size=(width, 900), color_scheme=scheme)
    page.locator("#make-style img").first.wait_for()
    shoot(page, f"make-{scheme}-{width}-first")
    page.locator("textarea").fill("قصة عن حارس منارة يصادق عاصفة")
    drop(page, "صورة.txt", "قصة عن البحر")
    expect(page.locator(".make-file")).to_have_count(1)
    expect(page.locator(".make-estimate")).to_contain_text("at no cost", timeout=SERVED_MS)
    page.locator(".make-parts > summary").click()
    page.locator(".make-more > summary").click()
    page.locator(".make-other").first.wait_for()

    assert page.evaluate("getComputedStyle(document.querySelector('textarea')).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert axe(page) == []
    shoot(page, f"make-{scheme}-{width}", full=True)
