"""Every setting looks as it did when somebody last looked at it.

After a change that is meant: look at the pictures (`make bench NAME=gallery`), then
`.venv/bin/pytest tests/golden --update-golden`, and commit painter.json with the change.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from astragen.builtin.painter.nearest import resolve
from astragen.builtin.painter.paint import paint
from astragen.model.recipe import Recipe
from astragen.model.view import View
from compositions import composition, distance

HERE = Path(__file__).parent
GOLDEN = HERE / "painter.json"
PLACES = {row["name"]: row for row in json.loads((HERE.parents[1] / "bench" / "places.json").read_text("utf-8"))}
SIZE, SECONDS = (256, 144), 2.0
# The C kernel and its twin round differently, and so do versions of OpenCV: what may differ.
MOST_BITS, MOST_LEVELS = 6, 4.0


def painted(row):
    """Hash of the composition as hex, and the means of luma, Cb and Cr of a frame of *row*."""
    said = {"weather": "clear", "season": "summer", "mood": "calm", "time_of_day": "day", "place_seed": 11, "seed": 7}
    said |= {key: value for key, value in row.items() if key != "name"}
    said["subjects"] = [{"noun": noun} for noun in said.get("subjects", [])]
    planes = paint(resolve(Recipe(**said))[0], *SIZE).frame(SECONDS, View(), 48)
    bits = np.packbits(composition(planes.y)).tobytes().hex()
    return {"composition": bits, "means": [round(float(plane.mean()), 1) for plane in planes]}


def bits_of(text):
    return np.unpackbits(np.frombuffer(bytes.fromhex(text), np.uint8)).astype(bool)


@pytest.mark.parametrize("name", PLACES)
def test_a_setting_looks_as_it_did(name, is_update):
    """Composition within 6 of 64 bits, mean luma and chroma within 4 levels, at 256x144."""
    now = painted(PLACES[name])
    known = json.loads(GOLDEN.read_text("utf-8")) if GOLDEN.exists() else {}
    if is_update:
        known[name] = now
        kept = {place: known[place] for place in PLACES if place in known}
        GOLDEN.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        return
    assert name in known, "not yet looked at: see this file's docstring"
    assert distance(bits_of(now["composition"]), bits_of(known[name]["composition"])) <= MOST_BITS
    assert now["means"] == pytest.approx(known[name]["means"], abs=MOST_LEVELS)
