"""What a film would be and take, before it is made: for a dry run, a forecast and the progress panel."""

from __future__ import annotations

from typing import Final, NamedTuple

from pydantic import Field

from astragen.model.base import Model
from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.time import frames_to_seconds
from astragen.plan.budget import StageEstimate, estimate
from astragen.plan.deadline import stepped_down
from astragen.plan.fallback import is_for_artists, picture_request
from astragen.plan.money import FREE, dollars
from astragen.plan.pacing import film_frames, pace, reading_samples
from astragen.providers.artist_registry import AccessOf, chosen
from astragen.providers.chat import ChatModel
from astragen.providers.paying import price
from astragen.providers.shooting import PictureProvider

SHOTS_MAX: Final = 80  # of a scene (model/storyboard.py)


class Forecast(Model):
    """The film that would be made; times and money are estimates for an empty cache."""

    title: str
    language: str
    scenes: int
    shots: int
    seconds: float
    asked_s: float
    width: int
    height: int
    fps: int
    wall_s: float
    deadline_s: float | None
    writer: str = Field("", description="The model that would be asked for a storyboard, if one would.")
    artists: tuple[str, ...] = Field((), description="Who would be asked for pictures and clips, in order.")
    given_up: tuple[str, ...] = Field((), description="What the deadline would cost the film, in the order it goes.")
    cost_usd: float
    max_cost_usd: float
    stages: tuple[StageEstimate, ...]

    def told(self) -> str:
        """The forecast for people."""
        scenes = "1 scene" if self.scenes == 1 else f"{self.scenes} scenes"
        shots = "1 shot" if self.shots == 1 else f"{self.shots} shots"
        rows = [
            f"{self.title}",
            f"film   {self._length()}, {self.width}x{self.height} at {self.fps} fps, {self.language}",
            f"plan   {scenes}, {shots}",
            f"time   about {self.wall_s:.0f} s, {self._deadline()}",
            *([f"       given up for it: {', '.join(self.given_up)}"] if self.given_up else []),
            *([f"asked  {', '.join(self.artists)}; what nobody draws in time is painted"] if self.artists else []),
            f"money  {self._money()}",
            "nothing was made (--dry-run)",
        ]
        return "\n".join(rows)

    def _money(self) -> str:
        limit = f"at most {dollars(self.max_cost_usd)}"
        if self.cost_usd == 0:
            return f"{dollars(self.cost_usd)} of {limit}"
        for_whom = [*filter(None, [self.writer]), *self.artists[:1]]
        return f"about {dollars(self.cost_usd)} for {' and '.join(for_whom)}, {limit}"

    def _deadline(self) -> str:
        if self.deadline_s is None:
            return "no deadline"
        keeps = "within" if self.wall_s <= self.deadline_s else "past"
        return f"{keeps} the deadline of {self.deadline_s:g} s"

    def _length(self) -> str:
        asked = f"{self.asked_s:g} s"
        return asked if abs(self.seconds - self.asked_s) < 1 else f"about {self.seconds:.0f} s ({asked} were asked)"


class Artists(NamedTuple):
    """Who would be asked for pictures, in order, and what they would charge."""

    names: tuple[str, ...] = ()
    usd: float = 0.0


NOBODY: Final = Artists()


def foretold(
    brief: Brief, storyboard: Storyboard, *, workers: int, chat: ChatModel | None = None, artists: Artists = NOBODY
) -> Forecast:
    """What the film of *storyboard* would take on *workers* processes.

    *chat*: the model that will be asked for another storyboard of *brief*, if one will. *artists*: who will be asked
    for its pictures.
    """
    seconds = length_s(storyboard, brief)
    costs = price(chat) if chat else FREE
    asked = brief.model_copy(update={"seconds": seconds})
    film = stepped_down(asked, storyboard, left_s=brief.due_s, workers=workers, pace=1.0)
    brief = film.brief.model_copy(update={"seconds": brief.seconds})
    taken = estimate(film.brief, film.storyboard, workers=workers, writer_price=costs)
    return Forecast(
        title=storyboard.title,
        language=storyboard.language,
        scenes=len(storyboard.scenes),
        shots=taken.shots,
        seconds=round(seconds, 1),
        asked_s=brief.seconds,
        width=brief.width,
        height=brief.height,
        fps=brief.fps,
        wall_s=round(taken.seconds, 1),
        deadline_s=None if brief.deadline_s == "none" else brief.deadline_s,
        writer=f"{chat.capability.name} {chat.model}".strip() if chat else "",
        artists=artists.names,
        given_up=film.given_up,
        cost_usd=taken.cost_usd + artists.usd,
        max_cost_usd=brief.max_cost_usd,
        stages=taken.stages,
    )


def length_s(storyboard: Storyboard, brief: Brief) -> float:
    """About how long the film will be: speech takes about as long as reading, and may need more than was asked."""
    lines = {shot.id: reading_samples(shot.line) for shot in storyboard.shots if shot.line and brief.narration}
    return frames_to_seconds(film_frames(pace(storyboard, lines, fps=brief.fps, seconds=brief.seconds)), brief.fps)


def foreseen_artists(artist: str, camera: str, access_of: AccessOf, brief: Brief, storyboard: Storyboard) -> Artists:
    """Who will be asked for the pictures of *storyboard*, as far as can be told without asking, and what they charge.

    *artist*, *camera*: the wishes; *access_of*: what is configured of a provider.

    Raises:
        InputError: there is nobody of a name, or one has no key.
        BudgetExceeded: one charges, and the film may cost nothing.
    """
    if "builtin" == artist == camera:
        return NOBODY
    limit_usd = brief.max_cost_usd
    artists = chosen("artist", artist, access_of, limit_usd=limit_usd)
    cameras = chosen("camera", camera, access_of, limit_usd=limit_usd)
    names = tuple(dict.fromkeys(f"{one.card.name} {one.card.model}".strip() for one in (*artists, *cameras)))
    usd = sum(_usd(one[0], brief, storyboard) for one in (artists, cameras) if one)
    return Artists(names, min(usd, limit_usd))


def _usd(one: PictureProvider, brief: Brief, storyboard: Storyboard) -> float:
    """What *one* charges for every shot that it may be asked for; what nobody knows counts as nothing."""
    paced = pace(storyboard, {}, fps=brief.fps, seconds=brief.seconds)
    shots = [shot for shot in paced.shots if is_for_artists(shot)]
    requests = [picture_request(shot, paced, artist=one.card, brief=brief) for shot in shots]
    return 0.0 if one.is_free else sum(one.price_usd(request) or 0.0 for request in requests)


def stand_in(brief: Brief) -> Storyboard:
    """A storyboard of as many shots as that of *brief* will have, about, to count with until somebody writes it."""
    shots = tuple(Shot(id=f"s{number}") for number in range(1, estimate(brief).shots + 1))
    scenes = tuple(
        Scene(id=f"c{first}", setting="sea", shots=shots[first : first + SHOTS_MAX])
        for first in range(0, len(shots), SHOTS_MAX)
    )
    return Storyboard(title="film", language="en", scenes=scenes)
