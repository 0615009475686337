"""What a painted frame costs in every setting, beside what encoding the same frames costs.

Each setting runs in a process of its own, on one thread: build, frames under a camera
move, then x264 alone over those frames with the product's settings. CPU time, medians;
the profile says which layers a frame's time went to. The last line is one JSON object.

    python bench/painter.py
    python bench/painter.py --places "open ocean,forest" --height 720 --plain
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from astragen.builtin.painter import kernels, twin
from astragen.builtin.painter.paint import paint
from astragen.builtin.painter.stage import Layer, PaintedScene
from astragen.media.encoder import encode
from astragen.media.frames import view_of_frame
from astragen.model.planes import Planes
from astragen.model.recipe import Recipe
from astragen.model.segment import Profile
from places import places

FPS = 24
SHOT_FRAMES = 120  # the move spans these; only some of them are painted


def main() -> None:
    """Measure every place, print a table, and end with one JSON object."""
    asked = arguments()
    if asked.child:
        print(json.dumps(measured(places()[asked.child], asked)))
        return
    names = [name.strip() for name in asked.places.split(",")] if asked.places else list(places())
    rows = []
    for name in names:
        rows.append({"place": name, **in_a_process(name, asked)})
        print(line(rows[-1]), flush=True)
    print(json.dumps(summary(rows, asked)))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", default="", help="names from places.json, with commas [all]")
    parser.add_argument("--height", type=int, default=1080, help="of a 16:9 frame [1080]")
    parser.add_argument("--frames", type=int, default=16, help="painted and encoded in each place [16]")
    parser.add_argument("--plain", action="store_true", help="without the C kernel")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def in_a_process(name: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Measure the place *name* in a process of its own, for its memory."""
    told = ["--height", str(asked.height), "--frames", str(asked.frames), *(["--plain"] if asked.plain else [])]
    child = subprocess.run([sys.executable, __file__, "--child", name, *told], stdout=subprocess.PIPE, check=True)
    figures: dict[str, Any] = json.loads(child.stdout)
    return figures


def measured(recipe: Recipe, asked: argparse.Namespace) -> dict[str, Any]:
    """Build, paint and encode *recipe*; CPU seconds and milliseconds, and the peak memory in MB."""
    cv2.setNumThreads(1)
    if asked.plain:
        kernels.lay = twin.lay
    size = (round(asked.height * 16 / 18) * 2, asked.height)
    start_s = time.process_time()
    scene = paint(recipe, *size)
    build_s = time.process_time() - start_s
    spent: dict[str, float] = defaultdict(float)
    scene.stage.layers[:] = [Timed(layer, spent) for layer in scene.stage.layers]
    film(scene, recipe, 0)  # the first frame fills what layers keep
    spent.clear()
    frames, costs_ms = [], []
    for number in range(SHOT_FRAMES // 2, SHOT_FRAMES // 2 + asked.frames):
        start_s = time.process_time()
        planes = film(scene, recipe, number)
        costs_ms.append(1000 * (time.process_time() - start_s))
        frames.append(Planes(*(plane.copy() for plane in planes)))
    layers_ms = {
        name: round(1000 * cost_s / asked.frames, 1)
        for name, cost_s in sorted(spent.items(), key=lambda item: -item[1])[:6]
    }
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    held_mb = sum(plane.nbytes for planes in frames for plane in planes) / 1e6  # the bench's own copies
    return {
        "build_s": round(build_s, 2),
        "frame_ms": round(statistics.median(costs_ms), 1),
        "encode_ms": round(encode_ms(frames, size), 1),
        "peak_mb": round(peak_mb - held_mb),
        "layers": len(scene.stage.layers),
        "layers_ms": layers_ms,
        "finish_ms": round(statistics.mean(costs_ms) - 1000 * sum(spent.values()) / asked.frames, 1),
    }


def film(scene: PaintedScene, recipe: Recipe, n: int) -> Planes:
    """Frame *n* of the shot, as the renderer films it."""
    view = view_of_frame(n, recipe.move, recipe.lens, clip_frames=SHOT_FRAMES, fps=FPS, seed=recipe.seed)
    return scene.frame(n / FPS, view, n)


class Timed:
    """A layer that counts what its drawing costs, by its kind."""

    def __init__(self, layer: Layer, spent: dict[str, float]) -> None:
        self._layer, self._spent, self.z = layer, spent, layer.z

    def draw(self, *arguments: Any) -> None:  # noqa: ANN401  (passed on as they are)
        """Draw the layer and count its CPU seconds."""
        start_s = time.process_time()
        self._layer.draw(*arguments)
        self._spent[type(self._layer).__name__] += time.process_time() - start_s


def encode_ms(frames: list[Planes], size: tuple[int, int]) -> float:
    """CPU of encoding *frames* alone with the product's settings, a frame."""
    with tempfile.TemporaryDirectory(prefix="astragen-bench-") as scratch:
        start_s = time.process_time()
        encode(frames, len(frames), Profile(width=size[0], height=size[1], fps=FPS), Path(scratch) / "floor.mp4")
        return 1000 * (time.process_time() - start_s) / len(frames)


def line(row: dict[str, Any]) -> str:
    """One place for people."""
    costs = ", ".join(f"{name} {cost_ms}" for name, cost_ms in row["layers_ms"].items())
    figures = "build {build_s:5.2f} s  frame {frame_ms:5.1f} ms  encode {encode_ms:5.1f} ms  {peak_mb:4} MB"
    return f"{row['place']:24} {figures.format(**row)}  finish {row['finish_ms']}, {costs}"


def summary(rows: list[dict[str, Any]], asked: argparse.Namespace) -> dict[str, Any]:
    """All places in one object."""

    def over(how: Any, name: str) -> float:  # noqa: ANN401  (median or max)
        return round(float(how([row[name] for row in rows])), 2)

    return {
        "bench": "painter",
        "cores": os.cpu_count(),
        "height": asked.height,
        "native": kernels.IS_NATIVE and not asked.plain,
        "places": len(rows),
        "median_frame_ms": over(np.median, "frame_ms"),
        "max_frame_ms": over(max, "frame_ms"),
        "median_encode_ms": over(np.median, "encode_ms"),
        "median_ratio_to_encode": round(float(np.median([row["frame_ms"] / row["encode_ms"] for row in rows])), 2),
        "median_build_s": over(np.median, "build_s"),
        "max_build_s": over(max, "build_s"),
        "max_peak_mb": over(max, "peak_mb"),
        "each": rows,
    }


if __name__ == "__main__":
    main()
