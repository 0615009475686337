"""Messages to a real receiver on this machine, from a real office; only whoever runs workflows is a stand-in."""

from __future__ import annotations

import json
import time
from typing import NamedTuple

import anyio
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

import little_house
from astragen.errors import InputError
from astragen.model.brief import Brief
from astragen.model.job import FilmRecord, Order
from astragen.providers.http import Timeouts
from astragen.runtime.tasks import WorkflowState
from astragen.service.hooks import Messenger, check_url
from astragen.service.telling import film_shape
from astragen.store.office.ids import new_id
from emulators.loopback import Sent
from emulators.webhook_receiver import WebhookReceiver, status


class Clock:
    """Tells the time that it is set to; 290 s ago, so that libraries still take what is signed then."""

    def __init__(self):
        self.now = time.time() - 290.0

    def __call__(self):
        return self.now


class Desk(NamedTuple):
    """A messenger with its office and its clock."""

    messenger: Messenger
    office: object
    counter: object
    clock: Clock

    def hook(self, url, **fields):
        return self.office.hooks.create(fields.pop("owner", ""), url, **fields)

    def tell(self, event="film.completed", *, film=None, shot=""):
        film = film or a_film()
        return self.messenger.deliveries_for(film, event, shot=shot)

    def run(self):
        """Do what was submitted, as a worker would; what came of each."""
        waiting, self.counter.submitted[:] = list(self.counter.submitted), []
        return [anyio.run(self.messenger.tried, *arguments) for _, _, *arguments, _ in waiting]

    def found(self, delivery):
        return self.office.hooks.deliveries.get(delivery.id)


@pytest.fixture
def desk(tmp_path):
    clock = Clock()
    with little_house.house(tmp_path / "house", now_s=clock) as rooms:
        rooms.counter.state = lambda id: None
        quick = Timeouts(connect_s=1.0, read_s=1.0, total_s=1.0)
        messenger = Messenger(rooms.office, rooms.counter, now_s=clock, wait=quick)
        yield Desk(messenger, rooms.office, rooms.counter, clock)


def a_film(**fields):
    order = Order(brief=Brief(prompt="A lighthouse"))
    fields = {"id": new_id("film", time.time()), "created_at": time.time(), "order": order, **fields}
    return FilmRecord(**fields)


def verified(secret, asked):
    return Webhook(secret.get_secret_value()).verify(asked.raw, dict(asked.headers))


def test_a_message_is_verified_by_the_library_of_standard_webhooks(desk):
    """Signed with the endpoint's secret, with the film as the API gives it, and known by its webhook-id."""
    film = a_film(title="The Keeper")
    with WebhookReceiver() as receiver:
        hook = desk.hook(f"{receiver.url}/films?shop=1")
        (delivery,) = desk.tell(film=film)
        desk.run()
    (asked,) = receiver.asked

    told = verified(hook.secrets[0], asked)

    assert (asked.method, asked.path) == ("POST", "/films?shop=1")
    assert asked.headers["webhook-id"] == delivery.id
    assert asked.headers["content-type"] == "application/json"
    assert told["type"] == "film.completed"
    assert told["data"] == {"id": film.id, "film": film_shape(film).model_dump(mode="json")}
    assert desk.found(delivery).state == "delivered"
    assert [one.status for one in desk.found(delivery).tries] == [204]


def test_a_changed_body_is_not_believed(desk):
    """One letter more, and the library refuses it."""
    with WebhookReceiver() as receiver:
        hook = desk.hook(receiver.url)
        desk.tell()
        desk.run()
    (asked,) = receiver.asked

    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secrets[0].get_secret_value()).verify(asked.raw + b" ", dict(asked.headers))


def test_both_secrets_of_a_rotation_verify(desk):
    """A receiver may change to the new one in its own time."""
    with WebhookReceiver() as receiver:
        hook = desk.hook(receiver.url)
        turned = desk.office.hooks.rotate(hook.id)
        desk.tell()
        desk.run()
    (asked,) = receiver.asked

    assert turned.secrets[0] != hook.secrets[0]
    assert verified(hook.secrets[0], asked) == verified(turned.secrets[0], asked)


def test_a_receiver_that_fails_twice_gets_the_message_at_the_third_try(desk):
    """Seconds, then minutes later, with the same id and text; before its time nothing is due."""
    with WebhookReceiver(status(500), status(503)) as receiver:
        hook = desk.hook(receiver.url)
        (delivery,) = desk.tell()
        desk.run()
        assert desk.messenger.send_due() == 0
        for wait_s in (6.0, 335.0):
            desk.clock.now += wait_s
            assert desk.messenger.send_due() == 1
            desk.run()

    found = desk.found(delivery)
    assert (found.state, [one.status for one in found.tries]) == ("delivered", [500, 503, 204])
    assert found.tries[0].error == "It answered HTTP 500."
    assert len({(one.headers["webhook-id"], one.raw) for one in receiver.asked}) == 1
    assert len({one.headers["webhook-timestamp"] for one in receiver.asked}) == 3
    assert verified(hook.secrets[0], receiver.asked[-1])["type"] == "film.completed"


def test_a_receiver_that_never_answers_well_is_given_up_after_eight_tries(desk):
    """A day and some hours after the first."""
    with WebhookReceiver(*[status(500)] * 20) as receiver:
        desk.hook(receiver.url)
        (delivery,) = desk.tell()
        desk.run()
        began = desk.clock.now
        while (due := desk.found(delivery).next_try_at) is not None:
            desk.clock.now = due
            desk.messenger.send_due()
            desk.run()

    assert len(receiver.asked) == 8
    assert desk.found(delivery).state == "failed"
    assert 27 * 3600 < desk.clock.now - began < 31 * 3600


def test_gone_disables_the_endpoint(desk):
    """410 ends the message at once, and no other one is sent there until somebody enables it again."""
    with WebhookReceiver(status(410)) as receiver:
        hook = desk.hook(receiver.url)
        (delivery,) = desk.tell()
        desk.run()
        later = desk.tell("film.failed")

    assert desk.found(delivery).state == "failed"
    assert desk.office.hooks.get(hook.id).is_disabled
    assert "410" in desk.office.hooks.get(hook.id).disabled_why
    assert later == []


def test_a_slow_receiver_is_given_up_and_asked_once(desk):
    """There is no status then, and the next try comes later."""
    with WebhookReceiver(Sent(204, delay_s=5.0)) as receiver:
        desk.hook(receiver.url)
        (delivery,) = desk.tell()
        desk.run()

    (made,) = desk.found(delivery).tries
    assert (made.status, len(receiver.asked)) == (None, 1)
    assert "1 s" in made.error or "stopped answering" in made.error
    assert 0.1 < made.took_s < 3


def test_a_redirect_is_not_followed(desk):
    """It is a failure: a receiver could send us anywhere."""
    with WebhookReceiver() as other, WebhookReceiver(status(307, location=f"{other.url}/secret")) as receiver:
        desk.hook(receiver.url)
        (delivery,) = desk.tell()
        desk.run()

    (made,) = desk.found(delivery).tries
    assert (made.status, desk.found(delivery).state) == (307, "pending")
    assert "redirect" in made.error
    assert other.asked == []


def test_what_a_receiver_says_is_not_repeated(desk):
    """Its words may be anybody's."""
    with WebhookReceiver(Sent(403, b'{"error": "canary words"}')) as receiver:
        desk.hook(receiver.url)
        (delivery,) = desk.tell()
        desk.run()

    assert desk.found(delivery).tries[0].error == "It answered HTTP 403."


def test_a_message_of_a_key_reaches_no_private_address(desk):
    """Not even one that was written before anybody checked: the connection is refused, whatever the row says."""
    with WebhookReceiver() as receiver:
        owner = new_id("key", 1.0)
        desk.hook(receiver.url.replace("http:", "https:"), owner=owner)
        desk.hook(receiver.url, owner=owner)
        written = desk.tell(film=a_film(owner=owner))
        desk.run()

    assert receiver.asked == []
    assert [desk.found(one).tries[0].status for one in written] == [None, None]
    assert any("not https" in desk.found(one).tries[0].error for one in written)


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.215.14/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://localhost/",
        "https://user:pw@93.184.215.14/",
        "https://93.184.215.14:8443/",
        "ftp://93.184.215.14/",
        "https://",
        "nonsense",
        "https://224.0.0.1/",
    ],
)
def test_an_address_that_must_not_be_asked_is_refused(url):
    """When the endpoint is made, with the reason; no password is repeated."""
    with pytest.raises(InputError) as refused:
        anyio.run(check_url, url, "key_1")

    assert "pw" not in refused.value.message


def test_this_machine_may_be_told_where_no_keys_are_needed():
    """Whoever has no key sits at it."""
    anyio.run(check_url, "http://127.0.0.1:8000/hook", "")
    with pytest.raises(InputError):
        anyio.run(check_url, "http://10.0.0.1:8000/hook", "")


def test_events_are_told_to_who_wants_them(desk):
    """An endpoint names its events; one without names is told everything."""
    with WebhookReceiver() as receiver:
        some = desk.hook(f"{receiver.url}/some", events=("film.failed",))
        every = desk.hook(f"{receiver.url}/every")
        told = [desk.tell(event) for event in ("film.queued", "film.failed")]

    assert [{one.hook for one in written} for written in told] == [{every.id}, {some.id, every.id}]


def test_news_is_written_once(desk):
    """Whoever tells it again after a crash adds nothing; the next attempt and another shot are other news."""
    with WebhookReceiver() as receiver:
        desk.hook(receiver.url)
        film = a_film()
        again = film.model_copy(update={"attempt": 2})
        counts = [
            len(desk.tell("film.started", film=film)),
            len(desk.tell("film.started", film=film)),
            len(desk.tell("film.started", film=again)),
            len(desk.tell("film.shot_completed", film=film, shot="s1-1")),
            len(desk.tell("film.shot_completed", film=film, shot="s1-2")),
        ]
        desk.run()

    assert counts == [1, 0, 1, 1, 1]
    assert [json.loads(one.raw)["data"].get("shot") for one in receiver.asked] == [None, None, "s1-1", "s1-2"]


def test_the_url_of_a_film_is_told_unsigned_without_a_secret_for_it(desk):
    """Nobody was ever shown a secret that could verify it."""
    with WebhookReceiver() as receiver:
        (delivery,) = desk.tell(film=a_film(webhook_url=receiver.url))
        desk.run()

    assert delivery.hook == ""
    assert "webhook-signature" not in receiver.asked[0].headers
    assert desk.found(delivery).state == "delivered"


def test_the_url_of_a_film_is_signed_by_the_endpoint_that_stands_for_it(desk):
    """One without a URL; its own list of events counts there."""
    with WebhookReceiver() as receiver:
        standing = desk.hook("", events=("film.completed",))
        film = a_film(webhook_url=receiver.url)
        assert desk.tell("film.queued", film=film) == []
        desk.tell("film.completed", film=film)
        desk.run()
    (asked,) = receiver.asked

    assert verified(standing.secrets[0], asked)["type"] == "film.completed"


def test_a_url_that_is_an_endpoint_too_is_told_once(desk):
    """By the endpoint, which signs."""
    with WebhookReceiver() as receiver:
        hook = desk.hook(receiver.url)
        (delivery,) = desk.tell(film=a_film(webhook_url=receiver.url))

    assert delivery.hook == hook.id


def test_a_try_that_somebody_else_made_is_not_made_again(desk):
    """Two workers with the same message send it once; a finished message is left alone."""
    with WebhookReceiver() as receiver:
        desk.hook(receiver.url)
        (delivery,) = desk.tell()
        first = anyio.run(desk.messenger.tried, delivery.id, 0)
        second = anyio.run(desk.messenger.tried, delivery.id, 0)

    assert (first["status"], second, len(receiver.asked)) == (204, None, 1)


def test_a_lost_try_is_submitted_under_another_id(desk):
    """A workflow that ended without a note would else be taken for the next one."""
    with WebhookReceiver() as receiver:
        desk.hook(receiver.url)
        (delivery,) = desk.tell()
    desk.counter.state = lambda id: WorkflowState("error", "DatabaseDown")

    assert desk.messenger.send_due() == 1

    first, second = (one[-1] for one in desk.counter.submitted)
    assert first == f"{delivery.id}.0"
    assert second.startswith(f"{first}.")


def test_a_disabled_endpoint_gets_what_waited_when_it_is_enabled(desk):
    """Nothing is sent meanwhile, and the log says why."""
    with WebhookReceiver() as receiver:
        hook = desk.hook(receiver.url)
        (delivery,) = desk.tell()
        desk.office.hooks.change(hook.id, is_disabled=True)
        desk.run()
        assert receiver.asked == []
        desk.office.hooks.change(hook.id, is_disabled=False)
        desk.clock.now += 6.0
        desk.messenger.send_due()
        desk.run()

    tries = desk.found(delivery).tries
    assert [one.status for one in tries] == [None, 204]
    assert "disabled" in tries[0].error


def test_a_deleted_endpoint_ends_its_messages(desk):
    """What was submitted before does nothing."""
    with WebhookReceiver() as receiver:
        hook = desk.hook(receiver.url)
        desk.tell()
        desk.office.hooks.delete(hook.id)

        assert desk.run() == [None]
    assert receiver.asked == []
