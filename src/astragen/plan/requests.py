"""What the crew is asked for: one line of speech, or one shot's take.

`plan_lines` comes before pacing, `plan_shots` and `plan_pictures` after it. Every request is complete:
a provider needs nothing else to fulfil it, and its content is its step key. Pure.
"""

from __future__ import annotations

from astragen.model.brief import Brief
from astragen.model.capability import ArtistCapability
from astragen.model.recipe import Recipe
from astragen.model.requests import LineRequest, PictureRequest, ShotRequest
from astragen.model.storyboard import Shot, Storyboard
from astragen.plan.casting import variants
from astragen.plan.continuity import resolved_shots
from astragen.plan.picture_prompt import picture_prompt
from astragen.plan.seeds import seed_of


def plan_lines(
    storyboard: Storyboard, brief: Brief, *, rate: float = 1.0, variant: str = ""
) -> tuple[LineRequest, ...]:
    """Return a request for each shot that has a line, in film order; none when narration is off.

    *rate*: speed of speech against the voice's normal. *variant*: which of its voices the built-in voice takes for
    the narrator; those of the characters are cast by `casting.variants`.
    """
    if not brief.narration:
        return ()
    cast = variants(storyboard, narrator=variant)
    return tuple(
        LineRequest(
            shot=shot.id,
            text=shot.line,
            language=storyboard.language,
            mood=shot.mood,
            rate=rate,
            speaker=shot.speaker or "",
            voice=cast.get(shot.speaker or "", variant),
        )
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
                    shot if shot.seed else shot.model_copy(update={"seed": seed_of(seed, shot.id)})
                    for shot in scene.shots
                )
            }
        )
        for scene in storyboard.scenes
    )
    return storyboard.model_copy(update={"scenes": scenes})


def plan_shots(storyboard: Storyboard, brief: Brief, *, is_plain: bool = False) -> tuple[ShotRequest, ...]:
    """Return a request for each shot of a paced *storyboard*, in film order; *is_plain*: without bloom and grain.

    A place looks the same in every shot that names it; the first shot's seed and the brief's
    decide how. Nothing else of one shot reaches the request of another.

    Raises:
        ValueError: a shot has no length yet; `pace` comes first.
    """
    return tuple(_shot_request(shot, storyboard, brief, is_plain) for shot in resolved_shots(storyboard))


def plan_pictures(storyboard: Storyboard, brief: Brief, *, artist: ArtistCapability) -> tuple[PictureRequest, ...]:
    """Return what to ask *artist* for of a paced *storyboard*, in film order.

    Tableaux are left to the painter, which letters and counts right, and shots with a picture
    or clip of the user's own need none.

    Raises:
        ValueError: a shot has no length yet; `pace` comes first.
    """
    return tuple(
        PictureRequest(
            shot=shot.id,
            artist=artist.name,
            model=artist.model,
            prompt=picture_prompt(shot, storyboard, artist=artist, brief=brief),
            fps=brief.fps,
            frames=_length(shot),
        )
        for shot in storyboard.shots
        if shot.tableau is None and not shot.source
    )


def score_seed(storyboard: Storyboard, brief: Brief) -> int:
    """The seed of the film's score."""
    return seed_of(brief.seed, storyboard.shots[0].seed, "score")


def _shot_request(shot: Shot, storyboard: Storyboard, brief: Brief, is_plain: bool) -> ShotRequest:
    return ShotRequest(
        shot=shot.id,
        recipe=_recipe(shot, storyboard, brief).model_copy(update={"is_plain": is_plain}),
        width=brief.width,
        height=brief.height,
        fps=brief.fps,
        frames=_length(shot),
    )


def _length(shot: Shot) -> int:
    """Frames of *shot*."""
    if shot.frames is None:
        raise ValueError(f'shot "{shot.id}" has no length; pace the storyboard first')
    return shot.frames


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
            **({"language": storyboard.language} if shot.title or shot.tableau else {}),  # it shapes letters only
            "place_seed": seed_of(brief.seed, storyboard.shots[0].seed, (shot.setting or "").casefold()),
            "seed": seed_of(brief.seed, shot.id, shot.seed),
        }
    )
