"""A loopback server that behaves as ComfyUI does, after section 4.2 of the fact sheet.

It checks a workflow against the node classes it knows, queues it, and gives what its saving node would: pictures
that depend on the texts, the seed and the size in it. Time passes with every question. Start at `ComfyServer`.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Any
from urllib.parse import parse_qs, urlsplit

from emulators.loopback import Asked, LoopbackServer, Sent, clip_bytes, page, picture_bytes, sent

CLASSES = {  # class -> required inputs
    "CheckpointLoaderSimple": ("ckpt_name",),
    "CLIPTextEncode": ("text", "clip"),
    "KSampler": ("model", "positive", "negative", "latent_image", "seed"),
    "EmptyLatentImage": ("width", "height", "batch_size"),
    "LTXVImgToVideo": ("positive", "negative", "image", "width", "height", "length", "batch_size"),
    "VAEDecode": ("samples", "vae"),
    "LoadImage": ("image",),
    "SaveImage": ("images",),
    "PreviewImage": ("images",),
    "SaveWEBM": ("images", "fps"),
    "VHS_VideoCombine": ("images", "frame_rate"),
    "CreateVideo": ("images", "fps"),
    "SaveVideo": ("video",),
}
CHECKPOINTS = ("sd15.safetensors", "ltx.safetensors")


class ComfyServer(LoopbackServer):
    """Use it in a `with`.

    scenes: how the next jobs go wrong, in order; see `SCENES`.
    ahead: jobs of others that stand before the next one in the queue; one goes with every question.
    polls: questions for which a job runs after that.
    """

    def __init__(self, *scenes: str, ahead: int = 0, polls: int = 1) -> None:
        super().__init__()
        self.scenes = deque(scenes)
        self.ahead, self.polls = ahead, polls
        self.jobs: list[dict[str, Any]] = []
        self.uploads: dict[str, bytes] = {}
        self.files: dict[tuple[str, str, str], bytes] = {}
        self.deleted: list[str] = []
        self.interrupts: list[str] = []
        self.strangers = [f"stranger-{number}" for number in range(ahead)]

    def answer(self, asked: Asked) -> Sent:
        """What is sent to *asked*."""
        path = urlsplit(asked.path).path.removeprefix("/api")
        if path == "/prompt":
            return self._queue(asked.body)
        if path == "/upload/image":
            return self._upload(asked)
        if path.startswith("/history/"):
            return self._history(path.removeprefix("/history/"))
        if path == "/queue":
            return self._list() if asked.method == "GET" else self._delete(asked.body["delete"])
        if path == "/interrupt":
            return self._interrupt(asked.body)
        if path == "/view":
            return self._view(parse_qs(urlsplit(asked.path).query, keep_blank_values=True))
        return Sent(404, b"404: Not Found", {"content-type": "text/plain"})

    # Accepting ------------------------------------------------------------------------------------------------------

    def _queue(self, body: Any) -> Sent:
        scene = self.scenes.popleft() if self.scenes else "good"
        at_once = {
            "html": page(),
            "broken": sent({"error": "boom"}, 500),
            "no_id": sent({"number": 1, "node_errors": {}}),
            "no_prompt": sent({"error": "no prompt", "node_errors": []}, 400),
            "hang_up": Sent(is_silent=True),
            "silent": Sent(is_silent=True, pause_s=3),
        }
        if scene in at_once:
            return at_once[scene]
        refused = self._refused(body["prompt"])
        if refused:
            return sent(refused, 400)
        number = len(self.jobs)
        job = {"id": f"job-{number}", "graph": body["prompt"], "scene": scene, "left": self.polls, "state": "pending"}
        self.jobs.append(job)
        return sent({"prompt_id": job["id"], "number": number, "node_errors": {}})

    def _refused(self, graph: dict[str, Any]) -> dict[str, Any] | None:
        """The 400 of a graph that ComfyUI's validation refuses."""
        for number, node in graph.items():
            if node["class_type"] not in CLASSES:
                message = f"Cannot execute because node {node['class_type']} does not exist."
                wrong = {
                    "type": "invalid_prompt",
                    "message": message,
                    "details": f"Node ID '#{number}'",
                    "extra_info": {},
                }
                return {"error": wrong, "node_errors": {}}
        errors: dict[str, Any] = {}
        for number, node in graph.items():
            for name in CLASSES[node["class_type"]]:
                if name not in node["inputs"]:
                    said = {"type": "required_input_missing", "message": "Required input is missing", "details": name}
                    errors.setdefault(number, []).append(said)
            model = node["inputs"].get("ckpt_name", CHECKPOINTS[0])
            if model not in CHECKPOINTS:
                details = f"ckpt_name: '{model}' not in {list(CHECKPOINTS)}"
                said = {"type": "value_not_in_list", "message": "Value not in list", "details": details}
                errors.setdefault(number, []).append(said)
        if not errors:
            return None
        wrong = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation"}
        listed = {
            number: {"errors": said, "dependent_outputs": ["9"], "class_type": graph[number]["class_type"]}
            for number, said in errors.items()
        }
        return {"error": {**wrong, "details": "", "extra_info": {}}, "node_errors": listed}

    def _upload(self, asked: Asked) -> Sent:
        fields = form_fields(asked)
        name, data = fields["image"]
        assert fields["type"][1] == b"input"
        if name in self.uploads and self.uploads[name] != data and fields["overwrite"][1] != b"true":
            name = f"1 {name}"
        self.uploads[name] = data
        return sent({"name": name, "subfolder": "", "type": "input"})

    # Working --------------------------------------------------------------------------------------------------------

    def _job(self, number: str) -> dict[str, Any] | None:
        return next((job for job in self.jobs if job["id"] == number), None)

    def _history(self, number: str) -> Sent:
        job = self._job(number)
        if job is None or job["scene"] == "forgotten":
            return sent({})
        self._time_passes(job)
        if job["state"] not in ("done", "interrupted"):
            return sent({})
        return sent({number: self._entry(job)})

    def _time_passes(self, job: dict[str, Any]) -> None:
        if job["state"] in ("done", "interrupted", "deleted"):
            return
        if self.strangers:
            self.strangers.pop(0)
        elif job["state"] == "pending":
            job["state"] = "running"
        elif job["left"] > 1:
            job["left"] -= 1
        else:
            job["state"] = "done"

    def _entry(self, job: dict[str, Any]) -> dict[str, Any]:
        where = {"prompt_id": job["id"]}
        if job["state"] == "interrupted":
            messages = [["execution_start", where], ["execution_interrupted", {**where, "node_id": "3"}]]
            return {"outputs": {}, "status": {"status_str": "error", "completed": False, "messages": messages}}
        if job["scene"] in ("node_fails", "out_of_memory"):
            kind = "torch.OutOfMemoryError" if job["scene"] == "out_of_memory" else "RuntimeError"
            said = (
                "Allocation on device"
                if job["scene"] == "out_of_memory"
                else "mat1 and mat2 shapes\ncannot be multiplied"
            )
            wrong = {"node_id": "3", "node_type": "KSampler", "exception_type": kind, "exception_message": said}
            messages = [["execution_start", where], ["execution_error", {**where, **wrong, "traceback": ["x"]}]]
            return {"outputs": {}, "status": {"status_str": "error", "completed": False, "messages": messages}}
        if job["scene"] == "error_without_words":
            return {"outputs": {}, "status": {"status_str": "error", "completed": False, "messages": []}}
        outputs = {} if job["scene"] == "no_output" else self._made(job)
        status = {"status_str": "success", "completed": True, "messages": [["execution_success", where]]}
        entry = {"prompt": [0, job["id"], job["graph"], {}, []], "outputs": outputs, "status": status}
        return entry if job["scene"] != "old_server" else {"prompt": entry["prompt"], "outputs": outputs}

    def _made(self, job: dict[str, Any]) -> dict[str, Any]:
        """The outputs of the saving nodes, whose files are then there."""
        graph = job["graph"]
        outputs: dict[str, Any] = {}
        for number, node in graph.items():
            kind = node["class_type"]
            if kind not in ("SaveImage", "PreviewImage", "SaveWEBM", "VHS_VideoCombine", "SaveVideo"):
                continue
            is_clip = kind in ("SaveWEBM", "VHS_VideoCombine", "SaveVideo")
            ending = {"SaveWEBM": "webm", "VHS_VideoCombine": "mp4", "SaveVideo": "mp4"}.get(kind, "png")
            folder = "temp" if kind == "PreviewImage" else "output"
            name = f"{job['id']} {number}.{ending}"
            if job["scene"] != "file_gone":
                data = b"" if job["scene"] == "empty_file" else painted(graph, self.uploads, is_clip=is_clip)
                self.files[name, "films & co", folder] = data
            listed = [{"filename": name, "subfolder": "films & co", "type": folder}]
            outputs[number] = {"gifs": listed} if kind == "VHS_VideoCombine" else {"images": listed}
            if kind == "SaveVideo":
                outputs[number]["animated"] = [True]
        return outputs

    # Looking and stopping -------------------------------------------------------------------------------------------

    def _list(self) -> Sent:
        def item(number: int, name: str) -> list[Any]:
            return [number, name, {}, {}, []]

        running = [job["id"] for job in self.jobs if job["state"] == "running" and job["scene"] != "forgotten"]
        pending = [job["id"] for job in self.jobs if job["state"] == "pending" and job["scene"] != "forgotten"]
        runs = self.strangers[:1] or running
        return sent(
            {
                "queue_running": [item(number, name) for number, name in enumerate(runs)],
                "queue_pending": [item(9 + n, name) for n, name in enumerate((*self.strangers[1:], *pending))],
            }
        )

    def _delete(self, numbers: list[str]) -> Sent:
        for number in numbers:
            job = self._job(number)
            if job and job["state"] == "pending":
                job["state"] = "deleted"
                self.deleted.append(number)
        return Sent(200, b"", {"content-type": "application/octet-stream"})

    def _interrupt(self, body: Any) -> Sent:
        job = self._job((body or {}).get("prompt_id", ""))
        if job and job["state"] == "running":
            job["state"] = "interrupted"
            self.interrupts.append(job["id"])
        return Sent(200, b"", {"content-type": "application/octet-stream"})

    def _view(self, query: dict[str, list[str]]) -> Sent:
        data = self.files.get((query["filename"][0], query["subfolder"][0], query["type"][0]))
        if data is None:
            return Sent(404, b"", {"content-type": "application/octet-stream"})
        kind = "image/png" if query["filename"][0].endswith("png") else "video/mp4"
        return Sent(200, data, {"content-type": kind})


SCENES = (
    *("good", "old_server", "html", "broken", "no_id", "no_prompt", "hang_up", "silent", "forgotten"),
    *("node_fails", "out_of_memory", "error_without_words", "no_output", "file_gone", "empty_file"),
)


def painted(graph: dict[str, Any], uploads: dict[str, bytes], *, is_clip: bool) -> bytes:
    """What the workflow makes: of its texts, its picture, its seed and its size."""
    texts = [node["inputs"]["text"] for node in graph.values() if node["class_type"] == "CLIPTextEncode"]
    loaded = [node["inputs"]["image"] for node in graph.values() if node["class_type"] == "LoadImage"]
    words = " | ".join([*texts, *(f"{one} {len(uploads.get(one, b''))}" for one in loaded)])
    sampler = next(node["inputs"] for node in graph.values() if "seed" in node["inputs"])
    latent = next(node["inputs"] for node in graph.values() if "batch_size" in node["inputs"])
    if not is_clip:
        return picture_bytes(words, sampler["seed"], latent["width"], latent["height"])
    return clip_bytes(words, sampler["seed"], latent["width"], latent["height"], latent["length"] / 8, 8)


def form_fields(asked: Asked) -> dict[str, tuple[str, bytes]]:
    """The fields of a multipart form: name -> (file name, bytes)."""
    mark = asked.headers["content-type"].partition("boundary=")[2].encode()
    found = {}
    for part in asked.raw.split(b"--" + mark)[1:-1]:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        names = dict(re.findall(r'(\w+)="([^"]*)"', head.decode()))
        found[names["name"]] = (names.get("filename", ""), data.removesuffix(b"\r\n"))
    return found
