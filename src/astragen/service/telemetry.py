"""Spans of OpenTelemetry, where its packages are installed (the extra "telemetry"); nothing otherwise.

Where spans are sent is configured as its users are used to: by OTEL_EXPORTER_OTLP_ENDPOINT, which its SDK reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from starlette.datastructures import Headers
from starlette.types import Scope

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

_is_there = find_spec("opentelemetry") is not None and find_spec("opentelemetry.sdk") is not None


class RequestSpan(Protocol):
    """The span of a request, which gets its name when the route is known."""

    def end(self, route: str, status: int) -> None:
        """Say what was served, and how."""


class _NoSpan:
    def end(self, route: str, status: int) -> None:
        """There is nobody to tell."""


class _Span:
    def __init__(self, span: Span, method: str) -> None:
        self._span = span
        self._method = method

    def end(self, route: str, status: int) -> None:
        """Name the span for its route, and mark it as failed when the service did."""
        from opentelemetry.trace import Status, StatusCode

        self._span.update_name(f"{self._method} {route}")
        self._span.set_attribute("http.route", route)
        self._span.set_attribute("http.response.status_code", status)
        if status >= 500:
            self._span.set_status(Status(StatusCode.ERROR))


def start(service: str, *, exporter: SpanExporter | None = None) -> bool:
    """Send the spans of *service* to *exporter*, or to where the environment says; False: there is no such package."""
    if not _is_there:
        return False
    from opentelemetry import trace
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    if exporter is None:
        if find_spec("opentelemetry.exporter.otlp.proto.http") is None:
            return False
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        exporter = OTLPSpanExporter()
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return True


@contextmanager
def span(name: str, **attributes: str | int | float | bool) -> Iterator[None]:
    """A span around what is done inside; an error is noted by its class alone, as its message may name a prompt."""
    if not _is_there:
        yield
        return
    from opentelemetry import trace
    from opentelemetry.trace import Status, StatusCode

    tracer = trace.get_tracer(__name__)
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


@contextmanager
def request_span(scope: Scope) -> Iterator[RequestSpan]:
    """The span of a request, a child of the client's where it sent a `traceparent`."""
    if not _is_there:
        yield _NoSpan()
        return
    from opentelemetry import propagate, trace

    tracer = trace.get_tracer(__name__)
    method = scope["method"]
    with tracer.start_as_current_span(
        method,
        context=propagate.extract(dict(Headers(scope=scope))),
        kind=trace.SpanKind.SERVER,
        attributes={"http.request.method": method},
        record_exception=False,
    ) as current:
        yield _Span(current, method)
