from __future__ import annotations

import errno

import pytest

from astragen.errors import ProbeError, RenderError, SettingsError
from astragen.pipeline.disk import told_plainly


def fail(error: Exception, *causes: Exception):
    for outer, inner in zip((error, *causes), causes, strict=False):
        outer.__cause__ = inner
    raise error


def test_a_full_disk_is_told_from_any_depth(tmp_path):
    """An encoder's own error hides the system's; people need to hear that the disk is full."""
    error = RenderError("shot could not be encoded")

    with pytest.raises(RenderError, match=r"The disk of .* is full \(\d+ MB free") as raised, told_plainly(tmp_path):
        fail(error, ValueError("x"), OSError(errno.ENOSPC, "No space left on device"))

    assert "ASTRAGEN_CACHE_DIR" in raised.value.hint
    assert raised.value.__cause__ is error


def test_a_quota_counts_as_a_full_disk(tmp_path):
    """A user's quota is a disk of its own."""
    with pytest.raises(RenderError, match="is full"), told_plainly(tmp_path):
        raise OSError(errno.EDQUOT, "Disk quota exceeded")


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    """A file where the cache's folder should be is a matter of settings."""
    (tmp_path / "cache").write_text("a file")

    with pytest.raises(SettingsError, match="cache") as raised, told_plainly(tmp_path):
        (tmp_path / "cache" / "scratch").mkdir()

    assert raised.value.exit_code == 2


def test_other_errors_pass_as_they_are(tmp_path):
    """Ours say what they mean, and a bug stays a bug."""
    for error in (ProbeError("no video"), ZeroDivisionError("a bug")):
        with pytest.raises(type(error)) as raised, told_plainly(tmp_path):
            raise error
        assert raised.value is error


def test_the_folder_that_is_full_need_not_exist(tmp_path):
    """The cache is made on first use; its parent's disk is what counts."""
    with pytest.raises(RenderError, match="not-yet|" + tmp_path.name), told_plainly(tmp_path / "not-yet" / "made"):
        raise OSError(errno.ENOSPC, "No space left on device")
