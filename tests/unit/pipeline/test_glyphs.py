"""The font check."""

from __future__ import annotations

import pytest

from astragen.builtin import fonts
from astragen.model.storyboard import Scene, Shot, Storyboard, Tableau
from astragen.model.vocabulary import Layout
from astragen.pipeline.glyphs import glyph_fallbacks


def board(*shots: Shot, language: str = "en") -> Storyboard:
    return Storyboard(title="T", language=language, scenes=(Scene(id="s1", setting="ocean", shots=shots),))


@pytest.fixture
def without_cjk(monkeypatch: pytest.MonkeyPatch):
    """Fonts as they are without the extra: its package is not found."""
    find = fonts.find_spec
    monkeypatch.setattr(fonts, "find_spec", lambda name: None if name == "justmytype_intl_cjk" else find(name))
    for cached in (fonts.typeface, fonts.choose, fonts.legible):
        cached.cache_clear()
    yield
    for cached in (fonts.typeface, fonts.choose, fonts.legible):
        cached.cache_clear()


def test_what_can_be_drawn_is_not_told():
    """Nothing to say of scripts whose fonts are there."""
    assert glyph_fallbacks(board(Shot(id="s1-1", line="The नमस्ते שלום 🐋", title="λ"))) == ()


def test_missing_fonts_are_told_with_what_to_install(without_cjk: None):
    """One fallback names the shots, the first characters with their code points, and the command."""
    shots = (
        Shot(id="s1-1", line="灯台"),
        Shot(id="s1-2", line="Plain."),
        Shot(id="s1-3", tableau=Tableau(layout=Layout.FLOW, items=("守", "a"))),
    )
    (told,) = glyph_fallbacks(board(*shots, language="ja"))

    assert told.subject == "s1-1, s1-3"
    assert told.reason == "no installed font has 灯 (U+706F), 台 (U+53F0), 守 (U+5B88)"
    assert "pip install 'astragen[cjk]'" in told.instead


def test_many_missing_characters_are_counted():
    """The report names eight; where no font is known to help, it advises nothing."""
    (told,) = glyph_fallbacks(board(Shot(id="s1-1", line="".join(map(chr, range(0x12000, 0x1200B))))))

    assert told.reason.endswith("(U+12007) and 3 more")
    assert "pip" not in told.instead
