"""The deadline: how long pictures are waited for, and what is left out when time does not suffice.

Waiting costs nothing while there is slack; once there is none, no worker may idle: then shots
whose pictures are still missing are painted, as many as keep the workers busy. Pure.
Start reading at `slack_s`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from astragen.model.brief import Brief
from astragen.model.storyboard import Shot, Storyboard
from astragen.plan.budget import (
    BUILD_S,
    BUILD_S_PER_MEGAPIXEL,
    FRAME_S_PER_MEGAPIXEL,
    START_S,
    Estimate,
    estimate,
)

MARGIN_S: Final = 2.0  # for what no estimate knows
POSTER_S: Final = 1.0
VOICE_LINE_S: Final = 2.0  # that a provider's voice takes for a line
LATE_S, LATE_LINE_S = 30.0, 5.0  # for all lines at least, and for each, where the film will be late either way
PLAIN_SHARE: Final = 0.9  # of the time, without bloom and grain
HURRIED_HEIGHT: Final = 720
FEWER: Final = (0.7, 0.5)  # of the shots
LINE_MAX: Final = 600  # characters of one shot's line; a picture that stands for longer is stared at
HEDGE_OVER_P90: Final = 1.2  # a second provider is asked when the first takes so many times its usual long wait
HEDGE_UNKNOWN_S: Final = 12.0  # while nobody knows its wait


class Work(NamedTuple):
    """What is left of a film, in seconds of one worker.

    waiting: to paint each shot whose picture is not here.
    ready: to render each shot whose take is here and that is not rendered.
    tail_s: wall time of what comes after the last shot.
    """

    waiting: Collection[float]
    ready: Collection[float]
    tail_s: float


def slack_s(work: Work, *, left_s: float, workers: int) -> float:
    """How much longer pictures can be waited for if none of them comes; below 0 it is too late already.

    The bound is that of list scheduling: R. L. Graham, "Bounds on multiprocessing timing anomalies" (1969).
    """
    longest = max((*work.waiting, *work.ready), default=0.0)
    total = sum(work.waiting) + sum(work.ready)
    return left_s - work.tail_s - MARGIN_S - total / workers - (1 - 1 / workers) * longest


def to_cut_off(work: Work, *, left_s: float, workers: int) -> int:
    """How many of the shots that are waited for must be painted now."""
    if not work.waiting or slack_s(work, left_s=left_s, workers=workers) > 0:
        return 0
    return min(len(work.waiting), max(0, workers - len(work.ready)))


def hedge_after_s(waits_s: Collection[float]) -> float:
    """When a second provider is asked beside the first; *waits_s*: how long the first took before."""
    if len(waits_s) < 5:  # no percentile of fewer
        return max((HEDGE_UNKNOWN_S, *waits_s))
    ranked = sorted(waits_s)
    return HEDGE_OVER_P90 * ranked[min(len(ranked) - 1, int(0.9 * len(ranked)))]


def speaking_s(brief: Brief, storyboard: Storyboard, *, left_s: float, workers: int, pace: float) -> float:
    """How long providers' voices may be waited for, in seconds; what they have not said by then, the built-in one says.

    All that comes after the narration is taken off what is left of the deadline. A film that will be late either way
    waits as well, but not for ever.

    Args:
        brief: of the film.
        storyboard: with its lines, not paced yet.
        left_s: until the deadline.
        workers: that render side by side.
        pace: seconds of this machine for a second of the estimate.
    """
    made = estimate(brief, storyboard, workers=workers)
    slack = left_s - MARGIN_S - pace * (made.seconds - START_S)
    return slack if slack > 0 else max(LATE_S, LATE_LINE_S * lines_in(storyboard))


def lines_in(storyboard: Storyboard) -> int:
    """How many shots of *storyboard* have a line."""
    return sum(bool(shot.line) for shot in storyboard.shots)


class StepDown(NamedTuple):
    """What is left out so that a film is there in time.

    brief, storyboard: with what was given up.
    is_plain: whether painted shots go without bloom and grain.
    given_up: in words, in the order in which it went.
    """

    brief: Brief
    storyboard: Storyboard
    is_plain: bool = False
    given_up: tuple[str, ...] = ()


def stepped_down(brief: Brief, storyboard: Storyboard, *, left_s: float, workers: int, pace: float) -> StepDown:
    """Return the film with as much given up as the deadline asks for: bloom and grain, then lines, then shots.

    A film that would be late with all of it given up stays as it was asked for: it is late either way.

    Args:
        brief: of the film.
        storyboard: not paced yet.
        left_s: until the deadline.
        workers: that render side by side.
        pace: seconds of this machine for a second of the estimate.
    """
    asked = StepDown(brief, storyboard)
    for step in (asked, *_steps(asked)):
        made = estimate(step.brief, step.storyboard, workers=workers)
        share = PLAIN_SHARE if step.is_plain else 1.0
        if pace * (made.seconds - START_S) * share + MARGIN_S <= left_s:
            return step
    return asked


def _steps(film: StepDown) -> Iterator[StepDown]:
    """*film* with more and more given up; every step keeps what went before."""
    film = film._replace(is_plain=True, given_up=("bloom and grain",))
    yield film
    if film.brief.height > HURRIED_HEIGHT:
        said = f"{film.brief.height} lines for {HURRIED_HEIGHT}"
        brief = film.brief.model_copy(update={"height": HURRIED_HEIGHT})
        film = film._replace(brief=brief, given_up=(*film.given_up, said))
        yield film
    for share in FEWER:
        most = max(1, math.ceil(share * len(film.storyboard.shots)))
        fewer = with_fewer_shots(film.storyboard, most)
        if len(fewer.shots) < len(film.storyboard.shots):
            said = f"{len(film.storyboard.shots)} shots for {len(fewer.shots)}"
            yield film._replace(storyboard=fewer, given_up=(*film.given_up, said))


def with_fewer_shots(storyboard: Storyboard, most: int) -> Storyboard:
    """Return *storyboard* with neighbouring shots of one scene made one, until there are *most* or no more can go.

    The first of two keeps its picture and speaks the lines of both; the pair with the fewest words goes first.
    Diagrams, titles and the user's own pictures stay.
    """
    while len(storyboard.shots) > most:
        pairs = [
            (len(first.line) + len(second.line), scene_at, at)
            for scene_at, scene in enumerate(storyboard.scenes)
            for at, (first, second) in enumerate(pairwise(scene.shots))
            if _can_go(second) and len(first.line) + len(second.line) < LINE_MAX
        ]
        if not pairs:
            break
        storyboard = _with_one(storyboard, *min(pairs)[1:])
    return storyboard


def _can_go(shot: Shot) -> bool:
    return shot.tableau is None and not shot.title and not shot.source and shot.frames is None


def _with_one(storyboard: Storyboard, scene_at: int, at: int) -> Storyboard:
    """*storyboard* with shots *at* and *at* + 1 of a scene made one."""
    scene = storyboard.scenes[scene_at]
    first, second = scene.shots[at : at + 2]
    one = first.model_copy(update={"line": " ".join(filter(None, (first.line, second.line)))})
    shots = (*scene.shots[:at], one, *scene.shots[at + 2 :])
    scenes = list(storyboard.scenes)
    scenes[scene_at] = scene.model_copy(update={"shots": shots})
    return storyboard.model_copy(update={"scenes": tuple(scenes)})


def tail_s(made: Estimate) -> float:
    """Wall time after the last shot: the joins that wait for it, the file and the poster."""
    by_name = {stage.name: stage.seconds for stage in made.stages}
    return by_name["join"] / 2 + by_name["mux"] + POSTER_S


def painted_s(frames: int, brief: Brief) -> float:
    """Seconds of one worker for painting and encoding a shot of *frames* frames."""
    megapixels = brief.width * brief.height / 1e6
    return BUILD_S + (BUILD_S_PER_MEGAPIXEL + frames * FRAME_S_PER_MEGAPIXEL) * megapixels
