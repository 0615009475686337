"""What the artists and cameras in the cloud send: method, path, headers and body, to the byte."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from astragen.errors import BadOutput, ProviderError
from astragen.providers import http
from astragen.providers.shooting import Media, Picture, PictureProvider, Wanted
from cloud_artists import CANARY, END, START, made, outcome, server_of, wanted
from emulators.loopback import sent
from emulators.openai_images_server import form_fields


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


def asked_of(name: str, asked: Wanted, **options: Any) -> tuple[str, str, bytes, dict[str, str]]:
    """Method, path, body and telling headers of the request for *asked*."""
    with server_of(name) as server:
        ended = outcome(made(name, server, **options), asked)
        assert isinstance(ended, Media), ended
        sent_one = server.orders[-1]
    names = ("authorization", "accept", "content-type", "pollinations-safe")
    headers = {name: value for name, value in sent_one.headers.items() if name in names}
    return sent_one.method, sent_one.path, sent_one.raw, headers


def test_pollinations_pictures_are_posted():
    """Facts 1.4: no prompt in a URL, a seed always, no flag that is off."""
    method, path, body, headers = asked_of("pollinations", wanted("pollinations", negative="text"), safe="violence")

    assert (method, path) == ("POST", "/v1/images/generations")
    assert body.decode() == (
        '{"prompt":"A fox: 50% & a hen/é?","model":"tongyi-mai/z-image-turbo","size":"64x48","seed":7,'
        '"response_format":"b64_json","private":true,"negative_prompt":"text"}'
    )
    assert headers == {
        "authorization": f"Bearer {CANARY}",
        "accept": "application/json",
        "content-type": "application/json",
        "pollinations-safe": "violence",
    }


def test_pollinations_reference_pictures_go_along_as_data():
    """Nothing is published for them."""
    asked = wanted("pollinations")._replace(references=(Picture(b"\x89PNG", "image/png"),))

    body = asked_of("pollinations", asked, quality="high")[2].decode()

    assert body.endswith('"private":true,"quality":"high","image":["data:image/png;base64,iVBORw=="]}')


def test_pollinations_clips_are_got():
    """Facts 1.5: everything in the URL, escaped, and the key in its header."""
    method, path, body, headers = asked_of("pollinations-video", wanted("pollinations-video"))

    assert (method, body) == ("GET", b"")
    assert path == (
        "/video/A%20fox%3A%2050%25%20%26%20a%20hen%2F%C3%A9%3F"
        "?model=veo&width=64&height=48&duration=2&aspectRatio=4%3A3&seed=7&private=true"
    )
    assert headers == {"authorization": f"Bearer {CANARY}", "accept": "video/mp4"}


def test_pollinations_old_host_is_got_without_a_key():
    """Facts 1.2: a configured key stays at home."""
    method, path, _, headers = asked_of("pollinations-legacy", wanted("pollinations-legacy", seed=None))

    assert method == "GET"
    assert path == (
        "/prompt/A%20fox%3A%2050%25%20%26%20a%20hen%2F%C3%A9%3F?width=64&height=48&nologo=true&private=true"
    )
    assert headers == {"accept": "image/*"}


def test_openai_generations_are_json():
    """Facts 2.3: no seed, no response_format, and what the user set."""
    method, path, body, headers = asked_of("openai", wanted("openai"), moderation="low", quality="low")

    assert (method, path) == ("POST", "/v1/images/generations")
    assert body.decode() == (
        '{"model":"gpt-image-2.6-flare","prompt":"A fox: 50% & a hen/é?","size":"64x48",'
        '"quality":"low","moderation":"low","output_format":"png"}'
    )
    assert headers["authorization"] == f"Bearer {CANARY}"


def test_openai_edits_are_a_form_with_the_reference_pictures():
    """Facts 2.3: up to 16 files; what is of generations only is left out."""
    asked = wanted("openai")._replace(references=(START, END))
    with server_of("openai") as server:
        ended = outcome(made("openai", server, moderation="low"), asked)
        (edit,) = server.orders
    body = form_fields(edit)

    assert isinstance(ended, Media)
    assert edit.path == "/v1/images/edits"
    assert [(name, raw.decode()) for name, file, _, raw in body if not file] == [
        ("model", "gpt-image-2.6-flare"),
        ("prompt", "A fox: 50% & a hen/é?"),
        ("size", "64x48"),
        ("output_format", "png"),
    ]
    assert [part for part in body if part[1]] == [
        ("image[]", "reference-1.png", "image/png", START.data),
        ("image[]", "reference-2.jpeg", "image/jpeg", END.data),
    ]


def test_hugging_face_is_asked_for_bytes():
    """Facts 4.3: inputs and parameters; the model is in the path."""
    method, path, body, headers = asked_of("huggingface", wanted("huggingface"))

    assert (method, path) == ("POST", "/hf-inference/models/black-forest-labs/FLUX.1-schnell")
    assert body.decode() == ('{"inputs":"A fox: 50% & a hen/é?","parameters":{"width":64,"height":48,"seed":7}}')
    assert headers["accept"] == "image/png"
    assert headers["authorization"] == f"Bearer {CANARY}"


@pytest.mark.parametrize(("name", "text"), [("pollinations-video", "é" * 3_000), ("pollinations-legacy", "é" * 3_000)])
def test_a_url_that_is_too_long_is_refused_for_good(name, text):
    """Cloudflare's page of status 400; the card's limit keeps prompts below it."""
    with server_of(name) as server:
        provider = made(name, server)
        ended = outcome(provider, wanted(name, text=text))

    assert type(ended) is ProviderError
    assert ended.status == 400
    assert provider.card.url_max_bytes == 8_000


def test_a_long_prompt_goes_by_post():
    """Pollinations' pictures have no URL to be too long for."""
    with server_of("pollinations") as server:
        provider = made("pollinations", server)
        ended = outcome(provider, wanted("pollinations", text="é" * 9_000))

    assert isinstance(ended, Media)
    assert provider.card.url_max_bytes is None


@pytest.mark.parametrize(("model", "kind"), [("recraft-v4.1-vector", "image/svg+xml"), ("flux", ""), ("zimage", "")])
def test_a_type_that_the_json_names_is_passed_on(model, kind):
    """Pollinations names SVG only; for the others the bytes have to be looked at."""
    with server_of("pollinations") as server:
        ended = outcome(made("pollinations", server, model=model), wanted("pollinations"))

    assert ended.media_type == kind


# Start and end pictures ---------------------------------------------------------------------------------------------


def test_a_start_picture_is_published_only_when_the_user_says_so():
    """The report says that the clip was made from words alone."""
    with server_of("pollinations-video") as server:
        provider = made("pollinations-video", server)
        ended = outcome(provider, wanted("pollinations-video")._replace(start=START))

    assert [asked.method for asked in server.asked] == ["GET"]
    assert not provider.card.clip.takes_start
    assert "upload_start" in ended.notes[0]


def test_pictures_of_both_ends_are_uploaded_once_and_stand_last():
    """A second address for the same picture would make a second clip, and a second charge."""
    both = wanted("pollinations-video", motion="The fox runs")._replace(start=START, end=END)
    with server_of("pollinations-video", "late", "late", "late") as server:
        provider = made("pollinations-video", server, upload_start=True, media_url=server.url)
        outcome(provider, both)
        ended = outcome(provider, both)
        uploads = [asked for asked in server.asked if asked.path == "/upload"]
        kept = list(server.uploads.values())

    assert kept == [START.data, END.data]
    assert len(uploads) == 2
    assert server.generations == 1
    place = server.url.replace(":", "%3A").replace("/", "%2F")
    assert server.orders[0].path.startswith("/video/The%20fox%20runs?model=veo&")
    assert server.orders[0].path.endswith(f"&private=true&image={place}%2Fu0%7C{place}%2Fu1")
    assert ended.notes == (
        "2 pictures uploaded to 127.0.0.1, where whoever has the address can see it for about 30 days",
    )


def test_an_end_picture_goes_only_to_models_that_take_one():
    """The others drop it silently (facts 1.5)."""
    both = wanted("pollinations-video")._replace(start=START, end=END)
    with server_of("pollinations-video") as server:
        outcome(made("pollinations-video", server, model="wan", upload_start=True, media_url=server.url), both)
        kept = list(server.uploads.values())

    assert kept == [START.data]


def test_nothing_is_published_for_a_model_that_takes_no_picture():
    """Nor for one of which that is not known before its list is read."""
    with server_of("pollinations-video") as server:
        provider = made("pollinations-video", server, model="unheard-of", upload_start=True, media_url=server.url)
        ended = outcome(provider, wanted("pollinations-video")._replace(start=START))

    assert server.uploads == {}
    assert "takes no start picture" in ended.notes[0]


def test_two_clips_at_once_from_one_picture_upload_it_once():
    """As when a second request is sent because the first is late: it has to be the same request."""

    async def both(provider: PictureProvider, asked: Wanted) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(provider.submit, asked)
            tasks.start_soon(provider.submit, asked)

    with server_of("pollinations-video") as server:
        provider = made("pollinations-video", server, upload_start=True, media_url=server.url)
        anyio.run(both, provider, wanted("pollinations-video")._replace(start=START))

    assert len(server.uploads) == 1
    assert len({asked.path for asked in server.orders}) == 1
    assert server.generations == 1


def test_an_upload_without_an_address_is_bad_output():
    """Nothing is asked of the camera then."""
    with server_of("pollinations-video") as server:
        server.lists["/upload"] = sent({"id": "x", "url": "file:///etc/passwd"})
        provider = made("pollinations-video", server, upload_start=True, media_url=server.url)
        ended = outcome(provider, wanted("pollinations-video")._replace(start=START))

    assert type(ended) is BadOutput
    assert server.orders == []
