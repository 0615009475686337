"""What a process may take, as it sees it itself: called in workers, which find this module by its name."""

from __future__ import annotations


def bounds_here() -> tuple[int, int]:
    """The bytes of addresses and the seconds of a processor that this process may have."""
    import resource

    return resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]


def take(bytes_: int) -> int:
    """Have *bytes_* of memory for a moment."""
    return len(bytearray(bytes_))
