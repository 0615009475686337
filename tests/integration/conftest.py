"""A small storyboard, and a way to film it and see what was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from astragen.face import make_film_sync
from astragen.model.brief import Brief
from astragen.model.event import Event, StepDone
from astragen.model.film import Film
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.vocabulary import Move, ShotSize, TimeOfDay, TransitionKind
from astragen.settings import Settings

DISSOLVE = TransitionKind.DISSOLVE


class Made(NamedTuple):
    """A film, and all that was told while it was made."""

    film: Film
    events: list[Event]

    def steps(self, *, reused: bool) -> set[tuple[str, str]]:
        """(stage, subject) of every step that was, or was not, taken from the cache."""
        return {
            (event.stage, event.subject)
            for event in self.events
            if isinstance(event, StepDone) and event.reused is reused
        }


Filming = Callable[..., Made]


@pytest.fixture(scope="session")
def brief() -> Brief:
    """The smallest film there is."""
    return Brief(prompt="A quiet evening.", seconds=8, height=360)


@pytest.fixture(scope="session")
def storyboard() -> Storyboard:
    """Three shots in two scenes, every cut a dissolve."""
    return Storyboard(
        title="A quiet evening",
        scenes=(
            Scene(
                id="s1",
                title="Home",
                setting="living room",
                time_of_day=TimeOfDay.DUSK,
                shots=(
                    Shot(id="s1-1", line="The lamp is lit."),
                    Shot(id="s1-2", size=ShotSize.CLOSE, move=Move.STATIC, line="No one calls.", transition=DISSOLVE),
                ),
            ),
            Scene(
                id="s2",
                title="Above",
                setting="space",
                time_of_day=TimeOfDay.NIGHT,
                shots=(Shot(id="s2-1", move=Move.PULL_OUT, line="The stars are near.", transition=DISSOLVE),),
            ),
        ),
    )


@pytest.fixture(scope="session")
def filming() -> Filming:
    """Film a storyboard into `folder/film.mp4` or *name*, with the cache beside it unless told otherwise."""

    def film(
        folder: Path,
        brief: Brief,
        storyboard: Storyboard | None,
        *,
        cache_dir: Path | None = None,
        name: str = "film.mp4",
        **options,
    ) -> Made:
        events: list[Event] = []
        folder.mkdir(exist_ok=True)
        settings = Settings(cache_dir=cache_dir or folder / "cache", workers=2)
        made = make_film_sync(
            brief, folder / name, storyboard=storyboard, settings=settings, on_event=events.append, **options
        )
        return Made(made, events)

    return film
