from __future__ import annotations

import pytest

from astragen.model.brief import Brief
from astragen.plan.room import film_bytes, room_bytes

BRIEF = Brief(prompt="The sea", seconds=30)


def with_(**fields) -> Brief:
    return BRIEF.model_copy(update=fields)


@pytest.mark.parametrize(
    ("larger", "smaller"),
    [
        (with_(seconds=60.0), BRIEF),
        (BRIEF, with_(height=720)),
        (with_(fps=60), BRIEF),
        (with_(profile="prores"), with_(profile="archive")),
        (with_(profile="archive"), BRIEF),
        (BRIEF, with_(profile="av1")),
    ],
    ids=["longer", "higher", "faster", "for editors", "to keep", "av1"],
)
def test_a_larger_film_needs_more_room(larger, smaller):
    """Of the film itself, and of all that it is made of."""
    assert film_bytes(larger) > film_bytes(smaller)
    assert room_bytes(larger) > room_bytes(smaller)


def test_a_film_takes_less_than_what_it_is_made_of():
    """Its shots lie beside it until it is whole."""
    assert room_bytes(BRIEF) > 2 * film_bytes(BRIEF)


def test_a_ladder_bounds_the_film():
    """A platform's highest rate holds however much there is to see: 12 Mbit/s above 30 frames a second."""
    fast = with_(profile="youtube", fps=60, seconds=100.0)

    assert film_bytes(fast) == pytest.approx(12e6 / 8 * 100, rel=0.3)
    assert film_bytes(fast) < film_bytes(with_(profile="web", fps=60, seconds=100.0))


def test_what_is_known_of_its_length_counts_before_what_was_asked():
    """Narration may take longer; a shorter storyboard may still grow to what was asked."""
    assert room_bytes(BRIEF, seconds=90.0) == room_bytes(with_(seconds=90.0))
    assert room_bytes(BRIEF, seconds=5.0) == room_bytes(BRIEF)


def test_pictures_of_artists_need_room_of_their_own():
    """One or more a shot."""
    assert room_bytes(BRIEF, has_artists=True) - room_bytes(BRIEF) > 10_000_000
