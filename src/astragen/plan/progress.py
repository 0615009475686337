"""How far a film is, in percent, from what its run told.

Each stage has a share of the whole that does not change; one that a film does not have counts as done with the others.
Start reading at `Share.take`.
"""

from __future__ import annotations

from typing import Final

from astragen.model.event import Event, ShotPlanned, StageDone, StageStarted, StepDone

WEIGHTS: Final = {  # about what each takes of a film that providers draw, in percent of its time
    "write": 8,
    "narrate": 8,
    "generate": 4,
    "shoot": 30,
    "render": 36,
    "join": 5,
    "compose": 2,
    "mix": 2,
    "sound": 1,
    "poster": 1,
    "mux": 2,
}
_UNLESS_SEEN: Final = frozenset({"shoot"})  # of films that providers draw only
ALMOST: Final = 99  # the most while it is not there


class Share:
    """The share of a film that is done."""

    def __init__(self) -> None:
        self.stage = ""
        self.percent = 0
        self.shots_total = 0
        self.shots_done = 0
        self._total: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._ended: set[str] = set()

    def take(self, event: Event) -> bool:
        """Fold *event* in; whether anything changed that people see."""
        before = (self.stage, self.percent, self.shots_total, self.shots_done)
        if isinstance(event, StageStarted):
            self._total[event.stage] = self._total.get(event.stage, 0) + event.total
            self._ended.discard(event.stage)
            self.stage = event.stage if event.stage in WEIGHTS else self.stage
        elif isinstance(event, StepDone):
            self._done[event.stage] = self._done.get(event.stage, 0) + 1
            self.shots_done += event.stage == "render"
        elif isinstance(event, StageDone):
            self._ended.add(event.stage)
        elif isinstance(event, ShotPlanned):
            self.shots_total += 1
        self.percent = max(self.percent, self._percent())
        return before != (self.stage, self.percent, self.shots_total, self.shots_done)

    def _percent(self) -> int:
        counted = {name: weight for name, weight in WEIGHTS.items() if name in self._total or name not in _UNLESS_SEEN}
        done = sum(weight * self._fraction(name) for name, weight in counted.items())
        return min(ALMOST, int(100 * done / sum(counted.values())))

    def _fraction(self, stage: str) -> float:
        if stage in self._ended:
            return 1.0
        return min(1.0, self._done.get(stage, 0) / self._total[stage]) if self._total.get(stage) else 0.0
