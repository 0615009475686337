"""Films of a little house that somebody has made: what a worker would leave, written straight into office and store."""

from __future__ import annotations

from astragen.model.brief import Brief
from astragen.model.film import FilmReport, ShotReport
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.take import Fallback

MOVIE = bytes(range(256)) * 40


def board(**update) -> Storyboard:
    """Two scenes, three shots, all of a known length and seed, as a film's own storyboard has them."""
    shots = [Shot(id=f"s{number}", frames=48, seed=number, line=f"Line {number}.") for number in (1, 2, 3)]
    scenes = (
        Scene(id="a", setting="ocean", shots=(shots[0], shots[1])),
        Scene(id="b", setting="city", shots=(shots[2],)),
    )
    return Storyboard(title="Die Brücke / 橋", scenes=scenes, **update)


def report_of(brief: Brief) -> FilmReport:
    """An honest report, of a film that gave up some of its size for its deadline."""
    return FilmReport(
        title="Die Brücke / 橋",
        brief=brief.model_copy(update={"height": 720, "seed": 0, "music_file": "/srv/cache/music"}),
        seconds=6.0,
        width=1280,
        height=720,
        fps=24,
        frames=144,
        wall_s=3.0,
        deadline_s=60.0,
        deadline_met=True,
        cost_usd=0.02,
        stages=(),
        shots=tuple(ShotReport(shot=f"s{number}", made_by="builtin", frames=48) for number in (1, 2, 3)),
        fallbacks=(Fallback(stage="shoot", subject="s2", reason="no answer", instead="it is painted"),),
    )


def complete(rooms, film_id: str, storyboard: Storyboard | None = None) -> None:
    """Make the film of that id, as far as anybody can tell from outside."""
    film = rooms.office.films.change(film_id, only_from=("queued",), state="in_progress")
    written = (storyboard or board()).model_dump_json().encode()
    report = report_of(film.order.brief)
    outputs = {
        "film": rooms.artifacts.put_bytes(MOVIE, "video/mp4"),
        "storyboard": rooms.artifacts.put_bytes(written, "application/json"),
        "captions.vtt": rooms.artifacts.put_bytes(b"WEBVTT\n", "text/vtt"),
    }
    assert rooms.office.films.end(film_id, film.attempt, "completed", outputs=outputs, report=report, spent_usd=0.02)
