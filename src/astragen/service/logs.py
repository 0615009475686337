"""Logs as lines of JSON that say which request and which film they are about, and never a key."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")
film_id: Final[ContextVar[str]] = ContextVar("film_id", default="")
