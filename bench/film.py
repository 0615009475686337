"""What real films cost: wall time, CPU, memory, and whether they come out whole.

Each film is made in a process of its own with a fresh cache, through the library, as a
user's program would: start-up and imports count. The last line is one JSON object.

    python bench/film.py --films 1 --height 720
    python bench/film.py --prompts topics.txt --lines 41-50
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PROMPTS = (  # a story, a question, a product, a mood, and two that are not English
    "A lonely lighthouse keeper befriends a whale that comes back every winter.",
    "Why is the sky blue, and why does it turn red at sunset?",
    "Meet Brew, the coffee maker that wakes up five minutes before you do.",
    "A rainy night in a neon city, and a fox who owns it.",
    "Un niño construye un cohete con cajas de cartón y llega a la luna.",
    "一只小纸船顺着河流漂向大海。",
)

# What the film's process runs. This file stays free of numpy and the library: on Linux a
# child's peak memory never reads lower than its parent's at the time it was started.
CHILD = """
import json, sys
from pathlib import Path
from astragen import Brief, Settings, make_film_sync

job = json.loads(sys.argv[1])
film = make_film_sync(Brief(**job["brief"]), job["out"], settings=Settings(cache_dir=Path(job["cache"])))
print(film.report.model_dump_json())
"""

# Looks at the finished film, in a process of its own too: what it costs is not the film's.
CHECK = """
import json, sys
from pathlib import Path
from astragen.media.probe import black_frames, frozen_stretch_s

film = Path(sys.argv[1])
print(json.dumps({"frozen_s": round(frozen_stretch_s(film), 2), "black_frames": len(black_frames(film))}))
"""


def main() -> None:
    """Make the films, print a table, and end with one JSON object."""
    asked = arguments()
    films = []
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="astragen-bench-") as scratch:
        for number, prompt in enumerate(prompts(asked)):
            folder = asked.keep or Path(scratch)
            films.append(measured(prompt, asked, folder / f"film-{number:02}.mp4", Path(scratch) / f"cache-{number}"))
            print(row(films[-1]), flush=True)
    print(json.dumps(summary(films, asked), ensure_ascii=False))
    sys.exit(any(film["exit_code"] for film in films))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=1, help="how many of the prompts to make [1]; 0: all")
    parser.add_argument("--prompts", type=Path, help="a file with one prompt a line")
    parser.add_argument("--lines", default="", help="which of its lines, as 41-50 or 7; implies --films 0")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--height", type=int, default=1080)
    parser.add_argument("--fps", type=int, default=24)
    parser.add_argument("--aspect", default="16:9")
    parser.add_argument("--style", default="cinematic")
    parser.add_argument("--keep", type=Path, help="a folder to leave the films in")
    return parser.parse_args()


def prompts(asked: argparse.Namespace) -> list[str]:
    """The prompts to film, in order."""
    known = asked.prompts.read_text(encoding="utf-8").splitlines() if asked.prompts else list(PROMPTS)
    if asked.lines:
        first, _, last = asked.lines.partition("-")
        return [line for line in known[int(first) - 1 : int(last or first)] if line.strip()]
    return known[: asked.films] if asked.films else known


def measured(prompt: str, asked: argparse.Namespace, out: Path, cache: Path) -> dict[str, Any]:
    """Make one film in a process of its own; seconds, bytes and what its report says."""
    brief = {
        "prompt": prompt,
        **{name: getattr(asked, name) for name in ("seconds", "height", "fps", "aspect", "style")},
    }
    job = json.dumps({"brief": brief, "out": str(out), "cache": str(cache)})
    start_s = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", CHILD, job], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    told = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)  # its own use, and that of its children it waited for
    child.returncode = os.waitstatus_to_exitcode(status)
    wall_s = time.perf_counter() - start_s
    figures = {
        "prompt": prompt,
        "exit_code": child.returncode,
        "wall_s": round(wall_s, 2),
        "cpu_s": round(used.ru_utime + used.ru_stime, 2),
        "peak_mb": round(used.ru_maxrss / 1024),  # of the largest process; Linux counts in kB
    }
    if child.returncode != 0:
        return figures
    checked = subprocess.run([sys.executable, "-c", CHECK, out], stdout=subprocess.PIPE, check=True)
    return {**figures, **from_report(json.loads(told)), **json.loads(checked.stdout), "mb": megabytes(out)}


def megabytes(path: Path) -> float:
    """Size of a file in millions of bytes."""
    return round(path.stat().st_size / 1e6, 1)


def from_report(report: dict[str, Any]) -> dict[str, Any]:
    """What the film's own report adds."""
    loudness = report["loudness"]
    return {
        "seconds": round(report["seconds"], 2),
        "size": f"{report['width']}x{report['height']}@{report['fps']}",
        "shots": len(report["shots"]),
        "fallbacks": len(report["fallbacks"]),
        "deadline_met": report["deadline_met"],
        "lufs": round(loudness["integrated_lufs"], 1) if loudness else None,
        "true_peak_dbtp": round(loudness["true_peak_dbtp"], 1) if loudness else None,
        "stages": {stage["name"]: round(stage["wall_s"], 2) for stage in report["stages"]},
    }


def row(film: dict[str, Any]) -> str:
    """One film as a line for people."""
    if film["exit_code"]:
        return f"FAILED ({film['exit_code']})  {film['prompt'][:60]}"
    stages = "  ".join(f"{name} {wall_s}" for name, wall_s in film["stages"].items())
    costs = "wall {wall_s} s, cpu {cpu_s} s, peak {peak_mb} MB".format(**film)
    sound = "{lufs} LUFS, {true_peak_dbtp} dBTP".format(**film)
    pictures = "{mb} MB, longest still {frozen_s} s, {black_frames} black frames, {fallbacks} fallbacks".format(**film)
    return "\n  ".join(
        [
            film["prompt"][:70],
            "{size}, {seconds} s in {shots} shots".format(**film),
            costs,
            f"{sound}, {pictures}",
            stages,
        ]
    )


def summary(films: list[dict[str, Any]], asked: argparse.Namespace) -> dict[str, Any]:
    """All films in one object."""
    made = [film for film in films if film["exit_code"] == 0]

    def median(name: str) -> float | None:
        return round(statistics.median(film[name] for film in made), 2) if made else None

    return {
        "bench": "film",
        "cores": os.cpu_count(),
        "asked_s": asked.seconds,
        "height": asked.height,
        "films": len(films),
        "made": len(made),
        "median_wall_s": median("wall_s"),
        "median_cpu_s": median("cpu_s"),
        "max_peak_mb": max((film["peak_mb"] for film in made), default=None),
        "deadlines_met": sum(film["deadline_met"] for film in made),
        "each": films,
    }


if __name__ == "__main__":
    main()
