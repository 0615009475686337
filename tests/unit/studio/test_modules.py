"""The studio's pure modules, by node's test runner where there is one; the browser's tests use them in any case."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
APP = Path("src/astragen/studio/app")
OLDEST = 20  # of node: its test runner is there


def node() -> str | None:
    """The node that can run tests; None: there is none, or it is too old."""
    path = shutil.which("node")
    if path is None:
        return None
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    return path if int(said.lstrip("v").split(".")[0]) >= OLDEST else None


@pytest.mark.skipif(node() is None, reason=f"node {OLDEST} or newer is not installed: apt install nodejs")
@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.js")))
def test_the_module_keeps_what_its_tests_say(name: str, tmp_path: Path) -> None:
    """In a copy with a package.json, as node takes bare .js files for CommonJS."""
    shutil.copytree(ROOT / APP, tmp_path / APP)
    folder = tmp_path / HERE.relative_to(ROOT)
    folder.mkdir(parents=True)
    shutil.copy(HERE / name, folder)
    (tmp_path / "package.json").write_text('{"type": "module"}')

    done = subprocess.run(
        [str(node()), "--test", str(folder / name)], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
