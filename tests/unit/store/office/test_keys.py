from __future__ import annotations

import hmac
import re
import sqlite3

import pytest
from sqlalchemy import select

from astragen.errors import JobNotFound
from astragen.model.base import content_hash
from astragen.store.office import tables
from astragen.store.office.keys import MARK, is_well_formed


def test_a_secret_opens_its_key(office):
    """The record has all that was given, and no secret."""
    record, secret = office.keys.create(
        "laptop", ["films:read", "films:write"], queue_depth=3, spend_limit_usd=5.0, rate_per_minute=60, films_at_once=2
    )

    found = office.keys.find(secret)

    assert found == record
    assert re.fullmatch(r"ag_live_[0-9A-Za-z]{49}", secret)
    assert secret.startswith(record.prefix)
    assert secret not in repr(record) + record.model_dump_json()
    assert (record.limits.depth, record.limits.spend_usd) == (3, 5.0)


def test_a_dump_of_the_database_has_no_secret(office):
    """Nor a part of one that would help to guess it: the prefix, and the hash."""
    _, first = office.keys.create("a", ["films:read"])
    record, _ = office.keys.create("b", ["films:read"])
    _, rotated = office.keys.rotate(record.id)
    office.keys.find(first)

    dump = dumped(office)

    assert content_hash(first) in dump
    assert record.id in dump
    for secret in (first, rotated):
        assert secret not in dump
        assert secret[20:] not in dump
        assert secret[len(MARK) : -6][8:] not in dump


def test_wrong_secrets_open_nothing(office):
    """Whatever is wrong with them: another one's, a mistyped one, half of one, and none."""
    _, secret = office.keys.create("a", ["films:read"])
    turned = "b" if secret[30] != "b" else "c"
    wrong = [secret[:30] + turned + secret[31:], secret[:-1], f"{secret}0", secret.lower(), "", MARK, "ag_live_ü" * 6]

    assert [office.keys.find(one) for one in wrong] == [None] * len(wrong)
    assert office.keys.find(secret) is not None


def test_the_right_prefix_does_not_help(office, monkeypatch):
    """What begins alike is compared as a whole, in constant time; so is what nothing begins like."""
    _, secret = office.keys.create("a", ["films:read"])
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append(1) or real(a, b))
    from astragen.store.office import keys

    body = secret[len(MARK) : len(MARK) + 8] + "0" * 35
    alike = f"{MARK}{body}{keys._checksum(body)}"
    strange = f"{MARK}{'0' * 43}{keys._checksum('0' * 43)}"

    assert [office.keys.find(one) for one in (alike, strange, secret)][:2] == [None, None]
    assert len(compared) == 3


def test_a_mistyped_secret_is_known_by_its_checksum(office):
    """So it is refused before the database is asked."""
    _, secret = office.keys.create("a", ["films:read"])

    assert is_well_formed(secret)
    assert not any(is_well_formed(secret[:n] + ("x" if secret[n] != "x" else "y") + secret[n + 1 :]) for n in range(57))


def test_a_revoked_key_opens_nothing_from_then_on(office, clock):
    """It stays in the list; revoking it again changes nothing."""
    record, secret = office.keys.create("a", ["films:read"])

    revoked = office.keys.revoke(record.id)
    clock.now_s += 5

    assert office.keys.find(secret) is None
    assert revoked.revoked_at == clock.now_s - 5
    assert office.keys.revoke(record.id) == revoked
    assert office.keys.list() == [revoked]
    with pytest.raises(JobNotFound):
        office.keys.rotate(record.id)


def test_an_expired_key_opens_nothing(office, clock):
    """From the very second that was said."""
    _, secret = office.keys.create("a", ["films:read"], expires_at=clock.now_s + 10)

    clock.now_s += 9.9
    assert office.keys.find(secret) is not None
    clock.now_s += 0.1
    assert office.keys.find(secret) is None


def test_use_is_noted_once_a_minute(office, clock):
    """A key that is used a thousand times a second writes no more often."""
    record, secret = office.keys.create("a", ["films:read"])
    began = clock.now_s
    noted = []

    for second in (0, 1, 59, 60, 61, 121):
        clock.now_s = began + second
        office.keys.find(secret)
        noted.append(office.keys.get(record.id).last_used_at - began)

    assert noted == [0, 0, 0, 60, 60, 121]


def test_a_rotated_key_keeps_its_old_secret_for_a_while(office, clock):
    """Both open the same key; a third one ends the first at once."""
    record, first = office.keys.create("a", ["films:read"])

    rotated, second = office.keys.rotate(record.id, overlap_s=100)
    assert rotated.id == record.id == office.keys.find(first).id == office.keys.find(second).id
    _, third = office.keys.rotate(record.id, overlap_s=100)
    assert [bool(office.keys.find(secret)) for secret in (first, second, third)] == [False, True, True]
    clock.now_s += 100
    assert [bool(office.keys.find(secret)) for secret in (first, second, third)] == [False, False, True]


def test_a_missing_key_is_an_error(office):
    """By its id, as everywhere."""
    for asked in (office.keys.get, office.keys.revoke, office.keys.rotate):
        with pytest.raises(JobNotFound, match="key_none"):
            asked("key_none")


def dumped(office):
    """Every row of every table, as text."""
    if office.database.is_sqlite:
        with sqlite3.connect(office.database.place.removeprefix("sqlite:///")) as raw:
            dump = "\n".join(raw.iterdump())
        raw.close()
        return dump
    with office.database.reading() as connection:
        return "\n".join(
            str(tuple(row)) for table in tables.METADATA.sorted_tables for row in connection.execute(select(table))
        )
