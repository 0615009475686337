"""Text of a stranger, fit to be said."""

import pytest

from astragen.plan.clean import joined, plain, sentences, shortened, speech, whole_sentences


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A **bold** and _quiet_ `fox`", "A bold and quiet fox"),
        ("<b>Hi</b><script>alert(1)</script> there", "Hi there"),
        ("&lt;i&gt;Hi&lt;/i&gt; &amp; bye", "Hi & bye"),
        ("[words](https://evil.example/x) ![p](a.png) stay", "words stay"),
        ("go to https://a.example/?q=1 or www.b.example today", "go to or today"),
        ("read ../../etc/passwd and C:\\x\\y and ~/.ssh/key now", "read and and now"),
        ("either/or, 24 / 7, 3/4", "either/or, 24 / 7, 3/4"),
        ("it is 20 °C 🌞 outside", "it is 20 °C outside"),
        ("a\u202eb\u200bc\x00d\ud800e", "abc de"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("# Heading\n- one\n- two", "Heading one two"),
        ("don’t — “quote” … 5 < 6", "don’t — “quote” … 5 < 6"),
        (7, ""),
        (None, ""),
    ],
)
def test_what_only_a_machine_reads_is_taken_out(text, said):
    """Markup, addresses, paths, emoji and control characters go; words, marks and joiners stay."""
    assert plain(text, 200) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Narrator: The sea. [music swells]", "The sea."),
        ("VOICE-OVER (softly): The sea.", "The sea."),
        ("*whispers* The sea.", "whispers The sea."),
        ("The narrator: a lonely trade.", "The narrator: a lonely trade."),
        ("… — !!!", ""),
    ],
)
def test_a_line_is_what_the_voice_says(text, said):
    """Without the speaker's name and stage directions; without a letter it is no line."""
    assert speech(text, 200) == said


def test_a_line_is_cut_where_a_sentence_ends():
    """A voice never stops inside a sentence that would have fitted."""
    assert whole_sentences("One is here. Two is here. Three", 28) == "One is here. Two is here."
    assert whole_sentences("No end in sight at all", 10) == "No end in"
    assert shortened("unbroken", 4) == "unbr"


@pytest.mark.parametrize(
    "parts",
    [
        ["Dr. Smith came.", "He saw 3.5 foxes!", "Why?"],
        ["他来了。", "他看见了！"],
        ["It was e.g. this one."],
        ["No mark at the end"],
    ],
)
def test_sentences_joined_are_the_text(parts):
    """Cut after the marks, not after titles or inside numbers, and put together with the right spaces."""
    assert sentences(joined(parts)) == parts


def test_a_hostile_text_is_read_in_no_time():
    """What makes patterns slow: openings without an end."""
    for text in ("<" * 100_000, "[" * 100_000, "*a " * 50_000, "<!--" * 30_000, "<script" * 20_000):
        assert len(plain(text, 2_000)) <= 2_000
