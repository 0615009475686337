"""Whether there is room for a film: before it is accepted, and again before a worker begins it.

An API process knows of the folder that it shares with the workers; of a bucket, and of disks of other machines, it
knows nothing, so there the worker's own look counts. Start reading at `check_order`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from astragen.model.brief import Brief
from astragen.model.job import Order
from astragen.pipeline.disk import check_room
from astragen.pipeline.foretell import length_s
from astragen.plan.room import MARGIN, film_bytes, room_bytes
from astragen.settings import Settings

HINT: Final = "Free some there, or order a shorter film, or one of less height."


def check_order(order: Order, settings: Settings) -> None:
    """Pass when the film of *order* may be accepted.

    Raises:
        NoRoom: the folder that all share has too little free.
    """
    check_room(_in_store(order, settings) if settings.store_url else _beside_store(order, settings), hint=HINT)


def check_start(order: Order, settings: Settings) -> None:
    """Pass when a worker of this machine may begin the film of *order*.

    Raises:
        NoRoom: a disk has too little free.
    """
    check_room(_beside_store(order, settings) | _in_store(order, settings), hint=HINT)


def check_usual(settings: Settings) -> None:
    """Pass when a film as most are may be made on this machine.

    Raises:
        NoRoom: the disk of its data folder has too little free.
    """
    check_room({settings.data_dir: MARGIN * room_bytes(Brief(prompt="usual"))}, hint=HINT)


def _in_store(order: Order, settings: Settings) -> dict[Path, int]:
    """What is kept of the film in a folder that all machines share, if it is one."""
    place = urlsplit(settings.store_url)
    kept = MARGIN * film_bytes(order.brief, seconds=_seconds(order))
    return {Path(unquote(place.path)): kept} if place.scheme == "file" else {}


def _beside_store(order: Order, settings: Settings) -> dict[Path, int]:
    """What is made in the data folder: scratch, and the files of finished steps."""
    has_artists = {order.artist or settings.artist, order.camera or settings.camera} != {"builtin"}
    made = room_bytes(order.brief, seconds=_seconds(order), has_artists=has_artists)
    return {settings.data_dir: MARGIN * made}


def _seconds(order: Order) -> float:
    return length_s(order.storyboard, order.brief) if order.storyboard else 0.0
