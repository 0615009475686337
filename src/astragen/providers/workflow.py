"""A user's ComfyUI workflow: read and checked, its places found, filled in for a shot.

A workflow in API format is a graph: {"3": {"class_type": ..., "inputs": {name: value or [node, slot]}, "_meta":
{"title": ...}}}. The places that are filled in are found by what is linked to what; whoever has another kind of
workflow names them, by node title or id. Pure but for `read_workflow`, which reads the file. Start there.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from astragen.errors import SettingsError

BYTES_MAX: Final = 4_000_000
NODES_MAX: Final = 2_000
FPS: Final = 24.0  # of a workflow that names no rate
FRAME_STEP: Final = 8  # LTX makes 8n + 1 frames and Wan 4n + 1, which that is, too

Role = Literal["prompt", "negative", "seed", "width", "height", "length", "picture", "output"]
Graph = dict[str, dict[str, Any]]
Place = tuple[str, str]
"""A node's id and the name of one of its inputs."""

_TEXTS: Final = ("text", "text_g", "text_l", "clip_l", "t5xxl", "prompt", "value", "string")
_NUMBERS: Final = ("value", "int", "number", "seed", "noise_seed")
_SAVERS: Final = ("Save", "Preview", "VHS_VideoCombine")
_MODELS: Final = ("ckpt_name", "unet_name", "model_name")
_EXPORT: Final = "In ComfyUI: Workflow > Export (API); in older ones, Save (API Format) after enabling the dev mode."


class Workflow(NamedTuple):
    """A checked graph and its places; a role without places is left as the workflow has it."""

    path: str
    graph: Graph
    places: Mapping[Role, tuple[Place, ...]]
    output: str = ""
    """The node whose file is wanted; empty: the first that gives one."""

    @property
    def size(self) -> tuple[int, int] | None:
        """Its own width and height, in pixels."""
        width, height = self._number("width"), self._number("height")
        return (int(width), int(height)) if width and height else None

    @property
    def fps(self) -> float:
        """Frames a second of its clips."""
        rates = (_number_at(self.graph, node, name) for node in self.graph for name in ("fps", "frame_rate"))
        return next((rate for rate in rates if rate and rate > 0), FPS)

    @property
    def seconds(self) -> float | None:
        """Its own length."""
        frames = self._number("length")
        return frames / self.fps if frames else None

    @property
    def model(self) -> str:
        """The first model file that it loads."""
        named = (node["inputs"].get(name) for node in self.graph.values() for name in _MODELS)
        return next((name[:200] for name in named if isinstance(name, str)), "")

    def _number(self, role: Role) -> float | None:
        places = self.places.get(role, ())
        return _number_at(self.graph, *places[0]) if places else None

    def filled(self, values: Mapping[Role, object]) -> Graph:
        """The graph with *values* in their places, one picture a run."""
        graph = copy.deepcopy(self.graph)
        for role, value in values.items():
            for number, name in self.places.get(role, ()):
                graph[number]["inputs"][name] = value
        for node in graph.values():
            if isinstance(node["inputs"].get("batch_size"), int):
                node["inputs"]["batch_size"] = 1
        return graph


def frames_of(seconds: float, fps: float) -> int:
    """The least number of frames 8n + 1 that lasts at least *seconds*."""
    return FRAME_STEP * max(1, math.ceil((seconds * fps - 1) / FRAME_STEP - 1e-6)) + 1


def read_workflow(path: str, named: Mapping[Role, str]) -> Workflow:
    """Return the workflow in the file *path*.

    named: the user's own choice of places: a node's title or id, with ".input" where that is not clear.

    Raises:
        SettingsError: the file cannot be read or is no workflow in API format, a place that is named is not in it,
            or it saves nothing.
    """
    graph = _graph(path)
    places = {role: tuple(find(graph)) for role, find in _FINDERS.items()}
    chosen: dict[Role, tuple[Place, ...]] = {
        role: (_named(path, graph, role, name),) for role, name in named.items() if role != "output"
    }
    places |= chosen
    if not places["prompt"]:
        hint = 'Name the node that takes it with the option prompt, as "title" or "id.input".'
        raise SettingsError(f"The workflow {path} has no place for a prompt that could be found.", hint=hint)
    output = _node(path, graph, "output", named["output"]) if "output" in named else ""
    if not output and not any(node["class_type"].startswith(_SAVERS) for node in graph.values()):
        hint = "Add a SaveImage or SaveVideo node, or name another kind of output with the option output."
        raise SettingsError(f"The workflow {path} has no output node: nothing would be saved.", hint=hint)
    return Workflow(path, graph, places, output)


# Reading and checking -----------------------------------------------------------------------------------------------


def _graph(path: str) -> Graph:
    """The checked graph of the file *path*."""
    value = _json(path)
    if isinstance(value, dict) and isinstance(value.get("prompt"), dict):
        value = value["prompt"]  # a whole request, as some tools save it
    if isinstance(value, dict) and isinstance(value.get("nodes"), list):
        raise SettingsError(f"The workflow {path} is in the editor's format, not in the API's.", hint=_EXPORT)
    if not isinstance(value, dict) or not value:
        raise SettingsError(f"The file {path} is no ComfyUI workflow.", hint=_EXPORT)
    if len(value) > NODES_MAX:
        raise SettingsError(
            f"The workflow {path} has {len(value)} nodes; {NODES_MAX} are possible.", hint="Shorten it."
        )
    for number, node in value.items():
        if not isinstance(node, dict) or not isinstance(node.get("class_type"), str):
            raise SettingsError(f'The workflow {path} has no class_type at "{number[:40]}".', hint=_EXPORT)
        if not isinstance(node.get("inputs"), dict):
            raise SettingsError(f"The workflow {path} has no inputs at node {_described(value, number)}.", hint=_EXPORT)
    for number, node in value.items():
        for name, linked in node["inputs"].items():
            source = _source(linked)
            if source is not None and source not in value:
                message = f"In {path}, {name} of node {_described(value, number)} comes from node {source}, "
                raise SettingsError(f"{message}which is not in the file.", hint="Export the workflow again.")
    return value


def _json(path: str) -> object:
    try:
        file = Path(path).expanduser()
        size = file.stat().st_size
        if size > BYTES_MAX:
            message = f"The workflow {path} has {size:,} bytes; {BYTES_MAX:,} are possible."
            raise SettingsError(message, hint="Export it without embedded pictures.")
        return json.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"The workflow {path} cannot be read: {error.strerror}.", hint="Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"The workflow {path} is no JSON.", hint=_EXPORT) from error


def _named(path: str, graph: Graph, role: Role, name: str) -> Place:
    """The place that the user calls *name*: a title or id, or one with ".input"."""
    asked, _, given = name.rpartition(".") if name not in _titles(graph) else (name, "", "")
    node = _node(path, graph, role, asked or name)
    if asked and given:
        if given not in graph[node]["inputs"]:
            known = ", ".join(graph[node]["inputs"])
            message = f'Node {_described(graph, node)} of {path} has no input "{given}" for the {role}.'
            raise SettingsError(message, hint=f"It has: {known}.")
        return node, given
    usual = {"prompt": _TEXTS, "negative": _TEXTS, "seed": ("seed", "noise_seed", "value"), "picture": ("image",)}
    for one in usual.get(role, (role, "value")):
        if one in graph[node]["inputs"]:
            return node, one
    message = f"Node {_described(graph, node)} of {path} has no input that takes the {role}."
    raise SettingsError(message, hint=f'Name it as "{node}.input", with one of: {", ".join(graph[node]["inputs"])}.')


def _node(path: str, graph: Graph, role: Role, name: str) -> str:
    """The id of the node that the user calls *name*."""
    found = [name] if name in graph else _titles(graph).get(name, [])
    if len(found) == 1:
        return found[0]
    what = "has no node" if not found else f"has {len(found)} nodes"
    known = ", ".join(_described(graph, node) for node in list(graph)[:12])
    raise SettingsError(f'The workflow {path} {what} "{name}" for the {role}.', hint=f"Use an id: {known}.")


def _titles(graph: Graph) -> dict[str, list[str]]:
    """Node ids by id and by title."""
    found: dict[str, list[str]] = {node: [node] for node in graph}
    for number, node in graph.items():
        title = _title(node)
        if title and title not in graph:
            found.setdefault(title, []).append(number)
    return found


def _title(node: Mapping[str, Any]) -> str:
    meta = node.get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else None
    return title.strip() if isinstance(title, str) else ""


def _described(graph: Graph, number: str) -> str:
    """A node for people: its id and its title or class."""
    node = graph[number]
    return f"{number} ({(_title(node) or str(node.get('class_type')))[:60]})"


# Finding the places -------------------------------------------------------------------------------------------------


def _source(value: object) -> str | None:
    """The node that an input is linked to; None for a value."""
    is_link = isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int)
    return value[0] if is_link and isinstance(value, list) else None


def _prompts(graph: Graph) -> Iterator[Place]:
    """Texts that are linked to `positive`, or as `conditioning` to a node that takes a model (a guider)."""
    yield from _conditioning(graph, "positive")
    if not any("positive" in node["inputs"] for node in graph.values()):
        for node in graph.values():
            if "model" in node["inputs"]:
                yield from _texts(graph, node["inputs"].get("conditioning"), "conditioning", set())


def _negatives(graph: Graph) -> Iterator[Place]:
    """Texts that are linked to `negative` and to nothing positive."""
    taken = set(_prompts(graph))
    yield from (place for place in _conditioning(graph, "negative") if place not in taken)


def _conditioning(graph: Graph, side: str) -> Iterator[Place]:
    found = (_texts(graph, node["inputs"].get(side), side, set()) for node in graph.values())
    yield from dict.fromkeys(place for places in found for place in places)


def _texts(graph: Graph, linked: object, side: str, seen: set[str]) -> Iterator[Place]:
    """Literal texts upstream of *linked*, through nodes that pass their *side* or conditioning on."""
    source = _source(linked)
    if source is None or source in seen:
        return
    seen.add(source)
    inputs = graph[source]["inputs"]
    literal = [(source, name) for name in _TEXTS if isinstance(inputs.get(name), str)]
    if literal:
        yield from literal
        return
    on = [name for name in inputs if name == side or name.startswith(("conditioning", *_TEXTS))]
    for name in on:
        yield from _texts(graph, inputs[name], side, seen)


def _number_at(graph: Graph, node: str, name: str) -> float | None:
    value = graph[node]["inputs"].get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _numbers(*names: str, beside: str = "") -> Callable[[Graph], Iterator[Place]]:
    """A finder of inputs called one of *names* that hold a number, or are linked to a node that holds one."""

    def find(graph: Graph) -> Iterator[Place]:
        for number, node in graph.items():
            for name in names:
                if name not in node["inputs"] or (beside and beside not in node["inputs"]):
                    continue
                source = _source(node["inputs"][name])
                if source is None:
                    yield from [(number, name)] if _number_at(graph, number, name) is not None else []
                else:
                    held = (one for one in _NUMBERS if _number_at(graph, source, one) is not None)
                    yield from ((source, one) for one in list(held)[:1])

    return find


def _pictures(graph: Graph) -> Iterator[Place]:
    for number, node in graph.items():
        if node["class_type"] == "LoadImage" and isinstance(node["inputs"].get("image"), str):
            yield number, "image"


# Latents have a batch size; nodes that scale or describe a size have none.
_FINDERS: Final[Mapping[Role, Callable[[Graph], Iterator[Place]]]] = {
    "prompt": _prompts,
    "negative": _negatives,
    "seed": _numbers("seed", "noise_seed"),
    "width": _numbers("width", beside="batch_size"),
    "height": _numbers("height", beside="batch_size"),
    "length": _numbers("length", beside="batch_size"),
    "picture": _pictures,
}
