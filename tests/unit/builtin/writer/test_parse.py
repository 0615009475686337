"""What kind of text a prompt is."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.parse import Shape, parse

SCRIPT = (
    "The lamp had been dark for years. Nobody knew why. Then one night a girl saw it blink, and she rowed out alone."
)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("A fox follows a star", Shape.IDEA),
        ("A fox finds a bottle. Inside is a map.", Shape.IDEA),
        ("How does TCP open a connection?", Shape.QUESTION),
        ("how to make pancakes", Shape.QUESTION),
        ("Morning:\n1. Drink water\n2. Stretch\n3. Write", Shape.LIST),
        ("apples\npears\na basket", Shape.LIST),
        (SCRIPT, Shape.SCRIPT),
        ("Make a 30 second video about a fox. Use warm colours. End with a sunset over the sea.", Shape.IDEA),
        ("灯塔黑了。没有人知道为什么。一个女孩看见它闪了一下。她独自划船出海，带着灯和面包。", Shape.SCRIPT),
    ],
)
def test_shape_follows_from_the_text(text, shape):
    """Ideas, questions, lists and scripts are told apart."""
    assert parse(text, None).shape is shape


def test_the_brief_overrides_the_shape():
    """`is_script` true makes narration of one sentence, false an idea of a script."""
    assert parse("A fox follows a star", True).shape is Shape.SCRIPT
    assert parse(SCRIPT, False).shape is not Shape.SCRIPT


def test_a_title_before_a_colon_is_the_title():
    """The gloss goes on without "A narrative where"."""
    parsed = parse("Overcoming Fear: A narrative where a child conquers their fears.", None)

    assert (parsed.title, parsed.text) == ("Overcoming Fear", "a child conquers their fears.")


@pytest.mark.parametrize(
    ("text", "idea", "kind"),
    [
        ("Make a 30-second video about the sea", "the sea", "video"),
        ("Please create a short animated film about a young ballerina", "a young ballerina", "film"),
        ("A story of a fox", "a fox", "story"),
        ("Explain blockchain", "blockchain", "explainer"),
        ("A promo for our shop", "our shop", "promo"),
        ("Introducing Aero, shoes like clouds", "Aero, shoes like clouds", "promo"),
        ("Two brothers watch a film about war", "Two brothers watch a film about war", ""),
    ],
)
def test_requests_are_taken_off(text, idea, kind):
    """The idea is what the film is about, not the asking for it."""
    parsed = parse(text, None)

    assert (parsed.text, parsed.kind) == (idea, kind)


def test_directions_are_not_narration():
    """ "Use warm colours" is for the makers, not for the voice."""
    parsed = parse("Make a video about a fox. Use warm colours. It sleeps in a boat.", None)

    assert [unit.text for unit in parsed.units] == ["a fox.", "It sleeps in a boat."]
