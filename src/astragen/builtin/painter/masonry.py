"""What large stone buildings are made of: ashlar with ivy, battlements, lancets, gates, marble, carved bands.

Each registers as a surface, so that a part's row can name it (see `surfaces`). Sizes are metres.
"""

from __future__ import annotations

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.plants import table
from astragen.builtin.painter.plot import Real
from astragen.builtin.painter.surfaces import Brush, Sheet, surface_named

_LAMPS = ("#ffc066", "#ffb45a", "#ffd088")


def _own(index: Real, seed: float) -> F32:
    """A number in [0, 1) for each whole number of *index*."""
    return np.asarray(np.abs(np.sin(np.floor(index) * 12.9898 + seed) * 43758.547) % 1, np.float32)


def _stained(sheet: Sheet, base: F32, tone: Real, brush: Brush, amount: float = 0.06) -> None:
    """Lay *base* times *tone*: clouds of weather, streaks that rain drew, a damp foot."""
    clouds = sheet.noise(3.2, brush.random) * amount + sheet.noise(0.8, brush.random) * amount * 0.7
    runs = sheet.noise(0.9, brush.random, squash=0.12) * amount * 0.9
    sheet.rgb[:] = base * np.asarray(np.broadcast_to(tone * (1 + clouds + runs), sheet.shape), np.float32)[..., None]
    sheet.rgb += (sheet.noise(4.0, brush.random) * 0.02)[..., None] * np.array([1, 0.15, -0.9], np.float32)


def blocks(sheet: Sheet, base: F32, brush: Brush, *, tall: float, wide: float, spread: float, seam: float) -> None:
    """Courses of squared stones, each its own tone, lit along its upper edge."""
    row = (sheet.tall - sheet.y) / tall
    column = sheet.x / wide + 0.5 * (np.floor(row) % 2) + 0.35 * _own(row, 5.0)
    own = _own(np.floor(row) * 57.0 + np.floor(column), 2.0) - 0.5
    edge_y, edge_x = np.minimum(row % 1, 1 - row % 1) * tall, np.minimum(column % 1, 1 - column % 1) * wide
    clear = sheet.fine(0.7 * tall)
    joint = np.exp(-((np.minimum(edge_x, edge_y) / (0.10 * tall)) ** 2)) * clear
    bevel = 0.10 * smoothstep(0.75, 1.0, row % 1) * clear
    _stained(sheet, base, (1 + spread * own * (0.35 + 0.65 * clear)) * (1 - seam * joint) + bevel, brush)


def _ivy(sheet: Sheet, brush: Brush, reach: float) -> None:
    """Leaves that climb from the foot, *reach* m at most, where the place has ivy."""
    if "ivy" not in brush.colours or reach <= 0:
        return
    climb = reach * np.clip(0.35 + 0.75 * sheet.noise(3.5, brush.random, squash=0.35), 0, 1.2)
    clump = sheet.noise(0.7, brush.random) * 0.9
    cover = smoothstep(-0.5, 0.6, (climb - (sheet.tall - sheet.y)) / 1.4 + clump - 0.5)
    shade, body, lit = (rgb(colour) for colour in table()["leaves"][brush.season.value][0])
    if brush.is_white:
        shade, body, lit = shade * 0.8, mix(body, "#6a6258", 0.6), mix(lit, "#d8dce6", 0.6)
    leaf = sheet.noise(0.28, brush.random)
    tone = shade + (body - shade) * np.clip(0.6 + 0.4 * leaf, 0, 1)[..., None]
    tone = tone + (lit - tone) * np.clip(leaf - 0.9, 0, 1)[..., None]
    sheet.rgb += (tone - sheet.rgb) * (cover * 0.95)[..., None]


@surface_named("ashlar")
def _ashlar(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A castle's wall."""
    blocks(sheet, base, brush, tall=0.62, wide=1.25, spread=0.26, seam=0.42)
    damp = 0.20 * np.exp(-(sheet.tall - sheet.y) / 2.2)
    sheet.rgb *= (1 - damp)[..., None]
    _ivy(sheet, brush, min(9.0, 0.8 * sheet.tall) if sheet.tall > 4 else 0.0)


@surface_named("battlement")
def _battlement(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A parapet: its upper half is merlons with gaps between."""
    blocks(sheet, base, brush, tall=0.5, wide=0.8, spread=0.22, seam=0.4)
    count = max(1, round(sheet.wide / 1.9))
    at = (sheet.x / sheet.wide * count) % 1
    step = max(0.02, 0.7 * count / max(1.0, sheet.wide * sheet.px))
    solid = smoothstep(0.5 + step, 0.5 - step, np.abs(at - 0.5) * 2 * 0.86)
    below = np.clip((sheet.y - 0.52 * sheet.tall) * sheet.px + 0.5, 0, 1)
    sheet.alpha[:] = np.maximum(solid, below)
    sheet.rgb *= (1 + 0.12 * smoothstep(0.12, 0.0, sheet.y))[..., None]


@surface_named("corbels")
def _corbels(sheet: Sheet, base: F32, brush: Brush) -> None:
    """The dark arcade under a parapet."""
    at = (sheet.x / 0.9) % 1
    arch = smoothstep(0.42, 0.34, np.hypot((at - 0.5) * 0.9, np.maximum(0.55 * sheet.tall - sheet.y, 0)) / 0.9)
    _stained(sheet, base, 1 - 0.55 * arch * smoothstep(0.9, 0.8, sheet.y / sheet.tall) * sheet.fine(0.5), brush)


def _behind(sheet: Sheet, brush: Brush, where: F32, chance: float) -> None:
    """Fill *where* (cover): a lit room when somebody is in, else darkness with a little sky in it."""
    if brush.random.random() < chance:
        lamp = rgb(str(brush.random.choice(_LAMPS)))
        near = np.exp(-(((sheet.x / sheet.wide - 0.5) / 0.7) ** 2) - ((sheet.y / sheet.tall - 0.55) / 0.55) ** 2)
        colour, glow = lamp * (0.55 + 0.55 * near)[..., None], 1.0
    else:
        sky = mix(brush.light.middle, brush.light.ambient, 0.6) * 0.42
        colour, glow = np.broadcast_to(sky, sheet.rgb.shape), 0.5
    sheet.rgb += (colour - sheet.rgb) * where[..., None]
    sheet.light_up()[:] = np.maximum(sheet.light_up() * (1 - where), where * glow)


def _pointed(sheet: Sheet, edge: float, *, round_head: bool = False) -> F32:
    """Cover of an arched opening *edge* m inside the sheet."""
    half, top = sheet.wide / 2 - edge, (0.5 if round_head else 0.86) * sheet.wide
    up = np.maximum(top - sheet.y, 0) / max(top - edge, 1e-3)
    wide = half * (np.sqrt(np.clip(1 - up * up, 0, 1)) if round_head else np.clip(1 - up**1.7, 0, 1))
    soft = 0.6 / sheet.px
    low = np.clip((sheet.tall - edge - sheet.y) / soft, 0, 1)
    return np.asarray(smoothstep(-soft, soft, wide - np.abs(sheet.x - sheet.wide / 2)) * low, np.float32)


@surface_named("lancet")
def _lancet(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A tall pointed window in a dressed frame."""
    sheet.alpha[:] = _pointed(sheet, 0.0)
    _stained(sheet, mix(base, "#ffffff", 0.18), np.float32(1.06), brush, 0.03)
    _behind(sheet, brush, _pointed(sheet, 0.16 * sheet.wide), brush.lit)
    bar = smoothstep(0.05, 0.03, np.abs(sheet.x - sheet.wide / 2) / sheet.wide) * sheet.fine(0.25)
    sheet.rgb *= (1 - 0.6 * bar * sheet.alpha)[..., None]


@surface_named("slit")
def _slit(sheet: Sheet, base: F32, brush: Brush) -> None:
    """An arrow slit."""
    sheet.alpha[:] = 1
    sheet.rgb[:] = base * 0.86
    where = np.broadcast_to(smoothstep(0.36, 0.28, np.abs(sheet.x / sheet.wide - 0.5)), sheet.shape)
    _behind(sheet, brush, np.asarray(where, np.float32), 0.7 * brush.lit)


@surface_named("portal")
def _portal(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A gate with a raised portcullis: torchlight inside after sunset."""
    sheet.alpha[:] = _pointed(sheet, 0.0, round_head=True)
    blocks(sheet, mix(base, "#ffffff", 0.15), brush, tall=0.5, wide=0.7, spread=0.2, seam=0.4)
    inside = _pointed(sheet, 0.11 * sheet.wide, round_head=True)
    depth = smoothstep(0.15, 0.95, sheet.y / sheet.tall)[..., None]
    lamp = rgb(_LAMPS[0]) * (0.30 + 0.65 * depth)
    dark = brush.light.ambient * 0.22 + rgb("#1c1712") * (0.5 + 0.8 * depth) * (1 - 0.6 * brush.light.dark)
    colour = dark + (lamp - dark) * min(1.0, 1.3 * brush.light.dark)
    sheet.rgb += (colour - sheet.rgb) * inside[..., None]
    cross = np.minimum(np.abs((sheet.x / 0.55) % 1 - 0.5), np.abs((sheet.y / 0.6) % 1 - 0.5))
    iron = smoothstep(0.16, 0.10, cross) * inside * smoothstep(0.36, 0.33, sheet.y / sheet.tall) * sheet.fine(0.4)
    sheet.rgb += (rgb("#15131a") - sheet.rgb) * (0.85 * iron)[..., None]
    sheet.light_up()[:] = inside * (0.35 + 0.65 * brush.light.dark)


@surface_named("marble")
def _marble(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Pale stone in large blocks, honeyed by age."""
    blocks(sheet, base, brush, tall=0.9, wide=2.0, spread=0.09, seam=0.22)
    warm = smoothstep(0.2, 1.8, sheet.noise(1.8, brush.random, squash=0.3))[..., None]
    sheet.rgb += (mix(base, "#b98a58", 0.5) - sheet.rgb) * (0.35 * warm)
    _ivy(sheet, brush, min(5.0, 0.7 * sheet.tall) if sheet.tall > 1.5 else 0.0)


@surface_named("fluted")
def _fluted(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A facet of a column: one groove and its edges."""
    at = (sheet.x / sheet.wide * 2) % 1
    groove = 1 - 0.26 * np.exp(-(((at - 0.5) / 0.28) ** 2))
    joint = np.exp(-((np.abs((sheet.y / 1.6) % 1 - 0.5) / 0.012) ** 2)) * sheet.fine(0.2)
    _stained(sheet, base, groove * (1 - 0.25 * joint), brush, 0.045)
    _ivy(sheet, brush, 3.0 * float(brush.random.random()) if sheet.tall > 1.5 else 0.0)


@surface_named("frieze")
def _frieze(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Triglyphs and metopes between two mouldings."""
    at = (sheet.x / 1.3) % 1
    bars = smoothstep(0.20, 0.16, np.abs(at - 0.5)) * (0.75 + 0.25 * np.cos((at - 0.5) * 44))
    band = smoothstep(0.36, 0.30, np.abs(sheet.y / sheet.tall - 0.56))
    lip = np.exp(-((np.abs(sheet.y / sheet.tall - 0.22) / 0.05) ** 2))
    _stained(sheet, base, 1 - band * (0.30 - 0.26 * bars) * (0.4 + 0.6 * sheet.fine(0.4)) - 0.25 * lip, brush, 0.04)


@surface_named("sandstone")
def _sandstone(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Great weathered blocks in courses."""
    blocks(sheet, base, brush, tall=1.1, wide=1.9, spread=0.20, seam=0.34)
    worn = smoothstep(0.9, 1.8, sheet.noise(2.6, brush.random))[..., None]
    sheet.rgb += (mix(base, "#6a4a30", 0.5) - sheet.rgb) * (0.4 * worn)


@surface_named("pyramid")
def _pyramid(sheet: Sheet, base: F32, brush: Brush) -> None:
    """The stepped courses of a pyramid's flank, broken and patched."""
    ledge = 1.5 * max(1.0, sheet.tall / 110)
    row = sheet.y / ledge + 0.15 * sheet.noise(9.0, brush.random)
    lip = (row % 1 - 0.5) * 0.26 * (0.3 + 0.7 * sheet.fine(ledge))
    course = 0.16 * (_own(row, 3.0) - 0.5)
    rubble = sheet.noise(2.2, brush.random) * 0.06 + sheet.noise(9.0, brush.random) * 0.05
    sheet.rgb[:] = base * np.asarray(1 - lip + course + rubble, np.float32)[..., None]
    scar = smoothstep(1.3, 2.2, sheet.noise(14.0, brush.random))[..., None]
    sheet.rgb += (mix(base, "#7a5434", 0.55) - sheet.rgb) * (0.45 * scar)


@surface_named("overgrown")
def _overgrown(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Jungle stone: blocks under moss, with plants in the joints."""
    blocks(sheet, base, brush, tall=0.7, wide=1.1, spread=0.32, seam=0.5)
    patch = sheet.noise(2.4, brush.random) + 0.6 * sheet.noise(0.6, brush.random)
    foot = smoothstep(0.5, 1.0, sheet.y / sheet.tall)
    cover = smoothstep(0.5, 1.5, patch + 0.9 * foot)[..., None]
    shade, body, _ = (rgb(colour) for colour in table()["leaves"]["summer"][0])
    green = shade + (body - shade) * np.clip(0.55 + 0.35 * sheet.noise(0.35, brush.random), 0, 1)[..., None]
    sheet.rgb += (green - sheet.rgb) * (0.8 * cover)


@surface_named("carved")
def _carved(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A band of square masks and spirals."""
    u, v = (sheet.x / sheet.tall) % 1, sheet.y / sheet.tall
    ring = np.maximum(np.abs(u - 0.5), np.abs(v - 0.5))
    steps = 0.5 + 0.5 * np.cos(ring * 4.5 * 2 * np.pi)
    eyes = smoothstep(0.09, 0.06, np.hypot(np.abs(u - 0.5) - 0.17, v - 0.42))
    _stained(sheet, base, 1 - (0.42 * steps + 0.3 * eyes) * (0.3 + 0.7 * sheet.fine(0.3)), brush)


@surface_named("lattice")
def _lattice(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Paper screens in a wooden lattice; lanterns shine through them in the evening."""
    lamp = rgb("#ffc878")
    paper = mix(rgb("#efe4cc"), lamp, min(1.0, 1.2 * brush.light.dark))
    near = 0.75 + 0.35 * np.exp(-(((sheet.y / sheet.tall - 0.55) / 0.5) ** 2))
    sheet.rgb[:] = paper * np.broadcast_to(near, sheet.shape)[..., None]
    post = np.minimum(np.abs((sheet.x / 1.6) % 1 - 0.5), 1) > 0.45
    fine = np.minimum(np.abs((sheet.x / 0.4) % 1 - 0.5), np.abs((sheet.y / 0.5) % 1 - 0.5))
    thin = smoothstep(0.12, 0.06, 0.5 - np.maximum(0.5 - fine, 0)) * 0.55 * sheet.fine(0.4)
    wood = np.maximum(np.broadcast_to(post, sheet.shape).astype(np.float32), thin)
    sheet.rgb += (base * 0.55 - sheet.rgb) * wood[..., None]
    sheet.light_up()[:] = (1 - wood) * brush.light.dark


@surface_named("stairs")
def _stairs(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A flight of steps seen on its slope: treads in light, risers in shade."""
    step = 0.42 * max(1.0, sheet.tall / 24)
    at = (sheet.y / step) % 1
    tread = smoothstep(0.35, 0.5, at) * smoothstep(1.0, 0.92, at)
    _stained(sheet, base, 0.82 + 0.30 * tread * (0.3 + 0.7 * sheet.fine(step)), brush, 0.05)
