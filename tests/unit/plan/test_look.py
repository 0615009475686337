"""The look from brief and storyboard to the pieces that are rendered."""

from __future__ import annotations

import pytest

from astragen.model.base import canonical_json
from astragen.model.brief import Brief
from astragen.model.look import Look, named_looks
from astragen.model.recipe import Recipe
from astragen.model.segment import RenderedShot
from astragen.model.take import Artifact, Take
from astragen.model.vocabulary import Mood, Season, TimeOfDay, Weather
from astragen.plan.cut import cut
from astragen.plan.look import with_look
from astragen.plan.pacing import pace
from astragen.plan.segments import join_jobs, shot_jobs

OWN = Look(vignette=0.7, lut="own.cube", lut_strength=0.5)
RECIPE = Recipe(setting="ocean", time_of_day=TimeOfDay.DAY, weather=Weather.CLEAR, season=Season.SUMMER, mood=Mood.CALM)
CUBE = Artifact(hash="c" * 64, media_type="text/x-cube", bytes=9)


def looking(story, look: Look):
    return story.model_copy(update={"bible": story.bible.model_copy(update={"look": look})})


def timeline_of(story, *, lut=None):
    brief = Brief(prompt="a whale", seconds=12)
    takes = [Take(shot=shot.id, kind="painted", recipe=RECIPE, made_by="builtin") for shot in story.shots]
    return cut(pace(story, {}, fps=24, seconds=12), takes, (), brief, lut=lut)


@pytest.mark.parametrize(
    ("wishes", "look"),
    [
        ({}, OWN),
        ({"look": "none"}, Look()),
        ({"look": "film"}, named_looks()["film"]),
        ({"lut": "new.cube"}, OWN.model_copy(update={"lut": "new.cube"})),
        ({"look": "film", "lut": "new.cube"}, named_looks()["film"].model_copy(update={"lut": "new.cube"})),
    ],
    ids=["nothing said", "none", "a name", "a LUT", "both"],
)
def test_what_the_brief_says_lies_over_the_storyboard_s_look(board, wishes, look):
    """A name replaces it as a whole, its LUT included; a LUT replaces only the LUT."""
    story = looking(board([{}]), OWN)

    assert with_look(story, Brief(prompt="a whale", **wishes)).bible.look == look


def test_shots_and_joins_carry_the_look(board):
    """Shots all of it; joins its bars, which lie over them."""
    timeline = timeline_of(looking(board([{}, {"transition": "dissolve"}]), Look(grain=0.2, letterbox=2.39)), lut=CUBE)
    jobs = shot_jobs(timeline)
    kept = {job.shot: RenderedShot(shot=job.shot, head=CUBE, body=CUBE, tail=CUBE) for job in jobs}

    assert {(job.look.grain, job.look.letterbox, job.lut) for job in jobs} == {(0.2, 2.39, CUBE)}
    assert {job.letterbox for job in join_jobs(timeline, kept)} == {2.39}


def test_an_edit_of_the_look_is_another_request_for_every_shot(board):
    """Step keys hash the request: a new look renders every shot anew, the same look none."""
    before, same, after = (
        [canonical_json(job) for job in shot_jobs(timeline_of(looking(board([{}, {}]), Look(grain=grain))))]
        for grain in (0.2, 0.2, 0.3)
    )

    assert before == same
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_the_path_of_a_lut_stays_out_of_the_requests(board):
    """Its content is what counts: renamed, it renders nothing anew; edited, every shot."""
    one, renamed = (
        shot_jobs(timeline_of(looking(board([{}]), Look(lut=path)), lut=CUBE)) for path in ("a.cube", "b.cube")
    )
    edited = shot_jobs(timeline_of(looking(board([{}]), Look(lut="a.cube")), lut=CUBE.model_copy(update={"bytes": 8})))

    assert one == renamed
    assert one != edited
