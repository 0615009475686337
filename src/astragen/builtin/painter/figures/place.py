"""Subjects on the stage: cast them, compose them, paint their cycles, hang them.

`place` is called once the room has composed and set `stage.stand`. Who somebody is decides
their looks; the shot's seed decides only where they stand.
"""

from __future__ import annotations

import numpy as np

from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.figures.actor import Actor, Beam, Lantern, Way
from astragen.builtin.painter.figures.afloat import afloat, submerged
from astragen.builtin.painter.figures.company import figures_for
from astragen.builtin.painter.figures.cycle import Cast, paint_cycle
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.ink import Box, Lamp
from astragen.builtin.painter.figures.lamp import lamp_at
from astragen.builtin.painter.figures.layout import Company, Spot, compose
from astragen.builtin.painter.figures.puppet import Puppet, cut_out
from astragen.builtin.painter.figures.staging import staged
from astragen.builtin.painter.stage import Stage
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Placement

_SLACK = 0.04  # frame heights painted beyond the canvas, for what rocks and sways
_LONGEST = 7.0  # s a walker is painted for beyond the frame
# Up to so many figures in a shot, this share of their poses is painted.
_POSES = ((2, 1.0), (4, 0.7), (8, 0.5), (14, 0.33), (96, 0.25))
_LANDMARKS = frozenset({"lighthouse", "windmill"})  # settings that are a building
_ACTOR = (0.5, 3.0)  # m; sizes of those who act: a child, a horse
_TRIFLE = 0.4  # of an actor's size: smaller things are props beside it
_SHADE = 0.38  # of the ambient light: what is left of the ground in a shadow
_PUPPET = 1.05  # frame heights from which somebody is a puppet: the legs are out of the picture
_PUPPET_STANDING = 0.28  # and from which whoever stands is one: smaller faces need not act
_STANDING = ("still", "sway", "rumble", "bob")


def place(stage: Stage, recipe: Recipe) -> None:
    """Hang the subjects of *recipe* on *stage*, whose `stand` the room has set."""
    stand = stage.stand
    assert stand is not None
    companies: list[Company] = []
    for subject in (*recipe.subjects, *_landmarks(recipe)):
        figures = figures_for(subject, recipe.season.value)
        if figures:
            minded = [_minded(figure, recipe) for figure in figures]
            companies.append((subject, minded))
    if not companies:
        return
    together = staged(_actors_first(companies))
    if stand.is_water:
        # Under the surface the free space goes down past eye level.
        wet = submerged if stand.sky[1] > stage.horizon else afloat
        together = [(subject, [wet(figure) for figure in figures]) for subject, figures in together]
    spots = compose(stage, recipe, together)
    for index, spot in enumerate(spots):
        _enter(stage, spot, index, len(spots))


def _minded(figure: Figure, recipe: Recipe) -> Figure:
    """*figure* with the mood of the shot in its face."""
    return figure.recast({"mood": recipe.mood.value}) if figure.is_person and figure.recast is not None else figure


def _landmarks(recipe: Recipe) -> list[Subject]:
    """What the place is named after, seen from afar unless somebody already stands at it: the lighthouse."""
    named = {subject.noun for subject in recipe.subjects}
    words = [word for word in recipe.setting.lower().split() if word in _LANDMARKS and word not in named]
    return [Subject(noun=word, placement=Placement.FAR if recipe.subjects else None) for word in words]


def _actors_first(companies: list[Company]) -> list[Company]:
    """*companies* with an actor in front when the first is a trifle beside it: no berry fills a child's shot."""
    first = companies[0][1][0]
    for company in companies[1:]:
        figure = company[1][0]
        if _ACTOR[0] <= figure.size <= _ACTOR[1] and first.size < _TRIFLE * figure.size:
            return [company, *(other for other in companies if other is not company)]
    return companies


def _enter(stage: Stage, spot: Spot, index: int, count: int) -> None:
    """Paint *spot* and hang it, with its glows."""
    figure, metre = spot.figure, spot.metre
    lamp = lamp_at(stage, spot.x, spot.y - 0.5 * figure.height * metre, fog=spot.fog)
    tall = figure.height * metre / stage.height
    is_puppet = figure.pieces is not None and (tall > _PUPPET or (tall > _PUPPET_STANDING and not figure.steps))
    actor = _puppet(stage, spot, index, lamp) if is_puppet else _actor(stage, spot, index, count, lamp)
    stage.add(actor)
    gain = 0.3 + 0.7 * lamp.shine
    for glow in figure.glows(0.0) if figure.glows else []:
        stage.add(Lantern(actor, glow, metre, spot.face, gain))
        if glow.beam > 0 and lamp.shine > 0.25:
            stage.add(Beam(actor, glow, metre, spot.face, gain, stage))


def _puppet(stage: Stage, spot: Spot, index: int, lamp: Lamp) -> Puppet:
    """Somebody so close that their face acts."""
    figure = spot.figure
    assert figure.pieces is not None
    is_whole = figure.height * spot.metre < _PUPPET * stage.height
    cast = _cast(stage, spot) if is_whole and figure.medium == "ground" and figure.motion in _STANDING else None
    doll = cut_out(
        figure.pieces(), spot.metre, spot.face, lamp, window=_window(stage, spot), cast=cast, scale=stage.scale
    )
    return Puppet(
        doll, spot.z - 0.0005 * index, Way(spot.x, spot.y, spot.speed * spot.face),
        period=spot.period, size=figure.height * spot.metre, metre=spot.metre, face=spot.face,
        motion=figure.motion, phase=(0.37 * index) % 1.0, shade_colour=_shade_colour(stage, spot),
    )  # fmt: skip


def _actor(stage: Stage, spot: Spot, index: int, count: int, lamp: Lamp) -> Actor:
    """A figure pose by pose."""
    figure, metre, face = spot.figure, spot.metre, spot.face
    is_standing = figure.medium == "ground" and figure.motion in _STANDING
    cast = _cast(stage, spot) if is_standing else _reflection(stage, spot) if figure.medium == "water" else None
    # A crowd moves in fewer poses each: nobody is looked at that closely.
    share = next(share for most, share in _POSES if count <= most)
    poses = max(min(4, figure.poses), round(figure.poses * share))
    cycle = paint_cycle(
        figure,
        metre,
        face,
        lamp,
        window=_window(stage, spot),
        reach=spot.reach,
        cast=cast,
        scale=stage.scale,
        poses=poses,
    )
    stand = stage.stand
    assert stand is not None
    return Actor(
        cycle, spot.z - 0.0005 * index,
        Way(spot.x, spot.y, spot.speed * face, stand.ground if spot.speed and is_standing else None),
        period=spot.period, size=figure.height * metre, motion=figure.motion, shade_colour=_shade_colour(stage, spot),
        play=figure.play, wave=figure.wave, metre=metre, face=face, phase=(0.37 * index) % 1.0,
    )  # fmt: skip


def _window(stage: Stage, spot: Spot) -> Box:
    """The part of the figure's plane that the canvas can show, metres from its feet."""
    slack = _SLACK * stage.height
    wide = slack + spot.speed * _LONGEST
    is_cut_by_water = spot.figure.medium == "water" and spot.figure.motion == "bob"
    return Box(
        (-spot.x - wide) / spot.metre,
        0.0 if is_cut_by_water else (spot.y - stage.canvas_height - slack) / spot.metre,
        (stage.canvas_width - spot.x + wide) / spot.metre, (spot.y + slack) / spot.metre,
    )  # fmt: skip


def _shade_colour(stage: Stage, spot: Spot) -> F32:
    assert stage.stand is not None
    air = np.ravel(stage.stand.air)[:3].astype(np.float32)
    return mix(stage.light.ambient * _SHADE, air, 0.5 * spot.fog)


def _cast(stage: Stage, spot: Spot) -> Cast:
    """The shadow: away from the sun, toward the viewer, longer the lower the sun."""
    sun_x, _ = stage.sun
    low = 1 - min(1.0, stage.light.sun_y / 0.34)
    # All shadows of a picture lean one way, the farther from the sun the more.
    away = 0.3 + 0.7 * abs(spot.x - sun_x) / (0.5 * stage.width)
    across = -stage.light.side * min(1.0, away)
    clear = min(1.0, stage.light.strength)
    height = spot.metre * spot.figure.height / stage.height
    return Cast(
        right=across * (0.75 + 0.9 * low),
        down=0.16 + 0.16 * low,
        blur=(3.0 + 14 * (1 - clear)) * stage.scale * (0.5 + 1.3 * height),
        strength=0.62 * clear,
    )


def _reflection(stage: Stage, spot: Spot) -> Cast:
    """What floats darkens the water before it: its mirror image, squat and soft."""
    return Cast(right=0.0, down=0.30, blur=6.0 * stage.scale, strength=0.26, is_water=True)
