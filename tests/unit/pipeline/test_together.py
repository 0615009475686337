from __future__ import annotations

from functools import partial

import anyio
import pytest

from astragen.errors import RenderError
from astragen.pipeline.together import together


async def after(seconds: float, result: object) -> object:
    await anyio.sleep(seconds)
    if isinstance(result, Exception):
        raise result
    return result


def test_both_results_come_back_in_order():
    """Whichever ends first."""
    assert anyio.run(together, partial(after, 0.05, "first"), partial(after, 0, 2)) == ("first", 2)


@pytest.mark.parametrize("failing", [0, 1])
def test_a_failure_stops_the_other_and_is_raised_bare(failing):
    """Ten seconds of work do not hold up the news."""

    async def main():
        works = [partial(after, 10, "slow"), partial(after, 10, "slow")]
        works[failing] = partial(after, 0.01, RenderError("broken"))
        with anyio.fail_after(5):
            await together(*works)

    with pytest.raises(RenderError, match="broken"):
        anyio.run(main)
