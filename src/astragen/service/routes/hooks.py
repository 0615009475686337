"""Webhook endpoints: made, changed, tried; their secrets; and the log of what was sent."""

from __future__ import annotations

import secrets
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Response

from astragen.service.access import Caller, Reader, Writer
from astragen.service.hooks import Messenger, check_url
from astragen.service.house import House, TheHouse
from astragen.service.problems import Refusal, errors
from astragen.service.shapes.common import Limit
from astragen.service.shapes.hooks import (
    DELIVERY_ID,
    HOOK_ID,
    DeliveryList,
    DeliveryView,
    Hook,
    HookChange,
    HookList,
    NewHook,
    SecretHook,
    delivery_shape,
    hook_shape,
    secret_hook_shape,
)

HOOKS_MAX: Final = 50  # of an owner: every event of every film goes to each

router = APIRouter(prefix="/v1/webhook_endpoints", tags=["webhooks"])

_ID: Final = "_[0-9a-hjkmnp-tv-z]{26}$"
HookId = Annotated[str, Path(pattern=f"^hook{_ID}", examples=[HOOK_ID])]
DeliveryId = Annotated[str, Path(pattern=f"^dlv{_ID}", examples=[DELIVERY_ID])]
After = Annotated[str, Query(pattern=f"^$|^dlv{_ID}", description="The `last_id` of the page before.")]


@router.post("", status_code=201, summary="Make an endpoint", responses=errors(409, 422))
async def make(wanted: NewHook, house: TheHouse, caller: Writer, response: Response) -> SecretHook:
    """Make an endpoint; its secret is in this answer, and in none after it."""
    await _check(wanted.url, caller)
    if len(await house.run(house.office.hooks.list, caller.owner)) >= HOOKS_MAX:
        raise Refusal(409, "limit.webhooks", f"There are {HOOKS_MAX} endpoints, the most that a key may have.")
    made = await house.run(
        house.office.hooks.create,
        caller.owner,
        wanted.url,
        events=tuple(dict.fromkeys(wanted.events)),
        description=wanted.description,
    )
    response.headers["Location"] = f"/v1/webhook_endpoints/{made.id}"
    return secret_hook_shape(made)


@router.get("", summary="List the endpoints")
async def listed(house: TheHouse, caller: Reader) -> HookList:
    """All endpoints of the key, the newest first."""
    return HookList(data=[hook_shape(one) for one in await house.run(house.office.hooks.list, caller.owner)])


@router.get("/{hook_id}", summary="Get an endpoint", responses=errors(404))
async def get(hook_id: HookId, house: TheHouse, caller: Reader) -> Hook:
    """An endpoint, without its secret."""
    return hook_shape(await house.run(house.office.hooks.get, hook_id, owner=caller.owner))


@router.patch("/{hook_id}", summary="Change an endpoint", responses=errors(404, 422))
async def change(hook_id: HookId, wanted: HookChange, house: TheHouse, caller: Writer) -> Hook:
    """Change what is said. One that the service disabled is enabled again with `is_disabled: false`."""
    if wanted.url is not None:
        await _check(wanted.url, caller)
    changed = await house.run(house.office.hooks.change, hook_id, owner=caller.owner, **wanted.fields())
    return hook_shape(changed)


@router.post("/{hook_id}/rotate_secret", summary="Give an endpoint a new secret", responses=errors(404))
async def rotate(hook_id: HookId, house: TheHouse, caller: Writer) -> SecretHook:
    """Give it a new secret, shown this once. For a day messages are signed with the old one, too."""
    return secret_hook_shape(await house.run(house.office.hooks.rotate, hook_id, owner=caller.owner))


@router.delete("/{hook_id}", status_code=204, summary="Delete an endpoint", responses=errors(404))
async def delete(hook_id: HookId, house: TheHouse, caller: Writer) -> Response:
    """Delete it and its log; what was not delivered yet is not sent any more."""
    await house.run(house.office.hooks.delete, hook_id, owner=caller.owner)
    return Response(status_code=204)


@router.post("/{hook_id}/test", status_code=202, summary="Try an endpoint", responses=errors(404, 409))
async def test(hook_id: HookId, house: TheHouse, caller: Writer) -> DeliveryView:
    """Send a message of type `webhook.test`, signed as all are; how it went is in the log."""
    hook = await house.run(house.office.hooks.get, hook_id, owner=caller.owner)
    if hook.is_disabled or not hook.url:
        why = "is disabled; enable it first" if hook.is_disabled else "has no URL of its own to send to"
        raise Refusal(409, "webhook.off", f"The endpoint {why}.")
    written = await house.run(_messenger(house).test, hook, key=f"{hook.id}/test/{secrets.token_hex(16)}")
    assert written is not None, "no other message has this key"
    return delivery_shape(written)


@router.get("/{hook_id}/deliveries", summary="List what was sent", responses=errors(404))
async def deliveries(
    hook_id: HookId,
    house: TheHouse,
    caller: Reader,
    limit: Annotated[Limit, Query()] = 20,
    after: After = "",
    status: Annotated[Literal["pending", "delivered", "failed"] | None, Query(description="Only these.")] = None,
) -> DeliveryList:
    """The messages to an endpoint with every try of each, the newest first."""
    hook = await house.run(house.office.hooks.get, hook_id, owner=caller.owner)
    page = await house.run(
        house.office.hooks.deliveries.page, owner=caller.owner, hook=hook.id, state=status, limit=limit, after=after
    )
    data = [delivery_shape(one) for one in page.deliveries]
    return DeliveryList(data=data, last_id=data[-1].id if data else None, has_more=page.has_more)


@router.post(
    "/{hook_id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    summary="Send a message again",
    responses=errors(404),
)
async def redeliver(hook_id: HookId, delivery_id: DeliveryId, house: TheHouse, caller: Writer) -> DeliveryView:
    """Send it again, at once, with the same id and text, and with all its tries."""
    found = await house.run(house.office.hooks.deliveries.get, delivery_id, owner=caller.owner)
    if found.hook != hook_id:
        raise Refusal(404, "webhook.not_found", "This endpoint has no such delivery.")
    again = await house.run(house.office.hooks.deliveries.redeliver, delivery_id, owner=caller.owner)
    await house.run(_messenger(house).send, [again])
    return delivery_shape(again)


def _messenger(house: House) -> Messenger:
    return Messenger(house.office, house.counter, now_s=house.now_s)


async def _check(url: str, caller: Caller) -> None:
    if url:
        await check_url(url, caller.owner)
