"""Plants as figures: grown from a seed, dressed by the season, swaying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter.colour import mix, rgb
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.plants.grown import Grown
from astragen.builtin.painter.figures.plants.herbs import cactus, flower, meadow, mushroom, rose, sprout, tulip
from astragen.builtin.painter.figures.plants.trees import bare, birch, broadleaf, bush, palm, pine
from astragen.builtin.painter.noise import stable_seed

_SEASONS: Mapping[str, str] = {"spring": "#7fae55", "summer": "#4f7f3f", "autumn": "#c97a34", "winter": "#8f9aa0"}


class _Species(NamedTuple):
    grow: Callable[[Grown], list[Part]]
    height: float
    width: float
    leaf: str
    accent: str
    is_deciduous: bool = False


_SPECIES: Mapping[str, _Species] = {
    "tree": _Species(broadleaf, 9.0, 8.0, "#4f7f3f", "#a8b85a", True),
    "blossom_tree": _Species(broadleaf, 6.0, 5.4, "#e6a8bc", "#f8dce4"),
    "pine": _Species(pine, 11.0, 7.0, "#2f5a45", "#3f6a4a"),
    "palm": _Species(palm, 8.0, 6.0, "#4f8a45", "#8a6a3a"),
    "birch": _Species(birch, 9.0, 4.0, "#7f9f4a", "#c8c060", True),
    "bare_tree": _Species(bare, 8.0, 6.0, "#5a463a", "#5a463a"),
    "bush": _Species(bush, 1.4, 2.4, "#4f7a45", "#8aa85a", True),
    "flower": _Species(flower, 0.9, 0.5, "#4f7d3a", "#d9585a"),
    "sunflower": _Species(flower, 1.8, 0.9, "#4f7d3a", "#e6b02f"),
    "daisy": _Species(flower, 0.6, 0.4, "#4f7d3a", "#f2f0ea"),
    "rose": _Species(rose, 0.8, 0.4, "#4f7d3a", "#c0303f"),
    "tulip": _Species(tulip, 0.6, 0.35, "#5a8a45", "#d9503f"),
    "grass": _Species(meadow, 0.6, 1.5, "#6a9a4a", "#9ab060"),
    "wheat": _Species(meadow, 1.1, 2.6, "#b59a4a", "#dcb85a"),
    "cactus": _Species(cactus, 3.0, 1.7, "#4f8058", "#d9708a"),
    "mushroom": _Species(mushroom, 0.22, 0.22, "#efe6d4", "#b8392f"),
    "sprout": _Species(sprout, 0.3, 0.3, "#6aa84a", "#8ac060"),
}


def plant_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """A plant; said: species, and optionally body (colour of leaf or bloom), scale and season."""
    name = str(said["species"])
    season = str(said.get("season", "summer"))
    if name == "tree" and season == "winter":
        name = "bare_tree"
    species = _SPECIES[name]
    height = species.height * float(said.get("scale", 1.0))
    leaf, accent = rgb(species.leaf), rgb(species.accent)
    if species.is_deciduous and season in ("autumn", "spring"):
        leaf = mix(leaf, _SEASONS[season], 0.75)
        accent = mix(accent, _SEASONS[season], 0.4)
    if name == "pine" and season == "winter":
        accent = rgb("#f2f6fa")
    if "body" in said:
        blooms = species.grow in (flower, rose, tulip, mushroom)
        leaf, accent = (leaf, rgb(said["body"])) if blooms else (rgb(said["body"]), accent)
    seed = stable_seed("plant", who)

    def draw(phase: float, reach: float) -> list[Part]:
        return species.grow(Grown(np.random.default_rng(seed), height, leaf, accent, phase))

    return Figure(draw=draw, height=height, length=species.width * height / species.height, period=5.0,
                  focus=(0.0, 0.66 * height), poses=6, play="sway")  # fmt: skip
