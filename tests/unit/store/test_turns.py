from pathlib import Path

from astragen.store.turns import turn_at


def test_all_who_write_to_a_file_take_turns(tmp_path, monkeypatch):
    """However each of them names it."""
    monkeypatch.chdir(tmp_path)

    assert turn_at(Path("a.sqlite")) is turn_at(tmp_path / "a.sqlite")


def test_writers_of_different_files_do_not_wait_for_each_other(tmp_path):
    """Each file has its own."""
    with turn_at(tmp_path / "a.sqlite"):
        assert turn_at(tmp_path / "b.sqlite").acquire(blocking=False)
        turn_at(tmp_path / "b.sqlite").release()
        assert turn_at(tmp_path / "a.sqlite").locked()
