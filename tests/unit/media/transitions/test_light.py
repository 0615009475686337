"""Tests of media/transitions/light.py."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.media.colour import black, planes_of, rgb_of
from astragen.media.transitions.light import dissolve_linear, fade_white, light_leak
from astragen.media.transitions.mixing import smoothstep


def lit(mix, moment, before, after):
    out = black(before.y.shape[1], before.y.shape[0])
    mix(moment, before, after, out)
    return out


def rgb(colour: tuple[int, int, int]):
    return planes_of(np.full((8, 8, 3), colour, np.uint8))


def to_linear(code: np.ndarray) -> np.ndarray:
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize(
    ("first", "second"),
    [((30, 30, 30), (240, 240, 240)), ((150, 120, 100), (90, 110, 130)), ((200, 160, 140), (60, 80, 70))],
)
@pytest.mark.parametrize("moment", [0.2, 0.5, 0.8])
def test_a_linear_dissolve_mixes_light(first, second, moment):
    """Each colour is within 8 of 255 of the mix in linear RGB, greys within 2."""
    mixed = rgb_of(lit(dissolve_linear, moment, rgb(first), rgb(second)))[4, 4].astype(float)

    share = smoothstep(moment)
    light = (1 - share) * to_linear(np.array(first) / 255) + share * to_linear(np.array(second) / 255)
    exact = 255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    assert mixed == pytest.approx(exact, abs=2 if first[0] == first[1] else 8)


def test_a_linear_dissolve_keeps_every_level_of_a_picture_that_stays():
    """Between equal pictures nothing changes, from black to white."""
    planes = black(256, 2)
    planes.y[:] = np.clip(np.arange(256), 16, 235)
    planes.u[:], planes.v[:] = 90, 170

    for plane, expected in zip(lit(dissolve_linear, 0.5, planes, planes), planes, strict=True):
        assert np.abs(plane.astype(int) - expected).max() == 0


def test_a_fade_through_white_burns_out_in_the_middle(picture):
    """Brighter and brighter up to white without colour, then back."""
    before, after = picture(1), picture(2)
    means = [lit(fade_white, moment, before, after).y.mean() for moment in (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)]

    assert means[0] < means[1] < means[2] < means[3] > means[4] > means[5] > means[6]
    white = lit(fade_white, 0.5, before, after)
    assert [(int(plane.min()), int(plane.max())) for plane in white] == [(235, 235), (128, 128), (128, 128)]


@pytest.mark.parametrize("moment", [0.25, 0.4, 0.5, 0.6, 0.75])
def test_the_cut_of_a_light_leak_lies_under_its_light(flat, moment):
    """Where the pictures mix, the light is so strong that neither is seen: no step of more than 12 levels is left."""
    dark, bright = flat(60, 128, 128), flat(150, 128, 128)
    frame, plain = (lit(light_leak, moment, dark, side).y.astype(float) for side in (bright, dark))
    never = lit(light_leak, moment, bright, bright).y.astype(float)

    turning = (np.abs(frame - plain) > 1) & (np.abs(frame - never) > 1)
    assert (frame[turning] > 190).all()


def test_a_light_leak_is_warm(flat):
    """Over black, red is strongest and blue weakest wherever there is light, and its core is almost white."""
    colours = rgb_of(lit(light_leak, 0.5, flat(16, 128, 128), flat(16, 128, 128))).reshape(-1, 3).astype(int)

    glowing = colours[colours.sum(axis=1) > 60]
    assert len(glowing) > 0.4 * len(colours)
    assert (glowing[:, 0] >= glowing[:, 2] - 2).all()
    assert colours[colours.sum(axis=1).argmax()].min() > 170


def test_a_light_leak_only_ever_brightens(picture):
    """It is light: no sample of luma is darker than in the picture under it."""
    before = picture(1)

    assert all((lit(light_leak, moment, before, before).y >= before.y).all() for moment in (0.1, 0.3, 0.5, 0.9))
