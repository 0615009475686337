from __future__ import annotations

import pytest

from astragen.model.brief import Brief
from astragen.model.storyboard import Character, Scene, Shot, Storyboard, Subject
from astragen.model.vocabulary import Mood, Weather
from astragen.plan.acts import LINES_MAX, acts_of, joined, summary, with_cast

FOX = Character(id="c1", name="Ember", kind="fox", look="small and red")


def story(*, scenes: int = 2, characters: tuple[Character, ...] = (FOX,), line: str = "Snow falls.") -> Storyboard:
    who = characters[-1].id if characters else None
    return Storyboard(
        title="Snow",
        characters=characters,
        scenes=tuple(
            Scene(
                id=f"s{number}",
                setting=f"forest {number}",
                weather=Weather.SNOW,
                shots=(Shot(id=f"s{number}-1", line=line, subjects=(Subject(noun="fox", character=who),)),),
            )
            for number in range(1, scenes + 1)
        ),
    )


@pytest.mark.parametrize(
    ("seconds", "scenes", "acts", "shares"),
    [
        (90, "auto", 1, ["auto"]),
        (91, "auto", 2, ["auto"] * 2),
        (600, "auto", 8, ["auto"] * 8),
        (30, 12, 1, [12]),
        (30, 13, 2, [6, 7]),
        (600, 40, 8, [5] * 8),
        (600, 3, 3, [1, 1, 1]),
        (600, 1, 1, [1]),
    ],
)
def test_a_film_has_as_many_acts_as_its_length_needs(seconds, scenes, acts, shares):
    """About 75 s each, and never more acts than scenes."""
    made = acts_of(Brief(prompt="snow", seconds=seconds, scenes=scenes))

    assert [act.brief.scenes for act in made] == shares
    assert [act.number for act in made] == list(range(1, acts + 1))
    assert sum(act.brief.seconds for act in made) == pytest.approx(seconds)


def test_a_script_is_cut_between_its_lines_or_sentences():
    """Every word once, in order, about as much in each act."""
    prompt = "One is here. Two is here.\nThree is here. Four is here."

    made = acts_of(Brief(prompt=prompt, seconds=300, is_script=True))

    assert [act.brief.prompt for act in made] == ["One is here.", "Two is here.", "Three is here.", "Four is here."]
    assert len(acts_of(Brief(prompt="Only one sentence", seconds=300, is_script=True))) == 1


def test_acts_become_one_storyboard():
    """Ids anew in order; who has the same name is the same one, and looks as first described."""
    again = FOX.model_copy(update={"name": "EMBER", "look": "large and grey", "id": "c2"})
    hare = Character(id="c1", name="Ash", kind="hare")

    made = joined([story(), story(characters=(hare, again))])

    assert [shot.id for shot in made.shots] == ["s1-1", "s2-1", "s3-1", "s4-1"]
    assert [(one.id, one.name, one.look) for one in made.characters] == [
        ("c1", "Ember", "small and red"),
        ("c2", "Ash", ""),
    ]
    assert [shot.subjects[0].character for shot in made.shots] == ["c1"] * 4


def test_more_scenes_than_a_storyboard_holds_join_the_last_of_their_act():
    """No shot is lost, and each keeps its place and its air."""
    made = joined([story(scenes=30), story(scenes=4)])

    assert (len(made.scenes), len(made.shots)) == (24, 34)
    assert [shot.setting for shot in made.scenes[19].shots][:2] == [None, "forest 21"]
    assert made.scenes[19].shots[1].weather is Weather.SNOW


def test_more_characters_than_a_storyboard_holds_are_only_nouns():
    """A reference to nobody would be an error."""
    many = tuple(Character(id=f"c{number}", name=f"N{number}", kind="fox") for number in range(1, 21))

    made = joined([story(characters=many), story()])

    assert len(made.characters) == 20
    assert made.scenes[2].shots[0].subjects[0].character is None


def test_a_summary_says_who_where_and_what_was_last_said():
    """As much of the narration as the next act needs."""
    told = summary(story(line="Snow falls on the wood. " * 60).model_copy(update={"mood": Mood.CALM}))

    assert 'character "Ember": fox, small and red' in told
    assert "last scene: forest 2, day, snow, summer" in told
    assert len(told) < LINES_MAX + 300
    assert told.endswith("Snow falls on the wood.")


def test_the_cast_of_the_acts_before_comes_first():
    """A later act may describe somebody new, and nobody anew."""
    answer = {"scenes": [1], "characters": [{"name": " ember ", "look": "blue"}, {"name": "Ash"}, 7]}

    told = with_cast(answer, (FOX,))

    assert [one["name"] if isinstance(one, dict) else one for one in told["characters"]] == ["Ember", "Ash", 7]
    assert told["scenes"] == [1]
    assert with_cast([1], (FOX,)) == [1]
    assert with_cast({"characters": "nobody"}, (FOX,))["characters"][0]["look"] == "small and red"
