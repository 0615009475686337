"""Screenplay text, as people type it and programs print it."""

from __future__ import annotations

import time

import pytest

from astragen.plan.fountain import Element, Kind, is_screenplay, read

HEADING, ACTION, DIALOGUE, TRANSITION = Kind.HEADING, Kind.ACTION, Kind.DIALOGUE, Kind.TRANSITION


def elements(text):
    return list(read(text).elements)


def test_a_title_page_gives_the_title_only():
    """Its other keys, and values on rows of their own, are not filmed."""
    script = read("Title:\n    _The Lamp_\nCredit: written by\nAuthor: A. Nobody\n\nEXT. SEA - DAY\n\nWaves.\n")

    assert script.title == "The Lamp"
    assert script.elements == (Element(HEADING, "SEA - DAY", "EXT"), Element(ACTION, "Waves."))


@pytest.mark.parametrize(
    ("row", "where", "text"),
    [
        ("INT. KITCHEN - NIGHT", "INT", "KITCHEN - NIGHT"),
        ("ext. beach - dawn", "EXT", "BEACH - DAWN"),
        ("12  INT./EXT. CAR - DAY  12", "INT", "CAR - DAY"),
        ("I/E. CAR - DAY #7A#", "INT", "CAR - DAY"),
        ("INT KITCHEN", "INT", "KITCHEN"),
        ("EXT.BEACH", "EXT", "BEACH"),
        (".FLASHBACK", "", "FLASHBACK"),
        ("        EXT. BEACH", "EXT", "BEACH"),
    ],
)
def test_headings_are_known_in_every_form(row, where, text):
    """Numbered, forced, indented, in small letters."""
    found = elements(f"{row}\nSomebody waits.")

    assert (found[0].kind, found[0].name, found[0].text.upper()) == (HEADING, where, text)
    assert found[1] == Element(ACTION, "Somebody waits.")


@pytest.mark.parametrize("row", ["Extra time is over.", "Into the woods.", "...and then.", "I AM HERE.", "Est. 1990."])
def test_prose_is_no_heading(row):
    """Words that begin like one."""
    assert elements(f"\n{row}\n")[0].kind is ACTION


def test_who_speaks_and_what():
    """The name without extensions, the speech without asides and emphasis; a forced name keeps its letters."""
    found = elements("MARA (V.O.) (CONT'D)\n(softly)\nNot *tonight*. (beat) Please.\n\n@McTavish ^\nAye.\n")

    assert found == [Element(DIALOGUE, "Not tonight. Please.", "MARA"), Element(DIALOGUE, "Aye.", "McTavish")]


@pytest.mark.parametrize("row", ["CUT TO:", "FADE OUT.", "> Burn to white.", "> THE END <", "SMASH CUT TO:"])
def test_transitions(row):
    """By their ending in capitals, or forced; the end is not spoken."""
    assert [one.kind for one in elements(f"A door.\n\n{row}\n")] == [ACTION, TRANSITION]


def test_what_is_for_the_writer_is_left_behind():
    """Notes, sections, synopses, page breaks, and what is commented out, over several rows."""
    text = "# Act\n\n= It begins.\n\n===\n\nA [[old\nnote]]door.\n\n/* EXT. SEA - DAY\n\nWaves. */\n\nA window."

    assert elements(text) == [Element(ACTION, "A door."), Element(ACTION, "A window.")]


def test_forced_action_and_centred_text_are_action():
    """Capitals with an exclamation mark before them are nobody's name."""
    assert elements("!BANG\nAgain.\n\n> One year later <") == [
        Element(ACTION, "BANG Again."),
        Element(ACTION, "One year later"),
    ]


def test_an_indented_page_without_blank_rows_reads_as_well():
    """As word processors print screenplays."""
    page = [
        "  INT. DINER - DAY",
        "  Rain.",
        "",
        "            ANNA",
        "      More coffee?",
        "  CUT TO:",
        "  EXT. ROAD - DAY",
    ]
    text = "\n".join(page)

    assert [one.kind for one in elements(text)] == [HEADING, ACTION, DIALOGUE, TRANSITION, HEADING]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("INT. KITCHEN - NIGHT\n\nA cat.", True),
        ("Once upon a time\n\n3. EXT. SEA - DAY", True),
        ("An interview about int. relations", False),
        ("A fox. Ext. call 12", False),
        ("Est. 1990 the bakery", False),
    ],
)
def test_a_screenplay_is_told_by_its_headings(text, is_one):
    """Capitals and a full stop at the beginning of a row."""
    assert is_screenplay(text) is is_one


@pytest.mark.parametrize(
    "text",
    ["/*" * 10_000, "[[" * 10_000, "*" * 20_000, "(" * 20_000, " " * 20_000, "> " * 10_000, "INT. " * 4_000,
     "A\n" * 10_000, "1 " * 10_000, "_a_" * 6_000, "Title:\n" * 3_000, "INT. A" + " " * 19_000 + "#"],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_hostile_text_is_read_in_no_time(text):
    """20,000 characters made to make a parser go back and forth."""
    start = time.perf_counter()
    read(text)

    assert time.perf_counter() - start < 2
