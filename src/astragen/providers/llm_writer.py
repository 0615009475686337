"""The writer that is a language model: a brief into a storyboard, and a film whatever the model does.

A film of ordinary length is one talk on the ladder, a long one a talk for each act, told what
came before. It has a share of the deadline, and the film's money. What goes wrong for good is a Fallback: an act that
fails leaves its time to the others, and where less than half was written the built-in writer's
storyboard is taken. Start reading at `LlmWriter.write`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import anyio

from astragen.builtin.writer.assemble import is_narration
from astragen.builtin.writer.parse import parse
from astragen.errors import BadOutput, BudgetExceeded, ContentRefused, InputError, ProviderError
from astragen.model.brief import Brief
from astragen.model.capability import Capability
from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback
from astragen.model.written import Written
from astragen.plan.acts import Act, acts_of, joined, summary, with_cast
from astragen.plan.partial import SceneReader
from astragen.plan.prompts import PROMPT_VERSION, system_prompt, user_prompt
from astragen.plan.wire import WireResult, all_mended, storyboard_from, unfinished
from astragen.plan.wire_schema import wire_schema
from astragen.providers.base import OnScene, Writer
from astragen.providers.chat import ChatModel
from astragen.providers.extract import json_in
from astragen.providers.ladder import Prompt, Told, ask_storyboard, words
from astragen.providers.paying import PaidChat, Purse
from astragen.providers.rungs import RungMemory

WRITE_SHARE: Final = 25 / 60  # of the deadline; pictures, sound and rendering need the rest
PATIENCE_S: Final = 600.0  # of a film without a deadline
ACT_LIMIT_S: Final = 20.0  # for each act of a long film, which takes longer than a minute to render as well
SHORT_SHOT_S: Final = 6.0  # of a shot, where a shorter answer is asked for


@dataclass
class _Acts:
    """What became of the acts so far; *chat* counts what it took."""

    chat: PaidChat
    told: list[Told] = field(default_factory=list)
    failed: list[tuple[Act, str]] = field(default_factory=list)


class _Unheard(Exception):
    """What the one who was told of a scene raised: no failure of the model, whatever its kind."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class LlmWriter:
    """Writes with *chat*, paid from *purse* (None: nobody counts), and falls back on *builtin*."""

    def __init__(self, chat: ChatModel, builtin: Writer, rungs: RungMemory, *, purse: Purse | None = None) -> None:
        self._chat = chat
        self._purse = purse
        self._builtin = builtin
        self._rungs = rungs

    @property
    def chat(self) -> ChatModel:
        """The model that writes."""
        return self._chat

    @property
    def capability(self) -> Capability:
        """Who it is; its version has the model and the version of the prompts, and no key."""
        card = self._chat.capability
        version = f"{self._chat.model} {card.version} prompts {PROMPT_VERSION}"
        return Capability(name=card.name, trade="writer", version=version, languages=card.languages)

    async def write(self, brief: Brief, on_scene: OnScene | None = None) -> Written:
        """Return the model's storyboard of *brief*, or the built-in writer's with a Fallback that says why.

        The model is asked for its answer in pieces only where *on_scene* is told of them; see `Writer.write`.
        """
        plain = await self._builtin.write(brief)
        brief = brief.model_copy(update={"is_script": is_narration(brief)})
        acts = acts_of(brief)
        limit_s = time_limit_s(brief, len(acts))
        done = _Acts(PaidChat(self._chat, self._purse))
        with anyio.move_on_after(limit_s) as limit:
            try:
                await self._write_acts(acts, plain.storyboard.language, done, on_scene)
            except _Unheard as unheard:
                raise unheard.error from None
        if limit.cancelled_caught:
            reason = f"{self._name} did not answer within {limit_s:g} s"
            done.failed.append((acts[len(done.told) + len(done.failed)], reason))
        if 2 * len(done.told) < len(acts):
            return _costing(fallen_back(plain, done.failed[0][1]), done.chat)
        return _costing(self._written(done, acts), done.chat)

    async def _write_acts(
        self, acts: Sequence[Act], language: str, done: _Acts, on_scene: OnScene | None = None
    ) -> None:
        """Write one act after the other into *done*; stop where going on makes no sense."""
        for act in acts:
            try:
                done.told.append(await self._act(act, language, done, on_scene))
            except (ProviderError, BudgetExceeded, InputError) as error:  # InputError: a proxy that is none, say
                done.failed.append((act, error.message))
                if not done.told or not isinstance(error, BadOutput | ContentRefused):
                    return

    async def _act(self, act: Act, language: str, done: _Acts, on_scene: OnScene | None) -> Told:
        before = [one.storyboard for one in done.told]
        so_far = joined(before) if before else None

        def reading(answer: object) -> WireResult:
            whole = with_cast(answer, so_far.characters if so_far else ())
            return storyboard_from(whole, act.brief, language=language, script=script_of(act.brief))

        return await ask_storyboard(
            done.chat,
            prompt_of(act, language, so_far),
            self._rungs,
            reading=reading,
            hearing=partial(hears_scenes, act, language, before, on_scene) if on_scene else None,
        )

    def _written(self, done: _Acts, acts: Sequence[Act]) -> Written:
        return Written(
            storyboard=joined([one.storyboard for one in done.told], of=len(acts)),
            made_by=self._name,
            fallbacks=tuple(
                Fallback(
                    stage="write",
                    subject=f"act {act.number} of {act.acts}",
                    reason=reason.rstrip("."),
                    instead="the other acts take its time",
                )
                for act, reason in _missing(done, acts)
            ),
            mended=all_mended([one.mended for one in done.told]),
        )

    @property
    def _name(self) -> str:
        return f"{self._chat.capability.name} {self._chat.model}"


def hears_scenes(act: Act, language: str, before: Sequence[Storyboard], on_scene: OnScene) -> Callable[[str], None]:
    """What hears the words of one answer for *act* and tells *on_scene* the film so far, the acts *before* included.

    Raises, when it hears: _Unheard, for whatever *on_scene* raises.
    """
    reader, scenes = SceneReader(json_in), list[object]()

    def hear(words: str) -> None:
        for early in reader.feed(words):
            scenes.append(early.scene)
            cast = joined(before).characters if before else ()
            answer = with_cast({**early.head, "scenes": scenes}, cast)
            storyboard = unfinished(answer, act.brief, language=language)
            if storyboard is not None:
                _tell(on_scene, joined([*before, storyboard], of=act.acts))

    return hear


def _tell(on_scene: OnScene, storyboard: Storyboard) -> None:
    try:
        on_scene(storyboard)
    except Exception as error:
        raise _Unheard(error) from error


def script_of(brief: Brief) -> tuple[str, ...] | None:
    """The sentences that have to be spoken, without headings, names and Markdown; None where there is no script."""
    if not brief.is_script:
        return None
    return tuple(unit.text for unit in parse(brief.prompt, True).units) or None


class AbsentWriter:
    """The writer *builtin* in the place of one that could not even be asked; *reason* names it and says why."""

    def __init__(self, builtin: Writer, reason: str) -> None:
        self._builtin = builtin
        self._reason = reason

    @property
    def capability(self) -> Capability:
        """Who writes in its place, under a version of its own: what the built-in writer made unasked is not it."""
        card = self._builtin.capability
        return card.model_copy(update={"version": f"{card.version} in place of another"})

    async def write(self, brief: Brief, on_scene: OnScene | None = None) -> Written:
        """Return the built-in writer's storyboard of *brief*, with a Fallback; *on_scene* hears nothing."""
        return fallen_back(await self._builtin.write(brief), self._reason)


def fallen_back(plain: Written, reason: str) -> Written:
    """The built-in writer's *plain* storyboard, with why it was needed."""
    instead = f"the {plain.made_by} writer wrote it"
    fallback = Fallback(stage="write", subject="storyboard", reason=reason.rstrip("."), instead=instead)
    return plain.model_copy(update={"fallbacks": (*plain.fallbacks, fallback)})


def _costing(written: Written, chat: PaidChat) -> Written:
    """*written* with all that *chat* took for it, answers that were of no use included."""
    cost = {"tokens_in": chat.tokens_in, "tokens_out": chat.tokens_out, "cost_usd": chat.cost_usd}
    return written.model_copy(update=cost)


def time_limit_s(brief: Brief, acts: int) -> float:
    """The seconds that the model has for a film of *brief* in so many *acts*."""
    share = WRITE_SHARE * min(brief.due_s, PATIENCE_S)
    return share if acts == 1 else max(share, ACT_LIMIT_S * acts)


def prompt_of(act: Act, language: str, so_far: Storyboard | None) -> Prompt:
    """What is asked for *act*; *so_far* is what the acts before it came to."""
    brief = act.brief
    pieces = [user_prompt(brief)]
    if act.acts > 1:
        part = "first_act" if act.number == 1 else "last_act" if act.number == act.acts else "middle_act"
        place = {"count": str(act.acts), "number": str(act.number), "seconds": f"{brief.seconds:.0f}"}
        pieces.append(words("act", **place, part=words(part)))
        pieces += [words("script_act")] if brief.is_script else []
    if so_far is not None:
        pieces.append(words("so_far", summary=summary(so_far)))
    return Prompt(
        system=system_prompt(brief, language),
        user="\n\n".join(pieces),
        schema=wire_schema(brief),
        name="storyboard",
        shots=max(1, round(brief.seconds / SHORT_SHOT_S)),
        seed=brief.seed,
    )


def _missing(done: _Acts, acts: Sequence[Act]) -> list[tuple[Act, str]]:
    """The acts that are not there, with why; those that were not tried any more share the last reason."""
    tried = len(done.told) + len(done.failed)
    return [*done.failed, *((act, done.failed[-1][1]) for act in acts[tried:])]
