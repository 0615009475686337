"""Tests of pipeline/depths.py and pipeline/matching.py on a real run, with and without a model."""

from __future__ import annotations

import anyio
import cv2
import numpy as np
import pytest

from astragen.media.depth import read_depth
from astragen.model.recipe import Recipe
from astragen.model.take import Take
from astragen.pipeline.depths import with_depth
from astragen.pipeline.matching import with_palette
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore


def recipe(move: str = "truck_left") -> Recipe:
    """A clear day on a mountain."""
    return Recipe(setting="mountain", time_of_day="day", weather="clear", season="summer", mood="calm", move=move)


def coded(tint: tuple[int, int, int]) -> bytes:
    """A PNG of soft patches of a tint, brighter downwards."""
    soft = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 200, (90, 160, 3)), (0, 0), 5)
    ramp = np.linspace(-60, 60, 90)[:, None, None]
    return bytes(cv2.imencode(".png", np.uint8(np.clip(soft + ramp + tint, 0, 255)))[1])


def done(tmp_path, work):
    """What *work* gives of a store and a run."""

    async def main():
        store = ArtifactStore(tmp_path / "artifacts")
        async with InlineRun(tmp_path / "scratch", store=store, memo=None, workers=1) as run:
            return await work(store, run)

    return anyio.run(main)


def still(store, tint=(90, 120, 140), move="truck_left") -> Take:
    """A stored still under a move."""
    artifact = store.put_bytes(coded(tint), "image/png")
    return Take(shot="s1", kind="still", artifact=artifact, recipe=recipe(move), made_by="test")


def test_without_a_model_a_take_stays_as_it_is(tmp_path):
    """The renderer goes by cues."""

    async def work(store, run):
        take = still(store)
        return take, await with_depth(take, None, run)

    before, after = done(tmp_path, work)

    assert after == before


def test_a_model_that_cannot_be_used_is_told_and_the_take_goes_on(tmp_path):
    """A missing file is a fallback of this one shot."""

    async def work(store, run):
        return await with_depth(still(store), tmp_path / "none.onnx", run)

    take = done(tmp_path, work)

    (told,) = take.fallbacks
    assert (told.stage, told.subject, take.depth) == ("depth", "s1", None)
    assert "none.onnx" in told.reason


def test_a_move_that_shows_no_depth_asks_no_model(tmp_path):
    """Under a pan the model is not even opened."""

    async def work(store, run):
        return await with_depth(still(store, move="pan_left"), tmp_path / "none.onnx", run)

    assert done(tmp_path, work).fallbacks == ()


def test_a_model_s_depth_is_stored_beside_the_picture(tmp_path):
    """A grey picture as artifact: near where this model says so, at the bottom, which is bright."""
    onnx = pytest.importorskip("onnx", reason="the onnx package writes the model")
    pytest.importorskip("onnxruntime", reason="onnxruntime runs the model")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    ends = [
        helper.make_tensor_value_info(name, kind, shape)
        for name, shape in (("image", [1, 3, 64, 64]), ("depth", [1, 64, 64]))
    ]
    node = helper.make_node("ReduceMean", ["image"], ["depth"], axes=[1], keepdims=0)
    graph = helper.make_graph([node], "mean", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    (tmp_path / "m.onnx").write_bytes(model.SerializeToString())

    async def work(store, run):
        take = await with_depth(still(store), tmp_path / "m.onnx", run)
        return take, read_depth(store.path(take.depth), shot="s1") if take.depth else None

    take, depth = done(tmp_path, work)

    assert take.fallbacks == ()
    assert depth is not None
    assert depth.nearness[-10:].mean() > depth.nearness[:10].mean() + 0.3


def test_a_still_is_brought_nearer_to_its_anchor(tmp_path):
    """Another artifact, a JPEG; an anchor alike, none at all, and a clip change nothing."""

    async def work(store, run):
        take, anchor = still(store), still(store, tint=(140, 120, 90)).artifact
        clip = take.model_copy(update={"kind": "clip"})
        return [
            (one, await with_palette(one, to, run))
            for one, to in ((take, anchor), (take, None), (take, take.artifact), (clip, anchor))
        ]

    (before, after), *others = done(tmp_path, work)

    assert after.artifact.media_type == "image/jpeg"
    assert after.artifact != before.artifact
    assert all(one == other for one, other in others)
