from __future__ import annotations

import shutil
from contextlib import AsyncExitStack
from functools import partial

import anyio
import pytest

from astragen.errors import (
    BadOutput,
    BudgetExceeded,
    ContentRefused,
    ProviderError,
    RateLimited,
    SettingsError,
    Unavailable,
    Uncertain,
)
from astragen.pipeline import asking
from astragen.pipeline.asking import UNKNOWN_PRICE_USD, Asked, Drawn
from astragen.providers.http import HttpClient, json_body
from astragen.providers.limits import Limit, Limits
from astragen.providers.shooting import Media, Pending
from emulators.loopback import LoopbackServer, Sent, picture_bytes
from scripted_artist import ScriptedArtist, asked, at_desk, clip, picture, rows, ticket


def passes(_: Asked, drawn: Drawn) -> None:
    """Nothing was seen before."""


class Silent(LoopbackServer):
    """It never answers."""

    def answer(self, asked) -> Sent:
        return Sent(is_silent=True, pause_s=5.0)


def draw(folder, provider, *, check=passes, times=1, round=0, **desk) -> Drawn:
    """What *provider* is paid for in a run of its own, asked *times*; the last answer counts."""

    async def main():
        async with at_desk(folder, **desk) as film:
            for left in reversed(range(times)):
                try:
                    drawn = await film.desk.ask(provider, asked(provider, round=round), check=check)
                except ProviderError:
                    if not left:
                        raise
        return drawn

    return anyio.run(main)


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch):
    """Questions that failed are put again at once."""
    sleep = anyio.sleep
    monkeypatch.setattr(asking.anyio, "sleep", lambda seconds: sleep(min(seconds, 0.01)))


def test_a_picture_is_paid_for_looked_at_and_kept(tmp_path):
    """At the price that the provider says it charged; the second asking is no question."""
    media = picture("fox")._replace(cost_usd=0.004, model="m-2", notes=("upscaled",))
    provider = ScriptedArtist(media)

    drawn = draw(tmp_path, provider)
    again = draw(tmp_path, ScriptedArtist(Unavailable("nobody is asked")))

    assert (drawn.kind, drawn.made_by, drawn.cost_usd, drawn.notes) == ("still", "scripted m-2", 0.004, ("upscaled",))
    assert (tmp_path / "artifacts" / drawn.artifact.hash[:2] / drawn.artifact.hash).read_bytes() == media.data
    assert again == drawn
    assert rows(tmp_path) == [("scripted", "settled", 0.004)]


def test_a_clip_is_measured(tmp_path):
    """What a camera sends is looked at as a clip."""

    async def main():
        async with at_desk(tmp_path) as film:
            camera = ScriptedArtist(clip("fox", 2.0), is_camera=True)
            still = asked(ScriptedArtist())
            request = still.request.model_copy(
                update={"prompt": still.request.prompt.model_copy(update={"seconds": 2.0, "width": 640, "height": 360})}
            )
            return await film.desk.ask(camera, still.model_copy(update={"request": request}), check=passes)

    drawn = anyio.run(main)

    assert drawn.kind == "clip"
    assert drawn.footage is not None
    assert drawn.footage.shown_s == pytest.approx(2.0, abs=0.1)


def test_without_a_price_a_cautious_one_is_set_aside_and_charged(tmp_path):
    """What nobody knows is not counted as nothing."""
    draw(tmp_path, ScriptedArtist(usd=None))

    assert rows(tmp_path) == [("scripted", "settled", UNKNOWN_PRICE_USD["artist"])]


def test_what_costs_nothing_is_in_no_ledger(tmp_path):
    """A model on this machine, and a ticket of it that nobody waits for is cancelled."""
    provider = ScriptedArtist(ticket(), polls=[Pending(0.01)], is_free=True)

    async def main():
        async with at_desk(tmp_path) as film:
            with anyio.move_on_after(0.1):
                await film.desk.ask(provider, asked(provider), check=passes)

    anyio.run(main)

    assert rows(tmp_path) == []
    assert provider.cancelled == [ticket()]


def test_what_is_too_dear_is_not_asked_for(tmp_path):
    """The limit is looked at before anything is sent."""
    provider = ScriptedArtist(usd=0.5)

    with pytest.raises(BudgetExceeded, match="--max-cost"):
        draw(tmp_path, provider, limit_usd=0.4)

    assert (provider.asked, rows(tmp_path)) == ([], [])


@pytest.mark.parametrize(
    ("error", "state"),
    [
        pytest.param(Unavailable("busy", status=503), "refunded", id="nothing begun"),
        pytest.param(RateLimited("slow"), "refunded", id="too often"),
        pytest.param(ContentRefused("violence"), "refunded", id="moderation"),
        pytest.param(ProviderError("no", status=401), "refunded", id="key refused"),
        pytest.param(BadOutput("HTML"), "settled", id="an answer of no worth"),
        pytest.param(Uncertain("silence"), "uncertain", id="no answer"),
    ],
)
def test_only_what_certainly_cost_nothing_is_given_back(tmp_path, error, state):
    """An answer is charged whatever it is worth, and silence may be."""
    with pytest.raises(type(error)):
        draw(tmp_path, ScriptedArtist(error))

    assert [row[1] for row in rows(tmp_path)] == [state]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"<!DOCTYPE html><html></html>", "scripted: ", id="a web page"),
        pytest.param(picture("fox").data[:900], "scripted: ", id="cut"),
        pytest.param(picture_bytes("fox", 0, 64, 36), "640x360 were asked for", id="too small"),
    ],
)
def test_what_is_no_such_picture_is_refused_and_paid(tmp_path, data, said):
    """It came: it is charged, and not kept."""
    with pytest.raises(BadOutput, match=said):
        draw(tmp_path, ScriptedArtist(Media(data, "image/png")))

    assert rows(tmp_path) == [("scripted", "settled", 0.01)]


def refuse(_: Asked, drawn: Drawn) -> None:
    """It was seen before."""
    raise BadOutput("seen before")


def test_what_is_refused_by_the_check_is_not_remembered(tmp_path):
    """Asked again for the next film, the provider hears of it."""
    provider = ScriptedArtist()

    async def main():
        async with at_desk(tmp_path) as film:
            with pytest.raises(BadOutput, match="seen before"):
                await film.desk.ask(provider, asked(provider), check=refuse)

    anyio.run(main)
    draw(tmp_path, provider)

    assert len(provider.asked) == 2


@pytest.mark.parametrize(
    ("answer", "check", "said"),
    [
        pytest.param(BadOutput("HTML"), passes, "HTML", id="no picture"),
        pytest.param(Media(picture("fox").data[:900], "image/jpeg"), passes, "scripted: ", id="cut"),
        pytest.param(None, refuse, "seen before", id="a placeholder"),
    ],
)
def test_what_came_and_was_no_good_is_not_bought_again_after_a_crash(tmp_path, answer, check, said):
    """The next run of the film knows it, and goes on where this one would have."""
    with pytest.raises(BadOutput, match=said):
        draw(tmp_path, ScriptedArtist(answer), check=check, dies=True)
    provider = ScriptedArtist()

    with pytest.raises(BadOutput, match=said):
        draw(tmp_path, provider)

    assert provider.asked == []
    assert rows(tmp_path) == [("scripted", "settled", 0.01)]


def test_what_came_before_a_crash_is_looked_at_by_the_next_run(tmp_path):
    """It is charged and in the store, though nobody had time to say what it is."""

    def dies(_: Asked, drawn: Drawn) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw(tmp_path, ScriptedArtist(picture("fox")._replace(cost_usd=0.004, model="m-2")), check=dies, dies=True)
    provider = ScriptedArtist(Unavailable("nobody is asked"))

    drawn = draw(tmp_path, provider)

    assert (drawn.made_by, drawn.cost_usd, provider.asked) == ("scripted m-2", 0.004, [])
    assert rows(tmp_path) == [("scripted", "settled", 0.004)]


@pytest.mark.parametrize("is_free", [False, True])
def test_an_adapter_that_breaks_down_fails_its_request_and_not_the_film(tmp_path, is_free):
    """A third party's may raise anything; what was ordered may be charged."""
    with pytest.raises(ProviderError, match=r"broke down \(KeyError\)") as failed:
        draw(tmp_path, ScriptedArtist(KeyError("status"), is_free=is_free))

    assert isinstance(failed.value, Uncertain) is not is_free
    assert [row[1] for row in rows(tmp_path)] == ([] if is_free else ["uncertain"])


def test_a_setting_that_cannot_be_used_costs_nothing(tmp_path):
    """A proxy, say: nothing was sent."""
    with pytest.raises(SettingsError):
        draw(tmp_path, ScriptedArtist(SettingsError("no such proxy")))

    assert [row[1] for row in rows(tmp_path)] == ["refunded"]


# Tickets ------------------------------------------------------------------------------------------------------------


def test_questions_that_fail_are_put_again(tmp_path):
    """Also those that are put too often: the work goes on meanwhile, and is ordered once."""
    polls = [Unavailable("502"), RateLimited("slow", retry_after_s=3), Pending(0.01), Unavailable("502"), None]
    provider = ScriptedArtist(ticket(), polls=polls)

    drawn = draw(tmp_path, provider)

    assert drawn.made_by == "scripted m"
    assert (len(provider.asked), len(provider.polled)) == (1, 5)
    assert rows(tmp_path) == [("scripted", "settled", 0.01)]


@pytest.mark.parametrize("error", [Unavailable("down"), RateLimited("slow"), ProviderError("no", status=401)])
def test_accepted_work_that_cannot_be_asked_about_is_not_given_back(tmp_path, error):
    """The provider may be at it: the next making asks for it, and orders nothing."""
    with pytest.raises(type(error)):
        draw(tmp_path, ScriptedArtist(ticket(), polls=[error]))
    assert rows(tmp_path) == [("scripted", "accepted", 0.01)]

    provider = ScriptedArtist(Unavailable("nobody is asked"))
    drawn = draw(tmp_path, provider)

    assert (drawn.kind, provider.asked, provider.polled) == ("still", [], [ticket()])
    assert rows(tmp_path) == [("scripted", "settled", 0.01)]


def test_work_that_never_ends_is_given_up(tmp_path, monkeypatch):
    """Without a deadline a provider that goes on to say "soon" would hold up the film for ever."""
    monkeypatch.setattr(asking, "POLL_MAX_S", 0.1)

    with pytest.raises(Unavailable, match=r"did not end the work within 0\.1 s"):
        draw(tmp_path, ScriptedArtist(ticket(), polls=[Pending(0.01)]))

    assert rows(tmp_path) == [("scripted", "accepted", 0.01)]


@pytest.mark.parametrize(
    ("error", "state"), [(ContentRefused("nudity"), "refunded"), (BadOutput("gave up"), "settled")]
)
def test_work_that_ended_badly_has_no_claim(tmp_path, error, state):
    """Nothing more will come of it."""
    with pytest.raises(type(error)):
        draw(tmp_path, ScriptedArtist(ticket(), polls=[error]))

    assert [row[1] for row in rows(tmp_path)] == [state]


def test_a_picture_that_was_made_and_withheld_is_charged(tmp_path):
    """The provider worked, and looked at its picture afterwards."""
    withheld = ContentRefused("nudity")
    withheld.is_charged = True

    with pytest.raises(ContentRefused):
        draw(tmp_path, ScriptedArtist(ticket(), polls=[withheld]))

    assert rows(tmp_path) == [("scripted", "settled", 0.01)]


# Runs that died -----------------------------------------------------------------------------------------------------


def test_accepted_work_of_a_killed_run_is_asked_about_by_the_next(tmp_path):
    """It is ordered, and paid, once."""
    first = ScriptedArtist(ticket(), polls=[Pending(0.01)])

    async def killed():
        async with at_desk(tmp_path, dies=True) as film:
            with anyio.move_on_after(0.1):
                await film.desk.ask(first, asked(first), check=passes)

    anyio.run(killed)
    second = ScriptedArtist(Unavailable("nobody is asked"))
    drawn = draw(tmp_path, second)

    assert (drawn.kind, len(first.asked), second.asked, second.polled) == ("still", 1, [], [ticket()])
    assert first.cancelled == []
    assert rows(tmp_path) == [("scripted", "settled", 0.01)]


def test_what_a_run_paid_for_and_could_not_remember_is_taken_from_the_ledger(tmp_path):
    """It died between the two."""
    drawn = draw(tmp_path, ScriptedArtist(), remembers=False, dies=True)
    provider = ScriptedArtist(Unavailable("nobody is asked"))

    assert draw(tmp_path, provider) == drawn
    assert (provider.asked, rows(tmp_path)) == ([], [("scripted", "settled", 0.01)])


@pytest.mark.parametrize(
    "gone",
    [ProviderError("no such job", status=404), ContentRefused("nudity"), Unavailable("down")],
    ids=lambda error: type(error).__name__,
)
def test_a_job_that_was_charged_and_cannot_be_fetched_again_fails_the_shot_only(tmp_path, gone):
    """The run died, and what had come is gone from the store; what was paid stays paid."""

    def dies(_: Asked, drawn: Drawn) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw(tmp_path, ScriptedArtist(ticket()), check=dies, dies=True)
    assert rows(tmp_path) == [("scripted", "settled", 0.01)]
    shutil.rmtree(tmp_path / "artifacts")

    with pytest.raises(type(gone)):
        draw(tmp_path, ScriptedArtist(polls=[gone]))

    assert rows(tmp_path) == [("scripted", "settled", 0.01)]


@pytest.mark.parametrize("is_killed", [False, True])
def test_what_may_have_been_charged_is_never_sent_again(tmp_path, is_killed):
    """Neither in this run nor, when it died, in the next."""
    provider = ScriptedArtist(Uncertain("silence"), None)

    with pytest.raises(Uncertain):
        draw(tmp_path, provider, times=1 if is_killed else 3, dies=is_killed)
    if is_killed:
        with pytest.raises(Uncertain, match="asked before"):
            draw(tmp_path, provider)

    assert len(provider.asked) == 1
    assert rows(tmp_path) == [("scripted", "uncertain", 0.01)]


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_provider_that_recognises_a_request_is_asked_again_at_the_price_of_one(tmp_path, is_killed):
    """The second asking joins the work of the first: one row, and one charge."""
    provider = ScriptedArtist(Uncertain("silence"), None, recognises=True)

    if is_killed:
        with pytest.raises(Uncertain):
            draw(tmp_path, provider, dies=True, limit_usd=0.01)
    drawn = draw(tmp_path, provider, times=1 if is_killed else 2, limit_usd=0.01)

    assert (drawn.kind, len(provider.asked)) == ("still", 2)
    assert rows(tmp_path) == [("scripted", "settled", 0.01)]


def test_what_may_have_been_charged_stays_so_when_the_repeat_is_refused(tmp_path):
    """The first asking may be at work though the second was turned away."""
    provider = ScriptedArtist(Uncertain("silence"), Unavailable("busy"), recognises=True)

    with pytest.raises(Unavailable):
        draw(tmp_path, provider, times=2)

    assert rows(tmp_path) == [("scripted", "uncertain", 0.01)]


def test_a_request_that_is_broken_off_may_be_charged(tmp_path):
    """Nobody knows how far it came."""

    async def wait(_):
        await anyio.Event().wait()

    provider = ScriptedArtist(wait)

    async def main():
        async with at_desk(tmp_path) as film:
            with anyio.move_on_after(0.05):
                await film.desk.ask(provider, asked(provider), check=passes)

    anyio.run(main)

    assert rows(tmp_path) == [("scripted", "uncertain", 0.01)]


@pytest.mark.parametrize("has_turn", [False, True])
def test_a_request_that_only_waited_for_its_turn_cost_nothing(tmp_path, has_turn):
    """Where a provider takes one at a time, most are waiting when the deadline comes."""
    limits = Limits(tmp_path / "turns")

    async def main():
        with Silent() as server:
            client = HttpClient(server.url, provider="scripted", limits=limits, limit=Limit(at_once=1))
            provider = ScriptedArtist(lambda _: client.send("POST", "x", json_body({}), again="unpaid"))
            async with at_desk(tmp_path) as film, AsyncExitStack() as stack:
                if not has_turn:
                    host = server.url.removeprefix("http://")
                    await stack.enter_async_context(limits.turn(host, Limit(at_once=1)))
                async with anyio.create_task_group() as group:
                    group.start_soon(partial(film.desk.ask, provider, asked(provider), check=passes))
                    while not (server.asked if has_turn else provider.asked):  # noqa: ASYNC110 - a thread fills it
                        await anyio.sleep(0.01)
                    await anyio.sleep(0.05)
                    group.cancel_scope.cancel()

    anyio.run(main)

    assert [row[1] for row in rows(tmp_path)] == ["uncertain" if has_turn else "refunded"]


def test_references_and_the_start_go_along_as_they_lie_in_the_store(tmp_path):
    """With their media type."""
    provider = ScriptedArtist()
    media = picture("the portrait")

    async def main():
        async with at_desk(tmp_path) as film:
            path = film.run.scratch / "portrait"
            path.write_bytes(media.data)
            kept = film.run.store.put_file(path, "image/jpeg")
            await film.desk.ask(provider, asked(provider, references=(kept,), start=kept), check=passes)

    anyio.run(main)

    (wanted,) = provider.asked
    assert wanted.references == ((media.data, "image/jpeg"),)
    assert wanted.start == (media.data, "image/jpeg")
