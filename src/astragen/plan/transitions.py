"""How long the transitions of a film last.

Transitions lie over the cuts and take no time of their own. One whose length nobody set
takes at most a third of the shorter of its shots. A length that the storyboard states
is kept or refused: every frame is in one transition at most, and every shot keeps a
frame of its own. Pure. Start reading at `transitions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import floor
from typing import NamedTuple

from astragen.errors import StoryboardError
from astragen.model.storyboard import Shot, Storyboard
from astragen.model.time import seconds_to_frames
from astragen.model.timeline import Transition
from astragen.model.vocabulary import TransitionKind

OPENING_S = 0.5
CLOSING_S = 0.8
MOST_OF_A_SHOT = 3  # a transition takes at most one part in this many of the shorter shot, unless its length is stated
LEAST_S = 0.08  # the shortest that a storyboard can state

USUAL_S: Mapping[TransitionKind, float] = {
    TransitionKind.DISSOLVE: 0.5,  # longer, two pictures are read at once
    TransitionKind.DISSOLVE_LINEAR: 0.5,
    TransitionKind.FADE: 0.8,  # both halves together, and black between them has to be seen
    TransitionKind.FADE_WHITE: 0.8,
    TransitionKind.WIPE_LEFT: 0.6,  # an edge that crosses the frame: faster it flickers, slower it is watched
    TransitionKind.WIPE_RIGHT: 0.6,
    TransitionKind.WIPE_UP: 0.6,
    TransitionKind.WIPE_DOWN: 0.6,
    TransitionKind.SLIDE_LEFT: 0.6,
    TransitionKind.SLIDE_RIGHT: 0.6,
    TransitionKind.SLIDE_UP: 0.6,
    TransitionKind.SLIDE_DOWN: 0.6,
    TransitionKind.PUSH_LEFT: 0.6,
    TransitionKind.PUSH_RIGHT: 0.6,
    TransitionKind.PUSH_UP: 0.6,
    TransitionKind.PUSH_DOWN: 0.6,
    TransitionKind.IRIS: 0.8,  # begins small: it needs a moment to be found
    TransitionKind.ZOOM: 0.6,
    TransitionKind.BLUR: 0.8,  # a focus puller's time
    TransitionKind.INK: 1.0,  # ink runs slowly
    TransitionKind.LIGHT_LEAK: 1.0,
    TransitionKind.GLITCH: 0.4,  # a fault that lasts is a fault of the film
    TransitionKind.WHIP_LEFT: 0.4,  # a whip is over before it is seen
    TransitionKind.WHIP_RIGHT: 0.4,
}


class Transitions(NamedTuple):
    """What lies over the ends and cuts of a film; None for a plain cut.

    *between*: one for each shot after the first, how it follows the one before it.
    """

    opening: Transition | None
    between: tuple[Transition | None, ...]
    closing: Transition | None


def transitions(storyboard: Storyboard, fps: int) -> Transitions:
    """Return the transitions of a paced *storyboard*; it opens from black and closes to black.

    Raises:
        StoryboardError: a stated length does not fit into its two shots beside their other transitions, or is a cut's.
    """
    shots = storyboard.shots
    opening, closing = (_edge(shots[end], length, fps) for end, length in ((0, OPENING_S), (-1, CLOSING_S)))
    between = tuple(_between(before, after, fps) for before, after in pairwise(shots))
    _check(shots, (opening, *between, closing), fps)
    return Transitions(
        opening=_over(TransitionKind.FADE, 0, opening),
        between=tuple(
            _over(shot.transition, length // 2, length - length // 2)
            for shot, length in zip(shots[1:], between, strict=True)
        ),
        closing=_over(TransitionKind.FADE, closing, 0),
    )


def _over(style: TransitionKind, before: int, after: int) -> Transition | None:
    return Transition(style=style, in_offset=before, out_offset=after) if before + after else None


def _edge(shot: Shot, seconds: float, fps: int) -> int:
    """Frames of the film's own fade from or to black, in the shot at that end."""
    return min(seconds_to_frames(seconds, fps), (shot.frames or 0) // MOST_OF_A_SHOT)


def _between(before: Shot, after: Shot, fps: int) -> int:
    """Frames of how *after* follows *before*, half of them on either side of the cut; 0 for a plain cut.

    Raises:
        StoryboardError: a cut with a length.
    """
    if after.transition_s is not None:
        if after.transition is TransitionKind.CUT:
            raise StoryboardError(
                f'Shot "{after.id}" follows "{before.id}" by a cut, and its transition_s is {after.transition_s:g}; '
                "a cut has no length.",
                hint=f'Set the transition of "{after.id}" ("dissolve", ...), or take transition_s out.',
            )
        return max(2, seconds_to_frames(after.transition_s, fps))
    if after.transition is TransitionKind.CUT:
        return 0
    shorter = min(before.frames or 0, after.frames or 0)
    length = min(seconds_to_frames(USUAL_S[after.transition], fps), shorter // MOST_OF_A_SHOT)
    return length if length >= 2 else 0


def _check(shots: Sequence[Shot], lengths: Sequence[int], fps: int) -> None:
    """Refuse the first stated length that its shots have no room for.

    *lengths*: frames of the opening, of each transition between two shots, of the closing.
    """
    last = len(shots) - 1
    for number, (before, after) in enumerate(pairwise(shots)):
        if after.transition_s is None:
            continue
        earlier, asked, later = lengths[number : number + 3]
        taken_before = earlier - earlier // 2 if number else earlier  # the opening lies in its shot as a whole
        taken_after = later // 2 if number + 1 < last else later  # and so does the closing
        room_before = max((before.frames or 0) - taken_before - 1, 0)
        room_after = max((after.frames or 0) - taken_after - 1, 0)
        longest = min(2 * room_before + 1, 2 * room_after)
        if asked > longest:
            raise _too_long(before, after, longest, before if 2 * room_before + 1 < 2 * room_after else after, fps)


def _too_long(before: Shot, after: Shot, longest: int, tight: Shot, fps: int) -> StoryboardError:
    longest_s = floor(longest * 100 / fps) / 100  # rounded down: what is said here must fit when it is written
    fits = longest_s >= LEAST_S
    others = f'"{tight.id}" lasts {(tight.frames or 0) / fps:.2f} s, its other transition included'
    act = f'Set transition_s of "{after.id}" to {longest_s:g} or less' if fits else f'Let "{after.id}" follow by a cut'
    return StoryboardError(
        f'The {after.transition.value} from shot "{before.id}" to shot "{after.id}" is to last '
        f"{after.transition_s:g} s; {f'at most {longest_s:g} s fit' if fits else 'none fits'} ({others}).",
        hint=f'{act}, or make "{tight.id}" longer with its frames.',
    )
