"""Conditional and range requests, by the rules and examples of RFC 9110."""

from __future__ import annotations

import pytest

from astragen.service.conditions import Span, decided, is_match

TAG, OTHER = '"abc"', '"xyz"'
LENGTH = 10_000  # as in the examples of RFC 9110, 14.1.2


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-499", 206, Span(0, 500)),
        ("bytes=500-999", 206, Span(500, 1000)),
        ("bytes=-500", 206, Span(9500, 10_000)),
        ("bytes=9500-", 206, Span(9500, 10_000)),
        ("bytes=0-0", 206, Span(0, 1)),
        ("bytes=-1", 206, Span(9999, 10_000)),
        ("bytes=0-", 206, Span(0, 10_000)),
        ("bytes=-20000", 206, Span(0, 10_000)),
        ("bytes=9999-99999999999999", 206, Span(9999, 10_000)),
        ("BYTES = 0-1", 206, Span(0, 2)),
        ("bytes= 0-1 ", 206, Span(0, 2)),
        ("bytes=10000-", 416, Span(0, 0)),
        ("bytes=-0", 416, Span(0, 0)),
        ("bytes=10000-,20000-", 416, Span(0, 0)),
        ("bytes=0-0,-1", 200, Span(0, 10_000)),
        ("bytes=0-4,20000-", 200, Span(0, 10_000)),
        ("bytes=500-499", 200, Span(0, 10_000)),
        ("bytes=", 200, Span(0, 10_000)),
        ("bytes=-", 200, Span(0, 10_000)),
        ("bytes=a-b", 200, Span(0, 10_000)),
        ("bytes=0-499;", 200, Span(0, 10_000)),
        ("bytes=+1-2", 200, Span(0, 10_000)),
        ("bytes=١-٢", 200, Span(0, 10_000)),
        (f"bytes={'9' * 40}-", 200, Span(0, 10_000)),
        ("lines=0-1", 200, Span(0, 10_000)),
        ("0-499", 200, Span(0, 10_000)),
    ],
)
def test_a_range_is_answered_as_rfc_9110_has_it(asked, status, span):
    """Satisfiable: 206; none in the file: 416; unreadable, of another unit or several: the whole."""
    assert decided("GET", {"range": asked}, tag=TAG, length=LENGTH) == (status, span)


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"if-none-match": TAG}, 304),
        ("HEAD", {"if-none-match": TAG}, 304),
        ("GET", {"if-none-match": f'W/{TAG}, "q"'}, 304),
        ("GET", {"if-none-match": "*"}, 304),
        ("GET", {"if-none-match": OTHER}, 200),
        ("GET", {"if-none-match": "abc"}, 200),
        ("GET", {"if-none-match": TAG, "range": "bytes=0-1"}, 304),
        ("GET", {"if-none-match": OTHER, "range": "bytes=0-1"}, 206),
        ("GET", {"if-none-match": f'"q", {TAG}'}, 304),
        ("GET", {"if-none-match": f'"q" ,, W/"r" , {TAG} ,'}, 304),
        ("GET", {"if-none-match": '"q", "r"'}, 200),
        ("HEAD", {"if-none-match": "*"}, 304),
        ("HEAD", {"if-none-match": OTHER}, 200),
        ("GET", {"if-none-match": TAG, "if-modified-since": "Sat, 29 Oct 1994 19:43:31 GMT"}, 304),
        ("GET", {"if-none-match": OTHER, "if-modified-since": "Sat, 29 Oct 2094 19:43:31 GMT"}, 200),
        ("GET", {"if-none-match": TAG, "range": "bytes=20000-"}, 304),
        ("GET", {"if-none-match": ""}, 200),
        ("GET", {"if-match": f'"q", {TAG}'}, 200),
        ("GET", {"if-match": f'"q", W/{TAG}'}, 412),
        ("HEAD", {"if-match": OTHER}, 412),
        ("GET", {"if-match": TAG, "range": "bytes=0-1"}, 206),
        ("GET", {"if-match": TAG}, 200),
        ("GET", {"if-match": "*"}, 200),
        ("GET", {"if-match": OTHER}, 412),
        ("GET", {"if-match": f"W/{TAG}"}, 412),
        ("GET", {"if-match": OTHER, "if-none-match": TAG}, 412),
        ("GET", {"if-range": TAG, "range": "bytes=0-1"}, 206),
        ("GET", {"if-range": OTHER, "range": "bytes=0-1"}, 200),
        ("GET", {"if-range": f"W/{TAG}", "range": "bytes=0-1"}, 200),
        ("GET", {"if-range": "Sat, 29 Oct 1994 19:43:31 GMT", "range": "bytes=0-1"}, 200),
        ("GET", {"if-range": OTHER, "range": "bytes=20000-"}, 200),
        ("GET", {"if-range": TAG, "range": "bytes=20000-"}, 416),
        ("GET", {"if-range": TAG, "range": "bytes=0-0,-1"}, 200),
        ("GET", {"if-range": TAG}, 200),
        ("GET", {"if-range": "*", "range": "bytes=0-1"}, 200),
        ("GET", {"if-range": f'{TAG}, "q"', "range": "bytes=0-1"}, 200),
        ("POST", {"range": "bytes=0-1"}, 200),
        ("HEAD", {"range": "bytes=0-1"}, 200),
        ("HEAD", {"range": "bytes=20000-"}, 200),
        ("GET", {"if-modified-since": "Sat, 29 Oct 2094 19:43:31 GMT"}, 200),
    ],
)
def test_preconditions_come_before_ranges(method, headers, status):
    """In the order of 13.2.2, with strong comparison for If-Match and If-Range and weak for If-None-Match."""
    assert decided(method, headers, tag=TAG, length=LENGTH).status == status


def test_nothing_of_an_empty_file_is_in_any_range():
    """Of no bytes there is no first one."""
    assert decided("GET", {"range": "bytes=0-"}, tag=TAG, length=0).status == 416
    assert decided("GET", {"range": "bytes=-5"}, tag=TAG, length=0).status == 416


def test_a_part_says_where_it_lies_and_a_miss_how_long_the_file_is():
    """Content-Range, in both forms of 14.4."""
    part = decided("GET", {"range": "bytes=0-499"}, tag=TAG, length=LENGTH)
    miss = decided("GET", {"range": "bytes=10000-"}, tag=TAG, length=LENGTH)

    assert part.headers(LENGTH) == {"Content-Range": "bytes 0-499/10000"}
    assert miss.headers(LENGTH) == {"Content-Range": "bytes */10000"}


def test_a_list_of_tags_with_a_comma_inside_of_one_is_read():
    """A tag may hold what separates tags."""
    assert is_match('"a,b", W/"abc"', TAG, is_weak=True)
    assert not is_match('"a,abc,b"', TAG, is_weak=True)
