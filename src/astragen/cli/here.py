"""A film made on this machine, as `astragen make` asks for it: what it would be, and the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from astragen.cli.artist_options import foreseen_artists
from astragen.cli.voice_options import check_voice
from astragen.cli.writer_options import foreseen_writer, refuse_writer

if TYPE_CHECKING:
    from astragen.face import Engine
    from astragen.model.brief import Brief
    from astragen.model.film import Film
    from astragen.model.storyboard import Storyboard
    from astragen.pipeline.foretell import Forecast
    from astragen.plan.wish import Wish
    from astragen.providers.chat import ChatModel
    from astragen.settings import Settings


class Crew(NamedTuple):
    """Who makes the film, by name; empty: as this machine, or the service, is set up."""

    writer: str = ""
    writer_model: str = ""
    artist: str = ""
    camera: str = ""
    voice: str = ""


@dataclass
class Here:
    """Made here, with *crew*; `check`, then `forecast`, then `film`."""

    settings: Settings
    crew: Crew
    cache: bool
    engine: Engine
    _chat: ChatModel | None = field(default=None, init=False)
    _expected_s: float | None = field(default=None, init=False)

    def check(self, wish: Wish, languages: Sequence[str]) -> None:
        """Pass when the crew can be asked, as far as can be told without asking.

        Raises:
            InputError: there is nobody of a name, one has no key, or writes what is written already.
            BudgetExceeded: one charges, and the film may cost nothing.
        """
        from astragen.cli.languages import check_translator, to_translate

        writer, model, limit_usd = self.crew.writer or None, self.crew.writer_model, wish.brief.max_cost_usd
        if wish.storyboard is None:
            self._chat = foreseen_writer(writer, model, self.settings, limit_usd)
        elif not languages:
            refuse_writer(writer, model)
        if to_translate(languages, wish):
            check_translator(writer, model, self.settings, limit_usd)
        check_voice(self.crew.voice or None, self.settings, limit_usd)

    def forecast(self, wish: Wish, storyboard: Storyboard) -> Forecast:
        """What the film of *wish* would be and take; *storyboard*: its own, or what the built-in writer wrote."""
        from astragen.pipeline.foretell import foretold

        artist, camera = self.crew.artist or None, self.crew.camera or None
        artists = foreseen_artists(artist, camera, self.settings, wish.brief, storyboard)
        workers = self.settings.workers
        forecast = foretold(wish.brief, storyboard, workers=workers, chat=self._chat, artists=artists)
        self._expected_s = forecast.wall_s
        return forecast

    def film(self, brief: Brief, path: Path, storyboard: Storyboard | None, translate_to: str, title: str) -> Film:
        """Make it, and show it on stderr meanwhile."""
        from astragen.cli.progress import shown
        from astragen.face import make_film_sync  # numpy and the rest: not before all is known to be well

        with shown(title, expected_s=self._expected_s) as on_event:
            return make_film_sync(
                brief,
                path,
                storyboard=storyboard,
                translate_to=translate_to,
                settings=self.settings,
                cache=self.cache,
                engine=self.engine,
                **self.crew._asdict(),
                on_event=on_event,
            )
