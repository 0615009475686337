"""The gallery: a still of every setting, and one of every prompt of a list, to be looked at.

    python bench/gallery.py --out films/gallery
    python bench/gallery.py --prompts topics.txt --lines 1-40 --jpeg docs/gallery.jpg

Pictures are of the built-in crew, seen half-way through a shot. The last line is one
JSON object: where the sheets are, and the pictures whose composition is nearest.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import anyio
import cv2
import numpy as np

from astragen.builtin.lettering import letter
from astragen.builtin.painter.finish import as_rgb
from astragen.builtin.painter.nearest import resolve
from astragen.builtin.painter.paint import paint
from astragen.media.frames import view_of_frame
from astragen.model.brief import Brief
from astragen.model.planes import U8
from astragen.model.recipe import Recipe
from astragen.pipeline.crew import builtin_crew
from astragen.plan.pacing import pace
from astragen.plan.requests import plan_shots, seeded
from film import PROMPTS
from places import places

FPS, SHOT_FRAMES = 24, 96
PAGE, INK = (20, 20, 21), (214, 213, 210)
LABEL_SHARE = 0.1  # of a picture's height, for the words under it


class Panel(NamedTuple):
    """A picture of a sheet and the words under it."""

    label: str
    recipe: Recipe


def main() -> None:
    """Paint both sheets."""
    asked = arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    size = (asked.width, round(asked.width * 9 / 32) * 2)
    settings = [Panel(name, recipe) for name, recipe in places().items()]
    told = {"settings": sheet(settings, size, asked, asked.out / "settings.png")}
    if asked.prompts or not asked.settings_only:
        told["prompts"] = sheet(anyio.run(panels, lines(asked)), size, asked, asked.out / "prompts.png")
        if asked.jpeg:
            told["jpeg"] = jpeg(Path(told["prompts"]), asked.jpeg)
    print(json.dumps({"bench": "gallery", **told}))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("films/gallery"), help="folder of the PNG sheets")
    parser.add_argument("--prompts", type=Path, help="a file with one prompt a line [six of our own]")
    parser.add_argument("--lines", default="1-40", help="which of its lines [1-40]")
    parser.add_argument("--settings-only", action="store_true", help="no prompts")
    parser.add_argument("--jpeg", type=Path, help="where to save the prompts' sheet as a JPEG under 2 MB")
    parser.add_argument("--width", type=int, default=480, help="of a picture [480]")
    parser.add_argument("--columns", type=int, default=5)
    parser.add_argument("--style", default="cinematic")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def lines(asked: argparse.Namespace) -> list[str]:
    """The prompts to show."""
    if asked.prompts is None:
        return list(PROMPTS)
    known = asked.prompts.read_text(encoding="utf-8").splitlines()
    first, _, last = asked.lines.partition("-")
    return [line for line in known[int(first) - 1 : int(last or first)] if line.strip()]


async def panels(prompts: list[str]) -> list[Panel]:
    """The middle shot of each prompt's film, unless that is words alone; then the next that is not."""
    return [Panel(prompt, await middle_shot(prompt)) for prompt in prompts]


async def middle_shot(prompt: str) -> Recipe:
    """The recipe of the shot that stands for the film of *prompt*."""
    brief = Brief(prompt=prompt, fps=FPS)
    storyboard = seeded((await builtin_crew().writer.write(brief)).storyboard, brief.seed)
    shots = plan_shots(pace(storyboard, {}, fps=FPS, seconds=brief.seconds), brief)
    middle = len(shots) // 2
    recipes = [shot.recipe for shot in (*shots[middle:], *shots[:middle])]
    return next((recipe for recipe in recipes if recipe.subjects or recipe.tableau), recipes[0])


def sheet(shown: list[Panel], size: tuple[int, int], asked: argparse.Namespace, path: Path) -> str:
    """Paint *shown* in worker processes and save them as one PNG; its path."""
    with ProcessPoolExecutor(asked.workers) as workers:
        pictures = list(workers.map(still, shown, [size] * len(shown), [asked.style] * len(shown)))
    width, height = size
    label = round(LABEL_SHARE * height)
    rows = -(-len(shown) // asked.columns)
    page = np.full((rows * (height + label), asked.columns * width, 3), PAGE, np.uint8)
    for number, (panel, picture) in enumerate(zip(shown, pictures, strict=True)):
        top, left = number // asked.columns * (height + label), number % asked.columns * width
        page[top : top + height, left : left + width] = picture
        write(page[top + height : top + height + label, left : left + width], panel.label, 0.6 * label)
    cv2.imwrite(str(path), page[..., ::-1])
    return str(path)


def still(panel: Panel, size: tuple[int, int], style: str) -> U8:
    """The frame half-way through the shot, as (height, width, 3) uint8 sRGB."""
    cv2.setNumThreads(1)
    recipe, _ = resolve(panel.recipe.model_copy(update={"style": style}))
    middle = SHOT_FRAMES // 2
    view = view_of_frame(middle, recipe.move, recipe.lens, clip_frames=SHOT_FRAMES, fps=FPS, seed=recipe.seed)
    planes = paint(recipe, *size).frame(middle / FPS, view, middle)
    return np.asarray(np.round(as_rgb(planes) * 255), np.uint8)


def write(strip: U8, text: str, px: float) -> None:
    """Write the beginning of *text* into *strip*, (h, w, 3) uint8."""
    most = int(strip.shape[1] / (0.56 * px))
    said = text if len(text) <= most else f"{text[: most - 1]}…"
    row = letter(said, px)
    top, left = round(0.72 * strip.shape[0]) - row.top, round(0.3 * px) + max(0, row.left)
    ink = row.coverage[max(0, -top) :, : strip.shape[1] - left][: strip.shape[0] - max(0, top), :, None]
    view = strip[max(0, top) :, left:][: ink.shape[0], : ink.shape[1]]
    view[:] = np.round(view + (np.array(INK) - view) * ink)


def jpeg(source: Path, path: Path) -> str:
    """Save *source* as the best JPEG under 2 MB; its path."""
    page = cv2.imread(str(source))
    assert page is not None
    for quality in range(92, 40, -4):
        done, coded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
        if done and coded.nbytes < 2_000_000:
            path.write_bytes(coded.tobytes())
            return str(path)
    raise SystemExit(f"{path}: the sheet is over 2 MB even at quality 44; ask for a smaller --width")


if __name__ == "__main__":
    main()
