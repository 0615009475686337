from __future__ import annotations

import os

import pytest

from astragen.store.locks import is_locked, take_lock


def test_a_lock_is_held_until_it_is_let_go(tmp_path):
    """Nobody gets it twice, not even the same process."""
    handle = take_lock(tmp_path / "lock")

    assert is_locked(tmp_path / "lock")
    with pytest.raises(OSError):  # noqa: PT011 - the system's own
        take_lock(tmp_path / "lock")
    os.close(handle)
    assert not is_locked(tmp_path / "lock")


def test_nobody_holds_a_lock_that_is_not_there(tmp_path):
    """And asking makes no file."""
    assert not is_locked(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []
