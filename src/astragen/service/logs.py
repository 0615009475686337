"""Logs as lines of JSON that say which request and which film they are about, and never a key.

Each text of a line is searched for the keys that are known, and for whatever looks like one, before it is written.
Bodies are not logged. Start at `configure`; `about_film` marks what a worker logs.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Final, TextIO

from astragen.providers.redaction import hider, without_queries

request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")
film_id: Final[ContextVar[str]] = ContextVar("film_id", default="")

_LIKE_KEYS: Final = re.compile(
    r"(?<=/shared/)[0-9A-Za-z_-]+|ag_live_[0-9A-Za-z]+|whsec_[0-9A-Za-z+/=]+|\bsk-[0-9A-Za-z_-]{16,}|(?<=://)[^/\s\"'@]+:[^/\s\"'@]+(?=@)"
)
_BEARERS: Final = re.compile(r"((?:bearer|basic)\s+)[^\s\"',\\]+", re.IGNORECASE)
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_QUIET: Final = dict.fromkeys(("httpx2", "httpcore2", "uvicorn", "dbos", "alembic"), logging.WARNING)


class JsonLines(logging.Formatter):
    """One JSON object a record: when, how grave, who, what, about what; then the fields of the record."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._hidden = hider(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """*record* as one line, without keys."""
        at = datetime.fromtimestamp(record.created, timezone.utc)
        line: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": record.getMessage(),
        }
        marks = {"request": request_id.get(), "film": film_id.get()}
        line |= {name: value for name, value in marks.items() if value}
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(self._clean(line), ensure_ascii=False)

    def _clean(self, value: object) -> object:
        """*value* with every text in it scrubbed; before it is JSON, whose escapes would hide a key."""
        if isinstance(value, Mapping):
            return {str(name): self._clean(one) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._clean(one) for one in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return scrubbed(str(value), self._hidden)


def scrubbed(text: str, hidden: Callable[[str], str]) -> str:
    """*text* without what *hidden* hides, without what looks like a key, and without the queries of addresses."""
    text = _LIKE_KEYS.sub("[key]", hidden(text))
    return without_queries(_BEARERS.sub(r"\1[key]", text))


def configure(*, secrets: Iterable[str] = (), level: str = "INFO", stream: TextIO | None = None) -> None:
    """Write all logs of this process to *stream* (standard error), as lines of JSON without *secrets*.

    Run uvicorn with `log_config=None`, so that its lines come here as well.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(secrets))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)  # they name whole addresses, and every migration


@contextmanager
def about_film(film: str) -> Iterator[None]:
    """What is logged inside is about *film*."""
    mark = film_id.set(film)
    try:
        yield
    finally:
        film_id.reset(mark)
