"""Write the API's document, by which a change of it is seen: python -m golden.openapi, in the folder tests."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import little_house
from astragen.service.app import create_app


def main() -> None:
    """Write it beside this file."""
    with tempfile.TemporaryDirectory() as folder, little_house.house(Path(folder)) as rooms:
        document = create_app(rooms).openapi()
    out = Path(__file__).with_suffix(".json")
    out.write_text(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
