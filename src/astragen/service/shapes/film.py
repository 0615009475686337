"""A film, as it is ordered and as it is told. Start reading at `FilmOrder` and `Film`."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from astragen.errors import AstraGenError
from astragen.model.brief import PROMPT_MAX, Brief
from astragen.model.job import METADATA_MAX, FilmState
from astragen.model.storyboard import STORYBOARD_VERSION, Storyboard
from astragen.model.upgrade import STORYBOARD_STEPS, upgrade
from astragen.pipeline.foretell import Forecast
from astragen.service.shapes.common import EXAMPLE_TIME, Shape, Words, examples, without_controls

Variant = Literal[
    "film", "poster", "sheet", "captions.srt", "captions.vtt", "captions.ass", "storyboard", "report", "zip"
]

Who = Annotated[Words, Field(max_length=400)]
Metadata = Annotated[
    dict[Annotated[Words, Field(min_length=1, max_length=64)], Annotated[Words, Field(max_length=512)]],
    Field(max_length=METADATA_MAX, description="Yours: kept and given back, and films can be listed by it."),
]
Url = Annotated[
    str,
    AfterValidator(without_controls),
    Field(
        max_length=2_048,
        pattern=r"^(https?://[^\s]+)?$",
        description="Told of this film, besides your endpoints: https, of a public server.",
    ),
]

_FILE: Final = r"^(file_[0-9a-hjkmnp-tv-z]{26})?$"
FILM_ID: Final = "film_01jd3m8q2v7x4n5c6b7a8s9d0f"
EXAMPLE_ORDER: Final = {
    "prompt": "A lighthouse keeper finds a message in a bottle",
    "seconds": 20,
    "height": 720,
    "style": "watercolour",
    "metadata": {"ticket": "42"},
}
EXAMPLE_BOARD: Final[dict[str, Any]] = {
    "title": "The Keeper",
    "scenes": [
        {
            "id": "s1",
            "setting": "ocean",
            "time_of_day": "dusk",
            "shots": [{"id": "s1-1", "line": "Every evening he climbs the stairs."}, {"id": "s1-2", "size": "close"}],
        }
    ],
}


EXAMPLE_FORECAST: Final[dict[str, Any]] = {
    "title": "The Keeper", "language": "en", "scenes": 3, "shots": 8, "seconds": 20.0, "asked_s": 20.0,
    "width": 1280, "height": 720, "fps": 24, "wall_s": 14.2, "deadline_s": 60.0, "writer": "", "artists": [],
    "given_up": [], "cost_usd": 0.0, "max_cost_usd": 0.25,
    "stages": [{"name": "render", "seconds": 9.6, "cost_usd": 0.0}],
}  # fmt: skip


def upgraded(document: object) -> object:
    """A storyboard of an older version as one of this; what is no storyboard is left to be refused.

    Raises:
        ValueError: its version is unknown.
    """
    if not isinstance(document, dict):
        return document
    try:
        return upgrade(document, STORYBOARD_STEPS, STORYBOARD_VERSION)
    except AstraGenError as error:
        raise ValueError(str(error)) from error


Board = Annotated[Storyboard, BeforeValidator(upgraded)]


class FilmOrder(Brief):
    """What is wanted: every field of a brief, and what goes with it. A prompt or a storyboard is needed."""

    model_config = ConfigDict(
        title="FilmOrder", json_schema_extra=examples(EXAMPLE_ORDER, {"storyboard": EXAMPLE_BOARD, "height": 720})
    )

    prompt: str = Field(
        "",
        max_length=PROMPT_MAX,
        description="An idea, a list, a question, an article, a script or a screenplay, in any language.",
    )
    storyboard: Board | None = Field(None, description="Filmed as it is, with the options that are said beside it.")
    writer: Who = Field("", description="Who writes the storyboard: builtin, auto or a provider; empty: as is usual.")
    writer_model: Who = Field("", description="The writer's model, as its provider calls it.")
    artist: Who = Field("", description="Who draws the stills: builtin, auto, or providers with commas between.")
    camera: Who = Field("", description="Who makes clips of the stills: builtin, or providers with commas between.")
    voice: Who = Field("", description="Who speaks: builtin, or providers with their voices, as openai:nova.")
    translate_to: str = Field(
        "",
        pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$",
        description="BCP 47 tag: the storyboard's words are translated first, by a language model.",
    )
    lut: str = Field("", pattern=_FILE, description="Id of an uploaded .cube file, laid over every picture.")
    music_file: str = Field("", pattern=_FILE, description="Id of an uploaded music file, instead of a composed score.")
    metadata: Metadata = Field(default_factory=dict)
    webhook_url: Url = ""
    dry_run: bool = Field(False, description="Answer with an estimate of time and money, and make nothing.")

    @model_validator(mode="after")
    def _has_a_source(self) -> FilmOrder:
        if not self.prompt and self.storyboard is None:
            raise ValueError("has neither a prompt nor a storyboard; say what the film is about")
        return self


class StoryboardOrder(Brief):
    """What a storyboard is to be written of: a brief, and who writes."""

    model_config = ConfigDict(
        title="StoryboardOrder", json_schema_extra=examples({"prompt": "Why the sea is salt", "seconds": 20})
    )

    writer: Who = Field("", description="Who writes: builtin, auto or a provider; empty: as is usual.")
    writer_model: Who = Field("", description="The writer's model, as its provider calls it.")
    lut: str = Field("", pattern=_FILE, description="Id of an uploaded .cube file, laid over every picture.")
    music_file: str = Field("", pattern=_FILE, description="Id of an uploaded music file.")


class Counted(Shape):
    """How many, and how many of them are done."""

    total: int
    done: int


class Output(Shape):
    """What came of a film."""

    seconds: float | None
    width: int | None = Field(description="null in lists, as are height and fps.")
    height: int | None
    fps: int | None
    bytes: int
    sha256: str
    variants: list[str] = Field(description="What `content` has.")


class Cost(Shape):
    """Money, in US dollars."""

    estimated_usd: float
    actual_usd: float
    limit_usd: float = Field(description="Nobody is asked for anything that would go past it.")


class Warned(Shape):
    """Something that did not go as asked; the film was made all the same."""

    code: str = Field(examples=["generate.fallback"])
    subject: str = Field(description="Which shot, line or file.")
    reason: str
    instead: str = Field(description="What was done instead.")


class Failure(Shape):
    """Why a film failed."""

    code: str = Field(description="Dotted, as in problems.", examples=["provider.rate_limited"])
    message: str
    hint: str = Field(description="The next act; may be empty.")


class Input(Brief):
    """What was ordered; a storyboard that was given is at `links.shots`."""

    lut: str = Field("", description="Id of an uploaded file.")
    music_file: str = Field("", description="Id of an uploaded file.")
    has_storyboard: bool = Field(description="Whether a storyboard was given.")
    writer: str
    writer_model: str
    artist: str
    camera: str
    voice: str
    translate_to: str


class Links(Shape):
    """Where to go from here."""

    self: str
    events: str
    shots: str
    versions: str
    cancel: str | None = Field(description="null: it has ended.")
    retry: str | None = Field(description="null: it has not failed.")
    content: str | None = Field(description="null: there is none yet.")


EXAMPLE: Final[dict[str, Any]] = {
    "id": FILM_ID,
    "object": "film",
    "status": "in_progress",
    "stage": "render",
    "progress": 62,
    "title": "The Keeper",
    "created_at": EXAMPLE_TIME,
    "started_at": EXAMPLE_TIME + 2,
    "completed_at": None,
    "expires_at": None,
    "version": 1,
    "version_of": None,
    "attempt": 1,
    "queue_position": None,
    "input": {
        **Brief(prompt=EXAMPLE_ORDER["prompt"], seconds=20, height=720, style="watercolour").model_dump(mode="json"),
        "has_storyboard": False,
        **dict.fromkeys(("writer", "writer_model", "artist", "camera", "voice", "translate_to"), ""),
    },
    "shots": {"total": 8, "done": 5},
    "output": None,
    "cost": {"estimated_usd": 0.04, "actual_usd": 0.02, "limit_usd": 0.25},
    "warnings": [],
    "error": None,
    "metadata": {"ticket": "42"},
    "links": {
        "self": f"/v1/films/{FILM_ID}",
        "events": f"/v1/films/{FILM_ID}/events",
        "shots": f"/v1/films/{FILM_ID}/shots",
        "versions": f"/v1/films/{FILM_ID}/versions",
        "cancel": f"/v1/films/{FILM_ID}/cancel",
        "retry": None,
        "content": None,
    },
}


class Film(Shape):
    """A film of the service."""

    model_config = ConfigDict(json_schema_extra=examples(EXAMPLE))

    id: str = Field(description="Sortable by time of creation.")
    object: Literal["film"] = "film"
    status: FilmState
    stage: str = Field(
        description='What is done now, or "cancelling". Of a queued film "held": its key has as many films on their '
        'way as it may, or "no_room": its worker waits for space on its disk.'
    )
    progress: int = Field(ge=0, le=100, description="Percent.")
    title: str
    created_at: int = Field(description="Unix seconds, as all times.")
    started_at: int | None
    completed_at: int | None = Field(description="When it ended, whatever came of it.")
    expires_at: int | None = Field(description="When it is removed; null: never.")
    version: int = Field(ge=1)
    version_of: str | None = Field(description="The first version, of which this is a later one.")
    attempt: int = Field(ge=1, description="Rises with every retry.")
    queue_position: int | None = Field(
        description="Its place among those that wait for a worker, 1 being the next; null: it does not, or in lists."
    )
    input: Input
    shots: Counted
    output: Output | None
    cost: Cost
    warnings: list[Warned] = Field(description="Of a film that has ended; empty in lists.")
    error: Failure | None
    metadata: dict[str, str]
    links: Links


class FilmPage(Shape):
    """A page of films."""

    model_config = ConfigDict(
        json_schema_extra=examples(
            {"object": "list", "data": [EXAMPLE], "first_id": FILM_ID, "last_id": FILM_ID, "has_more": False}
        )
    )

    object: Literal["list"] = "list"
    data: list[Film]
    first_id: str | None
    last_id: str | None = Field(description="The next page is the one `after` it.")
    has_more: bool


class Estimate(Shape):
    """What a film would take; nothing was made."""

    model_config = ConfigDict(json_schema_extra=examples({"object": "estimate", "forecast": EXAMPLE_FORECAST}))

    object: Literal["estimate"] = "estimate"
    forecast: Forecast
