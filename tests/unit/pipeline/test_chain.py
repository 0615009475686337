from __future__ import annotations

import errno
import functools

import anyio
import cv2
import numpy as np
import pytest

from astragen.errors import (
    BadOutput,
    ContentRefused,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    SettingsError,
    Unavailable,
    Uncertain,
)
from astragen.model.storyboard import StyleBible, Subject
from astragen.pipeline import chain
from astragen.pipeline.chain import AT_ONCE, Chain
from astragen.plan.fallback import WAITS_MAX
from astragen.providers.shooting import Media, Pending
from astragen.store.artifacts import ArtifactStore
from scripted_artist import BOARD, BRIEF, ScriptedArtist, asked, at_desk, picture, rows, ticket

WORDY = BOARD.model_copy(update={"bible": StyleBible(notes="soft light from the left " * 12)})


def drawn(folder, *providers, shots=(0,), board=BOARD, **desk):
    """The pictures of *shots*, drawn side by side by chains of *providers* in one run, and their chains."""

    async def main():
        async with at_desk(folder, **desk) as film:
            chains = [Chain(providers, film.desk, film.standing, now_s=lambda: film.run.report.wall_s) for _ in shots]
            found = {}

            async def one(number, shot):
                found[number] = await chains[number].draw(board.shots[shot], board, BRIEF)

            async with anyio.create_task_group() as group:
                for number, shot in enumerate(shots):
                    group.start_soon(one, number, shot)
            return [found[number] for number in range(len(shots))], chains

    return anyio.run(main)


def outcomes(one: Chain) -> list[tuple[str, str]]:
    """Who was asked, and what came of it."""
    return [(attempt.provider, attempt.outcome) for attempt in one.attempts]


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch):
    """A provider that is asked too often is asked again soon."""
    monkeypatch.setattr(chain, "WAIT_MAX_S", 0.01)


def test_the_first_of_a_chain_makes_the_picture(tmp_path):
    """Nobody else is asked, and how long it took is learned."""
    first, second = ScriptedArtist(name="first"), ScriptedArtist(name="second")

    (found,), (one,) = drawn(tmp_path, first, second)

    assert found.made_by == "first m"
    assert second.asked == []
    assert outcomes(one) == [("first m", "taken")]
    assert one.attempts[0].cost_usd == 0.01
    assert one.asked_at_s is not None


@pytest.mark.parametrize(
    ("error", "times", "outcome"),
    [
        pytest.param(Unavailable("busy", status=503), 1, "failed", id="down"),
        pytest.param(ProviderError("no such model", status=404), 1, "failed", id="no model"),
        pytest.param(RateLimited("slow", retry_after_s=45), 1, "failed", id="far too often"),
        pytest.param(Uncertain("silence"), 1, "unsure", id="no answer"),
        pytest.param(BadOutput("HTML"), 2, "failed", id="rubbish, once more"),
        pytest.param(ContentRefused("violence"), 2, "refused", id="moderation, in other words"),
        pytest.param(ProviderError("too long", status=413), 1, "failed", id="short as it is"),
        pytest.param(RateLimited("slow", retry_after_s=0.01), WAITS_MAX, "failed", id="too often, waited for"),
    ],
)
def test_the_next_is_asked_when_one_fails(tmp_path, error, times, outcome):
    """After as many tries as the error is worth."""
    first, second = ScriptedArtist(error, name="first"), ScriptedArtist(name="second")

    (found,), (one,) = drawn(tmp_path, first, second)

    assert found.made_by == "second m"
    assert outcomes(one) == [("first m", outcome)] * times + [("second m", "taken")]
    assert one.attempts[0].reason == error.message


def test_moderation_gets_plain_words_and_a_long_prompt_fewer(tmp_path):
    """Once; and what comes then is taken."""
    refused = ScriptedArtist(ContentRefused("violence"), None, name="refused")
    long = ScriptedArtist(ProviderError("too long", status=400), None, name="long")

    (plain,), _ = drawn(tmp_path / "plain", refused)
    (short,), _ = drawn(tmp_path / "short", long, board=WORDY)

    assert (plain.made_by, short.made_by) == ("refused m", "long m")
    assert "A boat leaves" in refused.words[0]
    assert "A boat leaves" not in refused.words[1]
    assert len(long.words[1]) < len(long.words[0])


def test_rubbish_is_asked_for_anew_and_paid_apart(tmp_path):
    """Under another key: what came before is not taken for an answer."""
    provider = ScriptedArtist(Media(b"<html></html>", "image/png"), None)

    (found,), (one,) = drawn(tmp_path, provider)

    assert found.kind == "still"
    assert outcomes(one) == [("scripted m", "failed"), ("scripted m", "taken")]
    assert rows(tmp_path) == [("scripted", "settled", 0.01)] * 2


def test_who_is_asked_too_often_is_asked_less_often(tmp_path):
    """Its turns are halved, down to one."""
    provider = ScriptedArtist(*[RateLimited("slow", retry_after_s=0.01)] * 2, None)

    async def main():
        async with at_desk(tmp_path) as film:
            one = Chain([provider], film.desk, film.standing, now_s=lambda: 0.0)
            await one.draw(BOARD.shots[0], BOARD, BRIEF)
            return outcomes(one), film.standing.turn(provider).total_tokens

    told, turns = anyio.run(main)

    assert told == [("scripted m", "failed")] * 2 + [("scripted m", "taken")]
    assert turns == AT_ONCE // 4


@pytest.mark.parametrize("error", [QuotaExceeded("the account is empty", status=402), ProviderError("no", status=401)])
def test_a_vendor_without_money_or_key_is_asked_no_more(tmp_path, error):
    """Whatever its model, and also by shots that already wait for a turn; the report says why."""
    one, other = ScriptedArtist(error, name="v", model="a"), ScriptedArtist(error, name="v", model="b")
    many = [ScriptedArtist(name="w")]

    found, chains = drawn(tmp_path, one, other, *many, shots=[0, 1, 2] * 4)

    assert all(picture.made_by == "w m" for picture in found)
    assert len(one.asked) <= AT_ONCE
    assert other.asked == []
    assert chains[-1].attempts[0].outcome == "passed over"
    assert chains[-1].attempts[0].reason == error.message


def test_nobody_draws_when_all_fail(tmp_path):
    """The painter does it then; nothing is remembered, and the next run asks again."""
    providers = [ScriptedArtist(Unavailable("down"), name=name) for name in ("first", "second")]

    for _ in range(2):
        (found,), (one,) = drawn(tmp_path, *providers)

        assert found is None
        assert outcomes(one) == [("first m", "failed"), ("second m", "failed")]


def test_what_is_too_dear_is_left_to_the_next(tmp_path):
    """Nothing is sent."""
    dear, cheap = ScriptedArtist(name="dear", usd=5.0), ScriptedArtist(name="cheap")

    (found,), (one,) = drawn(tmp_path, dear, cheap)

    assert found.made_by == "cheap m"
    assert outcomes(one) == [("dear m", "too dear"), ("cheap m", "taken")]
    assert dear.asked == []


def test_an_error_that_is_no_providers_comes_bare(tmp_path, monkeypatch):
    """Not as one of a group, in which nobody would find a full disk."""

    def full(self, content, media_type):
        raise OSError(errno.ENOSPC, "No space left on device")

    async def main():
        async with at_desk(tmp_path) as film:
            monkeypatch.setattr(ArtifactStore, "put_bytes", full)
            one = Chain([ScriptedArtist(), ScriptedArtist()], film.desk, film.standing, now_s=lambda: 0.0)
            with pytest.raises(OSError, match="No space"):
                await one.draw(BOARD.shots[0], BOARD, BRIEF)

    anyio.run(main)


def test_who_cannot_be_asked_with_these_settings_is_asked_no_more_in_this_film(tmp_path):
    """A proxy that is none, say: the next one draws, and the film goes on."""
    behind, other = ScriptedArtist(SettingsError("no such proxy"), name="behind"), ScriptedArtist(name="other")

    found, chains = drawn(tmp_path, behind, other, shots=(0, 1))

    assert [one.made_by for one in found] == ["other m", "other m"]
    assert outcomes(chains[0]) == [("behind m", "failed"), ("other m", "taken")]
    assert {row[1] for row in rows(tmp_path) if row[0] == "behind"} == {"refunded"}


# The same picture ---------------------------------------------------------------------------------------------------


def _scaled(media: Media) -> Media:
    read = cv2.imdecode(np.frombuffer(media.data, np.uint8), cv2.IMREAD_COLOR)
    return Media(cv2.imencode(".png", cv2.resize(read, (1280, 720)))[1].tobytes(), "image/png")


@pytest.mark.parametrize("again", [lambda media: media, _scaled], ids=["the same bytes", "scaled and coded anew"])
def test_the_same_picture_for_another_prompt_is_refused(tmp_path, again):
    """A placeholder, or a cache's fault: the first is believed, and the next in the chain makes the second."""
    media = picture("we moved")
    first, second = ScriptedArtist(media, again(media), name="first"), ScriptedArtist(name="second")

    async def main():
        async with at_desk(tmp_path) as film:
            made = []
            for shot in BOARD.shots[:2]:
                one = Chain([first, second], film.desk, film.standing, now_s=lambda: 0.0)
                made.append((await one.draw(shot, BOARD, BRIEF), one))
            return made

    (kept, _), (other, one) = anyio.run(main)

    assert (kept.made_by, other.made_by) == ("first m", "second m")
    assert outcomes(one) == [("first m", "failed")] * 2 + [("second m", "taken")]
    assert "the same picture for different prompts" in one.attempts[0].reason


def test_a_picture_of_an_earlier_run_is_known_too(tmp_path):
    """It is in the film, though nobody was asked for it now."""
    media = picture("we moved")
    drawn(tmp_path, ScriptedArtist(media))

    async def main():
        async with at_desk(tmp_path) as film:
            for shot in BOARD.shots[:2]:
                one = Chain([ScriptedArtist(media)], film.desk, film.standing, now_s=lambda: 0.0)
                found = await one.draw(shot, BOARD, BRIEF)
            return found

    assert anyio.run(main) is None


def test_who_may_repeat_himself_does(tmp_path):
    """A folder of the user's with fewer files than the film has shots."""
    provider = ScriptedArtist(picture("mine"))
    provider.may_repeat = True

    found, _ = drawn(tmp_path, provider, shots=(0, 1, 2))

    assert len({one.artifact.hash for one in found}) == 1


# Made before --------------------------------------------------------------------------------------------------------


def test_what_a_chain_made_before_is_taken_again(tmp_path):
    """Whoever made it, after whatever: nobody is asked or paid, nothing is learned, and the report says the same."""
    first, second = ScriptedArtist(Unavailable("down"), name="first"), ScriptedArtist(name="second")
    (made,), (one,) = drawn(tmp_path, first, second)
    learned = (tmp_path / "experience.json").read_text()

    better = ScriptedArtist(name="first")
    (again,), (other,) = drawn(tmp_path, better, second)

    assert again == made
    assert other.attempts == one.attempts
    assert (better.asked, len(second.asked)) == ([], 1)
    assert len(rows(tmp_path)) == 2
    assert (tmp_path / "experience.json").read_text() == learned


@pytest.mark.parametrize("said", [ContentRefused("violence"), Media(b"<html></html>", "image/png")])
def test_what_was_made_at_a_second_try_is_taken_again(tmp_path, said):
    """In other words, or at another round: the first try is not made again."""
    provider = ScriptedArtist(said, None)
    (made,), _ = drawn(tmp_path, provider)

    (again,), _ = drawn(tmp_path, provider)

    assert again == made
    assert len(provider.asked) == 2


def test_a_picture_is_kept_though_its_provider_is_passed_over_today(tmp_path):
    """A film that is made again is the same film, also in another chain."""
    good = ScriptedArtist(name="good")
    (made,), _ = drawn(tmp_path, good)
    broken = ScriptedArtist(QuotaExceeded("empty"), name="good")

    async def main():
        async with at_desk(tmp_path) as film:
            film.standing.put_out(broken, "the account is empty")
            one = Chain(
                [ScriptedArtist(Unavailable("down"), name="new"), broken], film.desk, film.standing, lambda: 0.0
            )
            return await one.draw(BOARD.shots[0], BOARD, BRIEF), one

    again, one = anyio.run(main)

    assert again == made
    assert outcomes(one) == [("new m", "failed"), ("good m", "taken")]
    assert broken.asked == []


def test_a_changed_option_draws_another_picture(tmp_path):
    """What the user set is part of what is asked; a time limit draws nothing else."""
    provider = ScriptedArtist()
    drawn(tmp_path, provider)
    provider.options = provider.options.model_copy(update={"timeout_s": 5.0})
    drawn(tmp_path, provider)
    assert len(provider.asked) == 1

    class Quality(type(provider.options)):
        quality: str = "low"

    provider.options = Quality(quality="high")
    drawn(tmp_path, provider)

    assert len(provider.asked) == 2


# Beside each other --------------------------------------------------------------------------------------------------


@pytest.fixture
def hedged(monkeypatch):
    """A second provider is asked after 50 ms."""
    monkeypatch.setattr(chain, "hedge_after_s", lambda waits: 0.05)


async def never(_):
    await anyio.Event().wait()


@pytest.mark.usefixtures("hedged")
def test_a_second_is_asked_beside_a_slow_first_and_the_quicker_wins(tmp_path):
    """The slower one's work stays claimable, and there is no third."""
    slow = ScriptedArtist(ticket(), polls=[Pending(0.02)], name="slow")
    quick, third = ScriptedArtist(name="quick"), ScriptedArtist(name="third")

    (found,), (one,) = drawn(tmp_path, slow, quick, third)

    assert found.made_by == "quick m"
    assert outcomes(one) == [("quick m", "taken"), ("slow m", "late")]
    assert one.attempts[1].reason == "another provider was quicker"
    assert (third.asked, slow.cancelled) == ([], [])
    assert sorted(rows(tmp_path)) == [("quick", "settled", 0.01), ("slow", "accepted", 0.01)]


@pytest.mark.usefixtures("hedged")
def test_two_slow_ones_are_waited_for_and_not_followed_by_a_third(tmp_path):
    """The first of them that ends well wins; the third is there for when both fail."""

    async def soon(_, error):
        await anyio.sleep(0.15)
        if error:
            raise error

    for third_is_asked in (False, True):
        error = Unavailable("down") if third_is_asked else None
        first = ScriptedArtist(functools.partial(soon, error=Unavailable("down")), name="first")
        second = ScriptedArtist(functools.partial(soon, error=error), name="second")
        third = ScriptedArtist(name="third")

        (found,), _ = drawn(tmp_path / str(third_is_asked), first, second, third)

        assert found.made_by == ("third m" if third_is_asked else "second m")
        assert len(third.asked) == third_is_asked


@pytest.mark.usefixtures("hedged")
def test_a_quick_first_has_no_second_beside_it(tmp_path):
    """Nothing is paid for safety's sake."""
    first, second = ScriptedArtist(name="first"), ScriptedArtist(name="second")
    drawn(tmp_path, first)

    drawn(tmp_path, first, second)

    assert second.asked == []


def test_a_try_after_a_rest_that_is_stopped_does_not_keep_the_provider_resting(tmp_path):
    """The one request that tries it was cancelled: the next shot may try."""
    provider = ScriptedArtist(never)

    async def main():
        async with at_desk(tmp_path) as film:
            clock = [0.0]
            breaker = film.standing._breaker
            breaker._clock = lambda: clock[0]
            for _ in range(3):
                film.standing.failed(provider, Unavailable("down"))
            resting = film.standing.why_out(provider)
            clock[0] = 70.0
            with anyio.move_on_after(0.05):
                one = Chain([provider], film.desk, film.standing, now_s=lambda: 0.0)
                await one.draw(BOARD.shots[0], BOARD, BRIEF)
            return resting, film.standing.why_out(provider)

    resting, tried = anyio.run(main)

    assert "passed over" in resting
    assert tried == ""


def test_references_go_to_those_who_take_them(tmp_path):
    """As many as they take; the start goes to a camera that starts from pictures."""

    async def main():
        async with at_desk(tmp_path) as film:
            path = film.run.scratch / "p"
            path.write_bytes(picture("portrait").data)
            kept = film.run.store.put_file(path, "image/jpeg")
            shot = BOARD.shots[0].model_copy(update={"subjects": (Subject(noun="fox", character="fox"),)})
            board = BOARD.model_copy(update={"scenes": (BOARD.scenes[0].model_copy(update={"shots": (shot,)}),)})
            for provider in providers:
                one = Chain([provider], film.desk, film.standing, now_s=lambda: 0.0)
                await one.draw(shot, board, BRIEF, start=kept, references={"fox": kept})

    providers = [ScriptedArtist(name="takes", references_max=1), ScriptedArtist(name="does not")]
    anyio.run(main)

    assert [len(one.asked[0].references) for one in providers] == [1, 0]
    assert [one.asked[0].start for one in providers] == [None, None]


def test_what_is_asked_does_not_hold_the_key(tmp_path):
    """It is hashed, kept and reported."""
    assert "canary" not in asked(ScriptedArtist()).model_dump_json()
