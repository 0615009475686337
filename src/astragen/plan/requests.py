"""What the crew is asked for: one line of speech, or one shot's take.

`plan_lines` comes before pacing, `plan_shots` after it. Every request is complete:
a provider needs nothing else to fulfil it, and its content is its step key. Pure.
"""

from __future__ import annotations

from astragen.model.base import content_hash
from astragen.model.brief import Brief
from astragen.model.recipe import Recipe
from astragen.model.requests import LineRequest, ShotRequest
from astragen.model.storyboard import Shot, Storyboard
from astragen.plan.continuity import resolved_shots


def plan_lines(storyboard: Storyboard, brief: Brief, *, rate: float = 1.0) -> tuple[LineRequest, ...]:
    """Return a request for each shot that has a line, in film order; none when narration is off.

    *rate*: speed of speech against the voice's normal.
    """
    if not brief.narration:
        return ()
    return tuple(
        LineRequest(shot=shot.id, text=shot.line, language=storyboard.language, mood=shot.mood, rate=rate)
        for shot in resolved_shots(storyboard)
        if shot.line and shot.mood is not None
    )


def seeded(storyboard: Storyboard, seed: int) -> Storyboard:
    """Return *storyboard* with a seed in every shot that has none (0), made of *seed*.

    What is written from a brief so carries the brief's seed, and its file films the same again.
    """
    scenes = tuple(
        scene.model_copy(
            update={
                "shots": tuple(
                    shot if shot.seed else shot.model_copy(update={"seed": _seed(seed, shot.id)})
                    for shot in scene.shots
                )
            }
        )
        for scene in storyboard.scenes
    )
    return storyboard.model_copy(update={"scenes": scenes})


def plan_shots(storyboard: Storyboard, brief: Brief) -> tuple[ShotRequest, ...]:
    """Return a request for each shot of a paced *storyboard*, in film order.

    A place looks the same in every shot that names it; the first shot's seed and the brief's
    decide how. Nothing else of one shot reaches the request of another.

    Raises:
        ValueError: a shot has no length yet; `pace` comes first.
    """
    return tuple(_shot_request(shot, storyboard, brief) for shot in resolved_shots(storyboard))


def score_seed(storyboard: Storyboard, brief: Brief) -> int:
    """The seed of the film's score."""
    return _seed(brief.seed, storyboard.shots[0].seed, "score")


def _shot_request(shot: Shot, storyboard: Storyboard, brief: Brief) -> ShotRequest:
    if shot.frames is None:
        raise ValueError(f'shot "{shot.id}" has no length; pace the storyboard first')
    return ShotRequest(
        shot=shot.id,
        recipe=_recipe(shot, storyboard, brief),
        width=brief.width,
        height=brief.height,
        fps=brief.fps,
        frames=shot.frames,
    )


def _recipe(shot: Shot, storyboard: Storyboard, brief: Brief) -> Recipe:
    """The shot as the painter wants it; *shot* is resolved."""
    said = shot.model_dump(
        include={
            "setting",
            "time_of_day",
            "weather",
            "season",
            "mood",
            "palette",
            "size",
            "angle",
            "lens",
            "move",
            "framings",
            "subjects",
            "tableau",
            "title",
        }
    )
    return Recipe.model_validate(
        {
            **said,
            "style": storyboard.bible.style,
            "language": storyboard.language,
            "place_seed": _seed(brief.seed, storyboard.shots[0].seed, (shot.setting or "").casefold()),
            "seed": _seed(brief.seed, shot.id, shot.seed),
        }
    )


def _seed(*parts: object) -> int:
    """A seed in [0, 2^31) that depends on every part, and on nothing else."""
    return int(content_hash(":".join(str(part) for part in parts))[:8], 16) & 0x7FFF_FFFF
