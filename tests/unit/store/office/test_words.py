from __future__ import annotations

import pytest

from astragen.model.brief import Brief
from astragen.model.job import Order
from office_records import film_report, new_film


def titled(office, title, prompt="Something else"):
    return office.films.add(new_film(title=title, order=Order(brief=Brief(prompt=prompt)))).id


def found(office, words, **asked):
    return [film.id for film in office.films.page(words=words, **asked).films]


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        pytest.param("keeper", True, id="in the title, in small letters"),
        pytest.param("KEEP", True, id="a part of a word, in capitals"),
        pytest.param("bottle lighthouse", True, id="each word anywhere"),
        pytest.param("keeper fox", False, id="one of the words missing"),
        pytest.param("  ", True, id="nothing asked"),
        pytest.param("100%", True, id="a percent sign as it is"),
        pytest.param("%keeper_", False, id="no wildcards"),
        pytest.param("ÉCUME", True, id="capitals beyond ASCII"),
        pytest.param("e\u0301cume", True, id="a letter encoded in two parts"),
        pytest.param("灯塔", True, id="no spaces between words"),
        pytest.param("prompt", False, id="no name of a field"),
    ],
)
def test_films_are_found_by_the_words_of_title_and_prompt(office, asked, is_found):
    """All words must be there, whatever their case; signs of LIKE are letters like others."""
    film = titled(office, "The Keeper, 100% true", "A lighthouse, a bottle, l'\u00e9cume, 灯塔")

    assert found(office, asked) == ([film] if is_found else [])


def test_a_search_keeps_to_owner_state_order_and_page(office):
    """It is one more condition, and pages go on as ever."""
    ids = [titled(office, f"Fox {number}") for number in range(3)]
    titled(office, "Owl")
    theirs = office.films.add(new_film(owner="key_1", title="Fox of another")).id
    office.films.end(ids[0], 1, "cancelled")

    assert found(office, "fox", owner="") == ids[::-1]
    assert found(office, "fox", owner="key_1") == [theirs]
    assert found(office, "fox", state="cancelled") == [ids[0]]
    assert found(office, "fox", owner="", after=ids[1]) == [ids[0]]
    assert office.films.page(words="fox", owner="", limit=2).has_more


def test_a_film_is_found_by_what_it_is_called_now_and_not_once_it_is_gone(office):
    """By the title that it was given, and by the one that its storyboard turned out to have."""
    film = titled(office, "Working title")

    office.films.change(film, title="Second title")
    assert (found(office, "second"), found(office, "working")) == ([film], [])
    office.films.end(film, 1, "completed", report=film_report())
    assert office.films.get(film).title == "The river"
    assert (found(office, "river"), found(office, "second")) == ([film], [])
    office.films.delete(film)
    assert found(office, "river") == []
