"""The user's words over the model's shots."""

from itertools import pairwise

import pytest

from astragen.model.storyboard import Scene, Shot
from astragen.plan.verbatim import restored
from astragen.plan.wording import spoken_words

SCRIPT = (
    "The lamp is lit, as it is every night.",
    "Nobody asked for it.",
    "Nobody will thank him!",
    "And yet, the ship turns.",
)


def staged(*lines):
    return [Scene(id="s1", setting="sea", shots=tuple(Shot(id=f"s1-{n}", line=line) for n, line in enumerate(lines)))]


def said(scenes):
    return [shot.line for scene in scenes for shot in scene.shots]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (SCRIPT, list(SCRIPT)),
        (("The lamp is lit every night.", "", "Nobody asked or will thank him.", "The ship turns."),
         [SCRIPT[0], "", f"{SCRIPT[1]} {SCRIPT[2]}", SCRIPT[3]]),
        (("Only the end: and yet, the ship turns.",), [" ".join(SCRIPT)]),
        (("The lamp is lit,", "as it is every night.", "Nobody asked for it. Nobody will thank him! And yet, the ship "
          "turns."), ["The lamp is lit,", "as it is every night.", " ".join(SCRIPT[1:])]),
        (("Something else entirely.", ""), [" ".join(SCRIPT), ""]),
    ],
    ids=["as it is", "reworded", "one shot", "cut at a comma", "nothing of it"],
)  # fmt: skip
def test_every_shot_gets_the_part_of_the_script_that_it_staged(lines, expected):
    """Whatever the model did to the words; silent shots stay silent."""
    assert said(restored(staged(*lines), SCRIPT, "en", [])) == expected


def test_shots_without_a_word_share_the_script_evenly():
    """A model that left all lines empty staged pictures all the same."""
    lines = said(restored(staged("", ""), SCRIPT, "en", []))

    assert " ".join(lines) == " ".join(SCRIPT)
    assert all(lines)


def test_only_a_change_is_told():
    """A model that kept the script has nothing mended."""
    kept, changed = [], []
    restored(staged(*SCRIPT), SCRIPT, "en", kept)
    restored(staged("The lamp is on.", *SCRIPT[1:]), SCRIPT, "en", changed)

    assert kept == []
    assert changed == ["scenes: lines that differ from the script are as the script has them"]


def test_a_long_part_takes_several_shots_of_the_same_picture():
    """No shot speaks longer than about 13 s; neighbours differ in size."""
    script = [f"This is sentence number {n} of a long script." for n in range(30)]
    shots = restored(staged("This is sentence number one."), script, "en", [])[0].shots

    assert " ".join(shot.line for shot in shots) == " ".join(script)
    assert max(spoken_words(shot.line, "en") for shot in shots) <= 32
    assert all(one.size != other.size for one, other in pairwise(shots))


def test_a_script_in_signs_is_kept_whole():
    """Chinese sentences are cut at their own marks and joined without spaces."""
    script = ("灯塔每晚都亮着，像往常一样。", "没有人要求过。", "船转了过来。")

    lines = said(restored(staged("灯塔每晚亮着。", "没有人要求。船转了过来。"), script, "zh", []))

    assert lines == ["灯塔每晚都亮着，像往常一样。", "没有人要求过。船转了过来。"]


def test_a_script_without_a_place_to_cut_is_cut_all_the_same():
    """One word of 19,000 letters."""
    lines = said(restored(staged("x"), ["a" * 19_000], "en", []))

    assert "".join(line.replace(" ", "") for line in lines) == "a" * 19_000
    assert max(map(len, lines)) <= 2_000
