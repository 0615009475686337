"""What nobody needs any more leaves the store: all that no film holds and nobody asked for within a day.

Whoever is given a finished step asks for its artifacts first, which makes them young. So what a film in the making
uses stays, though no row names it yet.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from astragen.store.artifacts import ArtifactStore

UNUSED_S: Final = 24 * 3600.0  # longer than any film takes from one step to the next


class Swept(NamedTuple):
    """What a sweep removed, and what it left."""

    removed: int
    removed_bytes: int
    kept: int
    kept_bytes: int


def collect(store: ArtifactStore, live: Collection[str], *, now_s: float, unused_s: float = UNUSED_S) -> Swept:
    """Remove from *store* what is not *live* and was not used for *unused_s*; any number may sweep at one time.

    Args:
        store: of this machine, or shared.
        live: the hashes that films, orders and uploaded files hold, all of them: whatever is missing here is lost.
        now_s: when *live* was read, in seconds since the epoch.
        unused_s: at least `shared.FRESH_S` + `shared.KNOWN_S`, or what a film uses may go.

    Raises:
        StoreError: the store does not answer; what was removed so far is gone, the next sweep goes on.
        OSError: a file cannot be removed.
    """
    held = frozenset(live)
    store.remove_parts(unused_since_s=now_s - unused_s)
    removed = removed_bytes = kept = kept_bytes = 0
    for one in store.listing():
        is_unused = one.hash not in held and one.used_s < now_s - unused_s
        if is_unused and store.remove(one.hash, unused_since_s=now_s - unused_s):
            removed, removed_bytes = removed + 1, removed_bytes + one.bytes
        else:
            kept, kept_bytes = kept + 1, kept_bytes + one.bytes
    return Swept(removed, removed_bytes, kept, kept_bytes)
