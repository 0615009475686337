"""Prompts that the writer's tests share: real one-line topics, and a film of one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astragen.builtin.writer import write
from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard

# From X-PLUG/MM_StoryAgent (Apache-2.0).
TOPICS = (
    "Discovering Independence: A story about a young child's first steps towards doing things on their own.",
    "Understanding Emotions: An exploration of different feelings and how to manage them.",
    "Overcoming Fear: A narrative where a child confronts and conquers their fears.",
    "Developing Patience: A story focusing on the importance of being patient.",
    "Understanding Boundaries: How a child learns about personal space and setting limits.",
    "Balancing Fun and Responsibilities: The importance of balancing work and play.",
    "Coping with Stress: Techniques a child uses to manage stress and anxiety.",
    "Time Management: A child learning how to manage their time effectively.",
    "Handling Peer Pressure: Understanding how to stay true to oneself when facing pressure from others.",
    "Sibling Adventures: Stories highlighting the fun and challenges of sibling relationships.",
    "Grandparents' Tales: Narratives around the wisdom and love grandparents share.",
    "New Baby: Welcoming a new sibling and adjusting to changes in the family.",
    "Family Game Night: The fun and bonding that comes from family game nights.",
    "Family Pets: The special bond between families and their pets.",
    "Parents' Love: Tales that show how parents' love helps children navigate life.",
)

IDEAS = (
    "A lonely lighthouse keeper befriends a whale during a storm",
    "A small robot finds a flower on an abandoned planet and decides to protect it",
    "An old man and his donkey cross the desert to see the sea for the first time",
    "A boy who can talk to birds saves his village from a dragon",
    "Children in a small village build a flying machine, but the wind carries it away",
    "Rain on a neon street at night",
    "A whale, a lighthouse, a storm",
    "A promo for our new coffee shop in Lisbon",
    "How does TCP open a connection?",
    "Why do cats purr?",
    "love",
)


@pytest.fixture(params=TOPICS + IDEAS)
def prompt(request: pytest.FixtureRequest) -> str:
    """Each of the prompts in turn."""
    return str(request.param)


@pytest.fixture
def film() -> Callable[..., Storyboard]:
    """Write a film of a prompt; keywords are fields of the brief."""
    return lambda text, **fields: write(Brief(prompt=text, **fields))
