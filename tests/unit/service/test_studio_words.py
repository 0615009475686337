"""The studio's texts: the same in every language, and all that its modules ask for."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

STUDIO = files("astragen") / "studio"
LANGUAGES = ("en", "zh", "es")
TEXTS = {tag: json.loads((STUDIO / "text" / f"{tag}.json").read_text("utf-8")) for tag in LANGUAGES}
ASKED = re.compile(r"""(?:^|[^\w.])(t|count|has)\(\s*"([\w.-]+)"[,)]""", re.MULTILINE)


def modules():
    """The text of each JavaScript module without its comments, by its path."""
    root = Path(str(STUDIO / "app"))
    return {
        str(path.relative_to(root)): re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        for path in sorted(root.rglob("*.js"))
    }


@pytest.mark.parametrize("tag", LANGUAGES[1:])
def test_every_language_has_the_same_texts(tag):
    """None is missing, none is left over, none is empty."""
    assert set(TEXTS[tag]) == set(TEXTS["en"])
    assert [key for key, text in TEXTS[tag].items() if not text.strip()] == []


@pytest.mark.parametrize("tag", LANGUAGES[1:])
def test_every_language_fills_in_the_same_values(tag):
    """{name} is {name} in all of them."""

    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert [key for key, text in TEXTS["en"].items() if places(text) != places(TEXTS[tag][key])] == []


def test_every_text_that_is_asked_for_is_there():
    """By its whole key; of what is counted, in both forms."""
    missing = {
        (path, key)
        for path, text in modules().items()
        for function, key in ASKED.findall(text)
        for wanted in ((f"{key}.one", f"{key}.other") if function == "count" else (key,))
        if function != "has" and wanted not in TEXTS["en"]
    }

    assert missing == set()


def test_the_page_begins_in_the_words_that_come():
    """What index.html says before the texts are there is what the English ones say."""
    page = (STUDIO / "index.html").read_text("utf-8")
    for key, said in re.findall(r'data-t="([\w.-]+)">([^<]*)<', page):
        assert TEXTS["en"][key] == said
    for key, said in re.findall(r'data-label="([\w.-]+)" aria-label="([^"]*)"', page):
        assert TEXTS["en"][key] == said


def test_no_module_parses_markup_or_runs_text():
    """The policy of the page forbids it, and so do we: words of users stay words."""
    unsafe = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")

    assert [path for path, text in modules().items() if unsafe.search(text)] == []
