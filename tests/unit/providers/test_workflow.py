from __future__ import annotations

import json
from pathlib import Path

import pytest

from astragen.errors import SettingsError
from astragen.providers.workflow import BYTES_MAX, frames_of, read_workflow

WORKFLOWS = Path(__file__).parents[2] / "workflows"
STILL, CLIP = WORKFLOWS / "still.json", WORKFLOWS / "clip.json"


def graph_of(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def saved(folder: Path, graph: object) -> str:
    path = folder / "w.json"
    path.write_text(graph if isinstance(graph, str) else json.dumps(graph), "utf-8")
    return str(path)


def test_the_places_of_a_still_are_found():
    """By what is linked to the sampler, though both texts have one title."""
    still = read_workflow(str(STILL), {})

    assert still.places == {
        "prompt": (("6", "text"),),
        "negative": (("7", "text"),),
        "seed": (("3", "seed"),),
        "width": (("5", "width"),),
        "height": (("5", "height"),),
        "length": (),
        "picture": (),
    }
    assert (still.size, still.model, still.seconds) == ((512, 512), "sd15.safetensors", None)


def test_the_places_of_a_clip_are_found():
    """Texts through the node that takes the picture; the rate from the node that makes the video."""
    clip = read_workflow(str(CLIP), {})

    assert clip.places["prompt"] == (("3", "text"),)
    assert clip.places["negative"] == (("4", "text"),)
    assert clip.places["picture"] == (("2", "image"),)
    assert clip.places["length"] == (("5", "length"),)
    assert (clip.size, clip.fps, clip.seconds) == ((768, 512), 24.0, 97 / 24)


def test_a_workflow_is_filled_in_without_being_changed():
    """One picture a run; everything that is not asked for stays as the user has it."""
    still = read_workflow(str(STILL), {})
    graph = still.filled({"prompt": "a fox", "negative": "text", "seed": 7, "width": 640, "height": 360})

    expected = graph_of(STILL)
    expected["6"]["inputs"]["text"], expected["7"]["inputs"]["text"] = "a fox", "text"
    expected["3"]["inputs"]["seed"] = 7
    expected["5"]["inputs"] |= {"width": 640, "height": 360, "batch_size": 1}
    assert graph == expected
    assert still.graph == graph_of(STILL)


def flux(graph: dict) -> dict:
    """A guider with one text, through a node that passes it on, whose negative is the same text, emptied."""
    graph["3"]["inputs"] = {"noise": ["11", 0], "guider": ["12", 0], "latent_image": ["5", 0]}
    graph["11"] = {"class_type": "RandomNoise", "inputs": {"noise_seed": 9}}
    graph["12"] = {"class_type": "BasicGuider", "inputs": {"model": ["4", 0], "conditioning": ["13", 0]}}
    graph["13"] = {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["6", 0]}}
    return graph


def zeroed(graph: dict) -> dict:
    graph["3"]["inputs"]["negative"] = ["14", 0]
    graph["14"] = {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["6", 0]}}
    return graph


def linked(graph: dict) -> dict:
    """Prompt, seed and width from nodes of their own."""
    graph["6"]["inputs"]["text"] = ["20", 0]
    graph["20"] = {"class_type": "PrimitiveString", "inputs": {"value": "x"}}
    graph["3"]["inputs"]["seed"] = ["21", 0]
    graph["21"] = {"class_type": "PrimitiveInt", "inputs": {"value": 3}}
    return graph


def circular(graph: dict) -> dict:
    graph["3"]["inputs"]["positive"] = ["14", 0]
    graph["14"] = {
        "class_type": "ConditioningCombine",
        "inputs": {"conditioning_1": ["14", 0], "conditioning_2": ["6", 0]},
    }
    return graph


def refined(graph: dict) -> dict:
    """A second sampler with texts of its own, which all get the prompt."""
    graph["30"] = {
        "class_type": "CLIPTextEncodeSDXL",
        "inputs": {"text_g": "a", "text_l": "b", "width": 4096, "height": 4096},
    }
    graph["31"] = {"class_type": "KSampler", "inputs": {"seed": 1, "positive": ["30", 0], "negative": ["7", 0]}}
    return graph


@pytest.mark.parametrize(
    ("change", "role", "places"),
    [
        (flux, "prompt", (("6", "text"),)),
        (flux, "negative", ()),
        (flux, "seed", (("11", "noise_seed"),)),
        (zeroed, "prompt", (("6", "text"),)),
        (zeroed, "negative", ()),
        (linked, "prompt", (("20", "value"),)),
        (linked, "seed", (("21", "value"),)),
        (circular, "prompt", (("6", "text"),)),
        (refined, "prompt", (("6", "text"), ("30", "text_g"), ("30", "text_l"))),
        (refined, "negative", (("7", "text"),)),
        (refined, "seed", (("3", "seed"), ("31", "seed"))),
        (refined, "width", (("5", "width"),)),
    ],
)
def test_the_places_of_other_shapes_are_found(change, role, places, tmp_path):
    """Guiders, texts that pass through nodes, primitives, refiners and circles."""
    assert read_workflow(saved(tmp_path, change(graph_of(STILL))), {}).places[role] == places


@pytest.mark.parametrize(
    ("name", "place"),
    [("7", ("7", "text")), ("7.text", ("7", "text")), ("Sampler.cfg", ("3", "cfg")), ("v1.5", ("6", "text"))],
)
def test_a_place_is_named_by_id_or_title(name, place, tmp_path):
    """With the input where that is not clear; a title may hold a dot."""
    graph = graph_of(STILL)
    graph["6"]["_meta"]["title"] = "v1.5"

    assert read_workflow(saved(tmp_path, graph), {"prompt": name}).places["prompt"] == (place,)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"prompt": "Story"}, 'has no node "Story" for the prompt. Use an id: 3 (Sampler), 4 (Load Checkpoint)'),
        ({"prompt": "CLIP Text Encode (Prompt)"}, "has 2 nodes"),
        ({"seed": "9"}, 'no input that takes the seed. Name it as "9.input", with one of: filename_prefix, images'),
        ({"seed": "3.sed"}, 'has no input "sed" for the seed. It has: seed, steps'),
        ({"output": "99"}, 'has no node "99" for the output'),
    ],
)
def test_a_name_that_fits_no_place_says_what_there_is(named, said):
    """The role, the name and the choices."""
    with pytest.raises(SettingsError) as caught:
        read_workflow(str(STILL), named)
    assert said in str(caught.value)


def without(number: str) -> dict:
    graph = graph_of(STILL)
    del graph[number]
    return graph


NO_SAVER = without("9")
NO_TEXT = graph_of(STILL) | {"3": {"class_type": "Custom", "inputs": {}}}


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        pytest.param("{not json", "is no JSON. In ComfyUI: Workflow > Export (API)", id="no_json"),
        pytest.param("[" * 99_999, "is no JSON", id="deep"),
        pytest.param(
            {"nodes": [], "links": []}, "is in the editor's format, not in the API's. In ComfyUI", id="editor"
        ),
        pytest.param([1], "is no ComfyUI workflow", id="list"),
        pytest.param({}, "is no ComfyUI workflow", id="empty"),
        pytest.param({"3": {"inputs": {}}}, 'has no class_type at "3"', id="no_class"),
        pytest.param({"3": {"class_type": "A"}}, "has no inputs at node 3 (A)", id="no_inputs"),
        pytest.param(
            without("5"), "latent_image of node 3 (Sampler) comes from node 5, which is not in", id="dangling"
        ),
        pytest.param(NO_SAVER, "has no output node: nothing would be saved. Add a SaveImage", id="no_output"),
        pytest.param(NO_TEXT, "has no place for a prompt that could be found. Name the node", id="no_prompt"),
        pytest.param({str(n): {} for n in range(2_001)}, "has 2001 nodes; 2000 are possible", id="many"),
    ],
)
def test_a_file_that_is_no_workflow_says_why(graph, said, tmp_path):
    """And what to do."""
    with pytest.raises(SettingsError) as caught:
        read_workflow(saved(tmp_path, graph), {})
    assert said in str(caught.value)


def test_a_file_that_is_missing_or_huge_is_not_read(tmp_path):
    """The limit is named."""
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_workflow(str(tmp_path / "none.json"), {})
    with pytest.raises(SettingsError, match=r"4,000,001 bytes; 4,000,000 are possible"):
        read_workflow(saved(tmp_path, " " * (BYTES_MAX + 1)), {})


def test_a_whole_request_is_a_workflow_too(tmp_path):
    """As some tools save it."""
    path = saved(tmp_path, {"prompt": graph_of(STILL), "client_id": "x"})

    assert read_workflow(path, {}).graph == graph_of(STILL)


@pytest.mark.parametrize(
    ("seconds", "fps", "frames"), [(1, 24, 25), (0.36, 25, 9), (0.1, 24, 9), (97 / 24, 24, 97), (5, 16, 81)]
)
def test_lengths_are_what_video_models_make(seconds, fps, frames):
    """8n + 1 frames, and no less than is asked."""
    assert frames_of(seconds, fps) == frames
