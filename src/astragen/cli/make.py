"""`astragen make`: a film from a prompt, a script or a storyboard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from astragen.cli.artist_options import artist_options
from astragen.cli.brief_options import brief_options
from astragen.cli.server_options import refuse_local, server_of, server_options
from astragen.cli.voice_options import voice_option
from astragen.cli.writer_options import writer_options

if TYPE_CHECKING:
    from pathlib import Path

    from astragen.cli.here import Crew, Here
    from astragen.cli.remote import There
    from astragen.face import Engine
    from astragen.model.brief import Brief
    from astragen.model.film import Film, FilmReport, ShotReport
    from astragen.model.storyboard import Storyboard
    from astragen.plan.wish import Wish


@click.command(
    short_help="Make a film from a prompt or a storyboard.",
    epilog='For example: astragen make "A lighthouse keeper befriends a whale"',
)
@click.argument("source")
@click.option("-o", "--out", metavar="PATH", help="The MP4 (or MOV) to write, or a folder for it. [default: title.mp4]")
@brief_options
@writer_options
@artist_options
@voice_option
@click.option("--cache", metavar="DIR", help="Where finished steps are kept.")
@click.option("--no-cache", is_flag=True, help="Keep and reuse nothing.")
@click.option(
    "--engine",
    type=click.Choice(["astragen", "moviepy"]),
    default="astragen",
    help="What renders the film; moviepy (an extra) draws all of it again after every edit.",
)
@server_options
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, and nothing else, on stdout.")
def make(
    *,
    source: str,
    out: str | None,
    writer: str | None,
    writer_model: str,
    artist: str | None,
    camera: str | None,
    voice: str | None,
    cache: str | None,
    no_cache: bool,
    engine: Engine,
    server: str | None,
    key: str | None,
    dry_run: bool,
    as_json: bool,
    **wishes: Any,  # noqa: ANN401  (the flags of the brief, each of its own type)
) -> None:
    """Make a film. SOURCE is a prompt, a storyboard (board.json), a text file, or - for stdin.

    With a list of languages, as --language es,ja,ar, a film in each: the words are translated, the pictures are shared.
    """
    from astragen.cli.here import Crew, Here
    from astragen.cli.languages import listed, wish_in
    from astragen.cli.wish import storyboard_of, wish_of
    from astragen.model.profile import row

    languages = listed(wishes.get("language"))
    wish = wish_in(source, wishes, languages) if languages else wish_of(source, wishes)
    crew = Crew(writer or "", writer_model, artist or "", camera or "", voice or "")
    where = _where(crew, wish, cache=cache, no_cache=no_cache, engine=engine, server=server, key=key)
    where.check(wish, languages)
    storyboard = storyboard_of(wish)  # a language model writes later, and its film has this name all the same
    forecast = where.forecast(wish, storyboard) if dry_run or isinstance(where, Here) else None
    paths = _paths(languages, out, storyboard.title, row(wish.brief.profile).encoding.suffix)
    if dry_run and forecast is not None:
        click.echo(forecast.model_dump_json(indent=2) if as_json else forecast.told())
        return
    _film_all(where, wish, languages, paths, storyboard.title, as_json=as_json)


def _where(
    crew: Crew, wish: Wish, *, cache: str | None, no_cache: bool, engine: Engine, server: str | None, key: str | None
) -> Here | There:
    """Where the film is made: here, or by the service that was named, or is set.

    Raises:
        SettingsError: the service cannot be asked, or a flag means nothing to it.
    """
    from astragen.cli.cache import settings_of
    from astragen.cli.here import Here

    settings = settings_of(cache)
    service = server_of(server, key, settings)
    if service is None:
        return Here(settings, crew, not no_cache, engine)
    local = {"--cache": cache, "--no-cache": no_cache, "--engine moviepy": engine == "moviepy"}
    refuse_local({**local, "--stems": wish.brief.stems})
    from astragen.cli.remote import There

    return There(service, crew)


def _paths(languages: Sequence[str], out: str | None, title: str, suffix: str) -> dict[str, Path]:
    """The file of each language, or of "" where none is listed; that each can be written is seen to.

    Raises:
        SettingsError: one cannot.
    """
    from astragen.cli.languages import paths_for
    from astragen.cli.output import film_path, slug

    if not languages:
        return {"": film_path(out, title, suffix)}
    paths = paths_for(languages, out, slug(title), suffix)
    for path in paths.values():
        film_path(str(path), title, suffix)
    return paths


def _film_all(
    where: Here | There, wish: Wish, languages: Sequence[str], paths: Mapping[str, Path], title: str, *, as_json: bool
) -> None:
    """Make the film, or one in each of *languages*, and say what became of it."""
    from astragen.cli.languages import film_each, refuse_failed

    def making(brief: Brief, path: Path, given: Storyboard | None, translate_to: str) -> Film:
        film = where.film(brief, path, given, translate_to, f"{title} {translate_to}".strip())
        click.echo(summary(film.report), err=True)
        if not as_json:
            click.echo(film.path)
        return film

    if not languages:
        film = making(wish.brief, paths[""], wish.storyboard, "")
        if as_json:
            click.echo(film.report.model_dump_json(indent=2))
        return
    filmed = film_each(languages, wish, paths, making)
    if as_json:
        click.echo(f"[{', '.join(film.report.model_dump_json(indent=2) for film in filmed.films)}]")
    refuse_failed(filmed)


def summary(report: FilmReport) -> str:
    """The film in two lines for people."""
    from astragen.plan.money import dollars

    steps, reused = sum(stage.steps for stage in report.stages), sum(stage.reused for stage in report.stages)
    made = [
        f"made in {report.wall_s:.1f} s" + ("" if report.deadline_met else f", past the {report.deadline_s:g} s asked"),
        *([f"written by {report.written_by}"] if report.written_by not in ("", "builtin") else []),
        *_pictures(report.shots),
        *([f"{reused} of {steps} steps reused"] if reused else []),
        *([f"{len(report.fallbacks)} fell back (see the report)"] if report.fallbacks else []),
        *([f"{dollars(report.cost_usd)} of {dollars(report.brief.max_cost_usd)} spent"] if report.cost_usd else []),
    ]
    size = f"{report.width}x{report.height} at {report.fps} fps"
    shots = "1 shot" if len(report.shots) == 1 else f"{len(report.shots)} shots"
    return f"{report.title}: {report.seconds:.1f} s, {size}, {shots}\n{'; '.join(made)}"


def _pictures(shots: Sequence[ShotReport]) -> list[str]:
    """Who made the pictures, most of them first; nothing where all are painted."""
    makers = Counter(shot.made_by for shot in shots)
    if set(makers) <= {"builtin"}:
        return []
    painted_last = sorted(makers.items(), key=lambda maker: (maker[0] == "builtin", -maker[1]))
    return [f"pictures: {', '.join(f'{many} {_by(who)}' for who, many in painted_last)}"]


def _by(who: str) -> str:
    return {"own": "of your own", "builtin": "painted"}.get(who, f"by {who}")
