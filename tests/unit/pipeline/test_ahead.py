from __future__ import annotations

from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.model.vocabulary import ShotSize, TransitionKind
from astragen.pipeline.ahead import Ahead


def story(*shots: Shot, setting: str = "sea") -> Storyboard:
    return Storyboard(title="Sea", scenes=(Scene(id="s1", setting=setting, shots=shots),))


def test_each_shot_is_started_once():
    """However often it is told; words and cuts are nothing to see."""
    started: list[tuple[str, str | None]] = []
    ahead = Ahead(lambda shot, resolved, board: started.append((shot, resolved.setting)))
    first, second = Shot(id="s1-1"), Shot(id="s1-2")

    ahead.told(story(first))
    ahead.told(story(first, second))
    ahead.told(story(first.model_copy(update={"line": "The sea.", "transition": TransitionKind.DISSOLVE}), second))

    assert started == [("s1-1", "sea"), ("s1-2", "sea")]


def test_a_shot_that_looks_otherwise_is_another():
    """By its own word, or by its scene's."""
    started: list[str] = []
    ahead = Ahead(lambda shot, resolved, board: started.append(f"{resolved.setting} {resolved.size}"))

    ahead.told(story(Shot(id="s1-1")))
    ahead.told(story(Shot(id="s1-1", size=ShotSize.CLOSE)))
    ahead.told(story(Shot(id="s1-1"), setting="beach"))

    assert started == ["sea wide", "sea close", "beach wide"]
