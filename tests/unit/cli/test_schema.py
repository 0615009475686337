"""JSON Schemas of the file formats."""

from __future__ import annotations

import pytest

from astragen.cli.schema import HOMES, schema_of
from astragen.errors import InputError


@pytest.mark.parametrize("name", HOMES)
def test_every_format_has_a_schema(name):
    """Each is an object, or for events a choice of objects."""
    schema = schema_of(name)

    assert schema.get("type") == "object" or len(schema["oneOf"]) == 10


def test_the_schema_of_the_brief_states_its_limits():
    """An editor can check a length before a film is asked for."""
    seconds = schema_of("brief")["properties"]["seconds"]

    assert (seconds["minimum"], seconds["maximum"]) == (5, 600)


def test_an_unknown_format_is_refused_with_the_known_ones():
    """The message lists what can be asked for."""
    with pytest.raises(InputError, match=r'"movie".*brief, storyboard, take, timeline, film, report, event'):
        schema_of("movie")
