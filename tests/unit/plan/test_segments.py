from __future__ import annotations

import random

import pytest

from astragen.model.look import Look
from astragen.model.recipe import Recipe
from astragen.model.segment import RenderedShot, ShotJob
from astragen.model.take import Artifact, Take
from astragen.model.timeline import Clip, Cue, CueWord, Gap, Timeline, Transition
from astragen.model.vocabulary import Mood, Season, TimeOfDay, TransitionKind, Weather
from astragen.plan.segments import (
    PAINTED_PART_S,
    PART_S,
    in_film_order,
    join_jobs,
    joins,
    parts_of,
    shot_jobs,
    whole_of,
)

RECIPE = Recipe(setting="ocean", time_of_day=TimeOfDay.DAY, weather=Weather.CLEAR, season=Season.SUMMER, mood=Mood.CALM)
STYLES = (TransitionKind.DISSOLVE, TransitionKind.FADE)


def artifact(number: int) -> Artifact:
    return Artifact(hash=f"{number:064x}", media_type="video/mp4", bytes=number)


def clip(name: str, frames: int) -> Clip:
    return Clip(shot=name, take=Take(shot=name, kind="painted", recipe=RECIPE, made_by="builtin"), frames=frames)


def still(name: str, frames: int) -> Clip:
    take = Take(shot=name, kind="still", artifact=artifact(1), made_by="test")
    return Clip(shot=name, take=take, frames=frames)


def film(*video, cues=(), burn_captions=True) -> Timeline:
    return Timeline(
        title="T",
        fps=24,
        width=640,
        height=360,
        language="en",
        video=video,
        cues=cues,
        burn_captions=burn_captions,
    )


def rendered(jobs: tuple[ShotJob, ...]) -> dict[str, RenderedShot]:
    numbers = iter(range(1, 1000))
    return {
        job.shot: RenderedShot(
            shot=job.shot,
            head=artifact(next(numbers)) if job.head else None,
            body=artifact(next(numbers)) if job.body else None,
            tail=artifact(next(numbers)) if job.tail else None,
        )
        for job in jobs
    }


def random_timeline(seed: int) -> Timeline:
    """Clips and gaps of any length, with transitions that leave every clip a body of at least nothing."""
    dice = random.Random(seed)
    stretches = [
        Gap(frames=dice.randint(1, 30)) if dice.random() < 0.15 else clip(f"c{index}", dice.randint(1, 200))
        for index in range(dice.randint(1, 12))
    ]
    video = []
    for index in range(len(stretches) + 1):
        before = stretches[index - 1].frames // 2 if index else 0
        after = stretches[index].frames // 2 if index < len(stretches) else 0
        inward, outward = dice.randint(0, before), dice.randint(0, after)
        if inward + outward and dice.random() < 0.7:
            video.append(Transition(style=dice.choice(STYLES), in_offset=inward, out_offset=outward))
        if index < len(stretches):
            video.append(stretches[index])
    cues = tuple(Cue(start=start, end=start + dice.randint(1, 40), text="x") for start in range(0, 300, 50))
    return film(*video, cues=cues)


@pytest.mark.parametrize("seed", range(60))
def test_the_pieces_add_up_to_the_timeline(seed):
    """Bodies and joins of random timelines, with gaps and joins at both ends, cover every frame once."""
    timeline = random_timeline(seed)
    shots = shot_jobs(timeline)
    made = rendered(shots)
    found = joins(timeline)

    assert sum(job.body for job in shots) + sum(job.frames for job in join_jobs(timeline, made)) == timeline.frames
    pieces = in_film_order(timeline, made, [artifact(2000 + index) for index in range(len(found))])
    assert len(pieces) == sum(1 for job in shots if job.body) + len(found) == len({piece.hash for piece in pieces})


@pytest.mark.parametrize("seed", range(60))
def test_a_join_gets_as_many_kept_frames_as_it_shows(seed):
    """Both sides keep exactly the frames of the transition, whichever side of the cut they lie on."""
    timeline = random_timeline(seed)
    shots = {job.shot: job for job in shot_jobs(timeline)}
    made = rendered(tuple(shots.values()))
    by_artifact = {
        side: count
        for name, shot in made.items()
        for side, count in ((shot.head, shots[name].head), (shot.tail, shots[name].tail))
        if side is not None
    }

    for join in join_jobs(timeline, made):
        assert all(by_artifact[side] == join.frames for side in (join.before, join.after) if side is not None)


def test_a_shot_renders_its_handles_in_one_run_of_its_own_time():
    """The head of a 12-frame dissolve starts 6 frames before the clip; body and tail follow without a break."""
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=6)

    first, second = shot_jobs(film(clip("a", 100), dissolve, clip("b", 80)))

    assert (first.start, first.head, first.body, first.tail) == (0, 0, 94, 12)
    assert (second.start, second.head, second.body, second.tail) == (-6, 12, 74, 0)
    assert (first.clip_frames, second.clip_frames) == (100, 80)


def test_the_missing_side_of_a_join_is_black():
    """The film's own fades have one side."""
    fade_in = Transition(style=TransitionKind.FADE, in_offset=0, out_offset=12)
    fade_out = Transition(style=TransitionKind.FADE, in_offset=19, out_offset=0)
    timeline = film(fade_in, clip("a", 100), fade_out)
    made = rendered(shot_jobs(timeline))

    opening, closing = join_jobs(timeline, made)

    assert (opening.before, opening.after, opening.frames) == (None, made["a"].head, 12)
    assert (closing.before, closing.after, closing.frames) == (made["a"].tail, None, 19)
    assert [join.name for join in joins(timeline)] == ["black to a", "a to black"]
    assert [join.shots for join in joins(timeline)] == [("a",), ("a",)]


def test_a_caption_over_a_transition_is_in_all_its_pieces():
    """Frames 90 to 110 with a join from 94 to 106: the end of a body, the whole join, the start of a body."""
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=6)
    timeline = film(clip("a", 100), dissolve, clip("b", 80), cues=(Cue(start=90, end=110, text="hello"),))

    first, second = shot_jobs(timeline)
    (join,) = join_jobs(timeline, rendered((first, second)))

    assert first.cues == (Cue(start=90, end=94, text="hello"),)
    assert join.cues == (Cue(start=0, end=12, text="hello"),)
    assert second.cues == (Cue(start=0, end=4, text="hello"),)


def test_captions_that_are_not_burnt_in_reach_no_piece():
    """They are only written to files."""
    timeline = film(clip("a", 100), cues=(Cue(start=0, end=10, text="x"),), burn_captions=False)

    assert shot_jobs(timeline)[0].cues == ()


def test_a_change_in_one_clip_changes_no_other_job():
    """Jobs are step keys: a longer first clip leaves the later ones as they were."""
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=6)
    before = shot_jobs(film(clip("a", 100), dissolve, clip("b", 80), clip("c", 50)))
    after = shot_jobs(film(clip("a", 124), dissolve, clip("b", 80), clip("c", 50)))

    assert [one.shot for one, other in zip(before, after, strict=True) if one != other] == ["a"]


def test_words_move_with_their_cue_and_keep_their_own_time():
    """A word that began in the piece before has a negative frame; styles that show no words carry none."""
    words = (CueWord(text="hello", start=90, end=96), CueWord(text="there", start=96, end=104))
    cue = Cue(start=90, end=110, text="hello there", words=words)
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=6)
    timeline = film(clip("a", 100), dissolve, clip("b", 80), cues=(cue,))

    lit = shot_jobs(timeline.model_copy(update={"caption_style": "karaoke"}))[1]
    plain = shot_jobs(timeline)[1]

    assert lit.caption_style == "karaoke"
    assert lit.cues[0].words == (
        CueWord(text="hello", start=-16, end=-10),
        CueWord(text="there", start=-10, end=-2),
    )
    assert plain.cues[0].words == ()


def test_a_letterbox_lifts_the_captions_of_every_piece():
    """Bodies and joins agree, so that a caption does not jump at their seam."""
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=6)
    timeline = film(clip("a", 100), dissolve, clip("b", 80), cues=(Cue(start=90, end=110, text="x"),)).model_copy(
        update={"look": Look(letterbox=2.39)}
    )
    shots = shot_jobs(timeline)
    (join,) = join_jobs(timeline, rendered(shots))

    lifts = [job.cues[0].lift for job in (*shots, join)]
    assert lifts == pytest.approx([(1 - 16 / 9 / 2.39) / 2] * 3)


@pytest.mark.parametrize("kind", ["still", "painted"])
@pytest.mark.parametrize("frames", [1, 100, 130, 500, 2400])
def test_the_parts_of_a_shot_are_all_of_it_in_order(kind, frames):
    """Kept head in the first, tail in the last, bodies without gaps between; every caption's frames in one of them."""
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=6)
    cues = tuple(Cue(start=start, end=start + 50, text="x") for start in range(10, frames, 70))
    long = clip("b", frames + 12)
    long = long.model_copy(update={"take": long.take.model_copy(update={"kind": kind, "artifact": artifact(1)})})
    job = shot_jobs(film(clip("a", 100), dissolve, long, dissolve, clip("c", 100), cues=cues))[1]

    parts = parts_of(job)

    head, tail = (job.head, job.tail) if kind == "painted" else (0, 0)
    assert (parts[0].head, parts[-1].tail) == (head, tail)
    assert sum(part.head for part in parts[1:]) == sum(part.tail for part in parts[:-1]) == 0
    shown = [range(part.start, part.start + part.head + part.body + part.tail) for part in parts]
    first, end = job.start + job.head, job.start + job.head + job.body
    assert [n for part in shown for n in part] == list(range(first - head, end + tail))
    assert len({part.span for part in parts}) == 1
    assert max(part.body for part in parts) <= 1.5 * 24 * (PAINTED_PART_S if kind == "painted" else PART_S)
    lit = set()
    for part in parts:
        begin = part.start + part.head - first
        lit |= {begin + n for cue in part.cues for n in range(cue.start, cue.end)}
    assert lit == {n for cue in job.cues for n in range(cue.start, cue.end)}


def test_a_shot_of_usual_length_is_rendered_whole():
    """Painting a place twice for four seconds would cost more than it saves."""
    (job,) = shot_jobs(film(clip("a", 200)))

    assert parts_of(job) == (job,)


def test_a_join_draws_the_frames_of_stills_and_gets_those_of_others_kept():
    """Each still's frames go on from, or up to, its body, in the span of its whole shot; captions come over the mix."""
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=8)
    cues = (Cue(start=0, end=300, text="x"),)
    timeline = film(clip("a", 100), dissolve, still("b", 90), dissolve, still("c", 80), cues=cues)
    jobs = shot_jobs(timeline)
    made = rendered(jobs)

    mixed, drawn = join_jobs(timeline, made)

    assert mixed.before == made["a"].tail
    assert [(side.shot, side.start, side.body, side.span) for side in (mixed.after, drawn.before, drawn.after)] == [
        ("b", -6, 14, (-6, 104)),
        ("b", 84, 14, (-6, 104)),
        ("c", -6, 14, (-6, 86)),
    ]
    for side in (mixed.after, drawn.before, drawn.after):
        assert (side.head, side.tail, side.cues) == (0, 0, ())
        (part,) = parts_of(next(job for job in jobs if job.shot == side.shot))
        assert (part.head, part.tail, part.span) == (0, 0, side.span)


def test_a_join_of_a_still_does_not_depend_on_what_its_shot_says():
    """Another caption over the shot's body renders its body again, and neither of its joins."""
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=6)
    video = (still("a", 100), dissolve, still("b", 80))
    before, after = (film(*video, cues=(Cue(start=0, end=50, text=text),)) for text in ("x", "y"))

    assert shot_jobs(before)[0] != shot_jobs(after)[0]
    assert join_jobs(before, rendered(shot_jobs(before))) == join_jobs(after, rendered(shot_jobs(after)))


def test_a_still_that_is_all_transitions_has_no_parts():
    """Its joins draw all of it; what its parts gave is a shot without pieces."""
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=6)
    timeline = film(still("a", 100), dissolve, still("b", 12), dissolve, still("c", 100))
    jobs = shot_jobs(timeline)

    assert jobs[1].body == 0
    assert parts_of(jobs[1]) == ()
    assert whole_of("b", []) == RenderedShot(shot="b", head=None, body=None, tail=None)


def test_the_parts_of_a_shot_become_one_again():
    """Head of the first, tail of the last, bodies in order."""
    parts = [
        RenderedShot(shot="a", head=artifact(1), body=artifact(2), tail=None),
        RenderedShot(shot="a", head=None, body=artifact(3), tail=None),
        RenderedShot(shot="a", head=None, body=artifact(4), tail=artifact(5)),
    ]

    whole = whole_of("a", parts)

    assert (whole.head, whole.body, whole.rest, whole.tail) == (
        artifact(1),
        artifact(2),
        (artifact(3), artifact(4)),
        artifact(5),
    )
    assert in_film_order(film(clip("a", 9)), {"a": whole}, []) == (artifact(2), artifact(3), artifact(4))
