"""The worker process: computes what its pool sends, one call at a time.

It never imports the program's main module (as multiprocessing and anyio.to_process do),
so a script may call `make_film_sync` at its top level. A frame on the wire is an 8-byte
length and a pickle: (function, arguments) comes in, (succeeded, result or error) goes out.
When its parent goes, however it goes, the worker goes too, in the middle of its work.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, Final

HEADER = struct.Struct(">Q")
ADDRESSES_MAX = 4 * 2**30  # bytes; decoding 100 megapixels takes about 1 GB beside the libraries
CALL_CPU_S = 30  # a 15 s clip in 4K decodes in about 10 s

# Of glibc's malloc (malloc.h): what lies free at the end of the heap is kept up to 256 MB, what is smaller than 32 MB,
# the most that it allows, comes from the heap, and there is one heap for all threads. As it is set otherwise, frames
# and tables go back to the kernel and come again, page by page, all the time: 0.5 ms a MB on a virtual machine.
_MALLOC: Final = {"M_TRIM_THRESHOLD": (-1, 2**28), "M_MMAP_THRESHOLD": (-3, 2**25), "M_ARENA_MAX": (-8, 1)}


class WorkerTraceback(Exception):
    """Where in the worker it happened: the last cause of every error that comes back."""


def guarded() -> None:
    """As `main`, with 4 GiB of addresses, and 30 s of a processor for each call: for bytes that a stranger made.

    Where the system knows no such limits, there are none; the pool's own limit of time holds everywhere.
    """
    try:
        import resource
    except ImportError:  # Windows
        main()
        return
    _lower(resource.RLIMIT_AS, ADDRESSES_MAX)

    def more_time() -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + CALL_CPU_S)

    main(more_time)


def _lower(kind: int, limit: int) -> None:
    """Set the soft limit of *kind*, within the hard one."""
    import resource

    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def main(before_call: Callable[[], None] | None = None) -> None:
    """Serve calls from standard input until it closes; *before_call* is called before each."""
    _keep_freed_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where Ctrl-C reaches it, the parent decides
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not fall between the frames
    calls: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, calls), daemon=True).start()
    while True:
        call = calls.get()
        if before_call is not None:
            before_call()
        reply = _reply(call)
        replies.write(HEADER.pack(len(reply)))
        replies.write(reply)
        replies.flush()
        gc.collect()  # a painted scene holds itself in cycles: half a gigabyte that nothing else would free in time
        gc.freeze()  # what is left is modules and tables: the next collection need not look at them again


def _keep_freed_memory() -> None:
    """Let the C library hold on to memory that is free, to be used again; other libraries than glibc are let be."""
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in _MALLOC.values():
            mallopt(option, value)


def _receive(stream: BinaryIO, calls: queue.SimpleQueue[bytes]) -> None:
    """Pass frames on, and end the process when the parent is gone."""
    while len(header := stream.read(HEADER.size)) == HEADER.size:
        calls.put(stream.read(*HEADER.unpack(header)))
    os._exit(0)


def _reply(call: bytes) -> bytes:
    try:
        function, arguments = pickle.loads(call)  # noqa: S301  (from our own parent, over its pipe)
        return pickle.dumps((True, function(*arguments)))
    except Exception as error:
        return _failure(error)


def _failure(error: Exception) -> bytes:
    """*error* as a reply: it and its causes, each so that it survives the way back, then the traceback as text."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < 8:
        chain.append(_portable(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return pickle.dumps((False, [*chain, WorkerTraceback("".join(traceback.format_exception(error)))]))


def _portable(error: BaseException) -> BaseException:
    """*error*, or a plain error that says the same when *error* cannot be pickled and read again."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  (our own bytes)
    except Exception:
        said = f"{type(error).__name__}: {error}"
        return OSError(error.errno, said) if isinstance(error, OSError) else RuntimeError(said)
    return error
