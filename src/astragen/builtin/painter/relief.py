"""Relief: a flat silhouette becomes a body that light falls on."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, Colour, rgb
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.sprite import premultiply


def normals(mask: F32, bulge: float, *, levels: int = 6) -> tuple[F32, F32, F32]:
    """Surface normals (x right, y down, z to the viewer) of *mask* inflated by up to *bulge* px.

    Heights are a sum of blurred copies, each half as wide: round at every scale.
    """
    height = np.zeros_like(mask)
    for level in range(levels):
        sigma = bulge * 0.5**level
        height += np.sqrt(np.clip(blur(mask, sigma) * 2 - 1, 0, 1) + 1e-6) * sigma * mask
    height = cv2.GaussianBlur(height, (0, 0), max(0.8, bulge * 0.10)) * mask
    slope_x = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3) / 8
    slope_y = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3) / 8
    length = 1 / np.sqrt(slope_x**2 + slope_y**2 + 0.30)
    return (
        np.asarray(-slope_x * length, np.float32),
        np.asarray(-slope_y * length, np.float32),
        np.asarray(0.55 * length, np.float32),
    )


def rim(mask: F32, toward: tuple[float, float], width: float) -> F32:
    """Coverage of the edge that faces *toward* the light (a screen vector), *width* px wide."""
    length = float(np.hypot(*toward)) or 1.0
    dx, dy = toward[0] / length * width, toward[1] / length * width
    shift = np.array([[1, 0, -dx], [0, 1, -dy]], np.float32)
    moved = cv2.warpAffine(blur(mask, width * 0.3), shift, (mask.shape[1], mask.shape[0]))
    return np.asarray(np.clip(mask - moved, 0, 1) * mask, np.float32)


def lit_body(
    mask: F32, colour: Colour, *, toward: tuple[float, float], key: Colour, ambient: Colour, bulge: float
) -> F32:
    """*mask* as a rounded body of *colour*, (h, w, 4) premultiplied, lit from *toward*."""
    nx, ny, nz = normals(mask, bulge)
    length = float(np.hypot(*toward)) or 1.0
    facing = np.clip((nx * toward[0] + ny * toward[1]) / length * 0.75 + nz * 0.55, 0, 1)
    body = rgb(colour) * (rgb(ambient) * 0.8 + 0.12 + rgb(key) * (facing * 0.9)[..., None])
    shine = np.clip(facing - 0.82, 0, 1)[..., None] * 1.6 * rgb(key)
    edge = rim(mask, toward, max(1.0, bulge * 0.16))[..., None] * rgb(key) * 0.55
    return premultiply(np.clip(body + shine + edge, 0, 1).astype(np.float32), mask)
