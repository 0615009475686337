from __future__ import annotations

import anyio
import pytest

from astragen.errors import InputError
from astragen.model.look import Look
from astragen.pipeline.lut import CUBE_MAX, kept_lut
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore

CUBE = b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"


@pytest.fixture
def keep(tmp_path):
    """Calls `kept_lut` in a run and returns what it gave, with the bytes that are stored."""

    def keep(look: Look):
        async def go():
            store = ArtifactStore(tmp_path / "artifacts")
            async with InlineRun(tmp_path / "scratch", store=store, memo=None, workers=1) as run:
                kept = kept_lut(look, run)
                return kept, store.read(kept) if kept else None

        return anyio.run(go)

    return keep


def test_a_lut_is_stored_under_the_hash_of_its_bytes(tmp_path, keep):
    """Two files of the same bytes are one artifact."""
    for name in ("a.cube", "b.cube"):
        (tmp_path / name).write_bytes(CUBE)

    (one, content), (other, _) = (keep(Look(lut=str(tmp_path / name))) for name in ("a.cube", "b.cube"))

    assert content == CUBE
    assert one == other


@pytest.mark.parametrize("look", [Look(), Look(lut="missing.cube", lut_strength=0)], ids=["no LUT", "none mixed in"])
def test_what_is_not_used_is_not_read(keep, look):
    """A LUT of strength 0 need not exist."""
    assert keep(look) == (None, None)


def test_a_lut_that_cannot_be_used_is_an_input_error(tmp_path, keep):
    """Missing, a folder, endless, or no table: each names the file and says what to do."""
    (tmp_path / "folder.cube").mkdir()
    (tmp_path / "prose.cube").write_text("A recipe for soup")
    with (tmp_path / "endless.cube").open("wb") as file:
        file.truncate(CUBE_MAX + 1)
    said = {
        "missing.cube": "does not exist",
        "folder.cube": "is not a file",
        "prose.cube": 'prose.cube, line 1: "A" is no keyword',
        "endless.cube": f"has more than {CUBE_MAX} bytes",
        "/dev/zero": "is not a file",
    }

    for name, message in said.items():
        with pytest.raises(InputError) as caught:
            keep(Look(lut=str(tmp_path / name)))
        assert message in str(caught.value)
        assert caught.value.hint
