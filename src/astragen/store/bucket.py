"""A bucket of objects by their hash: S3 and what speaks like it, or a folder that several machines mount.

Objects lie at `sha256/<first two digits>/<hash>`, and appear whole or not at all. Whoever does not answer is asked
again, with longer and longer pauses, for `patience_s`. Errors name the bucket and what it said in a word; its own
texts, which may hold parts of keys, stay out of them. Start reading at `Bucket`; `opened_bucket` makes one.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

from astragen.errors import SettingsError, StoreError
from astragen.model.take import Artifact
from astragen.store.artifacts import IS_HASH, Stored
from astragen.store.presign import named

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PATIENCE_S: Final = 180.0  # that somebody who does not answer is asked again; longer would outlive a signature
AWS_NAMES: Final = (  # environment variables that say how a bucket is reached; the settings read them
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
    "AWS_SERVER_SIDE_ENCRYPTION",
    "AWS_SSE_KMS_KEY_ID",
)
_ROOM: Final = "sha256"
_WHOLE_MAX: Final = 8 * 2**20  # bytes sent in one request; more go in parts, and appear when the last one came
_BLOCK: Final = 4 * 2**20  # bytes got at once
_KINDS: Final = {  # by the client's error; what the bucket itself calls it is better, where it says so
    "NotFoundError": "it is not there",
    "PermissionDeniedError": "access denied",
    "UnauthenticatedError": "the key is missing or wrong",
}
_CHOICES: Final = "Set ASTRAGEN_STORE_URL to s3://bucket/prefix or file:///folder, or leave it empty for local files."
_CHECK: Final = (
    "Check the bucket's name, AWS_REGION, AWS_ENDPOINT_URL and the key, which needs Get, Put, Delete and List."
)

log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """An object as the bucket describes it; *at_s*: when it was put, in seconds since the epoch."""

    key: str
    bytes: int
    at_s: float
    version: str


class Bucket:
    """The objects of *store*; *name* is what messages call it."""

    def __init__(self, store: ObjectStore, name: str, *, takes_types: bool, secret: SecretStr | None = None) -> None:
        """*takes_types*: whether objects have media types there. *secret*: what addresses are signed with."""
        self.name = name
        self._store, self._takes_types, self._secret = store, takes_types, secret

    def find(self, digest: str) -> Kept | None:
        """What is kept under *digest*, whether or not its bytes are right; None when there is nothing.

        Raises:
            StoreError: the bucket does not answer, or refuses.
        """
        import obstore
        from obstore.exceptions import NotFoundError

        with self._told("looked into"):
            try:
                return _kept(obstore.head(self._store, key_of(digest)))
            except (NotFoundError, FileNotFoundError):
                return None

    def put(self, artifact: Artifact, path: Path, *, is_new: bool) -> None:
        """Keep the file at *path* as *artifact*; *is_new*: there is none, and one that comes first may stay.

        Raises:
            StoreError: the bucket does not take it.
        """
        import obstore
        from obstore.exceptions import AlreadyExistsError

        types: Any = {"Content-Type": artifact.media_type} if self._takes_types else None
        is_small = artifact.bytes <= _WHOLE_MAX
        with self._told("written to"):
            try:
                mode: Any = "create" if is_new and is_small else "overwrite"
                obstore.put(
                    self._store,
                    key_of(artifact.hash),
                    path,
                    attributes=types,
                    mode=mode,
                    use_multipart=False if is_small else None,
                )
            except (AlreadyExistsError, FileExistsError):
                log.debug("artifact %s was put by somebody else meanwhile", artifact.hash[:12])

    def get(self, digest: str, take: Callable[[bytes], object]) -> Kept | None:
        """Give the bytes under *digest* to *take*, block by block; None, and no block, when there are none.

        Raises:
            StoreError: the bucket does not answer, or stops in the middle.
        """
        import obstore
        from obstore.exceptions import NotFoundError

        with self._told("read"):
            try:
                found = obstore.get(self._store, key_of(digest))
            except (NotFoundError, FileNotFoundError):
                return None
            blocks = iter(found.stream(min_chunk_size=_BLOCK))
        while True:
            with self._told("read"):
                block = next(blocks, None)
            if block is None:
                return _kept(found.meta)
            take(bytes(block))

    def delete(self, digest: str) -> None:
        """Remove what is kept under *digest*, if there is something.

        Raises:
            StoreError: the bucket does not answer, or refuses.
        """
        import obstore
        from obstore.exceptions import NotFoundError

        with self._told("cleared"):
            try:
                obstore.delete(self._store, key_of(digest))
            except (NotFoundError, FileNotFoundError):
                return

    def discard(self, kept: Kept) -> None:
        """Remove *kept*, whose bytes are not what its name says, unless somebody has replaced it meanwhile."""
        digest = kept.key.rpartition("/")[2]
        log.warning("artifact %s in %s has not the bytes of its hash and is removed", digest[:12], self.name)
        now = self.find(digest)
        if now is not None and (now.version, now.at_s, now.bytes) == (kept.version, kept.at_s, kept.bytes):
            self.delete(digest)

    def listing(self) -> Iterator[Stored]:
        """Every object.

        Raises:
            StoreError: the bucket does not answer.
        """
        import obstore

        with self._told("listed"):
            pages = iter(obstore.list(self._store, prefix=_ROOM))
        while True:
            with self._told("listed"):
                page = next(pages, None)
            if page is None:
                return
            for row in map(_kept, page):
                digest = row.key.rpartition("/")[2]
                if IS_HASH(digest):
                    yield Stored(digest, row.bytes, row.at_s)

    def url(self, artifact: Artifact, name: str, *, seconds: int) -> str | None:
        """Where anybody gets *artifact* for *seconds*; None where the bucket has no such door.

        It is saved as *name* when a key was given; where the machine's role signs, as its hash.

        Raises:
            StoreError: the role's key cannot be had.
        """
        url = self._signed(key_of(artifact.hash), seconds)
        return named(url, name, secret=self._secret.get_secret_value()) if url and self._secret else url

    def origin(self) -> str:
        """The scheme, host and port of the addresses of `url`; empty where the bucket has no such door.

        Raises:
            StoreError: the role's key cannot be had.
        """
        parts = urlsplit(self._signed(_ROOM, 1) or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    def _signed(self, key: str, seconds: int) -> str | None:
        """An address of *key* that opens it for *seconds*; None where the bucket has no such door."""
        import obstore
        from obstore.store import S3Store

        if not isinstance(self._store, S3Store):
            return None
        with self._told("signed for"):
            return obstore.sign(self._store, "GET", key, expires_in=timedelta(seconds=seconds))

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """Tell errors of the client as ours."""
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, OSError) as error:
            said = _said(error)
        else:
            return
        raise StoreError(
            f"The file store {self.name} cannot be {done}: {said}.",
            hint="It is asked again with the next try; if it stays so, check the store, its address and its key.",
        ) from None


def key_of(digest: str) -> str:
    """Where the object of *digest* lies under the bucket's prefix."""
    return f"{_ROOM}/{digest[:2]}/{digest}"


def opened_bucket(url: str, *, variables: Mapping[str, str], patience_s: float = PATIENCE_S) -> Bucket:
    """The bucket at *url*, which was seen to answer.

    Args:
        url: s3://bucket/prefix, file:///folder, or memory:/// for tests.
        variables: those of `AWS_NAMES` that are set.
        patience_s: see the module.

    Raises:
        SettingsError: *url* is none of these, or the bucket does not answer or refuses.
    """
    parts = _split(url)
    bucket = Bucket(
        _store_at(parts, variables, patience_s),
        f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}",
        takes_types=parts.scheme != "file",
        secret=SecretStr(secret) if (secret := variables.get("AWS_SECRET_ACCESS_KEY", "")) else None,
    )
    try:
        next(bucket.listing(), None)
    except StoreError as error:
        raise SettingsError(error.message, hint=_CHECK) from None
    return bucket


def _split(url: str) -> SplitResult:
    """The parts of *url*.

    Raises:
        SettingsError: it is no address of a bucket; it is not shown when it may hold a key.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise SettingsError("The address of the file store is malformed.", hint=_CHOICES) from None
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError(
            f"The address of the file store ({parts.scheme}://...) has a key, a query or a fragment in it.",
            hint="Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. " + _CHOICES,
        )
    is_right = {"s3": bool(parts.netloc), "file": not parts.netloc and parts.path.startswith("/"), "memory": True}
    if not is_right.get(parts.scheme, False):
        raise SettingsError(f'"{url}" is no address of a file store.', hint=_CHOICES)
    return parts


def _store_at(parts: SplitResult, variables: Mapping[str, str], patience_s: float) -> ObjectStore:
    try:
        from obstore.exceptions import BaseError
        from obstore.store import LocalStore, MemoryStore, S3Store
    except ImportError:
        message = "A shared file store needs the package obstore, which is not installed."
        raise SettingsError(message, hint="Install it with: pip install 'astragen[service]'.") from None
    try:
        if parts.scheme == "memory":
            return MemoryStore()
        if parts.scheme == "file":
            return LocalStore(unquote(parts.path), mkdir=True)
        config: Any = {name.lower(): variables[name] for name in AWS_NAMES if variables.get(name)}
        endpoint = variables.get("AWS_ENDPOINT_URL_S3") or variables.get("AWS_ENDPOINT_URL") or ""
        return S3Store(
            parts.netloc,
            prefix=unquote(parts.path).strip("/") or None,
            config=config,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=5),
                "read_timeout": timedelta(seconds=60),
                "timeout": timedelta(minutes=15),
            },
            retry_config={
                "max_retries": 1000,  # the time is what ends them
                "retry_timeout": timedelta(seconds=patience_s),
                "backoff": {
                    "init_backoff": timedelta(seconds=0.1),
                    "max_backoff": timedelta(seconds=5),
                    "base": 2,
                },
            },
        )
    except (BaseError, OSError, ValueError) as error:
        said = _said(error)
    raise SettingsError(
        f"The file store {parts.scheme}://{parts.netloc}{parts.path} cannot be used: {said}.", hint=_CHECK
    )


def _kept(row: Mapping[str, Any]) -> Kept:
    return Kept(row["path"], row["size"], row["last_modified"].timestamp(), row.get("e_tag") or "")


def _said(error: Exception) -> str:
    """In a few words why: the code that S3 sends, what the system says, or the kind of error."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = str(error)
    if code := re.search(r"<Code>(\w{1,60})</Code>", text):
        return code[1]
    if number := re.search(r"\(os error (\d{1,3})\)", text):
        return os.strerror(int(number[1]))
    return _KINDS.get(type(error).__name__, "it does not answer")
