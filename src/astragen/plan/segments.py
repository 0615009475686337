"""The pieces a timeline falls into, so that an edit renders only what it touched.

In film order the pieces are: a join for each transition, the body of each clip, black
for each gap. A clip has frames that its transitions need (`head` before its body, `tail`
after it); they are kept, but for a still's, which its joins draw. A transition's own frames
come out of its join. The pieces' frames add up to the timeline's, always. Pure.

Start reading at `shot_jobs`; `join_jobs` needs what those gave; `in_film_order` puts
the encoded pieces in a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from astragen.model.profile import row
from astragen.model.safe_area import letterbox_bar
from astragen.model.segment import JoinJob, Profile, RenderedShot, ShotJob
from astragen.model.take import Artifact, Take
from astragen.model.timeline import Clip, Cue, CueWord, Timeline, Transition
from astragen.model.vocabulary import TransitionKind

PART_S = 5.0  # of a still or a clip: preparing it costs less than 0.3 s
PAINTED_PART_S = 12.0  # painting its place takes 2 s, which every part pays
WORD_STYLES = ("karaoke", "kinetic")  # caption styles that show which word is said


def profile_of(timeline: Timeline) -> Profile:
    """The one profile of all pieces of *timeline*."""
    return Profile(
        width=timeline.width, height=timeline.height, fps=timeline.fps, encoding=row(timeline.profile).encoding
    )


def shot_jobs(timeline: Timeline) -> tuple[ShotJob, ...]:
    """Return one job for each clip, in film order."""
    return tuple(
        ShotJob(
            shot=stretch.clip.shot,
            take=stretch.clip.take,
            profile=profile_of(timeline),
            start=stretch.clip.start - (stretch.left.in_offset if stretch.left else 0),
            head=stretch.left.in_offset + stretch.left.out_offset if stretch.left else 0,
            body=stretch.frames,
            tail=stretch.right.in_offset + stretch.right.out_offset if stretch.right else 0,
            clip_frames=stretch.clip.frames,
            look=timeline.look,
            lut=timeline.lut,
            cues=cues,
            **({"language": timeline.language} if cues else {}),  # of captions alone: without them all films share it
            caption_style=timeline.caption_style,
        )
        for stretch in _stretches(timeline)
        if isinstance(stretch, _Body)
        for cues in [_cues_within(timeline, stretch.start, stretch.frames)]
    )


def parts_of(job: ShotJob) -> tuple[ShotJob, ...]:
    """Return *job* in parts that are rendered side by side: a long shot keeps one core busy and leaves the others idle.

    Where it is cut depends on the shot alone, so that its bytes do not depend on the machine. Parts of a still
    have no head and no tail, and one that is all transitions has no parts.
    """
    if draws_handles(job.take) and not job.body:
        return ()
    part_s = PAINTED_PART_S if job.take.kind == "painted" else PART_S
    count = max(1, round(job.body / (part_s * job.profile.fps)))
    if count == 1 and not draws_handles(job.take):
        return (job,)
    cuts = [round(job.body * index / count) for index in range(count + 1)]
    return tuple(_part(job, first, end) for first, end in pairwise(cuts))


def _part(job: ShotJob, first: int, end: int) -> ShotJob:
    """Frames *first* to *end* of the body of *job*, with its head or tail where they adjoin."""
    keeps = not draws_handles(job.take)
    head, tail = job.head if keeps and first == 0 else 0, job.tail if keeps and end == job.body else 0
    return job.model_copy(
        update={
            "start": job.start + job.head + first - head,
            "head": head,
            "body": end - first,
            "tail": tail,
            "span": _span(job),
            "cues": tuple(cut_cue(cue, first, end) for cue in job.cues if cue.start < end and cue.end > first),
        }
    )


def draws_handles(take: Take) -> bool:
    """Whether joins draw the frames that they need of *take* themselves: a still's cost less than kept ones."""
    return take.kind == "still"


def _span(job: ShotJob) -> tuple[int, int]:
    """First frame and number of frames of the whole shot of *job*."""
    return job.start, job.head + job.body + job.tail


def whole_of(shot: str, parts: Sequence[RenderedShot]) -> RenderedShot:
    """Return what the parts of *shot* gave, in order, as one; a shot may have none."""
    bodies = [part.body for part in parts if part.body is not None]
    return RenderedShot(
        shot=shot,
        head=parts[0].head if parts else None,
        body=bodies[0] if bodies else None,
        rest=tuple(bodies[1:]),
        tail=parts[-1].tail if parts else None,
    )


class Join(NamedTuple):
    """A transition, or black, of a timeline; *before* and *after* are shots, None where there is black."""

    style: TransitionKind
    before: str | None
    after: str | None
    start: int
    frames: int

    @property
    def shots(self) -> tuple[str, ...]:
        """The shots that it joins."""
        return tuple(shot for shot in (self.before, self.after) if shot is not None)

    @property
    def name(self) -> str:
        """What people call it: "s1-2 to s1-3"; the black ends are "black"."""
        return f"{self.before or 'black'} to {self.after or 'black'}"


def joins(timeline: Timeline) -> tuple[Join, ...]:
    """Return each transition and each gap, in film order."""
    return tuple(stretch for stretch in _stretches(timeline) if isinstance(stretch, Join))


def join_job(
    timeline: Timeline, join: Join, jobs: Mapping[str, ShotJob], rendered: Mapping[str, RenderedShot]
) -> JoinJob:
    """Return the job of *join*; *rendered* is what the *jobs* of its shots gave, both by shot id."""
    return JoinJob(
        style=join.style,
        profile=profile_of(timeline),
        frames=join.frames,
        letterbox=timeline.look.letterbox,
        before=_tail(jobs[join.before], rendered[join.before]) if join.before else None,
        after=_head(jobs[join.after], rendered[join.after]) if join.after else None,
        cues=_cues_within(timeline, join.start, join.frames),
        language=timeline.language,
        caption_style=timeline.caption_style,
    )


def join_jobs(timeline: Timeline, rendered: Mapping[str, RenderedShot]) -> tuple[JoinJob, ...]:
    """Return one job for each of `joins`; *rendered* is what each shot job gave, by shot id."""
    jobs = {job.shot: job for job in shot_jobs(timeline)}
    return tuple(join_job(timeline, join, jobs, rendered) for join in joins(timeline))


def alone(job: ShotJob, n: int) -> ShotJob:
    """Return frame *n* of the body of *job*, bare."""
    return _drawn(job, job.start + job.head + n, 1)


def _head(job: ShotJob, rendered: RenderedShot) -> Artifact | ShotJob | None:
    """The frames before the body of *job*: kept, or as a job that draws them."""
    return _drawn(job, job.start, job.head) if draws_handles(job.take) else rendered.head


def _tail(job: ShotJob, rendered: RenderedShot) -> Artifact | ShotJob | None:
    """The frames after the body of *job*: kept, or as a job that draws them."""
    return _drawn(job, job.start + job.head + job.body, job.tail) if draws_handles(job.take) else rendered.tail


def _drawn(job: ShotJob, start: int, frames: int) -> ShotJob:
    """*frames* of *job* from *start*, bare: captions are laid over what a join makes of them."""
    return job.model_copy(update={"start": start, "head": 0, "body": frames, "tail": 0, "span": _span(job), "cues": ()})


def in_film_order(
    timeline: Timeline, rendered: Mapping[str, RenderedShot], joined: Sequence[Artifact]
) -> tuple[Artifact, ...]:
    """Return all encoded pieces in film order.

    *joined*: the encoded joins, in the order of `join_jobs`.
    """
    joins = iter(joined)
    pieces: list[Artifact | None] = []
    for stretch in _stretches(timeline):
        if isinstance(stretch, Join):
            pieces.append(next(joins))
        else:
            shot = rendered[stretch.clip.shot]
            pieces += [shot.body, *shot.rest]
    return tuple(piece for piece in pieces if piece is not None)


class _Body(NamedTuple):
    """A clip without its transitions' frames; *frames* may be 0."""

    clip: Clip
    left: Transition | None
    right: Transition | None
    start: int
    frames: int


def _stretches(timeline: Timeline) -> list[_Body | Join]:
    """The timeline in pieces, in film order, each with its first frame."""
    stretches: list[_Body | Join] = []
    start = 0
    for index, item in enumerate(timeline.video):
        if isinstance(item, Transition):
            frames = item.in_offset + item.out_offset
            stretches.append(
                Join(item.style, _shot_at(timeline, index - 1), _shot_at(timeline, index + 1), start, frames)
            )
        else:
            left, right = _transition_at(timeline, index - 1), _transition_at(timeline, index + 1)
            frames = item.frames - (left.out_offset if left else 0) - (right.in_offset if right else 0)
            if isinstance(item, Clip):
                stretches.append(_Body(item, left, right, start, frames))
            elif frames:
                stretches.append(Join(TransitionKind.CUT, None, None, start, frames))
        start += frames
    return stretches


def _shot_at(timeline: Timeline, index: int) -> str | None:
    item = timeline.video[index] if 0 <= index < len(timeline.video) else None
    return item.shot if isinstance(item, Clip) else None


def _transition_at(timeline: Timeline, index: int) -> Transition | None:
    item = timeline.video[index] if 0 <= index < len(timeline.video) else None
    return item if isinstance(item, Transition) else None


def _cues_within(timeline: Timeline, start: int, frames: int) -> tuple[Cue, ...]:
    """The burnt-in captions over a stretch, cut to it, counted from its first frame."""
    if not timeline.burn_captions:
        return ()
    end = start + frames
    return tuple(_cue_within(timeline, cue, start, end) for cue in timeline.cues if cue.start < end and cue.end > start)


def _cue_within(timeline: Timeline, cue: Cue, start: int, end: int) -> Cue:
    """*cue* from *start* to *end*; words keep their own time, which may lie outside. A look's bars lift it."""
    lift = letterbox_bar(timeline.width, timeline.height, timeline.look.letterbox)
    words = cue.words if timeline.caption_style in WORD_STYLES else ()
    return cut_cue(cue.model_copy(update={"words": words, "lift": lift}), start, end)


def cut_cue(cue: Cue, start: int, end: int) -> Cue:
    """Return what is shown of *cue* from frame *start* to *end*, counted from *start*; words keep their own time."""
    words = (CueWord(text=word.text, start=word.start - start, end=word.end - start) for word in cue.words)
    return cue.model_copy(
        update={"start": max(cue.start, start) - start, "end": min(cue.end, end) - start, "words": tuple(words)}
    )
