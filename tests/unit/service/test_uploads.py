"""What of an order names a file."""

from __future__ import annotations

import pytest

import filmed
from astragen.model.brief import Brief
from astragen.model.job import Order
from astragen.model.look import Look
from astragen.service.uploads import named_as_ordered, uses_of

FILE = "file_01jd3m8q2v7x4n5c6b7a8s9d0f"
BRIEF = Brief(prompt="sea")


def with_lut(lut: str):
    board = filmed.board()
    return board.model_copy(update={"bible": board.bible.model_copy(update={"look": Look(lut=lut)})})


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, []),
        ({"artist": "pollinations,openai:gpt-image-2.6-flare", "voice": "openai:nova,builtin"}, []),
        ({"artist": "folder, comfyui ,diffusers"}, []),
        ({"artist": "pollinations, folder:/home"}, [("/artist", "/home", False)]),
        ({"camera": "comfyui:flow.json"}, [("/camera", "flow.json", False)]),
        ({"artist": f"folder:{FILE}"}, [("/artist", FILE, False)]),
        ({"voice": f"piper:{FILE}"}, [("/voice", FILE, True)]),
        ({"voice": "piper:~/v.onnx"}, [("/voice", "~/v.onnx", False)]),
        ({"storyboard": with_lut(FILE)}, [("/storyboard/bible/look/lut", FILE, True)]),
        ({"storyboard": with_lut(f"{FILE}/../../x")}, [("/storyboard/bible/look/lut", f"{FILE}/../../x", False)]),
    ],
)
def test_every_place_that_names_a_file_is_found(fields, found):
    """With whether it is an upload that may stand there."""
    uses = uses_of(Order(brief=BRIEF, **fields))

    assert [(use.pointer, use.value, use.is_id) for use in uses] == found


@pytest.mark.parametrize(
    ("order", "lut"),
    [
        (Order(brief=BRIEF), ""),
        (Order(brief=BRIEF.model_copy(update={"lut": FILE})), FILE),
        (Order(brief=BRIEF, storyboard=with_lut(FILE)), FILE),
        (Order(brief=BRIEF.model_copy(update={"look": "film"}), storyboard=with_lut(FILE)), ""),
    ],
    ids=["none", "of the brief", "of the storyboard", "replaced by a look"],
)
def test_a_films_storyboard_names_its_lut_as_it_was_ordered(order, lut):
    """And never a path of the machine that made it."""
    assert named_as_ordered(with_lut("/srv/cache/look.cube"), order).bible.look.lut == lut
