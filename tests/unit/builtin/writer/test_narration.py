"""What reads as finished narration, and what as a wish or an idea."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.assemble import is_narration
from astragen.builtin.writer.parse import Shape, parse
from astragen.model.brief import Brief

NARRATION = {
    "a story": (
        "The lamp had been dark for years. Nobody knew why. Then one night a girl saw it blink, and rowed out."
    ),
    "a recipe, whose orders are the film": (
        "Heat the oven first. Add the flour and the eggs, and mix them well. Keep the bowl warm for an "
        "hour. Then bake it until the crust is brown."
    ),
    "an explainer": (
        "Water rises from the sea. High up it cools and becomes a cloud. When the drops are heavy, it rains."
    ),
    "a promo": (
        "Meet the bottle that keeps your tea hot for a day. No wires, no apps. Just hot tea, wherever you are."
    ),
    "a speech in the first person": (
        "I want you to remember this day. We built a bridge. Nobody believed that we would, and here it stands."
    ),
    "a text that names the sea's story": (
        "The story of the lighthouse begins in winter. A ship was lost on the rocks. Its captain swore to"
        " build a light there."
    ),
    "about cameras": (
        "The first camera was a dark room. Light came in through a hole. It painted the street on the "
        "wall, upside down."
    ),
    "a chapter with headings": (
        "# The Night\nThe lamp goes out and the whole harbour is dark.\n"
        "# The Day\nA girl finds oil, and climbs the stairs to the top."
    ),
    "German": (
        "Die Lampe war seit Jahren dunkel. Niemand wusste warum. Eines Nachts sah ein Mädchen sie blinken"
        " und ruderte allein hinaus."
    ),
    "Chinese": "灯塔黑了。没有人知道为什么。一个女孩看见它闪了一下。她独自划船出海，带着灯和面包。",
    "one very long sentence": (
        "When the snow came in that year it came without wind and without a sound, and it covered the "
        "road and the gate and the well, and the old man who had never in all his life been late for "
        "anything stood at the window and watched his own footprints vanish one by one, and understood "
        "that nobody would come to him any more."
    ),
    "a question first": (
        "What is a black hole? It is a star that fell into itself. Its pull is so strong that even light "
        "cannot leave it again."
    ),
}
IDEAS = {
    "a line": "A fox follows a star",
    "two sentences": ("A fox finds a bottle on the beach. Inside is a map of an island that nobody has ever seen."),
    "a request": "Make a 30 second video about a fox. Use warm colours. End with a sunset over the sea.",
    "a wish": (
        "I want a film about my grandmother. She was a baker in a small town. Her bread was known "
        "everywhere, and so was her laugh."
    ),
    "a polite wish": (
        "Can you do something with a lighthouse? There should be a storm. It ends with the keeper who "
        "finds a letter on the stairs."
    ),
    "a label": (
        "A short film about a lonely robot. It finds a flower. It learns to care for it, and the whole "
        "city turns green."
    ),
    "a label with much before it": (
        "A slow, dreamy music video of a night train. Passengers sleep. Cities go by, and nobody looks up"
        " until the sea appears."
    ),
    "directions": (
        "A city wakes at dawn. The camera glides over the roofs. Slow motion when the birds rise. End "
        "with our logo on white and soft music."
    ),
    "labelled directions": (
        "A woman runs through the rain towards a train. Style: noir. Music: sad piano. Duration: half a "
        "minute. She misses it."
    ),
    "what the video must do": (
        "Our app finds parking spaces. The video should be funny. It should end with the logo and our "
        "address in large letters."
    ),
    "an idea by its name": (
        "Idea: a clock that runs backwards. Its owner gets younger. In the end she is a child who holds "
        "the clock and laughs."
    ),
    "few words": "Waves. Wind. One light far out.",
    "a question": "How does a plane stay in the air?",
    "a list": "Morning:\n1. Drink water\n2. Stretch\n3. Write",
}


@pytest.mark.parametrize("text", NARRATION.values(), ids=NARRATION.keys())
def test_finished_sentences_are_narration(text):
    """Three sentences, or many words, that speak of the thing itself: every writer says them as they are."""
    assert is_narration(Brief(prompt=text))
    assert parse(text, None).shape is Shape.SCRIPT


@pytest.mark.parametrize("text", IDEAS.values(), ids=IDEAS.keys())
def test_wishes_and_ideas_are_not(text):
    """Somebody asks for a film, speaks of its making, or says too little: a writer makes narration of it."""
    assert not is_narration(Brief(prompt=text))
    assert parse(text, None).shape is not Shape.SCRIPT


def test_what_the_user_says_counts_first():
    """A script may be one line, and the finest narration an idea."""
    assert is_narration(Brief(prompt=IDEAS["a line"], is_script=True))
    assert not is_narration(Brief(prompt=NARRATION["a story"], is_script=False))


def test_a_text_must_fit_its_film():
    """Three sentences are no narration of ten minutes, and an article none of half a minute."""
    article = " ".join(f"The lamp of house number {number} went out at the end of that winter." for number in range(80))

    assert not is_narration(Brief(prompt=NARRATION["a story"], seconds=600))
    assert not is_narration(Brief(prompt=article, seconds=30))
    assert is_narration(Brief(prompt=article, seconds=400))
