from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from astragen.errors import BadOutput, ContentRefused, ProviderError, QuotaExceeded, RateLimited, Unavailable
from astragen.providers.failures import SAID_MAX, failure, retry_after_s, variable, words_of

NO_SCHEMAS = "1 validation error: {'loc': ('body', 'response_format', 'type'), 'input': 'json_schema'}"
NOW = datetime(2026, 11, 30, 12, 0, 0, tzinfo=timezone.utc)


def failed(status: int, body: object = b"", **headers: str):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return failure(status, named, raw, provider="acme", key_hint="Check ACME_KEY.", now=NOW)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, ProviderError) for status in (400, 401, 403, 404, 405, 413, 422, 501, 505, 307)),
        *((status, Unavailable) for status in (408, 409, 425, 500, 502, 503, 504, 520, 524, 529, 530)),
        (402, QuotaExceeded),
        (429, RateLimited),
        (200, BadOutput),
    ],
)
def test_each_status_is_one_error(status, kind):
    """The table of the fact sheet's section 11."""
    error = failed(status)

    assert type(error) is kind
    assert error.status == status
    assert error.provider == "acme"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        pytest.param(429, {"error": {"code": "insufficient_quota"}}, QuotaExceeded, id="openai"),
        pytest.param(401, {"detail": {"status": "quota_exceeded"}}, QuotaExceeded, id="elevenlabs"),
        pytest.param(402, {"x402Version": 1, "error": "Queue full for IP: 1"}, RateLimited, id="x402_queue"),
        pytest.param(402, {"x402Version": 1, "error": "Payment required"}, QuotaExceeded, id="x402_money"),
        pytest.param(429, {"error": {"status": "RESOURCE_EXHAUSTED"}}, RateLimited, id="google_minute"),
        pytest.param(400, {"error": {"type": "safety_error", "message": "no"}}, ContentRefused, id="pollinations"),
        pytest.param(400, {"error": {"code": "content_policy_violation"}}, ContentRefused, id="openai_policy"),
        pytest.param(403, {"error": {"metadata": {"reasons": ["x"]}}}, ContentRefused, id="openrouter"),
        pytest.param(403, {"error": {"message": "region"}}, ProviderError, id="plain_403"),
        pytest.param(403, {"detail": "User is locked. Reason: Exhausted balance."}, QuotaExceeded, id="fal_balance"),
        pytest.param(500, {"error": {"type": "safety_error"}}, Unavailable, id="only_where_it_fits"),
        pytest.param(500, {"error": {"message": NO_SCHEMAS}}, ProviderError, id="llama_cpp_python"),
    ],
)
def test_a_code_in_the_body_tells_more_than_the_status(status, body, kind):
    """Vendors use one status for several things."""
    assert type(failed(status, body)) is kind


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "Bad thing.", "code": None}}, "Bad thing"),
        ({"error": "a text"}, "a text"),
        ({"type": "error", "error": {"type": "x", "message": "Overloaded"}}, "Overloaded"),
        ([{"error": {"message": "in a list"}}], "in a list"),
        ({"detail": [{"loc": ["body"], "msg": "Extra inputs"}]}, "Extra inputs"),
        ({"object": "error", "message": "old vLLM"}, "old vLLM"),
        ({"status": 502, "success": False, "error": {"code": "BAD_GATEWAY", "message": "up"}}, "up"),
        ({"error": {"message": "two\nlines\x1b[31m"}}, "two lines [31m"),
        (b"error code: 1033", "error code: 1033"),
        (b"<html><title>502\n Bad</title>", 'a web page, "502 Bad"'),
        (b"<p>oh", "a web page"),
        (b"\xff\x00", "\ufffd"),
        (b"[" * 100_000, "["),
        ({"error": 7}, '{"error": 7}'),
        (b"", ""),
    ],
)
def test_a_vendors_words_are_found_in_its_shape(body, said):
    """On one line, printable, without the full stop that ours adds."""
    message = failed(404, body).message

    assert message.startswith(f"acme answered HTTP 404: {said}" if said else "acme answered HTTP 404.")


def test_a_signed_query_is_not_repeated():
    """A vendor's words may hold an address that opens a private file."""
    said = words_of({"error": "Cannot fetch https://cdn.example.com/fox.png?X-Amz-Signature=abc&x=1 (HTTP 403)"})

    assert said == "Cannot fetch https://cdn.example.com/fox.png?[query] (HTTP 403)"


def test_a_vendors_words_are_cut():
    """A message stays readable."""
    assert len(words_of("x" * 10_000)) == SAID_MAX


def test_a_refused_key_says_what_to_do_and_repeats_nothing():
    """Vendors repeat parts of the key."""
    error = failed(401, {"error": {"message": "Incorrect API key provided: sk-12*89"}})

    assert str(error) == "acme refused the key or its rights (HTTP 401). Check ACME_KEY."
    assert not error.retry


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        ({"retry-after-ms": "150"}, None, 0.15),
        ({"retry-after-ms": "150", "retry-after": "9"}, None, 0.15),
        ({"retry-after": "3600"}, None, 3600.0),
        ({"retry-after": "1.5"}, None, 1.5),
        ({"retry-after": "Mon, 30 Nov 2026 12:00:30 GMT"}, None, 30.0),
        ({"retry-after": "Mon, 30 Nov 2026 13:00:30 +0100"}, None, 30.0),
        ({"retry-after": "Mon, 30 Nov 2026 11:00:00 GMT"}, None, 0.0),
        ({"retry-after": "-5"}, None, 0.0),
        ({"retry-after": "nan"}, None, None),
        ({"retry-after": "inf"}, None, None),
        ({"retry-after": "soon"}, None, None),
        ({}, {"error": "Rate limit exceeded", "retryAfterSeconds": 12}, 12.0),
        ({}, {"error": {"details": [{"x": 1}, {"retryDelay": "17.5s"}]}}, 17.5),
        ({"retry-after": "soon"}, {"retryAfterSeconds": 12}, 12.0),
        ({}, {"retryAfterSeconds": [1]}, None),
        ({"retry-after": "30s"}, None, 30.0),
        ({"retry-after": "1m30s"}, None, 90.0),
        ({"retry-after": "Mon, 30 Nov 2026 12:00:30 GMT", "date": "Mon, 30 Nov 2026 12:00:10 GMT"}, None, 20.0),
        ({"retry-after": "Mon, 30 Nov 2026 12:00:30 GMT", "date": "today"}, None, 30.0),
        ({}, {"retry_after": 7}, 7.0),
        ({}, {"error": "Model is loading", "estimated_time": 20.5}, 20.5),
        ({}, {"detail": "Request was throttled. Your rate limit resets in ~30s."}, 30.0),
        ({}, {"error": "Sana is limited to one request per IP every 45 seconds. Retry after 12s."}, 12.0),
        ({}, {"error": {"message": "Rate limit reached for m. Please try again in 1m30.5s. Visit x."}}, 90.5),
        ({}, {"error": {"message": "Please try again in 250ms."}}, 0.25),
        ({}, {"error": {"message": "Please retry in 17.5 seconds."}}, 17.5),
        ({}, {"message": "Please wait for 2 minutes"}, 120.0),
        ({}, {"message": "Limited to 5 requests every 45 seconds."}, None),
        ({}, {"message": "Retry after lunch, in 3 studios."}, None),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}, None, 360.0),
        ({"x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-tokens": "6m0s"}, None, None),
        (
            {
                **{"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "12ms"},
                **{"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1s", "retry-after": "2"},
            },
            None,
            2.0,
        ),
        ({}, None, None),
    ],
)
def test_the_wait_is_read_in_every_form(headers, body, wait):
    """Milliseconds, seconds, dates, and in the body; nonsense is no wait."""
    assert retry_after_s(headers, body, now=NOW) == wait


def test_a_wait_is_told():
    """In seconds, for people and for programs."""
    error = failed(429, retry_after="45")

    assert error.retry_after_s == 45
    assert error.hint == "Retry in 45 s."


def test_a_variable_has_the_providers_name():
    """Whatever signs that holds."""
    assert variable("my-llm.2", "BASE_URL") == "ASTRAGEN_MY_LLM_2_BASE_URL"


@pytest.mark.parametrize("name", ["OutOfMemoryError", "torch.OutOfMemoryError"])
def test_an_exhausted_memory_is_final(name):
    """The same picture would exhaust it again; any other 500 may pass."""
    assert type(failed(500, {"error": name, "detail": "", "body": "", "errors": "CUDA"})) is ProviderError
    assert type(failed(500, {"error": "RuntimeError", "detail": "OutOfMemoryError"})) is Unavailable


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {
                "error": {"message": "Invalid."},
                "node_errors": {"4": {"class_type": "A", "errors": [{"message": "No"}]}},
            },
            "Invalid; node 4 (A): No",
        ),
        (
            {"error": {"message": "No node A.", "details": "Node ID '#4'"}, "node_errors": {}},
            "No node A; Node ID '#4'",
        ),
        ({"error": "no prompt", "node_errors": []}, "no prompt"),
        ({"error": "odd", "node_errors": {"4": 7, "5": {"errors": 3}, "6": {"errors": [1]}}}, "odd; node 6 (None): "),
    ],
)
def test_what_comfyui_says_of_nodes_is_told(body, said):
    """Facts 4.2: node_errors beside the error, in whatever shape."""
    assert words_of(body) == said.strip()
