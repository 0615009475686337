"""What Pollinations lists of its image and video models, read with doubt.

A row of `/image/models` or `/video/models` names prices in pollen (1 is about 1 USD),
lengths, sizes and what pictures go in (facts 1.5). A field of a wrong type counts as
missing. Pure. Start at `listed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from astragen.model.capability import ArtistCapability, ClipRule, SizeRule

IMAGE: Final = "completionImageTokens"  # of a flat price: pictures
CLIP: Final = "completionVideoSeconds"  # sound, where it is not included, is charged apart; it is not asked for


class ListedModel(NamedTuple):
    """One row. Prices are in USD for a unit that their name says, as `completionImageTokens`.

    prices: the dearest of the base and every variant: the most that a unit costs.
    is_flat: a picture counts as one token, so that its price is known beforehand.
    """

    name: str
    prices: Mapping[str, float]
    is_flat: bool
    is_paid_only: bool
    references_max: int
    takes_start: bool | None
    takes_end: bool | None
    lengths_s: tuple[float, ...]
    min_s: float | None
    max_s: float | None
    step_s: float | None
    short_sides: tuple[int, ...]

    def usd(self, seconds: float | None, pictures_in: int) -> float | None:
        """The most for a picture, or a clip of *seconds*, made from *pictures_in*; None when tokens decide."""
        given = pictures_in * self.prices.get("promptImageTokens", 0.0)
        if seconds is not None:
            rate = self.prices.get(CLIP)
            return None if rate is None else rate * seconds + given
        price = self.prices.get(IMAGE)
        return price + given if price is not None and self.is_flat else None

    def usd_of_usage(self, headers: Mapping[str, str]) -> float | None:
        """What the units in the headers `x-usage-*` of an answer cost; None when it counts none that has a price."""
        costs = [
            self.prices[unit] * many
            for name, value in headers.items()
            if name.startswith("x-usage-")
            and (unit := re.sub(r"-(\w)", lambda sign: sign[1].upper(), name.removeprefix("x-usage-"))) in self.prices
            and (many := _number(value)) is not None
        ]
        return sum(costs) if costs else None


def listed(answer: object, model: str) -> ListedModel | None:
    """The row of *model*, by its name or an alias; None when *answer* holds none with a name."""
    rows = answer.get("data") if isinstance(answer, Mapping) else answer
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping) and model in (row.get("name"), *_texts(row.get("aliases"))):
            return _read(row)
    return None


def fitted(card: ArtistCapability, row: ListedModel) -> ArtistCapability:
    """*card* with what the list knows better."""
    changes: dict[str, object] = {"references_max": row.references_max if card.clip is None else 0}
    if card.clip is not None:
        changes["clip"] = _clip(card.clip, row)
    if row.short_sides and card.size.aspects:
        changes["size"] = SizeRule.model_validate({**card.size.model_dump(), "short_sides": row.short_sides})
    return ArtistCapability.model_validate({**card.model_dump(), **changes})


def _clip(known: ClipRule, row: ListedModel) -> ClipRule:
    start = known.takes_start if row.takes_start is None else row.takes_start
    end = known.takes_end if row.takes_end is None else row.takes_end
    if row.lengths_s:
        return ClipRule(lengths_s=row.lengths_s, takes_start=start, takes_end=end)
    if row.min_s or row.max_s:  # whole seconds only
        least, step = row.min_s or 1, row.step_s or 1
        return ClipRule(min_s=least, max_s=row.max_s, step_s=step, takes_start=start, takes_end=end)
    return known.model_copy(update={"takes_start": start, "takes_end": end})


def _read(row: Mapping[str, Any]) -> ListedModel:
    sheets = [row.get("pricing"), *(one.get("pricing") for one in _rows(row.get("pricing_variants")))]
    prices: dict[str, float] = {}
    for unit, price in (pair for sheet in sheets for pair in _prices(sheet)):
        prices[unit] = max(price, prices.get(unit, 0.0))
    can = _texts(row.get("video_capabilities")) if isinstance(row.get("video_capabilities"), list) else None
    many = _number(row.get("max_reference_images"))
    return ListedModel(
        name=str(row.get("name") or ""),
        prices=prices,
        is_flat=row["flat_rate"] is True if "flat_rate" in row else "promptTextTokens" not in prices,
        is_paid_only=row.get("paid_only") is True,
        references_max=int(many) if many and "image" in _texts(row.get("input_modalities")) else 0,
        takes_start=None if can is None else "start_frame" in can,
        takes_end=None if can is None else "end_frame" in can,
        lengths_s=tuple(sorted(_numbers(row.get("allowed_durations")))),
        min_s=_number(row.get("min_duration")),
        max_s=_number(row.get("max_duration")),
        step_s=_number(row.get("duration_step")),
        short_sides=tuple(
            int(one[:-1]) for one in _texts(row.get("resolutions")) if re.fullmatch(r"[1-9]\d{2,3}p", one)
        ),
    )


def _prices(sheet: object) -> Iterator[tuple[str, float]]:
    for unit, said in sheet.items() if isinstance(sheet, Mapping) else ():
        price = _number(said)
        if price is not None:
            yield str(unit), price


def _number(said: object) -> float | None:
    """*said* as a positive number that is not absurd; prices come as texts."""
    if isinstance(said, bool) or not isinstance(said, (int, float, str)):
        return None
    try:
        number = float(said)
    except (ValueError, OverflowError):
        return None
    return number if 0 < number < 1e6 else None


def _numbers(said: object) -> list[float]:
    found = [_number(one) for one in said] if isinstance(said, list) else []
    return [one for one in found if one is not None]


def _texts(said: object) -> list[str]:
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def _rows(said: object) -> list[Mapping[str, Any]]:
    return [one for one in said if isinstance(one, Mapping)] if isinstance(said, list) else []
