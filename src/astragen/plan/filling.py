"""How a clip fills its shot: as it is, slowed, or slowed and to and fro.

A clip that lasts as long as its shot with the shot's transitions, or longer, plays at its own
speed from its first picture, and its rest is left out. A shorter one is slowed to fit, to half
its speed at most; still shorter, it plays at half speed forwards and backwards in turn. So no
picture ever stands still. Pure. Start reading at `fill`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from astragen.model.take import Fallback, Footage
from astragen.model.timeline import Timeline
from astragen.plan.segments import shot_jobs

SLOWEST: Final = 0.5  # of the clip's own speed; below it, mixed pictures look like a slide show
_LOOK = 0.55  # of a frame: where it looks; in the very middle clips of twice the rate change, and rounding would pick
_ROUNDING_S = 1e-3  # containers with millisecond times are that much off


class Filling(NamedTuple):
    """Which moment of a clip each frame of its shot shows.

    step_s: seconds of the clip from one frame to the next.
    offset_s: the moment of frame 0.
    turn_s: where the clip turns back, and again at 0; None when it never does.
    is_mixed: whether a moment between two pictures shows both.
    """

    step_s: float
    offset_s: float
    turn_s: float | None
    is_mixed: bool

    def moment_s(self, index: int) -> float:
        """The moment that frame *index* of the shot shows, its first with handles being 0."""
        moment_s = self.offset_s + index * self.step_s
        if self.turn_s is None:
            return moment_s
        return self.turn_s - abs(moment_s % (2 * self.turn_s) - self.turn_s)


def fill(footage: Footage, *, frames: int, fps: int) -> Filling:
    """How *footage* fills *frames* frames, handles included, at *fps*.

    At the clip's own speed a frame shows what is on display in its middle, or as good as; slowed, its first
    frame is the first picture and its last the last.
    """
    step_s = 1 / fps
    if (frames - 1 + _LOOK) * step_s < footage.shown_s + _ROUNDING_S or not footage.last_s:
        return Filling(step_s, _LOOK * step_s, None, is_mixed=False)
    slowed_s = footage.last_s / (frames - 1)
    if slowed_s >= SLOWEST * step_s:
        return Filling(slowed_s, 0.0, None, is_mixed=True)
    return Filling(SLOWEST * step_s, 0.0, footage.last_s, is_mixed=True)


def filling_fallbacks(timeline: Timeline) -> Iterator[Fallback]:
    """What to tell of clips that are too short for their shots."""
    for job in shot_jobs(timeline):
        footage, frames = job.take.footage, job.head + job.body + job.tail
        if footage is None:
            continue
        filling = fill(footage, frames=frames, fps=timeline.fps)
        if filling.is_mixed:
            wanted_s = frames / timeline.fps
            yield Fallback(
                stage="render",
                subject=job.shot,
                reason=f"its clip lasts {footage.shown_s:.2f} s; the shot and its transitions take {wanted_s:.2f} s",
                instead=f"it plays at {filling.step_s * timeline.fps:.0%} of its speed"
                + (", forwards and backwards in turn" if filling.turn_s is not None else ""),
            )
