from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astragen.model.brief import Brief
from astragen.plan.money import (
    FREE,
    Price,
    affordable_tokens,
    chat_bound_usd,
    chat_cost_usd,
    dollars,
    film_of,
    price_of,
    price_rows,
    weighed_chars,
    writing_usd,
)

SONNET = Price(usd_in=2, usd_out=10)
BRIEF = Brief(prompt="A fox in the first snow.")


def test_a_price_is_by_provider_and_model():
    """Dated names of a model have its price; the same name elsewhere does not."""
    assert price_of("openai", "gpt-6-luna-2026-09-22") == Price(usd_in=0.1, usd_out=0.5)
    assert price_of("anthropic", "claude-sonnet-5-5") == SONNET
    assert not price_of("compatible", "gpt-6-luna").is_known


def test_a_model_that_nobody_listed_is_counted_at_the_dearest():
    """So that the limit holds for it, too."""
    rows, _ = price_rows()
    unknown = price_of("openai", "gpt-9-nova")

    assert not unknown.is_known
    assert unknown.usd_in > max(row.usd_in for row in rows)
    assert unknown.usd_out > max(row.usd_out for row in rows)


def test_every_price_says_where_it_is_from():
    """A day and an address; the unknown one says why."""
    rows, unknown = price_rows()

    assert all(row.source.startswith("https://") for row in (*rows, unknown))
    assert unknown.comment


def test_tokens_cost_what_the_price_says():
    """A million in and a half out."""
    assert chat_cost_usd(1_000_000, 500_000, SONNET) == pytest.approx(7.0)
    assert chat_cost_usd(10, 10, FREE) == 0


def test_the_bound_counts_two_characters_for_a_token_and_the_longest_answer():
    """16 000 characters and 8 000 tokens."""
    assert chat_bound_usd(16_000, 8_000, SONNET) == pytest.approx(8_000 * 2e-6 + 8_000 * 10e-6)


@pytest.mark.parametrize(("text", "chars"), [("abcd", 4), ("é", 4), ("狐", 6), ("🦊", 8), ("\ud83e", 2)])
def test_letters_outside_ascii_count_a_token_for_each_byte(text, chars):
    """No tokenizer makes more of them; half of a pair becomes a question mark."""
    assert weighed_chars([text]) == chars


@given(
    st.floats(0, 5),
    st.integers(0, 200_000),
    st.floats(0, 20),
    st.floats(0.01, 100),
)
def test_an_affordable_answer_is_within_what_is_left(left, chars, usd_in, usd_out):
    """And one token more is not, unless there is nothing left for it at all."""
    price = Price(usd_in=usd_in, usd_out=usd_out)
    tokens = affordable_tokens(left, chars, price)

    if tokens:
        assert chat_bound_usd(chars, tokens, price) <= left + 1e-9
    assert chat_bound_usd(chars, tokens + 1, price) > left - 1e-9


def test_a_longer_film_costs_more_to_write():
    """Eight acts are eight questions."""
    short, long = (writing_usd(BRIEF.model_copy(update={"seconds": seconds}), SONNET) for seconds in (30.0, 600.0))

    assert 0.01 < short < 0.05
    assert long > 8 * short
    assert writing_usd(BRIEF, FREE) == 0


def test_the_estimate_is_below_the_bound_of_its_question():
    """What a film should cost is no more than what is set aside for it."""
    bound = chat_bound_usd(16_000, 8_000, SONNET)

    assert writing_usd(BRIEF, SONNET) < bound


def test_raising_the_limit_goes_on_with_the_same_film():
    """So do more seconds for it; another seed is another film."""
    more = BRIEF.model_copy(update={"max_cost_usd": 9.0, "deadline_s": 600.0})

    assert film_of(more) == film_of(BRIEF)
    assert film_of(BRIEF.model_copy(update={"seed": 1})) != film_of(BRIEF)


@pytest.mark.parametrize(
    ("usd", "said"),
    [(0, "$0.00"), (0.25, "$0.25"), (0.0042, "$0.0042"), (0.00001, "less than $0.0001"), (12, "$12.00")],
)
def test_little_money_is_not_shown_as_none(usd, said):
    """A storyboard may cost a tenth of a cent."""
    assert dollars(usd) == said
