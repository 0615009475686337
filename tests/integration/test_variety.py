"""No two shots of a film, and no two films of a prompt, are composed alike."""

from itertools import combinations

import anyio
import pytest

from astragen.builtin.painter.paint import paint
from astragen.media.frames import view_of_frame
from astragen.model.brief import Brief
from astragen.pipeline.crew import builtin_crew
from astragen.plan.pacing import pace
from astragen.plan.requests import plan_shots, seeded
from compositions import composition, distance

SIZE = (192, 108)
LEAST_BITS = 5  # of 64; the same composition filmed again is within 3
PROMPTS = (
    "A lonely lighthouse keeper befriends a whale",
    "A girl and her dog get lost in the forest and find a castle",
    "Why does the moon change its shape?",
)


async def hashes(prompt, seed):
    """The composition of each shot of the film of *prompt*, half-way through it."""
    brief = Brief(prompt=prompt, seed=seed)
    storyboard = seeded((await builtin_crew().writer.write(brief)).storyboard, seed)
    found = []
    for shot in plan_shots(pace(storyboard, {}, fps=brief.fps, seconds=brief.seconds), brief):
        recipe, middle = shot.recipe, shot.frames // 2
        view = view_of_frame(middle, recipe.move, recipe.lens, clip_frames=shot.frames, fps=shot.fps, seed=recipe.seed)
        found.append(composition(paint(recipe, *SIZE).frame(middle / shot.fps, view, middle).y))
    return found


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_shots_of_a_film_do_not_repeat_a_composition(prompt):
    """Every two shots differ in at least 5 of the 64 bits of a perceptual hash."""
    shots = anyio.run(hashes, prompt, 1)
    nearest = min(distance(one, other) for one, other in combinations(shots, 2))
    assert nearest >= LEAST_BITS


def test_another_seed_gives_another_composition():
    """Shot by shot, two films of one prompt with different seeds differ in most of their shots."""
    one, other = (anyio.run(hashes, PROMPTS[0], seed) for seed in (1, 2))
    differing = [distance(a, b) >= LEAST_BITS for a, b in zip(one, other, strict=False)]
    assert sum(differing) >= 0.7 * len(differing)
