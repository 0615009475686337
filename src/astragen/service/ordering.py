"""A request turned into an order: checked as the command line checks it, and estimated, before anything is made.

All here blocks (keys may lie in a keyring, the built-in writer computes), so call it in a thread. Refusals say where
in the body. Start reading at `ordered`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import anyio
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from astragen.builtin.writer.language import detect
from astragen.errors import BudgetExceeded, InputError, JobNotFound
from astragen.model.brief import Brief
from astragen.model.job import Order
from astragen.model.office import FileRecord
from astragen.model.storyboard import Storyboard
from astragen.model.take import Artifact
from astragen.pipeline.crew import builtin_crew
from astragen.pipeline.foretell import NOBODY, Artists, Forecast, foreseen_artists, foretold, stand_in
from astragen.pipeline.translation import no_translator
from astragen.plan.look import with_look
from astragen.plan.requests import seeded
from astragen.plan.wish import PROMPT_ONLY, Wish, reads_as_screenplay, screenplay_wish, storyboard_wish
from astragen.providers.chat import ChatModel
from astragen.providers.registry import chosen_chat, foreseen
from astragen.providers.voice_registry import chosen_voices
from astragen.service.problems import Place, Refusal, code_of
from astragen.service.shapes.film import FilmOrder, StoryboardOrder
from astragen.service.uploads import Use, uses_of
from astragen.settings import Settings

TITLE_MAX: Final = 80  # characters of a prompt that stand for a title until there is one
FindFile = Callable[[str], FileRecord]
"""The uploaded file of an id; raises JobNotFound."""

_FLAG: Final = re.compile(r"--([a-z]+(?:-[a-z]+)*)")  # messages of the crew name flags of the command line
_FIELDS: Final = {"max-cost": "max_cost_usd", "deadline": "deadline_s"}


class Ordered(NamedTuple):
    """An order that can be carried out; *title*: until the storyboard's is known."""

    order: Order
    title: str
    estimated_usd: float


class _Foreseen(NamedTuple):
    """Who would be asked for a storyboard, and who for pictures; None and nobody: the built-in crew."""

    chat: ChatModel | None
    artists: Artists


def ordered(body: FilmOrder, settings: Settings, find_file: FindFile) -> Ordered:
    """The order that *body* is.

    Raises:
        Refusal, RequestValidationError: it cannot be carried out; they say where in the body.
    """
    order = order_of(body)
    return checked(order, settings, find_file)


def checked(
    order: Order, settings: Settings, find_file: FindFile, *, known: Mapping[str, Artifact] | None = None
) -> Ordered:
    """*order*, with the files that it names, once everybody who is named in it can be asked.

    *known*: files that an earlier version was made of, which may be deleted by now.

    Raises:
        Refusal: somebody or some file is unknown, or may not be used; it says where in the body.
    """
    order = order.model_copy(update={"files": _files(order, find_file, known or {})})
    board = order.storyboard or stand_in(order.brief)
    found = _crew(order, settings, board)
    title = order.storyboard.title if order.storyboard else _title(order.brief.prompt)
    if found == (None, NOBODY):
        return Ordered(order, title, 0.0)
    forecast = _foretold(order, board, found, settings)
    return Ordered(order, title, round(forecast.cost_usd, 6))


def estimated(body: FilmOrder, settings: Settings, find_file: FindFile) -> Forecast:
    """What the film that *body* orders would take; the built-in writer writes where nobody did. Raises as `ordered`."""
    order = ordered(body, settings, find_file).order
    board = order.storyboard or written_here(order.brief)
    return _foretold(order, board, _crew(order, settings, board), settings)


def forecast_of(brief: Brief, storyboard: Storyboard, settings: Settings) -> Forecast:
    """What the film of *storyboard* would take, with the crew of *settings*."""
    order = Order(brief=brief, storyboard=storyboard)
    return _foretold(order, storyboard, _crew(order, settings, storyboard), settings)


def order_of(body: FilmOrder) -> Order:
    """*body* as an order, with a screenplay read and a storyboard's options folded in; nobody is looked for yet."""
    wish = _wish(body)
    if wish.storyboard is not None and not body.translate_to and (body.writer or body.writer_model):
        field = "writer" if body.writer else "writer_model"
        raise _refused(f"/{field}", "is for prompts; a storyboard is written already, so leave it out")
    if body.translate_to and wish.storyboard is None:
        raise _refused("/translate_to", "is for storyboards; a prompt's film is written in `language`")
    return Order(
        brief=wish.brief,
        storyboard=wish.storyboard,
        **{
            name: getattr(body, name)
            for name in ("writer", "writer_model", "artist", "camera", "voice", "translate_to")
        },
    )


def brief_of(body: StoryboardOrder) -> Brief:
    """The brief that a storyboard is to be written of."""
    return _brief(_said(body))


def finished(storyboard: Storyboard, brief: Brief) -> Storyboard:
    """A *storyboard* that was just written, with the seed and the look of its *brief* in it."""
    return with_look(seeded(storyboard, brief.seed), brief)


def written_here(brief: Brief) -> Storyboard:
    """The storyboard that the built-in writer makes of *brief*."""
    return finished(anyio.run(builtin_crew().writer.write, brief).storyboard, brief)


def _wish(body: FilmOrder) -> Wish:
    said = _said(body)
    if body.storyboard is not None:
        for field in PROMPT_ONLY:
            if field in said:
                raise _refused(f"/{field}", "is for prompts; the scenes and lines of a storyboard are in it")
        return storyboard_wish(body.storyboard, said, before={}, make=_brief)
    if reads_as_screenplay(body.prompt, said):
        with at("/prompt"):
            return screenplay_wish(body.prompt, said, language=detect(body.prompt), make=_brief)
    return Wish(_brief(said), None)


def _said(body: Brief) -> dict[str, Any]:
    """The fields of the brief that *body* says."""
    fields = {
        name for name in Brief.model_fields if name in body.model_fields_set and getattr(body, name) not in ("", None)
    }
    return body.model_dump(include=fields)


def _brief(fields: dict[str, Any]) -> Brief:
    """The brief of *fields*.

    Raises:
        RequestValidationError: one of them is out of its limits.
    """
    try:
        return Brief.model_validate(fields)
    except ValidationError as error:
        problems = [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(problems, body=fields) from error


def _files(order: Order, find_file: FindFile, known: Mapping[str, Artifact]) -> dict[str, Artifact]:
    """The artifacts of all files that *order* names, by id."""
    uses = list(uses_of(order))
    paths = [use for use in uses if not use.is_id]
    if paths:
        raise Refusal(422, "input.path", f"{paths[0].pointer}: {_no_path(paths[0])}.", errors=_places(paths, _no_path))
    found: dict[str, Artifact] = {}
    for use in uses:
        if use.value in known:
            found[use.value] = known[use.value]
            continue
        try:
            record = find_file(use.value)
        except JobNotFound as error:
            raise _refused(use.pointer, f'there is no file "{use.value}"; upload it first') from error
        if record.kind not in use.kinds:
            raise _refused(use.pointer, f"is a {record.kind}, and must be a {' or '.join(use.kinds)}")
        found[use.value] = record.artifact
    return found


def _no_path(use: Use) -> str:
    if not use.kinds:
        return "names a file or a folder of the service's machine; only its operator may, in the settings"
    return f"is no id of an uploaded {' or '.join(use.kinds)}; upload it at /v1/files and say its id, file_..."


def _places(uses: list[Use], said: Callable[[Use], str]) -> list[Place]:
    return [Place(pointer=f"#{use.pointer}", detail=said(use)) for use in uses]


def _crew(order: Order, settings: Settings, board: Storyboard) -> _Foreseen:
    """Who will be asked, as far as can be told without asking; whoever cannot be is refused."""
    limit_usd, access_of = order.brief.max_cost_usd, settings.access_to
    chat: ChatModel | None = None
    writer = order.writer or settings.writer
    if order.storyboard is None:
        with at("/writer"):
            chat = foreseen(writer, access_of, limit_usd=limit_usd, model=order.writer_model)
    elif order.translate_to and order.translate_to != order.storyboard.language:
        with at("/translate_to"):
            chat = _translator(writer, order, settings)
    with at("/voice"):
        chosen_voices(_without_ids(order.voice) or settings.voice, access_of, limit_usd=limit_usd)
    with at("/camera" if order.camera and not order.artist else "/artist"):
        artists = foreseen_artists(
            order.artist or settings.artist, order.camera or settings.camera, access_of, order.brief, board
        )
    return _Foreseen(chat, artists)


def _translator(writer: str, order: Order, settings: Settings) -> ChatModel:
    """The language model that will translate.

    Raises:
        MissingKey: none is configured, or the built-in writer was named.
    """

    async def found() -> ChatModel | None:
        limit_usd = order.brief.max_cost_usd
        return await chosen_chat(writer, settings.access_to, limit_usd=limit_usd, model=order.writer_model)

    chat = anyio.run(found)
    if chat is None:
        raise no_translator()
    return chat


def _without_ids(voice: str) -> str:
    """*voice* without those who speak by uploaded files, which lie nowhere yet."""
    kept = [one for one in voice.split(",") if not one.strip().startswith("piper:")]
    return ",".join(kept) or ("builtin" if voice else "")


def _foretold(order: Order, board: Storyboard, found: _Foreseen, settings: Settings) -> Forecast:
    return foretold(order.brief, board, workers=settings.workers, chat=found.chat, artists=found.artists)


def _title(prompt: str) -> str:
    """The beginning of *prompt*, as one line of printable text."""
    line = " ".join("".join(one if one.isprintable() else " " for one in prompt).split())
    return line if len(line) <= TITLE_MAX else f"{line[: TITLE_MAX - 3].rstrip()}..."


@contextmanager
def at(pointer: str) -> Iterator[None]:
    """Let an error of what was asked be a refusal that says where in the body its cause is."""
    try:
        yield
    except (InputError, BudgetExceeded) as error:
        said = _in_fields(str(error))
        place = Place(pointer=f"#{pointer}", detail=_in_fields(error.message))
        raise Refusal(422, code_of(error), said, errors=[place]) from error


def _refused(pointer: str, said: str) -> Refusal:
    return Refusal(422, "input.invalid", f"{pointer}: {said}.", errors=[Place(pointer=f"#{pointer}", detail=said)])


def _in_fields(said: str) -> str:
    """*said* with the fields of the API for the flags of the command line."""
    return _FLAG.sub(lambda flag: _FIELDS.get(flag[1], flag[1].replace("-", "_")), said)
