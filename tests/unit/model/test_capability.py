from __future__ import annotations

import pytest
from pydantic import ValidationError

from astragen.model.capability import ArtistCapability, ClipRule, known_artists


def test_every_known_artist_says_when_and_where_it_was_read():
    """A limit without a source cannot be checked when the provider changes it."""
    assert {name for name, row in known_artists().items() if not (row.read >= "2026" and row.source)} == set()


def test_artists_and_cameras_are_both_known():
    """Each provider that the facts list has a row."""
    trades = {
        trade: {row.name for row in known_artists().values() if row.trade == trade} for trade in ("artist", "camera")
    }

    assert trades["artist"] == {
        "pollinations", "pollinations-legacy", "openai", "huggingface",
        "fal", "replicate", "a1111", "comfyui", "diffusers", "folder",
    }  # fmt: skip
    assert trades["camera"] == {
        "pollinations", "fal", "replicate", "runway", "luma", "comfyui", "diffusers", "folder",
    }  # fmt: skip


def test_openai_refuses_1080_rows():
    """Facts 2.3: both sides divisible by 16, and 1080 is not."""
    assert 1080 % known_artists()["openai"].size.multiple == 8


@pytest.mark.parametrize(("trade", "clip"), [("artist", ClipRule()), ("camera", None), ("writer", None)])
def test_a_clip_rule_goes_with_a_camera(trade, clip):
    """A camera without one, or an artist with one, is a slip in the table."""
    with pytest.raises(ValidationError, match="a camera has a clip rule"):
        ArtistCapability(name="x", trade=trade, version="1", clip=clip)
