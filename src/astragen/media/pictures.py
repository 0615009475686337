"""Pictures as people have them to uint8 sRGB.

Turned as their EXIF says, alpha laid over black, 16 bits to 8, CMYK, grey and palette
to RGB, colours of an ICC profile to sRGB, the first of several frames. What is too
large to hold is decoded smaller where its format can, else refused before a pixel is
decoded. Nothing of Pillow's is left set. Start reading at `picture_of`.
"""

from __future__ import annotations

import math
import struct
import warnings
from contextlib import suppress
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, UnidentifiedImageError

from astragen.errors import RenderError
from astragen.model.planes import U8

SIDE_MAX: Final = 30_000  # px; what scanners and stitched panoramas give; a JPEG so large is still decoded at 1/8
DECODED_MAX: Final = 89_000_000  # px held while decoding: 356 MB; just under the limit at which Pillow suspects a bomb
KEPT_MAX: Final = 40_000_000  # px given back: 8K UHD is 33 million, and no film is finer

_FORMATS = ("AVIF", "BMP", "GIF", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")  # and JPEG; none that starts a program
_USE = "Use PNG, JPEG or WebP."
_DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I")  # Pillow's grey of 16 bits
_PLAIN = ("L", "LA", "RGB", "RGBA", "CMYK")  # modes that are converted here; others become RGB or RGBA first
# What Pillow's decoders raise on bytes that somebody broke.
_BROKEN = (OSError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError, EOFError, struct.error)


def picture_of(coded: bytes, name: str) -> U8:
    """The picture *coded* as (height, width, 3) uint8 sRGB.

    name: what errors call it: "The still of shot s1-2".

    More than KEPT_MAX pixels are made fewer by the least whole factor (of a JPEG, a power of two).

    Raises:
        RenderError: *coded* is no picture, is damaged, has no pixels, or is larger than the limits.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is odd but readable is no user's concern
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = _opened(coded, name)
            _check_size(picture, name)
            return np.asarray(_as_srgb(_loaded(picture)), np.uint8)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise _too_large(name, str(error).rstrip(".")) from error
        except MemoryError as error:
            raise RenderError(f"{name} does not fit into memory.", hint="Scale it down.") from error
        except _BROKEN as error:
            raise RenderError(f"{name} cannot be read: {error}.", hint=f"Save or download it again. {_USE}") from error


def _opened(coded: bytes, name: str) -> Image.Image:
    """The picture, its header read; a JPEG past the check for bombs, as it can be decoded smaller."""
    if coded.startswith(b"\xff\xd8\xff"):
        return JpegImagePlugin.JpegImageFile(BytesIO(coded))
    try:
        return Image.open(BytesIO(coded), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise RenderError(f"{name} is no picture that is known here: {_described(coded)}.", hint=_USE) from error


def _described(coded: bytes) -> str:
    """What *coded* is instead of a picture."""
    start = coded[:512].lstrip().lower()
    if not coded:
        return "it is empty (0 bytes)"
    if start.startswith((b"<!doctype", b"<html", b"<head")):
        return f"its {len(coded)} bytes are a web page"
    if start.startswith((b"<svg", b"<?xml")):
        return f"its {len(coded)} bytes are XML or SVG"
    return f"its {len(coded)} bytes begin with {coded[:12]!r}"


def _check_size(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if not width or not height:
        raise RenderError(f"{name} is {width}x{height}; it must have at least one pixel.", hint=_USE)
    if max(width, height) > SIDE_MAX:
        raise _too_large(name, f"it is {width}x{height} px, and a side may have {SIDE_MAX}")
    # A progressive JPEG holds all of its coefficients, however small it is decoded.
    is_scalable = isinstance(picture, JpegImagePlugin.JpegImageFile) and "progressive" not in picture.info
    if width * height > DECODED_MAX and not is_scalable:
        raise _too_large(name, f"it is {width}x{height} px, {DECODED_MAX:,} in all may be decoded")


def _too_large(name: str, reason: str) -> RenderError:
    hint = "Scale it to 9,000 px a side or less, or save it as a baseline JPEG."
    return RenderError(f"{name} is too large: {reason}.", hint=hint)


def _loaded(picture: Image.Image) -> Image.Image:
    """*picture* decoded, upright, in one of the plain modes, and of at most KEPT_MAX pixels."""
    width, height = picture.size
    parts = next(n for n in (1, 2, 4, 8) if width * height <= KEPT_MAX * n * n)
    if isinstance(picture, JpegImagePlugin.JpegImageFile) and parts > 1:
        picture.draft(None, (max(width // parts, 1), max(height // parts, 1)))
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    plain = _plain(picture)
    left = math.ceil(math.sqrt(plain.width * plain.height / KEPT_MAX))
    if left <= 1:
        return plain
    reduced = plain.reduce(left)
    reduced.info = plain.info
    return reduced


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode in _DEEP:
        values = np.asarray(picture).astype(np.int64)
        plain = Image.fromarray((values.clip(0, 65_535) >> 8).astype(np.uint8))
    elif picture.mode == "F":
        raise ValueError("its samples are floating-point numbers; save it with 8 or 16 bits a channel")
    elif picture.has_transparency_data and picture.mode not in ("LA", "RGBA"):
        plain = picture.convert("RGBA")
    else:
        plain = picture if picture.mode in _PLAIN else picture.convert("RGB")
    plain.info = picture.info
    return plain


def _as_srgb(picture: Image.Image) -> Image.Image:
    """A picture of a plain mode as RGB: its colours converted, then laid over black."""
    profile = picture.info.get("icc_profile")
    alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
    if alpha is not None:
        picture = picture.convert(picture.mode.removesuffix("A"))
    colours = (_converted(picture, profile) if profile else None) or picture
    colours = colours if colours.mode == "RGB" else colours.convert("RGB")
    if alpha is None:
        return colours
    return Image.composite(colours, Image.new("RGB", colours.size), alpha)


def _converted(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """*picture* from the ICC *profile* to sRGB; None when the profile is broken or is for another mode."""
    with suppress(ImageCms.PyCMSError, OSError):
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return None
