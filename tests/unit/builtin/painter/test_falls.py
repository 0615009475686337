import numpy as np
import pytest

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.cascade import Falling, Sheet, water_tones
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.paint import paint, room_for
from astragen.builtin.painter.rooms.falls import kind_for
from astragen.builtin.painter.stage import Moment, Stage
from astragen.model.view import View

SIZE = (160, 90)


def luma(recipe, seconds=1.0, size=SIZE):
    return (paint(recipe, *size).frame(seconds, View(), 0).y.astype(float) - 16) / 219


@pytest.mark.parametrize(
    ("setting", "kind"),
    [("waterfall", "plunge"), ("Niagara Falls", "curtain"), ("a cascade", "cascade"), ("jungle waterfalls", "plunge")],
)
def test_words_choose_the_kind_of_fall(setting, kind):
    """Each of these leads to this room, and there to its kind."""
    assert room_for(setting) == "falls"
    assert kind_for(setting) == kind


def sheet_rows(recipe, seconds):
    """Mean brightness by row of one sheet alone, at *seconds*."""
    stage = Stage(180, 180, light_of(recipe))
    tones = water_tones("#000000", "#808080", "#ffffff")
    x, top, foot = stage.x(0.5), stage.y(0.05), stage.y(0.95)
    sheet = Sheet(x=x, top=top, foot=foot, lip=60, base=60, seconds=1.2, lean=0, body=0.9, z=8)
    canvas = Canvas(180, 180)
    canvas.clear()
    Falling(stage, sheet, tones, seed=4).draw(canvas, stage, Moment(seconds, 0, View()))
    return canvas.y[12:168, 80:100].astype(np.float32).mean(1)


def moved(first, later):
    """Rows by which *later* lies below *first*: the best match among -12 to 12."""
    shifts = range(-12, 13)
    middle = first[14:-14] - first[14:-14].mean()
    scores = []
    for shift in shifts:
        part = later[14 + shift : len(later) - 14 + shift]
        scores.append(float(((part - part.mean()) * middle).sum() / (part.std() + 1e-6)))
    return list(shifts)[int(np.argmax(scores))]


def test_water_falls_and_falls_faster_below(recipe):
    """The texture of a sheet moves down between two frames, farther in the lower half than in the upper."""
    said = recipe()
    upper, lower = [], []
    for index in range(12):
        first, later = sheet_rows(said, 0.3 * index), sheet_rows(said, 0.3 * index + 1 / 24)
        upper.append(moved(first[:78], later[:78]))
        lower.append(moved(first[78:], later[78:]))
    assert np.median(upper) >= 1
    assert np.median(lower) > np.median(upper)


@pytest.mark.parametrize("hour", ["day", "golden", "dusk", "dawn", "night"])
def test_the_fall_is_the_brightest_part_of_the_land_at_every_hour(recipe, hour):
    """Some of the middle of the picture is far brighter than the rock about it, and nothing burns out."""
    picture = luma(recipe(setting="waterfall", time_of_day=hour))
    middle = picture[25:60]
    assert np.percentile(middle, 99) - np.median(middle) > 0.18
    assert (picture > 0.985).mean() < 0.02
    assert picture.mean() > 0.06


def test_people_stand_below_the_pools_far_edge(recipe):
    """The stand lies on the near bank, and is no water."""
    scene = paint(recipe(setting="waterfall"), *SIZE)
    stand = scene.stage.stand
    assert not stand.is_water
    assert stand.ground(scene.stage.x(0.5)) > scene.stage.horizon + 0.15 * scene.stage.height


def test_the_shots_seed_moves_the_camera_and_not_the_place(recipe):
    """Another seed gives another framing; another place gives a picture that differs more."""
    same = luma(recipe(setting="waterfall", seed=1))
    aside = luma(recipe(setting="waterfall", seed=4))
    elsewhere = luma(recipe(setting="waterfall", seed=1, place_seed=4))
    assert 0.01 < np.abs(same - aside).mean() < np.abs(same - elsewhere).mean() + 0.05
