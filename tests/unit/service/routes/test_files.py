"""Uploads to a real house: bytes on its disk, a process that looks, rows in its office."""

from __future__ import annotations

from contextlib import contextmanager

import cv2
import pytest

import little_house
from clips import bars

KEY_LIMITS = {"scopes": ["films:read", "files:write"]}
CUBE = b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"


def png(width=14, height=6):
    return cv2.imencode(".png", bars(width, height)[..., ::-1])[1].tobytes()


@pytest.fixture
def house_of(tmp_path):
    @contextmanager
    def opened(**settings):
        with little_house.house(tmp_path / "house", **settings) as rooms:
            yield rooms, little_house.client(rooms)

    return opened


@pytest.fixture
def asking(house_of):
    with house_of() as (_, client):
        yield client


def sent(client, content, *, name="x.bin", kind=None, media_type="", **options):
    fields = {"kind": kind} if kind else {}
    return client.post("/v1/files", files={"file": (name, content, media_type)}, data=fields, **options)


def leftovers(rooms):
    return list(rooms.artifacts.root.rglob(".*"))


def test_a_picture_is_kept_as_what_it_is(asking):
    """Its bytes say so, whatever its name says; its id, its hash and its size are told."""
    answer = sent(asking, png(), name="C:\\photos\\harbour.txt", media_type="image/png")

    told = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/files/{told['id']}"
    assert (told["kind"], told["media_type"], told["name"]) == ("picture", "image/png", "harbour.txt")
    assert (told["width"], told["height"], told["bytes"]) == (14, 6, len(png()))
    assert asking.get(told["links"]["content"]).content == png()


def test_a_bare_body_is_a_file_too(asking):
    """Named by its query or its Content-Disposition."""
    asked = {"content-type": "text/plain", "content-disposition": "attachment; filename*=UTF-8''f%C3%A4hre.cube"}
    first = asking.post("/v1/files", content=CUBE, headers=asked)
    second = asking.post("/v1/files?name=b.cube&kind=lut", content=CUBE, headers={"content-type": ""})

    assert [one.json()["name"] for one in (first, second)] == ["fähre.cube", "b.cube"]


def test_a_lying_content_type_is_refused(house_of):
    """415, and nothing of it is kept; one that claims nothing, or by another of its names, is believed."""
    with house_of() as (rooms, client):
        lying = [sent(client, png(), media_type="video/mp4"), sent(client, CUBE, media_type="image/png")]
        honest = [sent(client, CUBE, media_type=one).status_code for one in ("application/octet-stream", "text/plain")]

        assert [(one.status_code, one.json()["code"]) for one in lying] == [(415, "file.media_type")] * 2
        assert honest == [201, 201]
        assert leftovers(rooms) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!doctype html><script>alert(1)</script>", "text"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text"),
        (b"#EXTM3U\nhttp://127.0.0.1:1/x.ts\n", "text"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "text"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "no kind"),
        (b"LUT_1D_SIZE 2\n0 0 0\n", "line 2"),
        (b'{"title": "x"}', "scenes"),
    ],
    ids=["page", "svg", "playlist", "concat", "program", "bad lut", "bad storyboard"],
)
def test_what_no_film_can_use_is_refused(asking, content, said):
    """422, with the reason and no path of the server."""
    answer = sent(asking, content, name="mine.dat")

    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert ".upload" not in answer.text
    assert "shot upload" not in answer.text


def test_another_kind_than_wished_for_is_refused(asking):
    """A picture is no LUT; a kind that there is not is refused as such."""
    assert "not a picture" in sent(asking, CUBE, kind="picture").json()["detail"]
    assert sent(asking, CUBE, kind="sculpture").status_code == 422


def test_a_file_over_the_limit_is_refused_while_it_comes(house_of):
    """Though nobody said how large it is, and what came of it is gone."""
    with house_of(upload_max_bytes=1_000) as (rooms, client):
        told = sent(client, bytes(2_000))
        chunked = client.post("/v1/files", content=iter([bytes(600)] * 3), headers={"content-type": ""})

        assert [told.status_code, chunked.status_code] == [413, 413]
        assert leftovers(rooms) == []


def test_a_quota_holds_for_all_files_of_a_key_together(house_of):
    """Deleting one makes room; others' files count for others."""
    size = len(CUBE)
    with house_of(upload_quota_bytes=2 * size) as (rooms, client):
        ids = [sent(client, CUBE).json()["id"] for _ in range(2)]
        full = sent(client, CUBE)
        listed = client.get("/v1/files").json()
        client.delete(f"/v1/files/{ids[0]}")
        again = sent(client, CUBE)

        assert (full.status_code, full.json()["code"]) == (413, "limit.files")
        assert (listed["used_bytes"], listed["quota_bytes"]) == (2 * size, 2 * size)
        assert again.status_code == 201
        assert leftovers(rooms) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc', "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n', "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\na\r\n' * 2 + b"--x--",
            "multipart/form-data; boundary=x",
        ),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 10_000, "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"b" * 5_000, "multipart/form-data; boundary=x"),
        (b"", "image/png"),
    ],
    ids=["empty", "no boundary", "cut", "no file", "two files", "10k parts", "long field", "nothing"],
)
def test_a_broken_form_is_refused(asking, body, kind):
    """400, before anything is looked at."""
    answer = asking.post("/v1/files", content=body, headers={"content-type": kind})

    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


def test_content_is_served_in_parts_and_by_its_tag(asking):
    """206, 304, 412, 416 and HEAD, and nothing that a browser would run."""
    told = sent(asking, CUBE, name='a "b".cube').json()
    url, tag = told["links"]["content"], f'"{told["sha256"]}"'

    whole = asking.get(url)
    answers = {
        206: asking.get(url, headers={"range": "bytes=2-5"}),
        304: asking.get(url, headers={"if-none-match": tag}),
        412: asking.get(url, headers={"if-match": '"other"'}),
        416: asking.get(url, headers={"range": "bytes=99999-"}),
        200: asking.head(url),
    }

    assert whole.headers["etag"] == tag
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["content-type"] == "text/x-cube"
    assert {status: one.status_code for status, one in answers.items()} == {status: status for status in answers}
    assert answers[206].content == CUBE[2:6]
    assert answers[200].content == b""
    assert answers[200].headers["content-length"] == str(len(CUBE))


def test_files_are_listed_in_pages(asking):
    """The newest first, each page after the last of the one before."""
    ids = [sent(asking, CUBE, name=f"{number}.cube").json()["id"] for number in range(3)]

    first = asking.get("/v1/files?limit=2").json()
    second = asking.get(f"/v1/files?limit=2&after={first['last_id']}").json()

    assert [one["id"] for one in (*first["data"], *second["data"])] == ids[::-1]
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_a_file_is_seen_by_its_owner_only(house_of):
    """Another key finds nothing, and deletes nothing; a key without the scope uploads nothing."""
    with house_of() as (rooms, _):
        mine, other = (
            little_house.client(rooms, key=rooms.office.keys.create(name, **KEY_LIMITS)[1]) for name in ("a", "b")
        )
        reader = little_house.client(rooms, key=rooms.office.keys.create("c", ["films:read"])[1])
        told = sent(mine, CUBE).json()
        here = told["links"]["self"]

        assert mine.get(here).status_code == 200
        assert [other.get(here).status_code, other.get(f"{here}/content").status_code] == [404, 404]
        assert other.delete(here).status_code == 404
        assert other.get("/v1/files").json()["data"] == []
        assert sent(reader, CUBE).status_code == 403
        assert mine.delete(here).status_code == 204
        assert mine.get(here).status_code == 404


def test_a_file_in_a_bucket_is_fetched_from_there_and_asked_about_here(house_of, monkeypatch):
    """An address is signed for GET alone; another method there is refused."""
    with house_of() as (rooms, asking):
        file = sent(asking, CUBE, name="a.cube").json()
        monkeypatch.setattr(rooms.artifacts, "url", lambda artifact, name, *, seconds: "https://b.example/")
        answer = asking.get(file["links"]["content"], follow_redirects=False)
        head = asking.head(file["links"]["content"], follow_redirects=False)

    assert (answer.status_code, head.status_code) == (307, 200)
    assert head.headers["content-length"] == str(file["bytes"])
