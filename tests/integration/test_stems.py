"""A real film with its stems beside it."""

from __future__ import annotations

import numpy as np

from astragen.media.audio import read_wav
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.store.artifacts import file_hash


def test_stems_lie_beside_the_film(tmp_path, filming, brief):
    """Speech, music and ambience by name, as long as the film, in its report; at -23 LUFS they add up to its sound."""
    shots = (Shot(id="s1-1", frames=60, line="One."), Shot(id="s1-2", frames=60))
    storyboard = Storyboard(title="Night", scenes=(Scene(id="s1", setting="space", shots=shots),))
    wanted = brief.model_copy(update={"seconds": 5, "stems": True, "loudness": -23})

    made = filming(tmp_path, wanted, storyboard)

    names = [f"film.{name}.wav" for name in ("speech", "music", "ambience")]
    assert [path.name for path in made.film.stems] == names
    assert {name: made.film.report.sha256[name] for name in names} == {
        path.name: file_hash(path) for path in made.film.stems
    }
    stems = [read_wav(path) for path in made.film.stems]
    assert [stem.shape for stem in stems] == [(2, made.film.report.frames * 2000)] * 3
    assert stems[0].any()
    assert stems[1].any()
    loudness = made.film.report.loudness
    assert loudness is not None
    assert abs(loudness.integrated_lufs + 23) < 0.1
    assert abs(20 * np.log10(np.abs(sum(stems)).max()) - loudness.true_peak_dbtp) < 1
