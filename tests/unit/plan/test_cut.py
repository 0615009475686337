from __future__ import annotations

import pytest

from astragen.errors import StoryboardError
from astragen.model.brief import Brief
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Tableau
from astragen.model.take import SpokenLine, Take
from astragen.model.time import SAMPLE_RATE, frames_to_samples
from astragen.model.timeline import Clip, Transition
from astragen.model.vocabulary import Layout, Mood, Season, TimeOfDay, TransitionKind, Weather
from astragen.plan.cut import cut
from astragen.plan.pacing import pace

BRIEF = Brief(prompt="a whale", seconds=12, height=360)
RECIPE = Recipe(setting="ocean", time_of_day=TimeOfDay.DAY, weather=Weather.CLEAR, season=Season.SUMMER, mood=Mood.CALM)


def takes(story) -> list[Take]:
    return [Take(shot=shot.id, kind="painted", recipe=RECIPE, made_by="builtin") for shot in story.shots]


def line(shot: str, seconds: float) -> SpokenLine:
    return SpokenLine(shot=shot, text="The tide turns.", samples=round(seconds * SAMPLE_RATE))


def timeline_of(story, lines=(), brief=BRIEF):
    paced = pace(story, {one.shot: one.samples for one in lines}, fps=brief.fps, seconds=brief.seconds)
    return cut(paced, takes(story), lines, brief)


def test_the_timeline_is_as_long_as_the_film(board):
    """Transitions take no time of their own."""
    story = board([{}, {"transition": "dissolve"}], [{"transition": "fade"}, {}])

    assert timeline_of(story).frames == 12 * 24


def test_the_film_opens_from_black_and_closes_to_black(board):
    """Half a second in, 0.8 s out, each over the one clip at its end."""
    video = timeline_of(board([{}, {}])).video

    assert video[0] == Transition(style=TransitionKind.FADE, in_offset=0, out_offset=12)
    assert video[-1] == Transition(style=TransitionKind.FADE, in_offset=19, out_offset=0)


def test_a_dissolve_lies_over_the_middle_of_its_cut_and_a_fade_lasts_longer(board):
    """Half a second and 0.8 s, half of it on either side; a plain cut has nothing over it."""
    video = timeline_of(board([{}, {"transition": "dissolve"}, {"transition": "fade"}, {}])).video

    assert [type(item).__name__ for item in video] == [
        "Transition", "Clip", "Transition", "Clip", "Transition", "Clip", "Clip", "Transition",
    ]  # fmt: skip
    assert video[2] == Transition(style=TransitionKind.DISSOLVE, in_offset=6, out_offset=6)
    assert video[4] == Transition(style=TransitionKind.FADE, in_offset=9, out_offset=10)


def test_a_transition_takes_at_most_a_third_of_the_shorter_shot(board):
    """A shot of 15 frames gives five; a shot of two frames is simply cut to."""
    video = timeline_of(
        board([{}, {"transition": "dissolve", "frames": 15}, {}, {"transition": "fade", "frames": 2}])
    ).video

    assert video[2] == Transition(style=TransitionKind.DISSOLVE, in_offset=2, out_offset=3)
    assert [item.frames for item in video[-2:] if isinstance(item, Clip)][-1] == 2


def test_a_stated_length_of_a_transition_is_kept_or_refused(board):
    """A second as said; three that do not fit into shots of two are an error of the storyboard."""

    def story(seconds: float):
        return board([{"frames": 48}, {"frames": 48, "transition": "ink", "transition_s": seconds}, {}])

    assert timeline_of(story(1.0)).video[2] == Transition(style=TransitionKind.INK, in_offset=12, out_offset=12)
    with pytest.raises(StoryboardError, match=r"s1-1.*s1-2"):
        timeline_of(story(3.0))


def test_a_line_begins_a_breath_after_its_cut(board):
    """A quarter of a second: 6 frames of 24."""
    story = board([{}, {"line": "The tide turns."}])

    timeline = timeline_of(story, [line("s1-2", 2.0)])

    first_clip = next(item for item in timeline.video if isinstance(item, Clip))
    assert [clip.start for clip in timeline.narration] == [frames_to_samples(first_clip.frames + 6, 24)]


def test_captions_stay_within_their_shot(board):
    """A cue appears with its line and never hangs over the cut."""
    story = board([{"line": "The tide turns."}, {"line": "The tide turns."}])

    timeline = timeline_of(story, [line("s1-1", 2.0), line("s1-2", 2.0)])

    cut_at = next(item for item in timeline.video if isinstance(item, Clip)).frames
    assert "".join(cue.text for cue in timeline.cues).replace("\n", " ").count("The tide turns.") == 2
    assert all(cue.end <= cut_at or cue.start >= cut_at for cue in timeline.cues)


def test_chapters_and_the_score_s_turns_are_at_scene_starts(board):
    """The first scene is a chapter too, but nothing turns there."""
    timeline = timeline_of(board([{}, {}], [{}]))

    assert [chapter.title for chapter in timeline.chapters] == ["Scene 1", "Scene 2"]
    assert timeline.chapters[0].start == 0
    assert timeline.score is not None
    assert timeline.score.samples == 12 * SAMPLE_RATE
    assert timeline.score.turns == (frames_to_samples(timeline.chapters[1].start, 24),)


def test_no_music_asks_for_no_score(board):
    """The brief decides."""
    assert timeline_of(board([{}]), brief=BRIEF.model_copy(update={"music": False})).score is None


@pytest.mark.parametrize(("captions", "burnt"), [(True, True), (False, False)])
def test_captions_are_timed_whether_burnt_in_or_not(board, captions, burnt):
    """The caption files are written either way."""
    timeline = timeline_of(
        board([{"line": "The tide turns."}]),
        [line("s1-1", 2.0)],
        brief=BRIEF.model_copy(update={"captions": captions}),
    )

    assert timeline.cues
    assert timeline.burn_captions is burnt


def test_captions_of_a_diagram_stay_in_their_band(board):
    """Only those of the shot whose take is painted from a tableau."""
    story = board([{"line": "The tide turns."}, {"line": "The tide turns."}])
    paced = pace(story, {"s1-1": 96_000, "s1-2": 96_000}, fps=24, seconds=12)
    plain, other = takes(story)
    tableau = RECIPE.model_copy(update={"tableau": Tableau(layout=Layout.FLOW, items=("a", "b"))})
    made = [plain, other.model_copy(update={"recipe": tableau})]

    timeline = cut(paced, made, [line("s1-1", 2.0), line("s1-2", 2.0)], BRIEF)

    assert [cue.place for cue in timeline.cues] == ["free", "band"]


def test_the_brief_s_caption_wishes_reach_the_timeline(board):
    """Style, and the track in the file."""
    brief = BRIEF.model_copy(update={"caption_style": "kinetic", "soft_captions": True})
    timeline = timeline_of(board([{}]), brief=brief)

    assert (timeline.caption_style, timeline.soft_captions) == ("kinetic", True)
