from __future__ import annotations

import pickle
import subprocess
import sys
from typing import get_type_hints

import pytest

from astragen.media.render import render_join, render_shot
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.jobs import code_to, compose_to, look_to, mix_to, mux_to
from astragen.plan.motion import framing_at


def test_a_function_elsewhere_pickles_as_itself():
    """A worker is sent the function's own name, and knows nothing of the stand-in."""
    stand_in = Elsewhere("astragen.plan.motion", "framing_at")

    assert pickle.loads(pickle.dumps(stand_in)) is framing_at


def test_a_function_elsewhere_can_be_called_here():
    """A run without workers calls what it is given."""
    assert Elsewhere("os.path", "join")("a", "b") in ("a/b", "a\\b")


@pytest.mark.parametrize(
    "function", [render_shot, render_join, mux_to, code_to, mix_to, look_to, compose_to], ids=lambda one: one.__name__
)
def test_what_comes_back_from_elsewhere_is_known_here(function):
    """A result of a class that stands beside its function would import all of that, when it is read."""
    kinds = {get_type_hints(function)["return"].__module__}

    assert kinds <= {"astragen.model.segment", "astragen.pipeline.asked", "pathlib", "builtins"}


def test_rendering_imports_no_pictures_into_the_process_that_only_asks_for_them():
    """NumPy, OpenCV, PyAV and Pillow cost half a second of CPU, in each edit of a film."""
    program = (
        "import sys, astragen.pipeline.pictures, astragen.pipeline.file, astragen.pipeline.poster\n"
        "print(sorted({'numpy', 'cv2', 'av', 'PIL'} & set(sys.modules)))"
    )

    told = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True).stdout

    assert told.strip() == "[]"
