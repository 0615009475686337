"""The sounds of the place, laid along the film.

What belongs to a place runs on across the cuts of its scene, one event as long as the place is
seen, and gives way to the next over CROSSFADE_S or the transition, whichever is longer. What
belongs to something that is seen is as loud as it is near, and stands where it stands. Thunder
follows the painter's flash, steps follow the gait. Pure. Start reading at `ambience`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from astragen.model.brief import Brief
from astragen.model.lightning import Strike, strikes
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Framing, Storyboard, Subject
from astragen.model.take import Take
from astragen.model.time import SAMPLE_RATE, frames_to_samples
from astragen.model.timeline import SoundEvent, Transition
from astragen.model.vocabulary import Placement, ShotSize
from astragen.plan.motion import FRAMED_DISTANCE, framing_at, view_at
from astragen.plan.requests import plan_shots
from astragen.plan.seeds import seed_of
from astragen.plan.soundscape import Feet, beds_of, feet_of, has_thunder, reader_of, sound_of
from astragen.plan.transitions import CLOSING_S, OPENING_S, transitions

CROSSFADE_S = 0.4
LONGEST_S = 90.0  # of one event: then a new one takes over, so that memory stays small however long a scene is
SHORTEST_S = 0.3  # what is left of an effect at the film's end, or it is left out

# dB by how near the camera is: of what lies about, and of what is seen.
ABOUT_DB: Mapping[ShotSize, float] = dict(zip(ShotSize, (-2.0, -1.0, 0.0, 0.5, 1.0, 1.0), strict=True))
SEEN_DB: Mapping[ShotSize, float] = dict(zip(ShotSize, (-12.0, -8.0, -5.0, -2.0, 0.0, 1.0), strict=True))
FAR_DB = -8.0

COLUMN: Mapping[Placement | None, float] = {Placement.LEFT: 0.30, Placement.RIGHT: 0.70}  # where the painter puts them
CAMERA = 4.0  # how much more the ear is turned than the picture moves: a pan of 4 % would not be heard
WALK = 0.22  # of the stereo picture that a walker crosses in a shot, half on either side of where it is
WALKERS = 2  # whose steps are heard: more are a noise

THUNDER_S: Mapping[str, float] = {"thunder": 6.0, "thunder_far": 7.0}
SOONEST_S, LATEST_S = 0.25, 1.1  # from the flash to the thunder; the fainter, the farther
FAINT_DB = -5.0  # of the faintest flash
RING_ON_S = 1.2  # how long thunder is heard in a scene that has none
STEP_S, FIRST_STEP_S, STEPS_END_S = 0.45, 0.3, 0.2
PAGE_S, FIRST_PAGE_S, PAGES_S = 1.3, 1.1, (4.5, 7.5)


class _Heard(NamedTuple):
    """A shot as it sounds: its recipe, its scene, its samples on the film."""

    shot: str
    scene: str
    recipe: Recipe
    start: int
    end: int

    @property
    def seconds(self) -> float:
        return (self.end - self.start) / SAMPLE_RATE


class _Wanted(NamedTuple):
    """A sound that a shot wants under it."""

    gain_db: float
    pan: float
    pan_end: float


def ambience(storyboard: Storyboard, takes: Sequence[Take], brief: Brief) -> tuple[SoundEvent, ...]:
    """The sounds of the places of a paced *storyboard*, in the order in which they begin; none if *brief* wants none.

    *takes*: their recipes say what the painter shows; a shot of another kind is heard as it was asked for.
    """
    if not brief.ambience:
        return ()
    heard = _heard(storyboard, takes, brief)
    joints = _joints(storyboard, heard, brief.fps)
    events = [*_beds(heard, joints)]
    for number, one in enumerate(heard):
        events += _thunder(heard, number)
        events += _steps(one, heard[-1].end)
        events += _pages(one, heard[-1].end)
    return tuple(sorted(events, key=lambda event: (event.start, event.kind, event.shot)))


def _heard(storyboard: Storyboard, takes: Sequence[Take], brief: Brief) -> tuple[_Heard, ...]:
    painted = {take.shot: take.recipe for take in takes if take.recipe is not None}
    scene_of = {shot.id: scene.id for scene in storyboard.scenes for shot in scene.shots}
    requests = plan_shots(storyboard, brief)
    ends = [frames_to_samples(frame, brief.fps) for frame in accumulate(request.frames for request in requests)]
    return tuple(
        _Heard(request.shot, scene_of[request.shot], painted.get(request.shot, request.recipe), start, end)
        for request, start, end in zip(requests, [0, *ends[:-1]], ends, strict=True)
    )


def _joints(storyboard: Storyboard, heard: Sequence[_Heard], fps: int) -> tuple[int, ...]:
    """Samples over which sounds give way at the start of each shot, and at the end of the last.

    At most half of the shorter shot there, so that every sound is there as a whole for a while.
    """

    def length(transition: Transition | None) -> int:
        frames = transition.in_offset + transition.out_offset if transition else 0
        return max(frames_to_samples(frames, fps), int(CROSSFADE_S * SAMPLE_RATE))

    between = [length(transition) for transition in transitions(storyboard, fps).between]
    edges = (int(OPENING_S * SAMPLE_RATE), *between, int(CLOSING_S * SAMPLE_RATE))
    spans = [one.end - one.start for one in heard]
    shorter = [min(pair) for pair in zip([*spans, spans[-1]], [spans[0], *spans], strict=True)]
    return tuple(min(edge, short // 2) for edge, short in zip(edges, shorter, strict=True))


def _beds(heard: Sequence[_Heard], joints: Sequence[int]) -> Iterator[SoundEvent]:
    wanted = [_wanted(one) for one in heard]
    for kind in sorted({kind for row in wanted for kind in row}):
        for first, last in _runs(heard, [kind in row for row in wanted]):
            yield _bed(kind, heard, wanted, joints, first, last)


def _wanted(one: _Heard) -> dict[str, _Wanted]:
    """What lies under a shot, by kind; what is seen to make a sound is heard from where it is."""
    size = one.recipe.size
    found = {bed.kind: _Wanted(bed.db + ABOUT_DB[size], 0.0, 0.0) for bed in beds_of(one.recipe)}
    for subject in one.recipe.subjects:
        sound = sound_of(subject, one.recipe)
        if sound is not None:
            far = FAR_DB if subject.placement is Placement.FAR else 0.0
            before = found.get(sound.kind)
            gain_db = sound.db + SEEN_DB[size] + far
            found[sound.kind] = _Wanted(max(gain_db, before.gain_db if before else -99.0), *_pans(subject, one))
    return found


def _runs(heard: Sequence[_Heard], has: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """(first, last) of each row of shots of a scene that want a sound; LONGEST_S at most, but for single shots."""
    first: int | None = None
    for number, wants in enumerate(has):
        if first is not None:
            is_other = heard[number].scene != heard[first].scene
            if not wants or is_other or heard[number].end - heard[first].start > LONGEST_S * SAMPLE_RATE:
                yield first, number - 1
                first = None
        if wants and first is None:
            first = number
    if first is not None:
        yield first, len(has) - 1


def _bed(
    kind: str, heard: Sequence[_Heard], wanted: Sequence[Mapping[str, _Wanted]], joints: Sequence[int],
    first: int, last: int,
) -> SoundEvent:  # fmt: skip
    """One event under the shots *first* to *last*, as loud as they want it on the average."""
    fade_in, fade_out = joints[first], joints[last + 1]
    start = heard[first].start - (fade_in // 2 if first else 0)
    end = heard[last].end + (fade_out // 2 if last + 1 < len(heard) else 0)
    spans = [heard[number].end - heard[number].start for number in range(first, last + 1)]
    gains = [wanted[number][kind].gain_db for number in range(first, last + 1)]
    return SoundEvent(
        kind=kind,
        shot=heard[first].shot,
        start=start,
        samples=end - start,
        gain_db=round(sum(span * gain for span, gain in zip(spans, gains, strict=True)) / sum(spans), 2),
        pan=wanted[first][kind].pan,
        pan_end=wanted[last][kind].pan_end,
        fade_in=fade_in,
        fade_out=fade_out,
        seed=seed_of(heard[first].recipe.place_seed, heard[first].scene, heard[first].shot, kind),
    )


def _thunder(heard: Sequence[_Heard], number: int) -> Iterator[SoundEvent]:
    """A thunder after each flash of the shot; it rings on into the next, but not for long into another scene."""
    one = heard[number]
    kind = has_thunder(one.recipe)
    if kind is None:
        return
    limit = _scene_end(heard, number)
    for strike in strikes(one.recipe.seed, one.seconds):
        start = one.start + int((strike.seconds + _delay(strike)) * SAMPLE_RATE)
        end = min(start + int(THUNDER_S[kind] * SAMPLE_RATE), limit)
        if end - start < SHORTEST_S * SAMPLE_RATE:
            continue
        yield SoundEvent(
            kind=kind,
            shot=one.shot,
            start=start,
            samples=end - start,
            gain_db=round(FAINT_DB * _faintness(strike), 2),
            fade_out=min(int(CLOSING_S * SAMPLE_RATE), (end - start) // 2),
            seed=seed_of(one.recipe.seed, "thunder", strike.number),
        )


def _scene_end(heard: Sequence[_Heard], number: int) -> int:
    """The sample by which what begins in a shot must have died away."""
    scene = heard[number].scene
    last = max(one.end for one in heard if one.scene == scene)
    return min(last + int(RING_ON_S * SAMPLE_RATE), heard[-1].end)


def _faintness(strike: Strike) -> float:
    """0 for the strongest strike, 1 for the faintest."""
    return min(max((1 - strike.power) / 0.4, 0.0), 1.0)


def _delay(strike: Strike) -> float:
    """Seconds from the flash to its thunder: real distances would take it into the next shot."""
    return SOONEST_S + (LATEST_S - SOONEST_S) * _faintness(strike)


def _steps(one: _Heard, film_end: int) -> Iterator[SoundEvent]:
    """The steps of the first WALKERS who walk in the shot, each an event that stands where the walker is by then."""
    if one.recipe.size is ShotSize.EXTREME_WIDE:
        return
    walkers = [
        (subject, feet, number)
        for subject in one.recipe.subjects
        if subject.placement not in (Placement.FAR, Placement.SKY)
        and (feet := feet_of(subject, one.recipe)) is not None
        for number in range(subject.count)
    ]
    for subject, feet, number in walkers[:WALKERS]:
        yield from _walk(one, subject, feet, number, film_end)


def _walk(one: _Heard, subject: Subject, feet: Feet, number: int, film_end: int) -> Iterator[SoundEvent]:
    seed = seed_of(one.recipe.seed, "steps", subject.noun, number)
    pan, pan_end = _pans(subject, one)
    way = 1.0 if pan <= 0 else -1.0  # who goes somewhere goes to the middle first (builtin/painter/figures/layout.py)
    cycle = feet.cycle_s * (0.96 + 0.08 * _chance(seed, "pace"))
    turn = 0
    while True:
        beat = feet.beats[turn % len(feet.beats)] + turn // len(feet.beats)
        seconds = FIRST_STEP_S + cycle * (beat + 0.5 * number / len(feet.beats) + 0.02 * _chance(seed, turn))
        if seconds > one.seconds - STEPS_END_S:
            return
        share = seconds / one.seconds
        here = max(-1.0, min(1.0, pan + (pan_end - pan) * share + way * WALK * (share - 0.5)))
        start = one.start + int(seconds * SAMPLE_RATE)
        yield SoundEvent(
            kind=feet.kind,
            shot=one.shot,
            start=start,
            samples=min(int(STEP_S * SAMPLE_RATE), film_end - start),
            gain_db=round(SEEN_DB[one.recipe.size] + 3.0 * _chance(seed, turn, "loud") - 2.0, 2),
            pan=round(here, 3),
            pan_end=round(here, 3),
            seed=seed_of(seed, turn),
        )
        turn += 1


def _pages(one: _Heard, film_end: int) -> Iterator[SoundEvent]:
    """Pages that turn while somebody reads."""
    reader = reader_of(one.recipe)
    if reader is None or one.recipe.size is ShotSize.EXTREME_WIDE:
        return
    pan, pan_end = _pans(reader, one)
    seconds, turn = FIRST_PAGE_S, 0
    while seconds < one.seconds - PAGE_S / 2:
        start = one.start + int(seconds * SAMPLE_RATE)
        yield SoundEvent(
            kind="page",
            shot=one.shot,
            start=start,
            samples=min(int(PAGE_S * SAMPLE_RATE), film_end - start),
            gain_db=SEEN_DB[one.recipe.size],
            pan=pan,
            pan_end=pan_end,
            seed=seed_of(one.recipe.seed, "page", turn),
        )
        seconds += PAGES_S[0] + (PAGES_S[1] - PAGES_S[0]) * _chance(one.recipe.seed, "page", turn)
        turn += 1


def _pans(subject: Subject, one: _Heard) -> tuple[float, float]:
    """Where *subject* is heard at the shot's first frame and at its last."""
    column = COLUMN.get(subject.placement, 0.5)
    return _pan_at(column, one, 0.0), _pan_at(column, one, 1.0)


def _pan_at(column: float, one: _Heard, u: float) -> float:
    """The pan of what stands at *column* of the composed frame, 0 left to 1 right, at *u* of the shot's move."""
    recipe = one.recipe
    if recipe.framings is not None:
        framing: Framing = framing_at(recipe.framings, u)
        across = (column - framing.x) / framing.width
    else:
        view = view_at(recipe.move, recipe.lens, u, one.seconds, recipe.seed)
        across = (column - 0.5) * view.zoom - CAMERA * (view.pan + view.truck / FRAMED_DISTANCE)
    return round(max(-1.0, min(1.0, 2 * across)), 3)


def _chance(*parts: object) -> float:
    """A number in [0, 1) that depends on *parts*."""
    return seed_of(*parts) / 2**31
