from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from astragen.errors import NoRoom, ProbeError, RenderError, SettingsError
from astragen.pipeline.disk import check_room, free_bytes, told_plainly


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


def test_room_that_is_there_is_enough(tmp_path):
    """Of a folder that is not made yet, too."""
    check_room({tmp_path / "not-yet" / "made": 1_000}, hint="")


def test_room_that_is_missing_is_told_with_the_next_act(tmp_path):
    """One byte more than there is."""
    folder, wanted = tmp_path / "not-yet", 2 * shutil.disk_usage(tmp_path).free

    with pytest.raises(
        NoRoom, match=rf"may need {wanted / 1e6:,.0f} MB on the disk of {folder}, and [\d,]+ MB"
    ) as raised:
        check_room({folder: wanted}, hint="Free some.")

    assert raised.value.hint == "Free some."


def test_folders_of_one_disk_share_its_room(tmp_path):
    """Each alone would fit."""
    part = int(free_bytes(tmp_path) * 0.6)
    check_room({tmp_path / "a": part}, hint="")

    with pytest.raises(NoRoom):
        check_room({tmp_path / "a": part, tmp_path / "b": part}, hint="")


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no second disk")
def test_folders_of_two_disks_do_not(tmp_path):
    """Each has its own."""
    elsewhere = Path("/dev/shm/astragen-is-not-here")
    if shutil.disk_usage(elsewhere.parent).total == shutil.disk_usage(tmp_path).total:
        pytest.skip("they are one")
    check_room({one: int(free_bytes(one) * 0.6) for one in (tmp_path / "a", elsewhere)}, hint="")
