"""Files of the users': uploaded, looked at in a process of their own, listed, fetched, deleted."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated, Any, Final, cast, get_args

from anyio import CapacityLimiter
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from astragen.errors import QuotaReached
from astragen.model.office import FileRecord
from astragen.model.upload import Identified, UploadKind
from astragen.pipeline.elsewhere import Elsewhere
from astragen.runtime.examining import examined
from astragen.service.access import Reader, Uploader
from astragen.service.claims import is_honest
from astragen.service.house import House, TheHouse
from astragen.service.problems import Refusal, errors
from astragen.service.receiving import Received, received
from astragen.service.sending import sent
from astragen.service.shapes.common import Limit
from astragen.service.shapes.files import FILE_ID, FileList, FileView, NewFile, file_shape, new_file_shape
from astragen.store.office.ids import new_id

if TYPE_CHECKING:
    from astragen.media.uploads import identified
else:  # whoever serves the API decodes nothing
    identified = Elsewhere("astragen.media.uploads", "identified")

LOOKS_AT_ONCE: Final = 2  # files that are decoded at one time; others wait for their turn
SHORT_MAX: Final = 2**20  # bytes of a text that is read in a thread
DISK_LEFT: Final = 256 * 2**20  # bytes that an upload leaves free on the disk

router = APIRouter(prefix="/v1/files", tags=["files"])

FileId = Annotated[str, Path(pattern=r"^file_[0-9a-hjkmnp-tv-z]{26}$", examples=[FILE_ID])]
After = Annotated[
    str, Query(pattern=r"^$|^file_[0-9a-hjkmnp-tv-z]{26}$", description="The `last_id` of the page before.")
]
_KINDS: Final = {"type": "string", "enum": list(get_args(UploadKind)), "description": "What it is to be used as."}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "kind": _KINDS,
                        "name": {"type": "string", "maxLength": 255, "description": "Instead of the file's own."},
                    },
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
_CONTENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "A part of it.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "It is what If-None-Match names."},
    307: {"description": "It is at the address in Location, for five minutes."},
}


@router.post(
    "",
    status_code=201,
    summary="Upload a file",
    responses=errors(400, 408, 413, 415, 422, 507),
    openapi_extra=_BODY,
)
async def upload(
    request: Request,
    house: TheHouse,
    caller: Uploader,
    response: Response,
    kind: Annotated[UploadKind | None, Query(description="Of a bare body: what it is to be used as.")] = None,
    name: Annotated[str, Query(max_length=255, description="Of a bare body: its name.")] = "",
) -> NewFile:
    """Upload a picture, a clip, music, a .cube LUT, a storyboard or a zipped Piper voice: as a form, or bare.

    Its bytes say what it is. It is refused when it is damaged or of another media type than it claims to be.
    """
    quota = house.settings.upload_quota_bytes
    left = quota - await house.run(house.office.files.used_bytes, caller.owner)
    if left <= 0:
        raise _over_quota(f"Your files take all of the {quota:,} bytes that they may take together.")
    await house.run(_check_room, house, request.headers.get("content-length", ""))
    limit = min(house.settings.upload_max_bytes, left)
    async with received(request, house, limit=limit) as file:
        found = await _looked_at(request, house, file, kind)
        record = await _kept(house, caller.owner, file, found, quota)
    response.headers["Location"] = f"/v1/files/{record.id}"
    return new_file_shape(record, found)


@router.get("", summary="List the files")
async def listed(house: TheHouse, caller: Reader, limit: Annotated[Limit, Query()] = 20, after: After = "") -> FileList:
    """The files of the key, the newest first, and how much of its quota they take."""
    page = await house.run(house.office.files.page, owner=caller.owner, limit=limit, after=after)
    used = await house.run(house.office.files.used_bytes, caller.owner)
    data = [file_shape(one) for one in page.files]
    return FileList(
        data=data,
        last_id=data[-1].id if data else None,
        has_more=page.has_more,
        used_bytes=used,
        quota_bytes=house.settings.upload_quota_bytes,
    )


@router.get("/{file_id}", summary="Get a file", responses=errors(404))
async def get(file_id: FileId, house: TheHouse, caller: Reader) -> FileView:
    """What is known of a file."""
    return file_shape(await house.run(house.office.files.get, file_id, owner=caller.owner))


@router.head("/{file_id}/content", summary="Ask about a file's bytes", responses=errors(404, 412) | _CONTENT)
async def heading(file_id: FileId, request: Request, house: TheHouse, caller: Reader) -> Response:
    """The headers of `GET`."""
    return await _content(file_id, request, house, caller.owner)


@router.get(
    "/{file_id}/content",
    summary="Fetch a file's bytes",
    responses=errors(404, 412, 416) | _CONTENT,
    response_class=StreamingResponse,
)
async def content(file_id: FileId, request: Request, house: TheHouse, caller: Reader) -> Response:
    """The bytes, whole or in part (Range, If-Range, If-None-Match)."""
    return await _content(file_id, request, house, caller.owner)


@router.delete("/{file_id}", status_code=204, summary="Delete a file", responses=errors(404))
async def delete(file_id: FileId, house: TheHouse, caller: Uploader) -> Response:
    """Delete it. Films that were ordered with it are made all the same: its bytes stay as long as they need them."""
    await house.run(house.office.files.delete, file_id, owner=caller.owner)
    return Response(status_code=204)


async def _content(file_id: str, request: Request, house: House, owner: str) -> Response:
    record = await house.run(house.office.files.get, file_id, owner=owner)
    return await sent(request, house, record.artifact, record.name)


async def _looked_at(request: Request, house: House, file: Received, kind: UploadKind | None) -> Identified:
    """What the file is; found out in a process of its own, but for short texts, which nothing decodes.

    Raises:
        Refusal: 422, an unknown kind; 415, it is not what it claims to be.
        ProbeError, InputError: it cannot be used.
    """
    said = file.fields.get("kind") or kind
    if said is not None and said not in get_args(UploadKind):
        raise Refusal(422, "input.invalid", f"kind is none of {', '.join(get_args(UploadKind))}.")
    wish = cast("UploadKind | None", said)
    found = await house.run(_short_text, file, wish)
    if found is None:
        async with _turn(request):
            found = await examined(identified, file.path, file.name, wish)
    if not is_honest(file.claimed, found):
        said = f"The file is {found.media_type}, and its Content-Type says {file.claimed}."
        raise Refusal(415, "file.media_type", said)
    return found


def _short_text(file: Received, wish: UploadKind | None) -> Identified | None:
    """What a short text is; None for anything else."""
    from astragen.media.upload_texts import HEAD, identified_text, is_text

    with file.path.open("rb") as content:
        head = content.read(HEAD)
    is_short = file.size <= SHORT_MAX and is_text(head)
    return identified_text(file.path, file.name, wish) if is_short else None


def _turn(request: Request) -> CapacityLimiter:
    """One of the few turns that this process has for decoding."""
    state = request.app.state
    if not hasattr(state, "looks"):
        state.looks = CapacityLimiter(LOOKS_AT_ONCE)
    limiter: CapacityLimiter = state.looks
    return limiter


async def _kept(house: House, owner: str, file: Received, found: Identified, quota: int) -> FileRecord:
    """The file in the store, and its row."""
    artifact = await house.run(house.artifacts.put_file, file.path, found.media_type)
    now_s = house.now_s()
    record = FileRecord(
        id=new_id("file", now_s),
        owner=owner,
        artifact=artifact,
        name=file.name,
        kind=found.kind,
        created_at=now_s,
    )
    try:
        await house.run(house.office.files.add, record, max_bytes=quota)
    except QuotaReached as error:
        raise _over_quota(error.message) from error
    return record


def _check_room(house: House, length: str) -> None:
    """Refuse what the disk has no room for.

    Raises:
        Refusal: 507.
    """
    root = house.artifacts.root
    root.mkdir(parents=True, exist_ok=True)
    wanted = int(length) if length.isdecimal() and len(length) < 20 else 0
    if shutil.disk_usage(root).free - wanted < DISK_LEFT:
        raise Refusal(507, "storage.full", "The service's disk has no room for this file.")


def _over_quota(said: str) -> Refusal:
    hint = "Delete files that are not needed."
    return Refusal(413, "limit.files", f"{said} {hint}", headers={"Connection": "close"})
