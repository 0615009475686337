"""JSON, and nothing but JSON, between DBOS and its database: whoever writes a row must not run code of theirs here.

DBOS reads each row by the format that the row names, and one of them is pickle, whichever serializer it was given;
so `refuse_pickle` takes that away, too.
"""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from astragen.runtime.tasks import error_of, error_to_json

_ERROR: Final = "__astragen_error__"


class JsonText:
    """DBOS's serializer: arguments, results and errors as readable text."""

    def name(self) -> str:
        """What rows call this format."""
        return "astragen_json"

    def serialize(self, value: Any) -> str:  # noqa: ANN401 - DBOS's own protocol
        """*value* as text; an error by its class, message and hint.

        Raises:
            TypeError: it holds something that JSON does not know.
        """
        if isinstance(value, BaseException):
            value = {_ERROR: error_to_json(value)}
        elif isinstance(value, dict) and _ERROR in value:
            raise TypeError(f'a result cannot have the key "{_ERROR}"')
        return json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=False)

    def deserialize(self, text: str) -> Any:  # noqa: ANN401 - DBOS's own protocol
        """What `serialize` was given; an error that is none of ours as `TaskFailed`."""
        value = json.loads(text)
        return error_of(value[_ERROR]) if isinstance(value, dict) and _ERROR in value else value


def refuse_pickle() -> None:
    """Make DBOS unable to unpickle in this process."""
    from dbos import _serialization

    _serialization.DefaultSerializer.deserialize = _refuse  # type: ignore[method-assign, assignment]


def _refuse(*_: object) -> NoReturn:
    raise TypeError("a pickled value in the database was refused: reading it could run any code")
