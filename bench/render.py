"""The renderer against the encoder alone, MoviePy and ffmpeg; an edit, memory, and the cost of every part.

The film is made by the bench, seeded: 3 scenes of 5 s, two dissolves, a caption always up, sound,
1080p30. Every measured thing runs in a process of its own, start-up included; what is compared runs
in turn, and a ratio is the median over such pairs. The last line is one JSON object.

    python bench/render.py --parts floor,long
    python bench/render.py --parts peers --height 540 --runs 1
    python bench/render.py --parts memory --long

Each part takes under 8 minutes on 2 cores at 1080p. VMAF needs an ffmpeg with libvmaf: that of
imageio-ffmpeg (pip install 'astragen[moviepy]') has it, or name one with --ffmpeg.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

PARTS = ("floor", "plain", "long", "peers", "ffmpeg", "edit", "memory", "costs")
NEEDED_FILTERS = ("zoompan", "xfade", "subtitles")
SCENE_FRAMES = {14: 140, 60: 150}  # of 3 and of 12 scenes at 30 frames/s: 5 s on the screen with their dissolves
EDITED = 3  # the scene that the edit changes, of 6
POLL_S = 0.05  # how often memory is read

# This file stays free of numpy and the library: on Linux a child's peak memory never reads lower than its
# parent's at the time it was started.
CHILD = "import sys; sys.path.insert(0, {folder!r}); {first}from render_work import main; main()"
PLAIN = "import render_plain; render_plain.forget_kernels(); "

Found = dict[str, Any]


class Bench(NamedTuple):
    """What was asked for, and where files go."""

    asked: argparse.Namespace
    folder: Path
    ffmpeg: str


def main() -> None:
    """Measure the parts, say what each found, and end with one JSON object."""
    asked = arguments()
    found: Found = {"bench": "render", "cores": os.cpu_count(), "height": asked.height, "runs": asked.runs}
    with tempfile.TemporaryDirectory(prefix="astragen-bench-", dir=asked.scratch) as folder:
        bench = Bench(asked, Path(folder), asked.ffmpeg or found_ffmpeg())
        found["workers"] = asked.workers
        for part in asked.parts.split(","):
            start_s = time.perf_counter()
            figures = MEASURES[part](bench)
            print(f"{part}: {time.perf_counter() - start_s:.0f} s  {json.dumps(figures)}", flush=True)
            found |= figures
    print(json.dumps(found))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS), help=f"with commas, of {', '.join(PARTS)} [all]")
    parser.add_argument("--runs", type=int, default=3, help="of what is compared [3]; MoviePy runs at most 2 times")
    parser.add_argument("--height", type=int, default=1080, help="of a 16:9 frame [1080]")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes that render [cores]")
    parser.add_argument("--profile", default="web", help="how films are encoded, and the floor with them [web]")
    parser.add_argument("--shorten", type=int, default=1, help="divide every film's length by this, to try the bench")
    parser.add_argument("--long", action="store_true", help="memory: the 600 s film at --height and 1080p draft")
    parser.add_argument("--ffmpeg", default="", help="the program to compare with and to take VMAF from")
    parser.add_argument("--scratch", type=Path, help="where to keep frames and films meanwhile: 6 GB for long")
    asked = parser.parse_args()
    unknown = [part for part in asked.parts.split(",") if part not in PARTS]
    if unknown:
        parser.error(f"no part is called {', '.join(unknown)}")
    return asked


def found_ffmpeg() -> str:
    """An ffmpeg of the machine, or the one that imageio-ffmpeg brings; empty when there is neither."""
    if find_spec("imageio_ffmpeg") is not None:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    return shutil.which("ffmpeg") or ""


# --- parts ------------------------------------------------------------------


def floor_part(bench: Bench) -> Found:
    """The 14 s film against the encoder alone over the same frames."""
    return against_floor(bench, film_of(bench, "14", scenes=3, frames=SCENE_FRAMES[14]), "")


def plain_part(bench: Bench) -> Found:
    """The same without the C extension."""
    return against_floor(bench, film_of(bench, "14", scenes=3, frames=SCENE_FRAMES[14]), "_plain", plain=True)


def long_part(bench: Bench) -> Found:
    """The 60 s film against the encoder alone."""
    return against_floor(bench, film_of(bench, "60", scenes=12, frames=SCENE_FRAMES[60]), "_60s")


def against_floor(bench: Bench, film: Found, name: str, *, plain: bool = False) -> Found:
    """CPU and wall of the whole render over those of the encoder alone; the figures end in *name*."""
    raw = str(bench.folder / "planes.yuv")
    lengths = done(bench, {**film, "work": "planes", "raw": raw}, plain=plain)["lengths"]
    pairs = []
    for _ in range(bench.asked.runs):
        ours = done(bench, {**film, "work": "ours", "out": str(bench.folder / "ours.mp4"), "plain": plain}, plain=plain)
        encoder = {"work": "floor", "raw": raw, "lengths": lengths, "out": str(bench.folder / "floor")}
        pairs.append((ours, done(bench, {**film, **encoder})))
    Path(raw).unlink()
    return {
        f"ratio_to_floor{name}": median(ours["cpu_s"] / least["cpu_s"] for ours, least in pairs),
        f"wall_ratio_to_floor{name}": median(ours["wall_s"] / least["wall_s"] for ours, least in pairs),
        f"cpu_s{name}": median(ours["cpu_s"] for ours, _ in pairs),
        f"wall_s{name}": median(ours["wall_s"] for ours, _ in pairs),
        f"floor_cpu_s{name}": median(least["cpu_s"] for _, least in pairs),
        f"floor_wall_s{name}": median(least["wall_s"] for _, least in pairs),
        f"stages_s{name}": pairs[-1][0]["stages"],
    }


def peers_part(bench: Bench) -> Found:
    """The 14 s film by MoviePy, with its own default settings and with a fast preset, and by us."""
    if find_spec("moviepy") is None:
        return {"speedup_vs_moviepy": None, "moviepy_missing": "pip install 'astragen[moviepy]'"}
    film = film_of(bench, "14", scenes=3, frames=SCENE_FRAMES[14])
    arms: dict[str, Found] = {
        "ours": {"work": "ours"},
        "moviepy": {"work": "moviepy", "matrix": 601},
        "moviepy_veryfast": {"work": "moviepy", "matrix": 601, "preset": "veryfast"},
    }
    return compared(bench, film, arms, runs=min(2, bench.asked.runs))


def ffmpeg_part(bench: Bench) -> Found:
    """The 14 s film by ffmpeg's filters, with its default settings and with a fast preset, and by us."""
    missing = [name for name in NEEDED_FILTERS if name not in filters_of(bench.ffmpeg)]
    if missing:
        return {"speedup_vs_ffmpeg": None, "ffmpeg_lacks": missing}
    film = film_of(bench, "14", scenes=3, frames=SCENE_FRAMES[14])
    arms: dict[str, Found] = {
        "ours": {"work": "ours"},
        "ffmpeg": {"work": "ffmpeg", "ffmpeg": bench.ffmpeg},
        "ffmpeg_veryfast": {"work": "ffmpeg", "ffmpeg": bench.ffmpeg, "encoder": ["-preset", "veryfast", "-crf", "19"]},
    }
    return compared(bench, film, arms, runs=bench.asked.runs)


def compared(bench: Bench, film: Found, arms: dict[str, Found], *, runs: int) -> Found:
    """Wall of each of *arms* over ours, and how near each one's pictures are to the ideal ones."""
    rounds = [
        {name: done(bench, {**film, **arm, "out": str(bench.folder / f"{name}.mp4")}) for name, arm in arms.items()}
        for _ in range(runs)
    ]
    others = [name for name in arms if name != "ours"]
    found: Found = {
        f"speedup_vs_{name}": median(one[name]["wall_s"] / one["ours"]["wall_s"] for one in rounds) for name in others
    }
    for name, arm in arms.items():
        look = {"work": "quality", "out": str(bench.folder / f"{name}.mp4"), "matrix": arm.get("matrix", 709)}
        scores = done(bench, {**film, **look, "vmaf": vmaf_of(bench)})
        figures = ("wall_s", "cpu_s", "peak_mb")
        found[name] = {figure: median(one[name][figure] for one in rounds) for figure in figures}
        found[name] |= {score: scores[score] for score in ("psnr_db", "ssim", "vmaf", "mbit_s")}
    if not vmaf_of(bench):
        found["vmaf_missing"] = "give an ffmpeg with libvmaf with --ffmpeg; pip install imageio-ffmpeg brings one"
    return found


def edit_part(bench: Bench) -> Found:
    """A 60 s film of 6 shots, and the same again after one of them was changed."""
    first = film_of(bench, "six", scenes=6, frames=300)
    then = film_of(bench, "edited", scenes=6, frames=300, changed=EDITED)
    pairs = []
    for number in range(bench.asked.runs):
        kept = {"work": "ours", "memo": str(bench.folder / f"steps-{number}"), "out": str(bench.folder / "six.mp4")}
        pairs.append((done(bench, {**first, **kept}), done(bench, {**then, **kept})))
    return {
        "one_shot_edit_ratio": median(edited["wall_s"] / full["wall_s"] for full, edited in pairs),
        "full_wall_s": median(full["wall_s"] for full, _ in pairs),
        "edit_wall_s": median(edited["wall_s"] for _, edited in pairs),
        "edit_steps": f"{pairs[-1][1]['steps'] - pairs[-1][1]['reused']} of {pairs[-1][1]['steps']}",
    }


def memory_part(bench: Bench) -> Found:
    """Peak memory of the 60 s and the 600 s film, of the largest process and of all together.

    At 1080p the 600 s film takes too long for a short bench: both are made at 360 rows as
    well, and --long makes the 600 s one at full size with the draft profile.
    """
    found: Found = {}
    sizes = [(360, "web", (60, 600)), (bench.asked.height, "web", (60,))]
    if bench.asked.long:
        sizes.append((bench.asked.height, "draft", (60, 600)))
    for height, profile, lengths in sizes:
        for seconds in lengths:
            name = f"{seconds}s_{height}_{profile}"
            film = film_of(bench, name, scenes=seconds // 5, frames=150, height=height, profile=profile)
            one = done(bench, {**film, "work": "ours", "out": str(bench.folder / "long.mp4")})
            found[f"peak_rss_mb_{name}"] = {"largest": one["peak_mb"], "all": one["peak_all_mb"]}
    return found


def costs_part(bench: Bench) -> Found:
    """CPU a frame by transition and part of a look, and how far moves are from their paths."""
    film = film_of(bench, "14", scenes=3, frames=SCENE_FRAMES[14])
    table = {name: value for name, value in done(bench, {**film, "work": "costs"}).items() if name not in MEASURED}
    return table | {
        name: value for name, value in done(bench, {**film, "work": "moves"}).items() if name not in MEASURED
    }


MEASURES = {
    "floor": floor_part,
    "plain": plain_part,
    "long": long_part,
    "peers": peers_part,
    "ffmpeg": ffmpeg_part,
    "edit": edit_part,
    "memory": memory_part,
    "costs": costs_part,
}


# --- films and processes ----------------------------------------------------


def film_of(
    bench: Bench, name: str, *, scenes: int, frames: int, height: int = 0, changed: int = -1, profile: str = ""
) -> Found:
    """A job without its work: the film of *scenes* of *frames* each, whose stills and sound are there."""
    wanted = {
        "scenes": scenes,
        "scene_frames": max(45, frames // bench.asked.shorten),
        "height": height or bench.asked.height,
        "changed": changed,
    }
    film = {
        "wanted": wanted,
        "film": str(bench.folder / f"film-{name}.json"),
        "folder": str(bench.folder),
        "workers": bench.asked.workers,
    }
    done(bench, {**film, "work": "prepare", "profile": profile or bench.asked.profile})
    return film


MEASURED = ("wall_s", "cpu_s", "peak_mb", "peak_all_mb")


def done(bench: Bench, job: Found, *, plain: bool = False) -> Found:
    """What *job* found, and its wall and CPU seconds and peak memory in MB: `peak_mb` of its largest process.

    CPU counts every process that it started and waited for.
    """
    program = CHILD.format(folder=str(Path(__file__).parent), first=PLAIN if plain else "")
    start_s = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", program, json.dumps(job)], stdout=subprocess.PIPE, text=True, cwd=bench.folder
    )
    memory = Memory(child.pid)
    assert child.stdout is not None
    told = child.stdout.read()
    memory.stop()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{job['work']} ended with {child.returncode}")
    wall_s = time.perf_counter() - start_s
    return {
        "wall_s": round(wall_s, 2),
        "cpu_s": round(used.ru_utime + used.ru_stime, 2),
        "peak_mb": round(used.ru_maxrss / 1024),  # Linux counts in kB
        "peak_all_mb": round(memory.peak_kb / 1024),
        **json.loads(told.splitlines()[-1]),
    }


class Memory:
    """Reads the memory of a process and all it starts, until stopped; 0 where there is no /proc."""

    def __init__(self, pid: int) -> None:
        self.peak_kb = 0
        self._is_over = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(pid,))
        self._reader.start()

    def stop(self) -> None:
        """Read no more."""
        self._is_over.set()
        self._reader.join()

    def _read(self, pid: int) -> None:
        while not self._is_over.wait(POLL_S):
            self.peak_kb = max(self.peak_kb, sum(resident_kb(one) for one in family(pid)))


def family(pid: int) -> list[int]:
    """*pid* and all that it started, and they."""
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(word) for word in (task / "children").read_text().split()]
        except OSError:  # it is gone
            continue
    return found


def resident_kb(pid: int) -> int:
    """Memory that *pid* holds."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def filters_of(ffmpeg: str) -> set[str]:
    """The names of all filters that the program *ffmpeg* has; none when it is empty."""
    if not ffmpeg:
        return set()
    told = subprocess.run([ffmpeg, "-hide_banner", "-filters"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return {words[1] for line in told.splitlines() if len(words := line.split()) > 2}


def vmaf_of(bench: Bench) -> str:
    """The ffmpeg to measure VMAF with, or empty."""
    return bench.ffmpeg if "libvmaf" in filters_of(bench.ffmpeg) else ""


def median(values: Any) -> float:  # noqa: ANN401  (any iterable of numbers)
    """To three digits after the point."""
    return round(float(statistics.median(values)), 3)


if __name__ == "__main__":
    main()
