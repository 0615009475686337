"""Tests of media/pictures.py: every kind of picture is built here with Pillow or OpenCV."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, features

from astragen.errors import RenderError
from astragen.media import pictures
from astragen.media.pictures import picture_of

NAME = "The still of shot s1-2"
WIDTH, HEIGHT = 48, 32


def scene() -> np.ndarray:
    """(32, 48, 3) uint8: red grows to the right, green downwards, blue to the left."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([40 + 4 * across, 30 + 6 * down, 220 - 3 * across], axis=2).astype(np.uint8)


def coded(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png16(values: np.ndarray) -> bytes:
    return cv2.imencode(".png", values)[1].tobytes()


RGB = Image.fromarray(scene())
GREY = RGB.convert("L")
DEEP = scene().astype(np.uint16) * 257
DEEP_GREY = np.asarray(GREY).astype(np.uint16) * 257

COLOURED = {  # what comes back as the scene, and within how many codes
    "png": (coded(RGB, "PNG"), 0),
    "jpeg": (coded(RGB, "JPEG", quality=95, subsampling=0), 6),
    "progressive jpeg": (coded(RGB, "JPEG", quality=95, subsampling=0, progressive=True), 6),
    "webp": (coded(RGB, "WEBP", lossless=True), 0),
    "tiff": (coded(RGB, "TIFF"), 0),
    "bmp": (coded(RGB, "BMP"), 0),
    "ppm": (coded(RGB, "PPM"), 0),
    "palette png": (coded(RGB.quantize(256, dither=Image.Dither.NONE), "PNG"), 16),
    "gif": (coded(RGB.quantize(256, dither=Image.Dither.NONE), "GIF"), 16),
    "16-bit png": (png16(DEEP[..., ::-1]), 0),
    "16-bit tiff": (cv2.imencode(".tif", DEEP[..., ::-1])[1].tobytes(), 0),
    "cmyk jpeg": (coded(RGB.convert("CMYK"), "JPEG", quality=95), 12),
    "cmyk tiff": (coded(RGB.convert("CMYK"), "TIFF"), 1),
    "opaque rgba": (coded(RGB.convert("RGBA"), "PNG"), 0),
    "animated gif": (coded(RGB, "GIF", save_all=True, append_images=[Image.new("RGB", RGB.size, "red")]), 24),
    "animated webp": (
        coded(RGB, "WEBP", lossless=True, save_all=True, append_images=[Image.new("RGB", RGB.size, "red")]),
        0,
    ),
}
GREYS = {
    "grey png": (coded(GREY, "PNG"), 0),
    "grey jpeg": (coded(GREY, "JPEG", quality=95), 4),
    "16-bit grey png": (png16(DEEP_GREY), 0),
    "16-bit grey tiff": (cv2.imencode(".tif", DEEP_GREY)[1].tobytes(), 0),
    "16-bit pgm": (b"P5 48 32 65535\n" + DEEP_GREY.astype(">u2").tobytes(), 0),
    "grey with alpha": (coded(GREY.convert("LA"), "PNG"), 0),
}


@pytest.mark.parametrize(("content", "most"), COLOURED.values(), ids=COLOURED)
def test_a_coloured_picture_comes_back(content, most):
    """As (height, width, 3) uint8 in RGB order, within what its format loses."""
    picture = picture_of(content, NAME)

    assert (picture.shape, picture.dtype) == ((HEIGHT, WIDTH, 3), np.uint8)
    assert np.abs(picture.astype(int) - scene()).max() <= most


@pytest.mark.parametrize(("content", "most"), GREYS.values(), ids=GREYS)
def test_a_grey_picture_is_grey_in_all_channels(content, most):
    """Eight bits or sixteen: the same picture."""
    picture = picture_of(content, NAME)

    assert np.abs(picture.astype(int) - np.asarray(GREY)[..., None]).max() <= most


def test_a_picture_of_two_levels_is_black_and_white():
    """A bilevel PNG."""
    picture = picture_of(coded(Image.fromarray(np.eye(9, dtype=bool)), "PNG"), NAME)

    np.testing.assert_array_equal(picture, np.repeat(np.eye(9, dtype=np.uint8)[..., None] * 255, 3, axis=2))


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow was built without AVIF")
def test_avif_is_read():
    """Where Pillow has it."""
    assert np.abs(picture_of(coded(RGB, "AVIF", quality=95), NAME).astype(int) - scene()).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_exif_says(orientation):
    """All eight orientations of EXIF show the scene upright."""
    ways = {  # from what is seen to what is stored
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = RGB.transpose(ways[orientation]) if orientation in ways else RGB
    exif = Image.Exif()
    exif[0x0112] = orientation

    np.testing.assert_array_equal(picture_of(coded(stored, "PNG", exif=exif), NAME), scene())


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_alpha_is_laid_over_black(kind):
    """Half-transparent is half as bright, and what lies under full transparency does not show."""
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    alpha[:, 10:20], alpha[:, 20:] = 128, 255
    options = {"lossless": True} if kind == "WEBP" else {}
    content = coded(Image.fromarray(np.dstack([scene(), alpha])), kind, **options)

    picture = picture_of(content, NAME).astype(int)

    assert picture[:, :10].max() == 0
    assert np.abs(picture[:, 10:20] - scene()[:, 10:20] * (128 / 255)).max() <= 1
    np.testing.assert_array_equal(picture[:, 20:], scene()[:, 20:])


def test_a_transparent_colour_of_a_palette_is_black():
    """A GIF's and a PNG's single transparent entry."""
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([255, 255, 255, 200, 100, 50])
    picture.paste(0, (0, 0, 4, 8))

    for kind in ("GIF", "PNG"):
        shown = picture_of(coded(picture, kind, transparency=0), NAME)
        assert shown[:, :4].max() == 0
        assert (shown[:, 4:] == (200, 100, 50)).all()


def test_an_icc_profile_is_converted_to_srgb():
    """A profile whose red and blue are exchanged comes back with the colours it means."""
    swapped = Image.fromarray(np.ascontiguousarray(scene()[..., ::-1]))
    content = coded(swapped, "PNG", icc_profile=_swapped_profile())

    assert np.abs(picture_of(content, NAME).astype(int) - scene()).max() <= 2


def test_a_profile_of_srgb_changes_nothing():
    """What cameras and editors embed most."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for content in (coded(RGB, "PNG", icc_profile=profile), coded(RGB.convert("RGBA"), "PNG", icc_profile=profile)):
        assert np.abs(picture_of(content, NAME).astype(int) - scene()).max() <= 1


@pytest.mark.parametrize("profile", [b"rubbish", b""], ids=["rubbish", "none"])
def test_a_broken_profile_is_passed_over(profile):
    """The picture is shown as sRGB rather than refused."""
    np.testing.assert_array_equal(picture_of(coded(RGB, "PNG", icc_profile=profile), NAME), scene())


def test_a_profile_for_other_channels_is_passed_over():
    """A grey picture with an RGB profile stays as it is."""
    content = coded(GREY, "PNG", icc_profile=_swapped_profile())

    np.testing.assert_array_equal(picture_of(content, NAME)[..., 1], np.asarray(GREY))


def _swapped_profile() -> bytes:
    """sRGB with the tags of the red and the blue primary exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    head, table = profile[:132], profile[132:]
    return head + table.replace(b"rXYZ", b"-XYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"-XYZ", b"bXYZ", 1)


def test_one_pixel_is_a_picture():
    """The smallest there is."""
    assert picture_of(coded(Image.new("RGB", (1, 1), (1, 2, 3)), "PNG"), NAME).tolist() == [[[1, 2, 3]]]


@pytest.mark.parametrize("size", [(30_000, 3), (3, 30_000)], ids=str)
def test_a_side_may_be_30000_px(size):
    """As long as there are not too many pixels in all."""
    assert picture_of(coded(Image.new("RGB", size, "navy"), "PNG"), NAME).shape == (size[1], size[0], 3)


def test_a_large_jpeg_is_decoded_smaller(monkeypatch):
    """By the least power of two under which it fits: here 4,000 pixels of 60,000, so 1/4 of each side."""
    monkeypatch.setattr(pictures, "KEPT_MAX", 4_000)
    monkeypatch.setattr(pictures, "DECODED_MAX", 8_000)
    large = RGB.resize((300, 200), Image.Resampling.BICUBIC)

    picture = picture_of(coded(large, "JPEG", quality=95), NAME)

    assert picture.shape == (50, 75, 3)
    assert np.abs(picture.astype(int) - np.asarray(large.resize((75, 50), Image.Resampling.BOX))).mean() < 4


def test_a_large_png_is_kept_smaller(monkeypatch):
    """Decoded whole, then halved."""
    monkeypatch.setattr(pictures, "KEPT_MAX", 20_000)
    large = RGB.resize((300, 200), Image.Resampling.BICUBIC)

    picture = picture_of(coded(large.convert("RGBA"), "PNG"), NAME)

    assert picture.shape == (100, 150, 3)
    assert np.abs(picture.astype(int) - np.asarray(large.reduce(2))).max() <= 1


def _claimed(width: int, height: int) -> bytes:
    """The start of a PNG that says it is so large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(b"\0" * 99)
    parts = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (header, pixels))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    "content",
    [
        _claimed(30_000, 30_000),
        _claimed(9_450, 9_450),
        _claimed(30_001, 10),
        _claimed(2**31 - 1, 2**31 - 1),
        coded(Image.new("L", (30_001, 2)), "JPEG"),
    ],
    ids=["30,000 px", "89.3 million px", "30,001 px", "a bomb", "a long JPEG"],
)
def test_what_is_too_large_is_refused_before_it_is_decoded(content):
    """The error names the shot, the size or its limit, and what to do; no warning of Pillow's leaks."""
    with pytest.raises(RenderError, match=f"{NAME} is too large: .*Scale it to 9,000 px"):
        picture_of(content, NAME)


def test_a_large_progressive_jpeg_is_refused(monkeypatch):
    """It would be held whole however small it is decoded."""
    monkeypatch.setattr(pictures, "DECODED_MAX", 8_000)
    content = coded(RGB.resize((300, 200)), "JPEG", progressive=True)

    with pytest.raises(RenderError, match="too large: it is 300x200 px, 8,000 in all may be decoded"):
        picture_of(content, NAME)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", r"it is empty \(0 bytes\)"),
        (b"\n<!DOCTYPE html><html>", "its 22 bytes are a web page"),
        (b"<html><body>404", "its 15 bytes are a web page"),
        (b"<svg xmlns='x'/>", "are XML or SVG"),
        (b"not a picture", "its 13 bytes begin with b'not a pictur'"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "begin with b'%!PS"),
    ],
    ids=["empty", "html", "html without doctype", "svg", "text", "postscript"],
)
def test_what_is_no_picture_is_named(content, what):
    """The error says what the bytes are instead, and what to use."""
    with pytest.raises(RenderError, match=f"{NAME} is no picture that is known here: .*{what}.*Use PNG, JPEG or WebP"):
        picture_of(content, NAME)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_picture_is_refused(kind, part):
    """Cut off anywhere: an error that names the shot, never half a picture and never another error."""
    noise = Image.fromarray(np.random.default_rng(4).integers(0, 255, (64, 64, 3), np.uint8))
    whole = coded(noise, kind)

    with pytest.raises(RenderError, match=NAME):
        picture_of(whole[: int(len(whole) * part)], NAME)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"])
def test_broken_bytes_give_a_picture_or_our_error(kind):
    """Forty ways of breaking a few bytes each: no other error, no warning."""
    whole = np.frombuffer(coded(RGB, kind), np.uint8)
    draw, refusals = np.random.default_rng(5), []
    for _ in range(40):
        broken = whole.copy()
        places = draw.integers(0, min(broken.size, 400), 4)
        broken[places] = draw.integers(0, 256, 4)
        try:
            picture_of(broken.tobytes(), NAME)
        except RenderError as error:
            refusals.append(str(error))

    assert refusals
    assert all(NAME in refusal for refusal in refusals)


@pytest.mark.parametrize(("width", "height"), [(0, 0), (0, 5), (5, 0)])
def test_a_picture_without_pixels_is_refused(width, height):
    """A header that says 0 is an error that names the shot."""
    with pytest.raises(RenderError, match=NAME):
        picture_of(_claimed(width, height), NAME)


def test_a_picture_of_floating_point_numbers_is_refused():
    """A TIFF of floats has no agreed white; it is told to be saved with whole numbers."""
    content = coded(Image.fromarray(np.zeros((4, 4), np.float32)), "TIFF")

    with pytest.raises(RenderError, match="floating-point numbers; save it with 8 or 16 bits"):
        picture_of(content, NAME)


def test_pillows_own_limit_is_left_as_it_was():
    """Somebody else's use of Pillow in this process keeps its guard against bombs."""
    before = Image.MAX_IMAGE_PIXELS

    picture_of(coded(RGB, "PNG"), NAME)

    assert before == Image.MAX_IMAGE_PIXELS
