"""The finished film and its honest report."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.brief import Brief
from astragen.model.take import Attempt, Fallback, Hash

REPORT_VERSION: Final = 1


class StageReport(Model):
    """What one stage took."""

    name: str
    wall_s: float = Field(ge=0)
    steps: int = Field(ge=0, description="Units of work, such as shots.")
    reused: int = Field(0, ge=0, description="Of these, found in the cache.")


class ShotReport(Model):
    """Who made a shot."""

    shot: str
    made_by: str
    frames: int
    cost_usd: float = 0.0
    voice: str = Field("", description="Who speaks its line; empty: nobody.")
    word_times: Literal["", "native", "estimated"] = Field(
        "", description="Where the times of its captions come from: from the voice, or estimated; empty: no words."
    )
    attempts: tuple[Attempt, ...] = Field(
        (), description="Who was asked for its picture, in order, and what came of it."
    )


class Loudness(Model):
    """Measured on the mix before encoding (ITU-R BS.1770-5), at the level it is encoded at."""

    integrated_lufs: float
    true_peak_dbtp: float
    range_lu: float | None = Field(None, description="Loudness range (EBU Tech 3342); null in reports of before.")
    coded_true_peak_dbtp: float | None = Field(None, description="True peak of the sound as the film's file has it.")


class MusicReport(Model):
    """The user's own music, as the film has it."""

    file: str = Field(description="Its name, without the folder.")
    tempo_bpm: float = Field(ge=0, description="0: no beat was found.")
    joints: int = Field(ge=0, description="Where a part was left out, or begins again.")
    ending: str = Field(description="own: the music's own end; phrase: a phrase ends with the film; fade: faded out.")


class ProviderCharge(Model):
    """What one provider was paid for a film."""

    provider: str
    asked: int = Field(ge=0, description="Requests that cost something, or may have.")
    usd: float = Field(ge=0)
    tokens_in: int = Field(0, ge=0)
    tokens_out: int = Field(0, ge=0)


class MoneyReport(Model):
    """What providers charged for a film, by the ledger; a run that goes on with a crashed one counts both."""

    limit_usd: float = Field(ge=0, description="The most that was allowed.")
    spent_usd: float = Field(0.0, ge=0, description="Charged, and what may have been.")
    uncertain_usd: float = Field(0.0, ge=0, description="Of this, what nobody could tell: counted at its bound.")
    tokens_in: int = Field(0, ge=0)
    tokens_out: int = Field(0, ge=0)
    by_provider: tuple[ProviderCharge, ...] = ()


class FilmReport(Model):
    """What was done, how long it took, what fell back and why."""

    version: Literal[1] = REPORT_VERSION
    title: str
    brief: Brief = Field(description="What was asked for; making the film again starts from it.")
    written_by: str = Field("", description="Who wrote the storyboard; empty: it was given.")
    seconds: float
    width: int
    height: int
    fps: int
    frames: int
    wall_s: float
    deadline_s: float | None = Field(description="null: none.")
    deadline_met: bool
    cost_usd: float = Field(description="The total that making it cost; what was found in the cache costs nothing.")
    money: MoneyReport | None = Field(None, description="Who was paid; null in reports of before it was counted.")
    stages: tuple[StageReport, ...]
    shots: tuple[ShotReport, ...]
    fallbacks: tuple[Fallback, ...] = ()
    mended: tuple[str, ...] = Field((), description="What was mended in the language model's storyboard.")
    loudness: Loudness | None = None
    music: MusicReport | None = Field(None, description="The music file that was used; null: none.")
    sha256: dict[str, Hash] = Field(default_factory=dict, description="Of each file written, by its name.")


class Film(Model):
    """The files of a finished film, and the report on them."""

    path: Path = Field(description="The MP4.")
    poster: Path
    captions: tuple[Path, ...] = Field((), description="The .srt, .vtt and .ass.")
    stems: tuple[Path, ...] = Field((), description="The speech, the music and the ambience, when they were asked for.")
    storyboard: Path
    report_path: Path
    report: FilmReport
