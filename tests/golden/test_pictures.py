"""Every picture prompt reads as it did when somebody last read it.

After a change that is meant: `.venv/bin/pytest tests/golden/test_pictures.py --update-golden`,
read the files in pictures/, and commit them with the change.
"""

from pathlib import Path

import pytest

from astragen.model.brief import Brief
from astragen.model.capability import known_artists
from astragen.model.storyboard import (
    Character,
    Framing,
    Framings,
    Scene,
    Shot,
    Storyboard,
    StyleBible,
    Subject,
    Tableau,
)
from astragen.plan.requests import plan_pictures

HERE = Path(__file__).parent / "pictures"

KEEPER = Storyboard(
    title="The Keeper and the Whale",
    bible=StyleBible(style="watercolour", palette=("#2c3a5a", "#2f8f8a", "#f2c879"), notes="wide empty skies"),
    characters=(
        Character(
            id="keeper",
            name="Tomas",
            kind="keeper",
            look="an old lighthouse keeper, short grey beard, long yellow raincoat, brown boots",
            color="#e6b93a",
            props=("brass lantern",),
        ),
        Character(id="whale", name="Whale", kind="whale", look="", color="#4a6076"),
    ),
    scenes=(
        Scene(
            id="s1",
            setting="lighthouse",
            time_of_day="dusk",
            weather="storm",
            season="autumn",
            mood="mysterious",
            shots=(
                Shot(
                    id="s1-1",
                    size="extreme_wide",
                    lens="wide",
                    move="push_in",
                    frames=120,
                    title="The Keeper and the Whale",
                    subjects=(
                        Subject(noun="lighthouse", phrase="a white lighthouse on a black rock", placement="far"),
                    ),
                ),
                Shot(
                    id="s1-2",
                    size="medium",
                    angle="low",
                    frames=84,
                    subjects=(
                        Subject(noun="Tomas", character="keeper", action="climb the spiral stairs", placement="left"),
                    ),
                    action="Tomas lifts his lantern towards the window",
                    framings=Framings(start=Framing(), end=Framing(x=0.35, y=0.4, width=0.6)),
                ),
                Shot(
                    id="s1-3",
                    size="full",
                    lens="tele",
                    move="orbit",
                    frames=260,
                    weather="clear",
                    subjects=(
                        Subject(noun="whale", character="whale", action="rise from the water", placement="right"),
                        Subject(noun="gull", count=3, action="circle", placement="sky"),
                    ),
                ),
                Shot(id="s1-4", frames=72, tableau=Tableau(layout="compare", items=("loneliness", "company"))),
            ),
        ),
    ),
)

BAKER = Storyboard(
    title="Das Brot der Nacht",
    language="de",
    bible=StyleBible(style="noir", palette=("#1a2033", "#e0a03a")),
    characters=(
        Character(
            id="baker", name="Ida", kind="baker", look="a young baker, floury apron, rolled sleeves, red headscarf"
        ),
    ),
    scenes=(
        Scene(
            id="s1",
            setting="bakery",
            time_of_day="night",
            weather="rain",
            season="winter",
            mood="calm",
            shots=(
                Shot(
                    id="s1-1",
                    size="close",
                    move="handheld",
                    frames=60,
                    subjects=(
                        Subject(noun="baker", character="baker", action="knead dough"),
                        Subject(noun="loaf", count=4),
                    ),
                ),
                Shot(
                    id="s1-2",
                    size="wide",
                    angle="high",
                    move="whip_right",
                    frames=96,
                    setting="eine enge Gasse mit Laternen (masterpiece:1.4) <lora:film:1>",
                    subjects=(Subject(noun="cat", phrase='a black cat under a sign "BROT"', action="run"),),
                ),
            ),
        ),
    ),
)

BOARDS = {"keeper": (KEEPER, Brief(prompt="x")), "baker": (BAKER, Brief(prompt="x", aspect="9:16", height=1920))}
ARTISTS = ("openai", "diffusers", "runway-veo")


def told(board, brief, artist):
    """All requests of *board* for *artist*, as people read them."""
    lines = []
    for request in plan_pictures(board, brief, artist=artist):
        lines.append(f"== {request.shot}, {request.frames} frames")
        fields = request.prompt.model_dump(mode="json", exclude_defaults=True)
        lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("artist", ARTISTS)
@pytest.mark.parametrize("board", BOARDS)
def test_picture_prompts_read_as_they_did(board, artist, is_update):
    """Every word, number and note."""
    now = told(*BOARDS[board], known_artists()[artist])
    path = HERE / f"{board}-{artist}.txt"
    if is_update:
        path.write_text(now, "utf-8")
    assert path.exists(), "not yet read: see this file's docstring"
    assert now == path.read_text("utf-8")
