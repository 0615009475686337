"""A new version of a film: the order of a film that is completed, with another storyboard.

Shots that stay as they are keep their ids, lengths and seeds, so that what was made of them is used again. Start
reading at `next_order`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import anyio
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from astragen.errors import StateConflict
from astragen.face import revise
from astragen.model.brief import Brief
from astragen.model.job import FilmRecord, Order
from astragen.model.storyboard import Shot, Storyboard
from astragen.model.upgrade import load_storyboard
from astragen.plan.wish import as_before, storyboard_wish
from astragen.service.access import Caller
from astragen.service.house import House
from astragen.service.ordering import at
from astragen.service.problems import Place, Refusal
from astragen.service.shapes.storyboard import Revision, ShotChange
from astragen.service.spending import allowed_usd, charge
from astragen.service.uploads import named_as_ordered


async def storyboard_of(house: House, film: FilmRecord) -> Storyboard | None:
    """The storyboard of *film* as far as it is known: as it was filmed, else as it was given; None: not written yet."""
    artifact = film.outputs.get("storyboard")
    if artifact is None:
        return film.order.storyboard
    written = load_storyboard((await house.run(house.artifacts.read, artifact)).decode())
    return named_as_ordered(written, film.order)


async def filmed_storyboard(house: House, film: FilmRecord) -> Storyboard:
    """The storyboard that *film*, which is completed, was made of.

    Raises:
        StateConflict: it is not completed.
    """
    storyboard = await storyboard_of(house, film) if film.state == "completed" else None
    if storyboard is None:
        raise StateConflict(
            f"The film is {film.state}; a completed one can be changed.",
            hint="Wait for it, or order another film of its storyboard.",
        )
    return storyboard


def next_order(film: FilmRecord, storyboard: Storyboard) -> Order:
    """The order of the next version of *film*: as it was made, of *storyboard*, by the same crew."""
    asked = film.order.brief
    made = film.report.brief if film.report else asked  # what it was made of in the end, so that steps are found again
    before = as_before(made) | {"prompt": asked.prompt, "music_file": asked.music_file}
    wish = storyboard_wish(storyboard, {}, before=before, make=Brief.model_validate)
    return film.order.model_copy(
        update={
            "brief": wish.brief,
            "storyboard": wish.storyboard,
            "writer": "",
            "writer_model": "",
            "translate_to": "",
        }
    )


def with_shot(storyboard: Storyboard, number: int, change: ShotChange) -> Storyboard:
    """*storyboard* with *change* to its shot *number*, from 1; another line is paced anew where no length is said.

    Raises:
        Refusal: 404, there is no such shot; 422, the id is another.
        RequestValidationError: the storyboard would not be one.
    """
    shots = storyboard.shots
    if number > len(shots):
        raise Refusal(404, "film.no_shot", f"The film has {len(shots)} shots, and no shot {number}.")
    old = shots[number - 1]
    said = {name: getattr(change, name) for name in change.model_fields_set}
    if said.pop("id", old.id) != old.id:
        detail = f'is "{old.id}", and stays so; leave it out'
        raise Refusal(422, "input.invalid", f"#/id: {detail}.", errors=[Place(pointer="#/id", detail=detail)])
    if not said:
        raise Refusal(422, "input.invalid", "Nothing changes.", errors=[Place(pointer="#", detail="says nothing")])
    if said.get("line", old.line) != old.line and "frames" not in said:
        said["frames"] = None
    return _checked(_replaced(storyboard, old.id, old.model_copy(update=said)))


def in_shot(refusal: Refusal, storyboard: Storyboard, number: int) -> Refusal:
    """*refusal* of *storyboard*, with places in its shot *number* as places in the body that changes that shot."""
    places = [(i, j) for i, scene in enumerate(storyboard.scenes) for j in range(len(scene.shots))]
    scene, shot = places[number - 1]
    here = f"/storyboard/scenes/{scene}/shots/{shot}"
    moved = [
        one.model_copy(update={"pointer": one.pointer and one.pointer.replace(f"#{here}/", "#/")})
        for one in refusal.errors
    ]
    said = str(refusal.detail).replace(f"{here}/", "/")
    return Refusal(refusal.status_code, refusal.code, said, headers=refusal.headers, errors=moved)


async def revised(
    house: House, film: FilmRecord, storyboard: Storyboard, wanted: Revision, caller: Caller
) -> Storyboard:
    """*storyboard* changed as *wanted* says: by its own, or by a language model that the *caller* pays for.

    Raises:
        Refusal: 422, no language model is configured, or it cannot be used.
        ProviderError: the model failed.
    """
    if wanted.storyboard is not None:
        return wanted.storyboard
    limit_usd = await allowed_usd(house, caller, wanted.max_cost_usd)
    brief = film.order.brief.model_copy(update={"max_cost_usd": limit_usd})
    work = partial(
        revise,
        storyboard,
        wanted.instruction,
        brief=brief,
        settings=house.settings,
        writer=wanted.writer,
        writer_model=wanted.writer_model,
    )
    with at("/instruction"):
        done = await house.run_long(anyio.run, work)
    await charge(house, caller, done.made_by, done.cost_usd)
    return named_as_ordered(done.storyboard, film.order)


def _replaced(storyboard: Storyboard, name: str, shot: Shot) -> Storyboard:
    scenes = tuple(
        scene.model_copy(update={"shots": tuple(shot if one.id == name else one for one in scene.shots)})
        for scene in storyboard.scenes
    )
    return storyboard.model_copy(update={"scenes": scenes})


def _checked(storyboard: Storyboard) -> Storyboard:
    """*storyboard* with its references held.

    Raises:
        RequestValidationError: a character that is named is not in it.
    """
    try:
        return Storyboard.model_validate(storyboard.model_dump())
    except ValidationError as error:
        problems: list[Any] = [{**one, "loc": ("body",)} for one in error.errors(include_url=False)]
        raise RequestValidationError(problems) from error
