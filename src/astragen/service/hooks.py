"""Webhooks: who is told of a film, in which words, and how a message is brought to its receiver.

A message is a row before it is sent, and the row says when it is tried next (`store/office/deliveries.py`): whoever
dies, it is sent by somebody else. Each try is a workflow of its own, so that a receiver that is down for a day holds
nothing. Signed as Standard Webhooks 1.0 has it: a receiver that gets a message twice knows it by its webhook-id.
Start reading at `Messenger`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, get_args

import anyio
import anyio.to_thread

from astragen.errors import BadOutput, InputError, JobNotFound, ProviderError
from astragen.model.job import FilmRecord
from astragen.model.office import Delivery, HookRecord, Try
from astragen.providers.addresses import Origin, Reach, is_loopback, origin_of
from astragen.providers.http import Body, HttpClient, Timeouts
from astragen.service.telling import film_shape

if TYPE_CHECKING:
    from pydantic import SecretStr

    from astragen.runtime.dbos import Counter
    from astragen.runtime.tasks import Json, Task
    from astragen.store.office import Office

FilmNews = Literal[
    "film.queued", "film.started", "film.shot_completed", "film.completed", "film.failed", "film.cancelled"
]
NEWS: Final[tuple[FilmNews, ...]] = get_args(FilmNews)
TEST: Final = "webhook.test"
QUEUE: Final = "hooks"
WORKFLOW: Final = "hook.v1"

WAIT: Final = Timeouts(connect_s=5.0, read_s=10.0, total_s=10.0)
ANSWER_MAX: Final = 1_000_000  # bytes of a receiver's answer, of which nothing is kept
LOOKUP_S: Final = 3.0  # that looking a new address up may take
STEP_S: Final = 30.0
RETRIES: Final = 3  # of a step whose database did not answer
_RECEIVER: Final = "webhook"
_GONE: Final = 410
_GONE_WHY: Final = "The endpoint answered 410 Gone."
_OFF: Final = "The endpoint is disabled; nothing was sent."


class _Target(NamedTuple):
    """Where a message goes and what signs it; *off*: why it is not sent, "" when it is."""

    url: str
    secrets: tuple[SecretStr, ...]
    off: str = ""


class Messenger:
    """Writes messages, and sends those that are due."""

    def __init__(
        self,
        office: Office,
        counter: Counter,
        *,
        now_s: Callable[[], float] = time.time,
        wait: Timeouts = WAIT,
    ) -> None:
        """*wait*: how long a receiver may take."""
        self._office = office
        self._counter = counter
        self._now_s = now_s
        self._wait = wait

    def deliveries_for(self, film: FilmRecord, event: FilmNews, *, shot: str = "") -> list[Delivery]:
        """Write a message to each who wants to hear of *event*, and have it sent; those of before are not repeated.

        They have the film as the API gives it. *shot*: which one, of "film.shot_completed". It blocks.

        Raises:
            DatabaseDown: the office does not answer; call it again, what is written is written once.
        """
        targets = list(_targets(film, event, self._office.hooks.list(film.owner)))
        if not targets:
            return []
        shown = film_shape(film).model_dump(mode="json")
        data: dict[str, Any] = {"id": film.id, "film": shown, **({"shot": shot} if shot else {})}
        body = body_of(event, data, at=self._now_s())
        written = [
            self._office.hooks.deliveries.add(
                "/".join((film.id, str(film.attempt), event, shot, hook or "url")),
                owner=film.owner,
                event=event,
                url=url,
                body=body,
                hook=hook,
                film=film.id,
            )
            for hook, url in targets
        ]
        new = [one for one in written if one is not None]
        self.send(new)
        return new

    def test(self, hook: HookRecord, *, key: str) -> Delivery | None:
        """Write a message that only tries *hook*, and have it sent; None: one with this *key* was. It blocks."""
        body = body_of(TEST, {"webhook_endpoint": hook.id}, at=self._now_s())
        written = self._office.hooks.deliveries.add(
            key, owner=hook.owner, event=TEST, url=hook.url, body=body, hook=hook.id
        )
        self.send([written] if written else [])
        return written

    def send(self, deliveries: Iterable[Delivery]) -> None:
        """Have *deliveries* tried now; it blocks."""
        for one in deliveries:
            made = len(one.tries)
            self._counter.submit(QUEUE, WORKFLOW, one.id, made, id=f"{one.id}.{made}")

    def send_due(self, limit: int = 50) -> int:
        """Have tried what is due, and return how much that was; it blocks. Any number of processes may call it.

        A try that ended without a note, as when the database went away under it, is made again under another id.
        """
        due = self._office.hooks.deliveries.due(limit)
        for one in due:
            made = len(one.tries)
            name = f"{one.id}.{made}"
            state = self._counter.state(name)
            if state is not None and state.is_ended:
                name = f"{name}.{int(self._now_s())}"
            self._counter.submit(QUEUE, WORKFLOW, one.id, made, id=name)
        return len(due)

    async def hook(self, task: Task, delivery_id: str, made: int) -> Json:
        """The workflow `hook.v1`: try *delivery_id* once, of which *made* tries were made before."""
        return await task.step("try", self.tried, delivery_id, made, retries=RETRIES, timeout_s=STEP_S)

    async def tried(self, delivery_id: str, made: int) -> Json:
        """Send a message, note how it went, and return that; nothing, where somebody else has tried it meanwhile.

        Raises:
            DatabaseDown: the office does not answer.
        """
        found = await anyio.to_thread.run_sync(self._to_try, delivery_id, made)
        if found is None:
            return None
        delivery, target = found
        began, at = time.perf_counter(), self._now_s()
        if target.off:
            status, said = None, target.off
        else:
            status, said = await self._sent(delivery, target, at)
        result = Try(at=at, status=status, error=said, took_s=time.perf_counter() - began)
        noted = await anyio.to_thread.run_sync(partial(self._note, delivery, target, result))
        return None if noted is None else {"state": noted.state, "status": status, "error": said}

    async def _sent(self, delivery: Delivery, target: _Target, at: float) -> tuple[int | None, str]:
        """The status of the receiver's answer, and what went wrong: "" for nothing."""
        headers = {"webhook-id": delivery.id, "webhook-timestamp": str(int(at)), "accept": "*/*"}
        if target.secrets:
            headers["webhook-signature"] = signatures(target.secrets, delivery.id, int(at), delivery.body)
        reach = reach_of(target.url, delivery.owner)
        try:
            client = HttpClient(
                reach.place(target.url).url,
                provider=_RECEIVER,
                timeouts=self._wait,
                max_bytes=ANSWER_MAX,
                reach=reach,
            )
            body = Body(delivery.body.encode(), "application/json")
            reply = await client.send("POST", target.url.partition("#")[0], body, headers=headers, again="never")
        except ProviderError as error:
            return error.status, _plain(error)
        return reply.status, "" if reply.status < 300 else f"It answered HTTP {reply.status}; no redirect is followed."

    def _to_try(self, delivery_id: str, made: int) -> tuple[Delivery, _Target] | None:
        """The message and where it goes; None when there is nothing to do any more."""
        try:
            delivery = self._office.hooks.deliveries.get(delivery_id)
            hook = self._office.hooks.get(delivery.hook) if delivery.hook else None
        except JobNotFound:  # its endpoint was deleted
            return None
        if delivery.state != "pending" or len(delivery.tries) != made:
            return None
        if hook is None:
            return delivery, _Target(delivery.url, ())
        # An endpoint that moved gets its messages where it is now.
        return delivery, _Target(hook.url or delivery.url, hook.secrets, _OFF if hook.is_disabled else "")

    def _note(self, delivery: Delivery, target: _Target, result: Try) -> Delivery | None:
        try:
            noted = self._office.hooks.deliveries.note_try(delivery.id, result)
            if result.status == _GONE and delivery.hook and self._office.hooks.get(delivery.hook).url == target.url:
                self._office.hooks.disable(delivery.hook, _GONE_WHY)
        except JobNotFound:
            return None
        return noted


def _targets(film: FilmRecord, event: str, hooks: Iterable[HookRecord]) -> Iterator[tuple[str, str]]:
    """Endpoint and URL of everybody who is told; the endpoint is "" where nobody keeps a secret for the URL.

    An endpoint without a URL stands for the `webhook_url` of its owner's films: its secret signs what goes there, and
    its list of events counts.
    """
    own = list(hooks)
    yield from ((hook.id, hook.url) for hook in own if hook.url and hook.wants(event))
    if not film.webhook_url or any(hook.url == film.webhook_url for hook in own):
        return
    signing = next((hook for hook in own if not hook.url), None)
    if signing is None or signing.wants(event):
        yield (signing.id if signing else "", film.webhook_url)


def body_of(event: str, data: Mapping[str, Any], *, at: float) -> str:
    """The text that is signed and sent: its type, the time of what happened, and what it is about."""
    when = datetime.fromtimestamp(at, tz=timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = {"type": event, "timestamp": when, "data": dict(data)}
    return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def signatures(secrets: Iterable[SecretStr], message_id: str, timestamp_s: int, body: str) -> str:
    """The header webhook-signature: one signature a secret, so that a receiver may change to a new one in its time."""
    from standardwebhooks import Webhook

    at = datetime.fromtimestamp(timestamp_s, tz=timezone.utc)
    return " ".join(Webhook(one.get_secret_value()).sign(message_id, at, body) for one in secrets)


def reach_of(url: str, owner: str) -> Reach:
    """Where a message to *url* may go: public https, and this machine itself for who needs no key on it."""
    home: Origin | None = None
    if not owner:
        try:
            origin = origin_of(url)
        except ValueError:
            return Reach(_RECEIVER)
        home = origin if is_loopback(origin.host) else None
    return Reach(_RECEIVER, home)


async def check_url(url: str, owner: str) -> None:
    """Pass when messages of *owner* may go to *url*; a name that nobody knows yet passes, too.

    Raises:
        InputError: they may not; the message says why.
    """
    reach = reach_of(url, owner)
    try:
        origin = reach.place(url)
        with anyio.move_on_after(LOOKUP_S):
            await reach.addresses(origin)
    except BadOutput as error:
        hint = "Give the address of a public server, with https."
        raise InputError(f"A webhook cannot go to {_plain(error)}", hint=hint) from error
    except OSError:  # not known here now; each try looks it up again
        return


def _plain(error: ProviderError) -> str:
    """What went wrong, without what a receiver said: its words may be anybody's."""
    if error.status is not None:
        return f"It answered HTTP {error.status}."
    return error.message.removeprefix(f"{_RECEIVER} named ").removeprefix(f"{_RECEIVER} ")[:300]
