"""Uploaded files as the API has them."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from astragen.model.office import FileRecord
from astragen.model.upload import Identified, UploadKind
from astragen.service.shapes.common import EXAMPLE_TIME, Shape, examples

FILE_ID: Final = "file_01jd3m8q2v7x4n5c6b7a8s9d0f"
EXAMPLE: Final[dict[str, Any]] = {
    "object": "file",
    "id": FILE_ID,
    "name": "harbour.jpg",
    "kind": "picture",
    "media_type": "image/jpeg",
    "bytes": 1_843_201,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "created_at": EXAMPLE_TIME,
    "links": {"self": f"/v1/files/{FILE_ID}", "content": f"/v1/files/{FILE_ID}/content"},
}


class FileLinks(Shape):
    """Where to go from here."""

    self: str
    content: str


class FileView(Shape):
    """A file of yours; films name it by its id."""

    model_config = ConfigDict(title="File", json_schema_extra=examples(EXAMPLE))

    object: Literal["file"] = "file"
    id: str
    name: str
    kind: UploadKind = Field(
        description="What films can use it as: a picture or a clip as a shot's `source`, music as `music_file`, "
        "a lut as `lut`, a voice as `piper:ID`."
    )
    media_type: str = Field(description="What its bytes are, whatever was said.")
    bytes: int
    sha256: str
    created_at: int
    links: FileLinks


class NewFile(FileView):
    """A file that came in just now, and what was found in it."""

    model_config = ConfigDict(
        title="UploadedFile",
        json_schema_extra=examples({**EXAMPLE, "width": 4032, "height": 3024, "seconds": None}),
    )

    width: int | None = Field(description="Pixels; null: no picture.")
    height: int | None
    seconds: float | None = Field(description="Of a clip or of music.")


class FileList(Shape):
    """A page of files, the newest first."""

    model_config = ConfigDict(
        json_schema_extra=examples(
            {
                "object": "list",
                "data": [EXAMPLE],
                "last_id": FILE_ID,
                "has_more": False,
                "used_bytes": 1_843_201,
                "quota_bytes": 21_474_836_480,
            }
        )
    )

    object: Literal["list"] = "list"
    data: list[FileView]
    last_id: str | None = Field(description="The next page is the one `after` it.")
    has_more: bool
    used_bytes: int = Field(description="By all files of the key.")
    quota_bytes: int = Field(description="That they may use together.")


def file_shape(record: FileRecord) -> FileView:
    """*record* as the API shows it."""
    return FileView.model_validate(_told(record))


def new_file_shape(record: FileRecord, found: Identified) -> NewFile:
    """*record* with what was *found* in the file."""
    return NewFile(**_told(record), width=found.width, height=found.height, seconds=found.seconds)


def _told(record: FileRecord) -> dict[str, Any]:
    here = f"/v1/files/{record.id}"
    return {
        "id": record.id,
        "name": record.name,
        "kind": record.kind,
        "media_type": record.artifact.media_type,
        "bytes": record.artifact.bytes,
        "sha256": record.artifact.hash,
        "created_at": int(record.created_at),
        "links": FileLinks(self=here, content=f"{here}/content"),
    }
