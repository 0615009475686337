from __future__ import annotations

import time
from contextlib import aclosing
from functools import partial

import anyio
import pytest

from astragen.errors import (
    BadOutput,
    BudgetExceeded,
    ContentRefused,
    ProviderError,
    SettingsError,
    Unavailable,
    Uncertain,
)
from astragen.model.capability import Capability
from astragen.plan.money import FREE, Price
from astragen.providers import http
from astragen.providers.access import Access
from astragen.providers.chat import Answer, Question, Rung, RungRefused, Turn
from astragen.providers.openai import OpenAI
from astragen.providers.paying import ANSWER_MIN, PaidChat, chat_key, price, price_at
from astragen.store.ledger import Ledger
from emulators.chat_server import ChatServer
from scripted_chat import ScriptedChat

COSTS = Price(usd_in=10, usd_out=50)
QUESTION = Question("Be brief.", (Turn("user", "A fox?"),), {"type": "object"}, "S", Rung.PROMPT, max_tokens=4_000)


@pytest.fixture
def purse(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite").purse("film", 1.0, now_s=time.time) as purse:
        yield purse


def test_what_an_answer_cost_is_counted(purse):
    """The bound is only set aside; 100 tokens in and 10 out are charged."""
    paid = PaidChat(ScriptedChat("yes"), purse, costs=COSTS)

    assert anyio.run(paid.ask, QUESTION).text == "yes"
    assert purse.spent_usd == pytest.approx(0.0015)
    assert (paid.tokens_in, paid.tokens_out, paid.cost_usd) == (100, 10, pytest.approx(0.0015))
    assert (purse.report.tokens_in, purse.report.by_provider[0].provider) == (100, "scripted")


def test_nothing_is_sent_that_the_money_does_not_reach_for(purse):
    """The limit is a promise."""
    purse.reserve("0" * 64, provider="fal", usd=0.95)
    chat = ScriptedChat("yes")

    with pytest.raises(BudgetExceeded, match=r"Asking scripted may cost .* --max-cost"):
        anyio.run(PaidChat(chat, purse, costs=COSTS).ask, QUESTION)
    assert chat.asked == []


def test_a_shorter_answer_is_asked_for_where_the_money_reaches_for_that(purse):
    """2 000 tokens for the last ten cents, as far as they go."""
    purse.reserve("0" * 64, provider="fal", usd=0.9)
    chat = ScriptedChat("yes")

    anyio.run(PaidChat(chat, purse, costs=COSTS).ask, QUESTION)

    assert ANSWER_MIN <= chat.asked[0].max_tokens < 2_000


def test_an_answer_without_a_count_of_tokens_is_charged_at_its_bound(purse):
    """Some proxies leave it out."""
    anyio.run(PaidChat(ScriptedChat(Answer("yes")), purse, costs=COSTS).ask, QUESTION)

    assert 0.2 < purse.spent_usd < 0.201


def said_no(kind: type[ProviderError], status: int | None) -> ProviderError:
    return kind("no", provider="scripted", status=status)


@pytest.mark.parametrize(
    ("error", "is_charged"),
    [
        pytest.param(RungRefused("no schemas"), False, id="rung"),
        pytest.param(said_no(ContentRefused, 400), False, id="moderated"),
        pytest.param(said_no(ProviderError, 401), False, id="key"),
        pytest.param(said_no(Unavailable, 503), False, id="busy"),
        pytest.param(SettingsError("no such proxy"), False, id="a setting"),
        pytest.param(said_no(Unavailable, 502), True, id="gateway"),
        pytest.param(said_no(BadOutput, 200), True, id="rubbish"),
        pytest.param(said_no(Unavailable, None), True, id="silence"),
    ],
)
def test_a_failure_counts_at_its_bound_unless_it_certainly_cost_nothing(purse, error, is_charged):
    """A "no" is free; what may have been worked on is not."""
    paid = PaidChat(ScriptedChat(error), purse, costs=COSTS)

    with pytest.raises(type(error)):
        anyio.run(paid.ask, QUESTION)

    assert (purse.spent_usd > 0.2) is is_charged
    assert paid.cost_usd == purse.spent_usd == purse.report.uncertain_usd


def test_a_question_that_is_cut_off_counts_at_its_bound(purse):
    """It left, and nobody waits for what it costs."""

    async def never(question):
        await anyio.sleep_forever()

    async def hurried() -> None:
        with anyio.move_on_after(0.01):
            await PaidChat(ScriptedChat(never), purse, costs=COSTS).ask(QUESTION)

    anyio.run(hurried)

    assert purse.report.uncertain_usd > 0.2


def test_an_answer_that_a_dead_run_paid_for_is_not_asked_again(tmp_path):
    """It is in the ledger until the film is finished; another question is asked as ever."""
    with Ledger(tmp_path / "ledger.sqlite").purse("film", 1.0, now_s=time.time) as dead:
        first = anyio.run(PaidChat(ScriptedChat(Answer("yes", "length", 7, 3)), dead, costs=COSTS).ask, QUESTION)

    chat = ScriptedChat("new")
    with Ledger(tmp_path / "ledger.sqlite").purse("film", 1.0, now_s=time.time) as mine:
        paid = PaidChat(chat, mine, costs=COSTS)
        assert anyio.run(paid.ask, QUESTION) == first
        assert (chat.asked, paid.tokens_in, mine.spent_usd) == ([], 7, paid.cost_usd)
        assert anyio.run(paid.ask, QUESTION._replace(seed=7)).text == "new"


def test_a_free_model_is_counted_too_and_needs_no_money(tmp_path):
    """Its tokens stand in the report; a limit of 0 does not stop it, nor does it shorten its answers."""
    chat = ScriptedChat("yes")
    with Ledger(tmp_path / "ledger.sqlite").purse("film", 0.0, now_s=time.time) as purse:
        anyio.run(PaidChat(chat, purse).ask, QUESTION)

        assert (purse.spent_usd, purse.report.tokens_in) == (0.0, 100)
    assert chat.asked[0].max_tokens == 4_000


@pytest.mark.parametrize(
    ("provider", "address", "is_free"),
    [
        ("ollama", "http://192.168.0.7:11434", True),
        ("vllm", "https://gpu.example/v1", True),
        ("compatible", "http://127.0.0.1:8000/v1", True),
        ("openai", "http://localhost:4000/v1", True),
        ("compatible", "https://llm.example/v1", False),
        ("openai", "https://api.openai.com/v1", False),
    ],
)
def test_what_runs_on_machines_of_ones_own_is_free(provider, address, is_free):
    """By the server's kind, or by its address."""
    assert price_at(provider, "gpt-6-luna", address).is_free is is_free
    assert price(ScriptedChat("")) == FREE


def test_the_key_of_a_question_has_all_that_makes_another_answer():
    """And neither order nor time."""
    chat = ScriptedChat("")
    other = ScriptedChat("")
    other.capability = Capability(name="scripted", trade="chat", version="2")

    keys = {
        chat_key(chat, QUESTION),
        chat_key(other, QUESTION),
        chat_key(chat, QUESTION._replace(seed=1)),
        chat_key(chat, QUESTION._replace(rung=Rung.JSON)),
    }

    assert len(keys) == 4
    assert chat_key(chat, QUESTION) == chat_key(ScriptedChat(""), QUESTION)


def over_the_wire(purse, address: str) -> None:
    anyio.run(PaidChat(OpenAI(Access(base_url=address)), purse, costs=COSTS).ask, QUESTION)


def test_a_vendors_count_of_tokens_is_what_is_charged(purse):
    """Over the wire: 12 in and 5 out."""
    with ChatServer() as server:
        over_the_wire(purse, f"{server.url}/v1")

    assert purse.spent_usd == pytest.approx(12e-5 + 25e-5)


def test_a_server_that_is_not_there_costs_nothing(purse, monkeypatch):
    """Nobody was reached, so nobody charges."""
    monkeypatch.setattr(http, "BACKOFF_S", 0.001)

    with pytest.raises(Unavailable):
        over_the_wire(purse, "http://127.0.0.1:9/v1")
    assert purse.spent_usd == 0


async def heard(chat: PaidChat, *, stop_after: int | None = None) -> list[str | Answer]:
    """All that the stream gives, or its first pieces."""
    found: list[str | Answer] = []
    async with aclosing(chat.stream(QUESTION)) as pieces:
        async for piece in pieces:
            found.append(piece)
            if len(found) == stop_after:
                break
    return found


def test_a_streamed_answer_is_charged_like_any_other(purse):
    """Once, for its tokens."""
    found = anyio.run(heard, PaidChat(ScriptedChat("yes"), purse, costs=COSTS))

    assert isinstance(found[-1], Answer)
    assert purse.spent_usd == pytest.approx(0.0015)


def test_a_stream_that_nobody_hears_to_its_end_counts_at_its_bound(purse):
    """The provider may have written, and charged, all of it."""
    anyio.run(partial(heard, PaidChat(ScriptedChat("yes"), purse, costs=COSTS), stop_after=1))

    assert purse.spent_usd > 0.2


def test_a_question_whose_answer_got_lost_is_put_once_more_and_paid_twice(purse):
    """In the ledger, too: what may have been charged counts."""
    chat = ScriptedChat(Uncertain("lost"), "yes")

    assert anyio.run(PaidChat(chat, purse, costs=COSTS).ask, QUESTION).text == "yes"
    assert purse.spent_usd == pytest.approx(0.0015 + 0.2, abs=0.01)


@pytest.mark.parametrize(("is_free", "sent"), [(True, 3), (False, 1)])
def test_only_a_free_model_is_asked_again_by_itself(monkeypatch, is_free, sent):
    """A gateway's error may hide an answer that was written and charged."""
    monkeypatch.setattr(http, "BACKOFF_S", 0.001)
    monkeypatch.setattr("astragen.providers.wire.is_loopback", lambda host: is_free)
    with ChatServer("bad_gateway", "bad_gateway", "bad_gateway") as server:
        provider = OpenAI(Access(base_url=server.url))
        with pytest.raises(Unavailable if is_free else Uncertain):
            anyio.run(provider.ask, QUESTION)

    assert len(server.asked) == sent
