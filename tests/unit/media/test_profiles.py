"""Tests of media/profiles.py."""

from __future__ import annotations

import pytest

from astragen.media.profiles import fault_of, has_encoder
from astragen.model.profile import row, rows
from astragen.model.segment import Profile


def test_the_default_encoder_is_there():
    """Every build of PyAV has x264; none has an encoder that nobody wrote."""
    assert has_encoder("libx264")
    assert not has_encoder("libnobody")


@pytest.mark.parametrize("name", [name for name, one in rows().items() if not one.is_hardware])
def test_a_profile_that_works_has_no_fault(tmp_path, name):
    """One frame is encoded, and no file of it stays."""
    encoding = row(name).encoding
    if not has_encoder(encoding.encoder):
        pytest.skip(f"this build of PyAV has no {encoding.encoder}")

    assert fault_of(Profile(width=256, height=144, fps=24, encoding=encoding), tmp_path / "try") == ""
    assert list(tmp_path.iterdir()) == []


def test_a_missing_encoder_is_named(tmp_path):
    """Nothing is tried."""
    encoding = row("web").encoding.model_copy(update={"encoder": "libnobody"})

    fault = fault_of(Profile(width=256, height=144, fps=24, encoding=encoding), tmp_path / "try")

    assert fault == "this build of PyAV has no libnobody"


def test_a_size_that_the_codec_refuses_is_named(tmp_path):
    """DNxHR begins at 256 px across: an upright film of 202 px must not fail in the middle."""
    fault = fault_of(Profile(width=202, height=360, fps=24, encoding=row("dnxhr").encoding), tmp_path / "try")

    assert "dnxhd refuses a frame of 202x360" in fault
    assert list(tmp_path.iterdir()) == []
