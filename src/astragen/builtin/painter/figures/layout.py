"""Who stands where, how large and how far: the composition of a shot's subjects.

The first subject is the main one and is as tall as the shot's size asks; the others keep
their true heights beside it, softened when they differ much. Numbers are shares of the
frame; the room's `Stand` says where the ground is and how large people look on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.ink import Box, bounds
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.stage import Stage, Stand
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Placement, ShotSize

# Height of the main subject as a share of the frame's height.
_SHARE = {
    ShotSize.EXTREME_WIDE: 0.12, ShotSize.WIDE: 0.24, ShotSize.FULL: 0.60,
    ShotSize.MEDIUM: 0.78, ShotSize.CLOSE: 1.25, ShotSize.EXTREME_CLOSE: 1.8,
}  # fmt: skip
# Close shots of a thing: all of it stays in the picture. Larger ones (m) are cut, as people are.
_THING = {ShotSize.CLOSE: 0.74, ShotSize.EXTREME_CLOSE: 1.0}
_THING_MOST = 1.2
# Close shots of who has a face: its height as a share of the frame's height.
_FACE = {ShotSize.MEDIUM: 0.25, ShotSize.CLOSE: 0.44, ShotSize.EXTREME_CLOSE: 0.66}
_FACE_MOST = {ShotSize.MEDIUM: (1.3, 1.7), ShotSize.CLOSE: (2.0, 2.9), ShotSize.EXTREME_CLOSE: (3.0, 4.4)}
_MUZZLE_MOST = {ShotSize.MEDIUM: (0.8, 1.0), ShotSize.CLOSE: (1.25, 1.7), ShotSize.EXTREME_CLOSE: (1.8, 2.4)}
# Shots that cut the subject: how far down the frame its face (or middle) is.
_FOCUS = {ShotSize.MEDIUM: 0.31, ShotSize.CLOSE: 0.40, ShotSize.EXTREME_CLOSE: 0.44}
_CLEAR, _LOWER = 0.05, 0.16  # of the frame's height: free above who is cut, and how much lower that may bring it
_LOWEST_FOCUS = 0.72  # and of the others, beside it
_LOWEST_FEET = {ShotSize.EXTREME_WIDE: 0.90, ShotSize.WIDE: 0.91, ShotSize.FULL: 0.945}
_PERSON = 1.75  # m
_ROOM_SCALE = 0.8  # of the size that the room's own scale gives people: smaller would make dolls of them
_CROWN = 0.66  # share of the frame that a person beside a small main subject may fill
_WIDEST = 0.86  # of the frame's width, for a figure that is shown whole
_TALLEST = 0.84  # of the frame's height, for what stands behind the main subject
_BORDER = 0.13  # of the width kept free at the sides, where rooms hang what frames the picture
_PAIR = 0.86  # of the frame's width that two together may fill when their faces are shown
_CROWDED = 0.92  # of the frame's width that all who stand beside each other may take
_CLOSE_BY = 0.85  # of its width that each further one of a group needs
_ASIDE = 0.15  # of the width: how far from the middle one subject stands, by the shot's seed more or less
_WIDE = 0.5  # of the width from which a subject is in the middle rather than on a third
_ROAM = 0.52  # share of the frame's width that a walk may take in this time
_LONGEST = 6.0  # s; a shot's usual length at most: walkers stay in the frame that long
_REAR = 0.03  # of the stand's distance: how the rear of a group is told from its front
_RANK = 0.045  # of the frame's height that the rearmost of a group stands higher
_FAR = 2.6  # times as far away as the stand
_FAR_TALLEST = 0.48  # of the frame's height, for what is far: its top stays in the picture


class Spot(NamedTuple):
    """A figure with its place: canvas px of its feet, px a metre, distance, facing, share of air before it.

    speed: canvas px a second, in the direction it faces. reach, period: of its gait (see `Figure`).
    """

    figure: Figure
    x: float
    y: float
    metre: float
    z: float
    face: int
    fog: float
    speed: float
    reach: float
    period: float


Company = tuple[Subject, list[Figure]]


def compose(stage: Stage, recipe: Recipe, companies: Sequence[Company]) -> list[Spot]:
    """Places for all figures of *companies* (subjects with their figures, the main one first), far to near."""
    stand = stage.stand
    assert stand is not None
    random = np.random.default_rng(stable_seed("place", recipe.seed))
    main = companies[0][1][0]
    pixels = _main_height(stage, recipe, stand, companies)
    sizes = [[pixels * ratio(figure.size / main.size) for figure in figures] for _, figures in companies]
    if not _is_cut(recipe):
        fits = _fitting(stage, companies, sizes)
        sizes = [[fits * size for size in row] for row in sizes]
    columns = _columns(stage, recipe, companies, sizes)
    # Who goes somewhere goes the way of the main subject; who stands looks to the middle.
    way = 1 if columns[0] < 0.5 else -1
    line = _line(stage, recipe, main, sizes[0][0] / main.size) if _is_cut(recipe) else None
    drafts = []
    for (subject, figures), tall, column in zip(companies, sizes, columns, strict=True):
        for index, figure in enumerate(figures):
            face = way if figure.stride > 0 or len(columns) == 1 else 1 if column < 0.5 else -1
            if figure.stride == 0 and len(figures) > 2:
                # People who stand about stand two by two, face to face.
                face = 1 if index % 2 == 0 else -1
            place = _Place(subject, index, len(figures), column, face, float(random.random()), line)
            drafts.append(_draft(stage, figure, tall[index], place))
    together = [draft for draft in drafts if draft.is_walking]
    walk = _walk_of(stage, recipe, together) if together else _Walk(0.0, 0.0)
    spots = [
        _spot(stage, recipe, draft, walk if draft.is_walking else _walk_of(stage, recipe, [draft])) for draft in drafts
    ]
    return sorted(spots, key=lambda spot: -spot.z)


def _fitting(stage: Stage, companies: Sequence[Company], sizes: Sequence[Sequence[float]]) -> float:
    """How much smaller all must be for several to have room beside each other in the frame."""
    if sum(len(figures) for _, figures in companies) == 1:
        return 1.0
    is_aloft = companies[0][1][0].medium == "air"
    wide = sum(
        max(figure.length * tall / figure.size for figure, tall in zip(figures, row, strict=True))
        * (1 + _CLOSE_BY * (len(figures) - 1))
        for (_, figures), row in zip(companies, sizes, strict=True)
        if is_aloft or figures[0].medium != "air"
    )
    return float(np.clip(_CROWDED * stage.width / max(wide, 1.0), 0.5, 1.0))


def _line(stage: Stage, recipe: Recipe, main: Figure, metre: float) -> float:
    """Canvas y of the ground under *main* in a shot that cuts it: its face is high, its ears in the picture."""
    line = stage.y(_FOCUS[recipe.size]) + main.focus[1] * metre
    crown = line - bounds(main.draw(0.0, 1.0)).top * metre
    return line + float(np.clip(stage.y(_CLEAR) - crown, 0.0, _LOWER * stage.height))


def ratio(true: float) -> float:
    """True size ratios, softened beyond half and one and a half: a mouse and an elephant share a frame."""
    if true > 1.6:
        return float(1.6 * (true / 1.6) ** 0.45)
    if true < 0.45:
        return float(0.45 * (true / 0.45) ** 0.45)
    return true


def _is_cut(recipe: Recipe) -> bool:
    return recipe.size in _FOCUS


def _main_height(stage: Stage, recipe: Recipe, stand: Stand, companies: Sequence[Company]) -> float:
    """Px that the main subject's size stands for."""
    main = companies[0][1][0]
    pixels = _SHARE[recipe.size] * stage.height
    if main.pieces is None and main.size < _THING_MOST:
        pixels = _THING.get(recipe.size, _SHARE[recipe.size]) * stage.height
    if _is_cut(recipe) and main.pieces is not None:
        low, high = _FACE_MOST[recipe.size] if main.is_person else _MUZZLE_MOST[recipe.size]
        tall = float(np.clip(_FACE[recipe.size] * main.size / main.face, low, high)) * min(stage.height, stage.unit)
        if main.span == 0:
            return tall
        return min(tall, _PAIR * stage.width * main.size / (main.span + 0.35 * main.height))
    if not _is_cut(recipe):
        pixels = max(pixels, _ROOM_SCALE * stand.metre * _PERSON)
        pixels *= float(np.clip((main.size / _PERSON) ** 0.22, 0.5, 1.8))
        people = [figure.height for _, figures in companies for figure in figures if figure.height < 2.5]
        tallest = max((ratio(height / main.size) for height in people), default=1.0)
        pixels = min(pixels, _TALLEST * stage.height, _CROWN * stage.height / tallest)
    widest = _WIDEST if not _is_cut(recipe) else 1.7
    return min(pixels, widest * stage.width * main.size / max(main.length, 0.3 * main.height))


def _columns(
    stage: Stage, recipe: Recipe, companies: Sequence[Company], sizes: Sequence[Sequence[float]]
) -> list[float]:
    """Where in the frame each subject's middle is, 0 left to 1 right: thirds, away from the sun, not in each other."""
    side = stage.light.side
    count = len(companies)
    fixed = {Placement.LEFT: 0.30, Placement.CENTRE: 0.5, Placement.RIGHT: 0.70}
    main, shot = companies[0][1][0], np.random.default_rng(stable_seed("column", recipe.seed))
    is_wide = main.length * sizes[0][0] / main.size > _WIDE * stage.width
    aside = 0.03 if is_wide else _ASIDE * float(shot.uniform(0.6, 1.4))
    free = [0.5 - aside * side] if count == 1 else [0.5 - side * (0.18 - 0.36 * i / (count - 1)) for i in range(count)]
    if _is_cut(recipe):
        free = [0.5 + (x - 0.5) * 0.85 for x in free]
    wanted = [
        fixed[subject.placement] if subject.placement in fixed else free[i] for i, (subject, _) in enumerate(companies)
    ]
    widths = [
        min(
            0.9,
            max(figure.length * tall / figure.size for figure, tall in zip(figures, talls, strict=True)) / stage.width,
        )
        * (1 + 0.45 * (len(figures) - 1))
        for (_, figures), talls in zip(companies, sizes, strict=True)
    ]
    return _apart(wanted, widths)


def _apart(wanted: Sequence[float], widths: Sequence[float]) -> list[float]:
    """*wanted* middles pushed apart until neighbours overlap by a fifth at most, kept in the frame."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    at = [wanted[i] for i in order]
    for k in range(1, len(at)):
        gap = 0.4 * (widths[order[k - 1]] + widths[order[k]])
        at[k] = max(at[k], at[k - 1] + gap)
    spread = at[-1] - at[0]
    room = max(0.2, 0.94 - 0.5 * (widths[order[0]] + widths[order[-1]]))
    squeeze = min(1.0, room / spread) if spread > 0 else 1.0
    middle = (at[0] + at[-1]) / 2
    drift = middle - float(np.clip(middle, 0.5 - 0.5 * (1 - spread * squeeze), 0.5 + 0.5 * (1 - spread * squeeze)))
    if len(at) > 1:
        drift = 0.75 * (middle - 0.5) if spread > 0.3 else drift
    found = [0.0] * len(wanted)
    for k, i in enumerate(order):
        found[i] = middle - drift + (at[k] - middle) * squeeze
    return found


class _Place(NamedTuple):
    """The *number*-th *of* so many of a subject, about *column*, facing *face*; chance: 0 to 1.

    line: canvas y of the ground in shots that cut the main subject, None in others.
    """

    subject: Subject
    number: int
    of: int
    column: float
    face: int
    chance: float
    line: float | None


class _Draft(NamedTuple):
    """A figure with its scale and its first place; box: its extent in metres, as it faces."""

    figure: Figure
    place: _Place
    metre: float
    x: float
    box: Box

    @property
    def is_walking(self) -> bool:
        """It goes somewhere on the ground, or on the water."""
        return self.figure.stride > 0 and self.figure.medium != "air"


class _Walk(NamedTuple):
    """speed: px a second that all who walk together go. shift: px that they are moved to stay in the frame."""

    speed: float
    shift: float


def _draft(stage: Stage, figure: Figure, size: float, place: _Place) -> _Draft:
    away = 1.0 if place.of == 1 else 1.0 + 0.11 * ((place.number * 2) % 3) + 0.05 * place.chance
    metre = size / figure.size / away
    if place.subject.placement is Placement.FAR:
        metre = min(metre / _FAR, _FAR_TALLEST * stage.height / figure.height)
    across = place.column + _shift(stage, figure, metre, place) + 0.02 * (place.chance - 0.5)
    return _Draft(figure, place, metre, stage.x(across), bounds(figure.draw(0.0, 1.0), place.face))


def _walk_of(stage: Stage, recipe: Recipe, drafts: Sequence[_Draft]) -> _Walk:
    """The common speed at which *drafts* stay in the frame for a whole shot, and where they must stand for it."""
    natural = min(draft.figure.stride * draft.metre / draft.figure.period for draft in drafts)
    if _is_cut(recipe):
        return _Walk(min(natural, _ROAM * 0.5 * stage.width / _LONGEST), 0.0)
    left = min(draft.x + draft.box.left * draft.metre for draft in drafts)
    right = max(draft.x + draft.box.right * draft.metre for draft in drafts)
    low, high = stage.x(_BORDER), stage.x(1 - _BORDER)
    room = max(0.02 * stage.width, high - low - (right - left))
    speed = min(natural, min(room, _ROAM * stage.width) / _LONGEST)
    way = 0.5 * speed * _LONGEST
    least, most = low - (left - way), high - (right + way)
    return _Walk(speed, float(np.clip(0.0, least, most)) if least < most else (least + most) / 2)


def _spot(stage: Stage, recipe: Recipe, draft: _Draft, walk: _Walk) -> Spot:
    stand = stage.stand
    assert stand is not None
    figure, place, metre = draft.figure, draft.place, draft.metre
    is_far = place.subject.placement is Placement.FAR
    # A shot that cuts the subject looks at its face.
    x = draft.x - place.face * figure.focus[0] * metre if _is_cut(recipe) else draft.x + walk.shift
    nearer = metre / max(stand.metre, 1e-6)
    y = _feet(stage, recipe, stand, figure, x, metre, nearer, place)
    z = _distance(stand.z, nearer, is_far=is_far)
    fog = stand.shade * (1.7 if is_far else 0.6 if nearer > 1.3 else 1.0)
    reach, period = _gait(figure, metre, walk.speed)
    return Spot(figure, x, y, metre, z, place.face, float(np.clip(fog, 0, 0.85)), walk.speed, reach, period)


def _distance(stand: float, nearer: float, *, is_far: bool) -> float:
    """Distance of who looks *nearer* times as large as people at the *stand*: nobody slips behind what stands there."""
    if is_far:
        return float(np.clip(stand / max(nearer, 0.2), stand, 4 * stand))
    if nearer < 1:
        return float(stand * min(1.0 + _REAR * (1 / nearer - 1), 1.1))
    return max(stand / nearer, min(1.7, stand))


def _gait(figure: Figure, metre: float, speed: float) -> tuple[float, float]:
    """(reach of the steps, seconds a cycle) at which *figure* goes *speed* px a second: slower, then shorter steps."""
    if figure.stride == 0:
        return 1.0, figure.period
    ease = min(1.0, speed * figure.period / (figure.stride * metre))
    if figure.medium != "ground":
        return 1.0, figure.period * min(1.6, ease**-0.4)
    slow = max(0.6, ease**0.5)
    # Below three tenths a walk is a shuffle; the ground gives way rather than the picture.
    return max(0.3, ease / slow), figure.period / slow


def _shift(stage: Stage, figure: Figure, metre: float, place: _Place) -> float:
    """How far the members of a group stand beside its middle."""
    if place.of == 1:
        return 0.0
    tight = 0.55 if figure.stride > 0 else 0.42
    gap = max(0.82 * figure.length, tight * figure.height) * metre / stage.width
    gap = min(gap, 0.86 / place.of)
    order = (
        place.number
        if place.of < 4
        else (place.number * 2) % place.of + (place.of % 2 == 0) * (2 * place.number >= place.of)
    )
    return (order - (place.of - 1) / 2) * gap


def _feet(
    stage: Stage, recipe: Recipe, stand: Stand, figure: Figure, x: float, metre: float, nearer: float, place: _Place
) -> float:
    """Canvas y of the feet: on the ground, as far below eye level as its size asks; or in the air."""
    is_far = place.subject.placement is Placement.FAR
    if place.line is not None and not is_far:
        # All stand on the main subject's ground, raised where they would be out of the picture.
        return min(place.line, stage.y(_LOWEST_FOCUS) + figure.focus[1] * metre)
    if figure.medium == "air" or place.subject.placement is Placement.SKY:
        top, bottom = stand.sky
        row = 0.5 if place.of == 1 else (place.number * 0.618 + 0.3 * place.chance) % 1.0
        tall = figure.height * metre
        room = bottom - top - tall
        return top + tall + row * room if room > 0 else (top + bottom + tall) / 2
    ground = stand.ground(x)
    drop = ground - stage.horizon
    if is_far:
        return stage.horizon + drop * max(0.12, min(nearer, 0.7))
    lowest = max(stage.y(_LOWEST_FEET[recipe.size]), ground)
    feet = min(max(stage.horizon + drop * max(nearer, 1.0), ground), lowest)
    if place.of > 1:
        # The rear of a group stands a little higher in the picture.
        feet -= min(0.16 * max(0.0, drop), _RANK * stage.height) * ((place.number * 2) % 3) * 0.5
    return feet
