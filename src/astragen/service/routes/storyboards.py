"""Storyboards, written and judged without filming them."""

from __future__ import annotations

from functools import partial

import anyio
from fastapi import APIRouter
from starlette.responses import Response

from astragen.face import write_storyboard
from astragen.plan.critique import critique
from astragen.service.access import Writer
from astragen.service.answers import JSON
from astragen.service.house import TheHouse
from astragen.service.ordering import at, brief_of, finished, forecast_of
from astragen.service.problems import errors
from astragen.service.shapes.film import StoryboardOrder
from astragen.service.shapes.storyboard import Plan
from astragen.service.spending import allowed_usd, charge
from astragen.service.telling import warnings_of

router = APIRouter(prefix="/v1/storyboards", tags=["storyboards"])


@router.post("", response_model=Plan, summary="Write a storyboard", responses=errors(422, 502))
async def write(body: StoryboardOrder, house: TheHouse, caller: Writer) -> Response:
    """Write a storyboard, say what is weak in it and what its film would take; film nothing."""
    asked = brief_of(body)
    brief = asked.model_copy(update={"max_cost_usd": await allowed_usd(house, caller, asked.max_cost_usd)})
    work = partial(write_storyboard, brief, settings=house.settings, writer=body.writer, writer_model=body.writer_model)
    with at("/writer"):
        written = await house.run_long(anyio.run, work)
    await charge(house, caller, written.made_by, written.cost_usd)
    storyboard = finished(written.storyboard, brief)
    card = await house.run(critique, storyboard, prompt=brief.prompt, seconds=brief.seconds, fps=brief.fps)
    plan = Plan(
        storyboard=storyboard,
        made_by=written.made_by,
        warnings=warnings_of(written.fallbacks),
        mended=list(written.mended),
        cost_usd=written.cost_usd,
        critique=card,
        forecast=await house.run(forecast_of, asked, storyboard, house.settings),
    )
    return Response(plan.model_dump_json(), media_type=JSON)
