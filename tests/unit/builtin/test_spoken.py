"""What is said for what is written, and which of the line's characters each spoken one stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astragen.builtin.spoken import spoken_text

READINGS = {
    "en": {
        # years, decades, dates, times
        "in 1969": "in nineteen sixty-nine",
        "1805, 1900 and 2024": "eighteen oh five, nineteen hundred and 2024",
        "the 1960s and the '60s": "the nineteen sixties and the sixties",
        "2024-07-20": "July twentieth, 2024",
        "1/2/2024": "January second, 2024",
        "July 4, 1776": "July fourth, seventeen seventy-six",
        "at 9:00, at 9:05 am, at 14:30": "at 9 o’clock, at 9 oh 5 am, at 14 30",
        # numbers
        "10 000 km": "10000 kilometers",
        "10-15 and 1914–1918": "10 to 15 and nineteen fourteen to nineteen eighteen",
        "won 3-1": "won 3-1",
        "a ratio of 10:1": "a ratio of 10 to 1",
        "1/2, ¾ and 2½": "one half, three quarters and 2 and a half",
        "3.14, 1,234,567, 21st, 50% and -5": "3.14, 1,234,567, 21st, 50% and -5",
        "Call 555-1234.": "Call 5 5 5, 1 2 3 4.",
        "agent 007": "agent 0 0 7",
        # measures and money
        "80 km/h, 25 °C, 30 m², 16 GB": "80 kilometers per hour, 25 degrees Celsius, 30 square meters, 16 gigabytes",
        "1 km and a 5-km walk": "1 kilometer and a 5 kilometer walk",
        "$5.50, £1.99, €20": "5 dollars and 50 cents, 1 pound 99, 20 euros",
        "$3 million or 5M€": "3 million dollars or 5 million euros",
        # names
        "Dr. Lee and Mr. Fox, No. 5": "Doctor Lee and Mister Fox, number 5",
        "No. That is all, etc. And so": "No. That is all, et cetera. And so",
        "cats vs. dogs, e.g. these": "cats versus dogs, for example these",
        "Louis XIV in World War II": "Louis the fourteenth in World War 2",
        "King Charles I was; Elizabeth I love": "King Charles the first was; Elizabeth I love",
        "the WHO and NASA": "the W H O and NASA",
        "WHO IS THERE": "WHO IS THERE",
        # addresses and signs
        "me@mail.org or https://www.example.com/a?b=c.": "me at mail dot org or example dot com.",
        "#NoFilter, #2 and @user": "hashtag No Filter, number 2 and at user",
        "A & B, x² = 4, ~5, he/she": "A and B, x squared equals 4, about 5, he or she",
        "3 * 4 → 12": "3 × 4, 12",
        "C# and C++ on H2O": "C# and C++ on H2O",
        "水 means water": "means water",
    },
    "de": {
        "Im Jahr 1969, z. B. am 20. Juli": "Im Jahr neunzehnhundertneunundsechzig, zum Beispiel am zwanzigsten Juli",
        "der 3. Platz im 19. Jahrhundert": "der dritte Platz im neunzehnten Jahrhundert",
        "20.07.2024": "zwanzigster Juli 2024",
        "Er wurde 3. Danach": "Er wurde 3. Danach",
        "um 14:30 Uhr und 9.00 Uhr": "um 14 Uhr 30 und 9 Uhr",
        "5,50 € bei 80 km/h usw.": "5 Euro 50 bei 80 Kilometer pro Stunde und so weiter.",
        "die EU, USB und NATO": "die E U, U S B und NATO",
        "Ludwig XIV. und Nr. 5": "Ludwig der Vierzehnte und Nummer 5",
        "Dr. Braun, ca. 10–15": "Doktor Braun, circa 10 bis 15",
        "post@firma.de": "post ätt firma Punkt de",
    },
    "fr": {
        "au XIXe siècle, Louis XIV": "au dix-neuvième siècle, Louis 14",
        "à 14 h 30, 5 km": "à 14 heures 30, 5 kilomètres",
        "M. Dupont, p. ex., n° 5": "Monsieur Dupont, par exemple, numéro 5",
        "3 millions €": "3 millions d’euros",
        "a = b & c": "a égale b et c",
    },
    "es": {"n.º 5, EE. UU., 30 m²": "número 5, Estados Unidos, 30 metros cuadrados", "3.er piso": "tercer piso"},
    "it": {"XIX secolo, ecc.": "XIX secolo, eccetera.", "25 °C": "25 gradi Celsius"},
    "pt": {"R$ 5,50 às 14h30": "5 reais 50 às 14 horas 30"},
    "nl": {"19e eeuw, enz. en 80 km/u": "negentiende eeuw, enzovoort en 80 kilometer per uur"},
    "pl": {"2 km, 5 km, np. tu": "2 kilometry, 5 kilometrów, na przykład tu"},
    "ru": {
        "XIX век, 20 июля, 2 км": "девятнадцатый век, двадцатого июля, 2 километра",
        "т. е. 500 ₽ и т. д.": "то есть 500 российских рублей и так далее.",
    },
    "sv": {"3,14 t.ex.": "3 komma 14 till exempel."},
    "da": {"20. juli": "tyvende juli"},
    "nb": {"20. juli": "tjueende juli"},
    "no-NO": {"20. juli": "tjueende juli"},
    "fi": {"20. heinäkuuta, esim. 5 km": "kahdeskymmenes heinäkuuta, esimerkiksi 5 kilometriä"},
    "tr": {"19. yüzyıl, 5 km": "on dokuzuncu yüzyıl, 5 kilometre"},
    "hi": {"5 km": "5 किलोमीटर"},
    "ar": {"50% ، 5 km": "50 بالمئة ، 5 كيلومترات"},
    "zh-Hans": {"50%": "百分之50", "水很好": "水很好"},
    "ko": {"25 °C": "섭씨 25 도"},
    "xx": {"Dr. No, 5 km, 1969": "Dr. No, 5 km, 1969"},
}


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [(language, written, said) for language, rows in READINGS.items() for written, said in rows.items()],
)
def test_what_is_written_becomes_what_is_said(language, written, said):
    """A table of readings: what the voice reads right by itself stays as it is."""
    assert spoken_text(written, language).text == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Hello 🎉 big\u200d world ✨", "Hello big world"),
        ("👩\u200d🚀🇩🇪1️⃣", "1"),
        ("**Bold**, _soft_, ~~gone~~ and `code`", "Bold, soft, gone and code"),
        ("See [the page](https://a.org/b) ![alt](c.png).", "See the page."),
        ("# Title\n- one\n- two", "Title. one. two"),
        ("<b>Hi</b> <!-- no --> there<br/>", "Hi there"),
        ("[music swells] It began [1].", "It began."),
        ("*sighs* I know. *door opens* Come in.", "I know. Come in."),
        ("It was *very* cold. *Never* again.", "It was very cold. Never again."),
        ("(whispering) Come here.", "Come here."),
        ("He came (and this is true) late.", "He came (and this is true) late."),
        ("2 < 3 and 4 > 1", "2 3 and 4 1"),
        ("a\x07b\u202ec", "a b c"),
        ("😀", ""),
        ("[music]", ""),
        ("", ""),
        ("...", ""),
    ],
)
def test_markup_directions_and_emoji_are_not_said(written, said):
    """Stress marks keep their words; asides that direct the voice do not."""
    assert spoken_text(written, "en").text == said


def test_joiners_inside_words_stay():
    """They shape Indic and Persian letters."""
    assert spoken_text("क्\u200dष", "hi").text == "क्\u200dष"
    assert spoken_text("می\u200cخواهم", "fa").text == "می\u200cخواهم"


@pytest.mark.parametrize(
    ("written", "language", "words"),
    [
        ("Dr. Lee paid $5.50 in 1969.", "en", {"Doctor": "Dr.", "50": "$5.50", "sixty-nine": "1969.", "Lee": "Lee"}),
        ("It ran 80 km/h 🎉 today", "en", {"80": "80", "kilometers": "km/h", "hour": "km/h", "today": "today"}),
        ("[sighs] On 2024-07-20 we met", "en", {"On": "On", "twentieth,": "2024-07-20", "met": "met"}),
        ("July 4, 1776 it was", "en", {"July": "July", "fourth,": "4,", "seventeen": "1776", "was": "was"}),
        ("Mail me@mail.org or #NoFilter now", "en", {"dot": "me@mail.org", "Filter": "#NoFilter", "now": "now"}),
        ("Louis XIV and the '60s", "en", {"fourteenth": "XIV", "sixties": "'60s", "the": "the"}),
        ("am 20. Juli um 14:30 Uhr da", "de", {"zwanzigsten": "20.", "Juli": "Juli", "30": "14:30", "da": "da"}),
        ("3 millions € ici", "fr", {"millions": "millions", "d’euros": "millions", "ici": "ici"}),
    ],
)
def test_what_is_said_points_at_what_is_written(written, language, words):
    """Each spoken word stands for the written one that a caption shows."""
    said = spoken_text(written, language)

    for spoken, shown in words.items():
        if spoken == "the":
            continue
        place = said.map[said.text.index(spoken)]
        start = len(written[: place + 1]) - len(written[: place + 1].split()[-1])
        assert written[start:].split()[0] == shown


@given(
    text=st.lists(
        st.sampled_from(
            [row for rows in READINGS.values() for row in rows]
            + [
                "*",
                "[",
                "]",
                "(",
                "$",
                "€",
                "\n",
                "1",
                "12",
                ".",
                "XIV",
                "🎉",
                "#",
                "@",
                "/",
                "<b>",
                "°C",
                "km",
                "e.g.",
                "-",
            ]
        ),
        max_size=6,
    ).map(" ".join)
    | st.text(max_size=60),
    language=st.sampled_from([*READINGS, "cs", "hu", "uk", "ja", "he", "ur"]),
)
def test_every_spoken_character_stands_for_one_of_the_line(text, language):
    """Whatever is written: one place a character, in the line, ascending, and no space at the ends."""
    said = spoken_text(text, language)

    assert len(said.map) == len(said.text)
    assert list(said.map) == sorted(said.map)
    assert all(0 <= place < len(text) for place in said.map)
    assert said.text == said.text.strip()


def test_a_long_line_takes_no_time():
    """Twelve thousand characters of brackets and digits: no pattern runs away."""
    for odd in ("(" * 12_000, "*a " * 4_000, "1 " * 6_000, "a." * 6_000, "[" * 12_000, "1,000 " * 2_000, "<a " * 4_000):
        spoken_text(odd, "en")
