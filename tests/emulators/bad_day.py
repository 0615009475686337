"""A bad day at Pollinations, fal and Replicate: three calls in ten go wrong.

As a program it serves whoever writes lines of JSON to it, a day by name: `{"open": "film-3", "seed": "7"}` answers
with addresses, `{"close": "film-3"}` with what happened. Start at `BadDay`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from typing_extensions import Self

from emulators.bad_servers import BadFal, BadFiles, BadPollinations, BadReplicate
from emulators.luck import SHARE, Luck


class BadDay(Luck):
    """The servers of one film; use it in a `with`."""

    def __init__(self, seed: str, share: float = SHARE, picture_s: float | None = None, at_once: int = 0) -> None:
        super().__init__(seed, share, picture_s, at_once)
        self.pollinations = BadPollinations(self)
        self.files = {"fal": BadFiles(self, "fal"), "replicate": BadFiles(self, "replicate")}
        self.fal = BadFal(self, self.files["fal"])
        self.replicate = BadReplicate(self, self.files["replicate"])

    @property
    def _servers(self) -> tuple[Any, ...]:
        return (self.pollinations, *self.files.values(), self.fal, self.replicate)

    def __enter__(self) -> Self:
        """Serve."""
        for server in self._servers:
            server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        for server in self._servers:
            server.__exit__()


def main() -> None:
    """Serve the days that are asked for on stdin, until it ends."""
    days: dict[str, BadDay] = {}
    for line in sys.stdin:
        order = json.loads(line)
        if "open" in order:
            day = BadDay(order["seed"], order.get("share", SHARE), order.get("picture_s"), order.get("at_once", 0))
            days[order["open"]] = day.__enter__()
            answer = {"pollinations": day.pollinations.url, "fal": day.fal.url, "replicate": f"{day.replicate.url}/v1"}
        else:
            day = days.pop(order["close"])
            answer = day.told()
            day.__exit__()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
