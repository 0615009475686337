from __future__ import annotations

import base64

import pytest

from astragen.errors import JobNotFound
from astragen.model.office import Try
from astragen.plan.deliveries import TRIES, delay_after
from office_records import new_film
from together import run_together

URL = "https://example.org/told"


def secrets(hook):
    return [secret.get_secret_value() for secret in hook.secrets]


def message(office, key="a", **fields):
    return office.hooks.deliveries.add(
        key, **{"owner": "a", "event": "film.completed", "url": URL, "body": '{"ü":1}', "hook": "hook_1"} | fields
    )


def test_an_endpoint_has_a_secret_of_its_own(office):
    """32 random bytes in the form of Standard Webhooks, in no repr and no dump of the record."""
    one, other = office.hooks.create("a", URL, events=["film.failed"]), office.hooks.create("a", URL)

    assert office.hooks.get(one.id) == one
    (secret,) = secrets(one)
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret not in repr(one) + one.model_dump_json()
    assert secrets(other) != [secret]


def test_a_foreign_endpoint_is_not_found(office):
    """Not by any of its uses."""
    hook = office.hooks.create("a", URL)

    for asked in (office.hooks.get, office.hooks.change, office.hooks.rotate, office.hooks.delete):
        with pytest.raises(JobNotFound, match=hook.id):
            asked(hook.id, owner="b")
    assert office.hooks.list("b") == []
    assert office.hooks.list("a") == [hook]


def test_an_endpoint_is_told_what_it_wants(office):
    """All, unless it names some; nothing while it is disabled."""
    every = office.hooks.create("a", URL)
    some = office.hooks.change(every.id, owner="a", events=("film.failed",))
    off = office.hooks.change(every.id, is_disabled=True)

    assert [one.wants("film.completed") for one in (every, some, off)] == [True, False, False]
    assert [one.wants("film.failed") for one in (every, some, off)] == [True, True, False]
    with pytest.raises(ValueError, match="created_at, secret"):
        office.hooks.change(every.id, secret="x", **{"created_at": 1})


def test_messages_are_signed_with_both_secrets_while_they_rotate(office, clock):
    """The newest first; later with the new one only."""
    hook = office.hooks.create("a", URL)

    rotated = office.hooks.rotate(hook.id, overlap_s=60)

    assert secrets(rotated)[1:] == secrets(hook)
    clock.now_s += 60
    assert secrets(office.hooks.get(hook.id)) == secrets(rotated)[:1]


def test_an_endpoint_that_was_disabled_says_why_until_it_is_enabled(office):
    """So its owner can mend it."""
    hook = office.hooks.create("a", URL)

    assert office.hooks.disable(hook.id, "410 Gone").disabled_why == "410 Gone"
    enabled = office.hooks.change(hook.id, is_disabled=False)
    assert (enabled.is_disabled, enabled.disabled_why) == (False, "")


def test_a_message_is_written_once(office):
    """Whoever writes it again after a crash writes nothing."""
    first = message(office)

    assert message(office) is None
    assert office.hooks.deliveries.page().deliveries == (first,)
    assert office.hooks.deliveries.get(first.id) == first


def test_no_two_senders_are_given_the_same_message(office, clock):
    """Until one has had it for too long: it may be dead."""
    for n in range(12):
        message(office, key=str(n))
    given = []

    run_together([lambda: given.extend(one.id for one in office.hooks.deliveries.due(limit=5))] * 4)
    while more := office.hooks.deliveries.due(limit=5):
        given.extend(one.id for one in more)

    assert len(given) == len(set(given)) == 12
    clock.now_s += 60
    assert len(office.hooks.deliveries.due()) == 12


def test_a_message_that_fails_is_tried_eight_times_within_28_hours(office, clock):
    """At the times that the plan says; then it has failed, and is due no more."""
    sent, began = message(office), clock.now_s
    times = []

    while given := office.hooks.deliveries.due():
        times.append(clock.now_s - began)
        noted = office.hooks.deliveries.note_try(given[0].id, Try(at=clock.now_s, status=503, error="HTTP 503"))
        clock.now_s = noted.next_try_at or clock.now_s + 10**6

    assert times == pytest.approx([sum(delay_after(m, sent.id) for m in range(1, n)) for n in range(1, TRIES + 1)])
    assert 27 * 3600 < times[-1] < 31 * 3600
    failed = office.hooks.deliveries.get(sent.id)
    assert (failed.state, failed.next_try_at, failed.tries_left, len(failed.tries)) == ("failed", None, 0, 8)


@pytest.mark.parametrize(("status", "state"), [(200, "delivered"), (204, "delivered"), (410, "failed")])
def test_some_answers_are_the_last(office, clock, status, state):
    """Any 2xx ends it well, and 410 at once."""
    sent = message(office)

    noted = office.hooks.deliveries.note_try(sent.id, Try(at=clock.now_s, status=status))

    assert (noted.state, noted.next_try_at) == (state, None)
    clock.now_s += 10**6
    assert office.hooks.deliveries.due() == []


def test_a_message_is_sent_again_on_demand(office, clock):
    """At once and with all its tries; its log goes on. For its owner only."""
    sent = message(office)
    office.hooks.deliveries.note_try(sent.id, Try(at=clock.now_s, status=410))

    with pytest.raises(JobNotFound):
        office.hooks.deliveries.redeliver(sent.id, owner="b")
    again = office.hooks.deliveries.redeliver(sent.id, owner="a")

    assert (again.state, again.tries_left, len(again.tries)) == ("pending", TRIES, 1)
    assert [one.id for one in office.hooks.deliveries.due()] == [sent.id]
    noted = office.hooks.deliveries.note_try(sent.id, Try(at=clock.now_s, status=500))
    assert noted.next_try_at == pytest.approx(clock.now_s + delay_after(1, sent.id))


def test_the_log_is_read_in_pages(office, clock):
    """By owner, endpoint, film and state; the newest first."""
    ids = []
    for n in range(5):
        clock.now_s += 1
        ids.append(message(office, key=str(n), hook=f"hook_{n % 2}", film=new_film().id, owner="ab"[n % 2]).id)

    def page(**asked):
        found = office.hooks.deliveries.page(**asked)
        return [one.id for one in found.deliveries], found.has_more

    assert page(limit=2) == ([ids[4], ids[3]], True)
    assert page(limit=3, after=ids[3]) == ([ids[2], ids[1], ids[0]], False)
    assert page(owner="a", hook="hook_0") == ([ids[4], ids[2], ids[0]], False)
    assert page(owner="b", hook="hook_0") == ([], False)
    assert page(state="delivered") == ([], False)


def test_an_endpoint_takes_its_log_along(office):
    """And what was still to be sent to it."""
    hook = office.hooks.create("a", URL)
    message(office, hook=hook.id)
    message(office, key="b", hook="")

    office.hooks.delete(hook.id, owner="a")

    assert [one.hook for one in office.hooks.deliveries.due()] == [""]


def test_old_messages_are_forgotten_when_they_are_done(office, clock):
    """What is still to be sent stays."""
    done = message(office)
    office.hooks.deliveries.note_try(done.id, Try(at=clock.now_s, status=200))
    message(office, key="b")
    clock.now_s += 100

    assert office.hooks.deliveries.forget(99) == 1
    assert len(office.hooks.deliveries.page().deliveries) == 1
