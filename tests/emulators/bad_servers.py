"""Pollinations, fal and Replicate on a bad day: the emulators of the contract tests, each call as luck has it.

`CALLS`, `WORKS`, `ORDERED`, `ENDS`, `QUESTIONS` and `FILES` are the ways in which things go wrong, with their weights.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np

from emulators.loopback import Asked, Sent, clip_bytes, page, picture_bytes
from emulators.luck import Luck, canonical
from emulators.picture_server import HTML, SCENES, Order, PictureServer, Scene
from emulators.pollinations_server import IMAGE_ROW, PollinationsServer
from emulators.queue_servers import DONE, PENDING, RUNNING, FalServer, FileServer, Job, QueueServer, ReplicateServer

KEY = "bad-day-canary-1"
SILENCE_S = 120.0
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

    def __init__(self, day: Luck) -> None:
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
            drawn = self.day.draw(WORKS, f"work {what}", 0.25)
            self.works[what] = "placeholder" if self.day.is_advert(what) else drawn
        scenes = {**SCENES, **self.own_scenes}
        if call != "good":
            return scenes[call](self, order)
        answer = scenes[self.works[what]](self, order)
        if self.works[what] != "good":
            self.day.spoil(what, "work")
        if self.works[what] == "placeholder":
            self.day.advertise(order.words)
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


_LISTS: dict[str, Callable[[], Sent]] = {
    "unavailable": lambda: page(503),
    "html": page,
    "reset": lambda: Sent(is_reset=True),
    "silent": lambda: Sent(is_silent=True, pause_s=SILENCE_S),
}


# Queues -------------------------------------------------------------------------------------------------------------


class BadFiles(FileServer):
    """Where a queue's files lie: a download may go wrong."""

    def __init__(self, day: Luck, provider: str) -> None:
        super().__init__()
        self.day, self.provider = day, provider
        self.works: dict[str, Work] = {}

    def answer(self, asked: Asked) -> Sent:
        """The file, perhaps not as it should come."""
        answer = super().answer(asked)
        if answer.status != 200:
            return answer
        manner = self.day.draw(FILES, f"file {self.provider} {asked.path}")
        work = self.works[urlsplit(asked.path).path.split("/")[1]]
        if manner == "empty":
            self.day.spoil(work.what, work.id)
            return Sent(200, b"", answer.headers)
        answer = Sent(200, answer.body, answer.headers)
        answer.cut = len(answer.body) // 3 if manner == "cut" else 0
        answer.is_reset = manner == "reset"
        answer.pause_s = 0.05 if manner == "drip" else 0.0
        if manner == "good":
            self.day.last_picture_at = time.time()
            if work.end == "placeholder":
                self.day.advertise(work.words)
        return page(503 if manner == "unavailable" else 200) if manner in ("unavailable", "page") else answer


@dataclass
class Work(Job):
    """A job of a bad day: the canonical request, how it ends, when, and its picture's size."""

    what: str = ""
    words: str = ""
    end: str = "good"
    ready_at: float = 0.0
    took_s: float = 0.0


class _BadQueue(QueueServer):
    """What fal and Replicate share on a bad day."""

    name = ""
    ends: Mapping[str, float] = ENDS

    def __init__(self, day: Luck, files: BadFiles) -> None:
        super().__init__(files, key=KEY)
        self.day, self.files, self.silence_s = day, files, SILENCE_S
        self._taking = threading.Lock()
        self._next = threading.local()

    def manner_of(self, asked: Asked) -> str:
        """By chance; how the work ends is drawn with it."""
        manner = self.day.draw({**ORDERED, **self.ends}, f"order {self.name} {canonical(asked.path, asked.body)}")
        self._next.end = manner if manner in self.ends else "good"
        if manner == "good" and "duration" not in _inputs(asked):
            what = f"{self.name} {canonical(asked.path, asked.body)} {len(self.jobs)}"
            self._next.end = "placeholder" if self.day.is_advert(what) else "good"
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
            job.words = _inputs(asked).get("prompt", "")
            job.ready_at = time.monotonic() + took_s
            self.jobs.append(job)
            self.files.works[job.id] = job
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


def _inputs(asked: Asked) -> dict[str, Any]:
    """What the model is given by an order at fal or at Replicate."""
    inputs: dict[str, Any] = asked.body.get("input") or asked.body
    return inputs


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
