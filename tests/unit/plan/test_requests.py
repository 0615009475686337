from __future__ import annotations

import pytest

from astragen.model.brief import Brief
from astragen.model.capability import known_artists
from astragen.model.vocabulary import Mood, Move
from astragen.plan.pacing import pace
from astragen.plan.requests import plan_lines, plan_pictures, plan_shots, seeded

BRIEF = Brief(prompt="a whale", seconds=10, height=360)


def test_only_shots_with_a_line_are_spoken(board):
    """A wordless shot asks nothing of the voice."""
    story = board([{"line": "One."}, {}, {"line": "Three.", "mood": Mood.SAD}])

    requests = plan_lines(story, BRIEF, rate=1.1)

    assert [(line.shot, line.text, line.mood, line.rate) for line in requests] == [
        ("s1-1", "One.", Mood.HOPEFUL, 1.1),
        ("s1-3", "Three.", Mood.SAD, 1.1),
    ]


def test_nothing_is_spoken_when_narration_is_off(board):
    """The brief decides, not the storyboard."""
    assert plan_lines(board([{"line": "One."}]), BRIEF.model_copy(update={"narration": False})) == ()


def test_a_shot_request_says_everything(board):
    """Size, rate, length and a resolved recipe: nothing is left to look up."""
    story = pace(board([{"move": Move.ORBIT}, {}]), {}, fps=24, seconds=10)

    request = plan_shots(story, BRIEF)[0]

    assert (request.width, request.height, request.fps) == (640, 360, 24)
    assert request.frames == story.shots[0].frames
    assert (request.recipe.setting, request.recipe.move) == ("ocean", Move.ORBIT)


def test_the_same_place_in_two_scenes_has_one_seed(board):
    """Coming back to the ocean shows the same ocean; another place has another seed, each shot its own."""
    story = pace(board([{}, {"setting": "forest"}], [{"setting": "Ocean"}]), {}, fps=24, seconds=10)

    ocean, forest, ocean_again = (request.recipe for request in plan_shots(story, BRIEF))

    assert ocean.place_seed == ocean_again.place_seed != forest.place_seed
    assert len({ocean.seed, forest.seed, ocean_again.seed}) == 3


def test_another_seed_in_the_brief_gives_other_pictures(board):
    """Both the place and the shot change with the film's seed."""
    story = pace(board([{}]), {}, fps=24, seconds=10)

    (one,), (other,) = (plan_shots(story, BRIEF.model_copy(update={"seed": seed})) for seed in (0, 1))

    assert one.recipe.place_seed != other.recipe.place_seed
    assert one.recipe.seed != other.recipe.seed


def test_a_written_storyboard_carries_its_seed(board):
    """Shots without a seed get one from the brief's; a seed that is there stays."""
    story = board([{}, {"seed": 5}, {}])

    one, other = seeded(story, 1), seeded(story, 2)

    assert [a.seed == b.seed for a, b in zip(one.shots, other.shots, strict=True)] == [False, True, False]
    assert one.shots[1].seed == 5
    assert seeded(one, 2) == one


def test_an_edit_of_one_shot_leaves_the_other_requests_as_they_were(board):
    """Requests are step keys: an edit must not ripple."""
    before = pace(board([{}, {}, {}]), {}, fps=24, seconds=10)
    after = pace(board([{}, {"action": "the whale dives", "seed": 7}, {}]), {}, fps=24, seconds=10)

    changed = [a.shot for a, b in zip(plan_shots(before, BRIEF), plan_shots(after, BRIEF), strict=True) if a != b]

    assert changed == ["s1-2"]


def test_a_shot_without_a_length_cannot_be_requested(board):
    """Pacing comes first; forgetting it is a programming error."""
    with pytest.raises(ValueError, match="s1-1"):
        plan_shots(board([{}]), BRIEF)


def test_pictures_are_asked_for_where_an_artist_is_needed(board):
    """Diagrams are the painter's, and a picture of the user's own is there already."""
    story = board([{"frames": 48}, {"frames": 24, "tableau": {"layout": "title"}}, {"frames": 24, "source": "a.png"}])

    (request,) = plan_pictures(story, BRIEF, artist=known_artists()["a1111"])

    assert (request.shot, request.artist, request.frames, request.fps) == ("s1-1", "a1111", 48, 24)
    assert request.prompt.seed == plan_shots(story, BRIEF)[0].recipe.seed


def test_pictures_of_an_unpaced_storyboard_are_refused(board):
    """As shots are: a clip's length is the shot's."""
    with pytest.raises(ValueError, match='shot "s1-1" has no length'):
        plan_pictures(board([{}]), BRIEF, artist=known_artists()["openai"])
