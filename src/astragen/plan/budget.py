"""What a film will take: seconds and dollars, stage by stage, before any work is done.

The constants are measured with the built-in crew on 2 cores; a faster machine is
faster than the estimate. Pure. Start reading at `estimate`.
"""

from __future__ import annotations

from pydantic import Field

from astragen.model.base import Model
from astragen.model.brief import Brief
from astragen.model.look import Look
from astragen.model.storyboard import Storyboard
from astragen.model.vocabulary import TransitionKind
from astragen.plan.look import with_look
from astragen.plan.money import FREE, Price, writing_usd

MEASURED_WORKERS = 2

# Seconds of one worker, measured with the built-in crew (2 cores, veryfast, painted scenes).
START_S = 1.0  # imports and workers
WRITE_S = 0.3
LINE_S = 0.16  # a narration line: 0.12 to 0.24
BUILD_S, BUILD_S_PER_MEGAPIXEL = 0.3, 1.0  # painting a shot's place, once a shot
FRAME_S_PER_MEGAPIXEL = 0.033  # filming and encoding a frame
LOOK_S_PER_MEGAPIXEL = 0.012  # of a frame under a look
JOIN_FRAME_S_PER_MEGAPIXEL = 0.03  # reading kept frames, mixing and encoding them
COMPOSE_S_PER_SECOND = 0.045  # of film: 0.03, and a worker that starts
MIX_S_PER_SECOND = 0.055  # of film: sounds of places, mix and coding
MUX_S_PER_SECOND = 0.02  # of film

SHOT_S = 4.0  # mean length of a shot while there is no storyboard to count
JOIN_FRAMES = 14  # mean of a dissolve and a fade at 24 fps


class StageEstimate(Model):
    """What one stage should take."""

    name: str
    seconds: float = Field(ge=0)
    cost_usd: float = Field(0.0, ge=0)


class Estimate(Model):
    """What the film should take, if nothing of it was made before."""

    shots: int
    frames: int
    stages: tuple[StageEstimate, ...]

    @property
    def seconds(self) -> float:
        """Wall time of the whole film: the score is made while shots render."""
        by_name = {stage.name: stage.seconds for stage in self.stages}
        hidden = min(by_name["render"], by_name["compose"] + by_name["mix"])
        return sum(by_name.values()) - hidden / 2  # it hides in the other stage's time, but takes a worker from it

    @property
    def cost_usd(self) -> float:
        """About what providers will charge; the built-in crew charges nothing."""
        return sum(stage.cost_usd for stage in self.stages)


def estimate(
    brief: Brief,
    storyboard: Storyboard | None = None,
    *,
    workers: int = MEASURED_WORKERS,
    writer_price: Price = FREE,
) -> Estimate:
    """Return what the film of *brief* should take; shots, lines and joins are counted in *storyboard* when it is there.

    *workers*: processes that render side by side. *writer_price*: of the model that writes the storyboard, if one
    will, whoever wrote the one that is counted.
    """
    shots = len(storyboard.shots) if storyboard else max(1, round(brief.seconds / SHOT_S))
    lines = _lines(storyboard, shots) if brief.narration else 0
    joins = _joins(storyboard, shots)
    frames = round(brief.seconds * brief.fps)
    megapixels = brief.width * brief.height / 1e6
    frame_s = FRAME_S_PER_MEGAPIXEL + (LOOK_S_PER_MEGAPIXEL if _has_look(brief, storyboard) else 0.0)
    side_by_side = min(workers, shots)
    build_s = shots * (BUILD_S + BUILD_S_PER_MEGAPIXEL * megapixels)
    kept_frames = joins * JOIN_FRAMES * brief.fps / 24
    seconds = {
        "start": START_S,
        "write": 0.0 if storyboard else WRITE_S,
        "narrate": lines * LINE_S / workers,
        "render": (build_s + (frames + kept_frames) * frame_s * megapixels) / side_by_side,
        "join": kept_frames * JOIN_FRAME_S_PER_MEGAPIXEL * megapixels / workers,
        "compose": brief.seconds * COMPOSE_S_PER_SECOND if brief.music else 0.0,
        "mix": brief.seconds * MIX_S_PER_SECOND if brief.music or lines else 0.0,
        "mux": brief.seconds * MUX_S_PER_SECOND,
    }
    usd = {} if writer_price.is_free else {"write": writing_usd(brief, writer_price)}
    stages = tuple(
        StageEstimate(name=name, seconds=round(value, 2), cost_usd=usd.get(name, 0.0))
        for name, value in seconds.items()
    )
    return Estimate(shots=shots, frames=frames, stages=stages)


def _lines(storyboard: Storyboard | None, shots: int) -> int:
    return sum(bool(shot.line) for shot in storyboard.shots) if storyboard else shots


def _joins(storyboard: Storyboard | None, shots: int) -> int:
    """Transitions, with the film's own fades from and to black; half of the cuts while nobody knows."""
    if storyboard is None:
        return shots // 2 + 2
    return sum(shot.transition is not TransitionKind.CUT for shot in storyboard.shots[1:]) + 2


def _has_look(brief: Brief, storyboard: Storyboard | None) -> bool:
    if storyboard is None:
        return brief.look not in ("auto", "none") or bool(brief.lut)
    return with_look(storyboard, brief).bible.look != Look()
