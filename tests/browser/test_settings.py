"""Settings: the key of the service, providers and their keys, use, limits, the machine."""

from __future__ import annotations

import subprocess

import pytest

from astragen.store.artifacts import ArtifactStore
from astragen.store.office import Office
from office_records import film_report, new_film
from studio_service import COMMAND, environment_at, start, stop


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """The address of a service that needs a key, and a key that may do everything."""
    folder = tmp_path_factory.mktemp("locked")
    words = ["keys", "create", "browser", "--scopes", "all", "--data", str(folder / "data")]
    made = subprocess.run([*COMMAND, *words], env=environment_at(folder), capture_output=True, text=True, check=True)
    put_films(folder / "data", owner=made.stderr.partition(":")[0])
    url, process = start(folder, "--workers", "0")
    try:
        yield url, made.stdout.strip()
    finally:
        stop(process)


def put_films(data, *, owner):
    """Two films that were paid for, and one that failed, as workers would have left them."""
    office, artifacts = Office(f"sqlite:///{data / 'astragen.sqlite'}"), ArtifactStore(data / "artifacts")
    for usd, state in ((0.25, "completed"), (0.5, "completed"), (0.0, "failed")):
        film = office.films.add(new_film(owner=owner))
        office.films.change(film.id, state="in_progress")
        report = film_report(openai=usd) if usd else None
        files = {"report": artifacts.put_bytes(report.model_dump_json().encode(), "application/json")} if report else {}
        office.films.end(film.id, 1, state, outputs=files, report=report)
    office.close()


def test_a_service_with_keys_asks_for_one(open_page, expected, locked, shoot):
    """A wrong key is told of and not kept; the right one opens everything, also after a reload."""
    url, key = locked
    expected.append("401")
    page = open_page("#/settings", url=url)
    page.locator("#banner a", has_text="Enter it").wait_for()
    shoot(page, "settings-needs-key")

    page.get_by_label("API key").fill("ag_live_wrong")
    page.get_by_label("API key").press("Enter")
    page.locator("#settings-key-error", has_text="opens nothing").wait_for()
    page.get_by_label("API key").fill(key)
    page.get_by_label("API key").press("Enter")

    page.locator("#settings-access .chip", has_text="A key is kept").wait_for()
    page.locator("#banner:empty").wait_for(state="attached")
    page.locator("[data-provider='writer:builtin']").wait_for()
    page.reload()
    page.locator("[data-provider='writer:builtin']").wait_for()
    assert key not in page.content()


def test_a_key_is_forgotten_and_had_back(open_page, expected, locked):
    """Forgetting it can be undone for a while."""
    url, key = locked
    expected.append("401")
    page = open_page("#/settings", url=url)
    page.get_by_label("API key").fill(key)
    page.get_by_label("API key").press("Enter")

    page.get_by_role("button", name="Forget the key").click()
    page.locator("#settings-access .chip", has_text="needs a key").wait_for()
    page.locator(".toast").get_by_role("button", name="Undo").click()

    page.locator("#settings-access .chip", has_text="A key is kept").wait_for()


def test_providers_show_their_state_and_price(open_page):
    """Those who are ready first; the others with what they would cost."""
    page = open_page("#/settings?part=providers")

    ready = page.locator("[data-provider='writer:builtin']")
    assert ready.inner_text().split("\n")[-2:] == ["free", "ready"]
    page.locator(".settings-trade", has_text="Writers").locator("summary").click()
    openai = page.locator("[data-provider='writer:openai']")
    assert "not set up" in openai.inner_text()
    assert "per million tokens" in openai.inner_text()


def test_what_is_no_key_is_told_where_it_is_asked_for(open_page, expected, shoot):
    """In the service's words; the dialog stays."""
    expected.append("422")
    page = open_page("#/settings")
    page.locator(".settings-trade", has_text="Writers").locator("summary").click()
    page.get_by_role("button", name="groq: Add key").click()
    shoot(page, "settings-key")

    page.get_by_label("Key, as the provider gave it").fill("two words")
    page.keyboard.press("Enter")

    page.get_by_role("alert").filter(has_text="That is no key").wait_for()


def test_a_providers_key_is_kept_and_removed(open_page):
    """Whether one is kept is all that the page is told of it."""
    page = open_page("#/settings")
    page.locator(".settings-trade", has_text="Writers").locator("summary").click()
    page.get_by_role("button", name="groq: Add key").click()
    page.get_by_label("Key, as the provider gave it").fill("gsk-canary")

    page.get_by_role("button", name="Keep").last.click()

    page.get_by_role("button", name="groq: Key kept").click()
    assert page.get_by_label("Key, as the provider gave it").input_value() == ""
    assert "gsk-canary" not in page.content()
    page.get_by_role("button", name="Remove key").click()
    page.locator(".toast", has_text="The key of groq is removed").wait_for()
    page.get_by_role("button", name="groq: Key kept").wait_for(state="detached")


def test_the_machine_is_examined(open_page, shoot):
    """Every topic with how much of it is ready."""
    page = open_page("#/settings?part=doctor")
    page.locator("#settings-doctor .chip.good").nth(2).wait_for()

    page.get_by_role("button", name="Examine the machine").click()

    page.locator("#settings-doctor summary", has_text="Codecs").wait_for()
    assert "2 of 2 ready" in page.locator("#settings-doctor summary", has_text="Codecs").inner_text()
    page.locator("#settings-doctor summary", has_text="Built-in crew").click()
    shoot(page, "settings-doctor")


def test_limits_are_those_of_the_service(open_page):
    """As its API tells them."""
    page = open_page("#/settings?part=limits")

    assert "5 sec – 10 min" in page.locator("#settings-limits .facts").inner_text()
    assert "of 21 GB" in page.locator("#settings-limits").inner_text()


def test_use_is_counted_and_drawn(open_page, expected, locked, shoot, axe):
    """Films and money in all, by day and by provider, and where the time of the latest films went."""
    url, key = locked
    expected.append("401")
    page = open_page("#/settings", url=url)
    page.get_by_label("API key").fill(key)
    page.get_by_label("API key").press("Enter")

    usage = page.locator("#settings-usage")
    usage.locator(".figures").wait_for()
    assert usage.locator(".figures dd").all_inner_texts() == ["2", "24 sec", "$0.75", "1"]
    assert usage.locator(".plot").count() == 2
    assert usage.locator(".plot-column").count() == 60
    assert usage.locator(".plot-bars", has_text="Money by provider").inner_text().split()[-2:] == ["openai", "$0.75"]
    assert usage.locator(".plot-bars", has_text="Time by stage").inner_text().split()[-3:] == ["Writing", "1", "sec"]
    assert axe(page) == []
    shoot(page, "settings-usage", full=True)
    usage.get_by_label("Period").select_option("7")
    usage.locator(".plot").first.locator(".plot-column").nth(7).wait_for(state="detached")
    assert usage.locator(".plot").first.locator(".plot-column").count() == 7
