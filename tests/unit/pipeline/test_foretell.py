"""The forecast of a film."""

from __future__ import annotations

from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.pipeline.foretell import foretold
from astragen.providers.access import Access
from astragen.providers.openai import OpenAI

BOARD = Storyboard(
    title="Dusk",
    scenes=(
        Scene(id="s1", setting="sea", shots=(Shot(id="s1-1", line="A light turns."), Shot(id="s1-2"))),
        Scene(id="s2", setting="city", shots=(Shot(id="s2-1"),)),
    ),
)


def test_a_forecast_counts_scenes_shots_seconds_and_money():
    """What the storyboard has and what the brief asks."""
    forecast = foretold(Brief(prompt="dusk", seconds=12, height=720), BOARD, workers=2)

    assert (forecast.scenes, forecast.shots, forecast.seconds, forecast.cost_usd) == (2, 3, 12, 0)
    assert (forecast.width, forecast.height) == (1280, 720)
    assert forecast.wall_s > 0


def test_a_forecast_of_more_words_than_fit_says_how_long_they_take():
    """Two thousand characters take over two minutes to say."""
    shots = (Shot(id="s1-1", line="word " * 399),)
    wordy = foretold(
        Brief(prompt="dusk", seconds=12),
        Storyboard(title="Dusk", scenes=(Scene(id="s1", setting="sea", shots=shots),)),
        workers=2,
    )

    assert wordy.seconds > 120
    assert f"about {wordy.seconds:.0f} s (12 s were asked)" in wordy.told()


def test_a_forecast_past_its_deadline_says_so():
    """Before the user has waited for it."""
    late = foretold(Brief(prompt="dusk", seconds=600, height=2160, deadline_s=5), BOARD, workers=1)

    assert "past the deadline of 5 s" in late.told()
    assert "3 shots" in late.told()


def test_a_forecast_names_who_will_be_paid_for_the_storyboard():
    """About how much, and the limit; a model on this machine is free."""
    brief = Brief(prompt="dusk", seconds=12)
    paid, free = (
        foretold(brief, BOARD, workers=2, chat=OpenAI(Access(base_url=address)))
        for address in ("https://llm.example/v1", "http://127.0.0.1:1/v1")
    )

    assert 0 < paid.cost_usd < 0.01
    assert f"money  about ${paid.cost_usd:.4f} for openai gpt-6-luna, at most $0.25" in paid.told()
    assert (free.writer, free.cost_usd) == ("openai gpt-6-luna", 0)
    assert "money  $0.00 of at most $0.25" in free.told()
