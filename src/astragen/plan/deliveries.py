"""When a webhook message is sent again: eight tries within 28 hours, as Standard Webhooks advises.

Pure: the jitter comes from the message's id, so that many messages that failed together do not come back together.
"""

from __future__ import annotations

from typing import Final

from astragen.model.base import content_hash

DELAYS_S: Final = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 36_000.0)  # after the first try, the second ...
TRIES: Final = len(DELAYS_S) + 1
JITTER: Final = 0.1  # of a delay, at most, added


def delay_after(tries: int, delivery: str) -> float | None:
    """Seconds from try number *tries* (from 1) of *delivery*, an id, to the next one; None: that was the last."""
    if tries >= TRIES:
        return None
    chance = int(content_hash(f"{delivery}/{tries}")[:8], 16) / 2**32
    return DELAYS_S[tries - 1] * (1 + JITTER * chance)
