from __future__ import annotations

import pytest

from astragen.store.experience import KEPT, Experience


def test_what_was_learned_is_there_in_the_next_run(tmp_path):
    """The oldest first, behind what was known."""
    path = tmp_path / "cache" / "experience.json"
    for value in (1.0, 2.0):
        experience = Experience(path)
        experience.learn("wait", value)
        experience.save()

    assert Experience(path).of("wait") == (1.0, 2.0)
    assert Experience(path).of("other") == ()
    assert [one.name for one in path.parent.iterdir()] == ["experience.json"]


def test_only_the_last_numbers_are_kept(tmp_path):
    """A machine's speed of last year says nothing."""
    experience = Experience(tmp_path / "e.json")
    for value in range(3 * KEPT):
        experience.learn("wait", float(value))
    experience.save()

    assert Experience(tmp_path / "e.json").of("wait") == tuple(map(float, range(2 * KEPT, 3 * KEPT)))


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"wait": "x"}', '{"wait": [null, NaN, "2", Infinity]}'])
def test_a_damaged_file_is_no_experience(tmp_path, text):
    """And is replaced by the next save."""
    path = tmp_path / "e.json"
    path.write_text(text)

    experience = Experience(path)
    assert experience.of("wait") == ()
    experience.learn("wait", 3.0)
    experience.save()
    assert Experience(path).of("wait") == (3.0,)


def test_without_a_file_it_lasts_for_the_run():
    """Nothing is written anywhere."""
    experience = Experience(None)
    experience.learn("wait", 1.0)
    experience.save()

    assert experience.of("wait") == (1.0,)
