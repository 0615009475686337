"""The reference pages name everything that they are the reference of."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from astragen.cli.main import astragen
from astragen.model.film import FilmReport
from astragen.model.look import Look
from astragen.model.storyboard import (
    Character,
    Framing,
    Framings,
    Scene,
    Shot,
    Storyboard,
    StyleBible,
    Subject,
    Tableau,
)

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")])
FLAGS = sorted(
    (name, flag)
    for name, command in astragen.commands.items()
    for parameter in command.params
    if isinstance(parameter, click.Option)
    for flag in [*parameter.opts, *parameter.secondary_opts]
)


@pytest.mark.parametrize(("command", "flag"), FLAGS)
def test_the_command_reference_has_every_flag(command, flag):
    """A flag that nobody can look up might as well not exist."""
    text = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")

    assert f"## astragen {command}" in text
    assert re.search(rf"`{re.escape(flag)}[ `]", text)


@pytest.mark.parametrize(
    "model", [Storyboard, Scene, Shot, Subject, Tableau, Character, StyleBible, Look, Framing, Framings]
)
def test_the_storyboard_reference_has_every_field(model):
    """Also its version."""
    text = (DOCS / "reference" / "storyboard.md").read_text(encoding="utf-8")

    assert [field for field in model.model_fields if f"`{field}`" not in text] == []


def test_the_report_reference_has_every_field():
    """Fields of the stages and shots within are told in its lines."""
    text = (DOCS / "reference" / "report.md").read_text(encoding="utf-8")

    assert [field for field in FilmReport.model_fields if f"`{field}`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    """Only links inside the repository are followed."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
