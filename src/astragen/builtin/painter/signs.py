"""Neon signs: a frame, strokes that look like writing, and the glow around them."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.noise import blur


def sign(width: int, height: int, colour: str, seed: int) -> tuple[F32, F32, int]:
    """An upright sign: (tube, glow, pad), both (height + 2 pad, width + 2 pad, 3) light.

    The writing is invented strokes on a 4 x 4 grid: no language, no brand.
    """
    random = np.random.default_rng(seed)
    pad = width + 4
    mask = np.zeros((height, width), np.uint8)
    thick = max(1, round(width * 0.05))
    cv2.rectangle(mask, (thick, thick), (width - 1 - thick, height - 1 - thick), 170, thick, cv2.LINE_AA)
    count = max(1, round(height / width))
    cell = width * 0.58
    for index in range(count):
        middle = np.array([width / 2, (index + 0.5) * height / count])
        for _ in range(int(random.integers(4, 7))):
            start = random.integers(0, 4, 2)
            end = start.copy()
            end[int(random.integers(2))] = int(random.integers(0, 4))
            if random.random() < 0.2:
                end = 3 - start
            ends = [tuple(int(v) for v in (middle + (point / 3 - 0.5) * cell) * 16) for point in (start, end)]
            cv2.line(mask, (ends[0][0], ends[0][1]), (ends[1][0], ends[1][1]), 255, thick, cv2.LINE_AA, 4)
    level = np.asarray(np.pad(mask, pad) / 255, np.float32)
    hue = rgb(colour)
    tube = level[..., None] * (hue * 0.75 + 0.25)
    halo = (blur(level, width * 0.10) * 0.5 + blur(level, width * 0.38) * 0.9)[..., None] * hue
    return np.clip(tube, 0, 1).astype(np.float32), halo.astype(np.float32), pad
