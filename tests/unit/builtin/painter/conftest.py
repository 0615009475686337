"""What the painter's tests share: a recipe with everything said."""

from collections.abc import Callable

import pytest

from astragen.model.recipe import Recipe


@pytest.fixture
def recipe() -> Callable[..., Recipe]:
    """A recipe for a clear summer day in the city; any field can be said otherwise."""

    def build(**fields: object) -> Recipe:
        said: dict[str, object] = {
            "setting": "city",
            "time_of_day": "day",
            "weather": "clear",
            "season": "summer",
            "mood": "hopeful",
            "place_seed": 1,
            "seed": 1,
        }
        return Recipe.model_validate({**said, **fields})

    return build
