import numpy as np

from astragen.builtin.painter.colour import rgb
from astragen.builtin.painter.current import mirror_of, rings
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import INFINITE, Stage


def test_the_mirror_shows_what_hangs_on_the_stage_and_leaves_the_stage_as_it_was(recipe):
    """A plate of one colour mirrors as that colour; the stage keeps its layers in their order."""
    stage = Stage(96, 54, light_of(recipe()))
    stage.plate(premultiply(rgb("#406080"), np.ones((stage.canvas_height, stage.canvas_width), np.float32)), 3.0)
    stage.plate(premultiply(rgb("#ff0000"), np.ones((stage.canvas_height, stage.canvas_width), np.float32)), INFINITE)
    order = list(stage.layers)
    mirror = mirror_of(stage)
    assert np.abs(mirror.mean((0, 1)) - rgb("#406080")).max() < 0.02
    assert stage.layers == order


def test_rings_grow_from_where_the_fall_strikes(recipe):
    """The distance is least under the fall, and grows to both sides and toward the viewer."""
    stage = Stage(160, 90, light_of(recipe()))
    foot = stage.horizon + 12
    along, _, _ = rings(stage, x=stage.x(0.5), foot=foot, metre=8.0, top=int(foot), bottom=stage.canvas_height, div=2.0)
    middle = round(stage.x(0.5) / 2.0)
    assert along[0].argmin() in range(middle - 1, middle + 2)
    assert (np.diff(along[0, middle + 2 :]) > 0).all()
    assert (np.diff(along[2:, middle]) > 0).all()
