import numpy as np
import pytest

from astragen.builtin.painter.columns import column
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.lighting import Lighting
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.raster import picture_of
from astragen.builtin.painter.rooms import monument
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.surfaces import Brush

assert monument  # it registers the surfaces of stone


def drawn(said, *, defocus=0.0, size=(640, 360)):
    """A slimming column of ten faces, a metre thick and six tall, as one picture."""
    stage = Stage(*size, light_of(said), defocus=defocus)
    plot = Plot(stage, said, turn=0.3, roam=0.0)
    brush = Brush({"wall": "#c8bca8"}, stage.light, said.season, False, 0.0, np.random.default_rng(1))
    return picture_of(plot, column(0.5, 14.0, 0.0, 6.0, 0.5), brush, Lighting(plot, stage.light, is_white=False))


@pytest.mark.parametrize("size", [(640, 360), (1920, 1080)])
def test_no_seam_shows_between_the_faces_of_a_column(recipe, size):
    """Between its left and right edge, no pixel of a row lets the background through."""
    alpha = drawn(recipe(size="wide"), size=size).picture[..., 3]
    for row in alpha[alpha.shape[0] // 4 : 3 * alpha.shape[0] // 4]:
        inside = np.flatnonzero(row > 0.5)
        assert row[inside[0] + 1 : inside[-1]].min() > 0.95


@pytest.mark.parametrize("size", [(640, 360), (1920, 1080)])
def test_what_is_out_of_focus_lies_where_it_would_lie_in_focus(recipe, size):
    """Painted at half the size and grown, a column's cover has its centre within a pixel and 4 % of its area."""
    said = recipe(size="close")
    sharp, soft = drawn(said, size=size), drawn(said, defocus=40.0, size=size)
    assert (soft.x, soft.y, soft.depth) == (sharp.x, sharp.y, sharp.depth)
    assert soft.picture.shape == sharp.picture.shape
    centres = []
    for one in (sharp, soft):
        alpha = one.picture[..., 3].astype(float)
        rows, columns = np.indices(alpha.shape)
        centres.append([(alpha * rows).sum() / alpha.sum(), (alpha * columns).sum() / alpha.sum()])
    assert np.abs(np.subtract(*centres)).max() < 1
    assert soft.picture[..., 3].sum() == pytest.approx(sharp.picture[..., 3].sum(), rel=0.04)
