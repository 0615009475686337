from __future__ import annotations

from astragen.plan.deliveries import DELAYS_S, JITTER, TRIES, delay_after


def test_eight_tries_within_28_hours():
    """The last delay ends about then, jitter and all."""
    delays = [delay_after(n, "dlv_1") for n in range(1, TRIES)]

    assert TRIES == 8
    assert 27.5 * 3600 < sum(delays) < 28 * 3600 * (1 + JITTER)
    assert delay_after(TRIES, "dlv_1") is None


def test_messages_that_failed_together_do_not_come_back_together():
    """Each has its own delay, no more than a tenth longer, and the same whenever it is asked for."""
    delays = {delay_after(3, f"dlv_{n}") for n in range(100)}

    assert len(delays) == 100
    assert all(DELAYS_S[2] <= delay <= DELAYS_S[2] * (1 + JITTER) for delay in delays)
    assert delay_after(3, "dlv_1") == delay_after(3, "dlv_1")
