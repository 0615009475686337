"""What all models share: frozen, no unknown fields, one JSON form.

`canonical_json` is the form that step keys hash: sorted keys, no spaces, so that
equal models have equal keys on every machine.
"""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen value; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


def canonical_json(model: BaseModel) -> str:
    """The one JSON text of *model*: sorted keys, no spaces, non-ASCII kept."""
    return json.dumps(model.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(text: str | bytes) -> str:
    """SHA-256 of *text* (UTF-8 when str) as 64 hex digits."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
