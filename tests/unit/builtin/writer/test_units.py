"""Markdown off, headings and items kept."""

from __future__ import annotations

from astragen.builtin.writer.units import plain, units_of

ARTICLE = """---
draft: true
---
# Tea

Tea is *old*. See [the guide](https://tea.org/a) or https://www.tea.org/b now.

## Water

- Use **fresh** water.
- Boil it `once`.

```
code()
```
> Wait.

| leaf | time |
|------|------|
| oolong | long |
"""


def test_markdown_is_not_spoken():
    """Links, emphasis, code, rules and front matter are gone; the words stay."""
    lines = [unit.text for unit in units_of(plain(ARTICLE), "en")]

    assert lines == [
        "Tea is old.",
        "See the guide or tea.org now.",
        "Use fresh water.",
        "Boil it once.",
        "Wait.",
        "leaf, time",
        "oolong, long",
    ]


def test_headings_stand_over_their_sentences():
    """A unit knows its section, and the first one opens it."""
    units = units_of(plain(ARTICLE), "en")

    assert [(unit.heading, unit.opens_section) for unit in units][:4] == [
        ("Tea", True),
        ("Tea", False),
        ("Water", True),
        ("Water", False),
    ]


def test_speakers_and_scene_slugs_are_not_spoken():
    """A screenplay's labels are headings, not narration."""
    units = units_of("INT. KITCHEN - NIGHT\n\nNARRATOR: She waits.\nANNA: Not now.", "en")

    assert [unit.text for unit in units] == ["She waits.", "Not now."]
    assert units[0].heading == "KITCHEN - NIGHT"


def test_wrapped_lines_are_one_paragraph():
    """A hard-wrapped sentence is not cut at the line's end."""
    text = "The keeper climbed the stairs every evening at the same\nhour and lit the lamp."

    assert [unit.text for unit in units_of(text, "en")] == [text.replace("\n", " ")]


def test_short_rows_without_end_marks_are_items():
    """A plain list needs no bullets."""
    assert [unit.is_item for unit in units_of("apples\npears\na basket", "en")] == [True, True, True]
