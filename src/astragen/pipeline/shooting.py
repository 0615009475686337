"""Pictures and clips from providers: asked for beside everything else, and never waited for too long.

For each shot the chain is gone through (`pipeline/chain.py`); once waiting would cost the
deadline, what is missing is painted. A shot always gets a take. Start reading at `Shooting.takes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import anyio

from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.brief import Brief
from astragen.model.storyboard import Shot, Storyboard
from astragen.model.take import Artifact, Attempt, Fallback, Take, united
from astragen.pipeline.asking import Desk, Drawn
from astragen.pipeline.chain import Chain, Standing
from astragen.pipeline.crew import Crew
from astragen.pipeline.depths import with_depth
from astragen.pipeline.hurry import pace_now
from astragen.pipeline.matching import with_palette
from astragen.pipeline.promise import Promise
from astragen.pipeline.run import Run
from astragen.pipeline.takes import Takes
from astragen.pipeline.together import Start
from astragen.plan.budget import estimate
from astragen.plan.deadline import Work, painted_s, slack_s, tail_s, to_cut_off
from astragen.plan.fallback import is_for_artists, picture_request
from astragen.plan.palettes import palette_anchors
from astragen.providers.shooting import PictureProvider

STAGE: Final = "shoot"
TICK_S: Final = 0.1  # how often the deadline is looked at
PALETTE_WAIT_S: Final = 2.0  # for the first picture of a scene, by one that is here
REFERENCE_WAIT_S: Final = 15.0  # for the first picture of a character; later ones go without it then


@dataclass
class _Shoot:
    """A shot that is being shot."""

    shot: Shot
    stills: Chain
    clips: Chain
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    done: Promise[Drawn | None] = field(default_factory=Promise)
    came: list[Drawn] = field(default_factory=list)
    """The still and the clip, as far as they are here."""

    @property
    def attempts(self) -> list[Attempt]:
        """Who was asked, in order."""
        return [*self.stills.attempts, *self.clips.attempts]

    @property
    def asked_at_s(self) -> float:
        """When the running request was sent; infinite while none was."""
        asked = self.clips.asked_at_s or self.stills.asked_at_s
        return float("inf") if asked is None else asked


class _PaletteWanted(Model):
    """Whose palette a picture is to have: that of the shot *anchor*."""

    picture: Artifact
    anchor: str


class _PaletteOf(Model):
    """The picture whose palette it has, None for its own; remembered, so that an edit of one shot is of one shot."""

    picture: Artifact | None


class Shooting:
    """The takes of a film in the making."""

    def __init__(
        self,
        artists: Sequence[PictureProvider],
        cameras: Sequence[PictureProvider],
        *,
        desk: Desk,
        run: Run,
        start: Start,
        standing: Standing,
        depth_model: Path | None = None,
    ) -> None:
        """Ask nobody yet.

        Args:
            artists: who may be asked for stills, in order.
            cameras: who may be asked for clips, in order; they start from the still, where they can.
            desk: where they are asked.
            run: of the film.
            start: starts what runs beside the rest.
            standing: what is known of them.
            depth_model: an ONNX file that tells the depth of their stills; None: it is guessed from what is seen.
        """
        self._artists, self._cameras = tuple(artists), tuple(cameras)
        self._desk, self._run, self._start, self._standing = desk, run, start, standing
        self._depth_model = depth_model
        self._shoots: dict[tuple[str, str], _Shoot] = {}
        self._paced = Promise[tuple[Storyboard, Brief]]()
        self._portraits: dict[str, Promise[Artifact | None]] = {}

    @property
    def is_idle(self) -> bool:
        """Whether nobody is to be asked."""
        return not (self._artists or self._cameras)

    def ahead(self, storyboard: Storyboard, brief: Brief) -> None:
        """Ask for the stills of all shots of *storyboard* that are not asked for yet."""
        shots = [shot for shot in storyboard.shots if is_for_artists(shot)]
        for one in self._artists:
            one.prepare([picture_request(shot, storyboard, artist=one.card, brief=brief) for shot in shots])
        if self._artists:
            for shot in shots:
                self._shoot(shot, storyboard, brief)

    def early(self, unfinished: Storyboard, brief: Brief) -> None:
        """As `ahead`, for a storyboard of which more is to come: where everybody can begin with a part of the film."""
        if not any(one.sees_all for one in self._artists):
            self.ahead(unfinished, brief)

    def takes(self, paced: Storyboard, asked: Brief, stand_ins: Sequence[Take], *, filmed: Brief) -> Takes:
        """Return the takes of all shots of *paced*, most of them on their way.

        Args:
            paced: the storyboard with all lengths.
            asked: the brief by which pictures are asked for.
            stand_ins: the takes that the built-in crew or the user's own files give, in film order; where a shot is
                for artists, its stand-in is taken when nobody makes it in time.
            filmed: the brief by which the film is rendered, which may have given something up.
        """
        takes = Takes({take.shot: Promise[Take]() for take in stand_ins})
        wanted = [shot for shot in paced.shots if is_for_artists(shot) and not self.is_idle]
        wanted_ids = {shot.id for shot in wanted}
        painted = [stand_in for stand_in in stand_ins if stand_in.shot not in wanted_ids]
        for stand_in in painted:
            takes.keep(stand_in)
        for fallback in united(fallback for stand_in in painted for fallback in stand_in.fallbacks):
            self._run.fall_back(fallback)
        if wanted:
            for one in self._cameras:
                one.prepare([picture_request(shot, paced, artist=one.card, brief=asked) for shot in wanted])
        shoots = [self._shoot(shot, paced, asked) for shot in wanted]
        for stale in self._shoots.values():
            if all(stale is not one for one in shoots):
                stale.scope.cancel()  # begun for words that were changed afterwards
        self._paced.keep((paced, asked))  # stale ones do not hear of it: the film may have no such shot any more
        if wanted:
            replaced = [one for one in stand_ins if one.shot in wanted_ids]
            self._start(partial(self._gather, paced, shoots, replaced, takes))
            self._start(partial(self._watch, shoots, takes, paced, filmed))
        return takes

    def _shoot(self, shot: Shot, storyboard: Storyboard, brief: Brief) -> _Shoot:
        """The shooting of *shot*, begun now or earlier; another picture of the same shot is another shooting."""
        asked = [picture_request(shot, storyboard, artist=one.card, brief=brief) for one in self._artists[:1]]
        key = (shot.id, content_hash("".join(map(canonical_json, asked))))
        if key not in self._shoots:
            shoot = _Shoot(shot, self._chain(self._artists), self._chain(self._cameras))
            self._shoots[key] = shoot
            owned = [one for one in _characters(shot) if one not in self._portraits]
            self._portraits.update({character: Promise[Artifact | None]() for character in owned})
            self._start(partial(self._drawn, shoot, storyboard, brief, owned))
        return self._shoots[key]

    def _chain(self, providers: Sequence[PictureProvider]) -> Chain:
        return Chain(providers, self._desk, self._standing, now_s=self._now_s)

    def _now_s(self) -> float:
        return self._run.report.wall_s

    async def _drawn(self, shoot: _Shoot, storyboard: Storyboard, brief: Brief, owned: Sequence[str]) -> None:
        """Draw *shoot*, and film it; what is there when it is cut off is what it gives."""
        best: Drawn | None = None
        with shoot.scope:
            references = await self._references(shoot.shot, owned)
            best = await shoot.stills.draw(shoot.shot, storyboard, brief, references=references)
            shoot.came.extend([best] if best else [])
            for character in owned:
                self._portraits[character].keep(best.artifact if best else None)
            if self._cameras:
                paced, brief = await self._paced.kept()
                shot = next(one for one in paced.shots if one.id == shoot.shot.id)
                start = best.artifact if best else None
                clip = await shoot.clips.draw(shot, paced, brief, start=start)
                shoot.came.extend([clip] if clip else [])
                best = clip or best
        for character in owned:
            if not self._portraits[character].is_kept:
                self._portraits[character].keep(None)
        shoot.done.keep(best)

    async def _references(self, shot: Shot, owned: Sequence[str]) -> Mapping[str, Artifact]:
        """The pictures of the characters of *shot* that others are making; those that come in time."""
        if not any(provider.card.references_max for provider in self._artists):
            return {}
        found: dict[str, Artifact] = {}
        with anyio.move_on_after(REFERENCE_WAIT_S):
            for character in _characters(shot):
                if character in self._portraits and character not in owned:
                    portrait = await self._portraits[character].kept()
                    if portrait is not None:
                        found[character] = portrait
        return found

    async def _gather(
        self, paced: Storyboard, shoots: Sequence[_Shoot], stand_ins: Sequence[Take], takes: Takes
    ) -> None:
        """Keep the promise of each of *takes* as soon as its shooting is done; progress is told by events."""
        done_of = {shoot.shot.id: shoot for shoot in shoots}
        anchors = palette_anchors(paced, tuple(done_of))

        async def palette_of(wanted: _PaletteWanted) -> _PaletteOf:
            with anyio.move_on_after(PALETTE_WAIT_S):
                first = await done_of[wanted.anchor].done.kept()
                return _PaletteOf(picture=first.artifact if first and first.kind == "still" else None)
            return _PaletteOf(picture=None)

        async def work(stand_in: Take) -> Take:
            shoot = done_of[stand_in.shot]
            take = take_of(await shoot.done.kept(), stand_in, shoot.attempts)
            if take.shot in anchors and take.kind == "still" and take.artifact is not None:
                wanted = _PaletteWanted(picture=take.artifact, anchor=anchors[take.shot])
                of = await self._run.once("palette", palette_of, wanted, returns=_PaletteOf, version="1")
                take = await with_palette(take, of.picture, self._run)
            return await with_depth(take, self._depth_model, self._run)

        def keep(index: int, take: Take) -> None:
            for fallback in take.fallbacks:
                self._run.fall_back(fallback)
            for stand_in in stand_ins:  # this picture may have shown that one before it was a placeholder
                if stand_in.shot not in takes.recalled and self._is_placeholder(done_of[stand_in.shot]):
                    instead = recalled(stand_in, done_of[stand_in.shot].attempts)
                    self._run.fall_back(instead.fallbacks[-1])
                    takes.recall(instead)
            takes.keep(take)

        await self._run.each(
            STAGE,
            work,
            stand_ins,
            returns=Take,
            version="",
            subjects=[take.shot for take in stand_ins],
            limit=len(stand_ins),
            on_made=keep,
            is_remembered=False,
        )

    def _is_placeholder(self, shoot: _Shoot) -> bool:
        return any(self._standing.is_placeholder(drawn) for drawn in shoot.came)

    async def _watch(self, shoots: Sequence[_Shoot], takes: Takes, paced: Storyboard, brief: Brief) -> None:
        """Cut off what must be painted so that the deadline is kept."""
        lengths_s = {shot.id: painted_s(shot.frames or 1, brief) for shot in paced.shots}
        after_s = tail_s(estimate(brief, paced, workers=self._run.workers))
        while waiting := [one for one in shoots if not one.done.is_kept and not one.scope.cancel_called]:
            missing, pace = {one.shot.id for one in waiting}, pace_now(self._run)
            work = Work(
                waiting=[pace * lengths_s[shot] for shot in missing],
                ready=[pace * lengths_s[shot] for shot in takes.to_render if shot not in missing],
                tail_s=pace * after_s,
            )
            left_s = brief.due_s - self._now_s()
            count = to_cut_off(work, left_s=left_s, workers=self._run.workers)
            if takes.is_awaited_whole and slack_s(work, left_s=left_s, workers=self._run.workers) <= 0:
                count = len(waiting)  # no shot that is there keeps a worker busy meanwhile
            for shoot in sorted(waiting, key=lambda one: -one.asked_at_s)[:count]:
                shoot.stills.stopped = shoot.clips.stopped = "the deadline came first"
                shoot.scope.cancel()
            await anyio.sleep(TICK_S)


def shooting_of(crew: Crew, run: Run, start: Start) -> Shooting:
    """The shooting of a film by *crew*; *start* starts what runs beside the rest."""
    return Shooting(
        crew.artists,
        crew.cameras,
        desk=Desk(run, crew.purse),
        run=run,
        start=start,
        standing=Standing(run.experience, crew.breaker),
        depth_model=crew.depth_model,
    )


def _characters(shot: Shot) -> tuple[str, ...]:
    """The characters of *shot*, by id, the first named first."""
    return tuple(dict.fromkeys(subject.character for subject in shot.subjects if subject.character is not None))


def _has_title(take: Take) -> bool:
    return take.recipe is not None and bool(take.recipe.title)


def recalled(stand_in: Take, attempts: Sequence[Attempt]) -> Take:
    """Return the take of a shot whose picture turned out to be a placeholder."""
    why = {"outcome": "failed", "reason": "it sent the same picture for different prompts"}
    return take_of(None, stand_in, [one.model_copy(update=why) if one.outcome == "taken" else one for one in attempts])


def take_of(drawn: Drawn | None, stand_in: Take, attempts: Sequence[Attempt]) -> Take:
    """Return the take of a shot: what was *drawn*, or *stand_in*; and who was asked, and why others failed."""
    missed = [one for one in attempts if one.outcome != "taken"]
    takers = {one.provider for one in attempts if one.outcome == "taken"}
    if drawn is None:
        reason = (
            "; ".join(f"{one.provider}: {one.reason or one.outcome}" for one in missed) or "nobody was asked in time"
        )
        fallback = Fallback(stage=STAGE, subject=stand_in.shot, reason=reason, instead="it is painted")
        return stand_in.model_copy(update={"attempts": tuple(attempts), "fallbacks": (*stand_in.fallbacks, fallback)})
    told = [
        Fallback(
            stage=STAGE,
            subject=stand_in.shot,
            reason=f"{one.provider}: {one.reason}",
            instead=f"{drawn.made_by} made it",
        )
        for one in missed
        if one.outcome != "late" and one.provider not in takers
    ]
    return stand_in.model_copy(
        update={
            "kind": drawn.kind,
            "recipe": stand_in.recipe if drawn.kind == "still" or _has_title(stand_in) else None,
            "artifact": drawn.artifact,
            "footage": drawn.footage,
            "made_by": drawn.made_by,
            "cost_usd": drawn.cost_usd,
            "attempts": tuple(attempts),
            "fallbacks": tuple(told),
        }
    )
