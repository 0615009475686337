"""Translating with a language model: asked once, mended by repairs, paid from the purse, and never half done."""

from __future__ import annotations

import json

import anyio
import pytest

from astragen.errors import BadOutput, BudgetExceeded, ContentRefused
from astragen.model.ledger import Entry
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.written import Written
from astragen.plan.money import Price
from astragen.providers import paying
from astragen.providers.chat import Answer
from astragen.providers.rungs import RungMemory
from astragen.providers.translator import LlmTranslator
from scripted_chat import ScriptedChat

BOARD = Storyboard(
    title="The fox",
    scenes=(Scene(id="s1", setting="forest", shots=(Shot(id="s1-1", line="A fox wakes under the snow."),)),),
)
GOOD = json.dumps(
    {
        "title": "Le renard",
        "scenes": [{"id": "s1", "title": ""}],
        "shots": [{"id": "s1-1", "line": "Un renard s'éveille sous la neige.", "title": "", "labels": []}],
    }
)


class Purse:
    """Holds *limit_usd*, and notes what is done with it."""

    def __init__(self, limit_usd: float) -> None:
        self.limit_usd = limit_usd
        self.spent_usd = 0.0
        self.done: list[str] = []

    @property
    def left_usd(self) -> float:
        return self.limit_usd

    def find(self, key: str) -> Entry | None:
        return None

    def reserve(self, key: str, *, provider: str, usd: float) -> None:
        if usd > self.limit_usd:
            raise BudgetExceeded("It costs too much.")
        self.done.append("reserved")

    def settle(self, key: str, usd: float, **tokens: object) -> None:
        self.done.append("settled")

    def refund(self, key: str) -> None:
        self.done.append("refunded")

    def uncertain(self, key: str) -> None:
        self.done.append("uncertain")


def translated(chat: ScriptedChat, purse: Purse | None = None) -> Written:
    async def work() -> Written:
        return await LlmTranslator(chat, RungMemory(None), purse=purse).translate(BOARD, "fr", seconds=8)

    return anyio.run(work)


def test_a_good_answer_is_the_storyboard_and_says_who_translated():
    """One question; the tokens and the name are noted."""
    chat = ScriptedChat(GOOD)

    done = translated(chat)

    assert done.storyboard.shots[0].line == "Un renard s'éveille sous la neige."
    assert (done.made_by, done.tokens_in, len(chat.asked)) == ("scripted tiny, translated from en", 100, 1)


def test_faults_go_back_and_are_mended():
    """The second question names the shot that is missing."""
    chat = ScriptedChat(GOOD.replace("s1-1", "s1-7"), GOOD)

    done = translated(chat)

    assert done.storyboard.language == "fr"
    assert "s1-1 missing" in chat.asked[1].turns[-1].text


@pytest.mark.parametrize(
    ("said", "error"),
    [(GOOD.replace("s1-1", "s1-7"), BadOutput), (Answer("No.", "refused"), ContentRefused)],
    ids=["never right", "refused"],
)
def test_what_cannot_be_translated_is_an_error(said, error):
    """Nobody stands in: half a translation is none."""
    with pytest.raises(error):
        translated(ScriptedChat(said))


def test_it_is_paid_from_the_purse_and_not_sent_when_the_money_does_not_reach(monkeypatch):
    """Set aside before, settled after; with too little nothing is asked."""
    monkeypatch.setattr(paying, "price", lambda chat: Price(usd_in=1.0, usd_out=4.0))
    rich, poor, chat = Purse(1.0), Purse(1e-9), ScriptedChat(GOOD)

    done = translated(chat, rich)

    assert rich.done == ["reserved", "settled"]
    assert done.cost_usd > 0
    with pytest.raises(BudgetExceeded):
        translated(chat, poor)
    assert len(chat.asked) == 1


def test_who_translates_is_part_of_what_is_remembered():
    """Another model, or other instructions, translate anew."""
    one = LlmTranslator(ScriptedChat(GOOD), RungMemory(None)).capability

    assert one.name == "scripted"
    assert "tiny" in one.version
    assert "translation" in one.version
