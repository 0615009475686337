"""Voice models of a few nodes, in the form of Piper's and Kokoro's: a tone for every phoneme, silence for a space.

They say nothing, but the packages cannot tell: text becomes phonemes, phonemes sound, and durations are true.
Needs the package onnx.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

FRAMES, HOP = 4, 256  # of each phoneme, at normal speed
BEGIN = 1  # Piper's id of a sentence's beginning, which makes no sound either


def tiny_piper(folder: Path, phoneme_ids: dict[str, list[int]]) -> Path:
    """A voice file, NAME.onnx with NAME.onnx.json, in *folder*."""
    from onnx import TensorProto, helper

    path = folder / "tiny.onnx"
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, None]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    slower = [helper.make_node("Gather", ["scales", "first"], ["slower"])]
    _save(path, inputs, slower, ids="input", space=phoneme_ids[" "][0], shape=[1, 1, 1, -1], durations=None)
    config = {
        "audio": {"sample_rate": 22_050},
        "espeak": {"voice": "en-us"},
        "num_symbols": 256,
        "num_speakers": 1,
        "phoneme_id_map": phoneme_ids,
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "hop_length": HOP,
    }
    path.with_suffix(".onnx.json").write_text(json.dumps(config), encoding="utf-8")
    return path


def tiny_kokoro(folder: Path, space: int) -> tuple[Path, Path]:
    """A model that tells durations, and a file of one voice, "af_heart"."""
    from onnx import TensorProto, helper

    model, voices = folder / "kokoro.onnx", folder / "voices.bin"
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, None]),
        helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
        helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
    ]
    slower = [helper.make_node("Reciprocal", ["speed"], ["slower"])]
    _save(model, inputs, slower, ids="tokens", space=space, shape=[-1], durations="duration")
    with voices.open("wb") as file:
        np.savez(file, af_heart=np.zeros((510, 1, 256), np.float32))
    return model, voices


def _save(
    path: Path, inputs: list[Any], before: list[Any], *, ids: str, space: int, shape: list[int], durations: str | None
) -> None:
    """The model: as many samples for each of *ids* as its frames are, all of them equally many."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    def constant(name: str, value: Any, kind: Any) -> Any:
        return numpy_helper.from_array(np.asarray(value, kind), name)

    constants = [
        constant("first", 1, np.int64),
        constant("frames", FRAMES, np.float32),
        constant("hop", HOP, np.float32),
        constant("nothing", 0, np.float32),
        constant("pitch", 0.05, np.float32),
        constant("loudness", 0.3, np.float32),
        constant("space", space, np.int64),
        constant("begin", BEGIN, np.int64),
        constant("column", [-1, 1], np.int64),
        constant("flat", [-1], np.int64),
        constant("row", [1], np.int64),
        constant("zero", 0.0, np.float32),
        constant("step", 1.0, np.float32),
        constant("shape", shape, np.int64),
    ]
    node = helper.make_node
    nodes = [
        *before,
        node("Cast", [ids], ["as_float"], to=TensorProto.FLOAT),
        node("Mul", ["as_float", "nothing"], ["zeros"]),
        node("Add", ["zeros", "frames"], ["base"]),
        node("Mul", ["base", "slower"], ["scaled"]),
        node("Ceil", ["scaled"], ["w_ceil"]),
        node("ReduceMax", ["w_ceil"], ["each"], keepdims=0),
        node("Mul", ["each", "hop"], ["samples_float"]),
        node("Cast", ["samples_float"], ["samples"], to=TensorProto.INT64),
        node("Reshape", ["samples", "flat"], ["samples_list"]),
        node("Concat", ["row", "samples_list"], ["wide"], axis=0),
        node("Equal", [ids, "space"], ["is_space"]),
        node("Equal", [ids, "begin"], ["is_begin"]),
        node("Or", ["is_space", "is_begin"], ["is_mute"]),
        node("Not", ["is_mute"], ["sounds"]),
        node("Cast", ["sounds"], ["amplitude"], to=TensorProto.FLOAT),
        node("Reshape", ["amplitude", "column"], ["tall"]),
        node("Expand", ["tall", "wide"], ["envelope_2d"]),
        node("Reshape", ["envelope_2d", "flat"], ["envelope"]),
        node("Size", ["envelope"], ["count"]),
        node("Cast", ["count"], ["count_float"], to=TensorProto.FLOAT),
        node("Range", ["zero", "count_float", "step"], ["time"]),
        node("Mul", ["time", "pitch"], ["phase"]),
        node("Sin", ["phase"], ["tone"]),
        node("Mul", ["tone", "envelope"], ["loud"]),
        node("Mul", ["loud", "loudness"], ["line"]),
        node("Reshape", ["line", "shape"], ["output"]),
    ]
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, [None] * len(shape))]
    if durations:
        nodes += [
            node("Cast", ["w_ceil"], ["whole"], to=TensorProto.INT64),
            node("Reshape", ["whole", "flat"], [durations]),
        ]
        outputs.append(helper.make_tensor_value_info(durations, TensorProto.INT64, [None]))
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, path)
