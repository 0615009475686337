"""A film that is killed while a paid provider works on its pictures, and the same command again."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from astragen.model.film import FilmReport
from emulators.loopback import picture_bytes
from emulators.queue_servers import DONE, RUNNING, FalServer, FileServer, Job

PROMPT = "A fox crosses the ice at dawn, finds a red lantern, and carries it home."
KEY = "canary-1234-5678"
PRICE_USD = 0.003  # of a picture below a megapixel


class SlowFal(FalServer):
    """Its work ends when it is told so."""

    trade = "artist"
    is_released = False

    def step(self, job: Job) -> str:
        job.polls += 1
        return DONE if self.is_released else RUNNING

    def made_of(self, job: Job) -> bytes:
        size = job.order["image_size"]
        return picture_bytes(job.id, 0, size["width"], size["height"])


@pytest.fixture
def fal():
    with FileServer() as files, SlowFal(files, key=KEY) as server:
        yield server


def test_what_was_ordered_before_a_kill_is_fetched_and_not_ordered_again(executable, environment, folder, fal):
    """One order a picture, and one price of it in the report; nobody waits for the first run's money."""
    environment |= {"ASTRAGEN_FAL_API_KEY": KEY, "ASTRAGEN_FAL_BASE_URL": fal.url}
    command = [executable, "make", PROMPT, "--seconds", "5", "--height", "360", "--scenes", "2", "--deadline", "none"]
    command += ["--artist", "fal", "-o", "fox.mp4", "--json"]
    first = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    wait_until_asked_about(fal, first, pictures=2)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    fal.is_released = True

    again = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=240, check=False)

    assert again.returncode == 0, again.stderr.decode()
    report = FilmReport.model_validate_json(again.stdout)
    assert [shot.made_by for shot in report.shots] == ["fal fal-ai/flux/schnell"] * 2
    assert len(fal.jobs) == 2
    assert len({job.order["prompt"] for job in fal.jobs}) == 2
    assert report.money is not None
    assert report.money.uncertain_usd == 0
    (charge,) = report.money.by_provider
    assert (charge.provider, charge.asked, charge.usd) == ("fal", 2, pytest.approx(2 * PRICE_USD))
    assert report.cost_usd == report.money.spent_usd == charge.usd


def wait_until_asked_about(fal: SlowFal, film: subprocess.Popen[bytes], *, pictures: int) -> None:
    """Until *film* holds the tickets of all its *pictures*: it asks what became of them."""
    until = time.monotonic() + 60
    while sum(job.polls > 0 for job in list(fal.jobs)) < pictures:
        assert film.poll() is None, "the film ended before it could be killed"
        assert time.monotonic() < until, "nobody was asked"
        time.sleep(0.02)
