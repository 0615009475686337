from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from astragen.errors import ProviderError, SettingsError
from astragen.model.requests import PicturePrompt, PictureRequest
from astragen.providers.access import Access
from astragen.providers.artists import folder
from astragen.providers.artists.folder import ARTIST, CAMERA, Own, chosen, words_of
from astragen.providers.shooting import Media, Wanted
from emulators.loopback import clip_bytes, picture_bytes


def request_of(shot: str, words: str) -> PictureRequest:
    prompt = PicturePrompt(text=words, width=64, height=36)
    return PictureRequest(shot=shot, artist="folder", prompt=prompt, fps=24, frames=24)


def own(root: Path, *names: str) -> dict[str, bytes]:
    """Files of these names in *root*, each with a content of its own."""
    made = {}
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        made[name] = clip_bytes(name) if path.suffix in (".mp4", ".webm") else picture_bytes(name)
        path.write_bytes(made[name])
    return made


def got(provider, shot: str, words: str = "a fox") -> Media:
    return anyio.run(provider.submit, Wanted(request_of(shot, words)))


def files(*names: str) -> list[Own]:
    return [Own(name, words_of(Path(name).stem)) for name in names]


SHOTS = [("s1-1", "A red fox in the snow."), ("s1-2", "An old lighthouse at dusk."), ("s2-1", "The harbour, boats.")]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["c s2-1.png", "s1-1.png", "x_s1-2_v2.png"], [1, 2, 0], id="ids"),
        pytest.param(["s1-10.png", "s1-1b.png", "b s1-1.png"], [2, 0, 1], id="whole_ids"),
        pytest.param(["01 harbour.png", "02 fox.png", "10 lighthouse.png"], [0, 1, 2], id="numbers_before_words"),
        pytest.param(["boats.png", "lighthouse.png", "foxes.png"], [2, 1, 0], id="words"),
        pytest.param(["dusk.png", "IMG.png", "old-lighthouse.png"], [0, 2, 1], id="more_words_win"),
        pytest.param(["aa.png", "bb.png", "cc.png"], [0, 1, 2], id="order"),
        pytest.param(["aa.png", "fox.png", "bb s2-1.png"], [1, 0, 2], id="mixed"),
        pytest.param(["fox.png"], [0, 0, 0], id="too_few"),
        pytest.param(["trip fox.png", "trip sea.png", "trip harbour.png"], [0, 1, 2], id="a_word_of_all_tells_little"),
    ],
)
def test_files_are_matched_by_id_then_number_then_words_then_order(names, expected):
    """Each file once, as long as there are enough."""
    found = chosen(files(*names), SHOTS)

    assert [names.index(found[shot].file.name) for shot, _ in SHOTS] == expected
    assert all(choice.why for choice in found.values())


def test_a_film_has_its_files_whoever_asks_first(tmp_path):
    """After `prepare` the order of asking does not matter; the bytes are the file's, and the note says why."""
    made = own(tmp_path, "2.png", "10.jpg", "1.webp")
    artist = ARTIST(Access(), {"path": str(tmp_path)})
    artist.prepare([request_of(*shot) for shot in SHOTS])
    answers = [got(artist, shot, words) for shot, words in reversed(SHOTS)]

    assert [answer.data for answer in answers] == [made["10.jpg"], made["2.png"], made["1.webp"]]
    assert [answer.media_type for answer in answers] == ["image/jpeg", "image/png", "image/webp"]
    assert answers[0].notes == ("10.jpg: the next number",)


def test_a_shot_alone_is_matched_by_its_id_or_its_words(tmp_path):
    """Without the film's order; the same file each time."""
    made = own(tmp_path, "fox.png", "sea/lighthouse.png", "s2-1.png")
    artist = ARTIST(Access(), {"path": str(tmp_path)})

    assert got(artist, "s2-1").data == made["s2-1.png"]
    assert got(artist, "s9", "lighthouses").data == made["sea/lighthouse.png"]
    assert got(artist, "s9", "nothing").data == got(artist, "s9", "nothing").data


def test_a_caption_says_what_is_seen(tmp_path):
    """The text file of the same name."""
    made = own(tmp_path, "IMG_1.png", "IMG_2.png")
    (tmp_path / "IMG_2.txt").write_text("A lighthouse in a storm")

    assert got(ARTIST(Access(), {"path": str(tmp_path)}), "s1", "a lighthouse").data == made["IMG_2.png"]


def test_a_camera_takes_clips_and_an_artist_pictures(tmp_path):
    """A shot that the other kind names is the other's."""
    made = own(tmp_path, "s1-1.png", "s1-2.mp4", "fox.mp4")
    artist, camera = ARTIST(Access(), {"path": str(tmp_path)}), CAMERA(Access(), {"path": str(tmp_path)})

    assert got(camera, "s1-2").data == made["s1-2.mp4"]
    assert got(camera, "s1-3").data == made["fox.mp4"]
    with pytest.raises(ProviderError, match=r"s1-1\.png in .* is no clip, and it names shot s1-1"):
        got(camera, "s1-1")
    with pytest.raises(ProviderError, match=r"s1-2\.mp4 in .* is no picture"):
        got(artist, "s1-2")


def test_nothing_outside_the_folder_is_read(tmp_path):
    """Links that lead out are not followed, nor those to folders, nor one that was changed after the listing."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    own(outside, "s1-1.png", "other.png")
    own(inside, "fox.png")
    (inside / "s1-1.png").symlink_to(outside / "s1-1.png")
    (inside / "more").symlink_to(outside)
    (inside / "gone.png").symlink_to(inside / "nowhere.png")
    (inside / "alias.png").symlink_to(inside / "fox.png")
    artist = ARTIST(Access(), {"path": str(inside)})

    assert [file.name for file in artist._files] == ["alias.png", "fox.png"]
    (inside / "fox.png").unlink()
    (inside / "fox.png").symlink_to(outside / "other.png")
    with pytest.raises(ProviderError, match=r"fox\.png in .* leads out of the folder"):
        got(artist, "s1", "fox")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "has no picture: it holds 0 other files of use. Put some there: .png, .jpg"),
        (["notes.txt.bak", ".hidden.png"], "it holds 0 other files"),
        (["a.mp4"], "has no picture: it holds 1 other files of use"),
    ],
)
def test_an_empty_folder_is_told(names, said, tmp_path):
    """With what would be of use; hidden files are none."""
    own(tmp_path, *names)
    with pytest.raises(SettingsError) as caught:
        ARTIST(Access(), {"path": str(tmp_path)})
    assert said in str(caught.value)


def test_links_that_were_not_followed_are_told(tmp_path):
    """Else nobody would know why the folder is empty."""
    (tmp_path / "a.png").symlink_to("/etc/hostname")
    with pytest.raises(SettingsError, match="and 1 links that lead out of it, which are not followed"):
        ARTIST(Access(), {"path": str(tmp_path)})


@pytest.mark.parametrize(("path", "said"), [("", "needs a path"), ("none", "does not exist"), ("a.png", "no folder")])
def test_a_path_that_is_no_folder_is_told(path, said, tmp_path):
    """Before the film begins."""
    own(tmp_path, "a.png")
    with pytest.raises(SettingsError, match=said):
        ARTIST(Access(), {"path": path and str(tmp_path / path)})


def test_a_file_that_is_too_large_or_empty_is_told(tmp_path, monkeypatch):
    """With the limit."""
    own(tmp_path, "a.png")
    (tmp_path / "b.png").touch()
    monkeypatch.setattr(ARTIST, "bytes_max", 100)
    artist = ARTIST(Access(), {"path": str(tmp_path)})

    with pytest.raises(ProviderError, match=r"a\.png in .* has more than 100 bytes"):
        got(artist, "a")
    with pytest.raises(ProviderError, match=r"b\.png in .* has 0 bytes"):
        got(artist, "b")
    (tmp_path / "a.png").unlink()
    with pytest.raises(ProviderError, match=r"a\.png in .* cannot be read: No such file"):
        got(artist, "a")


def test_a_folder_of_thousands_is_refused(tmp_path, monkeypatch):
    """With the limit."""
    own(tmp_path, "a.png", "b.png", "c.mp4")
    monkeypatch.setattr(folder, "FILES_MAX", 2)
    with pytest.raises(SettingsError, match="more than 2 pictures and clips"):
        ARTIST(Access(), {"path": str(tmp_path)})


def test_other_files_are_another_version(tmp_path):
    """So a picture that is replaced is not taken from the cache."""
    own(tmp_path, "a.png")
    before = ARTIST(Access(), {"path": str(tmp_path)}).card.version
    same = ARTIST(Access(), {"path": str(tmp_path)}).card.version
    (tmp_path / "a.png").write_bytes(picture_bytes("other", 3))

    assert before == same
    assert ARTIST(Access(), {"path": str(tmp_path)}).card.version != before
