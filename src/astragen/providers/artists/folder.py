"""A folder of the user's own pictures and clips, chosen for each shot by name.

A shot gets, the first that fits: the file whose name holds the shot's id (s1-2.jpg, "s1-2 harbour.png"); when
names begin with a number, the next in their order; the file whose name or caption (the same name with .txt) has the
most words in common with the shot's, rare words counting more; the next one that nobody has yet. A file is used
again only when there are too few. The order of shots is known after `prepare`.

kind: artist, camera
key: none
docs: none; the files are the user's
price: none
limits: 5,000 files; 40 MB a picture, 400 MB a clip
read: 2026-11-30
"""

from __future__ import annotations

import math
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final, NamedTuple

import anyio.to_thread
from pydantic import Field

from astragen.errors import ProviderError, SettingsError
from astragen.model.base import content_hash
from astragen.model.capability import ArtistCapability, known_artists
from astragen.model.requests import PictureRequest
from astragen.providers.access import Access
from astragen.providers.shooting import CLIP_BYTES_MAX, PICTURE_BYTES_MAX, Media, PictureProvider, Wanted
from astragen.providers.vendor import Options

FILES_MAX: Final = 5_000
CAPTION_MAX: Final = 4_000  # bytes that are read of a caption

_PICTURES: Final = {
    **{".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"},
    **{".avif": "image/avif", ".bmp": "image/bmp", ".tif": "image/tiff", ".tiff": "image/tiff"},
}
_CLIPS: Final = {
    **{".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm"},
    **{".mkv": "video/x-matroska", ".avi": "video/x-msvideo", ".gif": "image/gif"},
}
_IDLE: Final = frozenset(  # words of file names and of prompts that say nothing of what is seen
    {"the", "and", "with", "from", "for", "shot", "wide", "close", "view"}
    | {"image", "img", "photo", "picture", "clip", "video"}
)


class FolderOptions(Options):
    """What a user may set of a folder."""

    path: str = Field("", max_length=4_096, description="Of the folder; those in it are searched, too.")


class Own(NamedTuple):
    """A file of the folder. *name* is its path below it; *words* are those of its name and its caption."""

    name: str
    words: frozenset[str]
    size: int = 0
    stamp: int = 0

    @property
    def ending(self) -> str:
        """In lower case, with its dot."""
        return os.path.splitext(self.name)[1].lower()

    @property
    def stem(self) -> str:
        """The name without folders and ending, in lower case."""
        return os.path.splitext(os.path.basename(self.name))[0].casefold()


class Choice(NamedTuple):
    """The file for a shot, and why that one."""

    file: Own
    why: str


class _Folder(PictureProvider):
    """What pictures and clips share."""

    capability: ArtistCapability
    default_base_url = "http://localhost"  # nobody is asked
    needs_key = False
    is_local = True
    colon = "path"
    sees_all = True
    may_repeat = True  # where there are fewer files than shots
    Options = FolderOptions
    kinds: ClassVar[Mapping[str, str]]
    other: ClassVar[Mapping[str, str]]
    made: ClassVar[str]  # in messages
    bytes_max: ClassVar[int]

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """List the folder; no picture is read yet.

        Raises:
            SettingsError: an option is unknown, or the folder is missing, empty or too full.
        """
        super().__init__(access, options)
        self._root = _root(self.options.path)
        files, outside = _listed(self._root)
        self._files = tuple(file for file in files if file.ending in self.kinds)
        self._others = tuple(file for file in files if file.ending in self.other)
        if not self._files:
            links = f" and {outside} links that lead out of it, which are not followed" if outside else ""
            message = f"The folder {self._root} has no {self.made}: it holds {len(files)} other files of use{links}."
            raise SettingsError(message, hint=f"Put some there: {', '.join(self.kinds)}.")
        self._choices: Mapping[str, Choice] = {}

    @property
    def card(self) -> ArtistCapability:
        """What it can do; its version is that of the files, as other files are other takes."""
        version = f"{self.capability.version}-{content_hash(repr((self._files, self._others)))[:12]}"
        return self.capability.model_copy(update={"version": version})

    def price_usd(self, request: PictureRequest) -> float:
        """Nothing."""
        return 0.0

    def prepare(self, requests: Sequence[PictureRequest]) -> None:
        """Choose for all shots of the film, in its order; without this each is chosen for alone."""
        self._choices = chosen(self._files, [(one.shot, one.prompt.text) for one in requests])

    async def submit(self, wanted: Wanted) -> Media:
        """Return the file for the shot.

        Raises:
            ProviderError: the folder has another kind of file for it, or the file has gone, leads out of the folder
                or is too large.
        """
        shot = wanted.request.shot
        theirs = next((file for file in self._others if _is_named(file, shot)), None)
        if theirs and not any(_is_named(file, shot) for file in self._files):
            raise self._unusable(theirs, f"is no {self.made}, and it names shot {shot}", "Leave it to its own trade.")
        choice = self._choices.get(shot) or alone(self._files, shot, wanted.request.prompt.text)
        data = await anyio.to_thread.run_sync(self._read, choice.file)
        return Media(data, self.kinds[choice.file.ending], notes=(f"{choice.file.name[-150:]}: {choice.why}",))

    def _read(self, file: Own) -> bytes:
        """The bytes of *file*; where it lies is checked again, as links can be changed."""
        try:
            path = (self._root / file.name).resolve(strict=True)
            if not path.is_relative_to(self._root) or not path.is_file():
                raise self._unusable(file, "leads out of the folder", "Copy the file there instead of a link.")
            with path.open("rb") as opened:
                data = opened.read(self.bytes_max + 1)
        except OSError as error:
            raise self._unusable(file, f"cannot be read: {error.strerror}", "Check its permissions.") from error
        if not data or len(data) > self.bytes_max:
            size = f"has {len(data):,} bytes" if not data else f"has more than {self.bytes_max:,} bytes"
            raise self._unusable(file, size, "Export it again.")
        return data

    def _unusable(self, file: Own, what: str, hint: str) -> ProviderError:
        return ProviderError(f"{file.name} in {self._root} {what}.", hint=hint, provider=self.capability.name)


# Choosing (pure) ----------------------------------------------------------------------------------------------------


def chosen(files: Sequence[Own], shots: Sequence[tuple[str, str]]) -> dict[str, Choice]:
    """The file of each of *shots*, which are (id, words) in film order; see the module for the rules."""
    found: dict[str, Choice] = {}
    for shot, _ in shots:
        named = next((file for file in files if _is_named(file, shot)), None)
        if named:
            found[shot] = Choice(named, f"its name has {shot}")
    numbered = [file for file in files if re.match(r"\d", file.stem)]
    if len(numbered) * 2 > len(files):
        _share_out(found, [shot for shot, _ in shots if shot not in found], numbered, "the next number")
    weight = _weights(files)
    for shot, words in shots:
        best = None if shot in found else _nearest(_unused(files, found), words_of(words), weight)
        if best:
            found[shot] = best
    left = [shot for shot, _ in shots if shot not in found]
    _share_out(found, left, _unused(files, found), "the next that was left")
    for number, (shot, words) in enumerate(shot for shot in shots if shot[0] not in found):
        again = Choice(files[number % len(files)], "used again, as there are fewer files than shots")
        found[shot] = _nearest(files, words_of(words), weight) or again
    return found


def alone(files: Sequence[Own], shot: str, words: str) -> Choice:
    """The file of a shot of which nothing else is known."""
    named = next((file for file in files if _is_named(file, shot)), None)
    if named:
        return Choice(named, f"its name has {shot}")
    nearest = _nearest(files, words_of(words), _weights(files))
    return nearest or Choice(files[zlib.crc32(shot.encode()) % len(files)], "by chance, as no word is common")


def words_of(text: str) -> frozenset[str]:
    """The words of *text* that say what is seen: of three letters or more, without the s of a plural."""
    found = re.findall(r"[^\W\d_]{3,}", text.casefold())
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in found) - _IDLE


def _share_out(found: dict[str, Choice], shots: Sequence[str], files: Sequence[Own], why: str) -> None:
    used = {choice.file.name for choice in found.values()}
    fresh = [file for file in files if file.name not in used]
    found.update({shot: Choice(file, why) for shot, file in zip(shots, fresh, strict=False)})


def _unused(files: Sequence[Own], found: Mapping[str, Choice]) -> list[Own]:
    used = {choice.file.name for choice in found.values()}
    return [file for file in files if file.name not in used]


def _weights(files: Sequence[Own]) -> dict[str, float]:
    """How much a word tells: 0 when every file has it."""
    many = Counter(word for file in files for word in file.words)
    return {word: math.log((1 + len(files)) / (1 + count)) + 1e-3 for word, count in many.items()}


def _nearest(files: Sequence[Own], words: frozenset[str], weight: Mapping[str, float]) -> Choice | None:
    """The file with the most in common with *words*; the first of several; None when none has a word of them."""
    scored = [(sum(weight[word] for word in sorted(file.words & words)), file) for file in files]
    score, file = max(scored, key=lambda one: one[0], default=(0.0, None))
    if file is None or score <= 0:
        return None
    return Choice(file, f"it has the words {', '.join(sorted(file.words & words)[:4])}")


def _is_named(file: Own, shot: str) -> bool:
    """Whether the name holds the id *shot* whole: "s1-2" is not in "s1-20" and "s1" not in "s1-2"."""
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(shot)}(?![a-z0-9]|[-_]\d)", file.stem))


# Listing ------------------------------------------------------------------------------------------------------------


def _root(path: str) -> Path:
    if not path:
        raise SettingsError("folder needs a path.", hint="Give the option path your folder of pictures and clips.")
    try:
        root = Path(path).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise SettingsError(f"The folder {path} does not exist.", hint="Check the option path.") from error
    if not root.is_dir():
        raise SettingsError(f"{path} is no folder.", hint="Give the option path the folder that it is in.")
    return root


def _listed(root: Path) -> tuple[list[Own], int]:
    """The files of use in *root* in order of their names (2 before 10), and how many links lead out of it."""
    found: list[Own] = []
    outside = 0
    for name in _names(root):
        path = root / name
        if path.suffix.lower() not in (*_PICTURES, *_CLIPS):
            continue
        if len(found) >= FILES_MAX:
            message = f"The folder {root} holds more than {FILES_MAX:,} pictures and clips."
            raise SettingsError(message, hint="Give a folder with those of this film.")
        try:
            is_inside = path.resolve(strict=True).is_relative_to(root)
            if is_inside and path.is_file():
                facts = path.stat()
                words = words_of(f"{path.stem} {_caption(path, root)}")
                found.append(Own(name, words, facts.st_size, facts.st_mtime_ns))
            outside += not is_inside
        except (OSError, RuntimeError):  # a broken link, or one that goes round in a circle
            outside += 1
    return sorted(found, key=lambda file: _natural(file.name)), outside


def _names(root: Path) -> Iterator[str]:
    """Paths below *root*, without what is hidden; links to folders are not entered."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for one in sorted(files):
            if not one.startswith("."):
                yield os.path.relpath(os.path.join(folder, one), root)


def _caption(path: Path, root: Path) -> str:
    """The words in the text file beside *path*; "" for none."""
    beside = path.with_suffix(".txt")
    if not beside.is_file() or not beside.resolve().is_relative_to(root):
        return ""
    with beside.open("rb") as opened:
        return opened.read(CAPTION_MAX).decode("utf-8", "replace")


def _natural(name: str) -> list[tuple[int, str]]:
    """A sort key in which numbers count as numbers."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(int(part), "") if part.isdecimal() and part.isascii() else (-1, part) for part in parts]


class FolderArtist(_Folder):
    """Pictures of the user's own."""

    capability = known_artists()["folder"]
    kinds, other = _PICTURES, _CLIPS
    made = "picture"
    bytes_max = PICTURE_BYTES_MAX


class FolderCamera(_Folder):
    """Clips of the user's own."""

    capability = known_artists()["folder-video"]
    kinds, other = _CLIPS, _PICTURES
    made = "clip"
    bytes_max = CLIP_BYTES_MAX


ARTIST = FolderArtist
CAMERA = FolderCamera
