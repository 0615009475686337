"""A bad day at Pollinations, fal and Replicate: three calls in ten go wrong, each in a manner drawn by chance.

The same seed draws the same manner for the same request and time of asking, in whatever order requests come. What is
charged is counted by canonical request, so that paying twice is seen. As a program it serves whoever writes
lines of JSON to it, a day by name: `{"open": "film-3", "seed": "7"}` answers with addresses, `{"close": "film-3"}`
with what happened. Start at `BadDay`.
"""

from __future__ import annotations

import json
import math
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np
from typing_extensions import Self

from emulators.loopback import Asked, Sent, clip_bytes, page, picture_bytes
from emulators.picture_server import HTML, SCENES, Order, PictureServer, Scene
from emulators.pollinations_server import IMAGE_ROW, PollinationsServer
from emulators.queue_servers import (
    DONE,
    PENDING,
    RUNNING,
    FalServer,
    FileServer,
    Job,
    QueueServer,
    ReplicateServer,
)

KEY = "bad-day-canary-1"
SHARE = 0.3
SILENCE_S = 120.0
ADVERTS = (0.2, 0.4)  # of the days some adverts are sent for pictures; so much of the works are adverts on such a day
SIDE = 0.6  # of the length of a picture's or clip's side that is asked for: enough to be taken, quicker to make

# Manners and their weights. What ends a provider for the whole film is rare.
CALLS = {  # of one call to Pollinations
    **dict.fromkeys(("limited", "unavailable", "bad_gateway", "late", "html", "empty", "cut_body", "reset"), 3.0),
    **dict.fromkeys(("limited_s", "limited_key", "limited_account", "limited_upstream", "x402", "drip"), 2.0),
    **dict.fromkeys(("silent", "hang_up"), 2.0),
    **dict.fromkeys(("tunnel_down", "error_in_200", "cut_json", "broken_base64", "no_picture"), 1.0),
    **dict.fromkeys(("limited_free", "limited_for_long"), 0.5),
    **dict.fromkeys(("bad_key", "broke"), 0.1),
}
WORKS = {  # of what Pollinations' model made: the same for whoever asks the same again
    **dict.fromkeys(("cut_file", "html_as_media", "black", "tiny", "other_type", "unsafe"), 2.0),
}
ORDERED = {  # of one order at a queue
    **dict.fromkeys(("limited", "busy"), 3.0),
    **dict.fromkeys(("silent", "hang_up", "reset", "bad_gateway", "page", "moderated"), 2.0),
    **dict.fromkeys(("no_id", "limited_long", "bad_input"), 1.0),
    **dict.fromkeys(("bad_key", "unpaid"), 0.1),
}
UNPAID_ENDS = ("failed", "refused", "cancelled", "timed_out")  # nobody charges for these
ENDS = {  # of work at a queue
    **dict.fromkeys(("failed", "expired"), 3.0),
    **dict.fromkeys(("refused", "no_file", "gone", "never", "black", "tiny", "cut_file", "html", "other_type"), 2.0),
    **dict.fromkeys(("cancelled", "unknown", "file_down"), 1.0),
}
FAL_ENDS = {**ENDS, "timed_out": 1.0, "blanked": 1.0}
QUESTIONS = {"bad_gateway": 3.0, "page": 2.0, "limited": 2.0, "reset": 2.0, "hang_up": 1.0, "silent": 0.5}
FILES = {"unavailable": 3.0, "cut": 3.0, "reset": 2.0, "empty": 2.0, "page": 1.0, "drip": 1.0}
_PICTURE_ENDS = ("good", "expired", "file_down", "blanked")  # whose file is what was asked for


def placeholder(width: int, height: int) -> bytes:
    """The advert that is sent whatever is asked for: a magenta and cyan chessboard, found again in any film."""
    down, across = np.mgrid[0:height, 0:width] * 8 // width
    picture = np.where(((down + across) % 2 == 0)[..., None], (255, 0, 255), (255, 255, 0)).astype(np.uint8)
    return cv2.imencode(".png", picture)[1].tobytes()


@dataclass
class Account:
    """One canonical request: how often its work was begun, what that costs, and which works were no good."""

    provider: str
    what: str
    charges: int = 0
    usd: float = 0.0
    bad: set[str] = field(default_factory=set)

    @property
    def twice(self) -> int:
        """Charges that no bad answer explains."""
        return max(0, self.charges - 1 - len(self.bad))


class BadDay:
    """The servers of one film; use it in a `with`.

    share: of the calls that go wrong. picture_s: what a picture takes, at most *at_once* at a time; None: drawn.
    """

    def __init__(self, seed: str, share: float = SHARE, picture_s: float | None = None, at_once: int = 0) -> None:
        self.seed, self.share, self.picture_s = seed, share, picture_s
        self.turns = threading.Semaphore(at_once or 1_000)
        self.has_adverts = random.Random(f"{seed} adverts").random() < ADVERTS[0] and share > 0
        self.advert_words: set[str] = set()
        self.calls = 0
        self.faults: Counter[str] = Counter()
        self.accounts: dict[str, Account] = {}
        self.last_picture_at = 0.0
        self._times: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.pollinations = BadPollinations(self)
        self.files = {"fal": BadFiles(self, "fal"), "replicate": BadFiles(self, "replicate")}
        self.fal = BadFal(self, self.files["fal"])
        self.replicate = BadReplicate(self, self.files["replicate"])

    @property
    def _servers(self) -> tuple[Any, ...]:
        return (self.pollinations, *self.files.values(), self.fal, self.replicate)

    def __enter__(self) -> Self:
        """Serve."""
        for server in self._servers:
            server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        for server in self._servers:
            server.__exit__()

    def draw(self, manners: Mapping[str, float], what: str, part: float = 1.0) -> str:
        """How the call *what* is met this time: "good", or one of *manners* in *part* of the share of bad calls."""
        with self._lock:
            self._times[what] += 1
            chance = random.Random(f"{self.seed} {what} {self._times[what]}")
            self.calls += part == 1.0
            manner = "good"
            if chance.random() < self.share * part:
                manner = chance.choices(list(manners), list(manners.values()))[0]
                self.faults[manner] += 1
        return manner

    def is_advert(self, what: str, words: str) -> bool:
        """Whether the work *what*, for *words*, gives the placeholder."""
        is_one = self.has_adverts and random.Random(f"{self.seed} advert {what}").random() < ADVERTS[1]
        if is_one:
            with self._lock:
                self.faults["placeholder"] += words not in self.advert_words
                self.advert_words.add(words)
        return is_one

    def takes_s(self, what: str) -> float:
        """How long the work *what* takes."""
        if self.picture_s is not None:
            return self.picture_s
        return random.Random(f"{self.seed} takes {what}").uniform(0.3, 2.5)

    def charge(self, provider: str, what: str, usd: float) -> None:
        """Note that the work *what* was begun, for *usd*."""
        with self._lock:
            account = self.accounts.setdefault(what, Account(provider, what[:12]))
            account.charges += 1
            account.usd += usd

    def spoil(self, what: str, job: str) -> None:
        """Note that what *job* gave for *what* was no good."""
        with self._lock:
            if what in self.accounts:
                self.accounts[what].bad.add(job)

    def told(self) -> dict[str, Any]:
        """What happened."""
        with self._lock:
            accounts = [
                {**asdict(one), "bad": len(one.bad), "twice": one.twice, "usd": round(one.usd, 6)}
                for one in self.accounts.values()
            ]
            return {
                "calls": self.calls,
                "faults": dict(self.faults),
                "accounts": accounts,
                "charges": sum(one["charges"] for one in accounts),
                "usd": round(sum(one["usd"] for one in accounts), 6),
                "double_charges": sum(one["twice"] for one in accounts),
                "adverts": len(self.advert_words),
                "last_picture_at": self.last_picture_at,
            }


def canonical(path: str, body: Any) -> str:
    """What is asked for, as a hash: the order's place and all of its fields."""
    return sha256(f"{path} {json.dumps(body, sort_keys=True)}".encode()).hexdigest()


# Pollinations -------------------------------------------------------------------------------------------------------


def _black(order: Order) -> bytes:
    return cv2.imencode(".png", np.full((order.height, order.width, 3), 3, np.uint8))[1].tobytes()


def _hang(server: PictureServer, order: Order) -> Sent:
    server.begin(order)
    return Sent(is_silent=True, pause_s=SILENCE_S)


def _reset(server: PictureServer, order: Order) -> Sent:
    server.begin(order)
    return Sent(is_reset=True)


class BadPollinations(PollinationsServer):
    """Pollinations: what is asked again joins the work, and its result stays what it is."""

    own_scenes: Mapping[str, Scene] = {
        **PollinationsServer.own_scenes,
        "placeholder": lambda server, order: server.made(order, placeholder(640, 360)),
        "black": lambda server, order: server.made(order, _black(order)),
        "tiny": lambda server, order: server.made(order, order.data(scale=0.25)),
        "other_type": lambda server, order: server.made(order, b"%PDF-1.7\n" + bytes(range(256)) * 20),
        "silent": _hang,
        "reset": _reset,
    }

    def __init__(self, day: BadDay) -> None:
        super().__init__(key=KEY)
        self.day = day
        row = {**IMAGE_ROW, "pricing": {"currency": "pollen", "completionImageTokens": "0.004"}}
        self.lists["/image/models"] = Sent(200, json.dumps([row]).encode())
        self.works: dict[str, str] = {}

    def answer(self, asked: Asked) -> Sent:
        """A call that may go wrong, for work that may."""
        if not self.is_order(asked):
            lists = {"unavailable": 1.0, "html": 1.0, "reset": 1.0, "silent": 0.5}
            manner = self.day.draw(lists, f"list {asked.path}")
            return _LISTS[manner]() if manner != "good" else super().answer(asked)
        order = self.order_of(asked)
        if isinstance(order, Sent):
            return order
        what = self.what(order)
        call = self.day.draw(CALLS, f"call {what}", 0.8)
        with self.day._lock:
            self.day.calls += 1
            is_new = what not in self.works
        if is_new:
            is_advert = self.day.is_advert(what, order.words)
            self.works[what] = "placeholder" if is_advert else self.day.draw(WORKS, f"work {what}", 0.25)
        scenes = {**SCENES, **self.own_scenes}
        if call != "good":
            return scenes[call](self, order)
        answer = scenes[self.works[what]](self, order)
        if self.works[what] != "good":
            self.day.spoil(what, "work")
        return answer

    def what(self, order: Order) -> str:
        """The canonical request."""
        return canonical(order.asked.path, order.asked.body)

    def begin(self, order: Order) -> bool:
        """As every server, with the work's time; what is begun is charged."""
        was_known = super().begin(order)
        if not was_known:
            self.day.charge("pollinations", self.what(order), 0.004)
            with self.day.turns:
                self.closing.wait(self.day.takes_s(self.what(order)))
        return was_known

    def made(self, order: Order, data: bytes | None = None) -> Sent:
        """The work done; when the last was is noted."""
        answer = super().made(order, data)
        self.day.last_picture_at = time.time()
        return answer


_LISTS = {
    "unavailable": lambda: page(503),
    "html": page,
    "reset": lambda: Sent(is_reset=True),
    "silent": lambda: Sent(is_silent=True, pause_s=SILENCE_S),
}


# Queues -------------------------------------------------------------------------------------------------------------


class BadFiles(FileServer):
    """Where a queue's files lie: a download may go wrong."""

    def __init__(self, day: BadDay, provider: str) -> None:
        super().__init__()
        self.day, self.provider = day, provider
        self.what_of: dict[str, str] = {}

    def answer(self, asked: Asked) -> Sent:
        """The file, perhaps not as it should come."""
        answer = super().answer(asked)
        if answer.status != 200:
            return answer
        manner = self.day.draw(FILES, f"file {self.provider} {asked.path}")
        if manner == "empty":
            job = urlsplit(asked.path).path.split("/")[1]
            self.day.spoil(self.what_of[job], job)
            return Sent(200, b"", answer.headers)
        answer = Sent(200, answer.body, answer.headers)
        answer.cut = len(answer.body) // 3 if manner == "cut" else 0
        answer.is_reset = manner == "reset"
        answer.pause_s = 0.05 if manner == "drip" else 0.0
        if manner == "good":
            self.day.last_picture_at = time.time()
        return page(503 if manner == "unavailable" else 200) if manner in ("unavailable", "page") else answer


@dataclass
class Work(Job):
    """A job of a bad day: the canonical request, how it ends, when, and its picture's size."""

    what: str = ""
    end: str = "good"
    ready_at: float = 0.0
    took_s: float = 0.0


class _BadQueue(QueueServer):
    """What fal and Replicate share on a bad day."""

    name = ""
    ends: Mapping[str, float] = ENDS

    def __init__(self, day: BadDay, files: BadFiles) -> None:
        super().__init__(files, key=KEY)
        self.day, self.files, self.silence_s = day, files, SILENCE_S
        self._taking = threading.Lock()
        self._next = threading.local()

    def manner_of(self, asked: Asked) -> str:
        """By chance; how the work ends is drawn with it."""
        manner = self.day.draw({**ORDERED, **self.ends}, f"order {self.name} {canonical(asked.path, asked.body)}")
        self._next.end = manner if manner in self.ends else "good"
        words = (asked.body.get("input") or asked.body).get("prompt", "")
        if manner == "good" and "duration" not in json.dumps(asked.body):
            what = f"{self.name} {canonical(asked.path, asked.body)} {len(self.jobs)}"
            self._next.end = "placeholder" if self.day.is_advert(what, words) else "good"
        return "good" if manner in self.ends else manner

    def fault_in(self, asked: Asked) -> str:
        """By chance."""
        manner = self.day.draw(QUESTIONS, f"question {self.name} {asked.path}")
        return "" if manner == "good" else manner

    def take_on(self, asked: Asked) -> Job:
        """As every queue; it is charged."""
        what, end = canonical(asked.path, asked.body), self._next.end
        with self._taking:
            took_s = self.day.takes_s(f"{what} {len(self.jobs)}")
            job = Work(f"job-{len(self.jobs):04}", asked.body, asked.path, what=what, end=end, took_s=took_s)
            job.ready_at = time.monotonic() + took_s
            self.jobs.append(job)
            self.files.what_of[job.id] = what
        self.day.charge(self.name, what, 0.0 if end in UNPAID_ENDS else self.usd(job))
        return job

    def step(self, job: Job) -> str:
        """By the clock; some work never ends. What is no good is noted when it is told."""
        assert isinstance(job, Work)
        job.polls += 1
        left_s = job.ready_at - time.monotonic()
        if left_s > job.took_s / 2:
            return PENDING
        if left_s > 0 or job.end == "never":
            return RUNNING
        if job.end not in ("good", "expired", "file_down"):
            self.day.spoil(job.what, job.id)
        return DONE

    def end_of(self, job: Job) -> str:
        """As drawn; a file that is no good is there like any other."""
        assert isinstance(job, Work)
        is_known = job.end in (*_PICTURE_ENDS, *UNPAID_ENDS, "no_file", "unknown", "gone", "never")
        return job.end if is_known else "good"

    def made_of(self, job: Job) -> bytes:
        """What was asked for, or what its end makes of it."""
        assert isinstance(job, Work)
        if job.end == "placeholder":
            return placeholder(640, 360)
        if job.end in ("html", "other_type"):
            return HTML if job.end == "html" else b"%PDF-1.7\n" + bytes(range(256)) * 20
        width, height, seconds = self.shape(job)
        scale = 0.2 if job.end == "tiny" else SIDE
        width, height = int(width * scale) // 2 * 2, int(height * scale) // 2 * 2
        if job.end == "black":
            return cv2.imencode(".png", np.zeros((height, width, 3), np.uint8))[1].tobytes()
        made = (
            clip_bytes(job.what, 0, width, height, seconds)
            if seconds
            else picture_bytes(job.what, 0, width, height, "jpeg")
        )
        return made[: len(made) // 2] if job.end == "cut_file" else made

    def trade_of(self, job: Job) -> str:
        """By what is asked for."""
        return "camera" if self.shape(job)[2] else "artist"

    def shape(self, job: Job) -> tuple[int, int, float]:
        """Width, height and seconds that are asked for; 0 seconds for a picture."""
        raise NotImplementedError

    def usd(self, job: Job) -> float:
        """The list price of *job* (data/providers/picture_prices.json)."""
        raise NotImplementedError


class BadFal(_BadQueue, FalServer):
    """fal."""

    name = "fal"
    ends = FAL_ENDS

    def shape(self, job: Job) -> tuple[int, int, float]:
        """As the model's inputs say; LTX is asked for 1080 lines."""
        size = job.order.get("image_size")
        return (size["width"], size["height"], 0.0) if size else (1920, 1080, float(job.order["duration"]))

    def usd(self, job: Job) -> float:
        width, height, seconds = self.shape(job)
        rate = 0.06 if job.path.endswith("/image-to-video") else 0.08
        return rate * seconds if seconds else 0.003 * math.ceil(width * height / 1e6)


class BadReplicate(_BadQueue, ReplicateServer):
    """Replicate."""

    name = "replicate"

    def shape(self, job: Job) -> tuple[int, int, float]:
        """As the model's inputs say: p-video at 720 lines, flux at about a megapixel."""
        seconds = float(job.order["input"].get("duration") or 0)
        return (1280, 720, seconds) if seconds else (1344, 768, 0.0)

    def usd(self, job: Job) -> float:
        seconds = self.shape(job)[2]
        return 0.02 * seconds if seconds else 0.003


def main() -> None:
    """Serve the days that are asked for on stdin, until it ends."""
    days: dict[str, BadDay] = {}
    for line in sys.stdin:
        order = json.loads(line)
        if "open" in order:
            day = BadDay(order["seed"], order.get("share", SHARE), order.get("picture_s"), order.get("at_once", 0))
            days[order["open"]] = day.__enter__()
            answer = {"pollinations": day.pollinations.url, "fal": day.fal.url, "replicate": f"{day.replicate.url}/v1"}
        else:
            day = days.pop(order["close"])
            answer = day.told()
            day.__exit__()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
