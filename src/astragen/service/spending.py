"""What is paid for a key without a film: what language models charge for a storyboard, or for changing one.

A key's limit of spending holds for it as for films, and it is among what was used. Start reading at `allowed_usd`.
"""

from __future__ import annotations

from astragen.service.access import Caller
from astragen.service.house import House


async def allowed_usd(house: House, caller: Caller, wanted_usd: float) -> float:
    """*wanted_usd*, or what the limit of the caller's key leaves of it."""
    if caller.limits is None or caller.limits.spend_usd is None:
        return wanted_usd
    left_usd = await house.run(house.office.usage.left_usd, caller.owner, caller.limits, now_s=house.now_s())
    return min(wanted_usd, left_usd)


async def charge(house: House, caller: Caller, made_by: str, usd: float) -> None:
    """Charge the caller's key *usd* for what *made_by*, a provider and its model, wrote."""
    if usd > 0:
        provider = made_by.partition(" ")[0]
        await house.run(house.office.usage.note_writing, caller.owner, provider, usd, at=house.now_s())
