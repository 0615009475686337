"""Pictures that are started while the storyboard is still being written.

What a writer tells early is a forecast, told again with every scene and every repair. Here each
shot is started once; one that comes to look otherwise is another shot. Start reading at `Ahead.told`.
"""

from __future__ import annotations

from collections.abc import Callable

from astragen.model.storyboard import Shot, Storyboard
from astragen.model.vocabulary import TransitionKind
from astragen.plan.continuity import resolved_shots

Start = Callable[[str, Shot, Storyboard], None]
"""Starts the picture of a shot: its id, the shot, resolved against its scene, and the storyboard so far."""


class Ahead:
    """Calls *start* for each shot as soon as it is told."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._seen: set[Shot] = set()

    def told(self, storyboard: Storyboard) -> None:
        """Start the shots of *storyboard* that were not started as they look now; an `OnScene`."""
        for shot in resolved_shots(storyboard):
            looks = shot.model_copy(update={"line": "", "transition": TransitionKind.CUT, "transition_s": None})
            if looks not in self._seen:
                self._seen.add(looks)
                self._start(shot.id, shot, storyboard)
