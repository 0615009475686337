"""What the treatments' tests share: a small picture with sky, hills, a figure and white lettering."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from astragen.model.planes import Planes

WIDTH, HEIGHT = 320, 180


def _painted() -> np.ndarray:
    """(180, 320, 3) uint8 Y, Cb, Cr: no two areas alike, soft borders, lettering on a dark board."""
    random = np.random.default_rng(3)
    picture = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    picture[:] = (150, 146, 112)
    picture[..., 0] += np.linspace(-40, 30, HEIGHT, dtype=np.float32)[:, None]
    cv2.circle(picture, (250, 80), 70, (96, 118, 116), -1, cv2.LINE_AA)
    cv2.rectangle(picture, (0, 120), (WIDTH, HEIGHT), (80, 108, 122), -1)
    picture[120:, :, 0] += cv2.GaussianBlur(random.normal(0, 40, (60, WIDTH)).astype(np.float32), (0, 0), 1)
    cv2.ellipse(picture, (90, 110), (14, 40), 0, 0, 360, (110, 104, 176), -1, cv2.LINE_AA)
    cv2.rectangle(picture, (130, 16), (310, 52), (52, 150, 116), -1)
    letters = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.putText(letters, "WATER", (140, 46), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 255, 2, cv2.LINE_AA)
    cover = (letters / np.float32(255))[..., None]
    picture = picture * (1 - cover) + np.array((228, 128, 128), np.float32) * cover
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.6), 16, 235).astype(np.uint8)


@pytest.fixture(scope="session")
def frame() -> Callable[[float], Planes]:
    """The picture after a push of so many pixels at the frame's edge, as fresh planes."""
    packed = _painted()

    def at(push: float = 0.0) -> Planes:
        zoom = 1 + push / (WIDTH / 2)
        matrix = np.array([[zoom, 0, (1 - zoom) * WIDTH / 2], [0, zoom, (1 - zoom) * HEIGHT / 2]], np.float32)
        moved = cv2.warpAffine(packed, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        y, u, v = cv2.split(moved)
        half = (WIDTH // 2, HEIGHT // 2)
        return Planes(
            np.clip(y, 16, 235),
            cv2.resize(u, half, interpolation=cv2.INTER_AREA),
            cv2.resize(v, half, interpolation=cv2.INTER_AREA),
        )

    return at
