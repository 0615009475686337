"""The brief: what somebody wants, with every limit stated once.

`Brief` is all that a film depends on besides the crew. The ranges here are the
product's public limits; the CLI, the API and the schema all read them from here.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationInfo, field_validator

from astragen.model.base import Model

PROMPT_MAX = 20_000  # characters; about 25 minutes of speech, more than 600 s of film can hold
BRIEF_VERSION: Final = 1

Aspect = Literal["16:9", "9:16", "1:1", "4:5", "21:9"]
Fps = Literal[24, 25, 30, 60]
ProfileName = Literal[  # rows of data/media/profiles.json that a film can ask for
    "draft", "web", "archive", "hevc", "av1", "prores", "dnxhr", "youtube", "instagram", "tiktok", "hardware"
]
LookName = Literal[  # auto, or rows of data/media/looks.json
    "auto", "none", "film", "scope", "super8", "bleach", "monochrome", "dream", "cold"
]
CaptionStyle = Literal["boxed", "clean", "karaoke", "kinetic"]
Lufs = Literal[
    -14, -16, -23
]  # the large video sites; podcasts and mobile (AES TD1008); broadcast in Europe (EBU R 128)
Deadline = Annotated[float, Field(ge=5, le=86_400)] | Literal["none"]
Scenes = Annotated[int, Field(ge=1, le=40)] | Literal["auto"]

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # Cc but for \n \r \t; Cs


class Brief(Model):
    """What the film should be."""

    version: Literal[1] = Field(BRIEF_VERSION, description="Version of this form.")
    prompt: str = Field(
        description="An idea, a list, a question, an article or a script, in any language.", max_length=PROMPT_MAX
    )
    is_script: bool | None = Field(
        None, description="true: the prompt's sentences are the narration; null: decide from its shape."
    )
    seconds: float = Field(30.0, ge=5, le=600, description="Length of the film.")
    scenes: Scenes = Field("auto", description="Number of scenes.")
    aspect: Aspect = Field("16:9", description="Shape of the frame.")
    height: int = Field(1080, ge=360, le=2160, description="Frame height in pixels; even.")
    fps: Fps = Field(24, description="Frames a second.")
    profile: ProfileName = Field("web", description="How the film is encoded.")
    language: str = Field(
        "auto", pattern=r"^(auto|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$", description="BCP 47 tag, or auto."
    )
    style: str = Field(
        "cinematic",
        min_length=1,
        max_length=200,
        description="Look of the pictures, in words: cinematic, watercolour, ink, storybook, oil, pastel, sketch, "
        "charcoal, chalkboard, comic, anime, noir, neon, blueprint, vintage, sunset, teal orange.",
    )
    look: LookName = Field("auto", description="Grade laid over every picture; auto: as the storyboard says.")
    lut: str = Field("", max_length=4_096, description="Path of a .cube file laid over every picture, after the look.")
    narration: bool = Field(True, description="Speak the narration.")
    music: bool = Field(True, description="Compose a score.")
    music_file: str = Field(
        "", max_length=4_096, description="Path of a music file of yours instead of the composed score."
    )
    ambience: bool = Field(True, description="Sounds of the place: sea, rain, steps.")
    loudness: Lufs = Field(-14, description="Integrated loudness of the film, LUFS.")
    stems: bool = Field(
        False, description="Write speech, music and ambience as WAV files, too, that add up to the mix."
    )
    captions: bool = Field(True, description="Burn captions in; .srt, .vtt and .ass are written either way.")
    caption_style: CaptionStyle = Field(
        "boxed",
        description="Look of captions: letters on a dark plate; letters with an outline; the plate with the word "
        "being said lit; large words that jump in as they are said.",
    )
    soft_captions: bool = Field(False, description="Put captions into the MP4 as a track that players can show.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Another seed, another film of the same brief.")
    deadline_s: Deadline = Field(
        60.0, description="Seconds until the film should be there; what is missing then is painted. none: no hurry."
    )
    max_cost_usd: float = Field(
        0.25,
        ge=0,
        le=10_000,
        description="The most that providers may charge for this film, in US dollars; 0: nobody who charges is asked.",
    )

    @property
    def due_s(self) -> float:
        """The deadline in seconds; infinite for none."""
        return math.inf if self.deadline_s == "none" else self.deadline_s

    @field_validator("prompt")
    @classmethod
    def _is_text(cls, prompt: str) -> str:
        if found := _CONTROL.search(prompt):
            raise ValueError(f"has a control character U+{ord(found[0]):04X} at position {found.start()}; remove it")
        if not any(character.isalnum() for character in prompt):
            raise ValueError("has no letter or digit; write at least one word")
        return prompt

    @field_validator("music_file")
    @classmethod
    def _is_heard(cls, music_file: str, info: ValidationInfo) -> str:
        if music_file and info.data.get("music") is False:
            raise ValueError("would not be heard: music is turned off; leave one of the two out")
        return music_file

    @field_validator("height")
    @classmethod
    def _is_even(cls, height: int) -> int:
        if height % 2:
            raise ValueError("is odd; 4:2:0 video needs an even height")
        return height

    @property
    def width(self) -> int:
        """Frame width in pixels: the even number nearest to height times aspect."""
        across, down = (int(part) for part in self.aspect.split(":"))
        return 2 * round(self.height * across / down / 2)
