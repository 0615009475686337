"""Asking for pictures and clips: the question, what comes back, and what every such provider offers.

An artist makes stills, a camera clips; both are asked alike, and `ArtistCapability` says
which it is. A provider turns `Wanted` into its own wire form. It either answers with `Media`
at once, or with a `Ticket` for work it has accepted, which `poll` asks about: so a crash
between the two loses nothing and pays nothing twice. It decides nothing: whom to ask, what
it may cost, how long to wait and whether the bytes are a picture at all is for the pipeline.
Start reading at `PictureProvider`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, NamedTuple

from astragen.model.capability import ArtistCapability, Capability
from astragen.model.requests import PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers.access import Access
from astragen.providers.failures import variable
from astragen.providers.vendor import Vendor

PICTURE_BYTES_MAX: Final = 40_000_000  # a 4K PNG with grain has 25 MB
CLIP_BYTES_MAX: Final = 400_000_000  # 15 s of 4K at 200 Mbit/s


class Picture(NamedTuple):
    """A checked picture that goes along with a request; *data* is PNG or JPEG."""

    data: bytes
    media_type: str


class Wanted(NamedTuple):
    """A picture or clip that is wanted.

    references: of the characters that `request.prompt.references` names, in that order; those that exist yet.
    start, end: for a camera, the pictures to start from and to end on.
    """

    request: PictureRequest
    references: tuple[Picture, ...] = ()
    start: Picture | None = None
    end: Picture | None = None


class Media(NamedTuple):
    """What came back. Nobody has looked at it: *media_type* is the provider's word.

    model: which model served it, where the provider says so.
    cost_usd: what it charged, where it says so.
    notes: what it said it did otherwise, for the report; its own words are cut to 200 characters.
    """

    data: bytes
    media_type: str
    model: str = ""
    cost_usd: float | None = None
    notes: tuple[str, ...] = ()


class Pending(NamedTuple):
    """Work that is not done yet.

    again_s: ask again after so many seconds.
    progress: 0 to 1, where the provider tells.
    """

    again_s: float
    progress: float | None = None


class PictureProvider(Vendor):
    """One artist or camera at one address; a subclass is one provider and says how it is asked.

    `capability` is of the class, from its row of `data/providers/artists.json`; `card` is that of this
    object, with the model that the user chose and what the provider lists of it.
    """

    capability: Capability
    instead = "choose another artist"
    recognises_repeats: bool = False  # the same request again joins the running work and is charged once
    other_models: ClassVar[tuple[str, ...]] = ()  # to ask when the usual one fails, the best first
    colon: ClassVar[str] = "model"  # what stands behind the colon of "folder:./mine": the model, or this option
    sees_all: ClassVar[bool] = False  # it has to see every request before the first is asked; see `prepare`
    may_repeat: ClassVar[bool] = False  # one picture may be meant for several shots
    charges: ClassVar[bool] = True
    is_local: ClassVar[bool] = False  # on the user's machine, at no price

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent. See `Vendor`."""
        super().__init__(access, options)
        self.model = access.model

    @property
    def card(self) -> ArtistCapability:
        """What it can do; its prompts are made to fit this."""
        raise NotImplementedError

    @classmethod
    def model_names(cls) -> tuple[str, ...]:
        """The environment variables that may hold its model: its chat models are others."""
        return (variable(cls.capability.name, f"{cls.capability.trade.upper()}_MODEL"),)

    @property
    def is_free(self) -> bool:
        """Whether it never charges: it runs on this machine, or asks nobody for money."""
        return self.is_local or not self.charges

    @property
    def place(self) -> str:
        """Where it is asked, when that is not the provider's own address; part of what its pictures are kept under."""
        return "" if self.http.base_url == self.address(self.default_base_url).rstrip("/") else self.http.base_url

    async def learn(self) -> None:
        """Read what the provider lists of its models, where it does; `card` and `price_usd` then know more.

        Called once, before anything is asked. A list that cannot be read changes nothing and is no error.
        """

    def prepare(self, requests: Sequence[PictureRequest]) -> None:
        """Hear of all *requests* of a film, in its order, before the first is asked."""

    def price_usd(self, request: PictureRequest) -> float | None:
        """The most that *request* will be charged; None when nobody knows."""
        raise NotImplementedError

    async def submit(self, wanted: Wanted) -> Media | Ticket:
        """Ask for what is wanted: return it, or a ticket for it.

        Raises:
            Uncertain: no answer came; the work may be done and charged all the same.
            ContentRefused: moderation.
            QuotaExceeded: the account is empty.
            RateLimited: asked too often.
            Unavailable: down or busy, and nothing was begun.
            BadOutput: it answered, and not with what was asked.
            ProviderError: anything else that is final, such as a refused key or a request it cannot read.
        """
        raise NotImplementedError

    async def poll(self, ticket: Ticket) -> Media | Pending:
        """Ask what became of *ticket*; the result is downloaded before it is returned.

        Raises:
            ProviderError: as `submit`; Unavailable means that only this question failed, and it may be put again.
        """
        raise NotImplementedError

    async def cancel(self, ticket: Ticket) -> None:
        """Ask that the work be stopped; a provider that cannot, or does not answer, is let be."""
