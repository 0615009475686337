"""What a film has no time for."""

from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot
from astragen.plan.trimming import ends, fitted, most_scenes, most_shots, trimmed

BRIEF = Brief(prompt="a sea", seconds=10)


def scenes(*counts, line="Something new is told in shot {}."):
    numbers = iter(range(sum(counts)))
    return [
        Scene(id="s", setting="sea", shots=tuple(Shot(id="s", line=line.format(next(numbers))) for _ in range(count)))
        for count in counts
    ]


def said(found):
    return [shot.line for scene in found for shot in scene.shots]


def test_a_film_keeps_its_beginning_and_its_ending():
    """Of too many, the first ones and the last."""
    assert ends(range(9), 4) == [0, 1, 2, 8]
    assert ends(range(3), 4) == [0, 1, 2]


def test_the_number_of_scenes_and_shots_follows_the_length():
    """A shot each two seconds at most; as many scenes as asked for, in however short a film."""
    assert (most_scenes(BRIEF), most_shots(BRIEF)) == (5, 5)
    assert most_shots(BRIEF.model_copy(update={"scenes": 12})) == 12
    assert most_scenes(BRIEF.model_copy(update={"seconds": 600.0})) == 40


def test_shots_are_taken_from_the_longest_scene_the_silent_ones_first():
    """And no scene loses its first."""
    found = scenes(1, 6, 1)
    silent = found[1].shots[3].model_copy(update={"line": ""})
    found[1] = found[1].model_copy(update={"shots": (*found[1].shots[:3], silent, *found[1].shots[4:])})
    told = []

    kept = fitted(found, BRIEF.model_copy(update={"seconds": 14.0}), told)

    assert [len(scene.shots) for scene in kept] == [1, 5, 1]
    assert "" not in said(kept)
    assert told == ["scenes: 8 shots; 7 are kept, 7 fit"]


def test_second_sentences_leave_before_whole_lines():
    """Every shot keeps something to say while that is enough, even if whole lines would make room sooner."""
    found = scenes(2, 2, line="Shot {} says this first, and at some length. And then more.")

    kept = said(trimmed(found, BRIEF.model_copy(update={"seconds": 18.0}), "en", []))

    assert [line.split(" says")[0] for line in kept] == ["Shot 0", "Shot 1", "Shot 2", "Shot 3"]
    assert [line.endswith("And then more.") for line in kept] == [False, False, False, True]


def test_narration_that_fits_is_left_alone():
    """Nothing is told, nothing is changed."""
    told = []

    assert trimmed(scenes(2), BRIEF, "en", told) == scenes(2)
    assert told == []


def test_two_sentences_that_are_too_long_are_cut_at_a_word():
    """A hundred words for five seconds."""
    found = scenes(2, line="word " * 50)

    kept = said(trimmed(found, BRIEF.model_copy(update={"seconds": 5.0}), "en", []))

    assert [line.split() for line in kept] == [["word"] * 5] * 2
