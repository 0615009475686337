"""One suite over the artists and cameras of the user's own machine: whatever they do, the outcome is defined."""

from __future__ import annotations

import base64
import json
import logging
import re
import traceback
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest
from pydantic import SecretStr

from astragen.errors import BadOutput, ProviderError, SettingsError, Unavailable
from astragen.model.capability import known_artists
from astragen.model.requests import PicturePrompt, PictureRequest
from astragen.model.ticket import Ticket
from astragen.providers import http
from astragen.providers.access import Access
from astragen.providers.artists import a1111, comfyui
from astragen.providers.shooting import Media, Pending, Picture, PictureProvider, Wanted
from emulators import a1111_server, comfyui_server
from emulators.a1111_server import A1111Server
from emulators.comfyui_server import ComfyServer, form_fields
from emulators.loopback import clip_bytes, picture_bytes

WORKFLOWS = Path(__file__).parents[1] / "workflows"
STILL, CLIP = str(WORKFLOWS / "still.json"), str(WORKFLOWS / "clip.json")
LOGIN = 'fritz:canary 12"34: ünï'  # what no header may hold as it is
FOX = Picture(picture_bytes("fox", 1, 96, 64), "image/png")
ONCE, AGAIN, THRICE = 1, 2, 3


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


def request_of(**more) -> PictureRequest:
    said = {"text": "a fox, snow", "negative": "text", "width": 64, "height": 40, "seed": 7} | more
    return PictureRequest(shot="s1-1", artist="x", prompt=PicturePrompt(**said), fps=24, frames=24)


def wanted(**more) -> Wanted:
    return Wanted(request_of(**more))


WANTED = wanted()
CLIP_WANTED = Wanted(request_of(motion="the fox runs", seconds=1.0), start=FOX)


def webui(server: A1111Server, timeout_s: float = 10.0, model: str = "", key: str = "", **options) -> PictureProvider:
    access = Access(key=SecretStr(key) if key else None, base_url=server.url, model=model)
    return a1111.ARTIST(access, {"timeout_s": timeout_s, **options})


def comfy(server: ComfyServer, workflow: str = STILL, timeout_s: float = 10.0, **options) -> PictureProvider:
    kind = comfyui.CAMERA if workflow == CLIP else comfyui.ARTIST
    return kind(Access(base_url=server.url), {"workflow": workflow, "timeout_s": timeout_s, **options})


async def shot(provider: PictureProvider, asked: Wanted = WANTED) -> Media:
    """The whole way to a picture, as the pipeline goes it, without its waits."""
    answer = await provider.submit(asked)
    while not isinstance(answer, Media):
        ticket = answer
        answer = await provider.poll(ticket)
        while isinstance(answer, Pending):
            assert answer.again_s == 1.0
            answer = await provider.poll(ticket)
    return answer


def outcome(provider: PictureProvider, asked: Wanted = WANTED) -> Media | Exception:
    try:
        return anyio.run(shot, provider, asked)
    except Exception as error:
        return error


# Stable Diffusion WebUI ---------------------------------------------------------------------------------------------


A1111_OUTCOMES: dict[str, tuple[type, int]] = {  # scene -> what comes of it, and pictures asked for
    **dict.fromkeys(("data_url", "odd_info"), (Media, ONCE)),
    **dict.fromkeys(("no_images", "null_images", "not_base64", "text_in_base64", "html", "empty"), (BadOutput, ONCE)),
    **dict.fromkeys(("broken", "cut_body", "hang_up"), (Media, AGAIN)),
    "silent": (Unavailable, ONCE),
    "redirect": (ProviderError, ONCE),
}


def test_every_scene_of_the_webui_has_an_outcome():
    """A new way to misbehave needs a decision."""
    assert set(A1111_OUTCOMES) == set(a1111_server.SCENES)


@pytest.mark.parametrize("scene", A1111_OUTCOMES)
def test_each_scene_of_the_webui_ends_as_defined(scene):
    """The picture or the error, and how often the server was asked."""
    with A1111Server(scene) as server:
        ended = outcome(webui(server, 0.3 if scene == "silent" else 10.0))
        jobs = server.jobs

    expected, tries = A1111_OUTCOMES[scene]
    assert type(ended) is expected, ended
    assert len(jobs) == tries
    assert len({asked.raw for asked in jobs}) == 1  # byte-identical


def test_the_webui_is_asked_in_its_own_words():
    """Facts 4.1: every field, and the picture as it painted it."""
    with A1111Server() as server:
        ended = outcome(webui(server, steps=12, cfg_scale=6.5, sampler_name="Euler a", scheduler="Karras"))
        (job,) = server.jobs

    assert (job.method, job.path) == ("POST", "/sdapi/v1/txt2img")
    assert job.body == {
        "prompt": "a fox, snow",
        "negative_prompt": "text",
        "seed": 7,
        "width": 64,
        "height": 40,
        "batch_size": 1,
        "n_iter": 1,
        "send_images": True,
        "save_images": False,
        "steps": 12,
        "cfg_scale": 6.5,
        "sampler_name": "Euler a",
        "scheduler": "Karras",
    }
    assert ended == Media(picture_bytes("a fox, snow | text0", 7, 64, 40), "image/png", model="photon_v1")


def test_a_reference_is_painted_over_where_the_user_asks_for_it():
    """img2img, as strongly as the option says; without it no reference goes along."""
    asked = WANTED._replace(references=(FOX,))
    with A1111Server() as server:
        painter = webui(server, reference_denoising=0.6)
        ended = outcome(painter, asked)
        (job,) = server.jobs

    assert isinstance(ended, Media)
    assert job.path == "/sdapi/v1/img2img"
    assert base64.b64decode(job.body["init_images"][0]) == FOX.data
    assert job.body["denoising_strength"] == 0.6
    assert (painter.card.references_max, webui(server).card.references_max) == (1, 0)


def test_the_webui_is_told_which_checkpoint():
    """For this picture only; one that it lacks is told with those that it has."""
    with A1111Server() as server:
        assert isinstance(outcome(webui(server, model="sdxl_base")), Media)
        assert server.jobs[0].body["override_settings"] == {"sd_model_checkpoint": "sdxl_base"}
        ended = outcome(webui(server, model="dreams"))

    assert 'has no checkpoint "dreams" (HTTP 404). It has: photon_v1.safetensors [ec41bd2a82], sdxl' in str(ended)


def test_a_webui_without_its_api_is_told():
    """Its page answers, and its API does not."""
    with A1111Server(has_api=False) as server:
        ended = outcome(webui(server))

    assert type(ended) is ProviderError
    assert "was started without its API (HTTP 404). Start it again with --api." in str(ended)


def test_an_exhausted_memory_names_the_size_and_is_not_tried_again():
    """It would be exhausted again, after as long a wait."""
    with A1111Server(pixels_max=1_000) as server:
        ended = outcome(webui(server, pixels_max=70_000))
        tries = len(server.jobs)

    assert type(ended) is ProviderError
    assert "ran out of memory over a picture of 64x40. Lower the option pixels_max (now 70000)" in str(ended)
    assert tries == ONCE


def test_the_webui_gets_one_job_at_a_time():
    """Four are wanted at once; the second is not sent before the first is done."""

    async def four(painter: PictureProvider) -> None:
        async with anyio.create_task_group() as tasks:
            for seed in range(4):
                tasks.start_soon(painter.submit, wanted(seed=seed))

    with A1111Server() as server:
        anyio.run(four, webui(server))

    assert [asked.body["seed"] for asked in server.jobs] == [0, 1, 2, 3]
    assert server.most_at_once == 1


def test_two_programs_take_turns_at_the_webui():
    """It paints one picture at a time; its progress moves, and both get theirs."""
    seen: set[float] = set()

    async def both(first: PictureProvider, second: PictureProvider) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(first.submit, wanted(seed=1))
            tasks.start_soon(second.submit, wanted(seed=2))
            for _ in range(12):
                reply = await first.http.get_json("sdapi/v1/progress")
                assert isinstance(reply, dict)
                seen.add(reply["progress"])

    with A1111Server(steps=12) as server:
        anyio.run(both, webui(server), webui(server))

    assert len(seen) > 1
    assert max(seen) < 1
    assert server.most_at_once >= 2
    assert len(server.jobs) == 2
    assert server.most_jobs_at_once == 1


def test_cancelling_interrupts_the_webui():
    """The job that runs ends, and the next one need not wait for it."""

    async def briefly(painter: PictureProvider) -> None:
        with anyio.move_on_after(0.15) as scope:
            await painter.submit(WANTED)
        assert scope.cancelled_caught

    with A1111Server(steps=2_000) as server:
        anyio.run(briefly, webui(server))
        assert server.interrupted.wait(1.0)

    assert [asked.path for asked in server.asked] == ["/sdapi/v1/txt2img", "/sdapi/v1/interrupt"]


def test_a_job_that_takes_too_long_is_interrupted():
    """The WebUI would go on with it, and the next one would wait."""
    with A1111Server(steps=2_000) as server:
        ended = outcome(webui(server, 0.15))
        paths = [asked.path for asked in server.asked]

    assert type(ended) is Unavailable
    assert paths == ["/sdapi/v1/txt2img", "/sdapi/v1/interrupt"]


def test_a_webui_that_is_not_there_is_told():
    """After three tries, and with nothing left to interrupt."""
    with A1111Server() as server:
        painter = webui(server)
    ended = outcome(painter)

    assert type(ended) is Unavailable
    assert "could not be reached" in str(ended)


def test_the_webui_makes_no_more_pixels_than_it_may():
    """The card says so, and its version changes with what changes the picture."""
    with A1111Server() as server:
        plain, small, quick = webui(server), webui(server, pixels_max=300_000), webui(server, steps=8)

    assert plain.card.size.pixels_max == 1_048_576
    assert small.card.size.pixels_max == 300_000
    assert len({plain.card.version, quick.card.version}) == 2
    assert plain.card.version == webui(server, 5.0).card.version


def told(error: object) -> str:
    """All that *error* and its causes say."""
    said = repr(error) + str(error)
    if isinstance(error, Exception):
        said += "".join(traceback.format_exception(error)) + repr(vars(error))
    return said


@pytest.mark.parametrize("scene", ["", *a1111_server.SCENES, "refused", "memory"])
def test_the_password_is_nowhere_but_in_its_header(scene, caplog):
    """Neither as it is nor in base64: no address, body, error, log or repr."""
    caplog.set_level(logging.DEBUG)
    login = "other:one" if scene == "refused" else LOGIN
    scenes = [scene] * THRICE if scene in a1111_server.SCENES else []
    with A1111Server(*scenes, login=login, pixels_max=10 if scene == "memory" else 1 << 20) as server:
        painter = webui(server, 0.3 if scene == "silent" else 10.0, key=LOGIN)
        ended = outcome(painter)

    coded = base64.b64encode(LOGIN.encode()).decode()
    said = caplog.text + told(ended) + repr(painter) + repr(vars(painter)) + repr(vars(painter.http))
    said += "".join(asked.path + asked.raw.decode() for asked in server.asked)
    assert not any(secret in said for secret in (LOGIN, "canary", coded))
    assert {asked.headers["authorization"] for asked in server.asked} == {f"Basic {coded}"}
    if scene == "refused":
        assert "refused the key or its rights (HTTP 401). Check A1111_API_AUTH" in str(ended)


def test_a_password_without_a_user_is_refused_unseen():
    """Before anything is sent."""
    with A1111Server() as server, pytest.raises(SettingsError, match="form user:password") as caught:
        webui(server, key="canary")
    assert "canary" not in repr(caught.value) + str(caught.value) + repr(vars(caught.value))


def test_a_password_does_not_travel_in_the_open():
    """Only to this machine, or encrypted."""
    access = Access(key=SecretStr(LOGIN), base_url="http://192.0.2.1:7860")
    with pytest.raises(SettingsError, match="would travel unencrypted"):
        a1111.ARTIST(access)


# ComfyUI ------------------------------------------------------------------------------------------------------------


COMFY_OUTCOMES: dict[str, tuple[type, int]] = {  # scene -> what comes of it, and jobs that were queued or tried
    **dict.fromkeys(("good", "old_server"), (Media, ONCE)),
    **dict.fromkeys(("broken", "hang_up"), (Media, AGAIN)),
    "silent": (Unavailable, ONCE),
    **dict.fromkeys(("html", "no_id", "no_output", "empty_file"), (BadOutput, ONCE)),
    **dict.fromkeys(("no_prompt", "node_fails", "out_of_memory", "error_without_words"), (ProviderError, ONCE)),
    **dict.fromkeys(("forgotten", "file_gone"), (ProviderError, ONCE)),
}
COMFY_WORDS = {
    "node_fails": "failed in KSampler (node 3): RuntimeError: mat1 and mat2 shapes cannot be multiplied. Run the",
    "out_of_memory": "torch.OutOfMemoryError: Allocation on device. Lower the option pixels_max",
    "error_without_words": "failed in A node (node ?): it does not say why.",
    "no_output": "ended without a picture from any node (it gave no file). Name the node",
    "no_prompt": "comfyui answered HTTP 400: no prompt.",
    "forgotten": "no longer knows the job job-0. It was deleted there, or ComfyUI was started again.",
}


def test_every_scene_of_comfyui_has_an_outcome():
    """A new way to misbehave needs a decision."""
    assert set(COMFY_OUTCOMES) == set(comfyui_server.SCENES)


@pytest.mark.parametrize("scene", COMFY_OUTCOMES)
def test_each_scene_of_comfyui_ends_as_defined(scene):
    """The picture or the error, its words, and how often a job was put."""
    with ComfyServer(scene, polls=2) as server:
        ended = outcome(comfy(server, timeout_s=0.3 if scene == "silent" else 10.0))
        jobs = [asked for asked in server.asked if asked.path == "/prompt"]

    expected, tries = COMFY_OUTCOMES[scene]
    assert type(ended) is expected, ended
    assert COMFY_WORDS.get(scene, "") in str(ended)
    assert len(jobs) == tries
    assert len({asked.raw for asked in jobs}) == 1


def test_comfyui_is_asked_in_its_own_words():
    """Facts 4.2: the filled workflow with a client id, the history, the queue while it waits, then the file."""
    with ComfyServer(polls=1) as server:
        painter = comfy(server)
        ended = outcome(painter)

    put = server.asked[0]
    assert (put.method, put.path) == ("POST", "/prompt")
    assert set(put.body) == {"prompt", "client_id"}
    assert put.body["prompt"] == painter.workflow.filled(
        {"prompt": "a fox, snow", "negative": "text", "seed": 7, "width": 64, "height": 40}
    )
    assert [(asked.method, asked.path) for asked in server.asked[1:-1]] == [
        ("GET", "/history/job-0"), ("GET", "/queue"), ("GET", "/history/job-0"),
    ]  # fmt: skip
    view = urlsplit(server.asked[-1].path)
    assert view.path == "/view"
    assert parse_qs(view.query) == {"filename": ["job-0 9.png"], "subfolder": ["films & co"], "type": ["output"]}
    assert ended == Media(picture_bytes("a fox, snow | text", 7, 64, 40), "image/png", model="sd15.safetensors")


def test_a_clip_starts_from_the_picture_that_is_sent():
    """Uploaded under a name of its content; the length in frames that video models make; motion for words."""
    with ComfyServer() as server:
        ended = outcome(comfy(server, CLIP), CLIP_WANTED)
        upload, put = server.asked[:2]

    fields = form_fields(upload)
    name, data = fields["image"]
    assert (upload.method, upload.path, data) == ("POST", "/upload/image", FOX.data)
    assert re.fullmatch(r"astragen-[0-9a-f]{24}\.png", name)
    assert {key: value for key, (_, value) in fields.items() if key != "image"} == {
        "type": b"input", "overwrite": b"true",
    }  # fmt: skip
    graph = put.body["prompt"]
    assert graph["2"]["inputs"]["image"] == name
    assert graph["3"]["inputs"]["text"] == "the fox runs"
    assert (graph["5"]["inputs"]["length"], graph["6"]["inputs"]["seed"]) == (25, 7)
    words = f"the fox runs | text | {name} {len(FOX.data)}"
    assert ended == Media(clip_bytes(words, 7, 64, 40, 25 / 8), "video/mp4", model="ltx.safetensors")


@pytest.mark.parametrize(
    ("saver", "ending"), [("SaveWEBM", "video/webm"), ("VHS_VideoCombine", "video/mp4"), ("SaveVideo", "video/mp4")]
)
def test_each_node_that_saves_a_clip_is_understood(saver, ending, tmp_path):
    """Whatever word it puts its files under; a preview beside it is passed by."""
    graph = json.loads(Path(CLIP).read_text())
    rate = {"SaveWEBM": "fps", "VHS_VideoCombine": "frame_rate"}.get(saver)
    graph["9"] = {
        "class_type": saver,
        "inputs": {"images": ["7", 0], "video": ["8", 0], **({rate: 24} if rate else {})},
    }
    path = tmp_path / "w.json"
    path.write_text(json.dumps(graph))
    with ComfyServer() as server:
        camera = comfyui.CAMERA(Access(base_url=server.url), {"workflow": str(path)})
        ended = outcome(camera, CLIP_WANTED)

    assert isinstance(ended, Media), ended
    assert ended.media_type == ending


def test_the_output_that_the_user_names_is_taken():
    """And one that gives no clip is told with what there was."""
    with ComfyServer() as server:
        assert isinstance(outcome(comfy(server, CLIP, output="Save Video"), CLIP_WANTED), Media)
        ended = outcome(comfy(server, CLIP, output="Look"), CLIP_WANTED)

    assert type(ended) is BadOutput
    assert "ended without a clip from node 10 (it gave job-1 9.mp4, job-1 10.png)" in str(ended)


def test_a_still_may_come_from_a_preview(tmp_path):
    """Nothing else saves one."""
    graph = json.loads(Path(STILL).read_text())
    graph["9"]["class_type"] = "PreviewImage"
    (tmp_path / "w.json").write_text(json.dumps(graph))
    with ComfyServer() as server:
        ended = outcome(comfy(server, str(tmp_path / "w.json")))
        asked = parse_qs(urlsplit(server.asked[-1].path).query)

    assert isinstance(ended, Media), ended
    assert asked["type"] == ["temp"]


@pytest.mark.parametrize(
    ("node", "change", "said"),
    [
        ("4", {"class_type": "LoadMyThing"}, "node LoadMyThing does not exist; Node ID '#4'"),
        (
            "4",
            {"inputs": {"ckpt_name": "gone.safetensors"}},
            "Prompt outputs failed validation; node 4 (CheckpointLoaderSimple): Value not in list (ckpt_name: 'gone",
        ),
        ("6", {"inputs": {"text": "x"}}, "node 6 (CLIPTextEncode): Required input is missing (clip)"),
    ],
)
def test_a_workflow_that_comfyui_refuses_names_the_node(node, change, said, tmp_path):
    """Its class, what is wrong with it, and which input."""
    graph = json.loads(Path(STILL).read_text())
    graph[node] |= change
    (tmp_path / "w.json").write_text(json.dumps(graph))
    with ComfyServer() as server:
        ended = outcome(comfy(server, str(tmp_path / "w.json")))

    assert type(ended) is ProviderError
    assert said in str(ended)
    assert len(server.asked) == ONCE


def test_a_queue_ahead_of_us_is_waited_for():
    """The job is pending as long as the queue has it."""
    with ComfyServer(ahead=3, polls=2) as server:
        ended = outcome(comfy(server))
        questions = sum(asked.path.startswith("/history") for asked in server.asked)

    assert isinstance(ended, Media)
    assert questions == 3 + 1 + 2


def test_a_ticket_outlives_the_program():
    """Another object, made later, gets the picture; nothing is queued twice."""
    with ComfyServer(polls=1) as server:
        ticket = anyio.run(comfy(server).submit, WANTED)
        kept = Ticket.model_validate_json(ticket.model_dump_json())
        later = comfy(server)
        answers = [anyio.run(later.poll, kept) for _ in range(2)]

    assert answers[0] == Pending(1.0)
    assert isinstance(answers[1], Media)
    assert len(server.jobs) == ONCE


async def _cancelled(provider: PictureProvider, polls: int) -> None:
    ticket = await provider.submit(WANTED)
    for _ in range(polls):
        await provider.poll(ticket)
    await provider.cancel(ticket)
    await provider.cancel(ticket)  # a second time does no harm


@pytest.mark.parametrize(("ahead", "polls", "deleted", "stopped"), [(2, 0, ["job-0"], []), (0, 1, [], ["job-0"])])
def test_cancelling_takes_the_job_from_the_queue_or_stops_it(ahead, polls, deleted, stopped):
    """Whichever it is at; nobody else's job is touched."""
    with ComfyServer(ahead=ahead, polls=9) as server:
        anyio.run(_cancelled, comfy(server), polls)
        strangers = len(server.strangers)

    assert (server.deleted, server.interrupts) == (deleted, stopped)
    assert strangers == ahead


def test_a_stranger_that_runs_is_never_interrupted():
    """An older server interrupts whatever runs, so it is asked for our own job only."""
    with ComfyServer(ahead=2) as server:
        anyio.run(_cancelled, comfy(server), 0)

    assert not [asked for asked in server.asked if asked.path == "/interrupt"]


def test_cancelling_at_a_server_that_is_gone_is_no_error():
    """It is let be."""
    with ComfyServer() as server:
        provider = comfy(server)
    anyio.run(provider.cancel, Ticket(provider="comfyui", id="job-0"))


def test_a_job_that_a_person_interrupts_is_told():
    """In ComfyUI's own window."""

    async def stopped(provider: PictureProvider) -> None:
        ticket = await provider.submit(WANTED)
        await provider.poll(ticket)
        await provider.cancel(ticket)
        await provider.poll(ticket)

    with ComfyServer(polls=9) as server, pytest.raises(ProviderError, match="was interrupted in ComfyUI at 127"):
        anyio.run(stopped, comfy(server))


def test_the_card_is_what_the_workflow_can_do(tmp_path):
    """Its size, its length, its texts; the version is the workflow's content, wherever it lies."""
    with ComfyServer() as server:
        still, clip = comfy(server), comfy(server, CLIP)
        (tmp_path / "moved.json").write_text(Path(STILL).read_text())
        moved, mapped = comfy(server, str(tmp_path / "moved.json")), comfy(server, negative="6")

    assert (still.card.size.pixels_max, still.card.supports_negative, still.card.references_max) == (512 * 512, True, 0)
    assert (clip.card.clip.max_s, clip.card.clip.takes_start) == (97 / 24, True)
    assert still.card.version == moved.card.version
    assert len({still.card.version, mapped.card.version, clip.card.version}) == 3
    assert comfy(server, pixels_max=90_000).card.size.pixels_max == 90_000


def test_a_reference_goes_where_the_user_says(tmp_path):
    """A still whose workflow loads a picture takes one; without the option the workflow keeps its own."""
    graph = json.loads(Path(STILL).read_text())
    graph["20"] = {"class_type": "LoadImage", "_meta": {"title": "Face"}, "inputs": {"image": "mine.png"}}
    (tmp_path / "w.json").write_text(json.dumps(graph))
    asked = WANTED._replace(references=(FOX,))
    with ComfyServer() as server:
        named = comfy(server, str(tmp_path / "w.json"), picture="Face")
        assert isinstance(outcome(named, asked), Media)
        assert isinstance(outcome(comfy(server, str(tmp_path / "w.json")), asked), Media)
        images = [one["graph"]["20"]["inputs"]["image"] for one in server.jobs]

    assert named.card.references_max == 1
    assert images[0].startswith("astragen-")
    assert images[1] == "mine.png"


def test_a_clip_without_its_first_picture_is_not_begun():
    """The workflow's own would be a stranger's."""
    with ComfyServer() as server:
        ended = outcome(comfy(server, CLIP), wanted(seconds=1.0))

    assert type(ended) is ProviderError
    assert "starts from a picture, and the shot has none" in str(ended)
    assert not server.asked


def test_comfyui_without_a_workflow_is_told():
    """Before anything is sent."""
    with pytest.raises(SettingsError, match="needs a workflow"):
        comfyui.ARTIST(Access())


def test_two_pictures_to_start_from_must_be_told_apart(tmp_path):
    """By the option, which is named."""
    graph = json.loads(Path(CLIP).read_text())
    graph["20"] = {"class_type": "LoadImage", "inputs": {"image": "last.png"}}
    (tmp_path / "w.json").write_text(json.dumps(graph))
    with pytest.raises(SettingsError, match=r"in the nodes 2, 20\. Name the one that clips start from"):
        comfyui.CAMERA(Access(), {"workflow": str(tmp_path / "w.json")})
    comfyui.CAMERA(Access(), {"workflow": str(tmp_path / "w.json"), "picture": "2"})


# All of them --------------------------------------------------------------------------------------------------------


NAMES = ("a1111", "comfyui", "diffusers", "folder")
HEADER = re.compile(
    r".+\n\n(?:.+\n)*\n?kind: (?P<kind>artist(?:, camera)?)\nkey: .+\ndocs: .+\nprice: none\nlimits: .+\n"
    r"read: (?P<read>\d{4}-\d\d-\d\d)\n"
)


@pytest.mark.parametrize("name", NAMES)
def test_every_local_artist_has_its_header(name):
    """What it is, its key, its documents and when they were read; the last lines name the classes."""
    module = import_module(f"astragen.providers.artists.{name}")
    header = HEADER.fullmatch(module.__doc__)

    assert header is not None
    assert date(2026, 11, 1) <= date.fromisoformat(header["read"])
    trades = {"artist": module.ARTIST} | ({"camera": module.CAMERA} if "camera" in header["kind"] else {})
    for trade, one in trades.items():
        assert (one.capability.name, one.capability.trade) == (name, trade)
        assert one.capability in known_artists().values()
        assert one.is_local
    last = Path(module.__file__).read_text("utf-8").splitlines()[-len(trades) :]
    assert last == [f"{trade.upper()} = {one.__name__}" for trade, one in trades.items()]


def test_the_local_ones_cost_nothing():
    """Whatever is asked."""
    with A1111Server() as server:
        assert webui(server).price_usd(WANTED.request) == 0.0
    with ComfyServer() as server:
        assert comfy(server).price_usd(WANTED.request) == 0.0


def test_an_unknown_option_names_the_known_ones():
    """A slip of the pen is told before anything is sent."""
    with pytest.raises(SettingsError, match="It knows: cfg_scale, pixels_max, reference_denoising, sampler_name"):
        partial(a1111.ARTIST, Access(), {"step": 3})()
