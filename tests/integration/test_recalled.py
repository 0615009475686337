"""A placeholder that was taken for a picture, because nobody had seen it twice, does not stay in the film."""

from __future__ import annotations

import threading

from pydantic import SecretStr

from astragen.face import make_film_sync
from astragen.model.brief import Brief
from astragen.providers.access import Access
from astragen.settings import Settings
from emulators.loopback import Sent, picture_bytes
from emulators.picture_server import Order
from emulators.pollinations_server import PollinationsServer

KEY = "canary-1"
PROMPT = "A fox crosses the ice at dawn, finds a red lantern, and carries it home."


class Advertising(PollinationsServer):
    """Sends one picture for the first prompt and, when the first may be rendered, for the last."""

    def __init__(self, *, late_s: float) -> None:
        super().__init__(key=KEY)
        self.late_s, self._words, self._guard = late_s, [], threading.Lock()

    def made(self, order: Order, data: bytes | None = None) -> Sent:
        with self._guard:
            if order.words not in self._words:
                self._words.append(order.words)
            number = self._words.index(order.words)
        if number == 2:
            self.closing.wait(self.late_s)
        return super().made(order, data if number == 1 else picture_bytes("advert", 0, 640, 360))


def film(folder, server):
    access = Access(key=SecretStr(KEY), base_url=server.url)
    settings = Settings(cache_dir=folder / "cache", providers={"pollinations": access}, writer="builtin")
    brief = Brief(prompt=PROMPT, seconds=6, height=360, scenes=3, profile="draft", narration=False, music=False)
    return make_film_sync(brief, folder / "fox.mp4", settings=settings, artist="pollinations").report


def test_a_placeholder_that_was_taken_is_recalled_when_it_comes_again(tmp_path):
    """Both shots are painted, the report says why, and made again the film does not get it from the cache."""
    with Advertising(late_s=3.0) as server:
        first = film(tmp_path, server)
        again = film(tmp_path, server)

    for report in (first, again):
        assert sorted(shot.made_by.split()[0] for shot in report.shots) == ["builtin", "builtin", "pollinations"]
    assert sum("same picture for different prompts" in one.reason for one in first.fallbacks) == 2
