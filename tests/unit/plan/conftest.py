"""Storyboards for the plan's tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from astragen.model.storyboard import Scene, Shot, Storyboard

Board = Callable[..., Storyboard]


@pytest.fixture
def board() -> Board:
    """Make a storyboard of scenes; a scene is a list of shots, a shot a dict of its fields (ids are added)."""

    def make(*scenes: Sequence[dict[str, Any]], **fields: Any) -> Storyboard:
        return Storyboard(
            title=fields.pop("title", "The Keeper"),
            scenes=tuple(
                Scene(
                    id=f"s{number}",
                    title=f"Scene {number}",
                    setting="ocean",
                    shots=tuple(
                        Shot(**{"id": f"s{number}-{place}", **shot}) for place, shot in enumerate(shots, start=1)
                    ),
                )
                for number, shots in enumerate(scenes, start=1)
            ),
            **fields,
        )

    return make
