"""Films as the API tells them: records in, shapes out. Pure. Start reading at `film_shape`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, get_args

from astragen.model.film import FilmReport
from astragen.model.job import FilmRecord
from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback
from astragen.service.shapes.common import seconds_of
from astragen.service.shapes.film import Cost, Counted, Failure, Film, FilmPage, Input, Links, Output, Variant, Warned
from astragen.service.shapes.storyboard import ShotView

VARIANTS: Final[tuple[str, ...]] = get_args(Variant)
_WISHES: Final = ("writer", "writer_model", "artist", "camera", "voice", "translate_to")
NOT_LISTED: Final = ("report",)
"""Fields of a record that a list of films reads none of; the shapes say what is null or empty for it."""


def film_shape(film: FilmRecord, *, position: int | None = None) -> Film:
    """*film* for its owner; *position*: its place among those that wait."""
    fault = film.fault
    return Film(
        id=film.id,
        status=film.state,
        stage=film.stage,
        progress=film.progress,
        title=film.title,
        created_at=int(film.created_at),
        started_at=seconds_of(film.started_at),
        completed_at=seconds_of(film.ended_at),
        expires_at=seconds_of(film.expires_at),
        version=film.version,
        version_of=film.version_of,
        attempt=film.attempt,
        queue_position=position if film.state == "queued" else None,
        input=_input(film),
        shots=Counted(total=film.shots_total, done=film.shots_done),
        output=_output(film),
        cost=Cost(
            estimated_usd=film.estimated_usd,
            actual_usd=film.spent_usd,
            limit_usd=film.order.brief.max_cost_usd,
        ),
        warnings=warnings_of(film.report.fallbacks if film.report else ()),
        error=Failure(code=fault.code, message=fault.message, hint=fault.hint) if fault else None,
        metadata=film.metadata,
        links=_links(film),
    )


def page_shape(films: Sequence[FilmRecord], *, has_more: bool) -> FilmPage:
    """*films* as a page of a list; *has_more*: whether others follow."""
    shapes = [film_shape(film) for film in films]
    first_id, last_id = (shapes[0].id, shapes[-1].id) if shapes else (None, None)
    return FilmPage(data=shapes, first_id=first_id, last_id=last_id, has_more=has_more)


def warnings_of(fallbacks: Iterable[Fallback]) -> list[Warned]:
    """What did not go as asked."""
    return [
        Warned(code=f"{one.stage}.fallback", subject=one.subject, reason=one.reason, instead=one.instead)
        for one in fallbacks
    ]


def shot_views(storyboard: Storyboard, report: FilmReport | None, *, fps: int) -> list[ShotView]:
    """The shots of *storyboard*, with what *report* says of them; *fps*: of its lengths in frames."""
    made = {shot.shot: shot for shot in report.shots} if report else {}
    views = []
    pairs = [(scene.id, shot) for scene in storyboard.scenes for shot in scene.shots]
    for number, (scene, shot) in enumerate(pairs, 1):
        done = made.get(shot.id)
        frames = done.frames if done else shot.frames
        views.append(
            ShotView(
                n=number,
                scene=scene,
                shot=shot,
                made_by=done.made_by if done else "",
                seconds=round(frames / fps, 3) if frames else None,
                cost_usd=done.cost_usd if done else 0.0,
            )
        )
    return views


def path_of(film_id: str) -> str:
    """Where a film is."""
    return f"/v1/films/{film_id}"


def _input(film: FilmRecord) -> Input:
    order = film.order
    wishes = {name: getattr(order, name) for name in _WISHES}
    return Input.model_construct(**vars(order.brief), has_storyboard=order.storyboard is not None, **wishes)


def _output(film: FilmRecord) -> Output | None:
    movie, report = film.outputs.get("film"), film.report
    if movie is None or film.state != "completed":
        return None
    return Output(
        seconds=film.seconds,
        width=report.width if report else None,
        height=report.height if report else None,
        fps=report.fps if report else None,
        bytes=movie.bytes,
        sha256=movie.hash,
        variants=[variant for variant in VARIANTS if variant == "zip" or variant in film.outputs],
    )


def _links(film: FilmRecord) -> Links:
    here = path_of(film.id)
    return Links.model_validate(
        {
            "self": here,
            "events": f"{here}/events",
            "shots": f"{here}/shots",
            "versions": f"{here}/versions",
            "cancel": None if film.is_ended else f"{here}/cancel",
            "retry": f"{here}/retry" if film.state in ("failed", "cancelled") else None,
            "content": f"{here}/content" if "film" in film.outputs else None,
        }
    )
