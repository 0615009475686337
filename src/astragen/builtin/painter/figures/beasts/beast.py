"""Four-legged animals: one rig, a row of `data/painter/figures/quadrupeds.json` for each.

Lengths count in heights at the withers; the animal faces right. The trunk and neck are one
tapered tube from tail to head, so that the outline flows; the head is a drawn outline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.beasts.coat import humps, leg, mane, ruff, tail, trunk
from astragen.builtin.painter.figures.beasts.head import ear, head, skull
from astragen.builtin.painter.figures.beasts.rig import Rig, along, colours_of
from astragen.builtin.painter.figures.beasts.stance import Stance, stance_of
from astragen.builtin.painter.figures.eyes import blink
from astragen.builtin.painter.figures.figure import Figure, Hold, Piece
from astragen.builtin.painter.figures.gait import stride_of
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Point
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.tables import read_table

_REST = 0.07  # of the cycle: the stance that the pieces are painted in
_NECK = 0.6  # of the head's way that the head piece goes: the neck stays
_SADDLE = 2.35  # along the spine, between hip and shoulder
_FACE = 0.72  # of the head's length: from chin to crown
FAR = 0.74  # the far legs lie in the body's shade


class Body(NamedTuple):
    """The groups of parts that move as one, in withers heights, far to near."""

    tail: list[Part]
    far: list[Part]
    trunk: list[Part]
    head: list[Part]


def animal(row: Mapping[str, Any], stance: Stance, body: F32, seed: int) -> list[Part]:
    """The parts of an animal in *stance*, in withers heights."""
    groups = groups_of(Rig(row, stance), body, seed)
    return [*groups.far, *groups.tail, *groups.trunk, *groups.head]


def groups_of(rig: Rig, body: F32, seed: int, *, lids: float = 1.0) -> Body:
    """The parts of an animal, group by group; *lids*: see `head`."""
    row, stance = rig.row, rig.stance
    colours = colours_of(row, body)
    hind_far, fore_far = rig.hind(stance.feet[1], 0.03), rig.fore(stance.feet[3], 0.03)
    hind, fore = rig.hind(stance.feet[0], 0.0), rig.fore(stance.feet[2], 0.0)
    near = [*leg(row, hind, colours, is_hind=True, shade=1.0), *leg(row, fore, colours, is_hind=False, shade=1.0)]
    middle = trunk(rig, body, seed)
    return Body(
        tail=tail(rig, colours),
        far=[
            *leg(row, hind_far, colours, is_hind=True, shade=FAR),
            *leg(row, fore_far, colours, is_hind=False, shade=FAR),
            skull(rig, colours),
        ],
        trunk=[
            *(humps(rig, body) if row.get("humps") else []),
            *([*near, *middle] if row.get("fleece") else [*middle, *near]),
            *(mane(rig, rgb(row["mane"])) if "mane" in row else []),
        ],
        head=[
            *ear(rig, colours, is_far=True),
            *(ruff(rig, rgb(row["ruff"])) if "ruff" in row else []),
            *head(rig, colours, lids=lids),
            *ear(rig, colours, is_far=False),
        ],
    )


class _Puppet(NamedTuple):
    """An animal to be put on joints: its row, stance at a phase, coat, size; ahead: seconds of its own."""

    row: Mapping[str, Any]
    stance: Callable[[float], Stance]
    body: F32
    seed: int
    height: float


def _pieces(puppet: _Puppet) -> tuple[Piece, ...]:
    """Tail, body and head with its blinks, for close shots of who stays where it is."""
    rest = Rig(puppet.row, puppet.stance(_REST))
    groups = groups_of(rest, puppet.body, puppet.seed)
    shut = groups_of(rest, puppet.body, puppet.seed, lids=0.0)
    tail_, far, middle, head_, asleep = (
        [part.grown(puppet.height) for part in parts]
        for parts in (groups.tail, groups.far, groups.trunk, groups.head, shut.head)
    )
    ahead = (puppet.seed % 997) / 100

    def wag(phase: float, seconds: float) -> Hold:
        turn = 0.7 * (puppet.stance(phase).wag - rest.stance.wag)
        return Hold(float(rest.spine[0][0]) * puppet.height, float(rest.spine[0][1]) * puppet.height, turn)

    def nod(phase: float, seconds: float) -> Hold:
        now = Rig(puppet.row, puppet.stance(phase))
        x, y = (rest.head_at[i] + _NECK * (now.head_at[i] - rest.head_at[i]) for i in (0, 1))
        is_shut = blink(seconds, ahead) < 0.5
        return Hold(x * puppet.height, y * puppet.height, now.head_angle - rest.head_angle, int(is_shut))

    def still(phase: float, seconds: float) -> Hold:
        return Hold(0.0, 0.0)

    at = (rest.head_at[0] * puppet.height, rest.head_at[1] * puppet.height)
    base = (float(rest.spine[0][0]) * puppet.height, float(rest.spine[0][1]) * puppet.height)
    return (
        Piece((far,), (0.0, 0.0), still, behind=middle),
        Piece((tail_,), base, wag, behind=middle),
        Piece((middle,), (0.0, 0.0), still, behind=[*head_, *tail_]),
        Piece((head_, asleep), at, nod, behind=middle),
    )


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

    def pieces() -> tuple[Piece, ...]:
        return _pieces(_Puppet(row, lambda phase: pose(phase, row, 1.0), body, seed, height))

    def recast(more: Mapping[str, Any]) -> Figure:
        return quadruped_figure(who, {**said, **more}, str(more.get("action", action)))

    def seat(phase: float, share: float) -> Point:
        rig = Rig(row, pose(phase, row, share))
        x, y, wide, _ = along(rig.spine, row["widths"], _SADDLE)
        return x * height, (y + 0.85 * wide) * height

    head = row["spine"][-1]
    top = float(row.get("top", max(1.0, head[1] + 0.25 * row["head_length"])))
    long = float(head[0] + row["head_length"] - row["spine"][0][0] + 0.3)
    return Figure(
        draw=draw, height=top * height, length=long * height, period=period * slow, stride=stride,
        focus=((float(head[0]) + 0.3 * row["head_length"]) * height, float(head[1]) * height),
        poses=16 if period < 2.5 else 12, play="loop" if period < 2.5 else "sway",
        face=_FACE * float(row["head_length"]) * height, seat=seat, recast=recast,
        pieces=pieces if reach == 0 and period > 2.5 else None,
    )  # fmt: skip
