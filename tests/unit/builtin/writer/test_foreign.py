"""The small dictionary behind pictures of other languages."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.foreign import seen_in
from astragen.builtin.writer.tables import table


def test_every_language_has_every_noun():
    """Columns of the dictionary line up."""
    document = table("foreign")
    count = len(document["nouns"].split())

    columns = {key: len(forms.split()) for key, forms in document.items() if key not in ("places", "ko_particles")}
    assert set(columns.values()) == {count}
    assert len(columns) - 1 == 22


@pytest.mark.parametrize(
    ("language", "text", "nouns"),
    [
        ("de", "Der Leuchtturmwärter sieht einen Wal", {"keeper", "whale"}),
        ("fr", "Un enfant et un renard", {"child", "fox"}),
        ("es", "La niña y el perro", {"girl", "dog"}),
        ("ru", "Девочка и кит", {"girl", "whale"}),
        ("ar", "الفتاة والكلب", {"girl", "dog"}),
        ("zh", "女孩和鲸鱼", {"girl", "whale"}),
        ("ja", "少女と犬", {"girl", "dog"}),
        ("ko", "소녀와 고양이", {"girl", "cat"}),
    ],
)
def test_nouns_are_recognised_in_their_forms(language, text, nouns):
    """Compounds, articles, prefixes, particles."""
    assert {one.noun for one in seen_in(text, language).subjects} >= nouns


def test_a_month_is_no_moon():
    """三月 is March, 月 the moon."""
    assert [one.noun for one in seen_in("三月的女孩", "zh").subjects] == ["girl"]


def test_a_language_without_a_dictionary_shows_nothing():
    """No guess is better than a wrong one."""
    assert seen_in("Mtoto na nyangumi", "sw").subjects == ()
