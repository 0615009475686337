"""Which language a text is in."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.language import detect, spoken_words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A lonely lighthouse keeper befriends a whale"),
        ("en", "Robot"),
        ("de", "Ein einsamer Leuchtturmwärter freundet sich mit einem Wal an"),
        ("fr", "Un gardien de phare solitaire et une baleine"),
        ("es", "Un guardián solitario del faro y una ballena"),
        ("it", "Un guardiano solitario del faro e una balena"),
        ("pt", "Um faroleiro solitário e uma baleia"),
        ("nl", "Een eenzame vuurtorenwachter en een walvis"),
        ("sv", "En ensam fyrvaktare och en val"),
        ("pl", "Samotny latarnik i wieloryb nad morzem"),
        ("tr", "Yalnız bir deniz feneri bekçisi ve bir balina"),
        ("ru", "Одинокий смотритель маяка"),
        ("uk", "Самотній доглядач маяка і кит"),
        ("el", "Ένας μοναχικός φαροφύλακας"),
        ("ar", "حارس منارة وحيد"),
        ("he", "שומר מגדלור בודד"),
        ("fa", "نگهبان تنهای فانوس و گرگ"),
        ("hi", "एक अकेला रक्षक"),
        ("bn", "একজন নিঃসঙ্গ রক্ষক"),
        ("ta", "ஒரு தனிமையான காவலர்"),
        ("th", "ผู้ดูแลประภาคาร"),
        ("zh", "孤独的灯塔看守人"),
        ("ja", "孤独な灯台守"),
        ("ko", "외로운 등대지기"),
    ],
)
def test_detect_knows_the_language(language, text):
    """By script, and for Latin letters by small words and nouns."""
    assert detect(text) == language


def test_scripts_without_spaces_count_by_their_signs():
    """Two Han signs take about as long to say as one English word."""
    assert spoken_words("灯塔看守人") == 2.5
    assert spoken_words("the lighthouse keeper") == 3
