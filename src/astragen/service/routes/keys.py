"""API keys: made, listed and revoked by who has the scope keys:admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from astragen.model.office import Scope
from astragen.service.access import SCOPES, Caller, KeyAdmin
from astragen.service.house import TheHouse
from astragen.service.problems import Place, Refusal, errors

if TYPE_CHECKING:
    from astragen.model.office import KeyRecord

router = APIRouter(prefix="/v1/api_keys", tags=["keys"])

KeyId = Annotated[str, Path(pattern=r"^key_[0-9a-hjkmnp-tv-z]{26}$", description="Id of the key, not its secret.")]


class NewKey(BaseModel):
    """What a key is to be."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=100, description="For people.", examples=["web shop"])
    scopes: list[Scope] = Field(
        min_length=1,
        max_length=len(SCOPES),
        description="What it may do. Of each: " + " ".join(f"{name}: {what}" for name, what in SCOPES.items()),
        examples=[["films:read", "films:write", "files:write"]],
    )
    expires_at: int | None = Field(None, ge=0, le=2**40, description="Unix seconds; null: never.")
    rate_per_minute: int | None = Field(None, ge=1, le=10**6, description="Requests; null: the service's own limit.")
    queue_depth: int | None = Field(None, ge=0, le=10**6, description="Films not ended at one time; null: no limit.")
    films_at_once: int | None = Field(None, ge=1, le=10**4, description="Films made at one time; null: no limit.")
    spend_limit_usd: float | None = Field(None, ge=0, le=10**6, description="In any thirty days; null: no limit.")

    @field_validator("scopes")
    @classmethod
    def _each_once(cls, scopes: list[Scope]) -> list[Scope]:
        if len(set(scopes)) < len(scopes):
            raise ValueError("Each scope is named once")
        return scopes

    @field_validator("name")
    @classmethod
    def _one_line(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError("A name is one line, without control characters")
        return name


class Key(BaseModel):
    """An API key, without its secret."""

    object: Literal["api_key"] = "api_key"
    id: str = Field(examples=["key_01jdz3k5m7n9p2q4r6s8t0v1w3"])
    name: str
    prefix: str = Field(description="How the secret begins, for people to know it by.", examples=["ag_live_Xb3k"])
    scopes: list[str]
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    last_used_at: int | None = Field(description="To within a minute.")
    rate_per_minute: int | None
    queue_depth: int | None
    films_at_once: int | None
    spend_limit_usd: float | None


class MadeKey(Key):
    """A key that was made just now."""

    secret: str = Field(description="Shown this once, and kept nowhere.", examples=["ag_live_..."])


class Keys(BaseModel):
    """All keys, revoked ones included, the newest first."""

    object: Literal["list"] = "list"
    data: list[Key]


@router.post("", status_code=201, summary="Make a key", responses=errors(422))
async def make(wanted: NewKey, house: TheHouse, caller: KeyAdmin, response: Response) -> MadeKey:
    """Make a key; its secret is in this answer and never again. A key can give no scope that it does not have."""
    _check(wanted, caller, house.now_s())
    record, secret = await house.run(house.office.keys.create, **wanted.model_dump())
    response.headers["Location"] = f"/v1/api_keys/{record.id}"
    return MadeKey(**_shown(record).model_dump(), secret=secret)


@router.get("", summary="List the keys")
async def listed(house: TheHouse, _: KeyAdmin) -> Keys:
    """All keys, without their secrets."""
    return Keys(data=[_shown(record) for record in await house.run(house.office.keys.list)])


@router.delete("/{key_id}", status_code=204, summary="Revoke a key", responses=errors(404))
async def revoke(key_id: KeyId, house: TheHouse, _: KeyAdmin) -> Response:
    """Revoke a key: from now on it opens nothing. Revoking it again changes nothing."""
    await house.run(house.office.keys.revoke, key_id)
    return Response(status_code=204)


def _check(wanted: NewKey, caller: Caller, now_s: float) -> None:
    beyond = [scope for scope in wanted.scopes if not caller.may(scope)]
    if beyond:
        raise Refusal(403, "access.forbidden", f"This key cannot give what it does not have: {', '.join(beyond)}.")
    if wanted.expires_at is not None and wanted.expires_at <= now_s:
        said = "It would have expired already."
        raise Refusal(422, "input.invalid", said, errors=[Place(pointer="#/expires_at", detail=said)])


def _shown(record: KeyRecord) -> Key:
    return Key(
        **record.model_dump(exclude={"created_at", "expires_at", "revoked_at", "last_used_at"}),
        created_at=int(record.created_at),
        expires_at=_seconds(record.expires_at),
        revoked_at=_seconds(record.revoked_at),
        last_used_at=_seconds(record.last_used_at),
    )


def _seconds(at: float | None) -> int | None:
    return None if at is None else int(at)
