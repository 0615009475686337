from __future__ import annotations

from astragen.model.office import Replay, Unfinished
from together import run_together

ASKED = ("key_1", "/v1/films", "order-42")
REPLY = {"status": 202, "headers": {"Location": "/v1/films/film_1"}, "body": b'{"id":"film_1"}\x00\xff'}


def test_a_request_that_comes_again_gets_the_first_reply(office):
    """Byte by byte; while the first one is not done, it is told so."""
    assert office.repeats.begin(*ASKED, "hash") == "new"
    assert office.repeats.begin(*ASKED, "hash") == "running"

    office.repeats.finish(*ASKED, **REPLY)

    assert office.repeats.begin(*ASKED, "hash") == Replay(**REPLY)


def test_a_key_is_for_one_request(office):
    """Done or not."""
    office.repeats.begin(*ASKED, "hash")
    assert office.repeats.begin(*ASKED, "another") == "other"

    office.repeats.finish(*ASKED, **REPLY)

    assert office.repeats.begin(*ASKED, "another") == "other"


def test_keys_are_an_owners_and_a_paths_own(office):
    """Two people may choose the same one."""
    office.repeats.begin(*ASKED, "hash")

    assert office.repeats.begin("key_2", *ASKED[1:], "other hash") == "new"
    assert office.repeats.begin("key_1", "/v1/storyboards", ASKED[2], "other hash") == "new"


def test_of_many_at_one_time_one_is_new(office):
    """The others wait."""
    said = []

    run_together([lambda: said.append(office.repeats.begin(*ASKED, "hash"))] * 8)

    assert sorted(said) == ["new"] + ["running"] * 7


def test_a_key_is_new_again_after_a_day(office, clock):
    """And forgotten, if somebody tidies."""
    office.repeats.begin(*ASKED, "hash")
    office.repeats.finish(*ASKED, **REPLY)

    clock.now_s += 86_399
    assert office.repeats.begin(*ASKED, "hash") == Replay(**REPLY)
    assert office.repeats.forget() == 0
    clock.now_s += 1
    assert office.repeats.begin(*ASKED, "another") == "new"
    clock.now_s += 86_400
    assert office.repeats.forget() == 1


def test_a_request_that_died_is_gone_on_with(office, clock):
    """By one of those that come after a minute, with the id that the first one had chosen."""
    office.repeats.begin(*ASKED, "hash", subject="film_1")
    clock.now_s += 60
    said = []

    run_together([lambda: said.append(office.repeats.begin(*ASKED, "hash", subject="film_2"))] * 4)

    assert sorted(said, key=str) == [Unfinished("film_1"), "running", "running", "running"]


def test_a_request_that_failed_may_be_tried_again(office):
    """With another content, too; a reply that was given stays."""
    office.repeats.begin(*ASKED, "hash")
    office.repeats.abandon(*ASKED)
    assert office.repeats.begin(*ASKED, "another") == "new"

    office.repeats.finish(*ASKED, **REPLY)
    office.repeats.abandon(*ASKED)

    assert office.repeats.begin(*ASKED, "another") == Replay(**REPLY)


def test_a_request_that_broke_off_is_gone_on_with_at_once(office):
    """With the id that it had chosen: it may have made what it was to make. Another request does not get the key."""
    office.repeats.begin(*ASKED, "hash", subject="film_1")
    office.repeats.interrupt(*ASKED)

    assert office.repeats.begin(*ASKED, "another", subject="film_2") == "other"
    assert office.repeats.begin(*ASKED, "hash", subject="film_2") == Unfinished("film_1")
    assert office.repeats.begin(*ASKED, "hash", subject="film_3") == "running"
