"""What of an order names a file: uploaded ones by their ids, and no path of this machine.

A film is made of copies, so its own storyboard names paths of whoever made it; `named_as_ordered` puts the ids back.
Pure. Start reading at `uses_of`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from astragen.model.job import Order
from astragen.model.office import FileRecord
from astragen.model.storyboard import Shot, Storyboard

if TYPE_CHECKING:
    from astragen.store.office.files import Files

FILE_ID: Final = r"file_[0-9a-hjkmnp-tv-z]{26}"
_BY_FILE: Final = ("folder", "comfyui", "diffusers", "piper")  # what stands behind their colon is a path

Kinds = tuple[str, ...]


class Use(NamedTuple):
    """A place of an order that names a file: where in the body, what it says, and what it may be."""

    pointer: str
    value: str
    kinds: Kinds  # of uploads; none: not even an upload

    @property
    def is_id(self) -> bool:
        """Whether it says the id of an uploaded file that can be used there."""
        return bool(self.kinds) and re.fullmatch(FILE_ID, self.value) is not None


def uses_of(order: Order) -> Iterator[Use]:
    """Every place of *order* that names a file."""
    if order.brief.lut:
        yield Use("/lut", order.brief.lut, ("lut",))
    if order.brief.music_file:
        yield Use("/music_file", order.brief.music_file, ("music",))
    for field in ("artist", "camera", "voice"):
        yield from _behind_colons(f"/{field}", getattr(order, field))
    if order.storyboard is not None:
        yield from _of_storyboard(order.storyboard)


def _of_storyboard(storyboard: Storyboard) -> Iterator[Use]:
    if storyboard.bible.look.lut:
        yield Use("/storyboard/bible/look/lut", storyboard.bible.look.lut, ("lut",))
    for index, character in enumerate(storyboard.characters):
        yield from _behind_colons(f"/storyboard/characters/{index}/voice", character.voice)
    for place, scene in enumerate(storyboard.scenes):
        for index, shot in enumerate(scene.shots):
            if shot.source:
                yield Use(f"/storyboard/scenes/{place}/shots/{index}/source", shot.source, ("picture", "clip"))


def _behind_colons(pointer: str, wish: str) -> Iterator[Use]:
    """The files in a *wish* for members of the crew, as "openai:nova,piper:FILE"."""
    for one in wish.split(","):
        name, _, value = one.strip().partition(":")
        if name.strip() in _BY_FILE and value:
            yield Use(pointer, value, ("voice",) if name.strip() == "piper" else ())


def named_as_ordered(storyboard: Storyboard, order: Order) -> Storyboard:
    """*storyboard*, of the film of *order*, with the files that it names as *order* names them; without others."""
    given = {shot.id: shot.source for shot in order.storyboard.shots} if order.storyboard else {}
    lut = order.brief.lut
    if not lut and order.storyboard is not None and order.brief.look == "auto":
        lut = order.storyboard.bible.look.lut
    look = storyboard.bible.look.model_copy(update={"lut": lut})

    def named(shot: Shot) -> Shot:
        source = given.get(shot.id, "")
        return shot if shot.source == source else shot.model_copy(update={"source": source})

    scenes = tuple(
        scene.model_copy(update={"shots": tuple(named(shot) for shot in scene.shots)}) for scene in storyboard.scenes
    )
    bible = storyboard.bible.model_copy(update={"look": look})
    return storyboard.model_copy(update={"scenes": scenes, "bible": bible})


def finder(files: Files, owner: str) -> Callable[[str], FileRecord]:
    """What finds the uploaded files of *owner* by their ids; raises JobNotFound for others. It blocks."""
    return partial(files.get, owner=owner)
