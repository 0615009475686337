"""Four-legged animals: one rig, a row of `data/painter/figures/quadrupeds.json` for each.

Lengths count in heights at the withers; the animal faces right. The trunk and neck are one
tapered tube from tail to head, so that the outline flows; the head is a drawn outline.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.beasts.coat import humps, leg, mane, ruff, tail, trunk
from astragen.builtin.painter.figures.beasts.head import ear, head
from astragen.builtin.painter.figures.beasts.rig import Rig, colours_of
from astragen.builtin.painter.figures.beasts.stance import Stance, stance_of
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.gait import stride_of
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.tables import read_table

FAR = 0.74  # the far legs lie in the body's shade


def animal(row: Mapping[str, Any], stance: Stance, body: F32, seed: int) -> list[Part]:
    """The parts of an animal in *stance*, in withers heights."""
    rig, colours = Rig(row, stance), colours_of(row, body)
    hind_far, fore_far = rig.hind(stance.feet[1], 0.03), rig.fore(stance.feet[3], 0.03)
    hind, fore = rig.hind(stance.feet[0], 0.0), rig.fore(stance.feet[2], 0.0)
    parts = [
        *leg(row, hind_far, colours, is_hind=True, shade=FAR),
        *leg(row, fore_far, colours, is_hind=False, shade=FAR),
        *tail(rig, colours),
        *ear(rig, colours, is_far=True),
        *(humps(rig, body) if row.get("humps") else []),
    ]
    near = [*leg(row, hind, colours, is_hind=True, shade=1.0), *leg(row, fore, colours, is_hind=False, shade=1.0)]
    middle = trunk(rig, body, seed)
    parts += [*near, *middle] if row.get("fleece") else [*middle, *near]
    if "ruff" in row:
        parts.append(ruff(rig, rgb(row["ruff"])))
    if "mane" in row:
        parts += mane(rig, rgb(row["mane"]))
    return [*parts, *head(rig, colours), *ear(rig, colours, is_far=False)]


def quadruped_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """An animal doing something; said: species, and optionally body (colour) and scale."""
    row: Mapping[str, Any] = read_table("figures/quadrupeds.json")[said["species"]]
    height = float(row["height"]) * float(said.get("scale", 1.0))
    body = rgb(str(said.get("body", row["body"])))
    seed = stable_seed("animal", who)
    pose, period, reach, duty = stance_of(row, action)
    stride = 0.0 if reach == 0 else stride_of(reach, duty) * height
    slow = max(0.75, (height / 0.6) ** 0.22)

    def draw(phase: float, share: float) -> list[Part]:
        return [part.grown(height) for part in animal(row, pose(phase, row, share), body, seed)]

    head = row["spine"][-1]
    top = float(row.get("top", max(1.0, head[1] + 0.25 * row["head_length"])))
    long = float(head[0] + row["head_length"] - row["spine"][0][0] + 0.3)
    return Figure(
        draw=draw, height=top * height, length=long * height, period=period * slow, stride=stride,
        focus=((float(head[0]) + 0.3 * row["head_length"]) * height, float(head[1]) * height),
        poses=24 if period < 2.5 else 12, play="loop" if period < 2.5 else "sway",
    )  # fmt: skip
