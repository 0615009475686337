"""What a single picture tells about depth: where its sky ends, what stands out, what is sharp, whether it is a picture.

Each cue is a map or a number at a small size; `media/depth.py` weighs them. All are plain image
statistics: no chance, no weights, equal pictures give equal cues. Start reading at `Small`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.model.planes import U8

F32 = NDArray[np.float32]
Mask = NDArray[np.bool_]

SIDE: Final = 192  # px of the longer side that cues are read at

_SKY_STEP: Final = 4.0  # Lab units between neighbours that a sky may have: more is an outline
_SKY_SPREAD: Final = 46.0  # Lab units that a sky may differ from its own top
_SKY_LEAST, _SKY_MOST = 0.06, 0.72  # of the picture; less is a gap between things, more is a backdrop
_SKY_TOP: Final = 0.3  # of the top row
_HORIZON_FROM, _HORIZON_TO = 0.22, 0.86  # heights from the top among which an eye level is looked for
_FLAT_COLOURS: Final = 26  # that cover 90 % of a drawing; of pictures, 37 to 100 do (measured on 21)
_SUBJECT_LEAST, _SUBJECT_MOST = 0.02, 0.5  # of the picture
_SKIN_LEAST, _SKIN_MOST = 0.015, 0.95  # of the picture
_SKIN_FILLED: Final = 0.55  # of the box around it; a face fills more, a strip of sand or a sunset less


class Small(NamedTuple):
    """A picture at cue size.

    lab: (h, w, 3) float32, L in [0, 100].  detail: (h, w) float32, how sharp the full picture is there, 0 upwards.
    rgb: (h, w, 3) uint8.
    """

    rgb: U8
    lab: F32
    detail: F32

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.rgb.shape[1], self.rgb.shape[0]


def small_of(picture: U8) -> Small:
    """*picture*, (h, w, 3) uint8 sRGB, at cue size."""
    scale = SIDE / max(picture.shape[:2])
    size = (max(8, round(picture.shape[1] * scale)), max(8, round(picture.shape[0] * scale)))
    middle = cv2.resize(picture, (4 * size[0], 4 * size[1]), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 1.2))
    rgb = cv2.resize(middle, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    detail = cv2.GaussianBlur(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), (0, 0), 1.5)
    return Small(np.asarray(rgb, np.uint8), np.asarray(lab, np.float32), np.asarray(detail, np.float32))


def is_graphic(small: Small) -> bool:
    """Whether this is a logo, a chart or a flat drawing: few colours, however strong its contrast."""
    values = small.rgb.astype(np.float32)
    steps = (values - values.mean((0, 1))) / max(float(values.std()), 1.0)
    codes = np.clip(np.rint(3 * steps) + 8, 0, 15).astype(np.int64) @ np.array([256, 16, 1])
    counts = np.sort(np.bincount(codes.ravel(), minlength=4096))[::-1]
    needed = int(np.searchsorted(np.cumsum(counts), 0.9 * codes.size)) + 1
    return is_coloured(small) and needed < _FLAT_COLOURS


def is_coloured(small: Small) -> bool:
    """Whether there is colour at all; a page of text seldom has any."""
    return float(np.percentile(np.hypot(small.lab[..., 1], small.lab[..., 2]), 95)) > 8


def sky_of(small: Small) -> Mask:
    """The smooth stretch that hangs from the top edge: (h, w) bool; nothing where there is no such sky."""
    width, height = small.size
    soft = cv2.bilateralFilter(small.lab, 5, 12.0, 3.0)
    down, across = np.abs(np.diff(soft, axis=0)).sum(2), np.abs(np.diff(soft, axis=1)).sum(2)
    steps = np.zeros((height, width), np.float32)
    steps[1:] = down
    steps[:, 1:] = np.maximum(steps[:, 1:], across)
    top = np.median(soft[: max(2, height // 12)], axis=0)[None]
    smooth = (steps < _SKY_STEP) & (np.abs(soft - top).sum(2) < _SKY_SPREAD)
    count, labels = cv2.connectedComponents(smooth.astype(np.uint8), connectivity=4)
    hanging = [label for label in range(1, count) if (labels[0] == label).mean() > 0.04]
    sky = np.isin(labels, hanging)
    sky = cv2.morphologyEx(sky.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)) > 0
    is_sky = _SKY_LEAST < sky.mean() < _SKY_MOST and sky[0].mean() > _SKY_TOP
    return np.asarray(sky & is_sky, np.bool_)


class Horizon(NamedTuple):
    """Eye level: heights from the top, and how plainly the picture falls into an upper and a lower part, 0 to 1."""

    down: float
    plainness: float


def horizon_of(small: Small) -> Horizon:
    """The row that best parts the picture into two unlike halves: most of the variance lies between them.

    Otsu's criterion (N. Otsu, 1979) over rows instead of grey levels, on lightness, colour and detail.
    """
    texture = 12 * np.log1p(small.detail)
    features = np.dstack([small.lab, texture])
    rows, height = features.mean(1), features.shape[0]
    spread = features.reshape(-1, 4).var(0).sum() + 1e-6
    mean = rows.mean(0)
    above = np.cumsum(rows, axis=0)
    count = np.arange(1, height + 1)[:, None]
    share = count[:-1] / height
    between = (share / (1 - share) * ((above[:-1] / count[:-1] - mean) ** 2)).sum(1) / spread
    begin, end = round(_HORIZON_FROM * height), round(_HORIZON_TO * height)
    best = begin + int(np.argmax(between[begin:end]))
    return Horizon((best + 1) / height, float(np.clip(between[best], 0, 1)))


def standing_out(small: Small) -> F32:
    """How unlike the picture's four edges each place is: (h, w) float32 in [0, 1], 1 the most unlike.

    What a picture is about seldom fills its edges (the background prior of Y. Wei et al., 2012).
    """
    height, width = small.lab.shape[:2]
    band_y, band_x = max(2, height // 14), max(2, width // 14)
    edges = (small.lab[:band_y], small.lab[-band_y:], small.lab[:, :band_x], small.lab[:, -band_x:])
    nearest = np.full((height, width), np.inf, np.float32)
    for edge in edges:
        values = edge.reshape(-1, 3)
        for part in np.array_split(values, 3, axis=0):
            spread = np.maximum(part.std(0), (9.0, 4.0, 4.0))
            nearest = np.minimum(nearest, (((small.lab - part.mean(0)) / spread) ** 2).sum(2))
    unlike = np.sqrt(nearest)
    top = float(np.percentile(unlike, 98)) + 1e-6
    return np.asarray(np.clip(unlike / top, 0, 1), np.float32)


class Subject(NamedTuple):
    """The one thing that a picture is about: where it is, (h, w) bool, and how plainly it stands out, 0 to 1."""

    where: Mask
    plainness: float


def subject_of(small: Small) -> Subject:
    """What stands out from the picture's edges and is sharper than they are, cut out along its outline."""
    width, height = small.size
    nothing = Subject(np.zeros((height, width), np.bool_), 0.0)
    sharp = np.clip(small.detail / (float(np.percentile(small.detail, 97)) + 1e-6), 0, 1)
    score = cv2.GaussianBlur(standing_out(small) * (0.35 + 0.65 * sharp) * _middle(width, height), (0, 0), 2.0)
    level = np.asarray(255 * score / (float(score.max()) + 1e-6), np.uint8)
    cut, _ = cv2.threshold(level, 0, 1, cv2.THRESH_OTSU)
    seeds = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    seeds[level > cut] = cv2.GC_PR_FGD
    seeds[level > 0.5 * (cut + 255)] = cv2.GC_FGD
    seeds[level < 0.35 * cut] = cv2.GC_BGD
    seeds[:3], seeds[:, :3], seeds[:, -3:] = cv2.GC_BGD, cv2.GC_BGD, cv2.GC_BGD
    parts = _cut_out(small, seeds)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(parts.astype(np.uint8))
    if count < 2:
        return nothing
    found = np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])), np.bool_)
    share, whole = float(found.mean()), float(found.sum() / parts.sum())
    if not _SUBJECT_LEAST < share < _SUBJECT_MOST:
        return nothing
    return Subject(found, _plainness(small, found) * whole)


def _middle(width: int, height: int) -> F32:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.asarray(np.exp(-(((x / width - 0.5) / 0.42) ** 2) - (((y / height - 0.55) / 0.46) ** 2)), np.float32)


def _plainness(small: Small, found: Mask) -> float:
    """How sharp the outline of *found* is in the picture, and how dull what surrounds it: 0 to 1."""
    outline = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    around = cv2.dilate(found.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    around &= ~cv2.dilate(found.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.bool_)
    if not around.any():
        return 0.0
    steps = np.hypot(cv2.Sobel(small.lab[..., 0], cv2.CV_32F, 1, 0), cv2.Sobel(small.lab[..., 0], cv2.CV_32F, 0, 1))
    edge = float(np.mean(steps[outline])) / (float(np.mean(steps[around])) + 4.0)
    sharper = float(np.mean(small.detail[found])) / (float(np.mean(small.detail[around])) + 0.5)
    return float(np.clip((edge - 1.5) / 4.0, 0, 1) ** 0.5 * np.clip((sharper - 1.0) / 2.0, 0, 1) ** 0.5)


def _cut_out(small: Small, seeds: U8) -> Mask:
    """What grows from *seeds* along the outlines (C. Rother et al., GrabCut, 2004): (h, w) bool."""
    if not ((seeds == cv2.GC_FGD).any() and (seeds == cv2.GC_BGD).any()):
        return np.zeros(seeds.shape, np.bool_)
    cv2.setRNGSeed(1)  # it starts from clusters that are drawn by chance
    far, near = np.zeros((1, 65)), np.zeros((1, 65))
    mask, _, _ = cv2.grabCut(small.rgb, seeds.copy(), (0, 0, 0, 0), far, near, 2, cv2.GC_INIT_WITH_MASK)
    return np.asarray((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), np.bool_)


def standing_of(small: Small, horizon: float) -> Mask:
    """What rises above *horizon* (heights from the top) into the sky, and all below it: (h, w) bool."""
    height = small.size[1]
    row = min(height - 2, max(2, round(horizon * height)))
    seeds = np.full(small.lab.shape[:2], cv2.GC_PR_BGD, np.uint8)
    seeds[row // 2 : row] = cv2.GC_PR_FGD
    seeds[sky_of(small)] = cv2.GC_BGD
    seeds[: max(2, row // 8)] = np.where(seeds[: max(2, row // 8)] == cv2.GC_PR_BGD, cv2.GC_PR_BGD, cv2.GC_BGD)
    seeds[row:] = cv2.GC_FGD
    found = _cut_out(small, seeds)
    _, labels = cv2.connectedComponents(found.astype(np.uint8))
    return np.asarray(found & np.isin(labels, np.unique(labels[row])), np.bool_)


def has_face(small: Small) -> bool:
    """Whether a patch of skin colour is large and compact enough to be somebody's face.

    Skin's chroma after D. Chai and K. N. Ngan, 1999. It misses dark and painted skin (the shot's own words tell
    of people, too), and wood and sand are mistaken for it; what is mistaken only loses its depth.
    """
    code = cv2.cvtColor(small.rgb, cv2.COLOR_RGB2YCrCb)
    red, blue = code[..., 1], code[..., 2]
    skin = (red >= 138) & (red <= 172) & (blue >= 80) & (blue <= 122) & (code[..., 0] > 55)
    opened = cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(opened)
    return any(_is_face(stats[label], small.size) for label in range(1, count))


def _is_face(stat: NDArray[np.int32], size: tuple[int, int]) -> bool:
    _, top, width, height, area = (int(value) for value in stat)
    share = area / (size[0] * size[1])
    return (
        _SKIN_LEAST < share < _SKIN_MOST
        and 0.7 < height / width < 1.9
        and area > _SKIN_FILLED * width * height
        and top + height / 2 < 0.75 * size[1]
    )
