"""Where people live, seen from outside: streets, gardens, villages, markets, farms, camps.

A place is a row of data/painter/neighbourhood.json: patches of ground, models that
stand on it, trees. The place's seed chooses houses and their colours; the shot's seed
moves the camera. Start reading at `compose`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter import fences, openings  # noqa: F401  (they register their surfaces)
from astragen.builtin.painter.backdrop import hang_backdrop
from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.lawn import hang_lawn
from astragen.builtin.painter.noise import blur, stable_seed
from astragen.builtin.painter.plants import broadleaf, in_air, leaves_of, pine, table
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.raster import Lamp, Lighting, picture_of
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.solids import Face, model_faces, model_marks
from astragen.builtin.painter.stage import Stage, air_at
from astragen.builtin.painter.surfaces import Brush
from astragen.builtin.painter.weather import weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, Weather

Row = Sequence[Any]


@cache
def _table() -> dict[str, Any]:
    text = (resources.files("astragen") / "data" / "painter" / "neighbourhood.json").read_text(encoding="utf-8")
    rows: dict[str, Any] = json.loads(text)
    return rows


def place_of(setting: str) -> str:
    """The kind of place that the words of *setting* name; a street of houses when they name none."""
    words: dict[str, str] = _table()["words"]
    said = setting.lower().replace("-", " ").split()
    forms = [form for word in reversed(said) for form in (word, word.removesuffix("s"))]
    return next((words[form] for form in forms if form in words), "street")


class Thing(NamedTuple):
    """A model on the plot: its faces in plot coordinates, its marks, and how it is painted."""

    faces: list[Face]
    marks: list[tuple[str, Row]]
    brush: Brush
    x: float
    d: float


def compose(stage: Stage, recipe: Recipe) -> None:
    site = _table()["places"][place_of(recipe.setting)]
    plot = Plot(stage, recipe, turn=site["turn"], roam=site["roam"])
    hang_sky(stage, recipe, magnify=plot.focal / (1.15 * stage.height))
    hang_backdrop(plot, recipe, hills=site["hills"], belt=site["belt"], conifers=site["conifers"])
    is_white = recipe.season is Season.WINTER or recipe.weather is Weather.SNOW
    lighting = Lighting(plot, stage.light, is_white=is_white)
    things = _things(recipe, stage, site["things"])
    trees = [_tree(plot, recipe, row, i) for i, row in enumerate(site["trees"])]
    trees = [t for t in trees if t is not None]
    every = [f for t in things for f in t.faces]
    brush = things[0].brush
    lighting.cast(every, brush, [_tree_shade(plot, lighting, t) for t in trees])
    if stage.light.dark > 0.4:
        for t in things:
            for kind, m in t.marks:
                if kind == "lamp":
                    x,y,d,reach,power = m
                    lighting.lamps.append(Lamp(plot.world(np.array([x,y,d],np.float32)), rgb("#ffb765"), reach, power*stage.light.dark))
    hang_lawn(plot, recipe, lighting, site["ground"], every, [(t[0], t[1], t[2]*0.4) for t in trees])
    for t in things:
        piece = picture_of(plot, t.faces, t.brush, lighting)
        if piece is not None:
            stage.plate(piece.picture, plot.z(piece.depth), x=piece.x, y=piece.y)
    for x, d, tall, pic, px, py, scale, depth in trees:
        air = air_at(stage, np.asarray([px], np.float32))[0]
        stage.plate(in_air(pic, air, float(plot.fade(np.float32(depth)))), plot.z(depth), x=px-pic.shape[1]/2, y=py-pic.shape[0]+0.02*scale)
    stage.stand = plot.stand()
    weather(stage, recipe)


def _tree(plot, recipe, row, i):
    kind, x, d, tall = row
    px, py, scale, depth = plot.at(x, 0, d)
    h = int(tall*scale)
    if depth < 2 or h < 6 or not -h < px < plot.stage.canvas_width + h: return None
    r = np.random.default_rng(stable_seed(recipe.place_seed, "tree", i))
    seed = int(r.integers(1<<30))
    if kind == "pine":
        pic = pine(h, seed=seed, light=plot.stage.light, shades=table()["needles"][recipe.season.value], snow=0.0)
    else:
        shades = leaves_of(recipe.season, r)
        pic = broadleaf(h, seed=seed, light=plot.stage.light, shades=shades, fullness=0 if recipe.season is Season.WINTER else 1)
    return x, d, tall, pic, px, py, scale, depth


def _tree_shade(plot, lighting, t):
    x, d, tall, pic, px, py, scale, depth = t
    c = plot.world(np.array([x,0,d],np.float32))
    side = lighting._side
    w = pic.shape[1]/scale; h = pic.shape[0]/scale
    corner = c - side*w/2 + np.array([0,h,0],np.float32)
    a = cv2.resize(pic[...,3], (96, max(8,int(96*h/w))), interpolation=cv2.INTER_AREA)
    return corner.astype(np.float32), (side*w).astype(np.float32), np.array([0,-h,0],np.float32), a


def _things(recipe, stage, rows):
    out = []
    tab = _table()
    for i, (name, x, d, turn, palette) in enumerate(rows):
        r = np.random.default_rng(stable_seed(recipe.place_seed, "thing", i))
        if name in tab["groups"]:
            name = str(r.choice(tab["groups"][name]))
        mirror = -1.0 if r.random() < 0.5 else 1.0
        pal = tab["palettes"][palette]; colours = {**tab["palettes"]["yard"][0], **pal[int(r.integers(len(pal)))]}
        L = stage.light
        lit = 0.0 if L.dark < 0.3 else 0.65
        is_white = recipe.season is Season.WINTER or recipe.weather is Weather.SNOW
        brush = Brush(colours, L, recipe.season, is_white, lit, r)
        t = math.radians(turn)
        parts = tab["models"][name]
        faces = [f.moved(x, d, t, mirror) for f in model_faces(parts)]
        marks = []
        for kind in ("lamp","smoke"):
            for m in model_marks(parts, kind):
                v = Face(np.array(m[:3],np.float32), np.zeros(3,np.float32), np.zeros(3,np.float32), "", "").moved(x,d,t,mirror).corner
                marks.append((kind, [*map(float, v), *m[3:]]))
        out.append(Thing(faces, marks, brush, x, d))
    return out
