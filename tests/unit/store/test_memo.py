from __future__ import annotations

from astragen.store.memo import Memo

KEY = "ab" + "0" * 62


def test_a_result_is_found_under_its_key_only(tmp_path):
    """Another key knows nothing."""
    memo = Memo(tmp_path)

    memo.put(KEY, '{"title":"Größe"}')

    assert memo.get(KEY) == '{"title":"Größe"}'
    assert memo.get("cd" + "0" * 62) is None


def test_a_later_result_replaces_an_earlier_one(tmp_path):
    """A key has one result."""
    memo = Memo(tmp_path)

    memo.put(KEY, "1")
    memo.put(KEY, "2")

    assert memo.get(KEY) == "2"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_damaged_result_is_none(tmp_path):
    """Bytes that are no text are treated as if nothing were there."""
    memo = Memo(tmp_path)
    memo.put(KEY, "1")
    next(path for path in tmp_path.rglob("*.json")).write_bytes(b"\xff\xfe\x00")

    assert memo.get(KEY) is None
