from __future__ import annotations

import cv2
import numpy as np
import pytest
from pydantic import SecretStr

import little_house
from astragen.media.audio import read_wav
from astragen.providers.access import Access

CANARY = "sk-canary-5f0c7e1ab2d9"


@pytest.fixture
def asking(tmp_path):
    providers = {"openai": Access(key=SecretStr(CANARY)), "compatible": Access(base_url="https://llm.example/v1")}
    with little_house.house(tmp_path / "house", providers=providers) as rooms:
        yield little_house.client(rooms)


def test_providers_are_told_with_price_and_state_and_never_a_key(asking):
    """Nor the address of one that a user set."""
    answer = asking.get("/v1/providers")
    found = {(one["trade"], one["name"]): one for one in answer.json()["data"]}

    assert {trade for trade, name in found if name == "builtin"} == {"writer", "artist", "camera", "voice"}
    assert found["writer", "openai"]["state"] == "ready"
    assert found["writer", "openai"]["is_configured"] is True
    assert found["writer", "openai"]["price"]["per"] == "million_tokens"
    assert found["camera", "runway"]["act"].startswith("Set ")
    assert CANARY not in answer.text
    assert "llm.example" not in answer.text


def test_voices_are_told_by_language(asking):
    """Those of other languages are left out, and the built-in ones can be heard."""
    everyone, klingon = (asking.get(f"/v1/voices{one}").json()["data"] for one in ("", "?language=tlh-Latn"))
    german = asking.get("/v1/voices?language=de-AT").json()["data"]

    assert german[0]["voice"] == "builtin"
    assert german[0]["sample"] == "/v1/voices/builtin/sample"
    assert "builtin" not in {one["voice"] for one in klingon}
    assert len(klingon) < len(everyone)
    assert asking.get("/v1/voices?language=no+tag").status_code == 422


def test_a_sample_is_heard_and_kept(asking, tmp_path):
    """Sound, and the same the second time, by its tag."""
    first = asking.get("/v1/voices/builtin/sample?language=de&text=Guten+Tag.")
    again = asking.get(
        "/v1/voices/builtin/sample?language=de&text=Guten+Tag.", headers={"if-none-match": first.headers["etag"]}
    )

    assert first.status_code == 200, first.text
    assert first.headers["content-type"] == "audio/wav"
    (tmp_path / "heard.wav").write_bytes(first.content)
    assert np.abs(read_wav(tmp_path / "heard.wav")).max() > 0.1
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("openai:nova/sample", 404),
        ("builtin:nobody/sample", 404),
        ("builtin/sample?language=tlh", 422),
        ("builtin/sample?text=...", 422),
        (f"builtin/sample?text={'a' * 201}", 422),
    ],
)
def test_what_is_no_sample_is_refused(asking, asked, status):
    """Nobody who charges is asked for one."""
    assert asking.get(f"/v1/voices/{asked}").status_code == status


def test_styles_have_an_example(asking):
    """A small picture, and another one in another style."""
    listed = asking.get("/v1/styles").json()["data"]
    pictures = [asking.get(f"/v1/styles/{name}/example") for name in ("noir", "teal_orange")]

    assert {"name", "about", "details", "example"} == set(listed[0])
    assert "teal orange" in {one["name"] for one in listed}
    assert [cv2.imdecode(np.frombuffer(one.content, np.uint8), 1).shape for one in pictures] == [(360, 640, 3)] * 2
    assert pictures[0].content != pictures[1].content
    assert asking.get("/v1/styles/plaid/example").status_code == 404


def test_limits_are_those_of_the_brief(asking):
    """Read from its schema, so that they cannot differ."""
    told = asking.get("/v1/limits").json()

    assert (told["brief"]["seconds"]["minimum"], told["brief"]["seconds"]["maximum"]) == (5, 600)
    assert "21:9" in told["brief"]["aspect"]["enum"]
    assert told["upload_max_bytes"] == 2 * 2**30
