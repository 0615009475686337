from __future__ import annotations

import pytest

from astragen.errors import (
    BadOutput,
    BudgetExceeded,
    ContentRefused,
    MissingKey,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    Unavailable,
    Uncertain,
)
from astragen.model.brief import Brief
from astragen.model.capability import known_artists
from astragen.model.storyboard import Character, Scene, Shot, Storyboard, StyleBible, Subject
from astragen.plan.fallback import SHORT_CHARS, WAITS_MAX, picture_request, verdict

BRIEF = Brief(prompt="a fox", height=360)
ARTIST = known_artists()["openai"]
SHOT = Shot(
    id="s1-1",
    action="tears the throat of a goose",
    subjects=(Subject(noun="fox", phrase="a bloody fox", character="rusty", action="bite"),),
)
BOARD = Storyboard(
    title="Rusty",
    bible=StyleBible(notes="gore everywhere"),
    characters=(Character(id="rusty", name="Rusty", kind="fox", look="red fur, a torn ear"),),
    scenes=(Scene(id="s1", setting="forest", shots=(SHOT,)),),
)


@pytest.mark.parametrize(
    ("error", "first", "second"),
    [
        pytest.param(Unavailable("down"), "next", "next", id="down"),
        pytest.param(Unavailable("busy", status=503), "next", "next", id="busy"),
        pytest.param(RateLimited("slow", retry_after_s=2), "wait", "wait", id="too often"),
        pytest.param(RateLimited("slow", retry_after_s=45), "next", "next", id="far too often"),
        pytest.param(QuotaExceeded("empty"), "out", "out", id="no money there"),
        pytest.param(MissingKey("no key"), "out", "out", id="no key"),
        pytest.param(ProviderError("no", status=401), "out", "out", id="key refused"),
        pytest.param(ProviderError("no", status=403), "out", "out", id="no right"),
        pytest.param(BudgetExceeded("dear"), "next", "next", id="too dear"),
        pytest.param(BadOutput("HTML"), "again", "next", id="rubbish"),
        pytest.param(ContentRefused("violence", status=400), "plain", "plain", id="moderation"),
        pytest.param(ProviderError("too long", status=400), "short", "short", id="cannot read it"),
        pytest.param(ProviderError("gone", status=404), "next", "next", id="no such model"),
        pytest.param(Uncertain("silence"), "next", "next", id="no answer"),
    ],
)
def test_an_error_has_its_next_step(error, first, second):
    """At the first try and at the second."""
    for tries, expected in ((1, first), (2, second)):
        assert verdict(error, tries=tries, wording="as written", recognises_repeats=False) == expected


def test_a_prompt_is_worded_anew_only_once():
    """What moderation refuses in plain words goes to the next, and so does what is too long when short."""
    refused, long = ContentRefused("no", status=400), ProviderError("long", status=413)

    assert verdict(refused, tries=2, wording="plain", recognises_repeats=False) == "next"
    assert verdict(long, tries=2, wording="short", recognises_repeats=False) == "next"


def test_a_provider_that_is_always_too_busy_is_left_in_the_end():
    """After a few waits."""
    slow = RateLimited("slow", retry_after_s=1)

    assert verdict(slow, tries=WAITS_MAX, wording="as written", recognises_repeats=False) == "next"


def test_a_lost_answer_is_asked_for_again_where_that_costs_nothing():
    """Twice at most."""
    found = [verdict(Uncertain("x"), tries=n, wording="as written", recognises_repeats=True) for n in (1, 2, 3)]

    assert found == ["again", "again", "next"]


def test_plain_words_hold_no_free_ones():
    """Who is where, in which light; not what they do or how they look."""
    written = picture_request(SHOT, BOARD, artist=ARTIST, brief=BRIEF).prompt.text
    plain = picture_request(SHOT, BOARD, artist=ARTIST, brief=BRIEF, wording="plain").prompt.text.lower()

    for word in ("throat", "bloody", "gore", "torn ear", "bit"):
        assert word in written
        assert word not in plain
    assert "fox" in plain
    assert "forest" in plain


def test_a_short_prompt_keeps_the_subject():
    """Within the limit, whatever the artist's own."""
    short = picture_request(SHOT, BOARD, artist=ARTIST, brief=BRIEF, wording="short").prompt.text.lower()

    assert len(short) <= SHORT_CHARS
    assert "fox" in short


def test_a_still_is_asked_for_before_its_shot_has_a_length():
    """And is the same request when it has one."""
    paced = SHOT.model_copy(update={"frames": 96})
    board = BOARD.model_copy(update={"scenes": (BOARD.scenes[0].model_copy(update={"shots": (paced,)}),)})

    early = picture_request(SHOT, BOARD, artist=ARTIST, brief=BRIEF)

    assert early == picture_request(paced, board, artist=ARTIST, brief=BRIEF)


def test_a_clip_is_asked_for_in_its_shots_length():
    """Frames and seconds go along."""
    paced = SHOT.model_copy(update={"frames": 96})
    board = BOARD.model_copy(update={"scenes": (BOARD.scenes[0].model_copy(update={"shots": (paced,)}),)})

    request = picture_request(paced, board, artist=known_artists()["runway"], brief=BRIEF)

    assert (request.frames, request.prompt.seconds) == (96, 4.0)
