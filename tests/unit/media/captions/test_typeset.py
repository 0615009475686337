"""Rows of every script: legible, inside the safe area, not too many."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from astragen.builtin.lettering import _shape, clean
from astragen.media.captions.burn import TYPES, overlay
from astragen.media.captions.typeset import HEIGHT_MAX, SIZE, Screen, Type, typeset
from astragen.media.colour import black
from astragen.model.safe_area import band_top, caption_area, captions_top
from astragen.model.take import SpokenLine
from astragen.plan.captions import cues

FRAMES = {"16:9": (320, 180), "9:16": (180, 320), "1:1": (200, 200), "4:5": (200, 250), "21:9": (420, 180)}
SCRIPTS = {  # language, and a line that is hard to break
    "English": ("en", "The keeper's well-known, sea-worn lamp isn't lit; “why?”, asks nobody at 11:45 p.m. (GMT)."),
    "German": ("de", "Das Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz gilt in Straßenbahnen."),
    "Chinese": ("zh", "灯塔看守人在暴风雨之夜（最后一次）爬上楼梯，点亮了“希望”之灯；船长看见了Python 3号的光。"),
    "Japanese": ("ja", "灯台守のジョーさんは、「もういちど」と言って、階段を上った。やっぱり、ずーっと長い夜だ！"),
    "Korean": ("ko", "등대지기는 폭풍우가 치는 밤에 마지막으로 계단을 올라가 등불을 밝혔습니다."),
    "Arabic": ("ar", "صعد حارس المنارة 128 درجة في ليلة العاصفة، وقال: «AstraGen تُضيء البحر»."),
    "Hebrew": ("he", "שומר המגדלור טיפס 128 מדרגות בליל הסערה (בפעם האחרונה) ואמר: AstraGen מאירה."),
    "Hindi": ("hi", "प्रकाशस्तंभ के रक्षक ने तूफ़ानी रात में अन्तिम बार सीढ़ियाँ चढ़कर दीप्ति प्रज्ज्वलित की।"),
    "Thai": ("th", "ผู้ดูแลประภาคารปีนบันไดขึ้นไปเป็นครั้งสุดท้ายในคืนที่มีพายุเพื่อจุดไฟนำทางให้เรือทุกลำ"),
    "Burmese": ("my", "မီးပြတိုက်စောင့်သည် မုန်တိုင်းကျသောညတွင် နောက်ဆုံးအကြိမ် လှေကားကို တက်ခဲ့သည်။"),
    "Emoji": ("en", "A whale 🐋, a family 👩‍👩‍👧‍👦, a flag 🇩🇪, thumbs 👍🏽 and 1️⃣ heart ❤️."),
    "long": ("en", "A" + "wide" * 50 + " word"),
    "no font": ("en", "A wedge 𒀀 and 𐀀 here \u0378."),
}  # fmt: skip
NOT_FIRST = "、。，．！？；：）」』】”’…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ)]}.,;:!?"


def shown(language: str, text: str, width: int) -> list[str]:
    """The cues' texts of a line, in rows as a film's are."""
    line = SpokenLine(shot="s", text=text, samples=48_000 * 12)
    columns = 38 if width > 200 else 23
    return [cue.text for cue in cues(line, 0, 24, end_limit_frame=24 * 12, max_chars_per_row=columns)]


@pytest.mark.parametrize("style", list(TYPES))
@pytest.mark.parametrize(("language", "text"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_script_is_drawn_inside_the_safe_area(language: str, text: str, style: str):
    """There is ink, all of it in the safe area of wide and tall frames, and no more rows than half the height."""
    for width, height in (FRAMES["16:9"], FRAMES["9:16"]):
        area = caption_area(width, height)
        for cue in shown(language, text, width):
            planes = black(width, height)
            overlay(cue, width, height, language, style=style).blend(planes)
            rows, columns = np.nonzero(planes.y > 90)
            assert len(rows) > 20, cue
            assert columns.min() >= area.left * width - 1
            assert columns.max() <= area.right * width + 1
            assert rows.max() <= area.bottom * height + 1
            assert rows.max() - rows.min() <= HEIGHT_MAX * height


@pytest.mark.parametrize(("language", "text"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_no_row_shows_an_empty_box(language: str, text: str):
    """No glyph is .notdef: what no font has is left out."""
    for cue in shown(language, text, 640):
        block = typeset(cue, Type(SIZE, 600), Screen(640, 360, language))
        assert block is not None
        for row in block.rows:
            assert all(one.glyph for one in _shape(clean(row.text), "sans", 600, language).glyphs), row.text


@pytest.mark.parametrize("width", [320, 180])
@pytest.mark.parametrize(("language", "text"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_no_row_begins_with_a_closing_mark(language: str, text: str, width: int):
    """Kinsoku: no row of a cue begins with 、。 ー or a small kana, nor with a mark without its letter."""
    for cue in shown(language, text, width):
        for row in cue.split("\n"):
            assert row[0] not in NOT_FIRST, row
            assert unicodedata.category(row[0])[0] != "M", row


@pytest.mark.parametrize("shape", FRAMES.values(), ids=FRAMES.keys())
@pytest.mark.parametrize("script", ["English", "Burmese", "long"])
@pytest.mark.parametrize("style", list(TYPES))
def test_a_caption_over_a_diagram_stays_in_its_band(shape: tuple[int, int], script: str, style: str):
    """Between the painter's lowest label and the safe area's edge, in every shape of frame and every style."""
    width, height = shape
    language, text = SCRIPTS[script]
    for cue in shown(language, text, width):
        block = typeset(cue, TYPES[style], Screen(width, height, language, place="band"))
        assert block is not None
        if block.size > 8:  # letters are no smaller on these tiny frames
            assert block.top >= captions_top(width, height) * height
        assert block.bottom <= caption_area(width, height).bottom * height + 1


def test_two_ordinary_rows_fit_into_the_band_at_full_size():
    """The band is made for them: nothing is set smaller than elsewhere."""
    for width, height in ((1920, 1080), (1080, 1920), (1080, 1080), (1080, 1350), (2520, 1080)):
        free, band = (
            typeset("The keeper climbs\nthe stairs.", Type(SIZE, 600), Screen(width, height, place=place))
            for place in ("free", "band")
        )
        assert free is not None
        assert free == band


def test_captions_stay_above_a_letterbox_bar():
    """A 2.39 picture in a 16:9 frame has bars of 12.8 % of the height; diagrams' captions may lie on them."""
    rows = "The keeper climbs\nthe stairs."
    lifted = typeset(rows, Type(SIZE, 600), Screen(1920, 1080, lift=0.128))
    band = typeset(rows, Type(SIZE, 600), Screen(1920, 1080, place="band", lift=0.128))

    assert lifted is not None
    assert band is not None
    assert lifted.bottom < (1 - 0.128) * 1080
    assert band.bottom > (1 - 0.128) * 1080


def test_large_words_stand_higher_than_a_caption():
    """Centre-low: below the middle, above the band."""
    block = typeset("climbs", TYPES["kinetic"], Screen(1080, 1920))

    assert block is not None
    assert block.top > 0.5 * 1920
    assert block.bottom < band_top(1080, 1920) * 1920
