"""A loopback server that behaves as Stable Diffusion WebUI does, after section 4.1 of the fact sheet.

One job at a time, the next ones wait; what it paints depends on words, seed and size. Start at `A1111Server`.
"""

from __future__ import annotations

import base64
import json
import threading
from collections import deque
from typing import Any

from emulators.loopback import Asked, LoopbackServer, Sent, page, picture_bytes, sent

STEP_S = 0.01


class A1111Server(LoopbackServer):
    """Use it in a `with`.

    scenes: how the next pictures go wrong, in order; see `_paint`.
    login: "user:password" that it asks for; "" for none.
    has_api: False when started without --api: the page answers, the API does not.
    pixels_max: more of them run out of memory.
    steps: of `STEP_S` that a picture takes; set `held` to let it go on at the last one.
    """

    def __init__(
        self, *scenes: str, login: str = "", has_api: bool = True, pixels_max: int = 1 << 20, steps: int = 1
    ) -> None:
        super().__init__()
        self.scenes = deque(scenes)
        self.login, self.has_api, self.pixels_max, self.steps = login, has_api, pixels_max, steps
        self.checkpoints = ("photon_v1.safetensors [ec41bd2a82]", "sdxl_base.safetensors [31e35c80fc]")
        self.progress = 0.0
        self.most_jobs_at_once = 0
        self.interrupted = threading.Event()
        self._jobs = 0
        self._one = threading.Lock()

    @property
    def jobs(self) -> list[Asked]:
        """The requests for a picture."""
        return [asked for asked in self.asked if asked.path.endswith("2img")]

    def answer(self, asked: Asked) -> Sent:
        """What is sent to *asked*."""
        if asked.path == "/":
            return page()
        if not self.has_api:
            return sent({"detail": "Not Found"}, 404)
        expected = "Basic " + base64.b64encode(self.login.encode()).decode()
        if self.login and asked.headers.get("authorization") != expected:
            return sent({"detail": "Incorrect username or password"}, 401, www_authenticate="Basic")
        routes = {
            ("POST", "/sdapi/v1/txt2img"): self._job,
            ("POST", "/sdapi/v1/img2img"): self._job,
            ("POST", "/sdapi/v1/interrupt"): self._interrupt,
            ("GET", "/sdapi/v1/progress"): lambda _: sent(
                {
                    "progress": self.progress,
                    "eta_relative": 1.0,
                    "state": {"job_count": self._jobs},
                    "current_image": None,
                }
            ),
            ("GET", "/sdapi/v1/sd-models"): lambda _: sent(
                [{"title": title, "model_name": title.split(".")[0]} for title in self.checkpoints]
            ),
        }
        route = routes.get((asked.method, asked.path))
        return route(asked.body) if route else sent({"detail": "Not Found"}, 404)

    def _interrupt(self, body: Any) -> Sent:
        self.interrupted.set()
        return sent({})

    def _job(self, body: Any) -> Sent:
        missing = [name for name in ("prompt", "seed", "width", "height") if name not in body]
        if missing:
            return sent({"detail": [{"loc": ["body", missing[0]], "msg": "field required"}]}, 422)
        chosen = body.get("override_settings", {}).get("sd_model_checkpoint")
        if chosen and not any(chosen in title for title in self.checkpoints):
            error = {"error": "HTTPException", "detail": "Model not found", "body": "", "errors": "Model not found"}
            return sent(error, 404)
        with self._one:  # the second job waits for the first
            self._jobs += 1
            self.most_jobs_at_once = max(self.most_jobs_at_once, self._jobs)
            self.interrupted.clear()
            try:
                return self._paint(body)
            finally:
                self._jobs -= 1

    def _paint(self, body: Any) -> Sent:
        for step in range(self.steps):
            self.progress = step / self.steps
            if self.interrupted.wait(STEP_S) or self.closing.is_set():
                break
        self.progress = 0.0
        if body["width"] * body["height"] > self.pixels_max:
            said = "CUDA out of memory. Tried to allocate 2.00 GiB"
            return sent({"error": "OutOfMemoryError", "detail": "", "body": "", "errors": said}, 500)
        words = f"{body['prompt']} | {body.get('negative_prompt', '')}{len(body.get('init_images', ()))}"
        picture = picture_bytes(words, body["seed"], body["width"], body["height"])
        coded = base64.b64encode(picture).decode()
        info = json.dumps({"seed": body["seed"], "sd_model_name": "photon_v1", "sd_model_hash": "ec41bd2a82"})
        reply = {"images": [coded], "parameters": body, "info": info}
        bad: dict[str, Sent] = {
            "no_images": sent({**reply, "images": []}),
            "null_images": sent({**reply, "images": None}),
            "not_base64": sent({**reply, "images": ["!" + coded[1:]]}),
            "text_in_base64": sent({**reply, "images": [base64.b64encode(b"sorry").decode()]}),
            "data_url": sent({**reply, "images": [f"data:image/png;base64,{coded}"]}),
            "odd_info": sent({**reply, "info": "["}),
            "broken": sent({"error": "RuntimeError", "detail": "", "body": "", "errors": "CUDA error"}, 500),
            "html": page(),
            "empty": sent(b""),
            "cut_body": Sent(200, json.dumps(reply).encode(), cut=9),
            "hang_up": Sent(is_silent=True),
            "silent": Sent(is_silent=True, pause_s=3),
            "redirect": Sent(307, b"", {"location": "http://169.254.169.254/latest"}),
        }
        return bad[self.scenes.popleft()] if self.scenes else sent(reply)


SCENES = (
    *("no_images", "null_images", "not_base64", "text_in_base64", "data_url", "odd_info", "broken"),
    *("html", "empty", "cut_body", "hang_up", "silent", "redirect"),
)
