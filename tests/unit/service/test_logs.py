import io
import json
import logging

import pytest

from astragen.service.logs import JsonLines, about_film, request_id

CANARY = "canary/9f8e7d6c5b4a+39281"


@pytest.fixture
def written():
    """A logger, and what it has written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines([CANARY]))
    log = logging.Logger("astragen.test")
    log.addHandler(handler)
    return log, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_its_request_and_film(written):
    """Both are found in whatever is logged while they are worked on."""
    log, lines = written
    mark = request_id.set("req_1")
    with about_film("film_1"):
        log.info("took %s", "long", extra={"ms": 12})
    request_id.reset(mark)
    log.info("after")

    first, second = lines()
    assert first["said"] == "took long"
    assert (first["request"], first["film"], first["ms"]) == ("req_1", "film_1", 12)
    assert not {"request", "film"} & set(second)


@pytest.mark.parametrize(
    "text",
    [
        CANARY,
        CANARY.replace("/", "%2F"),
        json.dumps(CANARY).replace("/", "\\/"),
        "ag_live_" + "Ab1" * 16,
        "whsec_" + "c2VjcmV0" * 4,
        "Authorization: Bearer abc.def-ghi",
        "postgresql+psycopg://films:pa55word@db/films",
        "GET https://films.example/shared/To-ken_Ab1Ab1 404",
        "https://bucket.example/a?X-Amz-Signature=0123456789abcdef",
    ],
)
def test_no_secret_is_written(written, text):
    """Known keys in any spelling, and what looks like a key: in messages, fields and tracebacks."""
    log, lines = written
    try:
        raise ValueError(f"it said {text!r}")
    except ValueError:
        log.exception("failed: %s", text, extra={"field": {"deep": [text]}})

    (line,) = lines()
    said = json.dumps(line)
    for secret in ("canary", "Ab1Ab1", "c2Vj", "abc.def", "pa55word", "0123456789abcdef"):
        assert secret not in said
    assert "ValueError" in line["traceback"]


def test_lines_are_one_line(written):
    """Whatever a client sends cannot forge a line of its own."""
    log, lines = written
    log.info("a\n%s", '{"said": "forged"}\r\n')

    assert len(lines()) == 1
