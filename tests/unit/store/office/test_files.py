from __future__ import annotations

import pytest

from astragen.errors import JobNotFound, QuotaReached
from astragen.model.office import FileRecord
from astragen.store.office.ids import new_id
from office_records import artifact
from together import run_together


def uploaded(name="fox.png", *, owner="a", at=1_700_000_000.0):
    return FileRecord(
        id=new_id("file", at),
        owner=owner,
        artifact=artifact(name, "image/png"),
        name=name,
        kind="picture",
        created_at=at,
    )


def test_a_file_is_its_owners(office):
    """Read as it was added, by nobody else, and not in their lists."""
    file = uploaded("狐 fox.png")
    office.files.add(file)

    assert office.files.get(file.id, owner="a") == office.files.get(file.id) == file
    for asked in (office.files.get, office.files.delete):
        with pytest.raises(JobNotFound, match=file.id):
            asked(file.id, owner="b")
    assert office.files.page(owner="b").files == ()


def test_files_are_read_in_pages(office):
    """The newest first."""
    files = [uploaded(at=1_700_000_000.0 + n) for n in range(4)]
    for file in files:
        office.files.add(file)

    first = office.files.page(owner="a", limit=3)
    rest = office.files.page(owner="a", limit=3, after=first.files[-1].id)

    assert (first.files, first.has_more) == (tuple(files[:0:-1]), True)
    assert (rest.files, rest.has_more) == ((files[0],), False)


def test_what_an_owner_uploads_is_limited_together(office):
    """However many upload at one time; others' files do not count, and removed ones no more."""
    office.files.add(uploaded("12345678", owner="b"))
    refused = []

    def upload():
        try:
            office.files.add(uploaded("12345678"), max_bytes=20)
        except QuotaReached as error:
            refused.append(error.quota)

    run_together([upload] * 4)

    assert (office.files.used_bytes("a"), refused) == (16, ["files"] * 2)
    office.files.delete(office.files.page(owner="a").files[0].id, owner="a")
    assert office.files.used_bytes("a") == 8
    office.files.add(uploaded("123456789012"), max_bytes=20)
