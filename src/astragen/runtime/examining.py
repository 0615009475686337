"""One look at what a stranger sent, in a process of its own: with little memory and time, and gone afterwards.

The service keeps no such process for the next file: what one stranger's bytes did to it reaches no other's.
Start at `examined`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import anyio

from astragen.errors import ProbeError, RenderError
from astragen.runtime.pool import WorkerPool

Result = TypeVar("Result")

LOOK_MAX_S: Final = 60.0


async def examined(function: Callable[..., Result], *arguments: object, limit_s: float = LOOK_MAX_S) -> Result:
    """Return `function(*arguments)`; all of it must pickle.

    Raises:
        ProbeError: the process died, or took more than *limit_s*: the bytes are not what they claim to be.
    """
    pool = WorkerPool(1, is_guarded=True)
    try:
        with anyio.fail_after(limit_s):
            return await pool.compute(function, *arguments)
    except TimeoutError as error:
        raise ProbeError(f"Looking at it took more than {limit_s:g} s.", hint="Make it smaller or shorter.") from error
    except RenderError as error:  # of the pool: what decoders raise is of another class by then
        raise ProbeError("Looking at it took too much memory or time.", hint="Make it smaller.") from error
    finally:
        await pool.aclose()
