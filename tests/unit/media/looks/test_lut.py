"""Reading .cube files: what the format allows, and what a broken one is told."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from astragen.errors import InputError
from astragen.media.looks.lut import read_cube

ROWS_2 = "\n".join(f"{red} {green} {blue}" for blue, green, red in product((0, 1), repeat=3))
IDENTITY = f"LUT_3D_SIZE 2\n{ROWS_2}\n"


def cube(text: str) -> bytes:
    return text.encode()


def colours(*rgb: tuple[float, float, float]) -> np.ndarray:
    return np.array(rgb, np.float32)


def test_red_runs_fastest():
    """The second row of a 3D table is for pure red."""
    lut = read_cube(cube(IDENTITY), "a.cube")

    assert lut(colours((1, 0, 0), (0, 1, 0), (0, 0, 1))).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_between_entries_a_3d_table_is_trilinear():
    """The identity of two entries a side gives any colour back; beyond the ends they are held."""
    lut = read_cube(cube(IDENTITY), "a.cube")

    given = colours((0.25, 0.5, 0.9), (-1, 0.3, 2))

    np.testing.assert_allclose(lut(given), colours((0.25, 0.5, 0.9), (0, 0.3, 1)), atol=1e-6)


def test_a_1d_table_has_a_curve_for_each_channel():
    """Three entries: red is halved below the middle, green is turned round, blue is as it was."""
    lut = read_cube(cube("LUT_1D_SIZE 3\n0 1 0\n0.25 0.5 0.5\n1 0 1\n"), "a.cube")

    np.testing.assert_allclose(lut(colours((0.5, 0.5, 0.5), (0.25, 0.25, 0.25)))[:, 0], [0.25, 0.125])
    np.testing.assert_allclose(lut(colours((0.25, 0.25, 0.25))), colours((0.125, 0.75, 0.25)))


@pytest.mark.parametrize(
    "domain",
    ["DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2", "LUT_3D_INPUT_RANGE 0 2", "DOMAIN_MAX 2 2 2"],
    ids=["both ends", "as Resolve writes it", "one end"],
)
def test_the_domain_says_what_the_last_entry_is_for(domain):
    """With inputs from 0 to 2, an input of 1 is half-way."""
    lut = read_cube(cube(f"{domain}\n{IDENTITY}"), "a.cube")

    np.testing.assert_allclose(lut(colours((1, 1, 2))), colours((0.5, 0.5, 1)))


@pytest.mark.parametrize(
    "text",
    [
        f'\ufeffTITLE "Warm  night"\r\n# by hand\r\n\r\n{IDENTITY}'.replace("\n", "\r\n").replace("\r\r", "\r"),
        f'TITLE "Warm night"\n{IDENTITY}\n# the end\n\n',
        f"TITLE Warm night\r{IDENTITY}".replace("\n", "\r"),
    ],
    ids=["Windows, BOM", "comments", "old Macintosh"],
)
def test_titles_comments_and_any_line_ends_are_read(text):
    """What programs write around the table."""
    lut = read_cube(cube(text), "a.cube")

    assert lut.title == "Warm night"
    assert lut.values.shape == (2, 2, 2, 3)


def test_a_title_in_an_old_encoding_is_no_fault():
    """Bytes that are not UTF-8 may stand in a title."""
    assert read_cube(b'TITLE "\xe9t\xe9"\n' + cube(IDENTITY), "a.cube").values.size == 24


BAD = {
    "empty": ("", "line 1: the file has neither LUT_1D_SIZE nor LUT_3D_SIZE"),
    "no picture": ("\x89PNG\x00\x01", 'line 1: "\\x89PNG\\x00\\x01" stands before LUT_1D_SIZE'),
    "prose": ("A recipe for soup", 'line 1: "A" is no keyword; the format has TITLE, LUT_1D_SIZE'),
    "rows first": ("0 0 0\nLUT_3D_SIZE 2", 'line 1: "0 0 0" stands before LUT_1D_SIZE or LUT_3D_SIZE'),
    "both sizes": (f"LUT_1D_SIZE 2\n{IDENTITY}", "line 2: the file has both LUT_1D_SIZE and LUT_3D_SIZE"),
    "size twice": (f"LUT_3D_SIZE 2\n{IDENTITY}", "line 2: LUT_3D_SIZE stands a second time, after line 1"),
    "size 1": ("LUT_3D_SIZE 1\n0 0 0", 'line 1: LUT_3D_SIZE is "1"; it must be a whole number from 2 to 65'),
    "size 66": ("LUT_3D_SIZE 66", 'line 1: LUT_3D_SIZE is "66"; it must be a whole number from 2 to 65'),
    "size of 1D": ("LUT_1D_SIZE 70000", 'LUT_1D_SIZE is "70000"; it must be a whole number from 2 to 65536'),
    "size is no number": ("LUT_3D_SIZE many", 'LUT_3D_SIZE is "many"; it must be a whole number'),
    "size is huge": (f"LUT_3D_SIZE {'9' * 5000}", "it must be a whole number from 2 to 65"),
    "no size": ("LUT_3D_SIZE", 'LUT_3D_SIZE is ""'),
    "too few rows": ("LUT_3D_SIZE 2\n0 0 0\n1 1 1\n", "line 3: the file has 2 rows of values; LUT_3D_SIZE 2 needs 8"),
    "too many rows": (f"{IDENTITY}0 0 0\n", "line 10: the file has 9 rows of values; LUT_3D_SIZE 2 needs 8"),
    "two values": ("LUT_3D_SIZE 2\n0 0\n", 'line 2: "0 0" has 2 values; it must have 3'),
    "four values": ("LUT_3D_SIZE 2\n0 0 0 1\n", 'line 2: "0 0 0 1" has 4 values; it must have 3'),
    "a comma": ("LUT_3D_SIZE 2\n0,0 0 0\n", 'line 2: "0,0" is no finite number'),
    "NaN": (IDENTITY.replace("1 1 1", "1 nan 1"), 'line 9: "nan" is no finite number'),
    "NaN first": (IDENTITY.replace("1 1 1", "NaN 1 1"), 'line 9: "NaN" is no finite number'),
    "infinity": (IDENTITY.replace("1 1 1", "1 1 -inf"), 'line 9: "-inf" is no finite number'),
    "1e999": (IDENTITY.replace("1 1 1", "1 1 1e999"), 'line 9: "1e999" is out of range; it must be from -1e+06 to'),
    "hexadecimal": (IDENTITY.replace("1 1 1", "1 1 0x1"), 'line 9: "0x1" is no finite number'),
    "underscores": (IDENTITY.replace("1 1 1", "1 1 1_0"), 'line 9: "1_0" is no finite number'),
    "domain upside down": (f"DOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0\n{IDENTITY}", "line 2: the inputs go from 1 to 0"),
    "domain of nothing": (f"DOMAIN_MAX 1 0 1\n{IDENTITY}", "line 1: the inputs go from 0 to 0"),
    "domain of two": (f"DOMAIN_MAX 1 1\n{IDENTITY}", 'line 1: "1 1" has 2 values; it must have 3'),
    "domain NaN": (f"DOMAIN_MIN nan 0 0\n{IDENTITY}", 'line 1: "nan" is no finite number'),
    "keyword late": (f"{IDENTITY}DOMAIN_MIN 0 0 0\n", "line 10: DOMAIN_MIN stands after the values"),
    "keyword misspelt": (f"LUT_3D_SIZES 2\n{ROWS_2}", 'line 1: "LUT_3D_SIZES" is no keyword'),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_a_broken_file_is_told_where_and_what(text, message):
    """The file, the line, the value, what is allowed, and what to do."""
    with pytest.raises(InputError) as caught:
        read_cube(text.encode(), "night.cube")

    assert message in str(caught.value)
    assert str(caught.value).startswith("night.cube, line ")
    assert caught.value.hint
    assert len(str(caught.value)) < 300
