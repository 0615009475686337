"""Tests of media/depth.py and media/cues.py: which pictures are given depth, and which way it goes."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from astragen.builtin.painter.paint import paint
from astragen.errors import RenderError, SettingsError
from astragen.media.colour import rgb_of
from astragen.media.cues import has_face, horizon_of, is_graphic, small_of, standing_of, subject_of
from astragen.media.depth import BELIEVED, depth_by_cues, depth_by_model
from astragen.model.planes import U8
from astragen.model.recipe import Recipe
from astragen.model.view import View

SIZE = (384, 216)


def noise(seed: int, sigma: float, deviation: float) -> np.ndarray:
    """Coloured speckles of *sigma* px about 0."""
    width, height = SIZE
    soft = cv2.GaussianBlur(np.random.default_rng(seed).standard_normal((height, width, 3)), (0, 0), sigma)
    return np.asarray(soft / soft.std() * deviation)


def bytes_of(values: np.ndarray) -> U8:
    """*values* as a picture."""
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def landscape(horizon: float = 0.5) -> U8:
    """A sky that pales towards a horizon, a tower in it, and speckled ground."""
    _, height = SIZE
    row = round(horizon * height)
    picture = np.array((70.0, 110.0, 50.0)) + noise(1, 1.5, 22)
    picture[:row] = np.linspace((90, 140, 220), (200, 215, 235), row)[:, None] + noise(2, 12, 3)[:row]
    picture[row // 3 : row, 250:290] = np.array((60.0, 50.0, 45.0)) + noise(3, 1.2, 12)[row // 3 : row, 250:290]
    return bytes_of(picture)


def bloom(colour: tuple[int, int, int] = (220, 190, 40)) -> U8:
    """A sharp disc before a background that is out of focus."""
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    disc = (np.hypot(x - 190, y - 115) < 62)[..., None]
    return bytes_of(np.where(disc, np.array(colour) + noise(4, 0.8, 34), np.array((40, 70, 60)) + noise(5, 30, 14)))


@pytest.mark.parametrize("horizon", [0.35, 0.5, 0.7])
def test_the_horizon_is_where_sky_meets_ground(horizon):
    """Within 4 % of the height, and plainly."""
    found = horizon_of(small_of(landscape(horizon)))

    assert found.down == pytest.approx(horizon, abs=0.04)
    assert found.plainness > 0.36


def test_what_rises_into_the_sky_is_cut_out():
    """The tower belongs to what stands; the sky beside it does not."""
    standing = standing_of(small_of(landscape()), 0.5)

    assert standing[35:50, 128:142].mean() > 0.9
    assert standing[5:50, 10:100].mean() < 0.1
    assert standing[60:].all()


def test_ground_comes_nearer_downwards_and_the_sky_is_far():
    """Sky 0, then evenly more to the lower edge; the tower is nearer than the sky beside it."""
    depth = depth_by_cues(landscape(), is_wide=True)
    rows = depth.nearness[:, 20]

    assert depth.confidence > 0.8
    assert rows[:40].max() < 0.05
    assert (np.diff(rows[60:]) > 0).all()
    assert rows[-1] > 0.9
    assert depth.nearness[45, 135] > depth.nearness[45, 60] + 0.1


def test_a_sharp_thing_before_a_soft_background_stands_out():
    """All of it is at one distance, nearer than what is around it: it stays rigid."""
    small = small_of(bloom())
    subject = subject_of(small)
    depth = depth_by_cues(bloom(), is_wide=False)

    assert subject.plainness > 0.45
    assert subject.where.mean() == pytest.approx(np.pi * 62**2 / (SIZE[0] * SIZE[1]), rel=0.15)
    assert np.ptp(depth.nearness[subject.where]) < 1e-6
    assert depth.nearness[57, 95] > depth.nearness[20, 20] + 0.4
    assert depth.confidence >= BELIEVED


def chart() -> U8:
    """Five bars on white."""
    picture = np.full((*SIZE[::-1], 3), 250, np.uint8)
    for number in range(5):
        colour = ((200, 40, 40), (40, 90, 200), (40, 160, 60), (230, 170, 30), (120, 60, 160))[number]
        cv2.rectangle(picture, (30 + 65 * number, 180 - 25 * number), (75 + 65 * number, 195), colour, -1)
    return picture


def page() -> U8:
    """Rows of black letters on grey paper."""
    picture = bytes_of(215 + noise(6, 20, 6).mean(2, keepdims=True).repeat(3, axis=2))
    for row in range(8):
        cv2.putText(
            picture, "and the markers are found", (12, 26 + 25 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.75, (30,) * 3, 2
        )
    return picture


def face() -> U8:
    """A head of skin colour with eyes and hair, large in the frame."""
    picture = bytes_of(np.array((120, 130, 140)) + noise(7, 14, 20))
    cv2.ellipse(picture, (190, 90), (62, 80), 0, 0, 360, (90, 60, 40), -1)
    cv2.ellipse(picture, (190, 100), (48, 64), 0, 0, 360, (224, 172, 140), -1)
    for eye in (172, 208):
        cv2.circle(picture, (eye, 92), 6, (50, 40, 40), -1)
    return bytes_of(picture + noise(8, 1.0, 5))


@pytest.mark.parametrize(
    ("picture", "is_wide"),
    [(chart(), True), (page(), True), (face(), True), (bytes_of(128 + noise(9, 1, 30)), False)],
    ids=["chart", "page", "face", "noise"],
)
def test_what_tells_nothing_of_depth_is_not_believed(picture, is_wide):
    """A chart, a page, a large face and mere noise stay flat."""
    assert depth_by_cues(picture, is_wide=is_wide).confidence < BELIEVED


def test_why_they_are_not_believed():
    """The chart for its few colours, the face for its skin; the landscape is neither."""
    assert [is_graphic(small_of(one)) for one in (chart(), face(), landscape())] == [True, False, False]
    assert [has_face(small_of(one)) for one in (face(), landscape(), bloom((90, 140, 220)))] == [True, False, False]


def test_a_wide_view_without_a_horizon_is_taken_for_a_place():
    """Its lower edge and sides come nearer, little, and all of it smoothly."""
    depth = depth_by_cues(bytes_of(np.array((90, 80, 60)) + noise(10, 3, 40)), is_wide=True)

    assert BELIEVED <= depth.confidence < 0.6
    assert depth.nearness[-1, 96] > depth.nearness[50, 96] < depth.nearness[50, 0]
    assert max(np.abs(np.diff(depth.nearness, axis=axis)).max() for axis in (0, 1)) < 0.03


@pytest.mark.parametrize(("setting", "time"), [("mountain", "golden"), ("ocean", "dusk"), ("castle", "dusk")])
def test_our_own_painters_places_are_seen_in_depth(setting, time):
    """The upper edge of a painted landscape is far, its lower edge near."""
    recipe = Recipe(setting=setting, time_of_day=time, weather="clear", season="summer", mood="calm", place_seed=3)
    picture = rgb_of(paint(recipe, *SIZE).frame(1.0, View(), 0))

    depth = depth_by_cues(picture, is_wide=True)

    assert depth.confidence >= BELIEVED
    assert depth.nearness[:10].mean() < 0.25 < 0.7 < depth.nearness[-5:].mean()


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 3), (8, 8)], ids=str)
def test_any_size_is_read(shape):
    """Even a line of pixels gives a map in [0, 1]."""
    depth = depth_by_cues(np.full((*shape, 3), 90, np.uint8), is_wide=True)

    assert 0 <= depth.nearness.min() <= depth.nearness.max() <= 1


def test_a_model_without_onnxruntime_says_what_to_install(monkeypatch, tmp_path):
    """The setting is named, and the command."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(SettingsError, match=r"ASTRAGEN_DEPTH_MODEL.*pip install onnxruntime"):
        depth_by_model(landscape(), tmp_path / "model.onnx")


def write_model(path: Path, *, side: int | str) -> None:
    """A model whose inverse depth is the mean of the channels; *side*: that of its input, or a name for any."""
    onnx = pytest.importorskip("onnx", reason="the onnx package writes the model")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    node = helper.make_node("ReduceMean", ["image"], ["depth"], axes=[1], keepdims=0)
    ends = [
        helper.make_tensor_value_info("image", kind, [1, 3, side, side]),
        helper.make_tensor_value_info("depth", kind, [1, side, side]),
    ]
    graph = helper.make_graph([node], "mean", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    path.write_bytes(model.SerializeToString())


@pytest.mark.parametrize("side", [64, "any"])
def test_a_model_tells_depth(tmp_path, side):
    """What it calls near is near: here, what is bright."""
    pytest.importorskip("onnxruntime", reason="onnxruntime runs the model")
    write_model(tmp_path / "m.onnx", side=side)

    depth = depth_by_model(landscape(), tmp_path / "m.onnx")

    rows = len(depth.nearness)
    assert depth.confidence == 1.0
    assert depth.nearness[: rows // 3].mean() > depth.nearness[2 * rows // 3 :].mean() + 0.3


def test_a_file_that_is_no_model_is_named(tmp_path):
    """Bytes that are no ONNX file are told as such, not as a traceback."""
    pytest.importorskip("onnxruntime", reason="onnxruntime runs the model")
    (tmp_path / "m.onnx").write_bytes(b"no model")

    with pytest.raises(RenderError, match=r"depth model m\.onnx cannot be used"):
        depth_by_model(landscape(), tmp_path / "m.onnx")
