"""An artist, or a camera, that answers as a test wrote; its pictures depend on who it is and on its words."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import SecretStr

from astragen.model.brief import Brief
from astragen.model.capability import ArtistCapability, ClipRule
from astragen.model.requests import PictureRequest
from astragen.model.storyboard import Character, Scene, Shot, Storyboard
from astragen.model.ticket import Ticket
from astragen.pipeline.asking import Asked, Desk
from astragen.pipeline.chain import Standing
from astragen.plan.fallback import picture_request
from astragen.providers.access import Access
from astragen.providers.breaker import Breaker
from astragen.providers.shooting import Media, Pending, PictureProvider, Wanted
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.experience import Experience
from astragen.store.ledger import Ledger, Purse
from astragen.store.memo import Memo
from emulators.loopback import clip_bytes, picture_bytes

Said = Media | Ticket | Exception | Callable[[Wanted], Awaitable[Any]] | None
Told = Media | Pending | Exception | Callable[[Ticket], Awaitable[Any]] | None


class ScriptedArtist(PictureProvider):
    """Gives the next of *answers* to each request, the last one for ever; None is a good picture or clip.

    Exceptions are raised, functions called; `polls` are the same for tickets.
    asked, polled, cancelled, prepared: what it heard, in order.
    """

    capability = ArtistCapability(name="scripted", trade="artist", version="1")
    default_base_url = "http://127.0.0.1:1"
    needs_key = False

    def __init__(
        self,
        *answers: Said,
        name: str = "scripted",
        model: str = "m",
        polls: Sequence[Told] = (None,),
        usd: float | None = 0.01,
        recognises: bool = False,
        references_max: int = 0,
        is_free: bool = False,
        is_camera: bool = False,
    ) -> None:
        super().__init__(Access(model=model, key=SecretStr("canary-key")))
        self.answers, self.polls = answers or (None,), polls
        self.usd, self.recognises_repeats, self.is_local = usd, recognises, is_free  # type: ignore[misc]
        self._card = ArtistCapability(
            name=name,
            trade="camera" if is_camera else "artist",
            version="1",
            model=model,
            supports_seed=True,
            references_max=references_max,
            clip=ClipRule(min_s=1, max_s=10, step_s=1, takes_start=True) if is_camera else None,
        )
        self.asked: list[Wanted] = []
        self.polled: list[Ticket] = []
        self.cancelled: list[Ticket] = []
        self.prepared: list[Sequence[PictureRequest]] = []

    @property
    def card(self) -> ArtistCapability:
        """What the test said of it."""
        return self._card

    def prepare(self, requests: Sequence[PictureRequest]) -> None:
        """Hear of *requests*."""
        self.prepared.append(requests)

    def price_usd(self, request: PictureRequest) -> float | None:
        """The price that the test said."""
        return self.usd

    async def submit(self, wanted: Wanted) -> Media | Ticket:
        """Return, or raise, the next answer."""
        said = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(wanted)
        found = await said(wanted) if callable(said) else said
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, (Media, Ticket)) else self.good(wanted)

    async def poll(self, ticket: Ticket) -> Media | Pending:
        """Return, or raise, what the next question is told; a good end is a picture of the ticket's id."""
        said = self.polls[min(len(self.polled), len(self.polls) - 1)]
        self.polled.append(ticket)
        found = await said(ticket) if callable(said) else said
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, (Media, Pending)) else picture(f"{self.card.name} {ticket.id}")

    async def cancel(self, ticket: Ticket) -> None:
        """Hear that nobody wants it."""
        self.cancelled.append(ticket)

    def good(self, wanted: Wanted) -> Media:
        """What a model would make."""
        prompt = wanted.request.prompt
        words = f"{self.card.name} {prompt.text}"
        return clip(words, prompt.seconds or 1.0) if self.card.trade == "camera" else picture(words, prompt.seed or 0)

    @property
    def words(self) -> list[str]:
        """The prompts that it was asked for."""
        return [wanted.request.prompt.text for wanted in self.asked]


def picture(words: str, seed: int = 0, width: int = 640, height: int = 360) -> Media:
    """A good picture of *words*, of the size of the smallest film."""
    return Media(picture_bytes(words, seed, width, height, "jpeg"), "image/jpeg")


def clip(words: str, seconds: float) -> Media:
    """A good clip of *words*."""
    return Media(clip_bytes(words, 0, 640, 360, seconds, 8), "video/mp4")


def ticket(job: str = "j1", name: str = "scripted") -> Ticket:
    """Work that was accepted."""
    return Ticket(provider=name, id=job)


# A film's desk ------------------------------------------------------------------------------------------------------

BOARD = Storyboard(
    title="The Lamp",
    characters=(Character(id="fox", name="Ember", kind="fox", look="small, red"),),
    scenes=(
        Scene(
            id="s1",
            setting="harbour",
            shots=(
                Shot(id="s1-1", action="a boat leaves", line="One."),
                Shot(id="s1-2", action="a gull lands on the pier", line="Two."),
                Shot(id="s1-3", action="the lamp is lit", line="Three."),
            ),
        ),
    ),
)
BRIEF = Brief(prompt="a lamp", height=360, seconds=6)


class Desking(NamedTuple):
    """What a film has while its pictures are asked for."""

    run: InlineRun
    purse: Purse
    desk: Desk
    standing: Standing


@asynccontextmanager
async def at_desk(
    folder: Path, *, limit_usd: float = 1.0, remembers: bool = True, dies: bool = False
) -> AsyncIterator[Desking]:
    """A run of a film over the cache in *folder*; one that *dies* does not finish its purse."""
    with closing(Ledger(folder / "ledger.sqlite")) as ledger:
        async with InlineRun(
            folder / "scratch",
            store=ArtifactStore(folder / "artifacts"),
            memo=Memo(folder / "steps") if remembers else None,
            workers=1,
            experience=Experience(folder / "experience.json"),
        ) as run:
            with ledger.purse("film", limit_usd, now_s=time.time) as purse:
                yield Desking(run, purse, Desk(run, purse), Standing(run.experience, Breaker(folder)))
                if not dies:
                    purse.finish()


def asked(provider: PictureProvider, shot: int = 0, **fields: Any) -> Asked:
    """What *provider* is asked for a shot of `BOARD`."""
    request = picture_request(BOARD.shots[shot], BOARD, artist=provider.card, brief=BRIEF)
    return Asked(provider=provider.card.name, version="1", request=request, **fields)


def rows(folder: Path) -> list[tuple[str, str, float]]:
    """(provider, state, dollars) of all that the ledger in *folder* holds, in order."""
    with closing(Ledger(folder / "ledger.sqlite")) as ledger:
        return [(entry.provider, entry.state, round(entry.usd, 6)) for entry in ledger.entries()]
