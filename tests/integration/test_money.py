"""What a film costs, from the key to the report: a real film, and a loopback server that is taken for a vendor's."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from astragen.cli.make import summary
from astragen.errors import BudgetExceeded
from astragen.face import make_film_sync, revise, write_storyboard
from astragen.model.brief import Brief
from astragen.model.film import Film
from astragen.providers import paying
from astragen.providers.access import Access
from astragen.providers.registry import NAMES
from astragen.settings import Settings
from astragen.store.ledger import Ledger
from emulators.chat_server import ChatServer
from scripted_chat import text

BRIEF = Brief(
    prompt="A fox in the first snow.",
    seconds=5,
    height=360,
    profile="draft",
    narration=False,
    music=False,
    captions=False,
)
NOWHERE = Access(base_url="http://127.0.0.1:9/v1")
COST = (12 * 0.1 + 5 * 0.5) / 1e6  # of the 12 and 5 tokens that the server says, at the price of gpt-6-luna


@pytest.fixture
def server(monkeypatch):
    """A vendor's server: what stands on this machine would be free."""
    monkeypatch.setattr(paying, "is_loopback", lambda host: False)
    with ChatServer(texts=(text(scenes=1, shots=2),)) as server:
        yield server


def machine(folder: Path, server: ChatServer, writer: str = "auto") -> Settings:
    """With a key of one vendor, and no local servers."""
    key = Access(key=SecretStr("k-1"), base_url=f"{server.url}/v1")
    none = {name: NOWHERE if name in ("ollama", "lmstudio", "llamacpp", "vllm") else Access() for name in NAMES}
    return Settings(cache_dir=folder / "cache", providers={**none, "openai": key}, writer=writer)


def film(folder: Path, settings: Settings, brief: Brief = BRIEF) -> Film:
    return make_film_sync(brief, folder / "fox.mp4", settings=settings)


def test_a_film_says_what_it_cost_and_its_second_making_costs_nothing(tmp_path, server):
    """The report, the last line, and the ledger; with a higher limit, or mixed otherwise, nothing is asked again."""
    settings = machine(tmp_path, server)

    report = film(tmp_path, settings).report
    otherwise = {"max_cost_usd": 1.0, "loudness": -23, "stems": True}
    again = film(tmp_path, settings, BRIEF.model_copy(update=otherwise)).report

    assert report.written_by == "openai gpt-6-luna"
    assert report.cost_usd == pytest.approx(COST)
    assert report.money is not None
    assert (report.money.limit_usd, report.money.tokens_in, report.money.tokens_out) == (0.25, 12, 5)
    assert [(one.provider, one.asked) for one in report.money.by_provider] == [("openai", 1)]
    assert "less than $0.0001 of $0.25 spent" in summary(report)
    assert again.money is not None
    assert (again.cost_usd, again.money.tokens_in, len(server.questions)) == (0, 0, 1)
    assert "spent" not in summary(again)
    (row,) = Ledger(settings.cache_dir / "ledger.sqlite").entries()
    assert (row.provider, row.state, row.result) == ("openai", "settled", "")


def test_without_a_limit_to_spend_a_key_is_not_used(tmp_path, server):
    """The film is made, by the built-in writer, and nobody is asked; a name is refused with the next act."""
    free = BRIEF.model_copy(update={"max_cost_usd": 0.0})

    report = film(tmp_path, machine(tmp_path, server), free).report

    assert (report.written_by, report.cost_usd, report.fallbacks) == ("builtin", 0, ())
    with pytest.raises(BudgetExceeded, match="--max-cost"):
        film(tmp_path, machine(tmp_path, server, "openai"), free)
    assert server.asked == []


def test_a_plan_and_a_revision_are_paid_from_their_own_limit(tmp_path, server):
    """Each leaves a finished account behind."""
    settings = machine(tmp_path, server)
    server.texts.append('{"title": "The Fox Comes Home"}')

    written = anyio.run(partial(write_storyboard, BRIEF, settings=settings))
    anyio.run(partial(revise, written.storyboard, "another title", brief=BRIEF, settings=settings))

    assert written.cost_usd == pytest.approx(COST)
    rows = Ledger(settings.cache_dir / "ledger.sqlite").entries()
    assert [row.state for row in rows] == ["settled", "settled"]
    assert len({row.film for row in rows}) == 2
    assert list((settings.cache_dir / "ledger.runs").iterdir()) == []


def test_a_damaged_ledger_is_told_in_the_report(tmp_path, server):
    """The film is made all the same."""
    settings = machine(tmp_path, server)
    settings.cache_dir.mkdir()
    (settings.cache_dir / "ledger.sqlite").write_bytes(b"not a ledger" * 500)

    report = film(tmp_path, settings).report

    (fallback,) = report.fallbacks
    assert (fallback.stage, fallback.subject) == ("money", "ledger")
    assert "ledger.damaged-1.sqlite" in fallback.reason
