"""Who is asked for a shot's picture, and what is done when that fails.

A chain is the providers in the order of the user's wish, each with its other models; behind
it always stands the painter. `verdict` says what an error means for the next step. Pure.
Start reading at `verdict`.
"""

from __future__ import annotations

from typing import Final, Literal

from astragen.errors import (
    BadOutput,
    BudgetExceeded,
    ContentRefused,
    InputError,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    Uncertain,
)
from astragen.model.brief import Brief
from astragen.model.capability import ArtistCapability
from astragen.model.requests import PictureRequest
from astragen.model.storyboard import Shot, Storyboard
from astragen.plan.picture_prompt import picture_prompt

Wording = Literal["as written", "plain", "short"]
Verdict = Literal["again", "wait", "plain", "short", "next", "out"]
"""Ask the same again; wait and ask again; ask in plain words; ask in fewer; ask the next; and leave this vendor be."""

WAIT_MAX_S: Final = 5.0  # of a busy provider; the next in the chain is quicker than a longer wait
SHORT_CHARS: Final = 300  # a prompt that was refused as it is: subject, place and light fit
WAITS_MAX: Final = 4  # tries of a provider that says it is asked too often: it is asked less often from then on
_REFUSED_KEY: Final = (401, 403, 407)
_REFUSED_FORM: Final = (400, 413, 414, 422)


def verdict(
    error: ProviderError | BudgetExceeded | InputError, *, tries: int, wording: Wording, recognises_repeats: bool
) -> Verdict:
    """What to do after *error*.

    Args:
        error: what a try ended with.
        tries: how often this provider was asked for this shot, this time included.
        wording: in which words it was asked.
        recognises_repeats: whether the same request again joins the work that may be running.
    """
    if isinstance(error, (QuotaExceeded, InputError)):  # also what a setting of this machine makes impossible
        return "out"
    if isinstance(error, BudgetExceeded):
        return "next"
    if error.status in _REFUSED_KEY and not isinstance(error, ContentRefused):
        return "out"
    if isinstance(error, ContentRefused):
        return "plain" if wording == "as written" else "next"
    if isinstance(error, RateLimited):
        return "wait" if tries < WAITS_MAX and (error.retry_after_s or WAIT_MAX_S) <= WAIT_MAX_S else "next"
    if isinstance(error, Uncertain):
        return "again" if recognises_repeats and tries < 3 else "next"
    if isinstance(error, BadOutput):
        return "again" if tries == 1 else "next"
    if error.status in _REFUSED_FORM and wording == "as written":
        return "short"
    return "next"


def is_for_artists(shot: Shot) -> bool:
    """Whether artists may be asked for *shot*: diagrams are the painter's, who letters and counts right."""
    return shot.tableau is None and not shot.source


def picture_request(
    shot: Shot, storyboard: Storyboard, *, artist: ArtistCapability, brief: Brief, wording: Wording = "as written"
) -> PictureRequest:
    """Return what to ask *artist* for of *shot*.

    "plain" is for what moderation refused: who or what is where, in which light, without free words
    of acting and looks. "short" is for a provider that could not take the whole.

    Raises:
        ValueError: as `picture_prompt`.
    """
    if wording == "plain":
        shot, storyboard = _plain(shot, storyboard)
    elif wording == "short":
        most = min(artist.prompt_max_chars or SHORT_CHARS, SHORT_CHARS)
        artist = artist.model_copy(update={"prompt_max_chars": most})
    return PictureRequest(
        shot=shot.id,
        artist=artist.name,
        model=artist.model,
        prompt=picture_prompt(shot, storyboard, artist=artist, brief=brief),
        fps=brief.fps,
        # A still is the same however long it is shown: asked for ahead, before its shot has a length.
        frames=1 if artist.clip is None else shot.frames or 1,
    )


def _plain(shot: Shot, storyboard: Storyboard) -> tuple[Shot, Storyboard]:
    """*shot* and its *storyboard* without free words."""
    characters = {character.id: character for character in storyboard.characters}
    subjects = tuple(
        subject.model_copy(
            update={
                "phrase": "",
                "action": "",
                "character": None,
                "noun": characters[subject.character].kind or subject.noun if subject.character else subject.noun,
            }
        )
        for subject in shot.subjects
    )
    plain = shot.model_copy(update={"action": "", "subjects": subjects})
    scenes = tuple(
        scene.model_copy(update={"shots": tuple(plain if one.id == shot.id else one for one in scene.shots)})
        for scene in storyboard.scenes
    )
    bible = storyboard.bible.model_copy(update={"notes": ""})
    return plain, storyboard.model_copy(update={"scenes": scenes, "bible": bible})
