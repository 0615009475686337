"""How somebody looks: build, colours, hair, outfit, hat and prop, fixed by who they are.

Rows of `data/painter/figures/people.json`. Everything that is not said is drawn from a
stable hash of the person's name, so the same person looks the same in every shot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.tables import read_table

DARK = rgb("#2b2622")


class Build(NamedTuple):
    """Proportions in body heights; half-widths for shoulder, waist, hip. head: half the height of the head.

    depth: how wide the trunk is from the side, against the front.
    """

    head: float
    neck: float
    shoulder: float
    waist: float
    hip: float
    hip_y: float
    arm: float
    limb: float
    depth: float


class Look(NamedTuple):
    """A person, dressed. Colours by name: skin, hair, eyes, top, bottom, shoes, accent, prop.

    is_soft: lashes, fine brows and coloured lips. mood: a row of `moods`.
    """

    build: Build
    height: float
    colours: Mapping[str, F32]
    hair: str
    beard: str
    hat: str
    outfit: Mapping[str, Any]
    prop: str
    is_child: bool
    is_old: bool
    is_soft: bool
    mood: str

    def colour(self, name: str) -> F32:
        """The colour called *name* here, or the literal "#rrggbb"."""
        if name.startswith("#"):
            return rgb(name)
        return DARK if name == "dark" else self.colours[name]


def people() -> Mapping[str, Any]:
    """The table of people."""
    return read_table("figures/people.json")


def dressed(who: str, said: Mapping[str, Any]) -> Look:
    """The look of *who* (a stable name), with everything *said* about them kept.

    said: any of build, sex, height, skin, hair, hair_colour, beard, hat, outfit, prop, top, bottom,
    shoes, accent, prop_colour, eyes, mood; colours as "#rrggbb". The mood moves the face and nothing else.
    """
    rows = people()
    random = np.random.default_rng(stable_seed("person", who))
    build = str(said.get("build") or ("woman" if random.random() < 0.5 else "man"))
    is_old = build == "elder" or bool(said.get("old"))
    picked = _colours(rows, random, said, is_old=is_old)
    hair = str(said.get("hair") or _hair(build, random, str(said.get("sex", ""))))
    outfit: Mapping[str, Any] = rows["outfits"][str(said.get("outfit") or _outfit(build, random))]
    if "top" in outfit:
        picked["top"] = rgb(outfit["top"])
    sex = str(said.get("sex", ""))
    eyes = np.random.default_rng(stable_seed("eyes", who))
    picked["eyes"] = rgb(str(said.get("eyes") or eyes.choice(rows["eyes"])))
    return Look(
        build=Build(**rows["builds"][build]),
        height=float(said.get("height", 1.75)),
        colours=picked,
        hair=hair,
        beard=str(said.get("beard", "")),
        hat=str(said.get("hat", "")),
        outfit=outfit,
        prop=str(said.get("prop", "")),
        is_child=build == "child",
        is_old=is_old,
        is_soft=sex == "f" or (sex != "m" and build == "woman"),
        mood=str(said.get("mood", "calm")),
    )


def _colours(rows: Any, random: np.random.Generator, said: Mapping[str, Any], *, is_old: bool) -> dict[str, F32]:  # noqa: ANN401  (JSON)
    def pick(name: str, key: str) -> F32:
        choice = str(random.choice(rows[name]))
        return rgb(str(said.get(key) or choice))

    colours = {
        "skin": pick("skins", "skin"),
        "hair": pick("grey_hairs" if is_old else "hairs", "hair_colour"),
        "top": pick("tops", "top"),
        "bottom": pick("bottoms", "bottom"),
        "shoes": pick("shoes", "shoes"),
        "accent": pick("tops", "accent"),
        "prop": pick("tops", "prop_colour"),
        "tights": rgb("#efe6e0"),
    }
    if float(np.abs(colours["accent"] - colours["top"]).sum()) < 0.25:
        colours["accent"] = mix(colours["top"], "#f2e6cc", 0.65)
    return colours


def _hair(build: str, random: np.random.Generator, sex: str) -> str:
    if build == "elder":
        return str(random.choice(["bun", "bob"] if sex == "f" else ["balding", "short"]))
    if build == "child":
        girls, boys = ["bob", "pigtails", "ponytail", "long"], ["tousled", "short", "curly"]
        return str(random.choice(girls if sex == "f" else boys if sex == "m" else girls + boys))
    if sex == "f" or (sex != "m" and build == "woman"):
        return str(random.choice(["long", "bob", "ponytail", "bun", "curly"]))
    return str(random.choice(["short", "tousled", "short", "curly"]))


def _outfit(build: str, random: np.random.Generator) -> str:
    if build == "child":
        return str(random.choice(["shirt", "hoodie", "shorts"]))
    return str(random.choice(["coat", "sweater", "shirt"]))
