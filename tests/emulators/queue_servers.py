"""Loopback servers that behave as fal, Replicate, Runway and Luma do: an order, questions, a file elsewhere.

`orders` says how the next orders are met and `end` how the work ends; `ORDERS` and `ENDS` list the
manners (facts 4.5, 4.6, 5). A server refuses what the real one refuses: a wrong key, a missing
header, a shape it does not make. `jobs` are what it would charge. Start at `QueueServer`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulators.loopback import Asked, LoopbackServer, Sent, clip_bytes, page, picture_bytes, sent

ORDERS = {  # manner -> whether the work is begun all the same
    **dict.fromkeys(("good", "silent", "hang_up", "reset", "bad_gateway", "page", "no_id", "foreign"), True),
    **dict.fromkeys(("bad_key", "unpaid", "limited", "limited_long", "busy", "moderated", "bad_input"), False),
}
ENDS = ("good", "failed", "refused", "cancelled", "no_file", "unknown", "expired", "gone", "file_down", "leaky")

PENDING, RUNNING, DONE = "pending", "running", "done"


class FileServer(LoopbackServer):
    """The host that finished files lie on: another origin, which must get no key.

    files: path -> what it sends; *is_down* times a file answers 503 first, *is_page* times a web page.
    """

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, Sent] = {}
        self.is_down = self.is_page = 0

    def answer(self, asked: Asked) -> Sent:
        """The file, or what stands for one that has expired."""
        if self.is_down:
            self.is_down -= 1
            return page(503)
        if self.is_page:
            self.is_page -= 1
            return page()
        return self.files.get(asked.path.partition("?")[0], Sent(404, b"", {"content-type": "text/plain"}))


@dataclass
class Job:
    """Work that was begun, and would be charged."""

    id: str
    order: Any
    path: str
    polls: int = 0
    fetched: int = 0
    is_cancelled: bool = False
    made: bytes = field(default=b"", repr=False)


class QueueServer(LoopbackServer):
    """A provider with a queue, on a port of its own; use it in a `with`.

    orders: manners of the next orders; "good" when there is none left.
    end: how the work ends.
    waits: states before the end, in order.
    faults: manners of the next questions, before the state is told: "bad_gateway", "page".
    jobs: what was begun, in order.
    """

    key_prefix = "Bearer "
    trade = "camera"

    def __init__(self, files: FileServer, *, key: str, orders: tuple[str, ...] = (), end: str = "good") -> None:
        super().__init__()
        self.host, self.key = files, key
        self.orders, self.end = deque(orders), end
        self.waits: tuple[str, ...] = (PENDING, PENDING, RUNNING)
        self.faults: deque[str] = deque()
        self.jobs: list[Job] = []
        self.silence_s = 3.0

    # What a wire says ---------------------------------------------------------------------------------------------

    def is_order(self, asked: Asked) -> bool:
        """Whether *asked* begins work."""
        raise NotImplementedError

    def fault_of(self, asked: Asked) -> Sent | None:
        """What is wrong with an order."""
        return None

    def created(self, job: Job) -> Sent:
        """The answer to an order; `foreign` addresses lie at another host."""
        raise NotImplementedError

    def told(self, job: Job, asked: Asked) -> Sent:
        """The answer to a question."""
        raise NotImplementedError

    def is_stop(self, asked: Asked) -> bool:
        """Whether *asked* stops a job."""
        return asked.method == "DELETE"

    def stopped(self, job: Job) -> Sent:
        """The answer to the request that stops *job*."""
        return sent({}, 202)

    def error(self, status: int, said: str, **more: Any) -> Sent:
        """An error in the vendor's words."""
        return sent({"detail": said, **more}, status)

    # What all do ----------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Sent:
        """What is sent to *asked*."""
        if asked.headers.get("authorization") != f"{self.key_prefix}{self.key}":
            return self.error(401, "No valid key")
        if self.is_order(asked):
            return self._ordered(asked)
        fault = self.fault_in(asked)
        if fault:
            return _FAULTS[fault]()
        job = next((job for job in self.jobs if job.id in asked.path), None)
        if job is None:
            return self.error(404, "no such job")
        job.is_cancelled = job.is_cancelled or self.is_stop(asked)
        return self.stopped(job) if self.is_stop(asked) else self.told(job, asked)

    def manner_of(self, asked: Asked) -> str:
        """How the order *asked* is met: one of `ORDERS`."""
        return self.orders.popleft() if self.orders else "good"

    def fault_in(self, asked: Asked) -> str:
        """How the question *asked* is met before the state is told: one of `_FAULTS`, or "" for well."""
        return self.faults.popleft() if self.faults else ""

    def end_of(self, job: Job) -> str:
        """How *job* ends: one of `ENDS`."""
        return self.end

    def trade_of(self, job: Job) -> str:
        """Whose work *job* is: a camera's or an artist's."""
        return self.trade

    def take_on(self, asked: Asked) -> Job:
        """The work that *asked* begins."""
        job = Job(f"job-{len(self.jobs)}", asked.body, asked.path)
        self.jobs.append(job)
        return job

    def made_of(self, job: Job) -> bytes:
        """The file that *job* gives."""
        if self.trade_of(job) == "camera":
            return clip_bytes(job.id, width=64, height=48, seconds=0.5)
        return picture_bytes(job.id, 0, 64, 48)

    def _ordered(self, asked: Asked) -> Sent:
        manner = self.manner_of(asked)
        wrong = self.fault_of(asked)
        if manner == "good" and wrong:
            return wrong
        if ORDERS[manner]:
            job = self.take_on(asked)
            if manner == "good":
                return self.created(job)
            if manner == "foreign":
                return self.foreign(job)
        return _ORDERED[manner](self)

    def foreign(self, job: Job) -> Sent:
        """The order's answer with addresses at another host, where the wire names addresses."""
        answer = self.created(job)
        answer.body = answer.body.replace(self.url.encode(), b"https://elsewhere.test")
        return answer

    def step(self, job: Job) -> str:
        """The state that is told next: PENDING, RUNNING or DONE."""
        job.polls += 1
        return self.waits[job.polls - 1] if job.polls <= len(self.waits) else DONE

    def file_url(self, job: Job) -> str:
        """Where the finished file lies; by `end` it has gone, until the job is fetched again or for good."""
        job.fetched += 1
        job.made = job.made or self.made_of(job)
        is_clip, end = self.trade_of(job) == "camera", self.end_of(job)
        path = f"/{job.id}/{job.fetched}.{'mp4' if is_clip else 'png'}"
        is_there = end in ("good", "file_down") or (end == "expired" and job.fetched > 1)
        kind = "video/mp4" if is_clip else "image/png"
        if is_there:
            self.host.files[path] = Sent(200, job.made, {"content-type": kind})
        elif end == "expired":
            self.host.files[path] = Sent(403, b"<Error>expired</Error>", {"content-type": "application/xml"})
        if end == "file_down" and job.fetched == 1:
            self.host.is_down = 3
        return f"{self.host.url}{path}?signature=s{job.fetched}"


_FAULTS: dict[str, Callable[[], Sent]] = {
    "bad_gateway": lambda: Sent(
        502, b"<html><title>502 Bad Gateway</title>nginx</html>", {"content-type": "text/html"}
    ),
    "page": page,
    "limited": lambda: sent({"detail": "Too many questions"}, 429, retry_after="0"),
    "reset": lambda: Sent(is_reset=True),
    "hang_up": lambda: Sent(is_silent=True),
    "silent": lambda: Sent(is_silent=True, pause_s=60.0),
    "bad_key": lambda: sent({"detail": "no"}, 401),
}
_ORDERED: dict[str, Callable[[QueueServer], Sent]] = {
    "silent": lambda server: Sent(is_silent=True, pause_s=server.silence_s),
    "hang_up": lambda server: Sent(is_silent=True),
    "reset": lambda server: Sent(is_reset=True),
    "bad_gateway": lambda server: _FAULTS["bad_gateway"](),
    "page": lambda server: page(),
    "no_id": lambda server: sent({"ok": True}),
    "bad_key": lambda server: server.error(401, f"Bad key {server.key}"),
    "unpaid": lambda server: server.error(402, "You have insufficient credit", title="Insufficient credit"),
    "limited": lambda server: sent({"detail": "Slow down"}, 429, retry_after="0"),
    "limited_long": lambda server: server.error(429, "Request was throttled. Your rate limit resets in ~30s."),
    "busy": lambda server: sent({"detail": "Try later"}, 503),
    "moderated": lambda server: sent(
        {"detail": [{"loc": ["body", "prompt"], "msg": "flagged", "type": "content_policy_violation"}]}, 422
    ),
    "bad_input": lambda server: server.error(400, "ratio is not one of those allowed"),
}


# The four wires -----------------------------------------------------------------------------------------------------


class FalServer(QueueServer):
    """fal's queue; requests are kept under owner and alias, whatever path the model has."""

    key_prefix = "Key "

    def is_order(self, asked: Asked) -> bool:
        return asked.method == "POST"

    def fault_of(self, asked: Asked) -> Sent | None:
        wants = "image_url" if asked.path.endswith("/image-to-video") else "prompt"
        if wants in asked.body and "prompt" in asked.body:
            return None
        return sent({"detail": [{"loc": ["body", wants], "msg": "Field required", "type": "missing"}]}, 422)

    def created(self, job: Job) -> Sent:
        app = "/".join(job.path.strip("/").split("/")[:2])
        base = f"{self.url}/{app}/requests/{job.id}"
        urls = {"response_url": base, "status_url": f"{base}/status", "cancel_url": f"{base}/cancel"}
        return sent({"request_id": job.id, "status": "IN_QUEUE", "queue_position": 1, **urls})

    def is_stop(self, asked: Asked) -> bool:
        return asked.method == "PUT" and asked.path.endswith("/cancel")

    def told(self, job: Job, asked: Asked) -> Sent:
        if not asked.path.partition("?")[0].endswith("/status"):
            return self._result(job)
        state = self.step(job)
        if state == PENDING:
            return sent({"status": "IN_QUEUE", "queue_position": 2 - job.polls, "request_id": job.id})
        if state == RUNNING:
            return sent({"status": "IN_PROGRESS", "logs": None})
        completed: dict[str, Any] = {"status": "COMPLETED", "logs": None, "metrics": {"inference_time": 1.5}}
        wrong = {
            "failed": {"error": "Runner disconnected", "error_type": "runner_disconnected"},
            "refused": {"error": "The content was flagged", "error_type": "content_policy_violation"},
            "cancelled": {"error": "The request was cancelled by the user", "error_type": "client_cancelled"},
            "unknown": {"status": "DREAMT"},
            "leaky": {"error": f"Bad key {self.key}"},
        }
        return sent(completed | wrong.get(self.end_of(job), {}))

    def _result(self, job: Job) -> Sent:
        if self.end_of(job) == "timed_out":
            body = {"detail": "Request timed out", "error_type": "request_timeout"}
            return sent(body, 504, x_fal_request_timeout_type="user", x_fal_error_type="request_timeout")
        if self.end_of(job) == "no_file":
            return sent({"images": [], "video": None})
        if self.trade_of(job) == "camera":
            return sent({"video": {"url": self.file_url(job), "content_type": "video/mp4"}})
        image = {"url": self.file_url(job), "width": 64, "height": 48, "content_type": "image/png"}
        return sent({"images": [image], "seed": 7, "has_nsfw_concepts": [self.end_of(job) == "blanked"]})


class ReplicateServer(QueueServer):
    """Replicate's predictions."""

    def is_order(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.endswith("/predictions")

    def created(self, job: Job) -> Sent:
        return sent(self._prediction(job, "starting"), 201)

    def is_stop(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.endswith("/cancel")

    def stopped(self, job: Job) -> Sent:
        return sent(self._prediction(job, "canceled"))

    def error(self, status: int, said: str, **more: Any) -> Sent:
        return sent({"title": "No", "detail": said, "status": status, **more}, status)

    def told(self, job: Job, asked: Asked) -> Sent:
        state = self.step(job)
        if state == PENDING:
            return sent(self._prediction(job, "starting"))
        if state == RUNNING:
            logs = "Using seed: 7\n 25%|##5       | 1/4\n 50%|#####     | 2/4\n"
            return sent(self._prediction(job, "processing", logs=logs))
        ends: dict[str, dict[str, Any]] = {
            "failed": {"status": "failed", "error": "CUDA out of memory (E1001)"},
            "refused": {"status": "failed", "error": "NSFW content detected. Try a different prompt."},
            "cancelled": {"status": "canceled"},
            "no_file": {"status": "succeeded", "output": []},
            "unknown": {"status": "dreamt"},
            "leaky": {"status": "failed", "error": f"Bad key {self.key}"},
        }
        if self.end_of(job) in ends:
            return sent(self._prediction(job, "") | ends[self.end_of(job)])
        url = self.file_url(job)
        return sent(self._prediction(job, "succeeded") | {"output": url if self.trade_of(job) == "camera" else [url]})

    def _prediction(self, job: Job, status: str, logs: str = "") -> dict[str, Any]:
        base = f"{self.url}/v1/predictions/{job.id}"
        return {
            "id": job.id,
            "model": job.path.removeprefix("/v1/models/").removesuffix("/predictions"),
            "version": "hidden",
            "status": status,
            "input": job.order["input"],
            "output": None,
            "error": None,
            "logs": logs,
            "metrics": {},
            "urls": {"get": base, "cancel": f"{base}/cancel"},
        }


RATIOS = ("1280:720", "720:1280", "1104:832", "960:960", "832:1104", "1584:672")


class RunwayServer(QueueServer):
    """Runway's tasks of gen4.5."""

    def is_order(self, asked: Asked) -> bool:
        return asked.path in ("/v1/image_to_video", "/v1/text_to_video") and asked.method == "POST"

    def error(self, status: int, said: str, **more: Any) -> Sent:
        return sent({"error": said}, status)

    def answer(self, asked: Asked) -> Sent:
        """As every queue, for those who name the version of the wire."""
        if asked.headers.get("x-runway-version") != "2024-11-06":
            return self.error(400, "X-Runway-Version is missing")
        return super().answer(asked)

    def fault_of(self, asked: Asked) -> Sent | None:
        body = asked.body
        ratios = RATIOS[:2] if asked.path.endswith("text_to_video") else RATIOS
        if body["ratio"] not in ratios:
            return self.error(400, f"ratio must be one of {', '.join(ratios)}")
        if body["duration"] not in range(2, 11) or not 1 <= len(body["promptText"].encode("utf-16-le")) // 2 <= 1000:
            return self.error(400, "Validation of body failed")
        is_from_picture = asked.path.endswith("image_to_video")
        return self.error(400, "promptImage") if is_from_picture != ("promptImage" in body) else None

    def created(self, job: Job) -> Sent:
        return sent({"id": job.id})

    def told(self, job: Job, asked: Asked) -> Sent:
        state = self.step(job)
        task: dict[str, Any] = {"id": job.id, "createdAt": "2026-11-30T10:00:00Z"}
        if state == PENDING:  # throttled first, as when the account runs too much at once
            task |= {"status": "THROTTLED" if job.polls == 1 else "PENDING", "estimatedCost": {"credits": 60}}
        elif state == RUNNING:
            task |= {"status": "RUNNING", "progress": 0.5}
        elif self.end_of(job) in ("failed", "refused", "leaky"):
            code = {"refused": "SAFETY.INPUT.TEXT"}.get(self.end_of(job), "INTERNAL.BAD_OUTPUT.CODE01")
            said = f"Bad key {self.key}" if self.end_of(job) == "leaky" else "Something went wrong"
            task |= {"status": "FAILED", "failure": said, "failureCode": code, "cost": {"credits": 0}}
        elif self.end_of(job) == "cancelled":
            task |= {"status": "CANCELLED", "cost": {"credits": 0}}
        elif self.end_of(job) == "unknown":
            task |= {"status": "DREAMT"}
        else:
            urls = [] if self.end_of(job) == "no_file" else [self.file_url(job)]
            task |= {"status": "SUCCEEDED", "output": urls, "cost": {"credits": 60}}
        return sent(task)


class LumaServer(QueueServer):
    """Luma's generations."""

    def is_order(self, asked: Asked) -> bool:
        return asked.path == "/dream-machine/v1/generations/video"

    def fault_of(self, asked: Asked) -> Sent | None:
        frames = asked.body.get("keyframes", {})
        is_wrong = asked.body["duration"] not in ("5s", "9s") or any(
            not re.match("https?://", frame["url"]) for frame in frames.values()
        )
        return self.error(400, "Invalid request") if is_wrong else None

    def created(self, job: Job) -> Sent:
        return sent({"id": job.id, "state": "queued", "assets": None, "failure_reason": None}, 201)

    def told(self, job: Job, asked: Asked) -> Sent:
        state = self.step(job)
        told: dict[str, Any] = {"id": job.id, "model": job.order["model"], "assets": None, "failure_reason": None}
        if state != DONE:
            return sent(told | {"state": "queued" if state == PENDING else "dreaming"})
        reasons = {
            "failed": "Generation failed",
            "refused": "Advanced moderation failed",
            "cancelled": "Cancelled by the user",
            "leaky": f"Bad key {self.key}",
        }
        if self.end_of(job) in reasons:
            return sent(told | {"state": "failed", "failure_reason": reasons[self.end_of(job)]})
        if self.end_of(job) == "unknown":
            return sent(told | {"state": "dreamt"})
        video = None if self.end_of(job) == "no_file" else self.file_url(job)
        return sent(told | {"state": "completed", "assets": {"video": video}})
