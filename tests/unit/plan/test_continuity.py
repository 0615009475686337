from __future__ import annotations

from astragen.model.storyboard import Character, Scene, Shot, Storyboard, StyleBible, Subject
from astragen.model.vocabulary import Mood, Season, TimeOfDay, Weather
from astragen.plan.continuity import PHRASE_MAX, resolve, resolved_shots

SCENE = Scene(
    id="s1",
    setting="harbour",
    time_of_day=TimeOfDay.DUSK,
    weather=Weather.FOG,
    season=Season.WINTER,
    mood=Mood.CALM,
    shots=(Shot(id="s1-1"),),
)
FOX = Character(id="ren", name="Ren", kind="fox", look="a torn left ear", color="#dd6622", props=("a lantern",))


def film(**fields: object) -> Storyboard:
    return Storyboard(title="T", scenes=(SCENE,), characters=(FOX,), **fields)


def test_a_shot_takes_from_its_scene_what_it_leaves_out():
    """Place, hour, weather, season and mood come from the scene."""
    shot = resolve(Shot(id="s1-1"), SCENE, film())

    assert (shot.setting, shot.time_of_day, shot.weather, shot.season, shot.mood) == (
        "harbour",
        TimeOfDay.DUSK,
        Weather.FOG,
        Season.WINTER,
        Mood.CALM,
    )


def test_a_shot_s_own_word_wins_over_its_scene():
    """A shot in another place and mood stays there; the rest is the scene's."""
    shot = resolve(Shot(id="s1-1", setting="lighthouse", mood=Mood.TENSE), SCENE, film())

    assert (shot.setting, shot.mood, shot.weather) == ("lighthouse", Mood.TENSE, Weather.FOG)


def test_the_film_s_palette_is_the_default_of_every_shot():
    """A palette in the bible reaches shots without one, and no other."""
    story = film(bible=StyleBible(palette=("#112233",)))

    assert resolve(Shot(id="a"), SCENE, story).palette == ("#112233",)
    assert resolve(Shot(id="a", palette=("#ffffff",)), SCENE, story).palette == ("#ffffff",)


def test_a_character_looks_the_same_under_any_name():
    """A subject that names a character shows its kind, colour, look and props."""
    hero = Subject(noun="hero", phrase="our brave hero", character="ren")

    (subject,) = resolve(Shot(id="a", subjects=(hero,)), SCENE, film()).subjects

    assert subject.noun == "fox"
    assert subject.color == "#dd6622"
    assert subject.phrase == "our brave hero, a torn left ear, a lantern"


def test_a_colour_said_in_the_shot_wins_over_the_character_sheet():
    """The fox may be blue at night."""
    (subject,) = resolve(
        Shot(id="a", subjects=(Subject(noun="fox", color="#0000ff", character="ren"),)), SCENE, film()
    ).subjects

    assert subject.color == "#0000ff"


def test_a_subject_without_a_character_is_left_as_it_is():
    """Scenery is not dressed."""
    boat = Subject(noun="boat", phrase="a small boat", count=3)

    assert resolve(Shot(id="a", subjects=(boat,)), SCENE, film()).subjects == (boat,)


def test_a_long_look_is_cut_at_a_word_within_the_phrase_s_limit():
    """A look of 600 characters still gives a phrase that a recipe accepts."""
    story = Storyboard(
        title="T", scenes=(SCENE,), characters=(Character(id="ren", name="Ren", kind="fox", look="striped " * 70),)
    )

    (subject,) = resolve(Shot(id="a", subjects=(Subject(noun="fox", character="ren"),)), SCENE, story).subjects

    assert len(subject.phrase) <= PHRASE_MAX
    assert subject.phrase.endswith("striped")


def test_all_shots_are_resolved_in_film_order(board):
    """Each shot meets its own scene."""
    story = board([{}, {}], [{}])

    assert [shot.id for shot in resolved_shots(story)] == ["s1-1", "s1-2", "s2-1"]
    assert all(shot.setting == "ocean" for shot in resolved_shots(story))
