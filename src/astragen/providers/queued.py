"""Artists and cameras that take an order, and are asked later what became of it.

The order is paid for when it is taken, so it is sent once: an answer that does not come, or
cannot be read, is `Uncertain`. Everything after it is a question, which may be put again. A
ticket holds all that another process needs to go on. A subclass says how an order looks and
what a state means. Start reading at `QueuedProvider`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar, Final, Literal, NamedTuple
from urllib.parse import quote, urlsplit

from pydantic import Field

from astragen.errors import BadOutput, ContentRefused, ProviderError, SettingsError, Unavailable, Uncertain
from astragen.model.capability import ArtistCapability, known_artists
from astragen.model.requests import PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers.access import Access
from astragen.providers.download import download
from astragen.providers.failures import words_of
from astragen.providers.http import is_loopback, json_body, origin_of
from astragen.providers.prices import cost_usd, listed_price
from astragen.providers.shooting import (
    CLIP_BYTES_MAX,
    PICTURE_BYTES_MAX,
    Media,
    Pending,
    Picture,
    PictureProvider,
    Wanted,
)
from astragen.providers.vendor import Options
from astragen.providers.wire import text_at

_GONE: Final = frozenset({401, 403, 404, 410})  # an address of a file that has expired
_MODERATED: Final = (  # words of a failure that moderation wrote; vendors give no code for it but Runway and fal
    *("moderat", "nsfw", "flagged", "content policy", "content_policy", "safety", "sensitive", "prohibited"),
)

Method = Literal["GET", "POST", "PUT", "DELETE"]


class QueuedOptions(Options):
    """What a user may set of any provider with a queue."""

    timeout_s: float = Field(60.0, ge=0.1, le=3_600, description="The longest wait for one answer, tries included.")


class Order(NamedTuple):
    """What is posted to begin the work: where below the base URL, what, and for which model."""

    path: str
    body: Mapping[str, Any]
    model: str


class Done(NamedTuple):
    """Work that is done: where its file lies, and what the provider says of it."""

    url: str
    media_type: str = ""
    model: str = ""
    cost_usd: float | None = None
    notes: tuple[str, ...] = ()


class QueuedProvider(PictureProvider):
    """One artist or camera with a queue."""

    capability: ArtistCapability
    Options = QueuedOptions
    poll_s: ClassVar[float]  # between two questions about one job
    job_name: ClassVar[str] = "id"  # of the job, in the answer to an order

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent. See `Vendor`."""
        super().__init__(access, options)
        self.model = access.model or self.capability.model
        self._key = access.key

    @property
    def card(self) -> ArtistCapability:
        """The row of its model; that of its usual model, where nobody has read another."""
        mine = [row for row in known_artists().values() if (row.name, row.trade) == self._who]
        exact = next((row for row in mine if row.model == self.model), None)
        return exact or self.capability.model_copy(update={"model": self.model})

    @property
    def _who(self) -> tuple[str, str]:
        return self.capability.name, self.capability.trade

    def price_usd(self, request: PictureRequest) -> float | None:
        """The most that *request* will be charged; None when nobody knows."""
        return self.listed(self.model, request)

    def listed(self, priced: str, request: PictureRequest) -> float | None:
        """What *request* costs by the row *priced*."""
        return cost_usd(listed_price(self.capability.name, priced), request.prompt)

    async def submit(self, wanted: Wanted) -> Ticket:
        """Order what is wanted; see `PictureProvider.submit`."""
        order = self.order(wanted)
        reply = await self.http.send("POST", order.path, json_body(order.body), again="unpaid")
        try:
            ticket = self.ticket(self.http.parsed(reply), order)
        except BadOutput as error:
            raise self._uncertain(error.message.removesuffix(".")) from error
        if ticket is None:
            raise self._uncertain(f"{self.capability.name} took the order and named no job")
        return ticket

    async def poll(self, ticket: Ticket) -> Media | Pending:
        """Ask what became of *ticket*; see `PictureProvider.poll`.

        A file that is not where the provider said, or that is a web page, is asked for once more: addresses expire,
        servers of files have bad moments, and the work is paid for.
        """
        for is_last in (False, True):
            found = await self.look(ticket)
            if isinstance(found, Pending):
                return found
            try:
                media = await self._fetched(found, ticket)
            except ProviderError as error:
                if error.status not in _GONE:
                    raise
                if is_last:
                    raise self.bad(f"the address of a file that is not there (HTTP {error.status})") from error
            else:
                if is_last or not _is_page(media.data):
                    return media
        raise AssertionError("the last try returns or raises")

    async def cancel(self, ticket: Ticket) -> None:
        """Ask that the work be stopped; a provider that does not answer is let be."""
        method, path = self.cancellation(ticket)
        with suppress(ProviderError):
            await self.http.send(method, path)

    # What a subclass says ---------------------------------------------------------------------------------------

    def order(self, wanted: Wanted) -> Order:
        """What is posted for *wanted*.

        Raises:
            ProviderError: it cannot be said to this provider.
        """
        raise NotImplementedError

    def addresses(self, reply: object, job: str, order: Order) -> Mapping[str, str]:
        """The addresses of *job* that its ticket keeps, by the fields of `Ticket`; none where they need not be kept."""
        return {}

    def status_path(self, ticket: Ticket) -> str:
        """Where to ask what became of *ticket*."""
        return ticket.status_url

    def cancellation(self, ticket: Ticket) -> tuple[Method, str]:
        """The request that stops *ticket*."""
        raise NotImplementedError

    def state(self, reply: object) -> Done | Pending:
        """What the answer to a question says.

        Raises:
            ContentRefused: moderation.
            BadOutput: the work failed, or the answer is not one.
        """
        raise NotImplementedError

    async def look(self, ticket: Ticket) -> Done | Pending:
        """Ask once what became of *ticket*."""
        return self.state(await self.asked(self.status_path(ticket)))

    # What a subclass uses ---------------------------------------------------------------------------------------

    def ticket(self, reply: object, order: Order) -> Ticket | None:
        """The ticket that the answer to *order* gives; None when it names no job."""
        job = text_at(reply, self.job_name)
        if not job:
            return None
        kept = self.addresses(reply, job, order)
        return Ticket(provider=self.capability.name, id=job, model=order.model, **kept)

    async def asked(self, path: str) -> object:
        """The JSON at *path*; a page instead of it fails this question only, for the work goes on."""
        reply = await self.http.send("GET", path)
        try:
            return self.http.parsed(reply)
        except BadOutput as error:
            raise Unavailable(error.message, hint=error.hint, provider=self.capability.name) from error

    def own(self, url: str) -> str:
        """*url* when the key may go there, else nothing."""
        try:
            return url if origin_of(url) == origin_of(self.base_url) else ""
        except ValueError:  # no port
            return ""

    def failed(self, said: object, code: object = None) -> ProviderError:
        """The error of work that the provider gave up, for the reason *said* and with its *code*."""
        key = self._key.get_secret_value() if self._key else ""
        words, mark = (words_of(one) for one in (said, code))
        if key:
            words, mark = words.replace(key, "[key]"), mark.replace(key, "[key]")
        name = self.capability.name
        why = " ".join(part for part in (words, f"({mark})" if mark else "") if part)
        message = f"{name} gave the work up{f': {why}' if why else ''}."
        if any(word in f"{words} {mark}".lower() for word in _MODERATED):
            return ContentRefused(message, hint="Word the prompt differently.", provider=name)
        return BadOutput(message, hint=f"{self.instead[:1].upper()}{self.instead[1:]}.", provider=name)

    def too_much(self, what: str, size: int, limit: int, unit: str, hint: str) -> ProviderError:
        """The error of a part of the order that is above the provider's limit; nothing was sent."""
        message = f"{what} has {size:,} {unit}, and {self.capability.name} takes {limit:,}."
        return ProviderError(message, hint=hint, provider=self.capability.name)

    # ------------------------------------------------------------------------------------------------------------

    async def _fetched(self, done: Done, ticket: Ticket) -> Media:
        is_camera = self.capability.trade == "camera"
        try:
            reply = await download(
                done.url,
                provider=self.capability.name,
                max_bytes=CLIP_BYTES_MAX if is_camera else PICTURE_BYTES_MAX,
                is_local=is_loopback(urlsplit(self.base_url).hostname or ""),
            )
        except SettingsError as error:  # a setting is not to blame: the provider named it
            raise self.bad("the address of a file that cannot be asked for") from error
        media_type = reply.media_type or done.media_type
        return Media(reply.body, media_type, done.model or ticket.model, done.cost_usd, done.notes)

    def _uncertain(self, what: str) -> Uncertain:
        return Uncertain(
            f"{what}, and may have begun and charged the work all the same.",
            hint="It is not asked again for this.",
            provider=self.capability.name,
        )


def _is_page(file: bytes) -> bool:
    """Whether *file* begins as a web page, or an error in XML, does."""
    return file[:64].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<error"))


def words_for(wanted: Wanted) -> str:
    """The prompt: only what moves, where a start picture shows the rest."""
    prompt = wanted.request.prompt
    return (prompt.motion if wanted.start else "") or prompt.text


def given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """*fields* without those that are None."""
    return {name: value for name, value in fields.items() if value is not None}


def data_uri(picture: Picture) -> str:
    """*picture* as an address that holds it."""
    return f"data:{picture.media_type};base64,{b64encode(picture.data).decode()}"


def lines(width: int, height: int) -> str:
    """The name of a resolution by its short side: "1080p"."""
    return f"{min(width, height)}p"


def in_path(name: str) -> str:
    """*name* as one step of a path."""
    return quote(name, safe="")
