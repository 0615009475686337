from __future__ import annotations

from contextlib import asynccontextmanager

import anyio
import pytest

from astragen.errors import ContentRefused, Unavailable
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Shot, Storyboard, Subject, Tableau
from astragen.model.take import Artifact, Attempt, Fallback, Take
from astragen.model.vocabulary import Layout
from astragen.pipeline import shooting
from astragen.pipeline.asking import Drawn
from astragen.pipeline.shooting import Shooting, take_of
from astragen.pipeline.together import beside
from astragen.providers.shooting import Media
from scripted_artist import BOARD, BRIEF, ScriptedArtist, at_desk, picture, rows

RECIPE = Recipe(setting="x", time_of_day="day", weather="clear", season="summer", mood="calm", move="push_in")
FOREVER = BRIEF.model_copy(update={"deadline_s": "none"})
TABLEAU = Tableau(layout=Layout.TITLE, title="42")


def changed(shots: dict[int, dict[str, object]], board: Storyboard = BOARD) -> Storyboard:
    """*board* with fields of some shots changed, by their number."""
    made = tuple(shot.model_copy(update=shots.get(number, {})) for number, shot in enumerate(board.shots))
    return board.model_copy(update={"scenes": (board.scenes[0].model_copy(update={"shots": made}),)})


def paced(board: Storyboard = BOARD, frames: int = 48) -> Storyboard:
    """*board* with every shot of one length."""
    return changed({number: {"frames": frames} for number in range(len(board.shots))}, board)


FOXES = changed({number: {"subjects": (Subject(noun="fox", character="fox"),)} for number in range(3)})


def painted(shot: Shot) -> Take:
    """What the painter would make of *shot*."""
    return Take(shot=shot.id, kind="painted", recipe=RECIPE, made_by="builtin")


@asynccontextmanager
async def on_set(folder, artists=(), cameras=(), **desk):
    """A film at its desk, and its shooting."""
    async with at_desk(folder, **desk) as film, beside() as start:
        yield film, Shooting(artists, cameras, desk=film.desk, run=film.run, start=start, standing=film.standing)


def shot_by(
    folder, artists=(), cameras=(), *, board=BOARD, brief=FOREVER, early=None, drawn_early=0, late_s=0.0, **desk
):
    """The takes of *board*, and what fell back; *early*: a storyboard that is heard of, and in part drawn, first."""

    async def main():
        async with on_set(folder, artists, cameras, **desk) as (film, shots):
            film.run._began_s -= late_s
            if early is not None:
                shots.early(early, brief)
                await until(lambda: len(film.run.experience.of("wait scripted m")) == drawn_early)
            shots.ahead(board, brief)
            takes = shots.takes(paced(board), brief, list(map(painted, board.shots)), filmed=brief)
            with anyio.fail_after(20):
                found = await takes.all()
            return found, film.run.report.fallbacks

    return anyio.run(main)


async def never(_):
    await anyio.Event().wait()


def here(takes):
    """The shots whose takes are here and that are not rendered."""
    return tuple(shot for shot, take in takes._promises.items() if take.is_kept and shot not in takes._rendered)


async def until(claim):
    """Return as soon as *claim* is true."""
    with anyio.fail_after(10):
        while not claim():  # noqa: ASYNC110 - nobody tells
            await anyio.sleep(0.02)


# Who makes a shot ---------------------------------------------------------------------------------------------------


def test_every_shot_gets_its_picture_and_the_report_says_by_whom(tmp_path):
    """With the recipe, by which the camera moves over it."""
    takes, fallbacks = shot_by(tmp_path, [ScriptedArtist()])

    assert [(take.kind, take.made_by, take.recipe) for take in takes] == [("still", "scripted m", RECIPE)] * 3
    assert [[one.outcome for one in take.attempts] for take in takes] == [["taken"]] * 3
    assert sum(take.cost_usd for take in takes) == pytest.approx(0.03)
    assert fallbacks == ()


def test_what_nobody_makes_is_painted_and_the_report_says_why(tmp_path):
    """Each provider in its own words."""
    artists = [ScriptedArtist(ContentRefused("violence"), name="a"), ScriptedArtist(Unavailable("down"), name="b")]

    takes, fallbacks = shot_by(tmp_path, artists)

    assert [(take.kind, take.made_by) for take in takes] == [("painted", "builtin")] * 3
    assert [fallback.subject for fallback in fallbacks] == ["s1-1", "s1-2", "s1-3"]
    assert fallbacks[0].reason == "a m: violence; a m: violence; b m: down"
    assert fallbacks[0].instead == "it is painted"


def test_diagrams_and_the_users_own_pictures_are_not_asked_for(tmp_path):
    """The painter letters and counts right, and what is there need not be made."""
    board = changed({0: {"tableau": TABLEAU}, 2: {"source": "mine.jpg"}})
    artist = ScriptedArtist()

    takes, _ = shot_by(tmp_path, [artist], board=board)

    assert [take.kind for take in takes] == ["painted", "still", "painted"]
    assert len(artist.asked) == len(artist.prepared[0]) == 1


def test_without_providers_a_film_is_what_it_was(tmp_path):
    """Every take is the painter's, at once, and nothing was asked or told."""

    async def main():
        async with on_set(tmp_path) as (film, shots):
            shots.early(BOARD, FOREVER)
            shots.ahead(BOARD, FOREVER)
            stand_ins = list(map(painted, BOARD.shots))
            takes = shots.takes(paced(), FOREVER, stand_ins, filmed=FOREVER)
            assert here(takes) == ("s1-1", "s1-2", "s1-3")
            assert list(await takes.all()) == stand_ins
            return film.run.report

    report = anyio.run(main)

    assert (report.fallbacks, report.stages, rows(tmp_path)) == ((), (), [])


def test_what_the_painter_could_not_do_is_told_where_it_paints(tmp_path):
    """And not of a shot that somebody else drew."""
    told = Fallback(stage="paint", subject="x", reason="no such word", instead="another")
    board = changed({0: {"tableau": TABLEAU}})

    async def main():
        async with on_set(tmp_path, [ScriptedArtist()]) as (film, shots):
            stand_ins = [painted(shot).model_copy(update={"fallbacks": (told,)}) for shot in board.shots]
            await shots.takes(paced(board), FOREVER, stand_ins, filmed=FOREVER).all()
            return film.run.report.fallbacks

    assert anyio.run(main) == (told,)


def test_all_requests_are_heard_of_before_the_first_is_asked(tmp_path):
    """By a camera, too: a folder shares its files out among the shots."""
    artist, camera = ScriptedArtist(name="a"), ScriptedArtist(name="c", is_camera=True)

    shot_by(tmp_path, [artist], [camera])

    assert [request.shot for request in artist.prepared[0]] == ["s1-1", "s1-2", "s1-3"]
    assert [request.shot for request in camera.prepared[0]] == ["s1-1", "s1-2", "s1-3"]


# The deadline -------------------------------------------------------------------------------------------------------


def test_what_is_not_there_in_time_is_painted_and_says_so(tmp_path):
    """Shot by shot, as a worker is free for it; what came is kept."""

    async def second_only(wanted):
        if wanted.request.shot != "s1-2":
            await never(wanted)

    async def main():
        async with on_set(tmp_path, [ScriptedArtist(second_only)]) as (film, shots):
            takes = shots.takes(paced(), BRIEF, list(map(painted, BOARD.shots)), filmed=BRIEF)
            with anyio.fail_after(10):
                await takes.of("s1-2")
            film.run._began_s -= 3_600
            await anyio.sleep(0.3)
            assert here(takes) == ("s1-2",)  # the one worker has enough to do with it
            for _ in BOARD.shots:
                await until(lambda: here(takes))
                (shot,) = here(takes)
                takes.tell_rendered(shot)
            found = await takes.all()
            return found, film.run.report.fallbacks

    takes, fallbacks = anyio.run(main)

    assert [take.kind for take in takes] == ["painted", "still", "painted"]
    assert [(one.outcome, one.reason) for one in takes[0].attempts] == [("late", "the deadline came first")]
    assert {fallback.reason for fallback in fallbacks} == {"scripted m: the deadline came first"}


def test_a_film_that_needs_all_takes_at_once_has_them_in_time(tmp_path):
    """MoviePy, or a timeline that nobody renders: no worker is busy, and none is waited for."""
    takes, _ = shot_by(tmp_path, [ScriptedArtist(never)], brief=BRIEF, late_s=3_600)

    assert [take.kind for take in takes] == ["painted"] * 3


def test_who_waits_for_a_turn_is_cut_off_before_who_was_asked(tmp_path, monkeypatch):
    """What is nearly there comes, more likely, in time."""
    monkeypatch.setattr("astragen.pipeline.chain.AT_ONCE", 1)

    async def main():
        async with on_set(tmp_path, [ScriptedArtist(never)]) as (film, shots):
            takes = shots.takes(paced(), BRIEF, list(map(painted, BOARD.shots)), filmed=BRIEF)
            await anyio.sleep(0.1)
            film.run._began_s -= 3_600
            await anyio.sleep(0.2)
            return here(takes)

    assert anyio.run(main) in (("s1-2",), ("s1-3",))


def test_without_a_deadline_pictures_are_waited_for(tmp_path):
    """However long the film has taken."""

    async def slow(_):
        await anyio.sleep(0.2)

    takes, fallbacks = shot_by(tmp_path, [ScriptedArtist(slow)], late_s=36_000)

    assert [take.kind for take in takes] == ["still"] * 3
    assert fallbacks == ()


# While it is written ------------------------------------------------------------------------------------------------


def test_a_shot_that_is_changed_while_it_is_drawn_is_drawn_anew(tmp_path):
    """The picture of the old words is stopped, and the others are drawn once."""
    old, new = BOARD, changed({1: {"action": "a storm comes"}})

    async def old_never(wanted):
        if "gull" in wanted.request.prompt.text:
            await never(wanted)

    artist = ScriptedArtist(old_never)
    takes, fallbacks = shot_by(tmp_path, [artist], board=new, early=old, drawn_early=2)

    assert [take.kind for take in takes] == ["still"] * 3
    assert len(artist.asked) == 4
    assert [[one.outcome for one in take.attempts] for take in takes] == [["taken"]] * 3
    assert fallbacks == ()


@pytest.mark.parametrize(("last", "drawn"), [(never, 2), (None, 3)], ids=["being drawn", "drawn"])
def test_a_shot_that_is_gone_when_all_is_written_is_let_be(tmp_path, last, drawn):
    """A camera that waited for its length does not hear of it."""
    fewer = BOARD.model_copy(
        update={"scenes": (BOARD.scenes[0].model_copy(update={"shots": BOARD.scenes[0].shots[:2]}),)}
    )
    artist, camera = ScriptedArtist(None, None, last), ScriptedArtist(is_camera=True, name="c")

    takes, _ = shot_by(tmp_path, [artist], [camera], board=fewer, early=BOARD, drawn_early=drawn)

    assert [take.kind for take in takes] == ["clip"] * 2
    assert {wanted.request.shot for wanted in camera.asked} == {"s1-1", "s1-2"}


def test_who_has_to_see_all_is_not_asked_early(tmp_path):
    """A folder shares its files out among the shots of the whole film."""
    artist = ScriptedArtist()
    artist.sees_all = True

    async def main():
        async with on_set(tmp_path, [artist]) as (_, shots):
            shots.early(BOARD, FOREVER)
            await anyio.sleep(0.05)
            return len(artist.asked)

    assert anyio.run(main) == 0


# References ---------------------------------------------------------------------------------------------------------


def test_the_first_picture_of_a_character_goes_along_with_the_others(tmp_path):
    """To an artist that takes references, as soon as it is there."""
    artist = ScriptedArtist(references_max=2)

    shot_by(tmp_path, [artist], board=FOXES)

    assert artist.asked[0].request.shot == "s1-1"
    assert [len(wanted.references) for wanted in artist.asked] == [0, 1, 1]
    first = artist.good(artist.asked[0]).data
    assert {wanted.references[0].data for wanted in artist.asked[1:]} == {first}


def test_a_character_whose_first_picture_fails_is_drawn_without(tmp_path):
    """Nobody waits for what does not come."""
    artist = ScriptedArtist(Unavailable("down"), None, references_max=2)

    takes, _ = shot_by(tmp_path, [artist], board=FOXES)

    assert [take.kind for take in takes] == ["painted", "still", "still"]
    assert [len(wanted.references) for wanted in artist.asked] == [0, 0, 0]


def test_a_portrait_that_is_long_in_coming_is_not_waited_for(tmp_path, monkeypatch):
    """With one turn at a time, too, those that wait for it do not hold up the one that draws it."""
    monkeypatch.setattr(shooting, "REFERENCE_WAIT_S", 0.1)
    gate = anyio.Event()

    async def first_waits(wanted):
        if wanted.request.shot == "s1-1":
            await gate.wait()
        elif wanted.request.shot == "s1-3":
            gate.set()

    artist = ScriptedArtist(first_waits, references_max=1)
    takes, _ = shot_by(tmp_path, [artist], board=FOXES)

    assert [take.kind for take in takes] == ["still"] * 3
    assert [len(wanted.references) for wanted in artist.asked] == [0, 0, 0]


def test_artists_that_take_no_references_draw_all_shots_at_once(tmp_path):
    """Nobody waits for a portrait."""
    at_once = []
    all_there = anyio.Event()

    async def together(wanted):
        at_once.append(wanted.request.shot)
        if len(at_once) == 3:
            all_there.set()
        await all_there.wait()

    takes, _ = shot_by(tmp_path, [ScriptedArtist(together)], board=FOXES)

    assert [take.kind for take in takes] == ["still"] * 3


# Cameras ------------------------------------------------------------------------------------------------------------


def test_a_camera_starts_from_the_still(tmp_path):
    """The clip is the take, and both are told and paid."""
    artist, camera = ScriptedArtist(name="a"), ScriptedArtist(name="c", is_camera=True, usd=0.1)

    takes, fallbacks = shot_by(tmp_path, [artist], [camera])

    assert [(take.kind, take.made_by, take.recipe) for take in takes] == [("clip", "c m", None)] * 3
    assert all(take.footage is not None for take in takes)
    assert [[one.provider for one in take.attempts] for take in takes] == [["a m", "c m"]] * 3
    starts = {wanted.request.shot: wanted.start for wanted in camera.asked}
    stills = {wanted.request.shot: artist.good(wanted).data for wanted in artist.asked}
    assert {shot: start.data for shot, start in starts.items() if start} == stills
    assert fallbacks == ()


def test_a_shot_whose_clip_fails_is_filmed_from_its_still(tmp_path):
    """And the report says whose clip failed, and why."""
    camera = ScriptedArtist(Unavailable("down"), name="c", is_camera=True)

    takes, fallbacks = shot_by(tmp_path, [ScriptedArtist(name="a")], [camera])

    assert [(take.kind, take.made_by, take.recipe) for take in takes] == [("still", "a m", RECIPE)] * 3
    assert fallbacks[0].reason == "c m: down"
    assert fallbacks[0].instead == "a m made it"


def test_a_clip_that_is_late_is_filmed_from_its_still(tmp_path):
    """What is there when the time is over counts."""
    artist, camera = ScriptedArtist(name="a"), ScriptedArtist(never, name="c", is_camera=True)

    async def main():
        async with on_set(tmp_path, [artist], [camera]) as (film, shots):
            takes = shots.takes(paced(), BRIEF, list(map(painted, BOARD.shots)), filmed=BRIEF)
            await until(lambda: len(camera.asked) == 3)
            film.run._began_s -= 3_600
            with anyio.fail_after(10):
                return await takes.all()

    takes = anyio.run(main)

    assert [(take.kind, take.made_by) for take in takes] == [("still", "a m")] * 3
    assert [[one.outcome for one in take.attempts] for take in takes] == [["taken", "late"]] * 3


def test_a_camera_works_without_an_artist(tmp_path):
    """From words alone; what it does not make is painted."""
    camera = ScriptedArtist(None, Unavailable("down"), name="c", is_camera=True)

    takes, _ = shot_by(tmp_path, [], [camera])

    assert sorted(take.kind for take in takes) == ["clip", "painted", "painted"]
    assert [wanted.start for wanted in camera.asked] == [None] * 3


# What the report says -----------------------------------------------------------------------------------------------


def test_a_fallback_is_told_of_those_who_made_nothing(tmp_path):
    """Not of who needed a second try, or was slower, though his answer named another model than he was asked for."""
    drawn = Drawn(
        kind="still",
        artifact=Artifact(hash="0" * 64, media_type="image/png", bytes=1),
        made_by="a flux-2",
        cost_usd=0.1,
    )
    attempts = [
        Attempt(provider="a flux", outcome="refused", reason="violence"),
        Attempt(provider="a fl", outcome="failed", reason="down"),
        Attempt(provider="a flux", outcome="taken"),
        Attempt(provider="b", outcome="late", reason="another provider was quicker"),
    ]

    take = take_of(drawn, painted(BOARD.shots[0]), attempts)

    assert [(one.reason, one.instead) for one in take.fallbacks] == [("a fl: down", "a flux-2 made it")]
    assert take.attempts == tuple(attempts)


def test_an_error_of_the_disk_ends_the_film_bare(tmp_path):
    """The promise of a take is not kept then, and nobody waits for it."""

    async def full(_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        shot_by(tmp_path, [ScriptedArtist(full)])


def test_the_same_picture_for_all_shots_is_taken_once(tmp_path):
    """A placeholder of nobody's list: the others are painted."""
    media: Media = picture("we moved")

    takes, _ = shot_by(tmp_path, [ScriptedArtist(media)])

    assert sorted(take.kind for take in takes) == ["painted", "painted", "still"]
