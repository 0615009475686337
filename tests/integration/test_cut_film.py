"""A film up to its timeline."""

from __future__ import annotations

from astragen.face import cut_film_sync
from astragen.media.film_frames import FilmFrames
from astragen.model.event import StageStarted
from astragen.settings import Settings


def test_a_film_is_cut_without_being_rendered(brief, storyboard, tmp_path):
    """Narrated and shot, no more; its frames can be drawn from what the cache keeps."""
    events: list = []

    timeline = cut_film_sync(
        brief, storyboard=storyboard, settings=Settings(cache_dir=tmp_path), on_event=events.append
    )

    assert {event.stage for event in events if isinstance(event, StageStarted)} == {"narrate", "generate"}
    assert timeline.frames == 8 * 24
    assert [item.shot for item in timeline.video if item.kind == "clip"] == ["s1-1", "s1-2", "s2-1"]
    artifacts = tmp_path / "kept" / "artifacts"
    spoken = [clip.line.artifact for clip in timeline.narration]
    assert len(spoken) == 3
    assert all((artifacts / sound.hash[:2] / sound.hash).exists() for sound in spoken)
    assert FilmFrames(timeline, artifacts).frame(96).y.std() > 5
