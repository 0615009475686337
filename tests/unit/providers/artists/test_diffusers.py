from __future__ import annotations

import io
import json
from importlib.util import find_spec

import av
import numpy as np
import pytest

from astragen.errors import ProviderError, SettingsError
from astragen.providers.access import Access
from astragen.providers.artists.diffusers import (
    ARTIST,
    CAMERA,
    PACKAGES,
    check_memory,
    encoded,
    fitted,
    free_memory,
    own_pixels,
    weight,
)
from astragen.providers.shooting import Picture
from emulators.loopback import picture_bytes

IS_INSTALLED = all(find_spec(name) for name in PACKAGES)


@pytest.mark.parametrize("trade", [ARTIST, CAMERA])
def test_a_model_must_be_named(trade):
    """By an option or as the provider's model."""
    with pytest.raises(SettingsError, match=r"needs a model\. Give the option model the folder"):
        trade(Access())


@pytest.mark.skipif(IS_INSTALLED, reason="the extra local is installed")
@pytest.mark.parametrize("trade", [ARTIST, CAMERA])
def test_missing_packages_are_told_with_the_extra(trade):
    """Before anything is imported or made."""
    with pytest.raises(SettingsError, match=r"not installed: .*\. Install them: pip install 'astragen\[local\]'"):
        trade(Access(model="x"))


@pytest.mark.parametrize(
    ("part", "told", "pixels"),
    [("unet", 64, 512 * 512), ("transformer", 128, 1024 * 1024), ("unet", None, None), ("vae", 64, None)],
)
def test_a_model_says_which_size_it_was_made_for(part, told, pixels, tmp_path):
    """In its latents, of 8 pixels each way; one that does not say so has none."""
    (tmp_path / part).mkdir()
    (tmp_path / part / "config.json").write_text(json.dumps({"sample_size": told}))

    assert own_pixels(tmp_path) == pixels


@pytest.mark.parametrize("text", ["", "[]", "{", '{"sample_size": [60, 90]}'])
def test_an_odd_model_folder_has_no_size(text, tmp_path):
    """It is for diffusers to say what is wrong with it."""
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "config.json").write_text(text)

    assert own_pixels(tmp_path) is None


def test_a_model_that_does_not_fit_is_not_read(tmp_path):
    """Else the system would end the program."""
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "w.safetensors").write_bytes(b"x" * 1_000)
    (tmp_path / "unet" / "w.bin").write_bytes(b"x" * 1_000)

    assert weight(tmp_path) == 1_000
    assert weight(tmp_path / "hub" / "id") == 0
    check_memory("m", 1_000, 1_000)
    check_memory("m", 10**15, None)
    with pytest.raises(ProviderError, match=r"m has 8\.0 GB of weights, and 4\.0 GB of memory are free"):
        check_memory("m", 8 * 10**9, 4 * 10**9)


def test_free_memory_is_read_where_the_system_tells():
    """More than a megabyte, or nothing."""
    free = free_memory()

    assert free is None or free > 1e6


def test_a_first_picture_is_cropped_to_the_clips_shape():
    """Not stretched: a 96x64 picture for a 64x32 clip keeps its scale of 2/3 and loses rows."""
    picture = fitted(Picture(picture_bytes("fox", 1, 96, 64), "image/png"), 64, 32)

    assert (picture.size, picture.mode) == ((64, 32), "RGB")


def test_frames_become_a_clip():
    """Their number, size, rate and, nearly, their colours."""
    frames = np.zeros((9, 32, 64, 3), np.uint8)
    frames[:] = np.arange(40, 200, 18, dtype=np.uint8)[:9, None, None, None]
    with av.open(io.BytesIO(encoded(frames, 16))) as file:
        stream = file.streams.video[0]
        shown = np.stack([frame.to_ndarray(format="rgb24") for frame in file.decode(stream)])

        assert int(stream.average_rate) == 16
    assert shown.shape == frames.shape
    assert np.abs(shown.astype(int) - frames).max() < 8
