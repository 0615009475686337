"""Paint the studio's small pictures of styles again: python bench/style_pictures.py. They are in the repository."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2

from astragen.media.style_example import write_example
from astragen.plan.picture_words import styles

OUT = Path(__file__).resolve().parent.parent / "src" / "astragen" / "studio" / "pictures"
WIDTH, HEIGHT, QUALITY = 224, 126, 62


def main() -> None:
    """Write one for each style that the painter knows."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for style in styles():
            path = Path(folder) / "style.jpg"
            write_example(style, path)
            picture = cv2.imread(str(path))
            assert picture is not None
            small = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
            name = style.replace(" ", "-")
            cv2.imwrite(str(OUT / f"{name}.webp"), small, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])


if __name__ == "__main__":
    main()
