"""Whether a file is a voice for Piper: an ONNX model whose numbers are all in it.

The model is not run, and no library is given it: its protocol buffers are walked (the encoding is
protobuf.dev/programming-guides/encoding, the fields are those of onnx.proto, IR version 10). A model may name
other files for its numbers; such a one is refused, for they would be looked for on this machine. Start at
`check_voice_model`.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from astragen.errors import ProbeError

VOICE_MAX: Final = 512 * 2**20  # bytes; Piper's largest voices have 120 MB
TENSORS_MAX: Final = 20_000
DEPTH_MAX: Final = 8  # graphs within graphs: the branches of an if, the body of a loop

_GRAPH: Final = 7  # of ModelProto
_NODE, _INITIALIZER, _INPUT, _OUTPUT = 1, 5, 11, 12  # of GraphProto
_SPARSE: Final = 15
_ATTRIBUTE: Final = 5  # of NodeProto
_TENSORS_OF_ATTRIBUTE: Final = (5, 10)
_GRAPHS_OF_ATTRIBUTE: Final = (6, 11)
_EXTERNAL, _LOCATION = 13, 14  # of TensorProto
_NOT_ONE: Final = "The file is no ONNX model, or is damaged."


class _Field(NamedTuple):
    """A field of a message: its number, and its value: a number, or where its bytes begin and end."""

    number: int
    value: int
    start: int = 0
    end: int = 0


def check_voice_model(path: Path) -> None:
    """Pass when *path* is a whole ONNX model with inputs and outputs, and names no other file.

    Raises:
        ProbeError: it is not.
    """
    size = path.stat().st_size
    if size > VOICE_MAX:
        raise ProbeError(f"The voice has {size:,} bytes; {VOICE_MAX:,} are possible.")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        graphs = [one for one in _fields(held, 0, size) if one.number == _GRAPH and one.end]
        if len(graphs) != 1:
            raise ProbeError(_NOT_ONE)
        numbers = {one.number for one in _fields(held, graphs[0].start, graphs[0].end)}
        if not {_NODE, _INPUT, _OUTPUT} <= numbers:
            raise ProbeError("The model has no inputs, no outputs or nothing in between.")
        for count, tensor in enumerate(_tensors(held, graphs[0], 0)):
            if count >= TENSORS_MAX:
                raise ProbeError(f"The model has more than {TENSORS_MAX:,} tables.")
            if any(one.number == _EXTERNAL or (one.number == _LOCATION and one.value) for one in _of(held, tensor)):
                raise ProbeError("The model keeps its numbers in another file.", hint="Export it as one file.")


def _tensors(held: mmap.mmap, graph: _Field, depth: int) -> Iterator[_Field]:
    """Every table of numbers in *graph* and in the graphs within."""
    if depth > DEPTH_MAX:
        raise ProbeError(f"The model has graphs more than {DEPTH_MAX} deep.")
    for one in _of(held, graph):
        if one.number == _INITIALIZER:
            yield one
        elif one.number == _SPARSE:
            yield from (part for part in _of(held, one) if part.number in (1, 2))
        elif one.number == _NODE:
            attributes = (part for part in _of(held, one) if part.number == _ATTRIBUTE)
            for part in (part for attribute in attributes for part in _of(held, attribute)):
                if part.number in _TENSORS_OF_ATTRIBUTE:
                    yield part
                elif part.number in _GRAPHS_OF_ATTRIBUTE:
                    yield from _tensors(held, part, depth + 1)


def _of(held: mmap.mmap, message: _Field) -> Iterator[_Field]:
    return _fields(held, message.start, message.end)


def _fields(held: mmap.mmap, at: int, end: int) -> Iterator[_Field]:
    """The fields of the message that lies from *at* to *end*.

    Raises:
        ProbeError: it is none.
    """
    while at < end:
        tag, at = _varint(held, at, end)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise ProbeError(_NOT_ONE)
        if wire == 0:
            value, at = _varint(held, at, end)
            yield _Field(number, value)
            continue
        if wire == 2:
            size, at = _varint(held, at, end)
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
        else:
            raise ProbeError(_NOT_ONE)
        if at + size > end:
            raise ProbeError("The model is cut short.", hint="Download it again.")
        yield _Field(number, 0, at, at + size)
        at += size


def _varint(held: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = 0
    for place in range(10):
        if at + place >= end:
            raise ProbeError("The model is cut short.", hint="Download it again.")
        byte = held[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise ProbeError(_NOT_ONE)
