from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import astragen

PRINT = "from astragen.pipeline.fingerprint import code_fingerprint; print(code_fingerprint())"


def fingerprint(packages: Path) -> str:
    program = f"import sys; sys.path.insert(0, {str(packages)!r}); {PRINT}"
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def test_the_fingerprint_changes_with_code_and_tables_that_make_things_and_with_nothing_else(tmp_path):
    """An edited painter or table counts; an edited command line or a second look does not."""
    package = tmp_path / "astragen"
    shutil.copytree(Path(astragen.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    original = fingerprint(tmp_path)

    (package / "cli" / "extra.py").write_text("x = 1\n")
    assert fingerprint(tmp_path) == original

    (package / "builtin" / "camera.py").write_text("# edited\n")
    edited = fingerprint(tmp_path)
    (package / "data" / "extra.json").write_text("{}")

    assert len({original, edited, fingerprint(tmp_path)}) == 3
    assert len(original) == 16
