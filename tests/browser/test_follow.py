"""The history of a film as the studio hears it: every event once, in order, over lost connections."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest

FOLLOW = """
async ([film, after]) => {
    const { follow } = await import("/studio/app/follow.js");
    const heard = { seqs: [], states: [], problem: "" };
    await new Promise((resolve) => follow(film, after, {
        onEvent: (event) => heard.seqs.push(event.seq),
        onState: (state) => { heard.states.push(state); if (state === "ended") resolve(); },
        onProblem: (problem) => { heard.problem = problem.code; resolve(); },
    }));
    return heard;
}
"""


@pytest.fixture(scope="module")
def film(service) -> str:
    """A film that was cancelled: its history is whole."""

    def ask(path, body):
        request = Request(f"{service}{path}", method="POST", headers={"Content-Type": "application/json"})
        with urlopen(request, json.dumps(body).encode()) as answer:
            return json.load(answer)

    made = ask("/v1/films", {"prompt": "A lamp in the fog", "seconds": 5, "height": 360, "writer": "builtin"})
    ask(f"/v1/films/{made['id']}/cancel", {})
    return made["id"]


def test_every_event_comes_once_and_then_the_end(open_page, film):
    """Numbered from one without a gap; whoever has seen them all is told of none."""
    page = open_page("#/nowhere")

    heard = page.evaluate(FOLLOW, [film, 0])
    again = page.evaluate(FOLLOW, [film, heard["seqs"][-1]])

    assert heard["seqs"] == list(range(1, len(heard["seqs"]) + 1))
    assert len(heard["seqs"]) >= 2
    assert heard["states"] == ["live", "ended"]
    assert (again["seqs"], again["states"]) == ([], ["ended"])


def test_a_lost_connection_is_made_again(open_page, film, expected):
    """From where it was; meanwhile it says so."""
    expected.append("net::ERR_")
    page = open_page("#/nowhere")
    losing = iter([True])
    page.route("**/events", lambda route: route.abort() if next(losing, False) else route.continue_())

    heard = page.evaluate(FOLLOW, [film, 0])

    assert heard["states"] == ["reconnecting", "live", "ended"]
    assert heard["seqs"] == list(range(1, len(heard["seqs"]) + 1))


def test_a_film_that_is_none_is_a_problem(open_page, expected):
    """It is not asked for again and again."""
    expected.append("404")
    page = open_page("#/nowhere")

    assert page.evaluate(FOLLOW, [f"film_{'0' * 26}", 0])["problem"] == "resource.not_found"
