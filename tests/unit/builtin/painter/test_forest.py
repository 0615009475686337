import numpy as np
import pytest

from astragen.builtin.painter.finish import as_rgb
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.plants import broadleaf, canopy, fern, grass, palm, pine, table, trunk
from astragen.builtin.painter.rooms.forest import compose, wood_for
from astragen.builtin.painter.stage import Stage
from astragen.model.view import View
from astragen.model.vocabulary import Season, TimeOfDay

SIZE = (160, 90)


def scene_of(recipe, size=SIZE):
    stage = Stage(*size, light_of(recipe))
    compose(stage, recipe)
    return stage.scene(recipe.seed)


@pytest.mark.parametrize(
    ("fields", "wood"),
    [
        ({"setting": "dark woods"}, "forest"),
        ({"setting": "forest", "season": "winter"}, "pine"),
        ({"setting": "forest", "weather": "snow"}, "pine"),
        ({"setting": "jungle", "season": "winter"}, "jungle"),
        ({"setting": "bamboo forest"}, "bamboo"),
        ({"setting": "pine forests"}, "pine"),
        ({"setting": "city park"}, "garden"),
        ({"setting": "apple orchard"}, "orchard"),
    ],
)
def test_words_and_season_choose_the_wood(recipe, fields, wood):
    """The most special word wins; a forest in snow is one of pines."""
    assert wood_for(recipe(**fields)) == wood


@pytest.mark.parametrize("setting", ["jungle", "bamboo", "birch wood", "pine forest", "orchard"])
def test_every_wood_has_ground_to_stand_on_and_moves(recipe, setting):
    """People stand below the horizon, and leaves or light move within a second."""
    scene = scene_of(recipe(setting=setting))
    stage = scene.stage
    assert stage.stand.ground(stage.x(0.5)) > stage.horizon
    first, later = (scene.frame(seconds, View(), 0).y.astype(int) for seconds in (0.0, 1.0))
    assert np.abs(first - later).max() > 4


@pytest.mark.parametrize("hour", [TimeOfDay.DAY, TimeOfDay.DUSK, TimeOfDay.NIGHT], ids=str)
def test_every_hour_keeps_its_values_apart(recipe, hour):
    """A deep wood has dark trunks and glowing air by day and by night."""
    y = (scene_of(recipe(setting="forest", time_of_day=hour.value)).frame(1.0, View(), 0).y.astype(float) - 16) / 219
    dark, light = np.percentile(y, [5, 97])
    assert dark < 0.25
    assert light > (0.22 if hour is TimeOfDay.NIGHT else 0.45)


def test_autumn_is_redder_than_summer(recipe):
    """The leaves' season shows in the picture's colour."""
    warm = {}
    for season in ("summer", "autumn"):
        picture = as_rgb(scene_of(recipe(setting="park", season=season)).frame(0.0, View(), 0))[25:62]
        warm[season] = float((picture[..., 0] - picture[..., 1]).mean())
    assert warm["autumn"] > warm["summer"] + 0.04


@pytest.fixture
def light(recipe):
    return light_of(recipe(time_of_day="golden"))


GROWERS = {
    "broadleaf": lambda seed, light: broadleaf(120, seed=seed, light=light, shades=table()["leaves"]["summer"][0]),
    "bare": lambda seed, light: broadleaf(
        120, seed=seed, light=light, shades=table()["leaves"]["summer"][0], fullness=0.0
    ),
    "pine": lambda seed, light: pine(120, seed=seed, light=light, shades=table()["needles"]["summer"], snow=0.5),
    "palm": lambda seed, light: palm(120, seed=seed, light=light),
    "fern": lambda seed, light: fern(60, seed=seed, light=light, shades=table()["leaves"]["summer"][1]),
    "grass": lambda seed, light: grass(90, 40, seed=seed, light=light, shades=table()["grass"]["summer"]),
    "trunk": lambda seed, light: trunk(30, 120, seed=seed, light=light, shades=table()["bark"]["brown"]),
    "canopy": lambda seed, light: canopy(
        160, 60, seed=seed, light=light, shades=table()["leaves"]["summer"][0], leaf=3, glow_x=80
    ),
}


@pytest.mark.parametrize("name", GROWERS)
def test_a_seed_is_a_plant_and_another_seed_another_plant(light, name):
    """Growing twice gives the same pixels; another seed gives other ones; colours stay premultiplied."""
    grow = GROWERS[name]
    one, again, other = grow(1, light), grow(1, light), grow(2, light)
    assert np.array_equal(one, again)
    assert one.shape != other.shape or not np.array_equal(one, other)
    assert (one[..., :3] <= one[..., 3:] + 0.02).all()
    assert one[..., 3].mean() > 0.01


def test_trees_are_lit_from_the_suns_side(recipe):
    """The half toward the sun is brighter, on either side."""
    for place_seed in (1, 2):
        light = light_of(recipe(place_seed=place_seed))
        tree = broadleaf(160, seed=4, light=light, shades=table()["leaves"]["summer"][0])
        half = tree.shape[1] // 2
        left, right = (part[..., 1].sum() / part[..., 3].sum() for part in (tree[:, :half], tree[:, half:]))
        assert (right > left) == (light.side > 0)


@pytest.mark.parametrize("season", list(Season), ids=str)
def test_every_season_grows_leaves_and_grass(light, season):
    """The tables know all seasons."""
    for shades in (
        table()["leaves"][season.value][0],
        table()["grass"][season.value],
        table()["needles"][season.value],
    ):
        assert len(shades) == 3
