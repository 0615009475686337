"""ComfyUI: the user's own workflow, for stills and for clips.

The workflow is a file in API format; `providers/workflow.py` finds where a shot goes in it. A job is queued and
asked about once a second, which is enough and simpler than its WebSocket (facts 4.2).

kind: artist, camera
key: none (ASTRAGEN_COMFYUI_API_KEY for a server behind a proxy that wants one)
docs: https://docs.comfy.org/development/comfyui-server/comms_routes
price: none
limits: the machine's; one job at a time, others wait in its queue
read: 2026-11-30
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any, ClassVar, Final, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from pydantic import Field

from astragen.errors import BadOutput, ProviderError, SettingsError
from astragen.model.base import content_hash
from astragen.model.capability import ArtistCapability, known_artists
from astragen.model.requests import PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers.access import Access
from astragen.providers.http import Part, form_body, json_body
from astragen.providers.shooting import (
    CLIP_BYTES_MAX,
    PICTURE_BYTES_MAX,
    Media,
    Pending,
    Picture,
    PictureProvider,
    Wanted,
)
from astragen.providers.vendor import Options
from astragen.providers.wire import at, text_at
from astragen.providers.workflow import Role, frames_of, read_workflow

POLL_S: Final = 1.0
SAID_MAX: Final = 200  # characters of a node's own words
_NAME: Final = 'A node\'s title or id, with ".input" where that is not clear.'
_PICTURES: Final = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
_CLIPS: Final = {
    **{".mp4": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime", ".mkv": "video/x-matroska"},
    ".gif": "image/gif",
}


class ComfyOptions(Options):
    """What a user may set of ComfyUI; places that are not named are found by what is linked to what."""

    workflow: str = Field("", max_length=4_096, description="Path of the workflow in API format.")
    prompt: str | None = Field(None, min_length=1, description=f"Where the prompt goes. {_NAME}")
    negative: str | None = Field(None, min_length=1, description=f"Where what must not be seen goes. {_NAME}")
    seed: str | None = Field(None, min_length=1, description=_NAME)
    width: str | None = Field(None, min_length=1, description=_NAME)
    height: str | None = Field(None, min_length=1, description=_NAME)
    length: str | None = Field(None, min_length=1, description=f"Where a clip's number of frames goes. {_NAME}")
    picture: str | None = Field(
        None, min_length=1, description=f"What loads a clip's first picture, or a still's reference. {_NAME}"
    )
    output: str | None = Field(None, min_length=1, description="The node whose file is wanted: its title or id.")
    pixels_max: int | None = Field(
        None, ge=4_096, le=16_777_216, description="Width times height; null: the workflow's own."
    )
    seconds_max: float | None = Field(None, ge=0.4, le=600, description="Of a clip; null: the workflow's own length.")

    def named(self) -> dict[Role, str]:
        """The places that the user names."""
        places = self.model_dump(exclude={"timeout_s", "workflow", "pixels_max", "seconds_max"}, exclude_none=True)
        return {role: str(name) for role, name in places.items()}  # type: ignore[misc]  # fields above are roles


class _File(NamedTuple):
    """A file in ComfyUI's folders, as it names it."""

    filename: str
    subfolder: str
    folder: str


class _ComfyUI(PictureProvider):
    """What stills and clips share."""

    capability: ArtistCapability
    default_base_url = "http://127.0.0.1:8188"
    needs_key = False
    is_local = True
    colon = "workflow"
    Options = ComfyOptions
    kinds: ClassVar[Mapping[str, str]]
    made: ClassVar[str]  # in messages

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Read the workflow; nothing is sent. See `Vendor`.

        Raises:
            SettingsError: as `Vendor` says, and see `read_workflow`.
        """
        super().__init__(access, options)
        if not self.options.workflow:
            message = "comfyui needs a workflow."
            raise SettingsError(message, hint="Give the option workflow the path of one, exported in API format.")
        self.workflow = read_workflow(self.options.workflow, self.options.named())
        self.model = self.workflow.model
        self._client = uuid.uuid4().hex

    @property
    def card(self) -> ArtistCapability:
        """What the workflow can do: about as many pixels as its own size has, unless an option says otherwise."""
        own = self.workflow.size
        pixels = self.options.pixels_max or (own[0] * own[1] if own else None)
        changes = {
            "model": self.model,
            "supports_negative": bool(self.workflow.places["negative"]),
            "supports_seed": bool(self.workflow.places["seed"]),
            "size": self.capability.size.model_copy(update={"pixels_max": pixels}),
            "version": f"{self.capability.version}-{content_hash(repr(self.workflow[1:]))[:12]}",
        }
        return self.capability.model_copy(update=changes)

    def price_usd(self, request: PictureRequest) -> float:
        """Nothing."""
        return 0.0

    async def submit(self, wanted: Wanted) -> Ticket:
        """Queue the workflow, filled in; see `PictureProvider.submit`."""
        values = self.values(wanted)
        picture = self.picture(wanted)
        if picture is not None:
            values["picture"] = await self._uploaded(picture)
        body = {"prompt": self.workflow.filled(values), "client_id": self._client}
        reply = await self.http.post_json("prompt", body)
        job = text_at(reply, "prompt_id")
        if not job:
            raise self.bad("no prompt_id")
        return Ticket(provider=self.capability.name, id=job, model=self.model)

    def values(self, wanted: Wanted) -> dict[Role, object]:
        """What goes into the workflow's places."""
        prompt = wanted.request.prompt
        values: dict[Role, object] = {
            "prompt": prompt.text,
            "negative": prompt.negative,
            "width": prompt.width,
            "height": prompt.height,
        }
        if prompt.seed is not None:
            values["seed"] = prompt.seed
        return values

    def picture(self, wanted: Wanted) -> Picture | None:
        """The picture that goes along."""
        raise NotImplementedError

    async def poll(self, ticket: Ticket) -> Media | Pending:
        """See `PictureProvider.poll`."""
        entry = await self._entry(ticket)
        if entry is None and await self._place(ticket) is not None:
            return Pending(POLL_S)
        entry = entry or await self._entry(ticket)  # it may have ended between the two questions
        if entry is None:
            message = f"comfyui no longer knows the job {ticket.id[:60]}."
            raise ProviderError(message, hint="It was deleted there, or ComfyUI was started again.", provider="comfyui")
        status = at(entry, "status")
        if at(status, "status_str") == "error":
            raise self._failed(at(status, "messages"))
        return await self._media(self._chosen(at(entry, "outputs")), ticket)

    async def cancel(self, ticket: Ticket) -> None:
        """Take the job out of the queue, or stop it when it runs; nobody else's is touched."""
        with suppress(ProviderError):
            if await self._place(ticket) == "queue_pending":
                await self.http.send("POST", "queue", json_body({"delete": [ticket.id]}))
            if await self._place(ticket) == "queue_running":  # asked again: it may have begun meanwhile
                await self.http.send("POST", "interrupt", json_body({"prompt_id": ticket.id}))

    async def _entry(self, ticket: Ticket) -> object:
        """What the history says of the job; None while it has not ended."""
        history = await self.http.get_json(f"history/{quote(ticket.id, safe='')}")
        if not isinstance(history, dict):
            raise self.bad("no history")
        return history.get(ticket.id)

    async def _place(self, ticket: Ticket) -> str | None:
        """The list of the queue that has the job: queue_running, queue_pending or none."""
        queue = await self.http.get_json("queue")
        for name in ("queue_running", "queue_pending"):
            jobs = at(queue, name)
            if isinstance(jobs, list) and any(at(job, 1) == ticket.id for job in jobs):
                return name
        return None

    async def _uploaded(self, picture: Picture) -> str:
        """The name under which a LoadImage node finds *picture*; equal pictures have one name."""
        ending = ".jpg" if picture.media_type == "image/jpeg" else ".png"
        name = f"astragen-{hashlib.sha256(picture.data).hexdigest()[:24]}{ending}"
        parts = (Part("image", picture.data, name, picture.media_type), Part("type", b"input"))
        form = form_body((*parts, Part("overwrite", b"true")))
        reply = self.http.parsed(await self.http.send("POST", "upload/image", form))
        stored, folder = text_at(reply, "name"), text_at(reply, "subfolder")
        if not stored:
            raise self.bad("no name for the picture that was uploaded")
        return f"{folder}/{stored}" if folder else stored

    def _chosen(self, outputs: object) -> _File:
        """The file that is wanted of what the nodes gave: saved before previewed."""
        given = outputs if isinstance(outputs, dict) else {}
        wanted = {self.workflow.output: given.get(self.workflow.output)} if self.workflow.output else given
        files = sorted(_files(wanted), key=lambda file: file.folder != "output")
        fitting = [file for file in files if self._kind(file)]
        if fitting:
            return fitting[0]
        found = ", ".join(file.filename[-40:] for file in list(_files(given))[:4]) or "no file"
        where = f"node {self.workflow.output}" if self.workflow.output else "any node"
        message = f"The workflow {self.workflow.path} ended without a {self.made} from {where} (it gave {found})."
        raise BadOutput(message, hint="Name the node that saves it with the option output.", provider="comfyui")

    def _kind(self, file: _File) -> str | None:
        return self.kinds.get(PurePosixPath(file.filename).suffix.lower())

    async def _media(self, file: _File, ticket: Ticket) -> Media:
        query = urlencode({"filename": file.filename, "subfolder": file.subfolder, "type": file.folder})
        reply = await self.http.send("GET", f"view?{query}")
        if not reply.body:
            raise self.bad("an empty file")
        return Media(reply.body, self._kind(file) or reply.media_type, model=ticket.model)

    def _failed(self, messages: object) -> ProviderError:
        """The error of a job that a node or a person stopped."""
        events = messages if isinstance(messages, list) else []
        told: dict[Any, Any] = {at(event, 0): at(event, 1) for event in events if isinstance(at(event, 0), str)}
        place = urlsplit(self.base_url).netloc
        if "execution_interrupted" in told:
            message = f"The job was interrupted in ComfyUI at {place}."
            return ProviderError(message, hint="Start it again, or choose another artist.", provider="comfyui")
        wrong = told.get("execution_error")
        node = f"{_text(wrong, 'node_type') or 'A node'} (node {_text(wrong, 'node_id') or '?'})"
        kind, said = _text(wrong, "exception_type"), _text(wrong, "exception_message")
        hint = "Run the workflow in ComfyUI's own window and mend it there."
        if "OutOfMemory" in kind or "out of memory" in said.lower():
            hint = "Lower the option pixels_max, or seconds_max for clips."
        why = ": ".join(filter(None, (kind, said))) or "it does not say why"
        return ProviderError(f"ComfyUI at {place} failed in {node}: {why}.", hint=hint, provider="comfyui")


def _files(outputs: Mapping[str, object]) -> Iterator[_File]:
    """Every file that the nodes name, under whatever word: images, gifs, videos."""
    for output in outputs.values():
        for listed in output.values() if isinstance(output, dict) else ():
            for one in listed if isinstance(listed, list) else ():
                name, subfolder, folder = (text_at(one, field) for field in ("filename", "subfolder", "type"))
                if name:
                    yield _File(name, subfolder, folder or "output")


def _text(wrong: object, name: str) -> str:
    """A field of an error on one line, cut, without its full stop."""
    value = at(wrong, name)
    line = " ".join(str(value).split()) if isinstance(value, (str, int)) else ""
    return "".join(sign for sign in line if sign.isprintable())[:SAID_MAX].removesuffix(".")


class ComfyArtist(_ComfyUI):
    """Stills by the user's workflow."""

    capability = known_artists()["comfyui"]
    max_bytes = PICTURE_BYTES_MAX
    kinds = _PICTURES
    made = "picture"

    @property
    def card(self) -> ArtistCapability:
        """With a reference, where the user names the node that loads it."""
        return super().card.model_copy(update={"references_max": 0 if self.options.picture is None else 1})

    def picture(self, wanted: Wanted) -> Picture | None:
        """The first reference; without one, the workflow keeps its own picture."""
        return wanted.references[0] if wanted.references and self.options.picture else None


class ComfyCamera(_ComfyUI):
    """Clips by the user's workflow."""

    capability = known_artists()["comfyui-video"]
    max_bytes = CLIP_BYTES_MAX
    kinds = _CLIPS
    made = "clip"

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Read the workflow; nothing is sent.

        Raises:
            SettingsError: see `_ComfyUI`; also when it loads several pictures and none is named.
        """
        super().__init__(access, options)
        loading = [node for node, _ in self.workflow.places["picture"]]
        if len(loading) > 1:
            message = f"The workflow {self.workflow.path} loads pictures in the nodes {', '.join(loading)}."
            raise SettingsError(message, hint="Name the one that clips start from with the option picture.")

    @property
    def card(self) -> ArtistCapability:
        """Clips as long as the workflow's own at most, from a picture where it loads one."""
        card, rule = super().card, known_artists()["comfyui-video"].clip
        longest = self.options.seconds_max or self.workflow.seconds
        changes: dict[str, object] = {"takes_start": self._starts}
        if rule and longest:
            changes |= {"max_s": longest, "min_s": min(rule.min_s or longest, longest)}
        return card.model_copy(update={"clip": rule and rule.model_copy(update=changes)})

    @property
    def _starts(self) -> bool:
        return bool(self.workflow.places["picture"])

    def values(self, wanted: Wanted) -> dict[Role, object]:
        """With the length in frames; a clip that starts from a picture is told what moves."""
        prompt, values = wanted.request.prompt, super().values(wanted)
        if self._starts and prompt.motion:
            values["prompt"] = prompt.motion
        if prompt.seconds is not None:
            values["length"] = frames_of(prompt.seconds, self.workflow.fps)
        return values

    def picture(self, wanted: Wanted) -> Picture | None:
        """The picture to start from.

        Raises:
            ProviderError: the workflow starts from one, and there is none.
        """
        if self._starts and wanted.start is None:
            message = f"The workflow {self.workflow.path} starts from a picture, and the shot has none."
            raise ProviderError(message, hint="Choose an artist, too, or a text-to-video workflow.", provider="comfyui")
        return wanted.start if self._starts else None


ARTIST = ComfyArtist
CAMERA = ComfyCamera
