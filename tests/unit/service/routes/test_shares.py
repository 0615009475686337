"""Links that show one film to people without a key."""

from __future__ import annotations

import pytest

import filmed
import little_house

OUTSIDE = "https://films.example"


@pytest.fixture
def shared_house(tmp_path):
    """A house that others reach under a name."""
    with little_house.house(tmp_path / "house", public_url=OUTSIDE, allowed_hosts=("films.example",)) as opened:
        yield opened


@pytest.fixture
def owner(shared_house):
    """Who has a key to it."""
    _, secret = shared_house.office.keys.create(name="owner", scopes=("films:read", "films:write"))
    return little_house.client(shared_house, key=secret)


@pytest.fixture
def stranger(shared_house, owner):
    """Who comes from elsewhere, without a key."""
    return little_house.client(shared_house, client=little_house.ELSEWHERE, base_url=OUTSIDE)


@pytest.fixture
def film(shared_house, owner):
    made = owner.post("/v1/films", json={"prompt": "The sea"}).json()
    filmed.complete(shared_house, made["id"])
    return made["links"]["self"]


def test_whoever_has_the_link_sees_the_film_and_nothing_else(owner, stranger, film):
    """A page with the film, and its bytes; the film's record, report and storyboard stay its owner's."""
    share = owner.post(f"{film}/shares", json={}).json()
    path = share["url"].removeprefix(OUTSIDE)
    page = stranger.get(path)

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Die Brücke" in page.text
    assert "{" not in page.text
    assert stranger.get("/shared/page.css").headers["content-type"].startswith("text/css")
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert stranger.get(f"{path}/content").content == filmed.MOVIE
    assert stranger.get(f"{path}/content", headers={"Range": "bytes=1-2"}).content == filmed.MOVIE[1:3]
    assert stranger.get(f"{path}/content?variant=captions.vtt").text == "WEBVTT\n"
    assert stranger.get(f"{path}/content?variant=report").status_code == 422
    assert stranger.get(f"{path}/content?variant=storyboard").status_code == 422
    for private in (film, f"{film}/content", f"{film}/shares"):
        assert stranger.get(private).status_code == 401


def test_a_withdrawn_link_shows_nothing(owner, stranger, film):
    """404, as for one that never was; the list has those that work, without what they end in."""
    share = owner.post(f"{film}/shares", json={"days": 2}).json()
    path = share["url"].removeprefix(OUTSIDE)
    listed = owner.get(f"{film}/shares").json()["data"]

    assert [one["id"] for one in listed] == [share["id"]]
    assert share["expires_at"] - share["created_at"] == 2 * 86_400
    assert "url" not in listed[0]
    assert owner.delete(f"{film}/shares/{share['id']}").status_code == 204
    for gone in (path, f"{path}/content", "/shared/nothing", "/shared/"):
        assert stranger.get(gone).status_code == 404
    assert owner.get(f"{film}/shares").json()["data"] == []
    assert owner.delete(f"{film}/shares/{share['id']}").status_code == 404


def test_a_title_is_text_on_the_page(shared_house, owner, stranger, film):
    """Whatever a writer called the film."""
    shared_house.office.films.change(film.rpartition("/")[2], title='<script>x</script> "{token}"')
    path = owner.post(f"{film}/shares", json={}).json()["url"].removeprefix(OUTSIDE)
    page = stranger.get(path).text

    assert "&lt;script&gt;x&lt;/script&gt; &quot;{token}&quot;" in page
    assert "<script" not in page


def test_there_are_no_links_without_keys_or_without_an_outside_address(tmp_path, rooms, asking):
    """409, with what is missing; and none to a film that is not completed."""
    film = asking.post("/v1/films", json={"prompt": "The sea"}).json()["links"]["self"]
    no_address = asking.post(f"{film}/shares", json={})
    with little_house.house(tmp_path / "named", public_url=OUTSIDE) as named:
        here = little_house.client(named)
        unfinished = here.post("/v1/films", json={"prompt": "The sea"}).json()["links"]["self"]
        no_keys = here.post(f"{unfinished}/shares", json={})
        _, secret = named.office.keys.create(name="owner", scopes=("films:read", "films:write"))
        mine = little_house.client(named, key=secret)
        waiting = mine.post("/v1/films", json={"prompt": "The sea"}).json()["links"]["self"]
        early = mine.post(f"{waiting}/shares", json={})

    assert [(one.status_code, one.json()["code"]) for one in (no_address, no_keys)] == [(409, "share.unavailable")] * 2
    assert "ASTRAGEN_PUBLIC_URL" in no_address.json()["detail"]
    assert (early.status_code, early.json()["code"]) == (409, "film.state")


def test_another_key_makes_no_link_to_a_film(shared_house, film):
    """It is not there for it; and a key that only reads makes none."""
    _, other = shared_house.office.keys.create(name="other", scopes=("films:read", "films:write"))
    _, reader = shared_house.office.keys.create(name="reader", scopes=("films:read",))

    assert little_house.client(shared_house, key=other).post(f"{film}/shares", json={}).status_code == 404
    assert little_house.client(shared_house, key=reader).post(f"{film}/shares", json={}).status_code == 403
