"""Other takes on a timeline that is cut already: its times do not depend on them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from astragen.model.take import Take
from astragen.model.timeline import Clip, Timeline


def with_takes(timeline: Timeline, takes: Mapping[str, Take]) -> Timeline:
    """Return *timeline* with *takes*, by shot id, in place of those that it holds."""
    video = tuple(
        item.model_copy(update={"take": takes[item.shot]}) if isinstance(item, Clip) else item
        for item in timeline.video
    )
    return timeline.model_copy(update={"video": video})
