import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from astragen.service import telemetry
from little_house import client


@pytest.fixture
def spans(monkeypatch):
    """What is told while the test runs."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter.get_finished_spans
    provider.shutdown()


def test_a_request_is_a_span_with_the_name_of_its_route(rooms, spans):
    """A child of the client's span; neither its path nor its query is told."""
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    client(rooms, traceparent=parent).get("/static/secret.js?key=secret")

    (span,) = spans()
    assert span.name == "GET /static/{name}"
    assert span.attributes["http.response.status_code"] == 404
    assert format(span.context.trace_id, "032x") in parent
    assert "secret" not in span.to_json()


def test_a_failure_of_ours_marks_its_span(rooms, spans):
    """One of the client's does not."""
    rooms.office.films.counts = lambda _: 1 / 0
    client(rooms).get("/metrics")

    assert [span.status.is_ok for span in spans()] == [False]


def test_an_error_inside_a_span_is_told_by_class_alone(spans):
    """Messages may have prompts in them."""
    with pytest.raises(ValueError, match="a prompt"), telemetry.span("film", film="film_1"):
        raise ValueError("a prompt")

    (span,) = spans()
    assert (span.name, span.attributes["film"]) == ("film", "film_1")
    assert "ValueError" in span.to_json()
    assert "a prompt" not in span.to_json()


def test_without_the_extra_there_is_nothing(rooms, spans, monkeypatch):
    """And nothing is missed."""
    monkeypatch.setattr(telemetry, "_is_there", False)

    assert client(rooms).get("/healthz").status_code == 200
    with telemetry.span("film"):
        pass
    assert telemetry.start("astragen") is False
    assert spans() == ()
