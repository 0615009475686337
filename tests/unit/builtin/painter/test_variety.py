"""Another seed is another composition: measured by a perceptual hash, as a viewer would."""

from itertools import combinations

import cv2
import numpy as np
import pytest

from astragen.builtin.painter.paint import paint
from astragen.model.view import View

SETTINGS = ["ocean", "beach", "lake", "desert", "arctic", "reef", "jungle", "kitchen", "hospital", "theatre"]


def fingerprint(recipe):
    """The 63 lowest cosine terms of the frame's luma but the mean, each over or under their median."""
    luma = paint(recipe, 256, 144).frame(1.0, View(), 24).y
    small = cv2.resize(luma, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:8, :8].ravel()[1:]
    return low > np.median(low)


def distances(recipes):
    prints = [fingerprint(said) for said in recipes]
    return [int((one != other).sum()) for one, other in combinations(prints, 2)]


@pytest.mark.parametrize("setting", SETTINGS)
def test_four_shots_of_one_place_are_four_compositions(recipe, setting):
    """Another shot's seed moves horizon, light and framing: half of the pairs differ by 12 of 63 bits, all by 5."""
    apart = distances([recipe(setting=setting, seed=seed) for seed in (1, 2, 3, 4)])
    assert np.median(apart) >= 12
    assert min(apart) >= 5


@pytest.mark.parametrize("setting", SETTINGS)
def test_four_places_of_one_kind_are_four_places(recipe, setting):
    """Another place's seed lays the place out anew."""
    apart = distances([recipe(setting=setting, place_seed=seed) for seed in (1, 2, 3, 4)])
    assert np.median(apart) >= 12
    assert min(apart) >= 5
