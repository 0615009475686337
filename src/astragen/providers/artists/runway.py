"""Runway: its own video models, and those of other makers.

kind: camera
key: RUNWAYML_API_SECRET
docs: https://docs.dev.runwayml.com/api
price: in credits of 0.01 USD, by the second; data/providers/picture_prices.json; a finished task says what it cost
limits: tier 1: 1 or 2 tasks at once, 50 to 200 a day; promptText 1,000 UTF-16 units; a picture 5 MB as a data URI
read: 2026-11-30 (facts 5 and appendix A; runwayml 5.24.0; docs.dev.runwayml.com/errors/task-failures)
"""

from __future__ import annotations

from typing import Any, Final

from astragen.model.capability import known_artists
from astragen.model.ticket import Ticket
from astragen.providers.queued import (
    Done,
    Method,
    Order,
    QueuedProvider,
    data_uri,
    given,
    in_path,
    words_for,
)
from astragen.providers.shooting import Pending, Picture, Wanted
from astragen.providers.wire import at, text_at

VERSION: Final = "2024-11-06"
PROMPT_MAX: Final = 1_000  # UTF-16 code units
PICTURE_MAX: Final = 5_000_000  # bytes of a data URI
CREDIT_USD: Final = 0.01
WAITING: Final = ("PENDING", "THROTTLED")


class RunwayCamera(QueuedProvider):
    """Video models that Runway serves."""

    capability = known_artists()["runway"]
    default_base_url = "https://api.dev.runwayml.com"
    key_variables = ("RUNWAYML_API_SECRET",)
    instead = "choose another camera"
    poll_s = 6.0  # its own client asks every 6 s; more often than every 5 s is not wanted

    def headers(self) -> dict[str, str]:
        """The version of the wire, which it insists on."""
        return {"x-runway-version": VERSION}

    def order(self, wanted: Wanted) -> Order:
        """A clip from the start picture, or from words."""
        prompt = wanted.request.prompt
        body: dict[str, Any] = {
            "model": self.model,
            "promptText": self._words(wanted),
            "ratio": f"{prompt.width}:{prompt.height}",
            "duration": round(prompt.seconds or 0) or None,
            "seed": prompt.seed,
            "negativePrompt": prompt.negative or None,
            "audio": False if self.model.startswith("veo") else None,  # ours replaces it, and it raises the price
            "promptImage": self._pictures(wanted),
        }
        path = "v1/image_to_video" if wanted.start else "v1/text_to_video"
        return Order(path, given(body), self.model)

    def _words(self, wanted: Wanted) -> str:
        words = words_for(wanted)
        units = len(words.encode("utf-16-le", "surrogatepass")) // 2
        if units > PROMPT_MAX:
            what = f"The prompt of shot {wanted.request.shot}"
            raise self.too_much(what, units, PROMPT_MAX, "UTF-16 units", "Shorten the shot's words.")
        return words

    def _pictures(self, wanted: Wanted) -> str | list[dict[str, str]] | None:
        """The start picture alone, or both ends."""
        if wanted.start is None:
            return None
        start = self._uri(wanted.start, "start", wanted.request.shot)
        if wanted.end is None:
            return start
        end = self._uri(wanted.end, "end", wanted.request.shot)
        return [{"uri": start, "position": "first"}, {"uri": end, "position": "last"}]

    def _uri(self, picture: Picture, end: str, shot: str) -> str:
        uri = data_uri(picture)
        if len(uri) > PICTURE_MAX:
            what = f"The {end} picture of shot {shot}"
            raise self.too_much(what, len(uri), PICTURE_MAX, "bytes as a data URI", "Make it smaller, or a JPEG.")
        return uri

    def status_path(self, ticket: Ticket) -> str:
        """The task."""
        return f"v1/tasks/{in_path(ticket.id)}"

    def cancellation(self, ticket: Ticket) -> tuple[Method, str]:
        """Delete the task."""
        return "DELETE", self.status_path(ticket)

    def state(self, reply: object) -> Done | Pending:
        """The clip, and what it cost."""
        state = text_at(reply, "status")
        if state in WAITING:
            return Pending(self.poll_s)
        if state == "RUNNING":
            return Pending(self.poll_s, _share(at(reply, "progress")))
        if state == "CANCELLED":
            raise self.failed("it was cancelled")
        if state == "FAILED":
            raise self.failed(at(reply, "failure"), at(reply, "failureCode"))
        if state != "SUCCEEDED":
            raise self.bad(f'the state "{state[:40]}"' if state else "no state")
        url = text_at(reply, "output", 0)
        if not url:
            raise self.bad("no file")
        return Done(url, cost_usd=_cost(at(reply, "cost", "credits")))


def _share(progress: object) -> float | None:
    return min(max(float(progress), 0.0), 1.0) if isinstance(progress, (int, float)) else None


def _cost(credits: object) -> float | None:
    return credits * CREDIT_USD if isinstance(credits, (int, float)) and credits >= 0 else None


CAMERA = RunwayCamera
