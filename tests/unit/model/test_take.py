"""What several takes fell back on alike is one entry of the report."""

from astragen.model.take import Fallback, united


def fallback(subject: str, word: str = "zorblax") -> Fallback:
    """The painter's word on *word* in shot *subject*."""
    return Fallback(stage="paint", subject=subject, reason=f'the painter knows no "{word}"', instead="left it out")


def test_one_word_in_several_shots_is_one_entry():
    """It names the first three shots and counts the rest."""
    many = [fallback(f"s1-{number}") for number in range(1, 6)]

    assert united(many[:2]) == (fallback("s1-1, s1-2"),)
    assert united(many) == (fallback("s1-1, s1-2, s1-3 and 2 more"),)


def test_different_words_stay_apart_and_in_order():
    """Nothing is lost."""
    assert united([fallback("a"), fallback("a", "plumbus"), fallback("b")]) == (
        fallback("a, b"),
        fallback("a", "plumbus"),
    )
    assert united([]) == ()
