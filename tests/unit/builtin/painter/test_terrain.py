import numpy as np
import pytest

from astragen.builtin.painter.landform import Relief, heights, rugged
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.lookout import look
from astragen.builtin.painter.materials import in_season, material
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges, march, outline_of, paint_range

PLAIN = Cut(near=60, far=200, eye=12, x=10, z=20, stage_z=20, peak=None, steps=120, fine=1.0)
MAPS = ["alps_a", "alps_b", "alps_c", "hills", "dunes", "mesas"]
CUT = Cut(near=4000, far=8000, eye=500, x=100, z=200, stage_z=40, peak=0.2, steps=120, fine=1.0)


@pytest.fixture
def stage(recipe):
    return Stage(320, 180, light_of(recipe()))


@pytest.fixture
def camera(stage, recipe):
    return look(stage, recipe(), horizon=0.55)


def alps(stage):
    return Relief(heights("alps_a"), tile_m=20000, height_m=2500, light=stage.light)


@pytest.mark.parametrize("name", MAPS)
def test_baked_maps_are_whole_and_tile(name):
    """512 x 512 in [0, 1], and the seam is no steeper than the rest."""
    shape = heights(name)
    assert shape.shape == (512, 512)
    assert (float(shape.min()), float(shape.max())) == (0.0, pytest.approx(1.0, abs=0.01))
    steps = np.abs(np.diff(shape, axis=0)).max(1)
    assert np.abs(shape[0] - shape[-1]).max() <= steps.max() * 1.5


def test_rugged_adds_detail_and_keeps_the_mountains():
    """The rugged map is twice as fine, rougher from texel to texel, and still the same land."""
    plain, rough = heights("alps_a"), rugged("alps_a", "alps_b", 0.2)
    assert rough.shape == (1024, 1024)
    assert np.corrcoef(plain.ravel(), rough[::2, ::2].ravel())[0, 1] > 0.9


def test_the_highest_top_reaches_the_peak_asked_for(stage, camera):
    """With the plain lens the outline's top is `peak` frame units over the horizon, within a few percent."""
    part = Range(alps(stage), material("alps"), CUT)
    rise = stage.horizon - outline_of(stage, march(stage, camera, part)).min()
    assert rise == pytest.approx(0.2 * stage.unit, rel=0.1)


def test_the_outline_only_rises_with_distance(stage, camera):
    """The highest line seen so far never falls back."""
    line = march(stage, camera, Range(alps(stage), material("alps"), CUT))
    assert (np.diff(line.seen, axis=0) <= 1e-3).all()


def test_nearer_ranges_hide_what_is_not_painted(stage, camera):
    """A far plate ends a little below the near range's outline instead of running to the canvas's foot."""
    far = Range(alps(stage), material("alps"), CUT)
    near = Range(alps(stage), material("ridge"), CUT._replace(near=1500, far=3500, stage_z=20, peak=0.05))
    outlines = hang_ranges(stage, camera, [far, near])
    hidden = stage.layers[0].piece
    assert hidden.y + hidden.pixels.shape[0] < stage.canvas_height - 20
    assert hidden.y + hidden.pixels.shape[0] >= outlines[1].max()


def test_ground_toward_the_sun_is_brighter(stage):
    """Slopes that face the sun are lit, slopes that face away are not."""
    relief = alps(stage)
    x, z = np.meshgrid(np.arange(0, 20000, 97, dtype=np.float32), np.arange(0, 20000, 97, dtype=np.float32))
    lit = relief.surface(x, z, np.full(x.shape, 1.0, np.float32))[..., 0]
    slope = relief.height(x + 60, z, 1.0) - relief.height(x - 60, z, 1.0)
    facing = -slope * stage.light.side
    assert lit[facing > 60].mean() > 3 * lit[facing < -60].mean()


def test_winter_lays_snow_and_autumn_browns_the_grass(recipe):
    """The season changes a material; bare rock keeps its colours in summer."""
    assert in_season(material("meadow"), recipe(season="winter")).snow >= 0.9
    assert in_season(material("meadow"), recipe(season="autumn")).low != in_season(material("meadow"), recipe()).low
    assert in_season(material("mesas"), recipe()) == material("mesas")


def test_ground_below_the_nearest_line_is_no_streak(stage, camera):
    """Where a range is painted lower than its nearest line reaches, rows still differ, down to the last."""
    part = Range(Relief(heights("hills"), tile_m=300, height_m=8, light=stage.light), material("regolith"), PLAIN)
    line = march(stage, camera, part)
    picture, top = paint_range(stage, camera, part, line, stage.canvas_height)

    below = picture[int(line.seen[0].max()) - top + 1 :, :, 0]

    assert below.shape[0] > 20
    assert np.abs(np.diff(below, axis=0)).mean(1).min() > 1e-4
