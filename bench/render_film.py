"""The film that `bench/render.py` measures: seeded stills, sound, captions, and its ideal pictures.

Stills have what makes frames dear to encode: haze, ridges, texture, hard edges, thin lines and
grain. Every scene is a slow push or pull about the centre, which all engines can do. Start
reading at `make_film`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from astragen.media.audio import write_wav
from astragen.model.base import Model
from astragen.model.planes import U8
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Framing, Framings
from astragen.model.take import Artifact, Take
from astragen.model.time import SAMPLE_RATE, frames_to_samples
from astragen.model.timeline import Clip, Cue, Item, Timeline, Transition
from astragen.model.vocabulary import TransitionKind
from astragen.plan.motion import framing_at
from astragen.store.artifacts import ArtifactStore

FPS = 30
DISSOLVE = 15  # frames: 0.5 s
BEFORE, AFTER = DISSOLVE // 2, DISSOLVE - DISSOLVE // 2  # of them, on each side of the cut
WIDEST, TIGHTEST = Framing(), Framing(width=1 / 1.2)
STILLS = 6  # different ones; a longer film shows them again
OVERSIZE = 4 / 3  # of a still, against the frame
CAPTION_FRAMES = 75

F32 = NDArray[np.float32]


class Wanted(NamedTuple):
    """Which film: *scenes* of *scene_frames* each, joined by dissolves, at 16:9."""

    scenes: int
    scene_frames: int
    height: int
    changed: int = -1  # the scene that moves the other way

    @property
    def width(self) -> int:
        """Of the frame, px, even."""
        return round(self.height * 8 / 9) * 2


class Made(Model):
    """A film to render: its timeline, its sound, and the stills as files, one for each scene."""

    timeline: Timeline
    sound: Artifact
    stills: tuple[Path, ...]
    mix: Path


def make_film(wanted: Wanted, folder: Path) -> Made:
    """The film, with its artifacts in *folder*/store and plain files beside them; made once, then found again."""
    store = ArtifactStore(folder / "store")
    pictures = [_kept_still(seed, wanted, folder) for seed in range(min(STILLS, wanted.scenes))]
    frames = wanted.scenes * wanted.scene_frames
    mix = folder / f"mix-{frames}.wav"
    if not mix.exists():
        write_wav(mix, sound(frames_to_samples(frames, FPS)))
    artifacts = [store.put_bytes(path.read_bytes(), "image/png") for path in pictures]
    clips = [
        Clip(shot=f"s{number}", take=_take(number, artifacts[number % STILLS], wanted), frames=wanted.scene_frames)
        for number in range(wanted.scenes)
    ]
    timeline = Timeline(
        title="The renderer's bench",
        fps=FPS,
        width=wanted.width,
        height=wanted.height,
        language="en",
        video=_joined(clips),
        cues=tuple(
            Cue(start=start, end=min(start + CAPTION_FRAMES, frames), text=caption(start))
            for start in range(0, frames, CAPTION_FRAMES)
        ),
    )
    return Made(
        timeline=timeline,
        sound=store.put_bytes(mix.read_bytes(), "audio/wav"),
        stills=tuple(pictures[number % STILLS] for number in range(wanted.scenes)),
        mix=mix,
    )


def caption(start: int) -> str:
    """The line that is up from frame *start*."""
    return f"Line {start // CAPTION_FRAMES + 1}: the quick brown fox"


def zoom(scene: int, n: float, wanted: Wanted) -> float:
    """How large scene number *scene* is seen at frame *n* of its clip, 1 for all of the still."""
    return 1 / framing_at(framings(scene, wanted), (n + 0.5) / wanted.scene_frames).width


def framings(scene: int, wanted: Wanted) -> Framings:
    """A push in even scenes, a pull in odd ones; the changed scene moves the other way."""
    is_push = (scene % 2 == 0) != (scene == wanted.changed)
    return Framings(start=WIDEST, end=TIGHTEST) if is_push else Framings(start=TIGHTEST, end=WIDEST)


def extent(scene: int, wanted: Wanted) -> range:
    """The frames of the film in which *scene* is seen, dissolves included."""
    start = scene * wanted.scene_frames - (BEFORE if scene else 0)
    end = (scene + 1) * wanted.scene_frames + (AFTER if scene < wanted.scenes - 1 else 0)
    return range(start, end)


def ideal_luma(still_luma: F32, factor: float, wanted: Wanted) -> F32:
    """The frame that shows a still at zoom *factor*: (height, width) float32, unrounded.

    *still_luma*: (h, w) float32. Resampled once, by an antialiased Lanczos filter, from exactly
    the box that is seen.
    """
    height, width = still_luma.shape
    across, down = width / factor, height / factor
    box = ((width - across) / 2, (height - down) / 2, (width + across) / 2, (height + down) / 2)
    image = Image.fromarray(still_luma)
    shown = image.resize((wanted.width, wanted.height), Image.Resampling.LANCZOS, box)
    return np.asarray(shown, np.float32)


def luma_of(rgb: U8) -> F32:
    """BT.709 luma in limited range (ITU-R BT.709-6, items 3.2 and 4.6): (h, w, 3) uint8 to (h, w) float32."""
    weights = np.array([[0.2126, 0.7152, 0.0722]], np.float32) * 219 / 255
    return np.asarray(cv2.transform(rgb.astype(np.float32), weights), np.float32).reshape(rgb.shape[:2]) + 16


def read_still(path: Path) -> U8:
    """(h, w, 3) uint8 sRGB."""
    return np.asarray(Image.open(path).convert("RGB"), np.uint8)


def still(seed: int, width: int, height: int) -> U8:
    """A landscape with a town: (height, width, 3) uint8 sRGB, the same for the same arguments."""
    rng = np.random.default_rng(seed)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    sky = down[..., None] * [0.8, 0.6, 0.4] + (1 - down[..., None]) * [0.4, 0.6, 0.9]
    picture = np.asarray(sky + 0.35 * (_cloud(height, width, 2.6, rng) - 0.4)[..., None], np.float32)
    texture = _cloud(height, width, 2.0, rng)  # the power of photographs falls so, too
    for layer in range(4):
        _add_ridge(picture, texture, down, layer, rng)
    _add_houses(picture, rng)
    coded = np.ascontiguousarray(np.clip(picture * 255, 0, 255).astype(np.uint8))
    reach = height // 12
    for _ in range(160):
        x, y = int(rng.integers(0, width)), int(rng.integers(height // 2, height))
        end = (x + int(rng.integers(-reach, reach)), y - int(rng.integers(reach // 6, reach)))
        shade = tuple(int(value) for value in rng.integers(10, 60, 3))
        cv2.line(coded, (x, y), end, shade, 1, cv2.LINE_AA)
    grain = cv2.GaussianBlur(rng.standard_normal((height, width, 1)).astype(np.float32), (0, 0), 0.6)[..., None]
    return np.asarray(np.clip(coded + 6 * grain, 0, 255), np.uint8)


def sound(samples: int) -> F32:
    """Bursts like speech over a chord: (2, *samples*) float32 at 48 kHz."""
    seconds = np.arange(samples) / SAMPLE_RATE
    syllables = np.clip(np.sin(2 * np.pi * 3 * seconds), 0, 1) * (np.sin(np.pi * seconds / 2) > -0.6)
    voice = syllables * np.sin(2 * np.pi * 140 * seconds + 3 * np.sin(2 * np.pi * 5 * seconds))
    chord = sum(np.sin(2 * np.pi * hertz * seconds) for hertz in (220.0, 277.2, 329.6, 440.0))
    return np.asarray(np.stack([0.3 * voice + 0.04 * chord, 0.3 * voice + 0.04 * np.roll(chord, 200)]), np.float32)


def _kept_still(seed: int, wanted: Wanted, folder: Path) -> Path:
    height = round(wanted.height * OVERSIZE / 2) * 2
    path = folder / f"still-{seed}-{height}.png"
    if not path.exists():
        cv2.imwrite(str(path), cv2.cvtColor(still(seed, round(height * 8 / 9) * 2, height), cv2.COLOR_RGB2BGR))
    return path


def _take(number: int, artifact: Artifact, wanted: Wanted) -> Take:
    recipe = Recipe(
        setting="bench",
        time_of_day="day",
        weather="clear",
        season="summer",
        mood="calm",
        framings=framings(number, wanted),
    )
    return Take(shot=f"s{number}", kind="still", recipe=recipe, artifact=artifact, made_by="bench")


def _joined(clips: Sequence[Clip]) -> tuple[Item, ...]:
    items: list[Item] = [clips[0]]
    for clip in clips[1:]:
        items += [Transition(style=TransitionKind.DISSOLVE, in_offset=BEFORE, out_offset=AFTER), clip]
    return tuple(items)


def _cloud(height: int, width: int, slope: float, rng: np.random.Generator) -> F32:
    """Noise whose power falls as frequency to the *slope*: (height, width) float32 in [0, 1]."""
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    frequency[0, 0] = 1
    shape = frequency.shape
    noise = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)) / frequency ** (slope / 2)
    noise[0, 0] = 0
    field = np.fft.irfft2(noise, s=(height, width))
    return np.asarray((field - field.min()) / np.ptp(field), np.float32)


def _add_ridge(picture: F32, texture: F32, down: F32, layer: int, rng: np.random.Generator) -> None:
    """A hill, hazier the farther it is, below its ridge."""
    height, width = texture.shape
    line = _cloud(8, width, 2.2, rng)[0]
    is_below = down > (line - line.mean()) * (0.45 - 0.05 * layer) + 0.4 + 0.14 * layer
    rough = np.roll(texture, (int(rng.integers(height)), int(rng.integers(width))), (0, 1))
    shade = np.clip(0.5 + 2 * cv2.Sobel(rough, cv2.CV_32F, 1, 0, ksize=3), 0, 1) + rough
    haze = 0.5 * (1 - layer / 4)
    colour = (0.15 + 0.3 * rng.random(3)) * (1.2 - 0.12 * layer)
    hill = shade[..., None] * colour * (1 - haze) + haze * np.array([0.8, 0.75, 0.65])
    np.copyto(picture, hill.astype(np.float32), where=is_below[..., None])


def _add_houses(picture: F32, rng: np.random.Generator) -> None:
    """Boxes with lit windows."""
    height, width = picture.shape[:2]
    for _ in range(14):
        left, across = int(rng.integers(0, width - width // 12)), int(rng.integers(width // 40, width // 12))
        top, bottom = int(rng.integers(round(height * 0.45), round(height * 0.75))), round(height * 0.93)
        picture[top:bottom, left : left + across] = 0.1 + 0.5 * rng.random(3)
        for y in range(top + 10, bottom - 14, 22):
            for x in range(left + 8, left + across - 10, 16):
                if rng.random() < 0.6:
                    picture[y : y + 12, x : x + 8] = [0.95, 0.85, 0.5]
